//! A request changed at random, by the contract's descriptors.

use fastrand::Rng;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value};

use crate::texts;

/// Lists that a change makes longer have at most so many members: longer ones come from the seeds.
const MEMBERS_MAX: usize = 250;

/// A request with one to four changes.
pub fn changed(request: &DynamicMessage, dice: &mut Rng) -> DynamicMessage {
    let mut changed = request.clone();
    let texts = some_texts(request, dice);
    for _ in 0..dice.usize(1..=4).min(dice.usize(1..=4)) {
        change_message(&mut changed, &texts, dice);
    }
    changed
}

/// A few texts from anywhere in the request, for others to be made equal to.
fn some_texts(message: &DynamicMessage, dice: &mut Rng) -> Vec<String> {
    let mut texts = Vec::new();
    for (_, value) in message.fields() {
        texts_of(value, &mut texts, dice);
    }
    texts
}

fn texts_of(value: &Value, texts: &mut Vec<String>, dice: &mut Rng) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Message(message) => message.fields().for_each(|(_, value)| texts_of(value, texts, dice)),
        Value::List(members) if !members.is_empty() => {
            for _ in 0..3 {
                texts_of(&members[dice.usize(..members.len())], texts, dice);
            }
        }
        _ => {}
    }
}

fn change_message(message: &mut DynamicMessage, texts: &[String], dice: &mut Rng) {
    let descriptor = message.descriptor();
    let fields: Vec<FieldDescriptor> = descriptor.fields().collect();
    if fields.is_empty() {
        return;
    }
    // Fields that are there are changed more often than those that are not.
    let present: Vec<&FieldDescriptor> = fields.iter().filter(|field| message.has_field(field)).collect();
    let field = match present.is_empty() || dice.u8(..4) == 0 {
        true => fields[dice.usize(..fields.len())].clone(),
        false => present[dice.usize(..present.len())].clone(),
    };
    if !message.has_field(&field) {
        let value = if field.is_list() {
            Value::List((0..dice.usize(1..=3)).map(|_| new(&field, dice)).collect())
        } else {
            new(&field, dice)
        };
        message.set_field(&field, value);
        return;
    }
    // A field that a model needs is rarely left out.
    if dice.u8(..32) == 0 && !field.is_list() {
        message.clear_field(&field);
        return;
    }
    let value = message.get_field_mut(&field);
    match value {
        Value::List(members) => change_list(members, &field, texts, dice),
        value => change_value(value, &field, texts, dice),
    }
}

fn change_value(value: &mut Value, field: &FieldDescriptor, texts: &[String], dice: &mut Rng) {
    match value {
        Value::String(text) => {
            let other = (!texts.is_empty()).then(|| texts[dice.usize(..texts.len())].as_str());
            *text = texts::changed(field.name(), text, other, dice);
        }
        Value::Message(message) => change_message(message, texts, dice),
        value => *value = new(field, dice),
    }
}

fn change_list(members: &mut Vec<Value>, field: &FieldDescriptor, texts: &[String], dice: &mut Rng) {
    let Some(place) = (!members.is_empty()).then(|| dice.usize(..members.len())) else {
        members.push(new(field, dice));
        return;
    };
    match dice.u8(..12) {
        0 => members.push(new(field, dice)),
        1 => drop(members.remove(place)),
        2 => {
            let copy = members[place].clone();
            members.insert(place, copy);
        }
        // Twice as long, with the list again or with one of its members.
        3 => {
            let more: Vec<Value> = if dice.bool() { members.clone() } else { vec![members[place].clone(); members.len()] };
            members.extend(more);
            members.truncate(MEMBERS_MAX.max(place));
        }
        4 => members.truncate(place + 1),
        5 => members.reverse(),
        // All alike, near to each other, or in turns of two signs.
        6 | 7 => step_all(members, place, dice),
        8 => {
            let other = dice.usize(..members.len());
            members[other] = members[place].clone();
        }
        _ => change_value(&mut members[place], field, texts, dice),
    }
}

/// Gives each member the text of one of them, moved a step further each time: in a list of messages the text of one field, by chance.
fn step_all(members: &mut [Value], place: usize, dice: &mut Rng) {
    let (scale, size) = (dice.u32(..=28), dice.i64(-2..=2));
    let turns = dice.u8(..4) == 0;
    let moved = |text: &str, index: usize| {
        let text = if turns && index % 2 == 1 {
            text.strip_prefix('-').map_or_else(|| format!("-{text}"), str::to_owned)
        } else {
            text.to_owned()
        };
        texts::stepped(&text, index as i64 * size, scale)
    };
    match members[place].clone() {
        Value::String(text) => {
            for (index, member) in members.iter_mut().enumerate() {
                if let Some(text) = moved(&text, index) {
                    *member = Value::String(text);
                }
            }
        }
        Value::Message(model) => {
            let fields: Vec<FieldDescriptor> = model.fields().map(|(field, _)| field).collect();
            if fields.is_empty() {
                return;
            }
            let field = &fields[dice.usize(..fields.len())];
            let value = model.get_field(field).into_owned();
            for (index, member) in members.iter_mut().enumerate() {
                let Value::Message(member) = member else { continue };
                let value = match &value {
                    Value::String(text) => moved(text, index).map_or_else(|| value.clone(), Value::String),
                    Value::U32(number) => Value::U32((i64::from(*number) + size * index as i64).clamp(0, 1200) as u32),
                    value => value.clone(),
                };
                member.set_field(field, value);
            }
        }
        _ => {}
    }
}

/// A value for a field, or for a member of it.
fn new(field: &FieldDescriptor, dice: &mut Rng) -> Value {
    match field.kind() {
        Kind::String => Value::String(texts::text(field.name(), dice)),
        Kind::Bool => Value::Bool(dice.bool()),
        Kind::Enum(kind) => {
            let values: Vec<i32> = kind.values().map(|value| value.number()).collect();
            Value::EnumNumber(values[dice.usize(..values.len())])
        }
        Kind::Message(kind) => Value::Message(new_message(&kind, dice)),
        Kind::Uint32 => Value::U32(number(dice)),
        Kind::Uint64 => Value::U64(number(dice).into()),
        Kind::Int32 => Value::I32(number(dice).cast_signed()),
        Kind::Int64 => Value::I64(number(dice).into()),
        _ => Value::default_value_for_field(field),
    }
}

fn new_message(kind: &MessageDescriptor, dice: &mut Rng) -> DynamicMessage {
    let mut message = DynamicMessage::new(kind.clone());
    for field in kind.fields() {
        if dice.u8(..8) == 0 {
            continue;
        }
        if field.is_list() {
            let members = (0..dice.usize(1..=4)).map(|_| new(&field, dice)).collect();
            message.set_field(&field, Value::List(members));
        } else {
            // Of the members of a union the last one stays.
            message.set_field(&field, new(&field, dice));
        }
    }
    message
}

fn number(dice: &mut Rng) -> u32 {
    const EDGES: &[u32] =
        &[0, 1, 2, 3, 5, 10, 11, 12, 13, 59, 60, 120, 199, 200, 201, 599, 600, 1000, 1199, 1200, 1201, 10_000, u32::MAX];
    if dice.bool() { EDGES[dice.usize(..EDGES.len())] } else { dice.u32(..=1200) }
}
