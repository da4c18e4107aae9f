//! Code that reaches fields of calculations and of their answers by numbers, and the shapes by which paths are read. Studies turn any
//! input of any model so, and no model has code for studies.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use prost_reflect::prost_types::FileDescriptorSet;
use prost_reflect::{DescriptorPool, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, OneofDescriptor};

use super::documents::comments::{Comments, is_decimal, is_required, part};
use super::names::{camel, snake};

const PACKAGE: &str = "paydirt.v1.";
/// The messages from which everything is reached: a calculation, and its answer.
const ROOTS: [&str; 2] = ["Calculation", "CalculationResult"];
/// Fields that no path names: they ask for what is beside the answer, or are it.
const NOT_REACHED: [&str; 3] = ["options", "explanation", "warnings"];

type Written = Result<(), Box<dyn std::error::Error>>;

/// Returns the implementations of `Reach`, and a shape for each message and enum.
pub fn code(pool: &DescriptorPool, files: &FileDescriptorSet) -> Result<String, Box<dyn std::error::Error>> {
    let comments = Comments::of(files);
    let mut messages = BTreeMap::new();
    for root in ROOTS {
        let message = pool.get_message_by_name(&format!("{PACKAGE}{root}")).ok_or("the contract has no calculation")?;
        collect(&message, &mut messages);
    }
    let (mut code, mut enums) = (String::new(), BTreeMap::new());
    for message in messages.values() {
        implementation(message, &mut code)?;
        shape(message, &comments, &mut enums, &mut code)?;
    }
    for of in enums.values() {
        let values: String = of.values().map(|value| format!("({:?}, {}),", value.name(), value.number())).collect();
        writeln!(
            code,
            "pub static {}: EnumShape = EnumShape {{ name: {:?}, values: &[{values}] }};",
            constant(of.full_name()),
            of.name()
        )?;
    }
    Ok(code)
}

fn collect(message: &MessageDescriptor, found: &mut BTreeMap<String, MessageDescriptor>) {
    if found.insert(message.full_name().to_owned(), message.clone()).is_none() {
        for field in reached(message) {
            if let Kind::Message(inner) = field.kind() {
                collect(&inner, found);
            }
        }
    }
}

fn reached(message: &MessageDescriptor) -> impl Iterator<Item = FieldDescriptor> {
    message.fields().filter(|field| !NOT_REACHED.contains(&field.name())).collect::<Vec<_>>().into_iter()
}

fn oneof_of(field: &FieldDescriptor) -> Option<OneofDescriptor> {
    field.containing_oneof().filter(|oneof| !oneof.is_synthetic())
}

/// `set` and `get` of a message, each a match on the number of a field.
fn implementation(message: &MessageDescriptor, code: &mut String) -> Written {
    let (mut set, mut get) = (String::new(), String::new());
    for field in reached(message) {
        let number = field.number();
        let (setting, getting) = match oneof_of(&field) {
            Some(oneof) => of_oneof(message, &oneof, &field)?,
            None if field.is_list() => of_list(&field)?,
            None => of_single(&field)?,
        };
        writeln!(set, "{number} => {setting},")?;
        writeln!(get, "{number} => {getting},")?;
    }
    writeln!(
        code,
        "impl Reach for pb::{} {{
            fn set(&mut self, way: &[u32], put: &Put) -> bool {{
                let Some((number, rest)) = way.split_first() else {{ return false }};
                match number {{ {set} _ => false }}
            }}
            fn get(&self, way: &[u32]) -> Got<'_> {{
                let Some((number, rest)) = way.split_first() else {{ return Got::Message }};
                match number {{ {get} _ => Got::Absent }}
            }}
        }}",
        message.name()
    )?;
    Ok(())
}

/// The pattern of a value that fits the field, and the expression of the value.
fn fitting(kind: &Kind) -> Result<(&'static str, &'static str, &'static str), String> {
    match kind {
        Kind::String => Ok(("Put::Text(value)", "value.clone()", "Got::Text")),
        Kind::Uint32 => Ok(("Put::Whole(value)", "*value", "Got::Whole")),
        Kind::Enum(_) => Ok(("Put::Enum(value)", "*value", "Got::Enum")),
        Kind::Bool => Ok(("Put::Flag(value)", "*value", "Got::Flag")),
        other => Err(format!("a field of a kind that studies do not reach yet: {other:?}")),
    }
}

fn of_single(field: &FieldDescriptor) -> Result<(String, String), String> {
    let name = field.name();
    if matches!(field.kind(), Kind::Message(_)) {
        return Ok((
            format!("self.{name}.get_or_insert_default().set(rest, put)"),
            format!("self.{name}.as_ref().map_or(Got::Absent, |inner| inner.get(rest))"),
        ));
    }
    let (pattern, value, got) = fitting(&field.kind())?;
    let (value, getting) = match (field.supports_presence(), field.kind()) {
        (true, Kind::String) => (format!("Some({value})"), format!("self.{name}.as_ref().map_or(Got::Absent, {got})")),
        (true, _) => (format!("Some({value})"), format!("self.{name}.map_or(Got::Absent, {got})")),
        (false, Kind::String) => (value.to_owned(), format!("{got}(&self.{name})")),
        (false, _) => (value.to_owned(), format!("{got}(self.{name})")),
    };
    let setting = format!("match put {{ {pattern} => {{ self.{name} = {value}; true }} _ => false }}");
    Ok((setting, getting))
}

