//! The protocols in which a call may be written, and the form of its messages.

/// The protocol of a call at its door. Inside the layers every call is gRPC's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// gRPC over HTTP/2.
    Grpc,
    /// gRPC-Web, binary or text.
    GrpcWeb,
    /// Connect, unary or as a stream.
    Connect,
    /// The Model Context Protocol, of agents.
    Mcp,
}

/// The form of the messages of a call, both ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// The binary format of protobuf.
    #[default]
    Proto,
    /// The JSON of protobuf.
    Json,
}

/// The language of a call: its protocol, and the form of its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Language {
    pub protocol: Protocol,
    /// None where the content type is that of no call, which is refused.
    pub form: Option<Form>,
}

impl Language {
    /// The number of languages, as the metrics count them.
    pub const COUNT: usize = 8;

    /// Returns the number of the language, which is below [`Language::COUNT`].
    pub fn number(self) -> usize {
        2 * self.protocol as usize + self.form.unwrap_or_default() as usize
    }

    /// Returns the language of a call of gRPC in protobuf.
    #[cfg(test)]
    pub fn of_test() -> Language {
        Language { protocol: Protocol::Grpc, form: Some(Form::Proto) }
    }
}

impl Protocol {
    /// Returns the name of the protocol in metrics and in the log.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Grpc => "grpc",
            Protocol::GrpcWeb => "grpc_web",
            Protocol::Connect => "connect",
            Protocol::Mcp => "mcp",
        }
    }
}

impl Form {
    /// Returns the name of the form in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Form::Proto => "proto",
            Form::Json => "json",
        }
    }
}
