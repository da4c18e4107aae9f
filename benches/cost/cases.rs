//! Requests of every method, short and long, and what each was measured to take: `cargo bench --bench cost` measures again.

use paydirt::models::{break_even, capex_roi, cash_flow, decision, depreciation, runway, valuation, work};
use paydirt::wire::cost::Cost;
use paydirt::wire::{self, pb};

/// A request, what it is expected to take and what it took, in nanoseconds.
pub struct Case {
    pub name: &'static str,
    /// Nanoseconds; of 10,000 explained flows, of losses carried forward, of assets, and of runways with listed amounts, payments or
    /// interest by the work that was counted.
    pub measured: u64,
    pub expected: u64,
    /// From the message to the answer's message.
    pub answer: Box<dyn Fn()>,
}

/// Counts the work of a case, in nanoseconds of what a unit takes.
pub fn counted(case: &Case) -> u64 {
    let before = work::done();
    (case.answer)();
    (work::done() - before) * work::UNIT_NANOSECONDS
}

macro_rules! case {
    ($name:literal, $measured:literal, $family:ident, $read:ident, $response:ident, $compute:expr, $request:expr) => {{
        let request = $request;
        let expected = request.expected_nanoseconds();
        let answer = move || {
            let asked = wire::$family::$read(&request).expect("a good request");
            let outcome = $compute(&asked.inputs);
            std::hint::black_box(wire::$family::$response(&asked, &outcome));
        };
        Case { name: $name, measured: $measured, expected, answer: Box::new(answer) }
    }};
}