fn of_list(field: &FieldDescriptor) -> Result<(String, String), String> {
    let name = field.name();
    let (setting, getting) = match field.kind() {
        Kind::Message(_) => ("member.set(rest, put)", "member.get(rest)"),
        Kind::String => ("match put { Put::Text(value) => { *member = value.clone(); true } _ => false }", "Got::Text(member)"),
        other => return Err(format!("a list of a kind that studies do not reach yet: {other:?}")),
    };
    let rest = if matches!(field.kind(), Kind::Message(_)) { "rest" } else { "_rest" };
    Ok((
        format!(
            "match rest.split_first() {{
                Some((index, {rest})) => self.{name}.get_mut(*index as usize).is_some_and(|member| {setting}),
                None => false,
            }}"
        ),
        format!(
            "match rest.split_first() {{
                Some((index, {rest})) => self.{name}.get(*index as usize).map_or(Got::Absent, |member| {getting}),
                None => Got::Members(self.{name}.len()),
            }}"
        ),
    ))
}

/// A member of a oneof. What is set takes the place of the member that is there; a member that is not there answers with the name of that.
fn of_oneof(message: &MessageDescriptor, oneof: &OneofDescriptor, field: &FieldDescriptor) -> Result<(String, String), String> {
    let choice = oneof.name();
    let variant =
        |field: &FieldDescriptor| format!("pb::{}::{}::{}", snake(message.name()), camel(choice), camel(field.name()));
    let own = variant(field);
    let others: String = oneof
        .fields()
        .filter(|other| other != field)
        .map(|other| format!("Some({}(_)) => Got::Outcome({:?}),", variant(&other), other.name()))
        .collect();
    let (setting, getting) = if matches!(field.kind(), Kind::Message(_)) {
        let setting = format!(
            "{{
                if !matches!(self.{choice}, Some({own}(_))) {{ self.{choice} = Some({own}(Default::default())); }}
                match &mut self.{choice} {{ Some({own}(inner)) => inner.set(rest, put), _ => false }}
            }}"
        );
        (setting, "inner.get(rest)".to_owned())
    } else {
        let (pattern, value, got) = fitting(&field.kind())?;
        let setting = format!("match put {{ {pattern} => {{ self.{choice} = Some({own}({value})); true }} _ => false }}");
        let inner = if field.kind() == Kind::String { "inner" } else { "*inner" };
        (setting, format!("{got}({inner})"))
    };
    Ok((setting, format!("match &self.{choice} {{ Some({own}(inner)) => {getting}, {others} None => Got::Absent }}")))
}

fn shape(
    message: &MessageDescriptor,
    comments: &Comments,
    enums: &mut BTreeMap<String, EnumDescriptor>,
    code: &mut String,
) -> Written {
    let mut fields = String::new();
    for field in reached(message) {
        let comment = comments.at(&field.parent_file(), field.path());
        let kind = match field.kind() {
            Kind::String if is_decimal(comment) => "ValueKind::Decimal".to_owned(),
            Kind::String if part(comment, "Text").is_some_and(|text| text.starts_with("a date")) => {
                "ValueKind::Date".to_owned()
            }
            Kind::String => "ValueKind::Text".to_owned(),
            Kind::Uint32 => "ValueKind::Whole".to_owned(),
            Kind::Bool => "ValueKind::Flag".to_owned(),
            Kind::Enum(of) => {
                let name = constant(of.full_name());
                enums.insert(of.full_name().to_owned(), of);
                format!("ValueKind::Enum(&{name})")
            }
            Kind::Message(inner) => format!("ValueKind::Message(&{})", constant(inner.full_name())),
            other => return Err(format!("{} is a {other:?}, which studies do not reach yet", field.full_name()).into()),
        };
        let siblings: Vec<String> = match oneof_of(&field) {
            Some(oneof) => oneof.fields().filter(|other| *other != field).map(|other| other.name().to_owned()).collect(),
            None => Vec::new(),
        };
        let of_oneof = oneof_of(&field);
        let required = of_oneof.as_ref().map_or_else(
            || is_required(comment),
            |oneof| is_required(comments.at(&message.parent_file(), oneof.path())) && oneof.fields().count() == 1,
        );
        writeln!(
            fields,
            "FieldShape {{ name: {:?}, number: {}, kind: {kind}, is_list: {}, has_presence: {}, siblings: &{siblings:?}, range: {:?}, unit: {:?}, is_required: {required} }},",
            field.name(),
            field.number(),
            field.is_list(),
            field.field_descriptor_proto().proto3_optional(),
            part(comment, "Range").unwrap_or_default(),
            part(comment, "Unit").unwrap_or_default(),
        )?;
    }
    writeln!(
        code,
        "pub static {}: MessageShape = MessageShape {{ name: {:?}, fields: &[{fields}] }};",
        constant(message.full_name()),
        message.name()
    )?;
    Ok(())
}

/// `COMPUTE_RUNWAY_REQUEST` of `paydirt.v1.ComputeRunwayRequest`.
fn constant(full: &str) -> String {
    let name = full.strip_prefix(PACKAGE).unwrap_or(full);
    name.split('.').map(|part| snake(part).to_uppercase()).collect::<Vec<_>>().join("_")
}
