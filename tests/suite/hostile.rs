//! Whatever comes in is answered or refused: no panic, no INTERNAL, no answer that breaks the client. The requests are drawn from the
//! contract's descriptors by `paydirt-fuzzed`, so that a new method, field or branch is among them from its first day.

use std::collections::BTreeSet;

use paydirt::wire::pb;
use paydirt_fuzzed::any_model::drawn_and_held;
use paydirt_fuzzed::choices::Choices;
use paydirt_fuzzed::civil::answer_holds;
use paydirt_fuzzed::contract::{CONTRACT, Model, comment_of, name_of};
use paydirt_fuzzed::reached::{reach, reachable};
use paydirt_fuzzed::requests::drawn;
use paydirt_fuzzed::seeds::SEEDS;
use proptest::prelude::*;
use prost::Message;
use prost_reflect::{DynamicMessage, MethodDescriptor, Value as Field};
use serde_json::json;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::batch::BATCH;
use crate::golden::violations_of;
use crate::stream::stream;
use crate::support::{Client, SERVER};

const REQUIRED_REVENUE: &str = "paydirt.v1.BreakEvenService/ComputeRequiredRevenue";
const RUNWAY: &str = "paydirt.v1.RunwayService/ComputeRunway";
const PRESENT_VALUE: &str = "paydirt.v1.CashFlowService/ComputeNetPresentValue";
const INTERNAL_RATE: &str = "paydirt.v1.CashFlowService/ComputeInternalRateOfReturn";
const MODIFIED_RATE: &str = "paydirt.v1.CashFlowService/ComputeModifiedInternalRateOfReturn";
const PAYBACK: &str = "paydirt.v1.CashFlowService/ComputePayback";

/// The requests of a model that are drawn at least, and those after which what is still not reached counts as out of reach.
const DRAWS: u64 = 200;
const DRAWS_MAX: u64 = 6_000;

/// Bytes that decide what is drawn: others for each number, and the same ones on every machine.
fn thrown(number: u64) -> Vec<u8> {
    let mut dice = fastrand::Rng::with_seed(number);
    (0..200).map(|_| dice.u8(..)).collect()
}

/// Requests of a model that were drawn and held.
struct Counted {
    drawn: u64,
    answered: u64,
    /// What of the contract none of them reaches.
    missing: BTreeSet<String>,
}

/// Draws requests of a model until all of the contract that they can reach is reached.
fn held(model: &Model) -> Counted {
    let mut counted = Counted { drawn: 0, answered: 0, missing: BTreeSet::new() };
    reachable(&model.request(), &mut counted.missing);
    while counted.drawn < DRAWS || !counted.missing.is_empty() && counted.drawn < DRAWS_MAX {
        let held = drawn_and_held(model, &mut Choices::of(&thrown(counted.drawn)));
        let mut reached = BTreeSet::new();
        reach(&held.request, &mut reached);
        counted.missing.retain(|what| !reached.contains(what));
        counted.answered += u64::from(held.is_answered);
        counted.drawn += 1;
    }
    counted
}

/// Three of four requests have an answer, or a mistake in the models would stay behind the first refusal; and every branch of every oneof,
/// every value of every enum, every length of every list is among them.
#[test]
fn any_request_to_any_model_is_answered_or_refused_as_the_contract_says() {
    let counts: Vec<(&Model, Counted)> = std::thread::scope(|scope| {
        let begun: Vec<_> = CONTRACT.models.iter().map(|model| (model, scope.spawn(|| held(model)))).collect();
        let joined = |thread: std::thread::ScopedJoinHandle<'_, _>| thread.join().expect("its own words are above");
        begun.into_iter().map(|(model, thread)| (model, joined(thread))).collect()
    });
    let (mut all, mut good) = (0, 0);
    for (model, Counted { drawn, answered, missing }) in counts {
        println!("{}: {answered} of {drawn} requests have an answer", model.name);
        assert!(missing.is_empty(), "no request of {} reaches {missing:#?}", model.name);
        // Two of three at least, and one of ten has none.
        assert!(3 * answered >= 2 * drawn && 10 * answered <= 9 * drawn, "{}: {answered} of {drawn}", model.name);
        all += drawn;
        good += answered;
    }
    assert!((70..=80).contains(&(100 * good / all)), "{good} of {all} requests have an answer");
}

/// Lists have limits, or a request could be as long as a message may be: these have none of their own.
const WITHOUT_LIMIT: [&str; 1] = ["paydirt.v1.Alternative.payoffs"];