/// All of them; each is to be estimated within a factor of three.
#[rustfmt::skip]
pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        case!("Cahn, 10 streams", 2_600, break_even, required_revenue, required_revenue_response, |inputs| break_even::required_revenue(inputs).expect("it fits"), cahn(10, false)),
        case!("Cahn, 10 streams, explained", 18_000, break_even, required_revenue, required_revenue_response, |inputs| break_even::required_revenue(inputs).expect("it fits"), cahn(10, true)),
        case!("Cahn, 1000 streams", 100_000, break_even, required_revenue, required_revenue_response, |inputs| break_even::required_revenue(inputs).expect("it fits"), cahn(1000, false)),
        case!("depreciation, 5 years", 3_200, capex_roi, depreciation, depreciation_response, |inputs| depreciation::depreciation(inputs).expect("it fits"), written_off(5, false)),
        case!("depreciation, 1200 years, explained", 8_600_000, capex_roi, depreciation, depreciation_response, |inputs| depreciation::depreciation(inputs).expect("it fits"), written_off(1200, true)),
    ];
    for (periods, explain, name, measured) in [
        (6, false, "capex, 6 periods", 35_000_u64),
        (6, true, "capex, 6 periods, explained", 262_000),
        (1200, false, "capex, 1200 periods", 4_400_000),
        (1200, true, "capex, 1200 periods, explained", 33_000_000),
    ] {
        let case = case!("", 0, capex_roi, capex_roi, capex_roi_response, |inputs| capex_roi::capex_roi(inputs).expect("it fits"), built(periods, explain));
        cases.push(Case { name, measured, ..case });
    }
    for (periods, of, explain, name, measured) in [
        (6, Built::LossesCarriedForward, false, "capex, 6 periods, losses carried forward", 34_400_u64),
        (6, Built::LossesCarriedForward, true, "capex, 6 periods, losses carried forward, explained", 179_000),
        (1200, Built::LossesCarriedForward, false, "capex, 1200 periods, losses carried forward", 7_820_000),
        (1200, Built::LossesCarriedForward, true, "capex, 1200 periods, losses carried forward, explained", 33_600_000),
        (6, Built::Assets, false, "capex, 6 periods of 20 assets", 85_000),
        (6, Built::Assets, true, "capex, 6 periods of 20 assets, explained", 287_000),
        (1200, Built::Assets, false, "capex, 1200 periods of 20 assets", 16_200_000),
        (1200, Built::Assets, true, "capex, 1200 periods of 20 assets, explained", 50_000_000),
        (1200, Built::Everything, false, "capex, 1200 periods of everything", 21_600_000),
        (1200, Built::Everything, true, "capex, 1200 periods of everything, explained", 90_700_000),
    ] {
        let case = case!("", 0, capex_roi, capex_roi, capex_roi_response, |inputs| capex_roi::capex_roi(inputs).expect("it fits"), built_of(periods, of, explain));
        cases.push(Case { name, measured, ..case });
    }
    for (lines, growth, horizon, explain, name, measured) in [
        (10, 0, 12, false, "runway, 10 flat lines", 28_000_u64),
        (10, 2, 12, false, "runway, 10 lines growing by the year", 113_000),
        (200, 0, 1200, false, "runway, 200 flat lines, 1200 months", 538_000),
        (200, 1, 12, false, "runway, 200 growing lines", 480_000),
        (200, 2, 12, false, "runway, 200 lines growing by the year", 1_510_000),
        (200, 1, 1200, false, "runway, 200 growing lines, 1200 months", 16_500_000),
        (10, 0, 12, true, "runway, 10 flat lines, explained", 316_000),
        (200, 1, 1200, true, "runway, 200 growing lines, 1200 months, explained", 60_000_000),
    ] {
        let case = case!("", 0, runway, runway, runway_response, |inputs| runway::runway(inputs).expect("it fits"), lasting(lines, growth, horizon, explain));
        cases.push(Case { name, measured, ..case });
    }
    for (request, name, measured) in [
        (paid(listed(42, 1190), pb::PaymentTiming::Evenly), "runway, 49,980 listed amounts", 5_240_000_u64),
        (paid(lasting(10, 0, 12, false), pb::PaymentTiming::AtEnd), "runway, 10 lines paid at the month's end", 926_000),
        (paid(lasting(200, 1, 12, false), pb::PaymentTiming::AtStart), "runway, 200 growing lines paid at the month's start", 35_500_000),
        (earning(lasting(10, 0, 12, false)), "runway, 10 flat lines and interest", 1_600_000),
        (earning(lasting(200, 1, 12, false)), "runway, 200 growing lines and interest", 13_300_000),
    ] {
        let case = case!("", 0, runway, runway, runway_response, |inputs| runway::runway(inputs).expect("it fits"), request);
        cases.push(Case { name, measured, ..case });
    }
    for (flows, dated, explain, name, measured) in [
        (61, false, false, "present value, 61 months", 22_000_u64),
        (10_000, false, false, "present value, 10,000 months", 3_000_000),
        (10_000, true, false, "present value, 10,000 dates", 3_700_000),
        (10_000, true, true, "present value, 10,000 dates, explained", 18_800_000),
    ] {
        let request = pb::ComputeNetPresentValueRequest { currency_code: "USD".into(), cash_flows: series(flows, dated, 3), discount_rate: "0.0712345678901234567".into(), options: options(explain), ..Default::default() };
        let case = case!("", 0, cash_flow, net_present_value, net_present_value_response, |inputs| cash_flow::present_value(inputs).expect("it fits"), request);
        cases.push(Case { name, measured, ..case });
    }
    for (flows, dated, every, explain, name, measured) in [
        (60, false, usize::MAX, false, "internal rate, 60 flows, 1 sign change", 13_300_u64),
        (60, false, usize::MAX, true, "internal rate, 60 flows, 1 sign change, explained", 135_000),
        (60, false, 3, false, "internal rates, 60 flows, 40 sign changes", 19_900),
        (360, true, usize::MAX, false, "internal rate, 360 dates, 1 sign change", 184_000),
        (10_000, false, usize::MAX, false, "internal rate, 10,000 flows, 1 sign change", 2_000_000),
        (10_000, true, usize::MAX, true, "internal rate, 10,000 dates, 1 sign change, explained", 7_150_000),
        (10_000, true, 3, false, "internal rates, 10,000 dates, 6,666 sign changes", 23_100_000),
    ] {
        let request = pb::ComputeInternalRateOfReturnRequest { cash_flows: series(flows, dated, every), options: options(explain) };
        let find = |inputs: &cash_flow::CashFlows| cash_flow::internal_rates(&cash_flow::Series::of(inputs));
        let case = case!("", 0, cash_flow, internal_rate_of_return, internal_rate_of_return_response, find, request);
        cases.push(Case { name, measured, ..case });
    }
    for (flows, dated, explain, name, measured) in [
        (60, false, false, "modified rate, 60 flows", 21_000_u64),
        (10_000, true, false, "modified rate, 10,000 dates", 3_400_000),
        (10_000, false, true, "modified rate, 10,000 flows, explained", 16_400_000),
    ] {
        let request = pb::ComputeModifiedInternalRateOfReturnRequest { cash_flows: series(flows, dated, 3), finance_rate: "0.07".into(), reinvestment_rate: "0.05".into(), options: options(explain) };
        let case = case!("", 0, cash_flow, modified_internal_rate_of_return, modified_internal_rate_of_return_response, |inputs| cash_flow::modified_internal_rate(inputs).expect("it fits"), request);
        cases.push(Case { name, measured, ..case });
    }
    for (flows, discounted, explain, name, measured) in [
        (60, false, false, "payback, 60 flows", 13_600_u64),
        (10_000, false, false, "payback, 10,000 flows", 2_340_000),
        (10_000, true, false, "paybacks, 10,000 flows", 4_100_000),
        (10_000, true, true, "paybacks, 10,000 flows, explained", 16_500_000),
    ] {
        let request = pb::ComputePaybackRequest { cash_flows: series(flows, false, 3), discount_rate: discounted.then(|| "0.07".to_owned()).map(Into::into), options: options(explain) };
        let case = case!("", 0, cash_flow, payback, payback_response, |inputs| cash_flow::paybacks(inputs).expect("it fits"), request);
        cases.push(Case { name, measured, ..case });
    }
    for (states, alternatives, explain, name, measured) in [
        (3, 3, false, "regret, 3 × 3", 6_000_u64),
        (100, 1000, false, "regret, 100 × 1000", 35_000_000),
        (100, 1000, true, "regret, 100 × 1000, explained", 45_000_000),
    ] {
        let case = case!("", 0, decision, regret, regret_response, |inputs| decision::regret(inputs).expect("it fits"), regretted(states, alternatives, explain));
        cases.push(Case { name, measured, ..case });
    }
    for (years, explain, name, measured) in [
        (1, false, "implied growth, 1 year", 5_000_u64),
        (200, false, "implied growth, 200 years", 131_000),
        (200, true, "implied growth, 200 years, explained", 900_000),
    ] {
        let case = case!("", 0, valuation, implied_growth, implied_growth_response, |inputs| valuation::implied_growth(inputs).expect("it fits"), grown(years, explain));
        cases.push(Case { name, measured, ..case });
    }
    for (years, explain, name, measured) in [
        (1, false, "discounted value, 1 year", 4_200_u64),
        (200, false, "discounted value, 200 years", 110_000),
        (200, true, "discounted value, 200 years, explained", 600_000),
    ] {
        let case = case!("", 0, valuation, discounted_value, discounted_value_response, |inputs| valuation::discounted_value(inputs).expect("it fits"), discounted(years, explain));
        cases.push(Case { name, measured, ..case });
    }
    cases
}

