//! `openapi.json`: every method with one request and one answer, as OpenAPI 3.1 says it.

use std::collections::BTreeSet;

use prost_reflect::{DynamicMessage, MethodDescriptor, SerializeOptions};
use serde_json::{Map, Value, json};

use super::Contract;
use super::comments::first_sentence;
use super::schema::Style;

const STYLE: Style = Style { at: "#/components/schemas/", is_brief: false, without: "" };

/// HTTP statuses of refusals, each with what it stands for, and the content types of its bodies.
const REFUSALS: [(&str, &str, &[&str]); 9] = [
    ("400", "invalid_argument: the request cannot be used. Every field that is at fault is named.", &[ERROR, LINE]),
    ("403", "permission_denied: the caller may not call this service, or a page of this origin may not.", &[ERROR, LINE]),
    ("415", "invalid_argument: the content type is none of a call.", &[ERROR, LINE]),
    ("421", "permission_denied: the server does not answer for this host.", &[ERROR, LINE]),
    ("429", "resource_exhausted: the message or the answer is too large.", &[ERROR]),
    ("500", "internal: a mistake of the server.", &[ERROR]),
    ("501", "unimplemented: the message is compressed in another way than gzip.", &[ERROR]),
    ("503", "unavailable: there is no room now; try again after the time that the details say.", &[ERROR]),
    ("504", "deadline_exceeded: the answer would come too late.", &[ERROR]),
];

/// The refusal of a call.
const ERROR: &str = "application/json";
/// The refusal of a request that never became a call and does not speak JSON: lines for people.
const LINE: &str = "text/plain";

impl Contract<'_> {
    pub fn openapi(&self, presets: &[DynamicMessage]) -> Result<Value, Box<dyn std::error::Error>> {
        let examples = examples(presets)?;
        let mut needed = BTreeSet::new();
        let mut paths = Map::new();
        let unary = self.methods().filter(|method| !method.is_client_streaming() && !method.is_server_streaming());
        for method in unary {
            let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
            let of_model = self.model_of(&method).and_then(|model| examples.get(&model).cloned());
            paths.insert(path, json!({ "post": self.operation(&method, of_model, &mut needed) }));
        }
        let mut schemas = self.schemas(needed, &STYLE);
        schemas.insert("Error".to_owned(), refusal());
        let tags = self.services().map(|service| {
            let comment = self.comments.at(&service.parent_file(), service.path());
            json!({ "name": service.name(), "description": comment })
        });
        Ok(json!({
            "openapi": "3.1.0",
            "info": {
                "title": "Paydirt",
                "version": self.version,
                "description": "Financial models with exact figures. Every amount, rate and ratio is a decimal in a string.",
                "license": { "name": "MIT or Apache-2.0", "identifier": "MIT OR Apache-2.0" },
            },
            "servers": [{ "url": "/" }],
            "tags": tags.collect::<Vec<_>>(),
            "paths": paths,
            "components": { "schemas": schemas },
        }))
    }

    fn operation(&self, method: &MethodDescriptor, examples: Option<Value>, needed: &mut BTreeSet<String>) -> Value {
        let comment = self.comments.at(&method.parent_service().parent_file(), method.path());
        let mut refer = |full: &str| {
            needed.insert(full.to_owned());
            json!({ "$ref": format!("{}{}", STYLE.at, self.name(full)) })
        };
        let mut request = json!({ "schema": refer(method.input().full_name()) });
        if let Some(examples) = examples {
            request["examples"] = examples;
        }
        let answer = json!({ "schema": refer(method.output().full_name()) });
        let mut responses = Map::new();
        responses.insert("200".to_owned(), json!({ "description": "The answer.", "content": { "application/json": answer } }));
        for (status, description, content_types) in REFUSALS {
            let body = |content_type: &str| match content_type {
                ERROR => json!({ "schema": { "$ref": format!("{}Error", STYLE.at) } }),
                _ => json!({ "schema": { "type": "string" } }),
            };
            let content: Map<String, Value> =
                content_types.iter().map(|content_type| ((*content_type).to_owned(), body(content_type))).collect();
            responses.insert(status.to_owned(), json!({ "description": description, "content": content }));
        }
        json!({
            "operationId": method.name(),
            "tags": [method.parent_service().name()],
            "summary": first_sentence(comment),
            "description": comment,
            "requestBody": { "required": true, "content": { "application/json": request } },
            "responses": responses,
        })
    }
}

/// The presets of each model, as examples of its request.
fn examples(presets: &[DynamicMessage]) -> Result<Map<String, Value>, Box<dyn std::error::Error>> {
    let mut examples = Map::new();
    for preset in presets {
        let options = SerializeOptions::new().use_proto_field_name(true);
        let preset = preset.serialize_with_options(serde_json::value::Serializer, &options)?;
        let name = preset["name"].as_str().ok_or("a preset has a name")?;
        // A preset without a calculation is a study.
        let Some(calculation) = preset["calculation"].as_object() else { continue };
        let (model, request) = calculation.iter().next().ok_or("a calculation has a model")?;
        let of_model = examples.entry(model.clone()).or_insert_with(|| json!({}));
        of_model[name] = json!({ "summary": preset["title"], "description": preset["source"], "value": request });
    }
    Ok(examples)
}

/// The schema of a refusal, as the Connect protocol writes one.
fn refusal() -> Value {
    json!({
        "type": "object",
        "description": "A refusal. Each reason is explained at /errors.",
        "required": ["code", "message"],
        "properties": {
            "code": { "type": "string", "description": "The code of gRPC in lower case.", "examples": ["invalid_argument"] },
            "message": { "type": "string", "description": "The first of the faults, for people." },
            "details": {
                "type": "array",
                "description": "google.rpc.ErrorInfo with the reason, and google.rpc.BadRequest with every field that is at fault.",
                "items": {
                    "type": "object",
                    "required": ["type", "value"],
                    "properties": {
                        "type": { "type": "string", "description": "The name of the message.", "examples": ["google.rpc.BadRequest"] },
                        "value": { "type": "string", "description": "The message, as base64." },
                        "debug": { "description": "The message as JSON." },
                    },
                },
            },
        },
    })
}