#[test]
fn every_list_of_a_request_has_a_limit() {
    let mut all = BTreeSet::new();
    CONTRACT.models.iter().for_each(|model| reachable(&model.request(), &mut all));
    let lists: BTreeSet<_> = all.iter().filter_map(|reached| reached.strip_suffix(": empty")).collect();
    let limited: BTreeSet<_> = all.iter().filter_map(|reached| reached.strip_suffix(": at its limit")).collect();
    assert!(limited.len() >= 8, "limits were found of {limited:?}");
    assert_eq!(lists.difference(&limited).copied().collect::<Vec<_>>(), WITHOUT_LIMIT);
}

/// Calls a method, whatever its kind, with bytes. Returns the messages that it answered.
fn asked(client: &Client, method: &MethodDescriptor, request: Vec<u8>) -> Result<Vec<Vec<u8>>, Status> {
    if !method.is_client_streaming() {
        return client.call_with_bytes(&name_of(method), request).map(|answer| vec![answer]);
    }
    let streamed = stream(client, vec![request]);
    if streamed.status.code() == Code::Ok { Ok(streamed.answers) } else { Err(streamed.status) }
}

/// Refused for the caller's mistake, or for a message above a limit.
fn assert_civil(method: &MethodDescriptor, refused: &Status) {
    let is_too_large = refused.get_details_error_info().is_some_and(|info| info.reason.ends_with("_TOO_LARGE"));
    let is_civil = refused.code() == Code::InvalidArgument || refused.code() == Code::ResourceExhausted && is_too_large;
    assert!(is_civil, "{}: {refused:?}", name_of(method));
}

#[test]
fn every_method_answers_or_refuses_whatever_it_is_asked() {
    let client = SERVER.client();
    let mut answered = BTreeSet::new();
    for method in CONTRACT.methods() {
        for number in 0..25 {
            let request = drawn(&method.input(), &mut Choices::of(&thrown(number)), |_| true);
            match asked(&client, &method, request.encode_to_vec()) {
                Ok(answers) => {
                    assert_eq!(answers.len(), 1, "{}", name_of(&method));
                    let answer = DynamicMessage::decode(method.output(), &*answers[0]).expect("an answer of the method");
                    if CONTRACT.model_of(&method.input()).is_some() {
                        answer_holds(&request, &answer).unwrap_or_else(|said| panic!("{}: {said}", name_of(&method)));
                    }
                    answered.insert(name_of(&method));
                }
                Err(refused) => assert_civil(&method, &refused),
            }
        }
    }
    // A study names paths, which chance does not find: golden rows are answered.
    let is_study = |name: &str| name.starts_with("paydirt.v1.StudyService/");
    answered.retain(|name| !is_study(name));
    let methods = CONTRACT.methods().map(|method| name_of(&method)).filter(|name| !is_study(name));
    assert_eq!(answered, methods.collect(), "every method answers something");
}

#[test]
fn no_bytes_whatsoever_are_answered_with_internal() {
    let client = SERVER.client();
    let mut dice = fastrand::Rng::new();
    for method in CONTRACT.methods() {
        for number in 0..20 {
            let mut bytes = thrown(number);
            // Noise, or a message of which some bytes are others.
            if number % 2 == 0 {
                bytes = drawn(&method.input(), &mut Choices::of(&thrown(number)), |_| true).encode_to_vec();
                for _ in 0..dice.usize(..4) {
                    let place = dice.usize(..bytes.len().max(1));
                    if let Some(byte) = bytes.get_mut(place) {
                        *byte = dice.u8(..);
                    }
                }
            }
            if let Err(refused) = asked(&client, &method, bytes) {
                assert_civil(&method, &refused);
            }
        }
    }
}

/// The contract's word for a field without which there is no answer, and its words for one that another field requires.
const REQUIRED: &str = "Required";
const REQUIRED_BESIDE: &str = "Required, when";

