//! The tools of agents: one for each model and one for each kind of study, as the Model Context Protocol lists them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Contract;
use super::comments::first_sentence;
use super::schema::Style;
use super::studies;

const STYLE: Style = Style { at: "#/$defs/", is_brief: true, without: "" };

impl Contract<'_> {
    /// A tool a line, each a JSON object: the models in the order of the union of calculations, then the studies in the order of the contract.
    pub fn tools(&self) -> Result<String, Box<dyn std::error::Error>> {
        let union = self.pool.get_message_by_name("paydirt.v1.Calculation").ok_or("the contract has no Calculation")?;
        let mut tools = String::new();
        for model in union.fields() {
            let request = model.kind().as_message().cloned().ok_or("a model is a request")?;
            let method = self.methods().find(|method| method.input() == request).ok_or("a model has a method")?;
            let question = first_sentence(self.comments.at(&method.parent_service().parent_file(), method.path()));
            let mut needed = BTreeSet::new();
            let mut schema = self.schema(&request, &STYLE, &mut needed);
            schema["additionalProperties"] = false.into();
            schema["$defs"] = self.schemas(needed, &STYLE).into();
            let tool = written(model.name(), question, &schema);
            tools.push_str(&serde_json::to_string(&tool)?);
            tools.push('\n');
        }
        for tool in studies::tools(self)? {
            tools.push_str(&serde_json::to_string(&tool)?);
            tools.push('\n');
        }
        Ok(tools)
    }
}

/// A tool as it is listed.
pub fn written(name: &str, description: &str, schema: &Value) -> Value {
    json!({
        "name": name,
        "title": title(name),
        "description": description,
        "inputSchema": schema,
        "annotations": {
            "readOnlyHint": true, "idempotentHint": true, "openWorldHint": false,
        },
    })
}

/// The name of a tool in words.
fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
