//! The requests from which others are drawn: those of the presets and of the golden rows, and each value that a field has in them. A model
//! has its seeds from these files, without a line here.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use paydirt::wire::presets;
use prost::Message;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value};
use serde_json::Value as Json;
use tonic_types::StatusExt;

use crate::contract::{CONTRACT, Model, name_of};

/// The seeds of all models.
pub static SEEDS: LazyLock<Seeds> = LazyLock::new(Seeds::read);

/// Distinct values that are kept of a field.
const VALUES_MAX: usize = 200;
/// The most bytes of a list that is drawn: the server takes no longer message.
pub const LIST_BYTES_MAX: usize = 4 << 20;

/// The requests of one model.
#[derive(Default)]
pub struct Requests {
    /// Requests with an answer.
    pub answered: Vec<DynamicMessage>,
    /// Requests that are refused.
    pub refused: Vec<DynamicMessage>,
}

/// The requests of all models, and the values of their fields.
#[derive(Default)]
pub struct Seeds {
    requests: HashMap<String, Requests>,
    /// By the full name of the field; of a list, its items.
    values: HashMap<String, Vec<Value>>,
    /// Every text of every field of a model's requests, by the full name of the request.
    texts: HashMap<String, Vec<String>>,
    /// The limits of lists, by the full name of the field; `None` of a list without a limit of its own.
    limits: HashMap<String, Option<usize>>,
}

impl Seeds {
    fn read() -> Seeds {
        let mut seeds = Seeds::default();
        for model in &CONTRACT.models {
            seeds.requests.insert(model.request().full_name().to_owned(), Requests::default());
        }
        seeds.read_presets();
        golden_rows().iter().for_each(|row| seeds.read_row(row));
        seeds.find_limits();
        seeds
    }

    fn read_presets(&mut self) {
        let list = CONTRACT.pool.get_message_by_name("paydirt.v1.ListPresetsResponse").expect("the contract lists presets");
        let list = DynamicMessage::decode(list, presets::LIST).expect("the presets are a message");
        let presets = list.get_field_by_name("presets").expect("a list");
        for preset in presets.as_list().unwrap_or_default() {
            let preset = preset.as_message().expect("a preset is a message");
            // A preset without a calculation is a study.
            if !preset.has_field_by_name("calculation") {
                continue;
            }
            let calculation = preset.get_field_by_name("calculation").expect("the contract has it").into_owned();
            for (_, request) in calculation.as_message().expect("a message").fields() {
                self.keep(request.as_message().expect("a request").clone(), true);
            }
        }
    }

    fn read_row(&mut self, row: &Json) {
        let Some(method) = row["method"].as_str() else { return };
        let Some(model) = CONTRACT.models.iter().find(|model| name_of(&model.method) == method) else { return };
        let request = DynamicMessage::deserialize(model.request(), &row["request"]);
        self.keep(request.unwrap_or_else(|error| panic!("{error} in {row}")), row["response"].is_object());
    }

    fn keep(&mut self, request: DynamicMessage, is_answered: bool) {
        if is_answered {
            let name = request.descriptor().full_name().to_owned();
            self.keep_values(&name, &request);
            let model = CONTRACT.model_of(&request.descriptor()).expect("a request is some model's");
            self.keep_value(&name, model.branch(), &Value::Message(request.clone()));
        }
        let requests = self.requests.entry(request.descriptor().full_name().to_owned()).or_default();
        if is_answered { &mut requests.answered } else { &mut requests.refused }.push(request);
    }

    fn keep_values(&mut self, request: &str, message: &DynamicMessage) {
        for (field, value) in message.fields() {
            // The first items of a long list are like the others.
            let items = if field.is_list() { value.as_list().unwrap_or_default() } else { std::slice::from_ref(value) };
            for item in items.iter().take(20) {
                self.keep_value(request, &field, item);
                if let Some(message) = item.as_message() {
                    self.keep_values(request, message);
                }
            }
        }
    }

    fn keep_value(&mut self, request: &str, field: &FieldDescriptor, value: &Value) {
        let kept = self.values.entry(field.full_name().to_owned()).or_default();
        if kept.len() < VALUES_MAX && !kept.contains(value) {
            kept.push(value.clone());
            if let Some(text) = value.as_str() {
                self.texts.entry(request.to_owned()).or_default().push(text.to_owned());
            }
        }
    }

