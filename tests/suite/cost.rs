//! What requests are expected to take: near what they were measured to take, and never less for more.

use paydirt::wire::cost::Cost;
use paydirt::wire::pb;

// The benchmark measures the answers; here the estimates are enough.
#[allow(dead_code)]
#[path = "../../benches/cost/cases.rs"]
pub mod cases;

#[allow(dead_code)]
#[path = "../../benches/cost/texts.rs"]
mod texts;

use cases::{built, cahn, cases, grown, lasting, options, regretted, series, written_off};

/// Above it a calculation is worth a queue.
const QUEUED: u64 = 200_000;

#[test]
fn each_case_is_estimated_within_three_times_of_what_it_took() {
    for case in cases() {
        let (least, most) = (case.measured / 3, case.measured * 3);
        assert!((least..=most).contains(&case.expected), "{}: {} for {}", case.name, case.expected, case.measured);
    }
}

/// Only then does a long message in JSON go to the pool with the time that it takes there.
#[test]
fn a_message_that_is_not_read_yet_is_expected_to_take_at_least_its_reading() {
    /// The length above which a message is read on the pool.
    const SHORT_MAX: usize = 16 * 1024;
    let long: Vec<_> = texts::long_messages().into_iter().filter(|message| message.bytes.len() > SHORT_MAX).collect();
    assert!(long.iter().filter(|message| message.is_json).count() >= 6, "{} long messages", long.len());
    for message in long {
        let (read, answered) = message.measured;
        let (name, expected) = (message.name, message.expected);
        assert!(2 * read < expected, "{name}: {expected} for a reading of {read}");
        assert!(answered < 3 * expected, "{name}: {expected} for {answered}");
    }
}

/// Work is counted, whatever the machine has to do beside it. Reading and writing a message are no work that is counted.
#[test]
fn an_investment_does_about_the_work_of_its_estimate() {
    for case in cases().iter().filter(|case| case.name.starts_with("capex")) {
        let counted = cases::counted(case);
        let ratio = case.expected as f64 / counted as f64;
        println!("{counted:>12} {:>12} {ratio:>9.2}  {}", case.expected, case.name);
        assert!((0.5..=3.0).contains(&ratio), "{}: {} for {counted} that were counted", case.name, case.expected);
    }
}

fn present_value(flows: usize, dated: bool, explain: bool) -> u64 {
    let cash_flows = series(flows, dated, 3);
    pb::ComputeNetPresentValueRequest { cash_flows, options: options(explain), ..Default::default() }.expected_nanoseconds()
}

fn internal_rate(flows: usize, outflow_every: usize, explain: bool) -> u64 {
    let cash_flows = series(flows, false, outflow_every);
    pb::ComputeInternalRateOfReturnRequest { cash_flows, options: options(explain) }.expected_nanoseconds()
}

fn modified_rate(flows: usize, dated: bool, explain: bool) -> u64 {
    let cash_flows = series(flows, dated, 3);
    pb::ComputeModifiedInternalRateOfReturnRequest { cash_flows, options: options(explain), ..Default::default() }
        .expected_nanoseconds()
}

fn payback(flows: usize, discounted: bool, explain: bool) -> u64 {
    let discount_rate = discounted.then(|| "0.07".to_owned());
    pb::ComputePaybackRequest {
        cash_flows: series(flows, false, 3),
        discount_rate: discount_rate.map(Into::into),
        options: options(explain),
    }
    .expected_nanoseconds()
}

/// An explanation shows every month until the cash is gone: without cash only the horizon counts.
fn of_lines(lines: u32, growth: u32, horizon_months: u32, explain: bool) -> u64 {
    let request = lasting(lines, growth, horizon_months, explain);
    pb::ComputeRunwayRequest { cash_balance: None, ..request }.expected_nanoseconds()
}

#[test]
fn an_explanation_of_cash_that_lasts_longer_costs_more() {
    let of_cash = |cash: &str| {
        let cash_balance = Some(cash.to_owned().into());
        pb::ComputeRunwayRequest { cash_balance, ..lasting(10, 0, 12, true) }.expected_nanoseconds()
    };
    // Five a month are burned: for 10 months, for 80 and for 1180.
    let costs = ["50", "400", "5900"].map(of_cash);
    assert!(costs[0] < costs[1] && 4 * costs[1] < costs[2], "{costs:?}");
}

