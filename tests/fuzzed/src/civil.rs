//! What has to hold of an answer, and of a refusal, whatever was asked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use paydirt::models::input::Violations;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value};
use tonic::{Code, Status};
use tonic_types::{FieldViolation, StatusExt};

use crate::grammar::{Meaning, is_canonical, meaning};

/// The most bytes of a refusal's details: trailers of 8 KiB break some clients.
const DETAILS_BYTES_MAX: usize = 4096;
/// The line that counts further violations.
const MORE: &str = "MORE_VIOLATIONS";
/// Fields whose texts are the caller's, and come back as they were sent.
const NAME: &str = "name";
/// The message whose texts are sentences and formulas.
const EXPLANATION: &str = "paydirt.v1.Explanation";

/// The reasons that a page for callers explains: words in capitals, in code.
static EXPLAINED: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut pages = vec![root.join("README.md")];
    pages_of(&root.join("docs"), &mut pages);
    let words = |page: PathBuf| {
        let text = std::fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        text.split('`').skip(1).step_by(2).filter(|word| is_in_capitals(word)).map(str::to_owned).collect::<Vec<_>>()
    };
    pages.into_iter().flat_map(words).collect()
});

fn pages_of(folder: &Path, pages: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            pages_of(&path, pages);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            pages.push(path);
        }
    }
}

fn is_in_capitals(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Looks at a refusal of a request. `response` is the message that an answer would have been.
///
/// # Errors
/// A sentence that says what does not hold.
pub fn refusal_holds(request: &DynamicMessage, response: &MessageDescriptor, status: &Status) -> Result<(), String> {
    let violations = refusal_names_fields(request, response, status)?;
    let ensure = |holds: bool, what: &str| if holds { Ok(()) } else { Err(format!("{what}: {status:?}")) };
    let is_unreadable = |reason: &str| !matches!(reason, "OUT_OF_RANGE" | "TOO_MANY_ITEMS" | "NOT_APPLICABLE");
    ensure(violations.is_sorted_by_key(|violation| !is_unreadable(&violation.reason)), "an unreadable field comes late")?;
    for class in [true, false] {
        let of_class = violations.iter().filter(|violation| is_unreadable(&violation.reason) == class);
        let places: Vec<_> = of_class.map(|violation| place(&request.descriptor(), &violation.field)).collect();
        ensure(places.is_sorted(), "fields are not in the order of the request")?;
    }
    Ok(())
}

/// Looks at a refusal of a request whose fields may be named in any order, and returns its violations.
///
/// # Errors
/// A sentence that says what does not hold.
pub fn refusal_names_fields(
    request: &DynamicMessage,
    response: &MessageDescriptor,
    status: &Status,
) -> Result<Vec<FieldViolation>, String> {
    let ensure = |holds: bool, what: &str| if holds { Ok(()) } else { Err(format!("{what}: {status:?}")) };
    ensure(status.code() == Code::InvalidArgument, "the code is another than INVALID_ARGUMENT")?;
    ensure(status.details().len() <= DETAILS_BYTES_MAX, "the details are too long")?;
    let info = status.get_details_error_info().ok_or("no reason is given")?;
    ensure(info.domain == "paydirt", "another domain refuses")?;
    ensure(EXPLAINED.contains(&info.reason), "no page explains the reason")?;
    let mut violations = status.get_details_bad_request().map(|details| details.field_violations).unwrap_or_default();
    ensure(!violations.is_empty(), "no field is named")?;
    for violation in &violations {
        ensure(EXPLAINED.contains(&violation.reason), "no page explains the reason of a field")?;
        ensure(!violation.description.is_empty(), "a field has no description")?;
    }
    if info.reason == "RESULT_TOO_LARGE" {
        ensure(leads(response, None, &violations[0].field), "the result is no field of the response")?;
        return Ok(Vec::new());
    }
    let count: usize =
        info.metadata.get("violations").and_then(|count| count.parse().ok()).ok_or("the violations are not counted")?;
    if violations.last().is_some_and(|last| last.reason == MORE) {
        let last = violations.pop().ok_or("there was one")?;
        ensure(last.description == format!("and {} more", count - violations.len()), "the rest is miscounted")?;
        ensure(last.field.is_empty(), "the line that counts the rest names a field")?;
    } else {
        ensure(count == violations.len(), "violations are left out without a word")?;
    }
    ensure(violations.len() <= Violations::KEPT_MAX, "too many violations are listed")?;
    for violation in &violations {
        let path = &violation.field;
        ensure(leads(&request.descriptor(), Some(request), path), &format!("the request has no {path}"))?;
    }
    let named: BTreeSet<_> = violations.iter().map(|violation| (&violation.field, &violation.reason)).collect();
    ensure(named.len() == violations.len(), "a field is refused twice for one reason")?;
    Ok(violations)
}

/// Returns whether a path such as `costs[2].amount` leads to a field or a oneof; within a message, to one that is there.
fn leads(descriptor: &MessageDescriptor, message: Option<&DynamicMessage>, path: &str) -> bool {
    let (step, rest) = path.split_once('.').map_or((path, None), |(step, rest)| (step, Some(rest)));
    let (name, index) = match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
        Some((name, index)) => match index.parse::<usize>() {
            Ok(index) => (name, Some(index)),
            Err(_) => return false,
        },
        None => (step, None),
    };
    let Some(field) = descriptor.get_field_by_name(name) else {
        return rest.is_none()
            && index.is_none()
            && descriptor.oneofs().any(|oneof| oneof.name() == name && !oneof.is_synthetic());
    };
    let value = message.map(|message| message.get_field(&field));
    let there = match (&value, index) {
        (Some(value), Some(index)) => match value.as_list().and_then(|items| items.get(index)) {
            Some(item) => Some(item.clone()),
            None => return false,
        },
        (Some(value), None) => Some(value.clone().into_owned()),
        (None, Some(_)) if !field.is_list() => return false,
        (None, _) => None,
    };
    match (rest, field.kind()) {
        (None, _) => true,
        (Some(rest), Kind::Message(child)) => leads(&child, there.as_ref().and_then(Value::as_message), rest),
        _ => false,
    }
}

