//! Messages drawn from the contract's descriptors. A request begins as one that is known to be answered. Its fields are changed by what the
//! contract says of them, and a change is kept where the request is still answered; so a request reaches deep into its model. One in three
//! ends with fields that hold anything; as some of these are answered all the same, three of four requests are.

use prost::Message;
use prost_reflect::{DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value};

use crate::choices::Choices;
use crate::seeds::{LIST_BYTES_MAX, SEEDS, bytes_of};
use crate::texts;

/// Of so many requests, one ends with fields that hold anything.
const WILD_ONE_IN: usize = 3;

/// Whether a value is like those that are answered, or anything.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Mild,
    Wild,
}

/// Draws a message of any kind. `is_answered` is asked of each request that is still meant to be answered.
pub fn drawn(
    message: &MessageDescriptor,
    choices: &mut Choices<'_>,
    mut is_answered: impl FnMut(&DynamicMessage) -> bool,
) -> DynamicMessage {
    let mut drawing = Drawing { choices, texts: SEEDS.texts(message) };
    let requests = SEEDS.requests(message);
    let seed = requests.and_then(|requests| drawing.short_one_of(&requests.answered));
    let mut drawn = seed.cloned().unwrap_or_else(|| drawing.grown(message));
    for _ in 0..drawing.choices.below(4) {
        let mut changed = drawn.clone();
        drawing.change(&mut changed, Manner::Mild);
        if is_answered(&changed) {
            drawn = changed;
        }
    }
    if !drawing.choices.one_in(WILD_ONE_IN) {
        return drawn;
    }
    match drawing.choices.below(8) {
        0 => drawn = DynamicMessage::new(message.clone()),
        1 => {
            if let Some(refused) = requests.and_then(|requests| drawing.choices.of_some(&requests.refused)) {
                drawn = refused.clone();
            }
        }
        _ => {}
    }
    for _ in 0..drawing.choices.below(4) + 1 {
        drawing.change(&mut drawn, Manner::Wild);
    }
    drawn
}

struct Drawing<'c, 'b> {
    choices: &'c mut Choices<'b>,
    /// Texts of the model's other requests.
    texts: &'static [String],
}

