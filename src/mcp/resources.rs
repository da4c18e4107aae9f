//! The resources: ready-made calculations with published figures, and the reasons of refusals.

use std::sync::LazyLock;

use prost::Message;

use super::object::{Object, list};
use crate::engine::{PresetQuestion, preset_question};
use crate::wire::documents::ERRORS;
use crate::wire::{json, pb, presets};

const PRESETS: &str = "paydirt://presets";
const PRESET: &str = "paydirt://presets/";
const REASONS: &str = "paydirt://errors";
const JSON: &str = "application/json";
const MARKDOWN: &str = "text/markdown";

static LIST: LazyLock<pb::ListPresetsResponse> =
    LazyLock::new(|| pb::ListPresetsResponse::decode(presets::LIST).unwrap_or_default());

/// The resources as a JSON list.
pub fn listed() -> String {
    let resource = |uri: &str, name: &str, title: &str, description: &str, media_type: &str| {
        let named = Object::new().text("uri", uri).text("name", name).text("title", title);
        named.text("description", description).text("mimeType", media_type).end()
    };
    list([
        resource(PRESETS, "presets", "Presets", "Calculations with published figures: the name, title and tool of each.", JSON),
        resource(REASONS, "errors", "Errors", "Every reason of a refusal, what it means, and what to do.", MARKDOWN),
    ])
}

/// The templates of resources as a JSON list.
pub fn templates() -> String {
    let preset = Object::new()
        .text("uriTemplate", "paydirt://presets/{name}")
        .text("name", "preset")
        .text("title", "Preset")
        .text(
            "description",
            "A calculation with its source and its published figures. Its field calculation holds the tool and the arguments; that of a \
             study has the name of the tool, and holds the model and its request as calculation.",
        )
        .text("mimeType", JSON);
    list([preset.end()])
}

/// The contents of a resource as a JSON list; `None` where there is no such resource.
pub fn contents(uri: &str) -> Option<String> {
    let (media_type, text) = match uri {
        PRESETS => (JSON, names()),
        REASONS => (MARKDOWN, ERRORS.to_owned()),
        _ => {
            let name = uri.strip_prefix(PRESET)?;
            let preset = LIST.presets.iter().find(|preset| *preset.name == *name)?;
            let mut text = Vec::new();
            json::write(preset, &mut text);
            (JSON, String::from_utf8(text).ok()?)
        }
    };
    Some(list([Object::new().text("uri", uri).text("mimeType", media_type).text("text", &text).end()]))
}

/// The name, the title and the tool of each preset.
fn names() -> String {
    list(LIST.presets.iter().map(|preset| {
        let tool = preset_question(preset).map_or("", PresetQuestion::name);
        Object::new().text("name", &preset.name).text("title", &preset.title).text("tool", tool).end()
    }))
}
