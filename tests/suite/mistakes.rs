//! What analysts type: each mistake, and words that the refusal has, so that whoever made it knows what to write instead. The requests are
//! in JSON, as a shell, a page or an agent sends them; a client in protobuf gets the words of values alike.

use serde_json::Value;

use crate::support::SERVER;
use crate::web::http::Peer;

/// The request that is right: each row changes one thing of it.
const RIGHT: &str = r#"{"currency_code": "USD", "accelerator_revenue": "37.5e9", "accelerator_revenue_period": "PERIOD_QUARTER", "accelerator_cost_share": "0.5", "end_user_gross_margin": "0.5"}"#;
const REQUIRED_REVENUE: &str = "BreakEvenService/ComputeRequiredRevenue";

/// The mistake, what stands in its place in [`RIGHT`], and what is said of it.
const OF_ONE_FIELD: [(&str, &str, &str, &str); 34] = [
    (
        "no quotes",
        r#""37.5e9""#,
        "37.5e9",
        r#"accelerator_revenue: decimals stand in quotes, so that no digit is lost on the way: write "37.5e9""#,
    ),
    ("no quotes, whole", r#""0.5", "end"#, r#"1, "end"#, r#"accelerator_cost_share: decimals stand in quotes"#),
    ("a percent sign", r#""0.5", "end"#, r#""50%", "end"#, r#""50%" is not a decimal: no percent sign, 50 % is "0.5""#),
    ("a percent sign and a blank", r#""0.5", "end"#, r#""50 %", "end"#, r#"no percent sign, 50 % is "0.5""#),
    ("thousands", "37.5e9", "37,500,000,000", r#"no separators, write "37500000000""#),
    ("thousands with blanks", "37.5e9", "37 500 000 000", r#"no separators, write "37500000000""#),
    ("thousands with underscores", "37.5e9", "37_500_000_000", r#"no separators, write "37500000000""#),
    ("a letter for billions", "37.5e9", "37.5B", r#"no letters for a billion, write "37.5e9""#),
    ("a word for billions", "37.5e9", "37.5 billion", r#"no letters for a billion, write "37.5e9""#),
    ("a currency sign", "37.5e9", "$37.5e9", r#"no currency sign, write "37.5e9""#),
    ("a currency code", "37.5e9", "USD 37.5e9", r#"no currency sign, write "37.5e9""#),
    ("a decimal comma", r#""0.5", "end"#, r#""0,5", "end"#, r#"the point stands before the fraction, write "0.5""#),
    ("a German figure", "37.5e9", "1.000.000,00", r#"the point stands before the fraction, write "1000000.00""#),
    (
        "a comma that may be either",
        "37.5e9",
        "37,500",
        r#"no comma, either "37500" or, with a point before the fraction, "37.500""#,
    ),
    ("parentheses for a loss", "37.5e9", "(100)", r#"no parentheses, write "-100""#),
    ("blanks around", "37.5e9", " 1000000 ", r#"write "1000000""#),
    ("quotes within the text", r#""37.5e9""#, r#""\"37.5e9\"""#, r#"no quotes within the text, write "37.5e9""#),
    ("a plus", "37.5e9", "+5", r#"write "5""#),
    ("no digit before the point", r#""0.5", "end"#, r#"".5", "end"#, r#"write "0.5""#),
    ("an empty text", "37.5e9", "", "accelerator_revenue: a decimal is required: 0 or more"),
    ("a percentage as a share", r#""0.5", "end"#, r#""82", "end"#, r#""82" is out of range: above 0 up to 1; 82 % is "0.82""#),
    (
        "a percentage as a margin",
        r#"margin": "0.5""#,
        r#"margin": "50""#,
        r#""50" is out of range: 0 up to below 1; 50 % is "0.5""#,
    ),
    (
        "a misspelt field",
        "accelerator_revenue\"",
        "acelerator_revenue\"",
        r#"there is no such field; did you mean "accelerator_revenue"?"#,
    ),
    ("a field with a hyphen", "end_user", "end-user", r#"did you mean "end_user_gross_margin"?"#),
    (
        "a period in lower case",
        "PERIOD_QUARTER",
        "period_quarter",
        r#""period_quarter" is none of its words: write "PERIOD_QUARTER""#,
    ),
    ("a period without its prefix", "PERIOD_QUARTER", "QUARTER", r#"write "PERIOD_QUARTER""#),
    (
        "a period that there is not",
        "PERIOD_QUARTER",
        "fortnight",
        "PERIOD_MONTH, PERIOD_QUARTER, PERIOD_YEAR, PERIOD_HALF_YEAR, PERIOD_WEEK, PERIOD_DAY",
    ),
    (
        "a number that is no period",
        r#""PERIOD_QUARTER""#,
        "9",
        "9 is no value of this enum: PERIOD_MONTH, PERIOD_QUARTER, PERIOD_YEAR, PERIOD_HALF_YEAR, PERIOD_WEEK, PERIOD_DAY",
    ),
    ("no period", r#""accelerator_revenue_period": "PERIOD_QUARTER", "#, "", "a period is required, such as PERIOD_MONTH"),
    ("a currency in lower case", "USD", "usd", "three upper-case letters, such as USD"),
    ("a currency sign for a currency", "USD", "$", "three upper-case letters, such as USD"),
    ("a currency by its name", "USD", "Dollar", "three upper-case letters, such as USD"),
    ("a cost below 0", "37.5e9", "-5", r#""-5" is out of range: 0 or more"#),
    (
        "two spellings of one field",
        r#"{"currency"#,
        r#"{"currencyCode": "USD", "currency"#,
        "the field stands here twice, as currencyCode and currency_code",
    ),
];

/// Requests of other models.
const OF_MODELS: [(&str, &str, &str, &str); 11] = [
    (
        "a list for cash flows",
        "CashFlowService/ComputeInternalRateOfReturn",
        r#"{"cash_flows": ["-100", "120"]}"#,
        "cash_flows: an object { … } belongs here",
    ),
    (
        "numbers in a list",
        "CashFlowService/ComputeInternalRateOfReturn",
        r#"{"cash_flows": {"periodic": {"amounts": [-100, 120], "period": "PERIOD_YEAR"}}}"#,
        r#"cash_flows.periodic.amounts[0]: decimals stand in quotes, so that no digit is lost on the way: write "-100""#,
    ),
    (
        "an object for a list",
        "RunwayService/ComputeRunway",
        r#"{"currency_code": "USD", "costs": {"name": "staff", "amount": "1", "period": "PERIOD_MONTH"}}"#,
        "costs: a list [ … ] belongs here",
    ),
    (
        "a date with the month first",
        "RunwayService/ComputeRunway",
        r#"{"currency_code": "USD", "as_of_date": "01/02/2024"}"#,
        "is no calendar date, YYYY-MM-DD",
    ),
    (
        "30 February",
        "RunwayService/ComputeRunway",
        r#"{"currency_code": "USD", "as_of_date": "2024-02-30"}"#,
        "is no calendar date",
    ),
    (
        "a month of one digit",
        "RunwayService/ComputeRunway",
        r#"{"currency_code": "USD", "as_of_date": "2025-1-1"}"#,
        "is no calendar date, YYYY-MM-DD",
    ),
    (
        "two of a oneof",
        "BreakEvenService/ComputeReturnRevenue",
        r#"{"currency_code": "USD", "capital_expenditure": "1", "required_return": "0.1", "return_on_invested_capital": "0.2"}"#,
        "only one of required_return, return_on_invested_capital, sustainable_capital_intensity may be given",
    ),
    (
        "a fraction where whole years are meant",
        "ValuationService/ComputeRequiredMargin",
        r#"{"price_to_sales": "10", "payback_years": 2.5}"#,
        "payback_years: a whole number from 0 to 4294967295 belongs here",
    ),
    (
        "a preset with its wrapper",
        "BreakEvenService/ComputeReturnRevenue",
        r#"{"return_revenue": {"currency_code": "USD"}}"#,
        "return_revenue: there is no such field",
    ),
    ("a comma at the end", "ValuationService/ComputeRuleOfForty", r#"{"revenue_growth_rate": "0.1",}"#, "line 1, column"),
    ("quotes of a text processor", "ValuationService/ComputeRuleOfForty", "{“revenue_growth_rate”: “0.1”}", "line 1, column"),
];

#[test]
fn a_mistake_is_told_what_to_write() {
    let mut faults = Vec::new();
    let mut ask = |mistake: &str, method: &str, request: &str, words: &str| {
        let (status, answer) = post(method, request);
        let said = refusal(&answer);
        if status != 400 || !said.contains(words) {
            faults.push(format!("{mistake}: {request}\n  is told {status} {said}\n  and not: {words}"));
        }
    };
    for (mistake, right, wrong, words) in OF_ONE_FIELD {
        let request = RIGHT.replacen(right, wrong, 1);
        assert_ne!(request, RIGHT, "{mistake}");
        ask(mistake, REQUIRED_REVENUE, &request, words);
    }
    for (mistake, method, request, words) in OF_MODELS {
        ask(mistake, method, request, words);
    }
    ask("nothing at all", REQUIRED_REVENUE, "{}", "a decimal is required: above 0 up to 1");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Mistakes that can be used, and whose answers have a warning.
#[test]
fn a_percentage_as_a_rate_is_warned_of() {
    let of_rates = [
        (
            "CashFlowService/ComputeNetPresentValue",
            r#"{"currency_code": "USD", "discount_rate": "10", "cash_flows": {"periodic": {"amounts": ["-100", "120"], "period": "PERIOD_YEAR"}}}"#,
            "10 is 1000 % a year",
        ),
        (
            "RunwayService/ComputeDefaultAlive",
            r#"{"currency_code": "USD", "cash_balance": "1", "monthly_revenue": "1", "monthly_expenses": "2", "monthly_revenue_growth_rate": "5"}"#,
            "5 is 500 % a month",
        ),
        (
            "CashFlowService/ComputeInternalRateOfReturn",
            r#"{"cash_flows": {"periodic": {"amounts": ["100", "120"], "period": "PERIOD_YEAR"}}}"#,
            "ONE_SIGN",
        ),
    ];
    for (method, request, words) in of_rates {
        let (status, answer) = post(method, request);
        assert_eq!(status, 200, "{answer}");
        assert!(answer["warnings"].to_string().contains(words), "{method}: {}", answer["warnings"]);
    }
}

/// The status and the body of the answer.
fn post(method: &str, request: &str) -> (u16, Value) {
    let mut peer = Peer::of(SERVER.web_address());
    let answer = peer.post(&format!("/paydirt.v1.{method}"), &[("content-type", "application/json")], request.as_bytes());
    (answer.status, answer.json())
}

/// The message of a refusal, and the descriptions of its fields.
fn refusal(answer: &Value) -> String {
    let of_fields =
        answer["details"].as_array().into_iter().flatten().filter_map(|detail| detail["debug"]["fieldViolations"].as_array());
    let lines = of_fields.flatten().map(|violation| {
        let text = |name: &str| violation[name].as_str().unwrap_or_default().to_owned();
        format!("{}: {}", text("field"), text("description"))
    });
    std::iter::once(answer["message"].as_str().unwrap_or_default().to_owned()).chain(lines).collect::<Vec<_>>().join("\n  ")
}
