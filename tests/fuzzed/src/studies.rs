//! Studies of any kind of any calculation or chain, with paths and values that fit or do not: no panic, no refusal but the caller's own mistake, no
//! more work than was granted, and answers whose parts fit together.

use std::fmt::Write as _;

use paydirt::engine::Refused;
use paydirt::engine::study::rounds::whole_in_rounds;
use paydirt::engine::study::study_blocks::whole;
use paydirt::engine::study::{
    RangeStudy, ScenarioStudy, SensitivityStudy, StudyKind, TableStudy, compute_chain, list_paths, solve_for_input,
};
use paydirt::models::work::{self, Exceeded};
use paydirt::wire::cost::Cost;
use paydirt::wire::{json, pb};
use prost_reflect::{DynamicMessage, MessageDescriptor};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tonic::Status;

use crate::choices::Choices;
use crate::civil::refusal_names_fields;
use crate::contract::{CONTRACT, Model, name_of};
use crate::requests::drawn;
use crate::seeds::SEEDS;
use crate::texts;

/// The work that a listing of paths is granted, in units: 3 ms.
const LISTED_UNITS: u64 = 300_000;
/// The work that any study is granted here, in units: 0.3 s. A study that needs more ends without an answer, as one ends that nobody waits for.
const GRANTED_UNITS: u64 = 30_000_000;
/// The work that may be done between two looks at whether somebody still waits, in units.
const BEYOND_UNITS: u64 = 3_000_000;
/// The most bytes of a calculation that is studied: a longer one makes every study slow, and none different.
const CALCULATION_BYTES_MAX: usize = 1_500;

/// Takes the bytes as choices: of a subject, of a study, of paths and of values. Panics where something does not hold.
pub fn check(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let subject = Subject::drawn(&mut choices);
    let mut study = Drawing { subject: &subject, choices: &mut choices };
    let (kind, request) = match study.choices.below(13) {
        0 => (StudyKind::Paths, json!({})),
        1 | 2 => (StudyKind::Table, study.table()),
        3 | 4 => (StudyKind::Scenarios, study.scenarios()),
        5 => (StudyKind::Chain, json!({})),
        9 | 10 => (StudyKind::Sensitivity, study.weights()),
        11 | 12 => (StudyKind::Range, study.extremes()),
        _ => (StudyKind::Solve, study.search()),
    };
    let Value::Object(mut request) = request else { unreachable!("a request is an object") };
    request.extend(subject.written(kind));
    held(kind, &request.into());
}

/// Asks a study in JSON, and panics where something does not hold of what comes back. Returns the answer in JSON, if there is one.
pub fn held(kind: StudyKind, request: &Value) -> Option<Value> {
    match kind {
        StudyKind::Paths => asked(kind, request, list_paths),
        StudyKind::Solve => asked(kind, request, solve_for_input),
        StudyKind::Table => asked(kind, request, |request| TableStudy::begin(request).map(|study| whole(&study))),
        StudyKind::Sensitivity => asked(kind, request, |request| SensitivityStudy::begin(request).map(whole_in_rounds)),
        StudyKind::Range => asked(kind, request, |request| RangeStudy::begin(request).map(whole_in_rounds)),
        StudyKind::Scenarios => asked(kind, request, |request| ScenarioStudy::begin(request).map(|study| whole(&study))),
        StudyKind::Chain => asked(kind, request, compute_chain),
    }
}

fn asked<Request: DeserializeOwned + paydirt::wire::short_text::Name + Cost, Answer: Serialize>(
    kind: StudyKind,
    request: &Value,
    answer: impl FnOnce(&Request) -> Result<Answer, Refused>,
) -> Option<Value> {
    let text = request.to_string();
    let say = |said: &str| format!("{}: {said}\nasked {}", kind.row().method, text.chars().take(4_000).collect::<String>());
    let method = CONTRACT.methods().find(|method| name_of(method).ends_with(&format!("/{}", kind.row().method)));
    let method = method.expect("a study has a method");
    let request = match json::read::<Request>(text.as_bytes()) {
        Ok(request) => request,
        Err(unreadable) => {
            let status = Status::from(unreadable);
            assert_eq!(status.code(), tonic::Code::InvalidArgument, "{}", say("it cannot be read"));
            return None;
        }
    };
    // The estimate is a number for any request.
    let expected = request.expected_units();
    let before = work::done();
    let outcome = work::up_to(GRANTED_UNITS, || answer(&request));
    let done = work::done() - before;
    assert!(done <= GRANTED_UNITS + BEYOND_UNITS, "{}", say(&format!("{done} units of work, by an estimate of {expected}")));
    match outcome {
        Ok(Ok(answer)) => {
            let answer = serde_json::to_value(answer).expect("an answer is JSON");
            if let Err(said) = answer_holds(kind, request_values(&text), &answer) {
                panic!("{}\nanswered {answer}", say(&said));
            }
            Some(answer)
        }
        Ok(Err(refused)) => {
            let given = message(&method.input(), &text);
            if let Err(said) = refusal_names_fields(&given, &method.output(), &Status::from(refused)) {
                panic!("{}", say(&said));
            }
            None
        }
        Err(Exceeded { .. }) => None,
    }
}