#[test]
fn more_never_costs_less_and_an_explanation_costs_more() {
    let sizes = [0_u32, 1, 2, 3, 10, 12, 60, 199, 200, 1000];
    type CostOf<'a> = &'a dyn Fn(u32, bool) -> u64;
    let of_size: [(&str, CostOf); 15] = [
        ("streams", &|size, explain| cahn(size as usize, explain).expected_nanoseconds()),
        ("years", &|size, explain| written_off(size, explain).expected_nanoseconds()),
        ("periods", &|size, explain| built(size.into(), explain).expected_nanoseconds()),
        ("flat lines", &|size, explain| of_lines(size, 0, 12, explain)),
        ("lines growing by the month", &|size, explain| of_lines(size, 1, 12, explain)),
        ("lines growing by the year", &|size, explain| of_lines(size, 2, 1200, explain)),
        ("months", &|size, explain| of_lines(20, 1, size, explain)),
        ("present value", &|size, explain| present_value(size as usize, size > 100, explain)),
        ("internal rate", &|size, explain| internal_rate(size as usize, usize::MAX, explain)),
        ("internal rates", &|size, explain| internal_rate(size as usize, 2, explain)),
        ("modified rate", &|size, explain| modified_rate(size as usize, false, explain)),
        ("paybacks", &|size, explain| payback(size as usize, size > 100, explain)),
        ("states", &|size, explain| regretted(size as usize, 10, explain).expected_nanoseconds()),
        ("alternatives", &|size, explain| regretted(10, size as usize, explain).expected_nanoseconds()),
        ("stages", &|size, explain| grown(size, explain).expected_nanoseconds()),
    ];
    for (name, cost) in of_size {
        for explain in [false, true] {
            let costs: Vec<u64> = sizes.iter().map(|size| cost(*size, explain)).collect();
            assert!(costs.is_sorted(), "{name}: {costs:?}");
        }
        assert!(sizes.iter().all(|size| cost(*size, true) > cost(*size, false)), "{name}");
    }
}

#[test]
fn short_questions_are_answered_at_once_and_the_longest_are_queued() {
    let at_once = [
        cahn(10, true).expected_nanoseconds(),
        lasting(10, 0, 0, false).expected_nanoseconds(),
        internal_rate(60, usize::MAX, false),
    ];
    assert!(at_once.iter().all(|cost| *cost < QUEUED), "{at_once:?}");
    let queued = [
        present_value(10_000, true, false),
        internal_rate(10_000, usize::MAX, false),
        modified_rate(10_000, false, false),
        payback(10_000, false, false),
    ];
    assert!(queued.iter().all(|cost| *cost > QUEUED), "{queued:?}");
}

#[test]
fn more_sign_changes_cost_more_and_a_0_is_none() {
    let rate = |amounts: &[&str]| {
        use pb::cash_flows::Schedule;
        let amounts = amounts.iter().map(|amount| (*amount).into()).collect();
        let flows = pb::PeriodicCashFlows { amounts, period: pb::Period::Year.into() };
        let cash_flows = Some(pb::CashFlows { schedule: Some(Schedule::Periodic(flows)) });
        pb::ComputeInternalRateOfReturnRequest { cash_flows, options: None }.expected_nanoseconds()
    };
    let one = rate(&["-100", "0", "60", "60"]);
    assert_eq!(one, rate(&["-100", "-1", "0", "60"]));
    assert!(rate(&["-100", "230", "-132", "0"]) > one);
}

#[test]
fn a_request_without_anything_costs_something() {
    let empty = [
        pb::ComputeReturnRevenueRequest::default().expected_nanoseconds(),
        pb::ComputeBreakEvenPointRequest::default().expected_nanoseconds(),
        pb::ComputeRunwayRequest::default().expected_nanoseconds(),
        pb::ComputeDefaultAliveRequest::default().expected_nanoseconds(),
        pb::ComputePaybackRequest::default().expected_nanoseconds(),
    ];
    assert!(empty.iter().all(|cost| (1_000..QUEUED).contains(cost)), "{empty:?}");
}
