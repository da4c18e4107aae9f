//! Shapes of the contract's messages, from its own descriptors: which fields hold messages, and how much room a message takes.

use std::collections::HashMap;
use std::sync::LazyLock;

use prost::Message;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FileDescriptorSet};

use crate::wire::pb;

/// Shape of a message: its fields that hold messages, and its room.
#[derive(Clone, Copy, Debug)]
pub(in crate::wire) struct Shape<'a> {
    shapes: &'a Shapes,
    index: usize,
}

/// Shapes of all messages of the contract.
#[derive(Debug)]
pub(in crate::wire) struct Shapes {
    messages: Vec<Made>,
    /// Messages that a method takes, by their names without the package: one package is one contract.
    taken: HashMap<String, usize>,
}

#[derive(Debug, Default)]
struct Made {
    /// Number of each field that holds a message, ascending, and the index of that message.
    fields: Vec<(u32, usize)>,
    /// Index of the message of each field by its name, as the contract writes it and as JSON does.
    fields_by_name: HashMap<String, usize>,
    /// Fields that the message keeps within itself, those of its single messages included, and of a oneof the largest: at least 1.
    room: usize,
}

impl Shapes {
    pub fn of_contract() -> &'static Shapes {
        static CONTRACT: LazyLock<Shapes> = LazyLock::new(|| {
            // The descriptors are compiled in, and a test reads them.
            Shapes::of(&FileDescriptorSet::decode(pb::FILE_DESCRIPTOR_SET).unwrap_or_default())
        });
        &CONTRACT
    }

    /// Returns the shape of a message by name, if a method takes the message.
    pub fn taken(&self, name: &str) -> Option<Shape<'_>> {
        self.taken.get(name).map(|index| Shape { shapes: self, index: *index })
    }

    fn of(files: &FileDescriptorSet) -> Shapes {
        let mut named: Vec<(String, &DescriptorProto)> = Vec::new();
        for file in &files.file {
            let outer = file.message_type.iter().map(|message| (format!(".{}.{}", file.package(), message.name()), message));
            named.extend(outer);
        }
        // Messages within messages, behind those that hold them, so that each is come to in its turn.
        let mut next = 0;
        while let Some((name, message)) = named.get(next).cloned() {
            named.extend(message.nested_type.iter().map(|nested| (format!("{name}.{}", nested.name()), nested)));
            next += 1;
        }
        let indices: HashMap<&str, usize> = named.iter().enumerate().map(|(index, (name, _))| (name.as_str(), index)).collect();
        let mut messages: Vec<Made> = named.iter().map(|_| Made::default()).collect();
        for index in 0..named.len() {
            measure(index, &named, &indices, &mut messages);
        }
        let methods = files.file.iter().flat_map(|file| &file.service).flat_map(|service| &service.method);
        let taken = methods.filter_map(|method| {
            let name = method.input_type();
            Some((name.rsplit('.').next()?.to_owned(), *indices.get(name)?))
        });
        Shapes { messages, taken: taken.collect() }
    }
}

/// Measures the message of this index, and the messages within it, each once; returns its room.
fn measure(index: usize, named: &[(String, &DescriptorProto)], indices: &HashMap<&str, usize>, messages: &mut [Made]) -> usize {
    if messages[index].room > 0 {
        return messages[index].room;
    }
    // A message that holds itself would be boxed, and so take no room of its own there.
    messages[index].room = 1;
    let message = named[index].1;
    let (mut fields, mut fields_by_name, mut room) = (Vec::new(), HashMap::new(), 0);
    let mut largest_of = vec![0; message.oneof_decl.len()];
    for field in &message.field {
        let inner = indices.get(field.type_name()).copied().filter(|_| field.r#type() == Type::Message);
        if let (Some(inner), Ok(number)) = (inner, u32::try_from(field.number())) {
            fields.push((number, inner));
            fields_by_name.extend([field.name(), field.json_name()].map(|name| (name.to_owned(), inner)));
        }
        let taken = match inner {
            Some(inner) if field.label() != Label::Repeated => measure(inner, named, indices, messages),
            _ => 1,
        };
        match field.oneof_index.and_then(|index| largest_of.get_mut(usize::try_from(index).ok()?)) {
            Some(largest) => *largest = taken.max(*largest),
            None => room += taken,
        }
    }
    fields.sort_unstable();
    let room = (room + largest_of.iter().sum::<usize>()).max(1);
    messages[index] = Made { fields, fields_by_name, room };
    room
}

impl Shape<'_> {
    /// Returns the number of fields that the message has room for.
    pub fn room(&self) -> usize {
        self.made().room
    }

    /// Returns the shape of the message that the field of this number holds, if the field holds one.
    pub fn field(&self, number: u32) -> Option<Self> {
        let fields = &self.made().fields;
        let place = fields.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        Some(Shape { shapes: self.shapes, index: fields[place].1 })
    }

    /// Returns the shape of the message that the field of this name holds, if the field holds one.
    pub fn field_called(&self, name: &str) -> Option<Self> {
        self.made().fields_by_name.get(name).map(|index| Shape { shapes: self.shapes, index: *index })
    }

    fn made(&self) -> &Made {
        &self.shapes.messages[self.index]
    }
}
