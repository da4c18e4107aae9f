//! Each model, and reading and writing its messages. `cargo bench`; compare medians on a quiet machine.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use divan::{Bencher, black_box};
use paydirt::engine::calculation::compute;
use paydirt::models::number::{Exact, Number};
use paydirt::models::{break_even, capex_roi, cash_flow, decision, runway, valuation};
use paydirt::wire::pb::calculation::Model;
use paydirt::wire::{self, pb};
use prost::Message;

fn main() {
    divan::main();
}

fn cahn(explain: bool) -> pb::ComputeRequiredRevenueRequest {
    let streams = ["Google", "Microsoft", "Apple", "Meta", "Oracle", "ByteDance", "Alibaba", "Tencent", "X", "Tesla"];
    pb::ComputeRequiredRevenueRequest {
        currency_code: "USD".into(),
        accelerator_revenue: "37.5e9".into(),
        accelerator_revenue_period: pb::Period::Quarter.into(),
        accelerator_cost_share: "0.5".into(),
        end_user_gross_margin: "0.5".into(),
        existing_revenue: streams
            .iter()
            .enumerate()
            .map(|(index, name)| pb::RevenueStream {
                name: (*name).into(),
                annual_amount: if index < 4 { "10e9" } else { "5e9" }.into(),
            })
            .collect(),
        options: explain.then_some(pb::CalculationOptions { explain: true, rounding: None }),
        ..Default::default()
    }
}

fn line(name: &str, amount: String, period: pb::Period) -> pb::CashLine {
    pb::CashLine { name: name.into(), amount: amount.into(), period: period.into(), ..Default::default() }
}

/// OpenAI in 2024, on the cash that makes it last as long as given.
fn openai() -> pb::ComputeRunwayRequest {
    let year = |name, amount: &str| line(name, amount.into(), pb::Period::Year);
    pb::ComputeRunwayRequest {
        currency_code: "USD".into(),
        cash_balance: Some("10e9".into()),
        costs: vec![year("inference", "4e9"), year("training", "3e9"), year("staff", "1.5e9")],
        revenues: vec![year("all", "3.5e9")],
        ..Default::default()
    }
}

/// 100 costs and 100 revenues that all grow differently, followed for a century.
fn two_hundred_growing_lines(annual: bool) -> pb::ComputeRunwayRequest {
    use pb::cash_line::Growth;
    let lines = |amount: u32, seed: u32| {
        (0..100)
            .map(|index| {
                let rate = format!("0.00{:03}", (index * 7 + seed) % 200 + 1);
                let growth =
                    if annual { Growth::AnnualGrowthRate(rate.into()) } else { Growth::MonthlyGrowthRate(rate.into()) };
                pb::CashLine { growth: Some(growth), ..line("line", (amount + index).to_string(), pb::Period::Month) }
            })
            .collect()
    };
    pb::ComputeRunwayRequest {
        currency_code: "USD".into(),
        cash_balance: Some("1e6".into()),
        costs: lines(1000, 0),
        revenues: lines(1500, 1),
        ..Default::default()
    }
}

fn startup(timing: pb::GrowthTiming, cash: &str) -> pb::ComputeDefaultAliveRequest {
    pb::ComputeDefaultAliveRequest {
        currency_code: "USD".into(),
        cash_balance: cash.into(),
        monthly_revenue: "20000".into(),
        monthly_expenses: "50000".into(),
        monthly_revenue_growth_rate: "0.05".into(),
        monthly_expense_growth_rate: Some("0.01".into()),
        timing: timing.into(),
        ..Default::default()
    }
}

/// A data center for 300 billion, 150 of revenue a year for five years, taxed and written off.
fn data_center(explain: bool) -> pb::ComputeCapexRoiRequest {
    pb::ComputeCapexRoiRequest {
        currency_code: "USD".into(),
        period: pb::Period::Year.into(),
        capital_expenditures: vec!["300e9".into()],
        revenues: (0..=5).map(|year| if year == 0 { "0" } else { "150e9" }.into()).collect(),
        gross_margin: Some("0.6".into()),
        discount_rate: "0.08".into(),
        tax_rate: Some("0.21".into()),
        depreciation: Some(pb::DepreciationPolicy {
            method: pb::DepreciationMethod::StraightLine.into(),
            useful_life_periods: 5,
            ..Default::default()
        }),
        options: explain.then_some(pb::CalculationOptions { explain: true, rounding: None }),
        ..Default::default()
    }
}

