//! Studies as they are drawn: a subject with its paths, and requests about it that fit or do not.

use std::fmt::Write as _;

use paydirt::engine::study::{StudyKind, list_paths};
use paydirt::models::work;
use paydirt::wire::{json, pb};
use prost_reflect::DynamicMessage;
use serde_json::{Map, Value, json};

use crate::choices::Choices;
use crate::contract::{CONTRACT, Model};
use crate::requests::drawn;
use crate::seeds::SEEDS;
use crate::texts;

/// The work that a listing of paths is granted, in units: 3 ms.
const LISTED_UNITS: u64 = 300_000;
/// The most bytes of a calculation that is studied: a longer one makes every study slow, and none different.
const CALCULATION_BYTES_MAX: usize = 1_500;

/// A calculation or a chain, with the paths that it has.
pub(super) struct Subject {
    /// The models and their requests in JSON; one of them alone is a calculation.
    links: Vec<(&'static Model, Value)>,
    chain: Option<Value>,
    inputs: Vec<String>,
    figures: Vec<String>,
    /// Values and outcomes that stand somewhere among the paths.
    values: Vec<String>,
}

impl Subject {
    pub fn drawn(choices: &mut Choices<'_>) -> Subject {
        let is_chain = choices.one_in(4);
        let count = if is_chain { choices.below(3) + 1 } else { 1 };
        let links = (0..count).map(|_| {
            let model = choices.one_of(&CONTRACT.models);
            (model, calculation(model, choices))
        });
        let mut subject =
            Subject { links: links.collect(), chain: None, inputs: Vec::new(), figures: Vec::new(), values: Vec::new() };
        if is_chain {
            subject.chain = Some(subject.chained(choices));
        }
        let text = Value::from(subject.written(StudyKind::Paths)).to_string();
        if let Ok(request) = json::read::<pb::ListPathsRequest>(text.as_bytes())
            && let Ok(Ok(listed)) = work::up_to(LISTED_UNITS, || list_paths(&request))
        {
            subject.values.extend(listed.inputs.iter().filter_map(|input| Some(input.value.as_ref()?.as_str().to_owned())));
            subject
                .values
                .extend(listed.inputs.iter().flat_map(|input| &input.choices).map(|choice| choice.as_str().to_owned()));
            subject.inputs.extend(listed.inputs.iter().map(|input| input.path.as_str().to_owned()));
            for figure in &listed.figures {
                subject.figures.push(figure.path.as_str().to_owned());
                let outcomes = [&figure.outcomes_above, &figure.outcomes_below, &figure.outcomes_apart];
                subject.values.extend(outcomes.into_iter().flatten().map(|outcome| outcome.as_str().to_owned()));
                if let Some(pb::figure_value::Result::Value(value)) =
                    figure.value.as_ref().and_then(|value| value.result.as_ref())
                {
                    subject.values.push(value.as_str().to_owned());
                }
            }
        }
        subject
    }

    /// The chain of the links, bound by names that are there and by others.
    fn chained(&self, choices: &mut Choices<'_>) -> Value {
        let links = self.links.iter().enumerate().map(|(place, (model, request))| {
            let texts = SEEDS.texts(&model.request());
            let bindings = (0..choices.below(3)).map(|_| {
                let fields: Vec<String> = request.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
                let mut binding = json!({"field": near(choices, &fields)});
                match choices.below(3) {
                    0 => binding["assumption"] = near(choices, &["growth".to_owned()]).into(),
                    _ => {
                        let earlier = choices.below(place + 1);
                        let of = &self.links[earlier.min(self.links.len() - 1)].0.method.output();
                        let figures: Vec<String> = of.fields().map(|field| format!("l{earlier}.{}", field.name())).collect();
                        binding["figure"] = near(choices, &figures).into();
                    }
                }
                if choices.one_in(3) {
                    binding["factor"] = texts::wild(choices, texts).into();
                }
                binding
            });
            json!({"name": format!("l{place}"), "calculation": {&model.name: request}, "bindings": bindings.collect::<Vec<_>>()})
        });
        let links: Vec<Value> = links.collect();
        let value = (*choices.one_of(&["0.2", "1", "-3", "YES", ""])).to_owned();
        json!({"assumptions": [{"name": "growth", "value": value}], "links": links})
    }