fn message(descriptor: &MessageDescriptor, text: &str) -> DynamicMessage {
    let mut reader = serde_json::Deserializer::from_str(text);
    DynamicMessage::deserialize(descriptor.clone(), &mut reader).expect("what one reader takes the other takes")
}

fn request_values(text: &str) -> Value {
    serde_json::from_str(text).expect("it was JSON")
}

/// Whether the parts of an answer fit together.
fn answer_holds(kind: StudyKind, request: Value, answer: &Value) -> Result<(), String> {
    let count = |value: &Value| value.as_array().map_or(0, Vec::len);
    let refusals = count(&answer["refusals"]);
    let mut figures = Vec::new();
    figures_of(answer, &mut figures);
    for figure in figures {
        let index = figure["refusal"].as_u64();
        if index.is_some_and(|index| index >= refusals as u64) {
            return Err(format!("there is no refusal {index:?}"));
        }
    }
    match kind {
        StudyKind::Table => {
            let values = |axis: &Value| count(&axis["values"]).max(axis["spacing"]["count"].as_u64().unwrap_or(0) as usize);
            let cells: usize = request["axes"].as_array().into_iter().flatten().map(values).product();
            let whole = answer["cells"].as_array().into_iter().flatten().all(|cell| {
                count(&cell["figures"]) == count(&request["figures"]) && count(&cell["inputs"]) == count(&request["axes"])
            });
            (count(&answer["cells"]) == cells && whole).then_some(()).ok_or(format!("there should be {cells} cells"))
        }
        StudyKind::Scenarios => {
            let each = count(&request["scenarios"]);
            let is_whole = each == 0 || count(&answer["scenarios"]) == each + 1;
            let spreads = count(&answer["spreads"]) == count(&request["figures"]);
            (is_whole && spreads).then_some(()).ok_or("a scenario or a spread is missing".to_owned())
        }
        StudyKind::Solve => {
            let is_complete = answer["complete"] == true;
            let has_undecided = count(&answer["undecided"]) > 0;
            (is_complete != has_undecided).then_some(()).ok_or("complete is what has nothing undecided".to_owned())
        }
        StudyKind::Chain => {
            let links = count(&request["chain"]["links"]);
            (count(&answer["links"]) == links).then_some(()).ok_or(format!("there should be {links} links"))
        }
        StudyKind::Sensitivity => {
            let levers = count(&request["levers"]);
            (levers == 0 || count(&answer["levers"]) == levers).then_some(()).ok_or(format!("there should be {levers} levers"))
        }
        StudyKind::Range => {
            let figures = count(&request["figures"]);
            (count(&answer["figures"]) == figures).then_some(()).ok_or(format!("there should be {figures} figures"))
        }
        // A calculation whose figures all stand in lists has none while it is refused.
        StudyKind::Paths => (count(&answer["figures"]) + refusals > 0)
            .then_some(())
            .ok_or("neither a figure nor a refusal is listed".to_owned()),
    }
}

/// The values of figures anywhere in an answer.
fn figures_of<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            if fields.contains_key("refusal") {
                found.push(value);
            }
            fields.values().for_each(|value| figures_of(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| figures_of(item, found)),
        _ => {}
    }
}

/// A calculation or a chain, with the paths that it has.
struct Subject {
    /// The models and their requests in JSON; one of them alone is a calculation.
    links: Vec<(&'static Model, Value)>,
    chain: Option<Value>,
    inputs: Vec<String>,
    figures: Vec<String>,
    /// Values and outcomes that stand somewhere among the paths.
    values: Vec<String>,
}

impl Subject {
    fn drawn(choices: &mut Choices<'_>) -> Subject {
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
    fn written(&self, kind: StudyKind) -> Map<String, Value> {
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

struct Drawing<'s, 'c, 'b> {
    subject: &'s Subject,
    choices: &'c mut Choices<'b>,
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

    fn table(&mut self) -> Value {
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

    fn scenarios(&mut self) -> Value {
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

    fn weights(&mut self) -> Value {
        let mut request = json!({"figure": near(self.choices, &self.subject.figures), "levers": self.ranges()});
        if self.choices.one_in(3) {
            request["relative_change"] = self.value().into();
        }
        request
    }

    fn extremes(&mut self) -> Value {
        json!({"figures": self.figures(), "levers": self.ranges()})
    }

    fn search(&mut self) -> Value {
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