#[test]
fn an_empty_request_names_every_field_that_the_contract_requires() {
    let client = SERVER.client();
    for method in CONTRACT.models.iter().map(|model| &model.method) {
        let name = name_of(method);
        let request = method.input();
        let oneofs = request.oneofs().filter(|oneof| !oneof.is_synthetic());
        let parts = request.fields().map(|field| (field.name().to_owned(), field.path().to_vec()));
        let parts = parts.chain(oneofs.map(|oneof| (oneof.name().to_owned(), oneof.path().to_vec())));
        let is_required = |path: &[i32]| {
            let comment = comment_of(&request.parent_file(), path);
            let comment = comment.trim_start();
            comment.starts_with(REQUIRED) && !comment.starts_with(REQUIRED_BESIDE)
        };
        let expected: BTreeSet<_> =
            parts.filter(|(_, path)| is_required(path)).map(|(name, _)| (name, "REQUIRED".to_owned())).collect();
        let refused = client.call(&name, &json!({})).err().map(|status| violations_of(&status)).unwrap_or_default();
        assert_eq!(BTreeSet::from_iter(refused), expected, "{name}");
    }
    let refused = client.call(BATCH, &json!({})).expect_err("an empty batch");
    assert_eq!(violations_of(&refused), [("calculations".to_owned(), "REQUIRED".to_owned())]);
}

/// A "-0", an exponent, a zero too many: whatever is wrong about a decimal in an answer is seen, at any depth.
#[test]
fn an_answer_with_a_decimal_that_is_not_canonical_would_be_seen() {
    let model = CONTRACT.models.iter().find(|model| model.name == "capex_roi").expect("a model");
    let request = &SEEDS.requests(&model.request()).expect("seeds").answered[0];
    let answer = model.ask(request, |_| u64::MAX).outcome.expect("it ends").expect("it is answered");
    assert_eq!(answer_holds(request, &answer), Ok(()));
    for (planted, is_seen) in
        [("-0", true), ("-0.00", true), ("1e5", true), ("1.50", true), ("007", true), ("", true), ("-1.5", false)]
    {
        let mut other = answer.clone();
        let periods = other.get_field_by_name_mut("periods").and_then(Field::as_list_mut).expect("periods");
        let period = periods[0].as_message_mut().expect("a period");
        period.set_field_by_name("net_cash_flow", Field::String(planted.to_owned()));
        assert_eq!(answer_holds(request, &other).is_err(), is_seen, "{planted:?}");
    }
}

#[test]
fn a_thousand_bad_fields_make_a_small_refusal_that_says_how_many_more() {
    let streams: Vec<_> = (0..1000).map(|_| json!({"name": "", "annual_amount": "\u{1F600}".repeat(60)})).collect();
    let request = json!({"currency_code": "USD", "accelerator_revenue": "1", "accelerator_revenue_period": "PERIOD_YEAR",
        "accelerator_cost_share": "1", "end_user_gross_margin": "0", "existing_revenue": streams});
    let status = SERVER.client().call(REQUIRED_REVENUE, &request).expect_err("nothing of it is readable");
    assert!(status.details().len() <= 4096, "{} bytes of details", status.details().len());
    let violations = status.get_details_bad_request().expect("violations").field_violations;
    assert!(violations.len() <= 26, "{} violations", violations.len());
    let last = violations.last().expect("one is the last");
    assert_eq!(
        (last.reason.as_str(), last.description.as_str()),
        ("MORE_VIOLATIONS", format!("and {} more", 2000 - (violations.len() - 1)).as_str())
    );
    assert_eq!(violations[0].field, "existing_revenue[0].name");
}

