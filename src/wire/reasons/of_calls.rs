//! The reasons of a call.

use super::listed::{ListedReason, Provocation};

const REQUIRED_REVENUE: &str = "paydirt.v1.BreakEvenService/ComputeRequiredRevenue";
const TABLE: &str = "paydirt.v1.StudyService/ComputeTable";
const RUNWAY: &str = "paydirt.v1.RunwayService/ComputeRunway";
const BATCH: &str = "paydirt.v1.CalculationService/BatchCalculations";
const RUNWAY_PATH: &str = "/paydirt.v1.RunwayService/ComputeRunway";
const INVALID: &str = "INVALID_ARGUMENT";
const EXHAUSTED: &str = "RESOURCE_EXHAUSTED";
const UNAVAILABLE: &str = "UNAVAILABLE";
const LATER: &str = "Try again after the time in google.rpc.RetryInfo, best at another server.";

/// Reasons of a call, each in `google.rpc.ErrorInfo`.
pub const OF_CALLS: &[ListedReason] = &[
    ListedReason {
        name: "INVALID_FIELDS",
        code: INVALID,
        meaning: "Fields of the request cannot be used. Each of them is named with a reason of its own.",
        remedy: "Repair every field that is named.",
        origin: Provocation::Request(RUNWAY, "{}"),
    },
    ListedReason {
        name: "RESULT_TOO_LARGE",
        code: INVALID,
        meaning: "A result has a magnitude of 7.9e28 or more, a rate of return one of 1e16 or more. The result is named.",
        remedy: "Count in thousands or millions, or look for a rate that was given as a per cent.",
        origin: Provocation::Request(
            REQUIRED_REVENUE,
            r#"{"currency_code": "USD", "accelerator_revenue": "7e28", "accelerator_revenue_period": "PERIOD_YEAR", "accelerator_cost_share": "0.5", "end_user_gross_margin": "0.5"}"#,
        ),
    },
    ListedReason {
        name: "MESSAGE_MALFORMED",
        code: INVALID,
        meaning: "The bytes are no message of the method.",
        remedy: "Compare the client's generated code with the contract of this server.",
        origin: Provocation::Call { path: RUNWAY_PATH, header: None, framed: &[0, 0, 0, 0, 1, 0xff] },
    },
    ListedReason {
        name: "JSON_MALFORMED",
        code: INVALID,
        meaning: "The text is no JSON. The line, the column and the text before it are named.",
        remedy: "Repair the text at that place.",
        origin: Provocation::Request(RUNWAY, r#"{"currency_code": "USD",}"#),
    },
    ListedReason {
        name: "TOO_MANY_FIELDS",
        code: INVALID,
        meaning: "The message has more fields than any calculation takes.",
        remedy: "Split the calculations over several calls.",
        origin: Provocation::Long { method: RUNWAY, before: r#"{"costs": ["#, part: "{},", times: 700_000, after: "{}]}" },
    },
    ListedReason {
        name: "MESSAGE_TOO_LARGE",
        code: EXHAUSTED,
        meaning: "The message has more than 4 MiB.",
        remedy: "Split the calculations over several calls, or send them as a stream.",
        origin: Provocation::Long {
            method: RUNWAY,
            before: r#"{"currency_code": ""#,
            part: "longer",
            times: 700_000,
            after: "\"}",
        },
    },
    ListedReason {
        name: "ANSWER_TOO_LARGE",
        code: EXHAUSTED,
        meaning: "The answer would have more than 4 MiB.",
        remedy: "Ask without an explanation or a ledger, or by StreamCalculations.",
        origin: Provocation::Long {
            method: BATCH,
            before: r#"{"calculations": ["#,
            part: r#"{"runway": {"currency_code": "USD", "cash_balance": "1e6", "horizon_months": 1200, "include_ledger": true, "costs": [{"name": "staff", "amount": "1e3", "period": "PERIOD_MONTH"}]}},"#,
            times: 199,
            after: r#"{"runway": {"currency_code": "USD"}}]}"#,
        },
    },
    ListedReason {
        name: "STUDY_TOO_LARGE",
        code: EXHAUSTED,
        meaning: "The study would take one core longer than `--max-study`, a minute by default.",
        remedy: "Ask for fewer values at once; google.rpc.ErrorInfo says how many evaluations would fit.",
        origin: Provocation::Long {
            method: TABLE,
            before: r#"{"axes": [{"lever": {"fields": ["cash_flows.periodic.amounts[0]"]}, "spacing": {"low": "1", "high": "2", "count": 10000}}], "figures": ["internal_rates_of_return.status"], "calculation": {"internal_rate_of_return": {"cash_flows": {"periodic": {"period": "PERIOD_MONTH", "amounts": ["#,
            part: r#""-1", "2", "#,
            times: 2_000,
            after: r#""-1"]}}}}}"#,
        },
    },
    ListedReason {
        name: "METHOD_UNKNOWN",
        code: "UNIMPLEMENTED",
        meaning: "No service has a method of this path.",
        remedy: "Compare the path with the contract.",
        origin: Provocation::Call { path: "/paydirt.v1.RunwayService/ComputeRunaway", header: None, framed: &[0, 0, 0, 0, 0] },
    },
    ListedReason {
        name: "ENCODING_UNKNOWN",
        code: "UNIMPLEMENTED",
        meaning: "The message is compressed in another way than by gzip.",
        remedy: "Send messages as they are, or compressed by gzip.",
        origin: Provocation::Call { path: RUNWAY_PATH, header: Some(("grpc-encoding", "br")), framed: &[1, 0, 0, 0, 0] },
    },
    ListedReason {
        name: "TIMEOUT_MALFORMED",
        code: INVALID,
        meaning: "The timeout of the call cannot be read.",
        remedy: "Write up to eight digits and a unit in grpc-timeout, as in 500m.",
        origin: Provocation::Call { path: RUNWAY_PATH, header: Some(("grpc-timeout", "soon")), framed: &[0, 0, 0, 0, 0] },
    },
    ListedReason {
        name: "NOT_GRPC",
        code: INVALID,
        meaning: "A request on the port of gRPC is no call of gRPC's.",
        remedy: "Send the content type application/grpc by POST.",
        origin: Provocation::Call { path: RUNWAY_PATH, header: Some(("content-type", "text/plain")), framed: &[0, 0, 0, 0, 0] },
    },
    ListedReason {
        name: "DEADLINE_EXCEEDED",
        code: "DEADLINE_EXCEEDED",
        meaning: "The deadline of the call has passed before the answer was there.",
        remedy: "Give more time, ask for less at once, or look at the network.",
        origin: Provocation::Call { path: RUNWAY_PATH, header: Some(("grpc-timeout", "1n")), framed: &[0, 0, 0, 0, 0] },
    },
    ListedReason {
        name: "UPLOAD_TOO_SLOW",
        code: "DEADLINE_EXCEEDED",
        meaning: "A message began to come, and its rest did not.",
        remedy: "Send a message in one go; look at the network.",
        origin: Provocation::Situation("Of a message that has begun, less than 5 KiB came in 5 seconds."),
    },
    ListedReason {
        name: "OVERLOADED",
        code: UNAVAILABLE,
        meaning: "The server has more work than it can answer in time.",
        remedy: LATER,
        origin: Provocation::Situation("A long calculation would wait too long, or a worker thread is behind with its calls."),
    },
    ListedReason {
        name: "CALLER_SHARE",
        code: UNAVAILABLE,
        meaning: "The caller has its share of threads or memory, and others want some too.",
        remedy: "Have fewer calls under way at once, and try again after the time in google.rpc.RetryInfo.",
        origin: Provocation::Situation("One caller asks for more at once than its share while others wait."),
    },
    ListedReason {
        name: "MESSAGES_UNDER_WAY",
        code: UNAVAILABLE,
        meaning: "Messages under way have all the memory that they may take.",
        remedy: LATER,
        origin: Provocation::Situation("Many callers send large messages at once."),
    },
    ListedReason {
        name: "MEMORY_LIMIT",
        code: UNAVAILABLE,
        meaning: "The process uses nearly all the memory that it may.",
        remedy: LATER,
        origin: Provocation::Situation(
            "The process is above 80 % of its memory limit for long messages, or above 90 % for any.",
        ),
    },
    ListedReason {
        name: "STREAM_ENDS_EARLY",
        code: UNAVAILABLE,
        meaning: "The server ends a stream before its caller does. The trailer paydirt-answered says how many calculations are answered.",
        remedy: "Go on with the next calculation in a new stream.",
        origin: Provocation::Situation(
            "The server ends, or the stream's connection has reached its age, or the stream stood still for too long.",
        ),
    },
    ListedReason {
        name: "CALLER_NOT_ALLOWED",
        code: "PERMISSION_DENIED",
        meaning: "No name in the client's certificate may call this service.",
        remedy: "Ask the operator for a place on the list of names.",
        origin: Provocation::Situation("A client with a good certificate calls a server that lists other names."),
    },
    ListedReason {
        name: "PANIC",
        code: "INTERNAL",
        meaning: "The server has made a mistake, which is logged without the request.",
        remedy: "Report it with the request.",
        origin: Provocation::Situation("A defect of the server. No known input leads here."),
    },
];
