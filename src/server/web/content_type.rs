//! The content types of calls: which protocol each of them is, and how its messages are written.

use super::framing::Framing;
use crate::server::protocol::{Form, Language, Protocol};

/// Returns the framing and the language of a content type; `None` for one in which no call is made. Parameters are ignored, but a charset
/// other than UTF-8.
pub(super) fn spoken(content_type: &[u8]) -> Option<(Framing, Language)> {
    let mut parts = content_type.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    let media_type = parts.next()?.to_ascii_lowercase();
    if !parts.all(|parameter| charset(parameter).is_none_or(|charset| charset.eq_ignore_ascii_case(b"utf-8"))) {
        return None;
    }
    let (framing, form) = match media_type.as_slice() {
        b"application/json" => (Framing::Connect, Form::Json),
        b"application/proto" => (Framing::Connect, Form::Proto),
        b"application/connect+json" => (Framing::ConnectStream, Form::Json),
        b"application/connect+proto" => (Framing::ConnectStream, Form::Proto),
        b"application/grpc-web" | b"application/grpc-web+proto" => (Framing::GrpcWeb, Form::Proto),
        b"application/grpc-web-text" | b"application/grpc-web-text+proto" => (Framing::GrpcWebText, Form::Proto),
        b"application/grpc-web+json" => (Framing::GrpcWeb, Form::Json),
        b"application/grpc-web-text+json" => (Framing::GrpcWebText, Form::Json),
        b"application/grpc+json" => (Framing::Grpc, Form::Json),
        b"application/grpc" | b"application/grpc+proto" => (Framing::Grpc, Form::Proto),
        _ => return None,
    };
    Some((framing, Language { protocol: framing.protocol(), form: Some(form) }))
}

/// Returns the charset that a parameter of a content type names.
fn charset(parameter: &[u8]) -> Option<&[u8]> {
    let (name, value) = parameter.split_at_checked(b"charset=".len())?;
    let value = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value);
    name.eq_ignore_ascii_case(b"charset=").then_some(value)
}

/// Returns the right line for whoever has sent this content type.
pub(super) fn advice(content_type: Option<&[u8]>) -> &'static str {
    match content_type {
        None => "a call has a content type: application/json, or another that Accept-Post lists",
        Some(content_type) if content_type.to_ascii_lowercase().starts_with(b"application/x-www-form-urlencoded") => {
            "curl -d sends a form (application/x-www-form-urlencoded), and no call is one: curl --json sends JSON"
        }
        Some(_) => "no call is made in this content type: Accept-Post lists those in which one is",
    }
}

impl Framing {
    fn protocol(self) -> Protocol {
        match self {
            Framing::Grpc => Protocol::Grpc,
            Framing::GrpcWeb | Framing::GrpcWebText => Protocol::GrpcWeb,
            Framing::Connect | Framing::ConnectStream => Protocol::Connect,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_type_is_that_of_a_protocol_or_none() {
        let framing = |text: &str| spoken(text.as_bytes()).map(|(framing, _)| framing);
        for (text, expected) in [
            ("application/proto", Framing::Connect),
            ("application/json", Framing::Connect),
            ("Application/Proto; charset=UTF-8", Framing::Connect),
            ("application/proto;charset=\"utf-8\"; a=b", Framing::Connect),
            ("application/connect+proto", Framing::ConnectStream),
            ("application/grpc-web", Framing::GrpcWeb),
            ("application/grpc-web-text+proto", Framing::GrpcWebText),
            ("application/grpc", Framing::Grpc),
        ] {
            assert_eq!(framing(text), Some(expected), "{text}");
        }
        for text in [
            "",
            ";",
            "application/proto; charset=latin1",
            "application/proto, application/proto",
            "application/protobuf",
            "application/grpc-webs",
            "application/connect",
            "text/plain",
            "application/x-www-form-urlencoded",
        ] {
            assert_eq!(framing(text), None, "{text}");
        }
    }
}
