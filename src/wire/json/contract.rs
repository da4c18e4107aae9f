//! The contract's messages and enums by name, from its own descriptors, for the reader that explains mistakes.

use std::collections::HashMap;
use std::sync::LazyLock;

use prost::Message;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorSet};

use crate::wire::pb;

/// Messages and enums by their full names, with a point at the front, as fields name them.
#[derive(Debug, Default)]
pub(super) struct Contract {
    messages: HashMap<String, DescriptorProto>,
    enums: HashMap<String, EnumDescriptorProto>,
}

impl Contract {
    pub fn get() -> &'static Contract {
        static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
            let mut contract = Contract::default();
            // The descriptors are compiled in, and a test reads them.
            for file in FileDescriptorSet::decode(pb::FILE_DESCRIPTOR_SET).unwrap_or_default().file {
                let package = format!(".{}", file.package());
                contract.take(&package, file.message_type, file.enum_type);
            }
            contract
        });
        &CONTRACT
    }

    fn take(&mut self, outer: &str, messages: Vec<DescriptorProto>, enums: Vec<EnumDescriptorProto>) {
        self.enums.extend(enums.into_iter().map(|found| (format!("{outer}.{}", found.name()), found)));
        for mut message in messages {
            let name = format!("{outer}.{}", message.name());
            self.take(&name, std::mem::take(&mut message.nested_type), std::mem::take(&mut message.enum_type));
            self.messages.insert(name, message);
        }
    }

    pub fn message(&self, name: &str) -> Option<&DescriptorProto> {
        self.messages.get(name)
    }

    /// Returns the words of an enum.
    pub fn words(&self, name: &str) -> impl Iterator<Item = &str> {
        self.enums.get(name).into_iter().flat_map(|found| &found.value).map(|value| value.name())
    }
}
