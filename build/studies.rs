//! The tools of agents that make studies. Where the contract has a calculation, a tool has the name of a model and that model's arguments,
//! which the model's own tool describes: a schema of every model's request in every study would be longer than all models together.

use std::collections::BTreeSet;

use prost_reflect::MethodDescriptor;
use serde_json::{Value, json};

use super::Contract;
use super::comments::{first_sentence, part};
use super::schema::Style;
use super::tools::written;
use crate::names::snake;

const SERVICE: &str = "paydirt.v1.StudyService";
const CALCULATION: &str = "paydirt.v1.Calculation";
const STYLE: Style = Style { at: "#/$defs/", is_brief: true, without: CALCULATION };

/// What an agent has to know of each study beside its question, by the name of the method.
const WHEN: &[(&str, &str)] = &[
    (
        "ListPaths",
        "Call it when you do not know a path of the other studies: fields of a request as inputs, fields of the answer as figures, lists by \
         index or name. Fill in the request as far as you can: figures are those of its answer.",
    ),
    (
        "SolveForInput",
        "For questions that turn a model around: \"what growth keeps us alive?\" (model default_alive, lever monthly_revenue_growth_rate, \
         figure verdict, target VERDICT_DEFAULT_ALIVE), \"what revenue earns 10 %?\", \"how much cash for 18 months?\". Leave the field that \
         is sought out of the request. The answer has all solutions; with complete true there are no others, and without a solution it is \
         proven that there is none.",
    ),
    (
        "ComputeTable",
        "For \"what if\", sensitivity tables and break-even charts: every cell is exact, and an input that the model refuses stops no other.",
    ),
    (
        "ComputeSensitivity",
        "For \"which assumption matters most?\" and tornado charts: the figure with each input down and up, the widest swing first, and its slopes. \
         Without levers each decimal of the request is turned by 10 %.",
    ),
    (
        "ComputeRange",
        "For \"how bad can it get, how good?\" where inputs are known as ranges: with exact true nothing lies outside of what is answered.",
    ),
    (
        "CompareScenarios",
        "For bear, base and bull, and for \"how much hangs on the conventions?\": without scenarios each convention that the request leaves \
         open is tried. Differences are from the request as it stands.",
    ),
    (
        "ComputeChain",
        "For questions that no single model answers: a later link is bound to figures of an earlier one, as \"link.path\".",
    ),
];

/// What the tools say of what the contract has no field for.
const REQUEST: &str = "The arguments of that model's tool. Fields that the study sets may be left out.";
const CHAIN: &str = "In place of model and request: the chain of compute_chain. Paths begin with the name of a link.";
const OPTIONS: &str = "explain and rounding, as in the model's tool.";
const OWN: [&str; 3] = [REQUEST, CHAIN, OPTIONS];

/// A longer default is left to the answer, which shows what was done, and to the contract.
const PART_BYTES_MAX: usize = 100;

/// The tools in the order of the contract's methods.
pub fn tools(contract: &Contract<'_>) -> Result<Vec<Value>, Box<dyn std::error::Error>> {
    let methods = contract.methods().filter(|method| method.parent_service().full_name() == SERVICE);
    methods.map(|method| tool(contract, &method)).collect()
}

fn tool(contract: &Contract<'_>, method: &MethodDescriptor) -> Result<Value, Box<dyn std::error::Error>> {
    let (_, when) = WHEN
        .iter()
        .find(|(name, _)| *name == method.name())
        .ok_or_else(|| format!("{}: build/studies.rs says what agents need it for", method.name()))?;
    let comment = contract.comments.at(&method.parent_service().parent_file(), method.path());
    let question = comment.lines().next().unwrap_or_default();
    let mut needed = BTreeSet::new();
    let models = contract.pool.get_message_by_name(CALCULATION).ok_or("the contract has no Calculation")?;
    let models: Vec<String> = models.fields().map(|field| field.name().to_owned()).collect();
    let model = json!({ "type": "string", "enum": models });
    let mut schema = contract.schema(&method.input(), &STYLE, &mut needed);
    if named(&mut schema, &model) {
        // The one tool that makes nothing but chains describes them.
        schema["properties"]["chain"] = json!({ "type": "object", "description": CHAIN });
        needed.retain(|name| !name.ends_with(".Chain"));
    }
    let mut within = contract.schemas(needed, &STYLE);
    within.values_mut().for_each(|schema| _ = named(schema, &model));
    schema["additionalProperties"] = false.into();
    if let Some(options) = schema["properties"].get_mut("options") {
        *options = json!({ "type": "object", "description": OPTIONS });
    }
    brief(&mut schema);
    within.values_mut().for_each(brief);
    if let Some(of_study) = schema.as_object_mut() {
        of_study.remove("description");
        if !within.is_empty() {
            of_study.insert("$defs".to_owned(), within.into());
        }
    }
    Ok(written(&snake(method.name()), &format!("{question} {when}"), &schema))
}

/// Puts a model and its arguments in the place of a calculation. Returns whether there was one.
fn named(schema: &mut Value, model: &Value) -> bool {
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.iter_mut().filter(|name| *name == "calculation").for_each(|name| *name = "model".into());
    }
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return false };
    if properties.remove("calculation").is_none() {
        return false;
    }
    let others = std::mem::take(properties);
    properties.insert("model".to_owned(), model.clone());
    properties.insert("request".to_owned(), json!({ "type": "object", "description": REQUEST }));
    properties.extend(others);
    true
}

/// Shortens what is said of a message and of its fields to what an agent cannot do without: names say much, and refusals say the rest.
fn brief(schema: &mut Value) {
    let said = schema["description"].as_str().unwrap_or_default();
    let choices: Vec<&str> =
        said.lines().filter(|line| line.contains(" one of ")).filter_map(|line| line.split(':').next()).collect();
    let choices = choices.join(". ");
    if let Some(schema) = schema.as_object_mut() {
        match &*choices {
            "" => schema.remove("description"),
            _ => schema.insert("description".to_owned(), choices.into()),
        };
    }
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for field in properties.values_mut() {
        let Some(said) = field.get("description").and_then(Value::as_str).filter(|said| !OWN.contains(said)) else { continue };
        let condition = if said.starts_with("Required, with ") { first_sentence(said) } else { "" };
        let mut short = format!("{condition} {}", first_sentence(said[condition.len()..].trim_start())).trim_start().to_owned();
        for label in ["Absent", "Example"] {
            let Some(part) = part(said, label).filter(|part| part.len() <= PART_BYTES_MAX) else { continue };
            short.push_str(&format!(" {label}: {part}."));
        }
        field["description"] = short.into();
    }
}