/// The place of a field among all of a request: at each step the place in the message, and the place in the list.
fn place(descriptor: &MessageDescriptor, path: &str) -> Vec<usize> {
    let (step, rest) = path.split_once('.').map_or((path, None), |(step, rest)| (step, Some(rest)));
    let (name, item) = step.split_once('[').unwrap_or((step, ""));
    let is_it = |field: &FieldDescriptor| {
        field.name() == name || field.containing_oneof().is_some_and(|oneof| !oneof.is_synthetic() && oneof.name() == name)
    };
    let found = descriptor.fields().position(|field| is_it(&field)).unwrap_or_default();
    let mut place = vec![found, item.trim_end_matches(']').parse().unwrap_or_default()];
    if let (Some(rest), Some(Kind::Message(child))) = (rest, descriptor.get_field_by_name(name).map(|field| field.kind())) {
        place.extend(self::place(&child, rest));
    }
    place
}

/// Looks at an answer to a request.
///
/// # Errors
/// A sentence that says what does not hold.
pub fn answer_holds(request: &DynamicMessage, answer: &DynamicMessage) -> Result<(), String> {
    let options = request.get_field_by_name("options").and_then(|options| options.as_message().cloned());
    let asked = |name: &str| options.as_ref().and_then(|options| options.get_field_by_name(name).map(|of| of.into_owned()));
    let is_explained = asked("explain").and_then(|explain| explain.as_bool()).unwrap_or_default();
    if answer.has_field_by_name("explanation") != is_explained {
        return Err(format!("an explanation is there, or not, against the request: {answer:?}"));
    }
    let mut names = BTreeSet::new();
    names_of(request, &mut names);
    let mut said = Vec::new();
    message_holds(answer, &names, &mut said);
    if said.is_empty() { Ok(()) } else { Err(format!("{} in {answer:?}", said.join(", "))) }
}

/// The caller's own words.
fn names_of(message: &DynamicMessage, names: &mut BTreeSet<String>) {
    for (field, value) in message.fields() {
        for item in value.as_list().unwrap_or(std::slice::from_ref(value)) {
            match item {
                Value::Message(child) => names_of(child, names),
                Value::String(text) if field.name() == NAME => drop(names.insert(text.clone())),
                _ => {}
            }
        }
    }
}

fn message_holds(message: &DynamicMessage, names: &BTreeSet<String>, said: &mut Vec<String>) {
    if message.descriptor().full_name() == EXPLANATION {
        return;
    }
    for oneof in message.descriptor().oneofs().filter(|oneof| !oneof.is_synthetic()) {
        if !oneof.fields().any(|branch| message.has_field(&branch)) {
            said.push(format!("{} has no branch", oneof.full_name()));
        }
    }
    for field in message.descriptor().fields() {
        let value = message.get_field(&field);
        if is_missing(message, &field) {
            said.push(format!("{} is missing", field.full_name()));
        }
        for item in value.as_list().unwrap_or(std::slice::from_ref(&value)) {
            match item {
                Value::Message(child) if message.has_field(&field) => message_holds(child, names, said),
                Value::String(text) if !names.contains(text) && is_not_canonical(text) => {
                    said.push(format!("{} is {text:?}, which is not how decimals are written", field.full_name()));
                }
                _ => {}
            }
        }
    }
}

/// Returns whether a text is a decimal, and another text than the only one of its number.
fn is_not_canonical(text: &str) -> bool {
    !matches!(meaning(text), Meaning::Nothing) && !is_canonical(text)
}

/// Returns whether a field that every answer has is not there: a text that is not optional, an enum.
fn is_missing(message: &DynamicMessage, field: &FieldDescriptor) -> bool {
    let is_always_there =
        !field.is_list() && !field.supports_presence() && matches!(field.kind(), Kind::String | Kind::Enum(_));
    is_always_there && !message.has_field(field)
}
