//! What of the contract requests reach: every branch of every oneof, every value of an enum and one that it has not, lists of every length,
//! optional fields present and absent.

use std::collections::BTreeSet;

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value};

use crate::requests::is_branch;
use crate::seeds::SEEDS;

/// Adds what a message reaches.
pub fn reach(message: &DynamicMessage, reached: &mut BTreeSet<String>) {
    for oneof in message.descriptor().oneofs().filter(|oneof| !oneof.is_synthetic()) {
        let branch = oneof.fields().find(|branch| message.has_field(branch));
        let branch = branch.map_or_else(|| "none".to_owned(), |branch| branch.name().to_owned());
        reached.insert(format!("{}: {branch}", oneof.full_name()));
    }
    for field in message.descriptor().fields() {
        let (name, is_there) = (field.full_name(), message.has_field(&field));
        if field.supports_presence() && !is_branch(&field) {
            reached.insert(format!("{name}: {}", if is_there { "there" } else { "absent" }));
        }
        let value = message.get_field(&field);
        if let Some(items) = value.as_list() {
            reached.insert(format!("{name}: {}", length(&field, items.len())));
        }
        for item in value.as_list().unwrap_or(std::slice::from_ref(&value)) {
            match (item, field.kind()) {
                (Value::Message(child), _) if is_there => reach(child, reached),
                (Value::EnumNumber(number), Kind::Enum(values)) => {
                    let value = values.get_value(*number).map_or_else(|| "unknown".to_owned(), |value| value.name().to_owned());
                    reached.insert(format!("{name}: {value}"));
                }
                (Value::Bool(value), _) => drop(reached.insert(format!("{name}: {value}"))),
                _ => {}
            }
        }
    }
}

fn length(field: &FieldDescriptor, count: usize) -> &'static str {
    match (count, SEEDS.limit(field)) {
        (0, _) => "empty",
        (_, Some(limit)) if count == limit => "at its limit",
        (_, Some(limit)) if count >= 2 * limit => "far above its limit",
        (_, Some(limit)) if count > limit => "above its limit",
        _ => "some",
    }
}

/// Adds all that messages of this kind can reach.
pub fn reachable(message: &MessageDescriptor, all: &mut BTreeSet<String>) {
    for oneof in message.oneofs().filter(|oneof| !oneof.is_synthetic()) {
        all.extend(oneof.fields().map(|branch| format!("{}: {}", oneof.full_name(), branch.name())));
        all.insert(format!("{}: none", oneof.full_name()));
    }
    for field in message.fields() {
        let name = field.full_name();
        let mut add = |what: &[&str]| all.extend(what.iter().map(|what| format!("{name}: {what}")));
        if field.supports_presence() && !is_branch(&field) {
            add(&["there", "absent"]);
        }
        if field.is_list() {
            add(&["empty", "some"]);
            if SEEDS.limit(&field).is_some() {
                add(&["at its limit", "above its limit", "far above its limit"]);
            }
        }
        match field.kind() {
            Kind::Bool => add(&["true", "false"]),
            Kind::Enum(values) => {
                values.values().for_each(|value| add(&[value.name()]));
                add(&["unknown"]);
            }
            Kind::Message(child) => reachable(&child, all),
            _ => {}
        }
    }
}
