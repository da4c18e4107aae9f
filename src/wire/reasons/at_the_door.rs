//! The reasons of a request to the web port that is refused before it becomes a call.

use super::listed::{ListedReason, Provocation};

const RUNWAY: &str = "/paydirt.v1.RunwayService/ComputeRunway";
const STREAM: &str = "/paydirt.v1.CalculationService/StreamCalculations";
const INVALID: &str = "INVALID_ARGUMENT";
const DENIED: &str = "PERMISSION_DENIED";

/// Reasons of a request to the web port that never becomes a call.
pub const AT_THE_DOOR: &[ListedReason] = &[
    ListedReason {
        name: "HOST_UNCLEAR",
        code: INVALID,
        meaning: "The request names no host, or several that differ. HTTP's status is 400.",
        remedy: "Name one host, in Host or in :authority.",
        origin: Provocation::Web {
            method: "POST",
            path: RUNWAY,
            headers: &[("host", "user@localhost"), ("content-type", "application/json")],
        },
    },
    ListedReason {
        name: "HOST_UNKNOWN",
        code: DENIED,
        meaning: "The server does not answer for the host that the request names. HTTP's status is 421.",
        remedy: "Ask by an address that the server answers for, or have its operator add the host to --web-hosts.",
        origin: Provocation::Web {
            method: "POST",
            path: RUNWAY,
            headers: &[("host", "stranger.example"), ("content-type", "application/json")],
        },
    },
    ListedReason {
        name: "ORIGIN_NOT_ALLOWED",
        code: DENIED,
        meaning: "A page of this origin may not call the server. HTTP's status is 403.",
        remedy: "Have the operator add the origin of the page to --web-allow-origin.",
        origin: Provocation::Web {
            method: "POST",
            path: RUNWAY,
            headers: &[("origin", "https://stranger.example"), ("content-type", "application/json")],
        },
    },
    ListedReason {
        name: "HTTP_METHOD_NOT_TAKEN",
        code: "UNKNOWN",
        meaning: "The path does not take this method of HTTP. HTTP's status is 405.",
        remedy: "Make calls by POST, and read documents by GET.",
        origin: Provocation::Web { method: "PUT", path: RUNWAY, headers: &[("content-type", "application/json")] },
    },
    ListedReason {
        name: "CONTENT_TYPE_NOT_TAKEN",
        code: INVALID,
        meaning: "No call, or not this one, is made in the content type. HTTP's status is 415.",
        remedy: "Send application/json, or another content type that Accept-Post lists. A form is none: curl --json sends JSON.",
        origin: Provocation::Web {
            method: "POST",
            path: RUNWAY,
            headers: &[("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")],
        },
    },
    ListedReason {
        name: "HTTP_VERSION_TOO_LOW",
        code: INVALID,
        meaning: "The call needs HTTP/2. HTTP's status is 505.",
        remedy: "Ask by HTTP/2, or by BatchCalculations.",
        origin: Provocation::Web { method: "POST", path: STREAM, headers: &[("content-type", "application/connect+json")] },
    },
    ListedReason {
        name: "QUERY_MALFORMED",
        code: INVALID,
        meaning: "The query of a GET is no call. HTTP's status is 400.",
        remedy: "Write encoding=json and message=, and compression=gzip or none.",
        origin: Provocation::Situation("The server takes calls by GET (--web-get), and the query has no message, or two."),
    },
];
