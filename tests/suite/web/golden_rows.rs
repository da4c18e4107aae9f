//! Every golden row by every way into the web port: the same figures, and the same refusals.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use prost::Message;
use prost_reflect::DynamicMessage;
use serde_json::Value;
use tonic::{Code, Status};
use tonic_types::pb;

use super::grpc_web;
use super::http::{Answer, JSON, Peer};
use crate::golden::{Answered, FILES, assert_rows_are_answered, rows_of, violations_of};
use crate::support::{SERVER, json_of, message_of, method_of};

/// The status in the JSON of an error.
fn status_of(answer: &Answer) -> Status {
    let error = answer.json();
    let code = match (answer.status, error["code"].as_str()) {
        (400, Some("invalid_argument")) => Code::InvalidArgument,
        other => panic!("{other:?}: {error}"),
    };
    let details = error["details"].as_array().expect("details").iter().map(|detail| prost_types::Any {
        type_url: format!("type.googleapis.com/{}", detail["type"].as_str().expect("a type")),
        value: STANDARD_NO_PAD.decode(detail["value"].as_str().expect("base64")).expect("base64"),
    });
    let message = error["message"].as_str().expect("a message").to_owned();
    let detailed = pb::Status { code: code.into(), message: message.clone(), details: details.collect() };
    Status::with_details(code, message, detailed.encode_to_vec().into())
}

fn refused(status: &Status) -> Answered {
    Err((status.code(), violations_of(status)))
}

#[test]
fn connect_in_json_answers_the_golden_rows() {
    let mut peer = Peer::of(SERVER.web_address());
    for file in FILES {
        assert_rows_are_answered(file, &rows_of(file), |method, request| {
            let answer = peer.post(&format!("/{method}"), &[JSON], request.to_string().as_bytes());
            if answer.status != 200 {
                return refused(&status_of(&answer));
            }
            // Read by another hand's reader of JSON, and written as the other ways in write it.
            let output = method_of(method).output();
            let message = DynamicMessage::deserialize(output.clone(), &answer.json()).expect("a message of its type");
            Ok(json_of(output, &message.encode_to_vec()))
        });
    }
}

#[test]
fn connect_in_protobuf_answers_the_golden_rows() {
    let mut peer = Peer::of(SERVER.web_address());
    for file in FILES {
        assert_rows_are_answered(file, &rows_of(file), |method, request| {
            let message = message_of(method, request);
            let answer = peer.post(&format!("/{method}"), &[("content-type", "application/proto")], &message);
            if answer.status != 200 {
                return refused(&status_of(&answer));
            }
            Ok(json_of(method_of(method).output(), &answer.body))
        });
    }
}

#[test]
fn grpc_web_answers_the_golden_rows() {
    let mut peer = Peer::of(SERVER.web_address());
    let mut is_text = false;
    for file in FILES {
        assert_rows_are_answered(file, &rows_of(file), |method, request: &Value| {
            is_text = !is_text;
            match grpc_web::ask(&mut peer, method, &message_of(method, request), is_text) {
                Ok(answer) => Ok(json_of(method_of(method).output(), &answer)),
                Err(status) => refused(&status),
            }
        });
    }
}
