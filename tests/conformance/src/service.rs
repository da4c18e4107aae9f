//! The service of the suite: each request says what it is to be answered with.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body::Frame;
use http_body_util::channel::{Channel, Sender};
use prost_reflect::prost::Message;
use prost_reflect::{DynamicMessage, ReflectMessage, Value};
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_types::pb;
use tower::Service;

use crate::messages::{Contract, Format, Messages};

#[derive(Clone)]
pub struct Conformance {
    contract: Arc<Contract>,
}

impl Conformance {
    pub fn new(contract: Arc<Contract>) -> Conformance {
        Conformance { contract }
    }
}

impl Service<Request<Body>> for Conformance {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let contract = Arc::clone(&self.contract);
        Box::pin(async move { Ok(answered(contract, request).await.unwrap_or_else(Status::into_http)) })
    }
}

/// A call that is being answered.
struct Call {
    contract: Arc<Contract>,
    format: Format,
    /// Name of the method, which the names of its messages begin with.
    method: String,
    request_headers: HeaderMap,
    requests: Vec<DynamicMessage>,
}

async fn answered(contract: Arc<Contract>, request: Request<Body>) -> Result<Response<Body>, Status> {
    let (parts, body) = request.into_parts();
    let method = parts.uri.path().rsplit('/').next().unwrap_or_default().to_owned();
    if !["Unary", "IdempotentUnary", "ServerStream", "ClientStream", "BidiStream"].contains(&method.as_str()) {
        return Err(Status::unimplemented(format!("{method} is not implemented")));
    }
    let mut format = Format::of(&parts.headers)?;
    format.is_json |= parts.uri.query().is_some_and(|query| query.split('&').any(|pair| pair == "encoding=json"));
    let mut messages = Messages::new(body, format, contract.message(&format!("{method}Request")));
    let mut call = Call { contract, format, method, request_headers: parts.headers, requests: Vec::new() };
    let first = messages.next().await?;
    let definition = first.as_ref().and_then(|first| message_in(first, "response_definition"));
    let is_full_duplex = call.method == "BidiStream"
        && first
            .as_ref()
            .is_some_and(|first| first.get_field_by_name("full_duplex").is_some_and(|value| value.as_bool() == Some(true)));
    call.requests.extend(first);
    if !is_full_duplex {
        while let Some(message) = messages.next().await? {
            call.requests.push(message);
        }
    }
    if call.method != "BidiStream" && call.method != "ClientStream" && call.requests.len() != 1 {
        return Err(Status::unimplemented("the method takes one message"));
    }
    let headers = headers_in(definition.as_ref(), "response_headers");
    let (sender, body) = Channel::<Bytes, Status>::new(4);
    tokio::spawn(async move {
        let mut sender = sender;
        let trailers = headers_in(definition.as_ref(), "response_trailers");
        let status = match call.method.as_str() {
            "ServerStream" | "BidiStream" => {
                stream(&mut call, definition.as_ref(), is_full_duplex.then_some(messages), &mut sender).await
            }
            _ => unary(&call, definition.as_ref(), &mut sender).await,
        };
        let mut all = trailers;
        status.add_header(&mut all).expect("a status is a header");
        let _ = sender.send(Frame::trailers(all)).await;
    });
    let mut response = Response::new(Body::new(body));
    *response.headers_mut() = headers;
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/grpc"));
    if call_takes_gzip(format) {
        response.headers_mut().insert("grpc-encoding", HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

fn call_takes_gzip(format: Format) -> bool {
    format.takes_gzip()
}

/// Answers with one message, or with the error that is asked for.
async fn unary(call: &Call, definition: Option<&DynamicMessage>, sender: &mut Sender<Bytes, Status>) -> Status {
    delay(definition).await;
    let info = call.request_info(&call.requests, true);
    if let Some(error) = definition.and_then(|definition| message_in(definition, "error")) {
        return error_status(&error, Some(&call.contract.any(&info)));
    }
    let data = definition.and_then(|definition| bytes_in(definition, "response_data")).unwrap_or_default();
    let _ = sender.send(Frame::data(call.response(data, Some(info)))).await;
    Status::ok("")
}

/// Answers with the messages that are asked for. With `more`, one for each message that comes.
async fn stream(
    call: &mut Call,
    definition: Option<&DynamicMessage>,
    mut more: Option<Messages>,
    sender: &mut Sender<Bytes, Status>,
) -> Status {
    let data = definition.and_then(|definition| definition.get_field_by_name("response_data").map(|data| data.into_owned()));
    let all: Vec<Bytes> =
        data.iter().flat_map(|data| data.as_list().unwrap_or_default()).filter_map(|data| data.as_bytes().cloned()).collect();
    let mut sent = 0;
    for data in &all {
        if sent > 0
            && let Some(messages) = &mut more
        {
            match messages.next().await {
                Ok(Some(message)) => call.requests = vec![message],
                Ok(None) => {
                    call.requests.clear();
                    more = None;
                }
                Err(status) => return status,
            }
        }
        delay(definition).await;
        let info = match (sent, &more) {
            (0, _) => Some(call.request_info(&call.requests, true)),
            (_, Some(_)) => Some(call.request_info(&call.requests, false)),
            (_, None) => None,
        };
        if sender.send(Frame::data(call.response(data.clone(), info))).await.is_err() {
            return Status::cancelled("nobody waits");
        }
        sent += 1;
    }
    if let Some(error) = definition.and_then(|definition| message_in(definition, "error")) {
        let info = (sent == 0).then(|| call.contract.any(&call.request_info(&call.requests, true)));
        return error_status(&error, info.as_ref());
    }
    Status::ok("")
}

impl Call {
    /// What is known of the request, with its headers or without.
    fn request_info(&self, requests: &[DynamicMessage], is_first: bool) -> DynamicMessage {
        let mut info = self.contract.new_message("ConformancePayload.RequestInfo");
        let requests = requests.iter().map(|request| Value::Message(self.contract.any(request))).collect();
        info.set_field_by_name("requests", Value::List(requests));
        if is_first {
            let headers = self.request_headers.keys().map(|name| {
                let values = self.request_headers.get_all(name).iter();
                let values = values.map(|value| Value::String(String::from_utf8_lossy(value.as_bytes()).into_owned()));
                let mut header = self.contract.new_message("Header");
                header.set_field_by_name("name", Value::String(name.to_string()));
                header.set_field_by_name("value", Value::List(values.collect()));
                Value::Message(header)
            });
            info.set_field_by_name("request_headers", Value::List(headers.collect()));
            if let Some(milliseconds) = timeout_milliseconds(&self.request_headers) {
                info.set_field_by_name("timeout_ms", Value::I64(milliseconds));
            }
        }
        info
    }

    fn response(&self, data: Bytes, info: Option<DynamicMessage>) -> Bytes {
        let mut payload = self.contract.new_message("ConformancePayload");
        payload.set_field_by_name("data", Value::Bytes(data));
        if let Some(info) = info {
            payload.set_field_by_name("request_info", Value::Message(info));
        }
        let mut response = self.contract.new_message(&format!("{}Response", self.method));
        response.set_field_by_name("payload", Value::Message(payload));
        self.format.written(&response)
    }
}

fn timeout_milliseconds(headers: &HeaderMap) -> Option<i64> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(milliseconds) = text("connect-timeout-ms") {
        return milliseconds.parse().ok();
    }
    let (digits, unit) = text("grpc-timeout")?.split_at_checked(text("grpc-timeout")?.len() - 1)?;
    let count: i64 = digits.parse().ok()?;
    Some(match unit {
        "H" => count * 3_600_000,
        "M" => count * 60_000,
        "S" => count * 1000,
        "m" => count,
        "u" => count / 1000,
        _ => count / 1_000_000,
    })
}

async fn delay(definition: Option<&DynamicMessage>) {
    let delay = definition.and_then(|definition| definition.get_field_by_name("response_delay_ms")?.as_u32());
    if let Some(milliseconds) = delay.filter(|delay| *delay > 0) {
        tokio::time::sleep(Duration::from_millis(milliseconds.into())).await;
    }
}

fn error_status(error: &DynamicMessage, info: Option<&DynamicMessage>) -> Status {
    let code = error.get_field_by_name("code").and_then(|code| code.as_enum_number()).unwrap_or(2);
    let message = error.get_field_by_name("message").and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default();
    let details = error.get_field_by_name("details").map(|details| details.into_owned());
    let details = details.iter().flat_map(|details| details.as_list().unwrap_or_default()).filter_map(Value::as_message);
    let details = details.chain(info).map(|any| prost_types::Any::decode(&any.encode_to_vec()[..]).expect("it is one"));
    let detailed = pb::Status { code, message: message.clone(), details: details.collect() };
    Status::with_details(Code::from_i32(code), message, detailed.encode_to_vec().into())
}

fn message_in(message: &DynamicMessage, field: &str) -> Option<DynamicMessage> {
    let is_there = message.has_field_by_name(field);
    is_there.then(|| message.get_field_by_name(field)?.as_message().cloned()).flatten()
}

fn bytes_in(message: &DynamicMessage, field: &str) -> Option<Bytes> {
    message.get_field_by_name(field)?.as_bytes().cloned()
}

fn headers_in(definition: Option<&DynamicMessage>, field: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let list = definition.and_then(|definition| definition.get_field_by_name(field).map(|list| list.into_owned()));
    for header in list.iter().flat_map(|list| list.as_list().unwrap_or_default()).filter_map(Value::as_message) {
        let name = header.get_field_by_name("name").expect("a header has a name").as_str().expect("text").to_owned();
        for value in header.get_field_by_name("value").expect("a header has values").as_list().expect("a list") {
            let (name, value) = (HeaderName::try_from(&name), HeaderValue::from_str(value.as_str().expect("text")));
            headers.append(name.expect("a name"), value.expect("a value"));
        }
    }
    debug_assert!(
        list.is_none() || definition.is_some_and(|definition| definition.descriptor().get_field_by_name(field).is_some())
    );
    headers
}
