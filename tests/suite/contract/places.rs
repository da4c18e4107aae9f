//! Each field of requests in a golden row that is answered, to be changed there.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use prost_reflect::{FieldDescriptor, MessageDescriptor};
use serde_json::Value;
use tonic::Status;
use tonic_types::StatusExt;

use super::comments::{Comment, Contract, descriptors};
use crate::support::{Client, SERVER, method_of};
use crate::tools::root;

/// A field in a request that is answered.
pub struct Place {
    pub field: FieldDescriptor,
    pub comment: Comment,
    pub method: String,
    pub request: Value,
    pub answer: Value,
    /// As the server writes it, and as JSON's pointer.
    pub path: String,
    pointer: String,
}

impl Place {
    /// The request with another value here; none leaves the field out.
    pub fn with(&self, value: Option<Value>) -> Value {
        let mut request = self.request.clone();
        let (parent, name) = self.pointer.rsplit_once('/').expect("a pointer");
        let parent = request.pointer_mut(parent).and_then(Value::as_object_mut).expect("the message that holds the field");
        match value {
            Some(value) => parent.insert(name.to_owned(), value),
            None => parent.remove(name),
        };
        request
    }

    pub fn value(&self) -> &Value {
        self.request.pointer(&self.pointer).expect("the field is there")
    }

    pub fn ask(&self, client: &Client, value: Option<Value>) -> Result<Value, Status> {
        client.call(&self.method, &self.with(value))
    }

    pub fn fault(&self, what: &str) -> String {
        format!("{} {what}: {:?} ({} {})", self.field.full_name(), self.comment.text(), self.method, self.request)
    }
}

/// Reason and description of each violation at a path.
pub fn refusals(answer: &Result<Value, Status>, path: &str) -> Vec<(String, String)> {
    let Err(status) = answer else { return Vec::new() };
    let details = status.get_details_bad_request();
    let violations = details.map(|details| details.field_violations).unwrap_or_default();
    violations.into_iter().filter(|of| of.field == path).map(|of| (of.reason, of.description)).collect()
}

pub static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract::of(&descriptors()));

/// Each field of requests that a golden row has, in the first row that is answered.
pub static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| places(&CONTRACT, &SERVER.client()));

fn places(contract: &Contract, client: &Client) -> Vec<Place> {
    let mut places = BTreeMap::new();
    let mut files: Vec<_> = std::fs::read_dir(root().join("tests/golden"))
        .expect("the golden rows")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
        .collect();
    files.sort();
    for file in files {
        for line in std::fs::read_to_string(&file).expect("rows").lines() {
            let row: Value = serde_json::from_str(line).expect("a row");
            let Some(method) = row["method"].as_str().filter(|method| method.starts_with("paydirt.")) else { continue };
            if !row["response"].is_object() {
                continue;
            }
            let mut found = Vec::new();
            walk(&method_of(method).input(), &row["request"], ("", ""), &mut found);
            found.retain(|(field, ..)| !places.contains_key(field.full_name()));
            if found.is_empty() {
                continue;
            }
            let answer = client.call(method, &row["request"]).expect("a row that is answered");
            for (field, path, pointer) in found {
                places.entry(field.full_name().to_owned()).or_insert(Place {
                    comment: contract.comment_of(&field),
                    field,
                    method: method.to_owned(),
                    request: row["request"].clone(),
                    answer: answer.clone(),
                    path,
                    pointer,
                });
            }
        }
    }
    places.into_values().collect()
}

fn walk(message: &MessageDescriptor, value: &Value, at: (&str, &str), found: &mut Vec<(FieldDescriptor, String, String)>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let field = message.get_field_by_name(name).unwrap_or_else(|| panic!("{} has no {name}", message.full_name()));
        let path = if at.0.is_empty() { name.clone() } else { format!("{}.{name}", at.0) };
        let pointer = format!("{}/{name}", at.1);
        let within = field.kind();
        if let Some(within) = within.as_message() {
            match value.as_array() {
                Some(items) => {
                    for (index, item) in items.iter().enumerate() {
                        walk(within, item, (&format!("{path}[{index}]"), &format!("{pointer}/{index}")), found);
                    }
                }
                None => walk(within, value, (&path, &pointer), found),
            }
        }
        let is_empty = value.as_array().is_some_and(Vec::is_empty);
        if !is_empty && !found.iter().any(|(known, ..)| *known == field) {
            found.push((field, path, pointer));
        }
    }
}