    /// The fields of a request that hold the subject.
    pub fn written(&self, kind: StudyKind) -> Map<String, Value> {
        let mut fields = Map::new();
        match (&self.chain, kind) {
            (Some(chain), _) => _ = fields.insert("chain".to_owned(), chain.clone()),
            (None, StudyKind::Chain) => {
                let (model, request) = &self.links[0];
                let link = json!({"name": "l0", "calculation": {&model.name: request}});
                fields.insert("chain".to_owned(), json!({"links": [link]}));
            }
            (None, _) => {
                let (model, request) = &self.links[0];
                fields.insert("calculation".to_owned(), json!({&model.name: request}));
            }
        }
        fields
    }
}

/// A request of a model in JSON: one that has an answer, or any.
fn calculation(model: &Model, choices: &mut Choices<'_>) -> Value {
    let message = model.request();
    let request = if choices.one_in(3) {
        drawn(&message, choices, |request| matches!(model.ask(request, |_| LISTED_UNITS).outcome, Ok(Ok(_))))
    } else {
        let known = SEEDS.requests(&message).map(|requests| requests.answered.as_slice()).unwrap_or_default();
        choices.of_some(known).cloned().unwrap_or_else(|| DynamicMessage::new(message.clone()))
    };
    let request = serde_json::to_value(&request).expect("a message is JSON");
    let is_short = request.to_string().len() <= CALCULATION_BYTES_MAX;
    if is_short { request } else { json!({}) }
}

/// One of the known texts, one like it, or any.
fn near(choices: &mut Choices<'_>, known: &[String]) -> String {
    let one = choices.of_some(known).cloned().unwrap_or_default();
    match choices.below(10) {
        0 => texts::like(choices, &one),
        1 => texts::wild(choices, known),
        2 => bent(choices, &one),
        _ => one,
    }
}

/// A path with something else in one of its places.
fn bent(choices: &mut Choices<'_>, path: &str) -> String {
    let letters: Vec<char> = path.chars().collect();
    let place = choices.below(letters.len() + 1);
    let put = *choices.one_of(&["", ".", "[", "]", "[*]", "[0]", "[selected]", "[99999999999]", "x", "..", "\u{0}", "é"]);
    let mut bent: String = letters[..place].iter().collect();
    let _ = write!(bent, "{put}");
    bent.extend(letters.iter().skip(place + choices.below(2)));
    bent
}

pub(super) struct Drawing<'s, 'c, 'b> {
    pub subject: &'s Subject,
    pub choices: &'c mut Choices<'b>,
}

impl Drawing<'_, '_, '_> {
    fn input(&mut self) -> String {
        near(self.choices, &self.subject.inputs)
    }

    fn figures(&mut self) -> Vec<String> {
        (0..self.choices.below(4)).map(|_| near(self.choices, &self.subject.figures)).collect()
    }

    fn value(&mut self) -> String {
        match self.choices.below(3) {
            0 => (*self.choices.one_of(&["0", "1", "2", "0.5", "-1", "12", "1e3", "true", "2024-06-30"])).to_owned(),
            _ => near(self.choices, &self.subject.values),
        }
    }

    fn effect(&mut self) -> &'static str {
        const EFFECTS: [&str; 4] =
            ["LEVER_EFFECT_UNSPECIFIED", "LEVER_EFFECT_REPLACE", "LEVER_EFFECT_MULTIPLY", "LEVER_EFFECT_ADD"];
        EFFECTS[self.choices.below(4)]
    }

    fn lever(&mut self) -> Value {
        let fields: Vec<String> = (0..1 + self.choices.below(9) / 7).map(|_| self.input()).collect();
        let mut lever = json!({"fields": fields, "effect": self.effect()});
        if self.choices.one_in(4) {
            lever["name"] = texts::wild(self.choices, &self.subject.inputs).into();
        }
        lever
    }

    pub fn table(&mut self) -> Value {
        let axes = (0..self.choices.below(5).min(3)).map(|_| {
            let mut axis = json!({"lever": self.lever()});
            if self.choices.one_in(3) {
                let count = [0, 1, 2, 3, 5, 10_001][self.choices.below(6)];
                axis["spacing"] = json!({"low": self.value(), "high": self.value(), "count": count});
            }
            if !self.choices.one_in(3) {
                axis["values"] = (0..self.choices.below(5)).map(|_| self.value()).collect();
            }
            axis
        });
        let axes: Vec<Value> = axes.collect();
        json!({"axes": axes, "figures": self.figures()})
    }

    pub fn scenarios(&mut self) -> Value {
        let scenarios = (0..self.choices.below(4)).map(|place| {
            let values = (0..self.choices.below(4))
                .map(|_| json!({"field": self.input(), "value": self.value(), "effect": self.effect()}))
                .collect::<Vec<_>>();
            let name = if self.choices.one_in(6) { "s0".to_owned() } else { format!("s{place}") };
            json!({"name": name, "values": values})
        });
        let scenarios: Vec<Value> = scenarios.collect();
        json!({"scenarios": scenarios, "figures": self.figures()})
    }

    fn ranges(&mut self) -> Vec<Value> {
        (0..self.choices.below(4)).map(|_| json!({"lever": self.lever(), "low": self.value(), "high": self.value()})).collect()
    }

    pub fn weights(&mut self) -> Value {
        let mut request = json!({"figure": near(self.choices, &self.subject.figures), "levers": self.ranges()});
        if self.choices.one_in(3) {
            request["relative_change"] = self.value().into();
        }
        request
    }

    pub fn extremes(&mut self) -> Value {
        json!({"figures": self.figures(), "levers": self.ranges()})
    }

    pub fn search(&mut self) -> Value {
        let mut request =
            json!({"lever": self.lever(), "figure": near(self.choices, &self.subject.figures), "target": self.value()});
        for bound in ["low", "high"] {
            if self.choices.one_in(3) {
                request[bound] = self.value().into();
            }
        }
        request["include_segments"] = self.choices.one_in(4).into();
        if self.choices.one_in(4) {
            request["options"] = json!({"explain": true, "rounding": {"decimal_places": self.choices.below(40)}});
        }
        request
    }
}
