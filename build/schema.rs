//! JSON Schema (2020-12) of a message, for OpenAPI and for the tools of agents.

use std::collections::BTreeSet;

use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, OneofDescriptor};
use serde_json::{Map, Value, json};

use super::Contract;
use super::comments::{self, first_clause, first_sentence};

/// The grammar of a decimal, which the head of `common.proto` says in words.
pub const DECIMAL: &str = r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$";

/// The pattern of a decimal that may be left out and has no presence of its own: writers of JSON that leave nothing out write it empty.
const DECIMAL_OR_EMPTY: &str = r"^(-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?)?$";

/// How a document writes its schemas.
pub struct Style {
    /// The place of the schemas that others refer to, such as `#/$defs/`.
    pub at: &'static str,
    /// True for agents, who read each word at a price and whose clients know little of JSON Schema: what all models share is described in
    /// a sentence, patterns are left out, and words alone say which fields exclude each other.
    pub is_brief: bool,
    /// The full name of a message whose schema is not written, wherever another one refers to it; empty where all are.
    pub without: &'static str,
}

/// The file of what all models share.
const SHARED: &str = "paydirt/v1/common.proto";

/// What a brief comment leaves out: what the schema says, and what goes without saying.
const SAID_ALREADY: [&str; 4] = ["Required. ", "Unit: money. ", "Range: any decimal. ", "Text: a code of ISO 4217. "];

impl Style {
    /// The description of a field. The names of what all models share say enough for agents.
    fn said_of(&self, field: &FieldDescriptor, comment: &str) -> Option<String> {
        let is_options = |kind: &Kind| kind.as_message().is_some_and(is_of_options);
        match self.is_brief {
            false => Some(comment.to_owned()),
            true if is_options(&field.kind()) => None,
            true if is_of_options(field.parent_message()) => {
                (field.name() == "explain").then(|| first_sentence(comment).to_owned())
            }
            true => Some(SAID_ALREADY.iter().fold(comment.to_owned(), |comment, part| comment.replace(part, ""))),
        }
    }
}