#[test]
fn lists_above_their_limits_are_refused_by_name() {
    let client = SERVER.client();
    let lines: Vec<_> = (0..201).map(|_| json!({"name": "a", "amount": "1", "period": "PERIOD_MONTH"})).collect();
    let events: Vec<_> = (0..1001).map(|_| json!({"name": "a", "amount": "1", "month": 1})).collect();
    let request = json!({"currency_code": "USD", "costs": lines, "revenues": lines, "events": events});
    let status = client.call(RUNWAY, &request).expect_err("too many");
    let expected = ["costs", "revenues", "events"].map(|field| (field.to_owned(), "TOO_MANY_ITEMS".to_owned()));
    assert_eq!(violations_of(&status).into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn amounts_of_all_lines_together_are_at_most_50000() {
    let client = SERVER.client();
    let line = |count: usize| json!({"name": "a", "amounts": vec!["1"; count], "timing": "PAYMENT_TIMING_AT_START"});
    let request = |last: usize| {
        // 41 lines of a century are 49,200.
        let revenues: Vec<_> = (0..21).map(|_| line(1200)).chain([line(last), line(last)]).collect();
        let costs: Vec<_> = (0..20).map(|_| line(1200)).collect();
        json!({"currency_code": "USD", "cash_balance": "1", "costs": costs, "revenues": revenues})
    };
    client.call(RUNWAY, &request(400)).expect("50,000 are answered");
    let status = client.call(RUNWAY, &request(401)).expect_err("too many");
    let expected = [("revenues[22].amounts".to_owned(), "TOO_MANY_ITEMS".to_owned())];
    assert_eq!(violations_of(&status).into_iter().collect::<Vec<_>>(), expected);
    let status = client.call(RUNWAY, &json!({"currency_code": "USD", "costs": [line(1201)]})).expect_err("too many");
    let expected = [("costs[0].amounts".to_owned(), "TOO_MANY_ITEMS".to_owned())];
    assert_eq!(violations_of(&status).into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn every_bad_field_of_a_series_is_named_by_its_path() {
    let client = SERVER.client();
    let refused = |method: &str, request| {
        let status = client.call(method, &request).expect_err("bad fields");
        violations_of(&status).into_iter().map(|(field, reason)| format!("{field} {reason}")).collect::<Vec<_>>()
    };
    let dated = json!({"dated": {"day_count": 99, "flows": [{"date": "", "amount": "1"}, {"date": "2023-02-29"},
        {"date": "9999-01-01", "amount": "x"}]}});
    assert_eq!(
        refused(PAYBACK, json!({"cash_flows": dated, "discount_rate": "-1"})),
        [
            "cash_flows.dated.flows[0].date REQUIRED",
            "cash_flows.dated.flows[1].date DATE_MALFORMED",
            "cash_flows.dated.flows[1].amount REQUIRED",
            "cash_flows.dated.flows[2].amount DECIMAL_MALFORMED",
            "cash_flows.dated.day_count ENUM_UNKNOWN",
            "cash_flows.dated.flows[2].date OUT_OF_RANGE",
            "discount_rate OUT_OF_RANGE"
        ]
    );
    assert_eq!(
        refused(INTERNAL_RATE, json!({"cash_flows": {"periodic": {}}})),
        ["cash_flows.periodic.amounts REQUIRED", "cash_flows.periodic.period REQUIRED"]
    );
    assert_eq!(refused(INTERNAL_RATE, json!({"cash_flows": {"dated": {}}})), ["cash_flows.dated.flows REQUIRED"]);
    let one = json!({"dated": {"flows": [{"date": "2024-01-01", "amount": "1"}]}});
    assert_eq!(
        refused(
            PRESENT_VALUE,
            json!({"currency_code": "USD", "cash_flows": one, "discount_rate": "0", "first_flow": "FIRST_FLOW_ONE_PERIOD"})
        ),
        ["first_flow NOT_APPLICABLE"]
    );
    let many = json!({"periodic": {"period": "PERIOD_YEAR", "amounts": vec!["1"; 50_001]}});
    assert_eq!(refused(INTERNAL_RATE, json!({"cash_flows": many})), ["cash_flows.periodic.amounts TOO_MANY_ITEMS"]);
}

#[test]
fn rounding_reaches_rates_and_times() {
    let client = SERVER.client();
    let periodic = json!({"periodic": {"period": "PERIOD_QUARTER", "amounts": ["-100", "10", "130"]}});
    let options = json!({"rounding": {"decimal_places": 3, "ratio_decimal_places": 3, "mode": "ROUNDING_MODE_UP"}});
    let call = |method: &str, mut request: serde_json::Value| {
        request["cash_flows"] = periodic.clone();
        request["options"] = options.clone();
        client.call(method, &request).expect("a good request")
    };
    // (130 + 10 × 1.21^(1/4)) / 100 = 1.40488..., squared 1.97369...; its root 1.18527..., and 4 × 0.18527... = 0.74109...
    let rate = call(MODIFIED_RATE, json!({"finance_rate": "0.1", "reinvestment_rate": "0.21"}));
    assert_eq!(
        rate["modified_internal_rate_of_return"],
        json!({"annual": "0.974", "per_period": "0.186", "nominal_annual": "0.742"})
    );
    // (1 + 90/130) / 4 = 0.42307...
    assert_eq!(call(PAYBACK, json!({}))["payback"], json!({"years": "0.424"}));
    let value = call(PRESENT_VALUE, json!({"currency_code": "USD", "discount_rate": "0.21"}));
    assert_eq!(value["rate_per_period"], "0.049");
}

#[test]
fn a_message_above_four_mebibytes_exhausts_a_resource() {
    let mut request =
        pb::ComputeRequiredRevenueRequest { currency_code: "U".repeat(4 * 1024 * 1024).into(), ..Default::default() };
    let client = SERVER.client();
    let status = client.call_with_bytes(REQUIRED_REVENUE, request.encode_to_vec()).expect_err("too large");
    assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
    request.currency_code = "U".repeat(4 * 1024 * 1024 - 100).into();
    let status = client.call_with_bytes(REQUIRED_REVENUE, request.encode_to_vec()).expect_err("no currency");
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    assert!(status.message().len() < 300, "{} bytes", status.message().len());
}

#[test]
fn a_message_that_would_fill_the_memory_is_refused_before_it_does() {
    use pb::cash_flows::Schedule;
    let reason = |method: &str, bytes: Vec<u8>| {
        assert!(bytes.len() < 4 * 1024 * 1024, "{} bytes are too many for another reason", bytes.len());
        let status = SERVER.client().call_with_bytes(method, bytes).expect_err("too much");
        assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
        status.get_details_error_info().expect("a refusal says why").reason
    };
    let flows = pb::PeriodicCashFlows { amounts: vec!["1".into(); 1_000_000], period: 1 };
    let cash_flows = Some(pb::CashFlows { schedule: Some(Schedule::Periodic(flows)) });
    let request = pb::ComputeInternalRateOfReturnRequest { cash_flows, options: None };
    assert_eq!(reason(INTERNAL_RATE, request.encode_to_vec()), "TOO_MANY_FIELDS");
    // Two million costs, of two bytes each: the key of field 6, and a length of 0.
    assert_eq!(reason(RUNWAY, [6 << 3 | 2, 0].repeat(2_000_000)), "TOO_MANY_FIELDS");
    assert_eq!(reason(RUNWAY, vec![0xff]), "MESSAGE_MALFORMED");
}

#[test]
fn any_batch_and_any_stream_is_answered_item_by_item() {
    let client = SERVER.client();
    let is_civil = |outcome: Option<&pb::CalculationOutcome>| match outcome.and_then(|outcome| outcome.result.as_ref()) {
        Some(pb::calculation_outcome::Result::Answer(answer)) => answer.model.is_some(),
        Some(pb::calculation_outcome::Result::Error(error)) => {
            error.code == 3 && !error.reason.is_empty() && !error.field_violations.is_empty()
        }
        None => false,
    };
    let calculation = CONTRACT.calculation();
    for number in 0..25 {
        let bytes = thrown(number);
        let mut choices = Choices::of(&bytes);
        let count = choices.below(60) + 1;
        let drawn = |_| drawn(calculation, &mut choices, |_| true).transcode_to().expect("a calculation");
        // A message with more fields than any may have ends its stream, which is another test's.
        let is_readable = |calculation: &pb::Calculation| calculation.encoded_len() < 1024 * 1024;
        let calculations: Vec<pb::Calculation> = (0..count).map(drawn).filter(is_readable).collect();
        let count = calculations.len();
        let messages = calculations.iter().enumerate().map(|(id, calculation)| {
            let request = pb::StreamCalculationsRequest { correlation_id: id as u64, calculation: Some(calculation.clone()) };
            request.encode_to_vec()
        });
        let streamed = stream(&client, messages.collect());
        assert_eq!((streamed.status.code(), streamed.answered()), (Code::Ok, count as u64), "{number}");
        let batch = pb::BatchCalculationsRequest { calculations }.encode_to_vec();
        let batch = client.call_with_bytes(BATCH, batch).expect("a batch is answered");
        let batch = pb::BatchCalculationsResponse::decode(&*batch).expect("an answer");
        assert_eq!(batch.outcomes.len(), count, "{number}");
        for (outcome, of_stream) in batch.outcomes.iter().zip(streamed.decoded()) {
            assert!(is_civil(Some(outcome)), "{number}: {outcome:?}");
            assert_eq!(Some(outcome), of_stream.outcome.as_ref(), "{number}");
        }
    }
}

#[test]
fn no_bytes_whatsoever_end_a_stream_but_as_the_callers_mistake() {
    let client = SERVER.client();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 200, ..ProptestConfig::default() });
    let messages = prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..20);
    runner
        .run(&messages, |messages| {
            let count = messages.len() as u64;
            let streamed = stream(&client, messages);
            match streamed.status.code() {
                Code::Ok => prop_assert_eq!(streamed.answered(), count),
                code => prop_assert_eq!(code, Code::InvalidArgument, "{:?}", streamed.status),
            }
            prop_assert_eq!(streamed.answers.len() as u64, streamed.answered());
            Ok(())
        })
        .expect("a stream of noise is the caller's mistake");
}
