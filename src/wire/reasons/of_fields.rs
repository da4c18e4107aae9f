//! The reasons of a field.

use super::listed::{ListedReason, Provocation};

const BREAK_EVEN_POINT: &str = "paydirt.v1.BreakEvenService/ComputeBreakEvenPoint";
const TABLE: &str = "paydirt.v1.StudyService/ComputeTable";
const RUNWAY: &str = "paydirt.v1.RunwayService/ComputeRunway";
const INVALID: &str = "INVALID_ARGUMENT";

/// Reasons of a field, each a violation in `google.rpc.BadRequest`.
pub const OF_FIELDS: &[ListedReason] = &[
    ListedReason {
        name: "REQUIRED",
        code: INVALID,
        meaning: "A required field is missing, empty, or has the value that means nothing.",
        remedy: "Give the field; the contract says which are required.",
        origin: Provocation::Request(BREAK_EVEN_POINT, r#"{"fixed_costs": "10000", "contribution_margin_ratio": "0.6"}"#),
    },
    ListedReason {
        name: "DECIMAL_MALFORMED",
        code: INVALID,
        meaning: "A text is no decimal.",
        remedy: "Write digits with a point and an optional exponent: \"10000\", \"0.35\", \"150e9\". No separators, no unit, no per cent.",
        origin: Provocation::Request(
            BREAK_EVEN_POINT,
            r#"{"currency_code": "USD", "fixed_costs": "10,000", "contribution_margin_ratio": "60%"}"#,
        ),
    },
    ListedReason {
        name: "DECIMAL_TOO_PRECISE",
        code: INVALID,
        meaning: "A decimal has more than 28 significant digits, or more than 28 after the point.",
        remedy: "Round the figure.",
        origin: Provocation::Request(
            BREAK_EVEN_POINT,
            r#"{"currency_code": "USD", "fixed_costs": "1.00000000000000000000000000001", "contribution_margin_ratio": "0.6"}"#,
        ),
    },
    ListedReason {
        name: "DECIMAL_TOO_LARGE",
        code: INVALID,
        meaning: "A decimal has a magnitude of 7.9e28 or more.",
        remedy: "Count in thousands or millions.",
        origin: Provocation::Request(
            BREAK_EVEN_POINT,
            r#"{"currency_code": "USD", "fixed_costs": "1e30", "contribution_margin_ratio": "0.6"}"#,
        ),
    },
    ListedReason {
        name: "CURRENCY_UNKNOWN",
        code: INVALID,
        meaning: "A currency code is not in ISO 4217.",
        remedy: "Write three capital letters: \"USD\", \"EUR\".",
        origin: Provocation::Request(
            BREAK_EVEN_POINT,
            r#"{"currency_code": "dollars", "fixed_costs": "10000", "contribution_margin_ratio": "0.6"}"#,
        ),
    },
    ListedReason {
        name: "DATE_MALFORMED",
        code: INVALID,
        meaning: "A text is no calendar date of the form YYYY-MM-DD.",
        remedy: "Write a day that exists: \"2025-02-28\".",
        origin: Provocation::Request(RUNWAY, r#"{"currency_code": "USD", "as_of_date": "2025-02-30"}"#),
    },
    ListedReason {
        name: "ENUM_UNKNOWN",
        code: INVALID,
        meaning: "A value is none of those that the field's enum has.",
        remedy: "Write one of the names in the contract, such as \"PERIOD_YEAR\".",
        origin: Provocation::Request(
            RUNWAY,
            r#"{"currency_code": "USD", "costs": [{"name": "staff", "amount": "1.5e9", "period": "year"}]}"#,
        ),
    },
    ListedReason {
        name: "OUT_OF_RANGE",
        code: INVALID,
        meaning: "A value is outside the range of the model.",
        remedy: "Give a value within the range that the description names. A rate is a fraction: ten per cent is \"0.1\".",
        origin: Provocation::Request(
            BREAK_EVEN_POINT,
            r#"{"currency_code": "USD", "fixed_costs": "10000", "contribution_margin_ratio": "60"}"#,
        ),
    },
    ListedReason {
        name: "TOO_MANY_ITEMS",
        code: INVALID,
        meaning: "A list has more members than its limit.",
        remedy: "Add members up, or split the calculation.",
        origin: Provocation::Long {
            method: RUNWAY,
            before: r#"{"currency_code": "USD", "costs": ["#,
            part: r#"{"name": "staff", "amount": "1", "period": "PERIOD_MONTH"},"#,
            times: 200,
            after: r#"{"name": "one too many", "amount": "1", "period": "PERIOD_MONTH"}]}"#,
        },
    },
    ListedReason {
        name: "NOT_APPLICABLE",
        code: INVALID,
        meaning: "A field cannot be combined with another field of the request, or a value is for other methods.",
        remedy: "Leave the field out, or give the value that the description names.",
        origin: Provocation::Request(
            RUNWAY,
            r#"{"currency_code": "USD", "costs": [{"name": "staff", "amount": "1", "period": "PERIOD_WEEK"}]}"#,
        ),
    },
    ListedReason {
        name: "PATH_UNKNOWN",
        code: INVALID,
        meaning: "A path of a study names no field of the calculation or of its answer.",
        remedy: "Write the path that the description suggests, or ask ListPaths.",
        origin: Provocation::Request(
            TABLE,
            r#"{"calculation": {"break_even_point": {"currency_code": "USD"}}, "axes": [{"lever": {"fields": ["fixed_cost"]}, "values": ["1"]}], "figures": ["reached.revenue"]}"#,
        ),
    },
    ListedReason {
        name: "PATH_UNSUITABLE",
        code: INVALID,
        meaning: "A path of a study names a text, a list, a message, or several values where one is meant.",
        remedy: "Name a field with a value of one kind: a member of the list, or all of them by [*] where several inputs are turned.",
        origin: Provocation::Request(
            TABLE,
            r#"{"calculation": {"break_even_point": {}}, "axes": [{"lever": {"fields": ["currency_code"]}, "values": ["EUR"]}], "figures": ["reached.revenue"]}"#,
        ),
    },
    ListedReason {
        name: "LEVERS_OVERLAP",
        code: INVALID,
        meaning: "Two levers of a study turn one field, or a lever turns a field that a binding sets.",
        remedy: "Turn each field by one lever.",
        origin: Provocation::Request(
            TABLE,
            r#"{"calculation": {"break_even_point": {}}, "axes": [{"lever": {"fields": ["fixed_costs", "fixed_costs"]}, "values": ["1"]}], "figures": ["reached.revenue"]}"#,
        ),
    },
    ListedReason {
        name: "DECIMAL_NOT_A_STRING",
        code: INVALID,
        meaning: "A decimal stands in JSON as a number, so that digits may be lost on the way.",
        remedy: "Write the decimal in quotes.",
        origin: Provocation::Request(
            BREAK_EVEN_POINT,
            r#"{"currency_code": "USD", "fixed_costs": 10000, "contribution_margin_ratio": "0.6"}"#,
        ),
    },
    ListedReason {
        name: "FIELD_UNKNOWN",
        code: INVALID,
        meaning: "The message has no field of this name.",
        remedy: "Write the name that the description suggests, or compare with the contract.",
        origin: Provocation::Request(
            BREAK_EVEN_POINT,
            r#"{"currency_code": "USD", "fixed_cost": "10000", "contribution_margin_ratio": "0.6"}"#,
        ),
    },
    ListedReason {
        name: "FIELD_TWICE",
        code: INVALID,
        meaning: "A field stands in an object twice, perhaps in two spellings.",
        remedy: "Leave one of them out.",
        origin: Provocation::Request(
            BREAK_EVEN_POINT,
            r#"{"currency_code": "USD", "currencyCode": "USD", "fixed_costs": "10000", "contribution_margin_ratio": "0.6"}"#,
        ),
    },
    ListedReason {
        name: "ONE_OF",
        code: INVALID,
        meaning: "Two fields are given of which only one may be.",
        remedy: "Leave one of them out.",
        origin: Provocation::Request(
            BREAK_EVEN_POINT,
            r#"{"currency_code": "USD", "fixed_costs": "10000", "unit": {"price": "50", "variable_cost": "20"}, "contribution_margin_ratio": "0.6"}"#,
        ),
    },
    ListedReason {
        name: "JSON_TYPE",
        code: INVALID,
        meaning: "A value of JSON is of another type than the field.",
        remedy: "Write what the description names: a list, an object, a text, true or false.",
        origin: Provocation::Request(RUNWAY, r#"{"currency_code": "USD", "costs": {}}"#),
    },
    ListedReason {
        name: "MORE_VIOLATIONS",
        code: INVALID,
        meaning: "More fields are at fault than the refusal has room for; the last line counts the others.",
        remedy: "Repair the fields that are named, and ask again.",
        origin: Provocation::Long {
            method: RUNWAY,
            before: r#"{"currency_code": "USD", "costs": ["#,
            part: "{},",
            times: 30,
            after: "{}]}",
        },
    },
];
