//! The contract with its comments, from the descriptors that the server reflects.

use std::collections::{HashMap, HashSet};

use paydirt::wire::pb;
use prost::Message;
use prost_reflect::prost_types::FileDescriptorSet;
use prost_reflect::{DescriptorPool, EnumDescriptor, FieldDescriptor, FileDescriptor, MessageDescriptor, ServiceDescriptor};

/// The names of the comments' parts, which common.proto explains.
const LABELS: [&str; 6] = ["Absent", "Items", "Unit", "Range", "Text", "Example"];

/// The messages, enums and services of the package, and the comment of each of their parts.
pub struct Contract {
    pub messages: Vec<MessageDescriptor>,
    pub enums: Vec<EnumDescriptor>,
    pub services: Vec<ServiceDescriptor>,
    comments: HashMap<(String, Vec<i32>), Comment>,
    /// The full names of all messages that a method takes, and of those within.
    taken: HashSet<String>,
}

/// A comment as one line.
#[derive(Clone, Debug, Default)]
pub struct Comment(String);

impl Contract {
    pub fn of(files: &FileDescriptorSet) -> Contract {
        let pool = DescriptorPool::decode(files.encode_to_vec().as_slice()).expect("the descriptors are whole");
        let mut comments = HashMap::new();
        for file in &files.file {
            for location in file.source_code_info.iter().flat_map(|info| &info.location) {
                comments.insert((file.name().to_owned(), location.path.clone()), Comment::of(location.leading_comments()));
            }
        }
        let is_ours = |name: &str| name.starts_with("paydirt.");
        let services: Vec<_> = pool.services().filter(|service| is_ours(service.full_name())).collect();
        let mut taken = HashSet::new();
        for method in services.iter().flat_map(|service| service.methods().collect::<Vec<_>>()) {
            reach(&method.input(), &mut taken);
        }
        Contract {
            messages: pool.all_messages().filter(|message| is_ours(message.full_name())).collect(),
            enums: pool.all_enums().filter(|of| is_ours(of.full_name())).collect(),
            services,
            comments,
            taken,
        }
    }

    pub fn comment(&self, file: &FileDescriptor, path: &[i32]) -> Comment {
        self.comments.get(&(file.name().to_owned(), path.to_owned())).cloned().unwrap_or_default()
    }

    pub fn comment_of(&self, field: &FieldDescriptor) -> Comment {
        self.comment(&field.parent_file(), field.path())
    }

    /// True of a field that a caller fills in. A preset holds such fields too, and is answered.
    pub fn is_taken(&self, field: &FieldDescriptor) -> bool {
        self.taken.contains(field.parent_message().full_name())
    }

    pub fn fields(&self) -> impl Iterator<Item = FieldDescriptor> + '_ {
        self.messages.iter().flat_map(|message| message.fields().collect::<Vec<_>>())
    }
}

fn reach(message: &MessageDescriptor, reached: &mut HashSet<String>) {
    if reached.insert(message.full_name().to_owned()) {
        for field in message.fields() {
            if let Some(within) = field.kind().as_message() {
                reach(within, reached);
            }
        }
    }
}

impl Comment {
    fn of(text: &str) -> Comment {
        Comment(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    /// True of a field whose requests are refused without it, in every case or in some.
    pub fn is_required(&self) -> bool {
        self.0.starts_with("Required. ") || self.is_sometimes_required()
    }

    pub fn is_sometimes_required(&self) -> bool {
        self.0.starts_with("Required, ")
    }

    /// What stands behind a label, up to the end of the sentence.
    pub fn part(&self, label: &str) -> Option<&str> {
        assert!(LABELS.contains(&label), "{label} is no label");
        let (_, behind) = format!(" {}", self.0).find(&format!(" {label}: ")).map(|at| self.0.split_at(at))?;
        let behind = behind.strip_prefix(label)?.strip_prefix(": ")?;
        // A point within a number or a file's name is no end.
        let end = behind.find(". ").or(behind.strip_suffix('.').map(str::len)).unwrap_or(behind.len());
        behind.get(..end).filter(|part| !part.is_empty())
    }
}

/// The contract of this build, as the server reflects it.
pub fn descriptors() -> FileDescriptorSet {
    FileDescriptorSet::decode(pb::FILE_DESCRIPTOR_SET).expect("the contract's descriptors are whole")
}
