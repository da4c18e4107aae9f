use super::*;
use crate::wire::pb;

fn written<M: serde::Serialize>(message: &M) -> String {
    let mut text = Vec::new();
    write(message, &mut text);
    String::from_utf8(text).expect("JSON is text")
}

#[test]
fn a_request_is_read_in_either_spelling_and_null_is_absent() {
    let expected = pb::ComputeRunwayRequest {
        currency_code: "USD".into(),
        cash_balance: Some("1e6".into()),
        horizon_months: 12,
        costs: vec![pb::CashLine { name: "rent".into(), period: pb::Period::Month.into(), ..Default::default() }],
        options: Some(pb::CalculationOptions { explain: true, rounding: None }),
        ..Default::default()
    };
    for text in [
        r#"{"currency_code":"USD","cash_balance":"1e6","horizon_months":12,"costs":[{"name":"rent","period":"PERIOD_MONTH"}],"options":{"explain":true}}"#,
        r#"{"currencyCode":"USD","cashBalance":"1e6","horizonMonths":"12","costs":[{"name":"rent","period":1}],"options":{"explain":true}}"#,
        r#" { "currencyCode" : "\u0055SD","cashBalance":"1e6","horizonMonths":1.2e1,"revenues":null,"minimumCash":null,"includeLedger":null,
           "costs":[{"name":"rent","period":"PERIOD_MONTH","amount":null,"firstMonth":null,"nonCash":null,"monthlyGrowthRate":null}],
           "options":{"explain":true,"rounding":null}}"#,
    ] {
        assert_eq!(read::<pb::ComputeRunwayRequest>(text.as_bytes()), Ok(expected.clone()), "{text}");
    }
    assert_eq!(read::<pb::ComputeRunwayRequest>(b"{}"), Ok(Default::default()));
}

#[test]
fn an_answer_is_written_with_its_zeros_and_without_what_is_absent() {
    let response = pb::ComputeRunwayResponse {
        currency_code: "USD".into(),
        outcome: Some(pb::compute_runway_response::Outcome::Unknown(pb::CashUnknown {})),
        cash_positive_month: Some(0),
        ..Default::default()
    };
    assert_eq!(
        written(&response),
        concat!(
            r#"{"currency_code":"USD","gross_burn":"","net_burn":"","net_loss":"","annual_gross_burn":"","annual_net_burn":"","#,
            r#""annual_net_loss":"","cash_need":"","lowest_balance":"","lowest_balance_month":0,"ending_balance":"","#,
            r#""cash_positive_month":0,"ledger":[],"warnings":[],"unknown":{}}"#
        )
    );
    let streamed = pb::StreamCalculationsResponse { correlation_id: u64::MAX, outcome: None };
    assert_eq!(written(&streamed), r#"{"correlation_id":"18446744073709551615"}"#);
    let rates = pb::InternalRatesOfReturn { status: 2, ..Default::default() };
    assert_eq!(written(&rates), r#"{"status":"STATUS_SEVERAL","rates":[],"sign_changes":0}"#);
}

#[test]
fn an_enum_keeps_a_number_that_the_contract_lacks_as_in_protobuf() {
    let read = |text: &str| read::<pb::CashLine>(text.as_bytes()).map(|line| line.period);
    assert_eq!((read(r#"{"period":77}"#), read(r#"{"period":-1}"#), read(r#"{"period":3.0}"#)), (Ok(77), Ok(-1), Ok(3)));
    for bad in ["3.5", "1e10", "\"year\"", "\"3\"", "true", "[]"] {
        assert!(read(&format!("{{\"period\":{bad}}}")).is_err(), "{bad}");
    }
}

#[test]
fn a_text_that_would_take_too_much_memory_is_refused_before_it_is_read() {
    let flows = |count| format!(r#"{{"calculations":[{}{{}}]}}"#, "{},".repeat(count));
    let read = |text: &str| read::<pb::BatchCalculationsRequest>(text.as_bytes()).map(|batch| batch.calculations.len());
    assert_eq!(read(&flows(2000)), Ok(2001));
    let Err(Unreadable::TooManyFields(limit)) = read(&flows(500_000)) else { panic!("half a million empty calculations") };
    assert_eq!(limit, 262_144);
    assert!(matches!(read(&format!("{} x", flows(2000))), Err(Unreadable::Malformed(_))));
}

/// A text with every kind of value, in which any byte may be another one.
const EVERY_VALUE: &str = r#" {"currency_code": "USD", "cashBalance":"1e6","horizon_months": 12,"as_of_date":null,
    "costs":[{"name":"Zürich, \"rent\"","period":"PERIOD_MONTH"} , {"amounts":["1","2"],"first_month":0,"period":1}],"include_ledger":true,"revenues":[],
    "options":{"explain":false,"rounding":{"decimal_places":2}}} "#;

#[test]
fn what_is_plain_is_read_as_serde_json_reads_it_and_the_rest_is_left_to_it() {
    let plain = EVERY_VALUE.replace("\\\"", "'");
    let read = |text: &str| read_plain::read::<pb::ComputeRunwayRequest>(text);
    assert!(read(&plain).is_some() && read(&plain.replace(['\n', ' '], "")).is_some(), "with spaces and without");
    assert!(read(EVERY_VALUE).is_none(), "an escape is not plain");
    let mut count = [0, 0];
    for (place, _) in plain.char_indices() {
        let (before, rest) = plain.split_at(place);
        let behind = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
        for new in [
            "", "\"", "\\", "\n", "\u{1}", "\u{7f}", "0", "00", "-1", "1.0", "1e1", ",", ":", "{", "}", "[", "]", "null",
            "true", "ü", "\0",
        ] {
            let text = format!("{before}{new}{behind}");
            let received = read(&text);
            count[usize::from(received.is_some())] += 1;
            if let Some(received) = received {
                let expected = serde_json::from_str::<pb::ComputeRunwayRequest>(&text);
                assert_eq!(Some(received), expected.ok(), "{text}");
            }
        }
    }
    assert!(count[0] > 1000 && count[1] > 200, "{count:?}");
    for (number, expected) in
        [("7", true), ("0", true), ("01", false), ("999999999999999999", false), ("-0", false), ("7.", false)]
    {
        let text = format!(r#"{{"horizon_months":{number}}}"#);
        assert_eq!(read(&text).is_some(), expected, "{number}");
    }
}

#[test]
fn what_is_written_is_what_serde_json_writes() {
    let request: pb::ComputeRunwayRequest = read(EVERY_VALUE.as_bytes()).expect("a request");
    let mut costs = request.costs.clone();
    costs[1].period = 77;
    costs[1].name = "a\u{1}b\\c\u{7f}\n".into();
    let unknown = pb::ComputeRunwayRequest { costs, ..request.clone() };
    let answer = pb::StreamCalculationsResponse { correlation_id: u64::MAX, outcome: None };
    for message in [&request, &unknown, &Default::default()] {
        assert_eq!(written(message), serde_json::to_string(message).expect("JSON"));
        write_plain::write(message, &mut Vec::new()).expect("every kind of value is written by the short way");
    }
    assert_eq!(written(&answer), serde_json::to_string(&answer).expect("JSON"));
}