impl Contract<'_> {
    /// The schema of a message, and the full names of the messages and enums to which the schema refers.
    pub fn schema(&self, message: &MessageDescriptor, style: &Style, needed: &mut BTreeSet<String>) -> Value {
        let is_taken = self.taken.contains(message.full_name());
        let comment = self.comments.at(&message.parent_file(), message.path());
        let mut description = if style.is_brief { without_equations(comment) } else { comment.to_owned() };
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in message.fields() {
            let comment = self.comments.at(&field.parent_file(), field.path());
            let mut of_field = self.field_schema(&field, style, needed);
            if let Some(said) = style.said_of(&field, comment) {
                of_field["description"] = said.into();
            }
            properties.insert(field.name().to_owned(), of_field);
            // An answer always writes a field that cannot be absent.
            if if is_taken { comments::is_required(comment) } else { !field.supports_presence() } {
                required.push(field.name().to_owned());
            }
        }
        let mut exclusions = Vec::new();
        for choice in message.oneofs().filter(|of| !of.is_synthetic()) {
            let comment = self.comments.at(&message.parent_file(), choice.path());
            let is_required = !is_taken || comments::is_required(&format!("{comment} "));
            let names: Vec<String> = choice.fields().map(|field| field.name().to_owned()).collect();
            let how_many = if is_required { "Exactly one of" } else { "At most one of" };
            description.push_str(&format!("\n{how_many} {}: {comment}", names.join(", ")));
            exclusions.push(exclusion(&choice, is_required));
        }
        let mut schema = json!({ "type": "object" });
        if !(style.is_brief && is_of_options(message)) {
            schema["description"] = description.into();
        }
        schema["properties"] = properties.into();
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        if is_taken && !style.is_brief {
            schema["additionalProperties"] = false.into();
        }
        if !style.is_brief && !exclusions.is_empty() {
            schema["allOf"] = exclusions.into();
        }
        schema
    }

    fn field_schema(&self, field: &FieldDescriptor, style: &Style, needed: &mut BTreeSet<String>) -> Value {
        let comment = self.comments.at(&field.parent_file(), field.path());
        let mut refer = |full: &str| {
            if full != style.without {
                needed.insert(full.to_owned());
            }
            json!({ "$ref": format!("{}{}", style.at, self.name(full)) })
        };
        let mut schema = match field.kind() {
            Kind::Message(message) if style.is_brief && is_of_options(&message) => self.schema(&message, style, needed),
            Kind::Message(message) => refer(message.full_name()),
            Kind::Enum(of) if style.is_brief && is_of_options(field.parent_message()) => self.enum_schema(&of, style),
            Kind::Enum(of) => refer(of.full_name()),
            Kind::String if comments::is_decimal(comment) && !style.is_brief => {
                let is_taken = self.taken.contains(field.parent_message().full_name());
                let may_be_empty =
                    is_taken && !comments::is_required(comment) && !field.supports_presence() && !field.is_list();
                json!({ "type": "string", "pattern": if may_be_empty { DECIMAL_OR_EMPTY } else { DECIMAL } })
            }
            Kind::String => json!({ "type": "string" }),
            Kind::Bool => json!({ "type": "boolean" }),
            // JSON's numbers have 53 bits.
            Kind::Uint64 => json!({ "type": "string", "pattern": "^[0-9]+$" }),
            Kind::Uint32 if style.is_brief => json!({ "type": "integer" }),
            Kind::Uint32 => json!({ "type": "integer", "minimum": 0 }),
            Kind::Int32 => json!({ "type": "integer" }),
            other => panic!("{}: no schema is known for {other:?}", field.full_name()),
        };
        if field.is_list() {
            schema = json!({ "type": "array", "items": schema });
        }
        schema
    }

    /// The schema of an enum: its values, and what they mean.
    fn enum_schema(&self, of: &EnumDescriptor, style: &Style) -> Value {
        let file = of.parent_file();
        // The value that means nothing is taken, and said to nobody who might choose it.
        let values: Vec<_> = of.values().filter(|value| value.number() != 0 || !style.is_brief).collect();
        let names: Vec<String> = values.iter().map(|value| value.name().to_owned()).collect();
        let mut schema = json!({ "type": "string", "enum": names });
        if style.is_brief && file.name() == SHARED {
            return schema;
        }
        let comment = self.comments.at(&file, of.path());
        let mut description = if style.is_brief { first_sentence(comment) } else { comment }.to_owned();
        for value in values {
            let comment = self.comments.at(&file, value.path());
            let said = if style.is_brief { first_clause(comment) } else { comment };
            description.push_str(&format!("\n{}: {said}", value.name()));
        }
        schema["description"] = description.into();
        schema
    }

    /// The schemas of all that a schema refers to, and of all that those refer to, by their names.
    pub fn schemas(&self, mut needed: BTreeSet<String>, style: &Style) -> Map<String, Value> {
        let mut schemas = Map::new();
        while let Some(full) = needed.pop_first() {
            let name = self.name(&full);
            if schemas.contains_key(&name) {
                continue;
            }
            let schema = match (self.pool.get_message_by_name(&full), self.pool.get_enum_by_name(&full)) {
                (Some(message), _) => self.schema(&message, style, &mut needed),
                (None, Some(of)) => self.enum_schema(&of, style),
                (None, None) => panic!("{full} is neither a message nor an enum"),
            };
            schemas.insert(name, schema);
        }
        schemas.sort_keys();
        schemas
    }
}

/// True of the messages by which a request asks for an explanation and for rounding. Each tool has them, and their names say enough.
fn is_of_options(message: &MessageDescriptor) -> bool {
    matches!(message.name(), "CalculationOptions" | "Rounding")
}

/// A comment without its indented lines.
fn without_equations(comment: &str) -> String {
    comment.lines().filter(|line| !line.is_empty() && !line.starts_with(' ')).collect::<Vec<_>>().join("\n")
}

/// The rule that fields of a choice exclude each other.
fn exclusion(choice: &OneofDescriptor, is_required: bool) -> Value {
    let each = choice.fields().map(|field| json!({ "required": [field.name()] }));
    let each: Vec<Value> = each.collect();
    if is_required {
        json!({ "oneOf": each })
    } else {
        let none = json!({ "not": { "anyOf": each } });
        json!({ "oneOf": each.into_iter().chain([none]).collect::<Vec<_>>() })
    }
}