impl Drawing<'_, '_> {
    /// One of these, and of two the shorter one, because short requests are answered soon.
    fn short_one_of<'s>(&mut self, requests: &'s [DynamicMessage]) -> Option<&'s DynamicMessage> {
        let pair = [self.choices.of_some(requests)?, self.choices.of_some(requests)?];
        pair.into_iter().min_by_key(|request| request.encoded_len())
    }

    /// Changes one field. Each field below the message is as likely as every other, at whatever depth it is.
    fn change(&mut self, message: &mut DynamicMessage, manner: Manner) {
        let mut ways = Vec::new();
        ways_of(&message.descriptor(), &mut Vec::new(), &mut ways);
        if let Some(way) = self.choices.of_some(&ways) {
            self.change_at(message, way, manner);
        }
    }

    fn change_at(&mut self, message: &mut DynamicMessage, way: &[FieldDescriptor], manner: Manner) {
        let Some((field, rest)) = way.split_first() else { return };
        if rest.is_empty() {
            if manner == Manner::Wild && is_branch(field) && self.choices.one_in(4) {
                return message.clear_field(field);
            }
            return self.change_field(message, field, manner);
        }
        if !message.has_field(field) {
            let value = self.value(field, None, Manner::Mild);
            message.set_field(field, if field.is_list() { Value::List(vec![value]) } else { value });
        }
        let value = message.get_field_mut(field);
        let child = match value {
            Value::List(items) => {
                let item = self.choices.below(items.len());
                items.get_mut(item).and_then(Value::as_message_mut)
            }
            child => child.as_message_mut(),
        };
        if let Some(child) = child {
            self.change_at(child, rest, manner);
        }
    }

    fn change_field(&mut self, message: &mut DynamicMessage, field: &FieldDescriptor, manner: Manner) {
        if field.is_list() {
            let mut items = match message.take_field(field) {
                Some(Value::List(items)) => items,
                _ => Vec::new(),
            };
            self.change_list(&mut items, field, manner);
            return message.set_field(field, Value::List(items));
        }
        let is_there = message.has_field(field);
        if is_there && field.supports_presence() && self.choices.one_in(4) {
            return message.clear_field(field);
        }
        let current = message.get_field(field).into_owned();
        let value = self.value(field, is_there.then_some(&current), manner);
        message.set_field(field, value);
    }

    fn change_list(&mut self, items: &mut Vec<Value>, field: &FieldDescriptor, manner: Manner) {
        let limit = SEEDS.limit(field);
        let wild = manner == Manner::Wild;
        match self.choices.below(if wild { 8 } else { 16 }) {
            0 if wild => items.clear(),
            1 if wild => self.grow(items, field, limit.unwrap_or(2_000)),
            2 if wild => self.grow(items, field, limit.unwrap_or(2_000) + 1),
            3 if wild => {
                let count = limit.unwrap_or(2_000) * 2 + self.choices.below(200);
                self.grow(items, field, count);
            }
            0 if self.choices.one_in(4) => self.grow(items, field, limit.unwrap_or(60)),
            1 | 2 => {
                let count = items.len() + self.choices.below(20);
                self.grow(items, field, count);
            }
            3 => items.push(self.value(field, None, manner)),
            4 if items.len() > 1 => drop(items.remove(self.choices.below(items.len()))),
            5 if items.len() > 1 => {
                let (one, other) = (self.choices.below(items.len()), self.choices.below(items.len()));
                items.swap(one, other);
            }
            _ => {
                let count = items.len();
                match items.get_mut(self.choices.below(count)) {
                    Some(Value::Message(child)) if !self.choices.one_in(4) => self.change(child, manner),
                    Some(item) => *item = self.value(field, Some(&item.clone()), manner),
                    None => items.push(self.value(field, None, manner)),
                }
            }
        }
    }

    /// Makes a list so long, by its own items again and again, and as long as a message may be.
    fn grow(&mut self, items: &mut Vec<Value>, field: &FieldDescriptor, count: usize) {
        if items.is_empty() {
            items.push(self.value(field, None, Manner::Mild));
        }
        let own = items.len();
        let bytes: usize = items.iter().map(bytes_of).sum();
        let count = count.min(LIST_BYTES_MAX / bytes.div_ceil(own));
        items.truncate(count);
        for number in items.len()..count {
            let mut item = items[number % own].clone();
            rename(&mut item, number);
            items.push(item);
        }
    }

    fn value(&mut self, field: &FieldDescriptor, current: Option<&Value>, manner: Manner) -> Value {
        let known = SEEDS.value(field);
        if manner == Manner::Mild
            && self.choices.one_in(2)
            && let Some(value) = self.choices.of_some(known)
        {
            return value.clone();
        }
        let current = current.or_else(|| self.choices.of_some(known));
        match field.kind() {
            Kind::Bool => Value::Bool(self.choices.one_in(2)),
            Kind::Enum(values) => Value::EnumNumber(self.enumerator(&values, manner)),
            Kind::Uint32 => Value::U32(self.whole(current.and_then(Value::as_u32).unwrap_or(1), manner)),
            Kind::Uint64 => Value::U64(u64::from(self.whole(1, manner)) << (8 * self.choices.below(5))),
            Kind::String => Value::String(match (manner, current.and_then(Value::as_str)) {
                (Manner::Mild, Some(text)) => texts::like(self.choices, text),
                _ => texts::wild(self.choices, self.texts),
            }),
            Kind::Message(_) if manner == Manner::Mild && current.is_some() => {
                let mut value = current.cloned().unwrap_or_else(|| Value::Bool(false));
                if let Some(child) = value.as_message_mut() {
                    self.change(child, manner);
                }
                value
            }
            Kind::Message(child) if manner == Manner::Wild && self.choices.one_in(2) => {
                Value::Message(DynamicMessage::new(child))
            }
            Kind::Message(child) => Value::Message(self.grown(&child)),
            // The contract has no other kinds; a field of a new one is drawn as its default, which the count of what is reached tells.
            kind => Value::default_value(&kind),
        }
    }

    /// A message with a value in each field, and in one branch of each oneof.
    fn grown(&mut self, message: &MessageDescriptor) -> DynamicMessage {
        let mut grown = DynamicMessage::new(message.clone());
        for field in message.fields().filter(|field| !is_branch(field)) {
            let value = match field.is_list() {
                true => Value::List((0..self.choices.below(5) + 1).map(|_| self.value(&field, None, Manner::Mild)).collect()),
                false => self.value(&field, None, Manner::Mild),
            };
            grown.set_field(&field, value);
        }
        for oneof in message.oneofs().filter(|oneof| !oneof.is_synthetic()) {
            let branches: Vec<FieldDescriptor> = oneof.fields().collect();
            let branch = self.choices.one_of(&branches);
            grown.set_field(branch, self.value(branch, None, Manner::Mild));
        }
        grown
    }

    fn enumerator(&mut self, values: &EnumDescriptor, manner: Manner) -> i32 {
        let known: Vec<i32> = values.values().map(|value| value.number()).collect();
        if manner == Manner::Wild && self.choices.one_in(2) {
            let above = known.iter().max().map_or(1, |last| last + 1);
            return *self.choices.one_of(&[above, -1, i32::MIN, i32::MAX]);
        }
        *self.choices.one_of(&known)
    }

    fn whole(&mut self, current: u32, manner: Manner) -> u32 {
        match (manner, self.choices.below(4)) {
            (Manner::Mild, 0) => current.saturating_add(1),
            (Manner::Mild, 1) => current.saturating_sub(1),
            (Manner::Mild, _) => self.choices.below(40) as u32,
            (Manner::Wild, 0) => u32::MAX - self.choices.below(2) as u32,
            _ => *self.choices.one_of(&[0, 1, 2, 3, 12, 13, 28, 29, 100, 200, 201, 1_200, 1_201, 10_000, 1 << 31]),
        }
    }
}

/// Returns whether a field is a branch of a oneof that the contract writes as one.
pub fn is_branch(field: &FieldDescriptor) -> bool {
    field.containing_oneof().is_some_and(|oneof| !oneof.is_synthetic())
}

/// The ways to every field below a message. The contract has no message that holds itself.
fn ways_of(message: &MessageDescriptor, way: &mut Vec<FieldDescriptor>, ways: &mut Vec<Vec<FieldDescriptor>>) {
    for field in message.fields() {
        way.push(field.clone());
        ways.push(way.clone());
        if let Kind::Message(child) = field.kind() {
            ways_of(&child, way, ways);
        }
        way.pop();
    }
}

/// Names have to be unique in some lists.
fn rename(item: &mut Value, number: usize) {
    let Some(message) = item.as_message_mut() else { return };
    for (_, value) in message.fields_mut() {
        if let Some(text) = value.as_string_mut()
            && let Some(name) = texts::unlike(text, number)
        {
            *text = name;
        }
    }
}