pub fn regretted(states: usize, alternatives: usize, explain: bool) -> pb::ComputeRegretRequest {
    let state = |index: usize| pb::StateOfNature {
        name: format!("state {index}").into(),
        // Two of them share what comes, so that each may move.
        probability: Some(if index < 2 { "0.5" } else { "0" }.into()),
    };
    // Figures without an order.
    let payoff = |of: usize| format!("{}.25", (of * 7_919) % 999_983);
    let alternative = |index: usize| pb::Alternative {
        name: format!("alternative {index}").into(),
        payoffs: (0..states).map(|state| payoff(index * states + state)).map(Into::into).collect(),
    };
    pb::ComputeRegretRequest {
        states: (0..states).map(state).collect(),
        alternatives: (0..alternatives).map(alternative).collect(),
        options: options(explain),
        ..Default::default()
    }
}

pub fn grown(years: u32, explain: bool) -> pb::ComputeImpliedGrowthRequest {
    pb::ComputeImpliedGrowthRequest {
        currency_code: "USD".into(),
        enterprise_value: "3000e9".into(),
        free_cash_flow: "60e9".into(),
        discount_rate: "0.09".into(),
        growth_stage: Some(pb::GrowthStage { years, terminal_growth_rate: "0.03".into() }),
        options: options(explain),
    }
}