/// A loan of 60 months.
fn loan() -> pb::ComputeNetPresentValueRequest {
    let amounts = (0..=60).map(|month| if month == 0 { "-50000" } else { "966.64" }.into()).collect();
    let flows = pb::PeriodicCashFlows { amounts, period: pb::Period::Month.into() };
    pb::ComputeNetPresentValueRequest {
        currency_code: "USD".into(),
        cash_flows: Some(pb::CashFlows { schedule: Some(pb::cash_flows::Schedule::Periodic(flows)) }),
        discount_rate: "0.05".into(),
        ..Default::default()
    }
}

/// A table of payoffs of two digits after the point, or of 28.
fn payoffs(states: u64, alternatives: u64, shape: Shape) -> pb::ComputeRegretRequest {
    let probability = |state: u64| match state {
        0 => format!("{}e-4", 10_000 - (states - 1) * (10_000 / states)),
        _ => format!("{}e-4", 10_000 / states),
    };
    let payoff = |alternative: u64, state: u64| {
        // Figures without an order, from a multiplier that is none's friend.
        let mixed = (alternative * states + state + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        match shape {
            Shape::Ordinary => format!("{}.{:02}", mixed as i64 - 8_000_000, mixed % 100),
            Shape::Long => format!("{}.123456789012345678{:02}", mixed as i64 - 8_000_000, mixed % 100),
            Shape::Chain => (alternative * 3 + state % 2).to_string(),
            // Every line is best somewhere.
            Shape::Parabola if state.is_multiple_of(2) => (alternative * (2 * alternatives - alternative)).to_string(),
            Shape::Parabola => ((alternatives - alternative) * (alternatives + alternative)).to_string(),
        }
    };
    pb::ComputeRegretRequest {
        states: (0..states)
            .map(|state| pb::StateOfNature {
                name: format!("state {state}").into(),
                probability: Some(probability(state).into()),
            })
            .collect(),
        alternatives: (0..alternatives)
            .map(|alternative| pb::Alternative {
                name: format!("alternative {alternative}").into(),
                payoffs: (0..states).map(|state| payoff(alternative, state)).map(Into::into).collect(),
            })
            .collect(),
        optimism: Some("0.6".into()),
        ..Default::default()
    }
}

/// How the payoffs of a table lie.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Ordinary,
    Long,
    /// Each alternative is dominated by all after it.
    Chain,
    /// Every alternative is best for some probability of each state.
    Parabola,
}

fn in_stages(years: u32) -> pb::ComputeImpliedGrowthRequest {
    pb::ComputeImpliedGrowthRequest {
        currency_code: "USD".into(),
        enterprise_value: "3000e9".into(),
        free_cash_flow: "60e9".into(),
        discount_rate: "0.09".into(),
        growth_stage: Some(pb::GrowthStage { years, terminal_growth_rate: "0.03".into() }),
        ..Default::default()
    }
}

fn of_flows(years: usize) -> pb::ComputeDiscountedValueRequest {
    pb::ComputeDiscountedValueRequest {
        currency_code: "USD".into(),
        free_cash_flows: (0..years).map(|year| format!("{}e9", 60 + year).into()).collect(),
        discount_rate: "0.09".into(),
        terminal: Some(pb::compute_discounted_value_request::Terminal::PerpetualGrowthRate("0.03".into())),
        net_debt: Some("-40e9".into()),
        shares_outstanding: Some("24.4e9".into()),
        share_price: Some("55.5".into()),
        ..Default::default()
    }
}

macro_rules! message_to_message {
    ($name:ident, $family:ident, $method:ident, $response:ident, $request:expr) => {
        message_to_message!($name, $family, $method, $response, $request, $method);
    };
    ($name:ident, $family:ident, $method:ident, $response:ident, $request:expr, $model:ident) => {
        #[divan::bench]
        fn $name(bencher: Bencher) {
            let request = $request;
            bencher.bench_local(|| {
                let asked = wire::$family::$method(black_box(&request)).expect("a good request");
                let outcome = $family::$model(&asked.inputs).expect("it fits");
                wire::$family::$response(&asked, &outcome)
            });
        }
    };
}

/// The presets, by their names.
static PRESETS: LazyLock<BTreeMap<String, Model>> = LazyLock::new(|| {
    let list = pb::ListPresetsResponse::decode(paydirt::wire::presets::LIST).expect("the presets are a message");
    // A preset without a calculation is a study.
    let preset = |preset: pb::Preset| {
        Some((preset.name.as_str().to_owned(), preset.calculation?.model.expect("a calculation has a model")))
    };
    list.presets.into_iter().filter_map(preset).collect()
});

