//! The form of a call's messages: protobuf, or JSON. The content-type says which, and the answer has the same.

use http::HeaderValue;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tonic::Status;

pub(crate) use crate::server::protocol::Form;
use crate::wire::short_text::Name;
use crate::wire::{codec, json};

/// A message that is read in either form.
pub(crate) trait Question: prost::Message + Name + Default + DeserializeOwned {}
impl<Message: prost::Message + Name + Default + DeserializeOwned> Question for Message {}

/// A message that is written in either form.
pub(crate) trait Reply: prost::Message + Serialize {}
impl<Message: prost::Message + Serialize> Reply for Message {}

impl Form {
    /// Returns the form of a content-type of gRPC; `None` for any other. Parameters are ignored. Upper and lower case are the same, as in
    /// every media type.
    ///
    /// Other types that begin with the same letters are other protocols: `application/grpc-web` has its trailers in the body.
    pub fn of(content_type: &[u8]) -> Option<Form> {
        let media_type = content_type.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        let is = |known: &[u8]| media_type.eq_ignore_ascii_case(known);
        match () {
            () if is(b"application/grpc") || is(b"application/grpc+proto") => Some(Form::Proto),
            () if is(b"application/grpc+json") => Some(Form::Json),
            () => None,
        }
    }

    /// Returns the content-type of an answer.
    pub fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Form::Proto => "application/grpc",
            Form::Json => "application/grpc+json",
        })
    }

    /// Reads a message.
    ///
    /// # Errors
    /// INVALID_ARGUMENT with everything that is wrong.
    pub fn read<Message: Question>(self, bytes: &[u8]) -> Result<Message, Status> {
        match self {
            Form::Proto => codec::read(bytes),
            Form::Json => Ok(json::read(bytes)?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protobuf_and_json_over_grpc_are_calls_and_their_relatives_are_not() {
        for (form, names) in [
            (
                Form::Proto,
                &[
                    "application/grpc",
                    "application/grpc+proto",
                    "Application/GRPC",
                    "application/grpc;charset=utf-8",
                    "application/grpc+proto ; a=b; c",
                    "application/grpc;",
                ][..],
            ),
            (Form::Json, &["application/grpc+json", "application/grpc+JSON; charset=utf-8"]),
        ] {
            for name in names {
                assert_eq!(Form::of(name.as_bytes()), Some(form), "{name}");
            }
        }
        for bad in [
            "",
            ";application/grpc",
            "application/grp",
            "application/grpc-web",
            "application/grpc-web+proto",
            "application/grpc-web+json",
            "application/grpcfoo",
            "application/grpc+protobuf",
            "application/grpc, application/grpc",
            "application/json",
            "application/json; application/grpc",
        ] {
            assert_eq!(Form::of(bad.as_bytes()), None, "{bad}");
        }
    }
}