pub fn discounted(years: usize, explain: bool) -> pb::ComputeDiscountedValueRequest {
    pb::ComputeDiscountedValueRequest {
        currency_code: "USD".into(),
        free_cash_flows: (0..years).map(|year| format!("{}.25e9", 60 + year).into()).collect(),
        discount_rate: "0.09".into(),
        terminal: Some(pb::compute_discounted_value_request::Terminal::PerpetualGrowthRate("0.03".into())),
        net_debt: Some("-40e9".into()),
        shares_outstanding: Some("24.4e9".into()),
        share_price: Some("123".into()),
        timing: pb::CashFlowTiming::MidPeriod.into(),
        options: options(explain),
        ..Default::default()
    }
}

pub fn options(explain: bool) -> Option<pb::CalculationOptions> {
    Some(pb::CalculationOptions { explain, rounding: None })
}

pub fn cahn(streams: usize, explain: bool) -> pb::ComputeRequiredRevenueRequest {
    let stream = pb::RevenueStream { name: "Google".into(), annual_amount: "10e9".into() };
    pb::ComputeRequiredRevenueRequest {
        currency_code: "USD".into(),
        accelerator_revenue: "37.5e9".into(),
        accelerator_revenue_period: pb::Period::Quarter.into(),
        accelerator_cost_share: "0.5".into(),
        end_user_gross_margin: "0.5".into(),
        existing_revenue: vec![stream; streams],
        options: options(explain),
        ..Default::default()
    }
}

pub fn written_off(years: u32, explain: bool) -> pb::ComputeDepreciationRequest {
    let policy = pb::DepreciationPolicy {
        method: pb::DepreciationMethod::DoubleDecliningBalance.into(),
        useful_life_periods: years,
        salvage_ratio: Some("0.05".into()),
        ..Default::default()
    };
    pb::ComputeDepreciationRequest {
        currency_code: "USD".into(),
        cost: "123456789.987654321".into(),
        policy: Some(policy),
        options: options(explain),
    }
}

pub fn built(periods: u64, explain: bool) -> pb::ComputeCapexRoiRequest {
    let series = |first: u64| {
        (0..periods).map(|period| format!("{}.1234567890123456789", first + period * 77_777)).map(Into::into).collect()
    };
    pb::ComputeCapexRoiRequest {
        currency_code: "USD".into(),
        period: pb::Period::Month.into(),
        capital_expenditures: series(1_000_000),
        revenues: series(2_000_000),
        operating_costs: series(300_000),
        discount_rate: "0.0987654321".into(),
        tax_rate: Some("0.2123456789".into()),
        options: options(explain),
        ..Default::default()
    }
}

/// What an investment has beside its three series.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Built {
    LossesCarriedForward,
    Assets,
    Everything,
}

/// An investment whose losses are carried forward, which consists of 20 assets, or both, with a disposal and working capital.
pub fn built_of(periods: u64, of: Built, explain: bool) -> pb::ComputeCapexRoiRequest {
    let plain = built(periods, explain);
    let mut request = pb::ComputeCapexRoiRequest { period: pb::Period::Year.into(), ..plain.clone() };
    if of != Built::Assets {
        // Costs that rise and fall put kinks into the line of the value.
        let cost = |period: u64| format!("{}.5", 4_000_000 + (period * 7_919 % 13) * 400_000 + period * 60_000);
        request.operating_costs = (0..periods).map(cost).map(Into::into).collect();
        request.set_tax_losses(pb::TaxLosses::CarriedForward);
        request.loss_offset_limit_ratio = Some("0.8".into());
    }
    if of != Built::LossesCarriedForward {
        let methods = [
            pb::DepreciationMethod::StraightLine,
            pb::DepreciationMethod::DecliningBalanceSwitching,
            pb::DepreciationMethod::SumOfYearsDigits,
            pb::DepreciationMethod::MacrsMidQuarter,
            pb::DepreciationMethod::MacrsNonresidential,
        ];
        let asset = |index: usize| {
            let method = methods[index % methods.len()];
            let is_mid_month = method == pb::DepreciationMethod::MacrsNonresidential;
            let is_macrs = is_mid_month || method == pb::DepreciationMethod::MacrsMidQuarter;
            let mut depreciation = pb::DepreciationPolicy::default();
            depreciation.set_method(method);
            depreciation.useful_life_periods = if is_mid_month { 0 } else { 7 };
            depreciation.placed_in_service_month = is_macrs.then_some(5);
            depreciation.bonus_ratio = (!is_mid_month).then(|| "0.4".into());
            pb::CapexAsset {
                name: format!("asset {index}").into(),
                capital_expenditures: plain.capital_expenditures.clone(),
                depreciation: Some(depreciation),
            }
        };
        request.capital_expenditures = Vec::new();
        request.assets = (0..20).map(asset).collect();
    }
    if of == Built::Everything {
        request.disposal_proceeds = Some("1234567.89".into());
        request.net_working_capitals = (0..periods).map(|period| (500_000 + period * 1_000).to_string().into()).collect();
    }
    request
}

