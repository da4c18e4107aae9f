//! The arguments of a study's tool and the request of its method. A tool names a model beside that model's arguments, `model` and `request`,
//! where the contract has one message that holds them: `{"calculation": {"runway": {…}}}`. What is refused is named where the agent wrote it.

use std::fmt::{self, Formatter};

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::envelope::text_of;
use super::object::quoted;
use crate::engine::MODELS;
use crate::wire::nearest::nearest;

/// The field of the contract that holds a model's request.
const CALCULATION: &str = "calculation";

/// Returns the request of a study's method. What cannot be understood is handed on as it stands, for the reader of requests to refuse.
///
/// # Errors
/// The place of a model or of a request that stands there twice.
pub(super) fn request_of(arguments: &str) -> Result<String, String> {
    let mut request = String::with_capacity(arguments.len() + 64);
    let mut twice = None;
    let step = Rewriting { at: ArgumentLevel::Study, request: &mut request, twice: &mut twice };
    let mut json = serde_json::Deserializer::from_str(arguments);
    match step.deserialize(&mut json) {
        _ if twice.is_some() => Err(twice.unwrap_or_default()),
        Ok(()) => Ok(request),
        // The text is JSON, for the message around it was read.
        Err(_) => Ok(arguments.to_owned()),
    }
}

/// How deep in a study's arguments a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ArgumentLevel {
    /// The arguments themselves.
    Study,
    /// The chain among them.
    Chain,
    /// The list of links of the chain.
    Links,
    /// The link at this place.
    Link(usize),
}

impl ArgumentLevel {
    /// The level of the value of a field; `None` where it is handed on as it stands.
    fn below(self, field: &str) -> Option<ArgumentLevel> {
        match (self, field) {
            (ArgumentLevel::Study, "chain") => Some(ArgumentLevel::Chain),
            (ArgumentLevel::Chain, "links") => Some(ArgumentLevel::Links),
            _ => None,
        }
    }

    fn place(self, field: &str) -> String {
        match self {
            ArgumentLevel::Link(place) => format!("chain.links[{place}].{field}"),
            _ => field.to_owned(),
        }
    }
}

/// A value that is written as the contract has it while it is read.
struct Rewriting<'w> {
    at: ArgumentLevel,
    request: &'w mut String,
    /// The place of a field that stands there twice.
    twice: &'w mut Option<String>,
}

impl Rewriting<'_> {
    /// Writes the value of a field.
    fn value(&mut self, field: &str, value: &RawValue) {
        let opens = value.get().bytes().next();
        match self.at.below(field) {
            Some(below) if opens == Some(if below == ArgumentLevel::Links { b'[' } else { b'{' }) => self.rewrite(below, value),
            _ => self.request.push_str(value.get()),
        }
    }

    fn rewrite(&mut self, at: ArgumentLevel, value: &RawValue) {
        let step = Rewriting { at, request: &mut *self.request, twice: &mut *self.twice };
        // A RawValue is JSON, and what it opens with was looked at.
        let _ = step.deserialize(&mut serde_json::Deserializer::from_str(value.get()));
    }

    fn comma(&mut self) {
        if !self.request.ends_with(['{', '[']) {
            self.request.push(',');
        }
    }

    fn field(&mut self, name: &str) {
        self.comma();
        self.request.push_str(&quoted(name));
        self.request.push(':');
    }
}

