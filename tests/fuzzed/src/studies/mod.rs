//! Studies of any kind of any calculation or chain, with paths and values that fit or do not: no panic, no refusal but the caller's own mistake, no
//! more work than was granted, and answers whose parts fit together.

mod drawing;

use drawing::{Drawing, Subject};
use paydirt::engine::Refused;
use paydirt::engine::study::rounds::whole_in_rounds;
use paydirt::engine::study::study_blocks::whole;
use paydirt::engine::study::{
    RangeStudy, ScenarioStudy, SensitivityStudy, StudyKind, TableStudy, compute_chain, list_paths, solve_for_input,
};
use paydirt::models::work::{self, Exceeded};
use paydirt::wire::cost::Cost;
use paydirt::wire::json;
use prost_reflect::{DynamicMessage, MessageDescriptor};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tonic::Status;

use crate::choices::Choices;
use crate::civil::refusal_names_fields;
use crate::contract::{CONTRACT, name_of};

/// The work that any study is granted here, in units: 0.3 s. A study that needs more ends without an answer, as one ends that nobody waits for.
const GRANTED_UNITS: u64 = 30_000_000;
/// The work that may be done between two looks at whether somebody still waits, in units.
const BEYOND_UNITS: u64 = 3_000_000;

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
