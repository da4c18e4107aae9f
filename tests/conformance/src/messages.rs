//! The messages of the suite, and how they travel in the frames of gRPC.

use std::error::Error;
use std::io::{Read, Write};

use bytes::{BufMut, Bytes, BytesMut};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use http::HeaderMap;
use http_body_util::BodyExt;
use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, ReflectMessage, Value};
use tonic::Status;
use tonic::body::Body;

const PACKAGE: &str = "connectrpc.conformance.v1";

/// The suite's messages.
pub struct Contract(DescriptorPool);

impl Contract {
    pub fn read(protos: &str) -> Result<Contract, Box<dyn Error>> {
        let mut compiler = protox::Compiler::new([protos])?;
        compiler.include_imports(true);
        for file in ["service.proto", "server_compat.proto"] {
            compiler.open_file(format!("connectrpc/conformance/v1/{file}"))?;
        }
        Ok(Contract(compiler.descriptor_pool()))
    }

    pub fn message(&self, name: &str) -> MessageDescriptor {
        self.0.get_message_by_name(&format!("{PACKAGE}.{name}")).unwrap_or_else(|| panic!("the suite has no {name}"))
    }

    pub fn new_message(&self, name: &str) -> DynamicMessage {
        DynamicMessage::new(self.message(name))
    }

    /// A message as a `google.protobuf.Any`.
    pub fn any(&self, message: &DynamicMessage) -> DynamicMessage {
        let mut any = DynamicMessage::new(self.0.get_message_by_name("google.protobuf.Any").expect("it is imported"));
        let name = format!("type.googleapis.com/{}", message.descriptor().full_name());
        any.set_field_by_name("type_url", Value::String(name));
        any.set_field_by_name("value", Value::Bytes(message.encode_to_vec().into()));
        any
    }
}

/// How the messages of a call are written.
#[derive(Clone, Copy)]
pub struct Format {
    pub is_json: bool,
    takes_gzip: bool,
    sends_gzip: bool,
}

impl Format {
    pub fn of(headers: &HeaderMap) -> Result<Format, Status> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // The port leaves the content type as it came, or in the query of a GET.
        let is_json = text("content-type").contains("json");
        let sends_gzip = match text("grpc-encoding") {
            "gzip" => true,
            "" | "identity" => false,
            _ => {
                let mut status = Status::unimplemented("the encoding is not known");
                status.metadata_mut().insert("grpc-accept-encoding", "identity,gzip".parse().expect("text"));
                return Err(status);
            }
        };
        let takes_gzip = text("grpc-accept-encoding").split(',').any(|name| name.trim() == "gzip");
        Ok(Format { is_json, takes_gzip, sends_gzip })
    }

    pub fn takes_gzip(self) -> bool {
        self.takes_gzip
    }

    pub fn read(self, descriptor: MessageDescriptor, is_compressed: bool, bytes: &[u8]) -> Result<DynamicMessage, Status> {
        let mut inflated = Vec::new();
        let bytes = if is_compressed && self.sends_gzip {
            GzDecoder::new(bytes).read_to_end(&mut inflated).map_err(|_| Status::invalid_argument("no gzip"))?;
            &inflated
        } else if is_compressed {
            return Err(Status::internal("a message is compressed, and the headers do not say how"));
        } else {
            bytes
        };
        let unreadable = |error: &dyn std::fmt::Display| Status::invalid_argument(error.to_string());
        if self.is_json {
            let mut json = serde_json::Deserializer::from_slice(bytes);
            return DynamicMessage::deserialize(descriptor, &mut json).map_err(|error| unreadable(&error));
        }
        DynamicMessage::decode(descriptor, bytes).map_err(|error| unreadable(&error))
    }

    /// A message in its frame.
    pub fn written(self, message: &DynamicMessage) -> Bytes {
        let mut bytes = if self.is_json { serde_json::to_vec(message).expect("it is JSON") } else { message.encode_to_vec() };
        if self.takes_gzip {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            bytes = encoder.write_all(&bytes).and_then(|()| encoder.finish()).expect("memory takes it");
        }
        let mut frame = BytesMut::new();
        frame.put_u8(self.takes_gzip.into());
        frame.put_u32(u32::try_from(bytes.len()).expect("short"));
        frame.put_slice(&bytes);
        frame.freeze()
    }
}

/// The messages of a request, one after the other.
pub struct Messages {
    body: Body,
    come: BytesMut,
    format: Format,
    descriptor: MessageDescriptor,
}

impl Messages {
    pub fn new(body: Body, format: Format, descriptor: MessageDescriptor) -> Messages {
        Messages { body, come: BytesMut::new(), format, descriptor }
    }

    pub async fn next(&mut self) -> Result<Option<DynamicMessage>, Status> {
        loop {
            if let Some(&[flag, a, b, c, d]) = self.come.first_chunk::<5>() {
                let length = u32::from_be_bytes([a, b, c, d]) as usize;
                if self.come.len() >= 5 + length {
                    let frame = self.come.split_to(5 + length);
                    return self.format.read(self.descriptor.clone(), flag == 1, &frame[5..]).map(Some);
                }
            }
            match self.body.frame().await {
                Some(frame) => {
                    if let Ok(data) = frame?.into_data() {
                        self.come.extend_from_slice(&data);
                    }
                }
                None if self.come.is_empty() => return Ok(None),
                None => return Err(Status::invalid_argument("a message is not whole")),
            }
        }
    }
}