impl<'de> DeserializeSeed<'de> for Rewriting<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.at {
            ArgumentLevel::Links => deserializer.deserialize_seq(self),
            _ => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for Rewriting<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object or a list")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<(), A::Error> {
        let takes_model = matches!(self.at, ArgumentLevel::Study | ArgumentLevel::Link(_));
        let (mut model, mut arguments): (Option<&RawValue>, Option<&RawValue>) = (None, None);
        self.request.push('{');
        let start = self.request.len();
        while let Some(name) = object.next_key::<String>()? {
            let value = object.next_value::<&RawValue>()?;
            let stands = match &*name {
                "model" if takes_model => model.replace(value).is_some(),
                "request" if takes_model => arguments.replace(value).is_some(),
                _ => {
                    self.field(&name);
                    self.value(&name, value);
                    false
                }
            };
            if stands {
                self.twice.get_or_insert_with(|| self.at.place(&name));
            }
        }
        let given = |value: Option<&RawValue>| value.map(RawValue::get).filter(|text| *text != "null").map(str::to_owned);
        // A word that is no text is refused as a word that is none of the models.
        let name = model.and_then(text_of).map(|name| name.into_owned()).or_else(|| given(model));
        let arguments = given(arguments);
        if name.is_some() || arguments.is_some() {
            // What is said of a request is in the order of its fields, and a model comes first.
            let of_model = name.map(|name| format!("{}:{}", quoted(&name), arguments.as_deref().unwrap_or("{}")));
            let comma = if self.request.len() > start { "," } else { "" };
            let calculation = format!("\"{CALCULATION}\":{{{}}}{comma}", of_model.unwrap_or_default());
            self.request.insert_str(start, &calculation);
        }
        self.request.push('}');
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        self.request.push('[');
        let mut place = 0;
        while let Some(item) = items.next_element::<&RawValue>()? {
            self.comma();
            match item.get().starts_with('{') {
                true => self.rewrite(ArgumentLevel::Link(place), item),
                false => self.request.push_str(item.get()),
            }
            place += 1;
        }
        self.request.push(']');
        Ok(())
    }
}

/// Returns a place of the contract's request, and what is said of it, as they are in the arguments of a tool.
pub(super) fn as_written(place: &str, said: &str) -> (String, String) {
    let said = reworded(said);
    if place == "subject" {
        return ("model".to_owned(), said.replace(CALCULATION, "model"));
    }
    let Some((before, rest)) = calculation_within(place) else { return (place.to_owned(), said) };
    let of = |field: &str, rest: &str| (format!("{before}{field}{rest}"), said.clone());
    let Some(inner) = rest.strip_prefix('.').filter(|inner| *inner != "model") else {
        let (place, said) = of("model", "");
        return (place, said.replace(CALCULATION, "model"));
    };
    let (name, rest) = inner.split_at(inner.find('.').unwrap_or(inner.len()));
    match MODELS.contains(&name) {
        true => of("request", rest),
        false => (format!("{before}model"), no_model(inner)),
    }
}

/// Parts a place at the calculation within: what stands before it, and what behind.
fn calculation_within(place: &str) -> Option<(&str, &str)> {
    let link = place.strip_prefix("chain.links[").and_then(|rest| rest.split_once("]."));
    let start = link.map_or(0, |(_, rest)| place.len() - rest.len());
    let rest = place[start..].strip_prefix(CALCULATION)?;
    (rest.is_empty() || rest.starts_with('.')).then(|| (&place[..start], rest))
}

/// Names fields by their places in the arguments of a tool.
fn reworded(said: &str) -> String {
    let mut said = said.replace("only one of calculation and chain", "only one of model and chain");
    if said.contains("\"calculation.") {
        for model in MODELS {
            said = said.replace(&format!("\"{CALCULATION}.{model}."), "\"request.");
        }
    }
    said
}

