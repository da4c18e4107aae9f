//! A reason of a refusal as the list has it.

/// A reason with which a call, or a field of its request, is refused.
#[derive(Clone, Copy, Debug)]
pub struct ListedReason {
    /// The reason in UPPER_SNAKE_CASE, as responses carry it.
    pub name: &'static str,
    /// The code of gRPC that the refusal has.
    pub code: &'static str,
    /// The meaning of the reason, in a sentence.
    pub meaning: &'static str,
    /// The remedy of the caller, in a sentence.
    pub remedy: &'static str,
    /// How the refusal comes about.
    pub origin: Provocation,
}

/// How a refusal comes about: by input alone, or by a situation.
#[derive(Clone, Copy, Debug)]
pub enum Provocation {
    /// A request in JSON, of a method named as in its path.
    Request(&'static str, &'static str),
    /// A request in JSON with a part that stands in it so many times.
    Long {
        /// The method, named as in its path.
        method: &'static str,
        /// The request up to the repeated part.
        before: &'static str,
        /// The repeated part.
        part: &'static str,
        /// The number of times that the part stands there.
        times: usize,
        /// The request behind the repeated part.
        after: &'static str,
    },
    /// A call of gRPC with a path, a header and a framed message of its own.
    Call {
        /// The path of the call.
        path: &'static str,
        /// A header that replaces the usual one of its name.
        header: Option<(&'static str, &'static str)>,
        /// The message, with the five bytes before it.
        framed: &'static [u8],
    },
    /// A request to the web port, in HTTP/1.1.
    Web {
        /// The method of HTTP.
        method: &'static str,
        /// The path of the request.
        path: &'static str,
        /// The headers of the request.
        headers: &'static [(&'static str, &'static str)],
    },
    /// A situation that no input alone brings about.
    Situation(&'static str),
}