/// Every preset, and so every model, from the message to its answer's message.
#[divan::bench(args = PRESETS.keys().map(String::as_str))]
fn preset(bencher: Bencher, name: &str) {
    let model = &PRESETS[name];
    bencher.bench_local(|| compute(black_box(model)).expect("a preset computes"));
}

message_to_message!(required_revenue, break_even, required_revenue, required_revenue_response, cahn(false));
message_to_message!(required_revenue_explained, break_even, required_revenue, required_revenue_response, cahn(true));
message_to_message!(runway_200_lines_monthly_growth, runway, runway, runway_response, two_hundred_growing_lines(false));
message_to_message!(runway_200_lines_annual_growth, runway, runway, runway_response, two_hundred_growing_lines(true));
message_to_message!(
    runway_200_lines_growing_for_1200_months,
    runway,
    runway,
    runway_response,
    pb::ComputeRunwayRequest { horizon_months: 1200, ..two_hundred_growing_lines(false) }
);
message_to_message!(
    runway_1200_months_ledger,
    runway,
    runway,
    runway_response,
    pb::ComputeRunwayRequest { horizon_months: 1200, include_ledger: true, ..openai() }
);
message_to_message!(
    default_alive,
    runway,
    default_alive,
    default_alive_response,
    startup(pb::GrowthTiming::Continuous, "900000")
);
message_to_message!(
    default_dead,
    runway,
    default_alive,
    default_alive_response,
    startup(pb::GrowthTiming::Continuous, "300000")
);
message_to_message!(
    default_alive_monthly,
    runway,
    default_alive,
    default_alive_response,
    startup(pb::GrowthTiming::EndOfMonth, "900000")
);
message_to_message!(
    default_dead_monthly,
    runway,
    default_alive,
    default_alive_response,
    startup(pb::GrowthTiming::EndOfMonth, "300000")
);
message_to_message!(capex_roi, capex_roi, capex_roi, capex_roi_response, data_center(false));
message_to_message!(capex_roi_explained, capex_roi, capex_roi, capex_roi_response, data_center(true));
message_to_message!(
    net_present_value_of_a_loan,
    cash_flow,
    net_present_value,
    net_present_value_response,
    loan(),
    present_value
);

message_to_message!(implied_growth_of_10_years, valuation, implied_growth, implied_growth_response, in_stages(10));
message_to_message!(implied_growth_of_200_years, valuation, implied_growth, implied_growth_response, in_stages(200));
message_to_message!(discounted_value_of_10_years, valuation, discounted_value, discounted_value_response, of_flows(10));
message_to_message!(discounted_value_of_200_years, valuation, discounted_value, discounted_value_response, of_flows(200));
message_to_message!(
    required_margin_of_200_years,
    valuation,
    required_margin,
    required_margin_response,
    pb::ComputeRequiredMarginRequest {
        price_to_sales: "40".into(),
        payback_years: 200,
        revenue_growth_rate: Some("0.01".into()),
        ..Default::default()
    }
);

/// 100 states × 1000 alternatives, from the message to its answer's message.
#[divan::bench(args = [Shape::Ordinary, Shape::Long, Shape::Chain, Shape::Parabola])]
fn regret_of_the_largest_table(bencher: Bencher, shape: Shape) {
    let request = payoffs(100, 1000, shape);
    bencher.bench_local(|| {
        let asked = wire::decision::regret(black_box(&request)).expect("a good request");
        let outcome = decision::regret(&asked.inputs).expect("it fits");
        wire::decision::regret_response(&asked, &outcome)
    });
}

/// The model alone.
#[divan::bench(args = [Shape::Ordinary, Shape::Long, Shape::Chain, Shape::Parabola])]
fn regret_of_the_largest_table_model_alone(bencher: Bencher, shape: Shape) {
    let asked = wire::decision::regret(&payoffs(100, 1000, shape)).expect("a good request");
    bencher.bench_local(|| decision::regret(black_box(&asked.inputs)));
}

/// The models alone, without their messages.
#[divan::bench]
fn required_revenue_model_alone(bencher: Bencher) {
    let asked = wire::break_even::required_revenue(&cahn(false)).expect("a good request");
    bencher.bench_local(|| break_even::required_revenue(black_box(&asked.inputs)));
}

#[divan::bench]
fn required_revenue_read_from_bytes(bencher: Bencher) {
    let bytes = cahn(false).encode_to_vec();
    bencher.bench_local(|| {
        let request = pb::ComputeRequiredRevenueRequest::decode(black_box(bytes.as_slice())).expect("a message");
        wire::break_even::required_revenue(&request)
    });
}