fn no_model(name: &str) -> String {
    match nearest(name, MODELS.iter().copied()) {
        Some(near) => format!("{name:?} is none of its words: write {near:?}"),
        None => format!("{name:?} is none of its words: {}", MODELS.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn request(arguments: &Value) -> Value {
        serde_json::from_str(&request_of(&arguments.to_string()).expect("nothing twice")).expect("JSON")
    }

    #[test]
    fn a_model_and_its_arguments_become_a_calculation_wherever_they_may_stand() {
        let arguments = json!({"figure": "x", "request": {"a": ["1", {"model": "b"}]}, "model": "runway", "target": "5"});
        assert_eq!(
            request(&arguments),
            json!({"figure": "x", "target": "5", "calculation": {"runway": {"a": ["1", {"model": "b"}]}}})
        );
        let chain = json!({"chain": {"links": [{"name": "a", "model": "runway", "request": {}}, 5, {"model": "payback"}, {}],
            "assumptions": [{"model": "runway"}]}, "lever": {"model": "x"}});
        assert_eq!(
            request(&chain),
            json!({"chain": {"links": [{"name": "a", "calculation": {"runway": {}}}, 5, {"calculation": {"payback": {}}}, {}],
                "assumptions": [{"model": "runway"}]}, "lever": {"model": "x"}})
        );
    }

    #[test]
    fn what_is_wrong_is_handed_on_for_the_reader_to_refuse() {
        for (arguments, handed_on) in [
            (json!({"model": 5}), json!({"calculation": {"5": {}}})),
            (json!({"model": "runwy", "request": [1]}), json!({"calculation": {"runwy": [1]}})),
            (json!({"model": null, "request": null}), json!({})),
            (json!({"request": {"a": 1}}), json!({"calculation": {}})),
            (
                json!({"chain": [], "x": {"chain": {"links": [{"model": "a"}]}}}),
                json!({"chain": [], "x": {"chain": {"links": [{"model": "a"}]}}}),
            ),
            (json!({"chain": {"links": {"model": "a"}}}), json!({"chain": {"links": {"model": "a"}}})),
            (json!({"calculation": {"runway": {}}}), json!({"calculation": {"runway": {}}})),
        ] {
            assert_eq!(request(&arguments), handed_on, "{arguments}");
        }
        for (arguments, place) in [
            (r#"{"model":"a","model":"a"}"#, "model"),
            (r#"{"request":{},"request":{}}"#, "request"),
            (r#"{"chain":{"links":[{},{"model":"a","model":"b"}]}}"#, "chain.links[1].model"),
        ] {
            assert_eq!(request_of(arguments), Err(place.to_owned()));
        }
        // A field that the contract has once, and that stands there twice, is the reader's to refuse.
        assert_eq!(request_of(r#"{"figure":"a","figure":"b"}"#).as_deref(), Ok(r#"{"figure":"a","figure":"b"}"#));
    }

    #[test]
    fn a_place_of_the_request_is_named_where_the_agent_wrote_it() {
        for (place, said, written, so) in [
            ("calculation.runway.costs[0].amount", "a", "request.costs[0].amount", "a"),
            ("calculation.runway", "an object { … } belongs here", "request", "an object { … } belongs here"),
            (
                "calculation",
                "only one of calculation and chain may be given",
                "model",
                "only one of model and chain may be given",
            ),
            ("calculation.model", "a model is required, such as runway", "model", "a model is required, such as runway"),
            ("calculation.runwy", "there is no such field", "model", "\"runwy\" is none of its words: write \"runway\""),
            ("chain.links[3].calculation.payback.x", "a", "chain.links[3].request.x", "a"),
            ("chain.links[0].calculation", "a calculation is required", "chain.links[0].model", "a model is required"),
            ("subject", "a calculation or a chain is required", "model", "a model or a chain is required"),
            ("lever.fields[0]", "there is no \"x\"", "lever.fields[0]", "there is no \"x\""),
            ("calculations", "a", "calculations", "a"),
            ("chain", "only one of calculation and chain may be given", "chain", "only one of model and chain may be given"),
            (
                "gross_margin",
                "there is no such field here; did you mean \"calculation.capex_roi.gross_margin\"?",
                "gross_margin",
                "there is no such field here; did you mean \"request.gross_margin\"?",
            ),
        ] {
            assert_eq!(as_written(place, said), (written.to_owned(), so.to_owned()), "{place}");
        }
        assert!(as_written("calculation.zzz", "").1.ends_with("rule_of_forty, discounted_value"), "the words are listed");
    }
}
