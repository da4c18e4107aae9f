//! `paydirt presets`: published figures that calculations can start from.

use super::arguments::Presets;
use super::ending::CommandEnd;
use super::layout::{Cell, put_rows};
use super::output::print;
use super::pretty::pretty;
use crate::engine::{PresetQuestion, preset_question};
use crate::wire::json::Tree;
use crate::wire::nearest::nearest;
use crate::wire::pb::Preset;
use crate::wire::presets;

/// Lists the presets, or shows one.
pub(super) fn run(asked: &Presets) -> Result<CommandEnd, CommandEnd> {
    let all = presets::list().presets;
    let Some(name) = &asked.name else {
        print(listed(&all).as_bytes())?;
        return Ok(CommandEnd::Done);
    };
    let Some(preset) = all.iter().find(|preset| preset.name.as_str() == name) else {
        return Err(CommandEnd::Usage(match nearest(name, names(&all)) {
            Some(near) => format!("there is no such preset; did you mean \"{near}\"?"),
            None => "there is no such preset; `paydirt presets` lists them".to_owned(),
        }));
    };
    match asked.request {
        true => print(&request_of(preset))?,
        false => print(shown(preset).as_bytes())?,
    }
    Ok(CommandEnd::Done)
}

/// Returns the names of presets.
pub(super) fn names(presets: &[Preset]) -> impl Iterator<Item = &str> {
    presets.iter().map(|preset| preset.name.as_str())
}

fn listed(presets: &[Preset]) -> String {
    let rows: Vec<_> = presets.iter().map(|preset| vec![Cell::words(&preset.name), Cell::words(&preset.title)]).collect();
    let mut text = String::new();
    put_rows(&rows, 0, &mut text);
    text
}

/// Returns the request that the preset's method takes, without fields that say nothing.
fn request_of(preset: &Preset) -> Vec<u8> {
    let mut text = Vec::new();
    if let Some(question) = preset_question(preset) {
        question.write(&mut text);
    }
    let mut request = Vec::new();
    if let Ok(tree) = Tree::of(&String::from_utf8_lossy(&text)) {
        put_without_defaults(&tree, &mut request);
    }
    pretty(&request)
}

/// Appends a message without empty texts and lists, `false`, and unspecified words. A zero stays: in an optional field it says something.
fn put_without_defaults(value: &Tree<'_>, text: &mut Vec<u8>) {
    let says_nothing = |value: &Tree<'_>| match value {
        Tree::Text(text) => text.is_empty() || text.ends_with("_UNSPECIFIED"),
        Tree::List(items) => items.is_empty(),
        Tree::Bool(value) => !value,
        _ => false,
    };
    match value {
        Tree::Null => text.extend_from_slice(b"null"),
        Tree::Bool(value) => text.extend_from_slice(value.to_string().as_bytes()),
        Tree::Number(number) => text.extend_from_slice(number.as_bytes()),
        Tree::Text(value) => text.extend_from_slice(serde_json::Value::from(value.as_str()).to_string().as_bytes()),
        Tree::List(items) => {
            text.push(b'[');
            for (place, item) in items.iter().enumerate() {
                text.extend_from_slice(if place > 0 { b"," } else { b"" });
                put_without_defaults(item, text);
            }
            text.push(b']');
        }
        Tree::Object(fields) => {
            text.push(b'{');
            for (place, (name, value)) in fields.iter().filter(|(_, value)| !says_nothing(value)).enumerate() {
                text.extend_from_slice(if place > 0 { b"," } else { b"" });
                text.extend_from_slice(format!("\"{name}\":").as_bytes());
                put_without_defaults(value, text);
            }
            text.push(b'}');
        }
    }
}

fn shown(preset: &Preset) -> String {
    let asked = preset_question(preset).map_or("", PresetQuestion::name);
    let figures: Vec<_> = preset
        .published
        .iter()
        .map(|figure| {
            let what = if figure.field.is_empty() { &figure.quantity } else { &figure.field };
            vec![Cell::words(what), Cell::of_decimal(&figure.value), Cell::words(&figure.note)]
        })
        .collect();
    let mut text = format!("{}\n\nsource: {}\n\npublished\n", preset.title, preset.source);
    put_rows(&figures, 2, &mut text);
    text.push_str(&format!("\npaydirt presets {} --request | paydirt compute {asked}\n", preset.name));
    text
}