#[divan::bench]
fn required_revenue_written_to_bytes(bencher: Bencher) {
    let asked = wire::break_even::required_revenue(&cahn(false)).expect("a good request");
    let outcome = break_even::required_revenue(&asked.inputs).expect("it fits");
    bencher.bench_local(|| wire::break_even::required_revenue_response(black_box(&asked), &outcome).encode_to_vec());
}

/// One decimal in, one decimal out.
#[divan::bench(args = ["0.5", "150e9", "32.05128205128205128205128205"])]
fn decimal_read(text: &str) -> rust_decimal::Decimal {
    wire::decimal::read(black_box(text)).expect("a decimal")
}

#[divan::bench(args = ["0.5", "150e9", "32.05128205128205128205128205"])]
fn decimal_written(bencher: Bencher, text: &str) {
    let decimal = wire::decimal::read(text).expect("a decimal");
    bencher.bench_local(|| wire::decimal::write(black_box(decimal)));
}

/// 200 lines that stay flat, followed exactly.
#[divan::bench(args = [12, 1200])]
fn runway_200_flat_lines(bencher: Bencher, horizon_months: u32) {
    let mut request = two_hundred_growing_lines(false);
    request.horizon_months = horizon_months;
    for line in request.costs.iter_mut().chain(&mut request.revenues) {
        line.growth = None;
    }
    bencher.bench_local(|| {
        let asked = wire::runway::runway(black_box(&request)).expect("a good request");
        let outcome = runway::runway(&asked.inputs).expect("it fits");
        wire::runway::runway_response(&asked, &outcome)
    });
}

/// What growth costs: the twelfth root of a year's factor, a logarithm, a power.
/// A century of months, each with an expenditure, and each written off over a century.
fn a_century_of_months(method: pb::DepreciationMethod, explain: bool) -> pb::ComputeCapexRoiRequest {
    let series =
        |first: u64| (0..1200).map(|month| format!("{}.1234567890123456789", first + month * 77_777)).map(Into::into).collect();
    pb::ComputeCapexRoiRequest {
        currency_code: "USD".into(),
        period: pb::Period::Month.into(),
        capital_expenditures: series(1_000_000),
        revenues: series(2_000_000),
        operating_costs: series(300_000),
        discount_rate: "0.0987654321".into(),
        tax_rate: Some("0.2123456789".into()),
        depreciation: Some(pb::DepreciationPolicy {
            method: method.into(),
            useful_life_periods: 1200,
            salvage_ratio: Some("0.05".into()),
            ..Default::default()
        }),
        timing: pb::CashFlowTiming::MidPeriod.into(),
        options: Some(pb::CalculationOptions { explain, ..Default::default() }),
        ..Default::default()
    }
}

#[divan::bench(args = [pb::DepreciationMethod::StraightLine, pb::DepreciationMethod::DoubleDecliningBalance, pb::DepreciationMethod::SumOfYearsDigits])]
fn capex_roi_1200_months(bencher: Bencher, method: pb::DepreciationMethod) {
    let asked = wire::capex_roi::capex_roi(&a_century_of_months(method, false)).expect("a good request");
    bencher.bench(|| paydirt::models::capex_roi::capex_roi(black_box(&asked.inputs)));
}

#[divan::bench]
fn capex_roi_1200_months_read_explained_written(bencher: Bencher) {
    let request = a_century_of_months(pb::DepreciationMethod::StraightLine, true);
    bencher.bench(|| {
        let asked = wire::capex_roi::capex_roi(black_box(&request)).expect("a good request");
        let outcome = paydirt::models::capex_roi::capex_roi(&asked.inputs).expect("it fits");
        wire::capex_roi::capex_roi_response(&asked, &outcome).encode_to_vec()
    });
}

#[divan::bench]
fn twelfth_root(bencher: Bencher) {
    let factor = Exact::from(rust_decimal::dec!(1.0123));
    bencher.bench_local(|| black_box(factor).root(12));
}

#[divan::bench]
fn logarithm(bencher: Bencher) {
    let factor = Exact::from(rust_decimal::dec!(1.0123));
    bencher.bench_local(|| black_box(factor).ln());
}

#[divan::bench]
fn exponential(bencher: Bencher) {
    let power = Exact::from(rust_decimal::dec!(1.0123));
    bencher.bench_local(|| black_box(power).exp_m1());
}
