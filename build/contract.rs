//! `contract.json` and `studies.json`: messages, fields, enums and methods with their comments, for programs that make forms and tools of them.

use prost_reflect::{
    EnumDescriptor, FieldDescriptor, FileDescriptor, Kind, MessageDescriptor, MethodDescriptor, OneofDescriptor,
};
use serde_json::{Map, Value, json};

use super::Contract;
use super::comments;

/// A part of the contract, which is a document of its own: who shows a form of a model has no need of the studies, which name the models' types.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Models,
    Studies,
}

impl Part {
    fn has(self, file: &FileDescriptor) -> bool {
        (self == Part::Studies) == file.name().ends_with("/study.proto")
    }
}

impl Contract<'_> {
    pub fn as_json(&self, part: Part) -> Value {
        let services = self.services().filter(|service| part.has(&service.parent_file())).map(|service| {
            let methods: Vec<Value> = service.methods().map(|method| self.method(&method)).collect();
            json!({
                "name": service.full_name(),
                "comment": self.comments.at(&service.parent_file(), service.path()),
                "methods": methods,
            })
        });
        let messages = self.messages().filter(|message| part.has(&message.parent_file()));
        let messages = messages.map(|message| (self.name(message.full_name()), self.message(&message)));
        let enums = self.enums().filter(|of| part.has(&of.parent_file()));
        let enums = enums.map(|of| (self.name(of.full_name()), self.enumeration(&of)));
        json!({
            "package": self.package,
            "version": self.version,
            "services": services.collect::<Vec<_>>(),
            "messages": messages.collect::<Map<_, _>>(),
            "enums": enums.collect::<Map<_, _>>(),
        })
    }

    fn method(&self, method: &MethodDescriptor) -> Value {
        let mut written = json!({
            "name": method.name(),
            "comment": self.comments.at(&method.parent_service().parent_file(), method.path()),
            "request": self.name(method.input().full_name()),
            "response": self.name(method.output().full_name()),
        });
        if method.is_client_streaming() || method.is_server_streaming() {
            written["is_stream"] = true.into();
        }
        if let Some(model) = self.model_of(method) {
            written["model"] = model.into();
        }
        written
    }

    fn message(&self, message: &MessageDescriptor) -> Value {
        let mut written = json!({ "comment": self.comments.at(&message.parent_file(), message.path()) });
        let choices: Vec<Value> = message.oneofs().filter(|of| !of.is_synthetic()).map(|of| self.choice(&of)).collect();
        if !choices.is_empty() {
            written["oneofs"] = choices.into();
        }
        written["fields"] = message.fields().map(|field| self.field(&field)).collect::<Vec<_>>().into();
        written
    }

    fn choice(&self, choice: &OneofDescriptor) -> Value {
        let comment = self.comments.at(&choice.parent_message().parent_file(), choice.path());
        json!({ "name": choice.name(), "comment": comment })
    }

    /// A field with its type, `decimal` beside protobuf's. What is false is left out.
    fn field(&self, field: &FieldDescriptor) -> Value {
        let comment = self.comments.at(&field.parent_file(), field.path());
        let mut written = json!({ "name": field.name(), "number": field.number(), "type": self.type_of(field, comment) });
        if field.is_list() {
            written["is_list"] = true.into();
        }
        if field.field_descriptor_proto().proto3_optional() {
            written["is_optional"] = true.into();
        }
        if let Some(choice) = field.containing_oneof().filter(|of| !of.is_synthetic()) {
            written["oneof"] = choice.name().into();
        }
        written["comment"] = comment.into();
        written
    }

    fn type_of(&self, field: &FieldDescriptor, comment: &str) -> String {
        match field.kind() {
            Kind::Message(message) => self.name(message.full_name()),
            Kind::Enum(of) => self.name(of.full_name()),
            Kind::String if comments::is_decimal(comment) => "decimal".to_owned(),
            scalar => format!("{scalar:?}").to_lowercase(),
        }
    }

    fn enumeration(&self, of: &EnumDescriptor) -> Value {
        let file = of.parent_file();
        let values = of.values().map(
            |value| json!({ "name": value.name(), "number": value.number(), "comment": self.comments.at(&file, value.path()) }),
        );
        json!({ "comment": self.comments.at(&file, of.path()), "values": values.collect::<Vec<_>>() })
    }
}
