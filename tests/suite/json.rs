//! JSON on the port for gRPC: the digits and the refusals of a call in protobuf, and what another hand's readers say of the same text.

use std::io::Write as _;
use std::process::{Command, Stdio};

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use paydirt::wire::{json, pb};
use prost::Message;
use prost_reflect::{DynamicMessage, SerializeOptions};
use serde_json::{Value, json as value};
use tonic::{Code, Status};
use tonic_types::StatusExt;
use tower::{Service, ServiceExt};

use crate::golden::{FILES, assert_rows_are_answered, files_of_models, rows_of, violations_of};
use crate::support::{Client, SERVER, message_of, method_of};
use crate::tools::tool;

/// A call in JSON: the answers, or the refusal.
fn call(client: &Client, method: &str, requests: &[&[u8]]) -> Result<Vec<Vec<u8>>, Status> {
    let framed = |text: &&[u8]| [&[0], &u32::try_from(text.len()).expect("short").to_be_bytes()[..], text].concat();
    let body: Vec<u8> = requests.iter().flat_map(framed).collect();
    let request = Request::builder().method(Method::POST).uri(format!("http://a/{method}"));
    let request = request.header("content-type", "application/grpc+json").header("te", "trailers");
    let request = request.body(tonic::body::Body::new(Full::new(Bytes::from(body)))).expect("a request");
    client.runtime.block_on(async {
        let mut channel = client.channel.clone();
        let response = channel.ready().await.expect("it is connected").call(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body");
        let trailers = body.trailers().cloned().unwrap_or_default();
        let status = Status::from_header_map(&parts.headers).or_else(|| Status::from_header_map(&trailers)).expect("a status");
        if status.code() != Code::Ok {
            return Err(status);
        }
        assert_eq!(parts.headers["content-type"], "application/grpc+json");
        let (bytes, mut answers) = (body.to_bytes(), Vec::new());
        let mut rest = &bytes[..];
        while let Some((head, behind)) = rest.split_first_chunk::<5>() {
            let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
            answers.push(behind[..length].to_vec());
            rest = &behind[length..];
        }
        Ok(answers)
    })
}

fn call_one(client: &Client, method: &str, request: &[u8]) -> Result<Value, Status> {
    let answers = call(client, method, &[request])?;
    let [answer] = &answers[..] else { panic!("{} answers", answers.len()) };
    Ok(serde_json::from_slice(answer).expect("an answer is JSON"))
}

#[test]
fn every_golden_row_in_json_has_the_digits_and_the_refusals_of_protobuf() {
    let client = SERVER.client();
    for file in FILES {
        let count = assert_rows_are_answered(file, &rows_of(file), |method, request| {
            let answer = call_one(&client, method, request.to_string().as_bytes());
            answer.map_err(|status| (status.code(), violations_of(&status)))
        });
        assert!(count >= 100, "{file}: {count}");
    }
}

/// Each row's request, by prost-reflect and by ours, both ways; and each answer.
#[test]
fn json_is_read_and_written_as_another_hand_does() {
    let client = SERVER.client();
    let mut count = 0;
    for row in files_of_models().flat_map(|file| rows_of(file).lines().map(str::to_owned).collect::<Vec<_>>()) {
        let row: Value = serde_json::from_str(&row).expect("a row is JSON");
        let method = row["method"].as_str().expect("a row has a method");
        let bytes = message_of(method, &row["request"]);
        let by_reflect = DynamicMessage::decode(method_of(method).input(), &bytes[..]).expect("a request");
        for in_proto_names in [true, false] {
            let options = SerializeOptions::new().use_proto_field_name(in_proto_names).skip_default_fields(count % 2 == 0);
            let text = by_reflect.serialize_with_options(serde_json::value::Serializer, &options).expect("JSON").to_string();
            let read = paydirt::engine::json::read(model_of(method), text.as_bytes())
                .unwrap_or_else(|refused| panic!("{text}: {refused}"));
            let calculation = pb::Calculation { model: Some(read) }.encode_to_vec();
            let calculation = pb::Calculation::decode(&calculation[..]).expect("a calculation").model.expect("a model");
            let mut written = Vec::new();
            paydirt::engine::json::write_question(&calculation, &mut written);
            let mut json = serde_json::Deserializer::from_slice(&written);
            let again = DynamicMessage::deserialize(method_of(method).input(), &mut json).expect("our JSON is JSON");
            let again = DynamicMessage::decode(method_of(method).input(), &again.encode_to_vec()[..]).expect("a request");
            assert_eq!(again, by_reflect, "{text}");
        }
        if row.get("response").is_some() {
            let answer = call(&client, method, &[row["request"].to_string().as_bytes()]).expect("an answer").remove(0);
            let output = method_of(method).output();
            let mut json = serde_json::Deserializer::from_slice(&answer);
            let read = DynamicMessage::deserialize(output.clone(), &mut json).expect("our JSON is JSON");
            let in_protobuf = client.call_with_bytes(method, bytes).expect("an answer");
            let read = DynamicMessage::decode(output.clone(), &read.encode_to_vec()[..]).expect("an answer");
            assert_eq!(
                read,
                DynamicMessage::decode(output, &in_protobuf[..]).expect("an answer"),
                "{method} {}",
                row["request"]
            );
        }
        count += 1;
    }
    assert!(count > 2500, "{count} rows");
}

fn model_of(method: &str) -> usize {
    let (service, method) = method.split_once('/').expect("service and method");
    paydirt::engine::METHODS.iter().position(|found| *found == (service, method)).expect("a method of a model")
}

/// Python's own reader and writer of JSON, where Python and protobuf are installed.
#[test]
fn answers_in_json_are_what_python_makes_of_protobuf() {
    const PROGRAM: &str = r"
import sys, json
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, json_format
files = descriptor_pb2.FileDescriptorSet.FromString(open(sys.argv[1], 'rb').read())
pool = descriptor_pool.DescriptorPool()
for file in files.file:
    pool.Add(file)
for line in sys.stdin:
    row = json.loads(line)
    message = message_factory.GetMessageClass(pool.FindMessageTypeByName(row['type']))
    ours = json_format.Parse(row['json'], message())
    theirs = message.FromString(bytes.fromhex(row['protobuf']))
    assert ours == theirs, row
    print(json.dumps(json_format.MessageToDict(theirs, preserving_proto_field_name=True), sort_keys=True))
";
    let Some(python) = tool("grpc-python") else { return };
    let client = SERVER.client();
    let (mut rows, mut ours) = (String::new(), Vec::new());
    for line in files_of_models().flat_map(|file| rows_of(file).lines().step_by(20).map(str::to_owned).collect::<Vec<_>>()) {
        let row: Value = serde_json::from_str(&line).expect("a row is JSON");
        let method = row["method"].as_str().expect("a row has a method");
        if row.get("response").is_none() {
            continue;
        }
        let answer = call(&client, method, &[row["request"].to_string().as_bytes()]).expect("an answer").remove(0);
        let in_protobuf = client.call_with_bytes(method, message_of(method, &row["request"])).expect("an answer");
        let hex: String = in_protobuf.iter().map(|byte| format!("{byte:02x}")).collect();
        let text = String::from_utf8(answer).expect("JSON is text");
        rows += &value!({"type": method_of(method).output().full_name(), "json": text, "protobuf": hex}).to_string();
        rows.push('\n');
        ours.push(text);
    }
    let descriptors = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(descriptors.path(), pb::FILE_DESCRIPTOR_SET).expect("a file");
    let python =
        Command::new(python).args(["-c", PROGRAM]).arg(descriptors.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut python = python.expect("Python is there");
    let mut input = python.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || input.write_all(rows.as_bytes()));
    let output = python.wait_with_output().expect("Python ends");
    assert!(output.status.success(), "Python reads our JSON otherwise");
    writer.join().expect("no panic").expect("written");
    assert_eq!(String::from_utf8(output.stdout).expect("text").lines().count(), ours.len());
}

#[test]
fn a_batch_and_presets_and_a_stream_are_answered_in_json() {
    let client = SERVER.client();
    let runway = r#"{"runway": {"currency_code": "USD", "cash_balance": "10", "costs": [{"name": "a", "amount": "1", "period": "PERIOD_MONTH"}]}}"#;
    let batch = format!(r#"{{"calculations": [{runway}, {{}}, {runway}]}}"#);
    let method = "paydirt.v1.CalculationService/BatchCalculations";
    let answer = call_one(&client, method, batch.as_bytes()).expect("an answer");
    assert_eq!(answer, with_defaults(method, &serde_json::from_str(&batch).expect("JSON")));
    assert_eq!(answer["outcomes"].as_array().map(Vec::len), Some(3));
    assert_eq!(call_one(&client, method, b"{}").expect_err("none").code(), Code::InvalidArgument);

    let presets = call_one(&client, "paydirt.v1.CalculationService/ListPresets", b"{}").expect("presets");
    assert_eq!(presets, with_defaults("paydirt.v1.CalculationService/ListPresets", &value!({})));

    let stream = "paydirt.v1.CalculationService/StreamCalculations";
    let first = format!(r#"{{"correlation_id": "18446744073709551615", "calculation": {runway}}}"#);
    // Longer than what is read on the thread of the connection.
    let rows: Vec<String> = (0..2000).map(|row| format!(r#"{{"name": "{row}", "payoffs": ["{row}"]}}"#)).collect();
    let long = format!(
        r#"{{"calculation": {{"regret": {{"states": [{{"name": "s"}}], "alternatives": [{}]}}}}}}"#,
        rows[..900].join(",")
    );
    let answers = call(&client, stream, &[first.as_bytes(), long.as_bytes(), b"{}"]).expect("answers");
    let answers: Vec<Value> = answers.iter().map(|answer| serde_json::from_slice(answer).expect("JSON")).collect();
    assert_eq!(answers.len(), 3);
    assert_eq!(answers[0]["correlation_id"], "18446744073709551615");
    assert!(answers[0]["outcome"]["answer"]["runway"]["gross_burn"] == "1", "{}", answers[0]);
    assert!(answers[1]["outcome"]["answer"]["regret"]["alternatives"].as_array().is_some_and(|all| all.len() == 900));
    assert_eq!(answers[2]["outcome"]["error"]["field_violations"][0]["field"], "model");
    // A message that cannot be read ends the stream.
    let ended = call(&client, stream, &[first.as_bytes(), br#"{"calculation": 1}"#]).expect_err("it cannot be read");
    assert_eq!(ended.message(), "message 2 of the stream: calculation: an object { … } belongs here");
}

/// The answer of a call in protobuf, as prost-reflect writes it with its defaults, but without optional fields that are absent.
fn with_defaults(method: &str, request: &Value) -> Value {
    let client = SERVER.client();
    let bytes = client.call_with_bytes(method, message_of(method, request)).expect("an answer");
    let message = DynamicMessage::decode(method_of(method).output(), &bytes[..]).expect("an answer");
    let options = SerializeOptions::new().use_proto_field_name(true).skip_default_fields(false);
    let written = message.serialize_with_options(serde_json::value::Serializer, &options).expect("JSON");
    without_null(written)
}

fn without_null(written: Value) -> Value {
    match written {
        Value::Object(fields) => {
            fields.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name, without_null(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(without_null).collect(),
        other => other,
    }
}

#[test]
fn an_answer_has_its_zeros_and_not_what_is_absent() {
    let client = SERVER.client();
    let method = "paydirt.v1.RunwayService/ComputeRunway";
    let request = value!({"currency_code": "USD", "costs": [{"name": "a", "amount": "1", "period": "PERIOD_MONTH"}]});
    let answer = call_one(&client, method, request.to_string().as_bytes()).expect("an answer");
    assert_eq!(answer, with_defaults(method, &request));
    assert_eq!((&answer["ledger"], answer.get("burn_multiple")), (&value!([]), None));
}

#[test]
fn hostile_json_is_refused_and_hurts_nobody() {
    let client = SERVER.client();
    let method = "paydirt.v1.RunwayService/ComputeRunway";
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let member = |value: &str| format!(r#"{{"currency_code": "USD", "cash_balance": {value}}}"#);
    let rows: Vec<(&str, String, &str)> = vec![
        ("nothing", String::new(), "JSON_MALFORMED"),
        ("a byte order mark", "\u{feff}{}".to_owned(), "JSON_MALFORMED"),
        ("garbage behind", "{} x".to_owned(), "JSON_MALFORMED"),
        ("two requests", "{}{}".to_owned(), "JSON_MALFORMED"),
        ("half a request", r#"{"currency_code": "U"#.to_owned(), "JSON_MALFORMED"),
        ("a comment", "{/* none */}".to_owned(), "JSON_MALFORMED"),
        ("single quotes", "{'currency_code': 'USD'}".to_owned(), "JSON_MALFORMED"),
        ("a trailing comma", r#"{"currency_code": "USD",}"#.to_owned(), "JSON_MALFORMED"),
        ("NaN", member("NaN"), "JSON_MALFORMED"),
        ("Infinity", member("-Infinity"), "JSON_MALFORMED"),
        ("half a surrogate", member(r#""\ud800""#), "JSON_MALFORMED"),
        ("half a surrogate, other half", member(r#""\udc00\ud800""#), "JSON_MALFORMED"),
        ("a line end in a text", member("\"1\n\""), "JSON_MALFORMED"),
        ("leading zeros", member("007"), "JSON_MALFORMED"),
        ("depth", deep(100_000), "JSON_MALFORMED"),
        ("depth that is no end", "[".repeat(1_000_000), "JSON_MALFORMED"),
        ("depth in a field", member(&deep(100)), "INVALID_FIELDS"),
        ("depth in a field, and long", member(&deep(3000)), "JSON_MALFORMED"),
        ("a huge number", member(&"9".repeat(100_000)), "INVALID_FIELDS"),
        ("a huge exponent", member("1e999999999"), "INVALID_FIELDS"),
        ("a text like NaN", member(r#""NaN""#), "INVALID_FIELDS"),
        ("a long text", member(&format!("\"{}\"", "9".repeat(2_000_000))), "INVALID_FIELDS"),
        ("an escaped surrogate pair", member(r#""\ud83d\ude00""#), "INVALID_FIELDS"),
        ("zeros", member(r#""\u0000""#), "INVALID_FIELDS"),
        ("a field twice", r#"{"currencyCode": "USD", "currency_code": "EUR"}"#.to_owned(), "INVALID_FIELDS"),
        ("many unknown fields", format!("{{{}\"a\": 1}}", "\"abc\": [],".repeat(20_000)), "INVALID_FIELDS"),
        ("a long name", format!("{{\"{}\": 1}}", "n".repeat(200_000)), "INVALID_FIELDS"),
        ("too much memory", format!(r#"{{"costs": [{}{{}}]}}"#, "{},".repeat(1_000_000)), "TOO_MANY_FIELDS"),
        (
            "many unknown long names",
            format!("{{{}\"a\": 1}}", format!("\"{}\": [],", "name".repeat(15)).repeat(3500)),
            "INVALID_FIELDS",
        ),
        (
            "a mistake in a long text",
            format!("{{\"costs\": [{}], \"cash_balance\": 5}}", "{\"name\": \"a\"},".repeat(20_000) + "{}"),
            "INVALID_FIELDS",
        ),
        ("a list", "[1, 2]".to_owned(), "INVALID_FIELDS"),
        ("null", "null".to_owned(), "INVALID_FIELDS"),
    ];
    let mut wrong = Vec::new();
    for (name, text, reason) in &rows {
        match call_one(&client, method, text.as_bytes()) {
            Ok(answer) => wrong.push(format!("{name}: {answer}")),
            Err(status) => {
                let found = status.get_details_error_info().map(|info| info.reason).unwrap_or_default();
                if status.code() != Code::InvalidArgument
                    || found != *reason
                    || status.message().len() > 1000
                    || status.details().len() > 4096
                {
                    wrong.push(format!("{name}: {found}: {status:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let latin = call_one(&client, method, b"{\"currency_code\": \"\xe9\"}").expect_err("no UTF-8");
    assert_eq!(latin.message(), "the message cannot be read: byte 20 is no UTF-8");
}

#[test]
fn a_refused_text_names_every_field_as_a_refused_message_does() {
    let client = SERVER.client();
    let text = r#"{"currency_code": "USD", "cash_balance": 5, "horizonMonth": 3, "costs": {}, "options": {"explain": 1}}"#;
    let refused = call_one(&client, "paydirt.v1.RunwayService/ComputeRunway", text.as_bytes()).expect_err("four mistakes");
    let expected = [
        ("cash_balance", "DECIMAL_NOT_A_STRING"),
        ("horizonMonth", "FIELD_UNKNOWN"),
        ("costs", "JSON_TYPE"),
        ("options.explain", "JSON_TYPE"),
    ];
    assert_eq!(violations_of(&refused), expected.map(|(field, reason)| (field.to_owned(), reason.to_owned())));
    assert!(refused.message().ends_with("write \"5\" (and 3 more fields)"), "{}", refused.message());
    let health = call(&client, "grpc.health.v1.Health/Check", &[b"{}"]).expect_err("health has no JSON");
    assert_eq!(health.code(), Code::InvalidArgument);
}

#[test]
fn a_text_that_the_reader_takes_is_not_explained() {
    let good = json::read::<pb::ComputeRunwayRequest>(br#"{"currency_code": null, "costs": [], "horizonMonths": "3"}"#);
    assert_eq!(good.map(|read| read.horizon_months), Ok(3));
}