    /// The limit of a list is known by the refusal of a longer list.
    fn find_limits(&mut self) {
        for model in &CONTRACT.models {
            let mut lists = Vec::new();
            lists_of(&model.request(), &mut Vec::new(), &mut lists);
            for way in lists {
                let list = way.last().expect("a way ends at a field").full_name().to_owned();
                if !self.limits.contains_key(&list) {
                    let limit = [2_000, 20_000, 200_000].into_iter().find_map(|count| self.limit_below(count, model, &way));
                    self.limits.insert(list, limit);
                }
            }
        }
    }

    /// The limit of a list, where it is below this count.
    fn limit_below(&self, count: usize, model: &Model, way: &[FieldDescriptor]) -> Option<usize> {
        let (list, parents) = way.split_last()?;
        let mut request = DynamicMessage::new(model.request());
        let mut message = &mut request;
        for parent in parents {
            let child = Value::Message(DynamicMessage::new(parent.kind().as_message()?.clone()));
            message.set_field(parent, if parent.is_list() { Value::List(vec![child]) } else { child });
            let value = message.get_field_mut(parent);
            message =
                if parent.is_list() { value.as_list_mut()?.first_mut()?.as_message_mut()? } else { value.as_message_mut()? };
        }
        let item = self.value(list).first().cloned().unwrap_or_else(|| Value::default_value(&list.kind()));
        let count = count.min(LIST_BYTES_MAX / bytes_of(&item));
        message.set_field(list, Value::List(vec![item; count]));
        let refused = model.ask(&request, |_| u64::MAX).outcome.ok()?.err()?;
        let details = tonic::Status::from(refused).get_details_bad_request()?;
        let above = details
            .field_violations
            .into_iter()
            .find(|violation| violation.reason == "TOO_MANY_ITEMS" && violation.field.ends_with(list.name()))?;
        above.description.rsplit(' ').next()?.parse().ok()
    }

    /// Every text of a model's requests. Those of the other models are not among them: a new model's rows change no request that is drawn for
    /// another.
    #[must_use]
    pub fn texts(&self, message: &MessageDescriptor) -> &[String] {
        self.texts.get(message.full_name()).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the requests of a model; none of a message that is no request.
    pub fn requests(&self, request: &MessageDescriptor) -> Option<&Requests> {
        self.requests.get(request.full_name())
    }

    /// Returns the values that a field has in the requests that are answered; of a list, those of its items.
    pub fn value(&self, field: &FieldDescriptor) -> &[Value] {
        self.values.get(field.full_name()).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the most items that a list may have; `None` where the list has no limit of its own.
    pub fn limit(&self, field: &FieldDescriptor) -> Option<usize> {
        self.limits.get(field.full_name()).copied().flatten()
    }
}

/// Returns about how many bytes an item of a list takes.
pub fn bytes_of(item: &Value) -> usize {
    2 + match item {
        Value::Message(message) => message.encoded_len(),
        Value::String(text) => text.len(),
        _ => 4,
    }
}

/// The ways to every list below a message. The contract has no message that holds itself.
fn lists_of(message: &MessageDescriptor, way: &mut Vec<FieldDescriptor>, lists: &mut Vec<Vec<FieldDescriptor>>) {
    for field in message.fields() {
        way.push(field.clone());
        if field.is_list() {
            lists.push(way.clone());
        }
        if let Kind::Message(child) = field.kind() {
            lists_of(&child, way, lists);
        }
        way.pop();
    }
}

/// Returns every golden row that asks a method, as it stands in its file.
pub fn golden_rows() -> Vec<Json> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden");
    let files = files_of(&golden);
    let texts = files.iter().map(|file| std::fs::read_to_string(file).expect("golden rows are text"));
    let rows = |text: String| {
        text.lines().map(|line| serde_json::from_str(line).expect("a golden row is JSON")).collect::<Vec<Json>>()
    };
    // Files of golden rows hold rows of other kinds too.
    texts.flat_map(rows).filter(|row| row["method"].is_string() && row["request"].is_object()).collect()
}

/// The files of golden rows, in the order of their names.
fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "jsonl"));
    files.sort();
    files
}