/// Lines that stay flat, grow by the month or by the year.
pub fn lasting(lines: u32, growth: u32, horizon_months: u32, explain: bool) -> pb::ComputeRunwayRequest {
    use pb::cash_line::Growth;
    let line = |index: u32| {
        let rate = format!("0.00{:03}", index * 7 % 200 + 1);
        let growth = match growth {
            0 => None,
            1 => Some(Growth::MonthlyGrowthRate(rate.into())),
            _ => Some(Growth::AnnualGrowthRate(rate.into())),
        };
        let amount = (1000 + index).to_string();
        pb::CashLine {
            name: "line".into(),
            amount: amount.into(),
            period: pb::Period::Month.into(),
            growth,
            ..Default::default()
        }
    };
    pb::ComputeRunwayRequest {
        currency_code: "USD".into(),
        cash_balance: Some(format!("{}", 40 * u64::from(lines)).into()),
        costs: (0..lines / 2).map(|index| line(2 * index + 1)).collect(),
        revenues: (0..lines / 2).map(|index| line(2 * index)).collect(),
        horizon_months,
        options: options(explain),
        ..Default::default()
    }
}

/// A runway whose costs and revenues are listed month by month, and cancel but for a little.
pub fn listed(lines: u32, months: u32) -> pb::ComputeRunwayRequest {
    let line = |index: u32| {
        let amounts = (0..months).map(|month| (1000 + index % 2 + month % 7).to_string().into()).collect();
        pb::CashLine { name: "line".into(), amounts, ..Default::default() }
    };
    pb::ComputeRunwayRequest {
        currency_code: "USD".into(),
        cash_balance: Some("1e6".into()),
        costs: (0..lines / 2).map(|_| line(1)).collect(),
        revenues: (0..lines / 2).map(line).collect(),
        ..Default::default()
    }
}

/// A runway whose lines are paid at another time.
pub fn paid(mut request: pb::ComputeRunwayRequest, timing: pb::PaymentTiming) -> pb::ComputeRunwayRequest {
    for line in request.costs.iter_mut().chain(&mut request.revenues) {
        line.timing = timing.into();
    }
    request.cash_balance = Some("1e9".into());
    request
}

/// A runway whose balance earns interest.
pub fn earning(mut request: pb::ComputeRunwayRequest) -> pb::ComputeRunwayRequest {
    request.interest_rate = Some("0.0371".into());
    request.cash_balance = Some("1e9".into());
    request
}

/// Flows of 28 digits, of which every so many is an outflow; the first is one in any case.
pub fn series(flows: usize, dated: bool, outflow_every: usize) -> Option<pb::CashFlows> {
    use pb::cash_flows::Schedule;
    let amount = |index: usize| {
        let is_outflow = index.is_multiple_of(outflow_every);
        let first = if index == 0 { flows.min(10_000) * 50_000_000 } else { 100_000_000 + index * 77_777 };
        format!("{}{first}.1234567890123456", if is_outflow { "-" } else { "" })
    };
    let schedule = if dated {
        let date = |index: usize| format!("{}-{:02}-{:02}", 1800 + index / 336, 1 + index / 28 % 12, 1 + index % 28);
        let flows =
            (0..flows).map(|index| pb::DatedCashFlow { date: date(index).into(), amount: amount(index).into() }).collect();
        Schedule::Dated(pb::DatedCashFlows { flows, day_count: 1 })
    } else {
        Schedule::Periodic(pb::PeriodicCashFlows {
            amounts: (0..flows).map(amount).map(Into::into).collect(),
            period: pb::Period::Month.into(),
        })
    };
    Some(pb::CashFlows { schedule: Some(schedule) })
}
