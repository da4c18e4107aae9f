//! The longest series, long figures, every kind of time; and rates of series of every length.
//! `cargo bench --bench cash_flow`.

#[path = "rates/src/case.rs"]
#[expect(dead_code, reason = "the comparison with other libraries asks for more of it")]
mod case;

use case::{Case, Kind};
use divan::{Bencher, black_box};
use paydirt::models::cash_flow::{DayCount, Series, internal_rates, modified_internal_rate, paybacks, present_value};
use paydirt::wire::{self, pb};

fn main() {
    divan::main();
}

const FLOWS: u32 = 10_000;

/// Outflows and inflows of 28 digits.
fn amount(index: u32) -> String {
    let sign = if index.is_multiple_of(3) { "-" } else { "" };
    format!("{sign}{}.1234567890123456789", 100_000_000 + u64::from(index) * 77_777)
}

fn periodic(period: pb::Period) -> pb::CashFlows {
    let amounts = (0..FLOWS).map(|index| amount(index).into()).collect();
    let flows = pb::PeriodicCashFlows { amounts, period: period.into() };
    pb::CashFlows { schedule: Some(pb::cash_flows::Schedule::Periodic(flows)) }
}

/// Gaps of 1 to 300 days, in no order.
fn dated(day_count: pb::DayCount) -> pb::CashFlows {
    let (mut year, mut month, mut day) = (1990, 1, 1);
    let flows = (0..FLOWS)
        .map(|index| {
            day += 1 + index * 7919 % 27;
            if day > 28 {
                day -= 27;
                month += 1 + index % 9;
            }
            if month > 12 {
                month -= 12;
                year += 1;
            }
            pb::DatedCashFlow { date: format!("{year:04}-{month:02}-{day:02}").into(), amount: amount(index).into() }
        })
        .collect();
    let flows = pb::DatedCashFlows { flows, day_count: day_count.into() };
    pb::CashFlows { schedule: Some(pb::cash_flows::Schedule::Dated(flows)) }
}

#[derive(Clone, Copy, Debug)]
enum Times {
    Years,
    Months,
    Days,
    ActAct,
}

const TIMES: [Times; 4] = [Times::Years, Times::Months, Times::Days, Times::ActAct];

impl Times {
    fn cash_flows(self) -> Option<pb::CashFlows> {
        Some(match self {
            Times::Years => periodic(pb::Period::Year),
            Times::Months => periodic(pb::Period::Month),
            Times::Days => dated(pb::DayCount::Act365Fixed),
            Times::ActAct => dated(pb::DayCount::ActActIsda),
        })
    }
}

fn options(explain: bool) -> Option<pb::CalculationOptions> {
    Some(pb::CalculationOptions { explain, rounding: None })
}

fn net_present_value_request(times: Times, explain: bool) -> pb::ComputeNetPresentValueRequest {
    pb::ComputeNetPresentValueRequest {
        currency_code: "USD".into(),
        cash_flows: times.cash_flows(),
        discount_rate: "0.0712345678901234567".into(),
        options: options(explain),
        ..Default::default()
    }
}

#[divan::bench(args = TIMES)]
fn net_present_value(bencher: Bencher, times: Times) {
    let asked = wire::cash_flow::net_present_value(&net_present_value_request(times, false)).expect("a good request");
    bencher.bench_local(|| present_value(black_box(&asked.inputs)).expect("it fits"));
}

#[divan::bench(args = TIMES)]
fn net_present_value_read(bencher: Bencher, times: Times) {
    let request = net_present_value_request(times, false);
    bencher.bench_local(|| wire::cash_flow::net_present_value(black_box(&request)).expect("a good request"));
}

#[divan::bench(args = TIMES)]
fn net_present_value_explained(bencher: Bencher, times: Times) {
    let asked = wire::cash_flow::net_present_value(&net_present_value_request(times, true)).expect("a good request");
    let outcome = present_value(&asked.inputs).expect("it fits");
    bencher.bench_local(|| wire::cash_flow::net_present_value_response(black_box(&asked), &outcome));
}

#[divan::bench(args = TIMES)]
fn modified_rate(bencher: Bencher, times: Times) {
    let request = pb::ComputeModifiedInternalRateOfReturnRequest {
        cash_flows: times.cash_flows(),
        finance_rate: "0.0712345678901234567".into(),
        reinvestment_rate: "0.0512345678901234567".into(),
        options: None,
    };
    let asked = wire::cash_flow::modified_internal_rate_of_return(&request).expect("a good request");
    bencher.bench_local(|| modified_internal_rate(black_box(&asked.inputs)).expect("it fits"));
}

#[divan::bench(args = TIMES)]
fn payback(bencher: Bencher, times: Times) {
    let mut request = pb::ComputePaybackRequest { cash_flows: times.cash_flows(), ..Default::default() };
    request.discount_rate = Some("0.0712345678901234567".into());
    let asked = wire::cash_flow::payback(&request).expect("a good request");
    bencher.bench_local(|| paybacks(black_box(&asked.inputs)).expect("it fits"));
}

/// From decimals to proven rates, on the flows of the comparison with other libraries.
fn rates_of(bencher: Bencher, kind: Kind, dated: bool, flows: usize) {
    let cash_flows = Case::of(kind, dated, flows).cash_flows(DayCount::Act365Fixed);
    bencher.bench_local(|| internal_rates(&Series::of(black_box(&cash_flows))));
}

#[divan::bench(args = case::SIZES)]
fn internal_rate_periodic(bencher: Bencher, flows: usize) {
    rates_of(bencher, Kind::OneSignChange, false, flows);
}

#[divan::bench(args = case::SIZES)]
fn internal_rate_dated(bencher: Bencher, flows: usize) {
    rates_of(bencher, Kind::OneSignChange, true, flows);
}

#[divan::bench(args = [false, true])]
fn several_internal_rates_of_60_flows(bencher: Bencher, dated: bool) {
    rates_of(bencher, Kind::SeveralRates, dated, 60);
}
