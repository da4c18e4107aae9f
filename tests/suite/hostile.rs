//! Whatever comes in is answered or refused: no panic, no INTERNAL, no answer that breaks the client.

use paydirt::engine::Refused;
use paydirt::models::cash_flow;
use paydirt::wire::short_text::Text;
use paydirt::wire::{self, pb};
use proptest::prelude::*;
use prost::Message;
use serde_json::json;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::batch::BATCH;
use crate::golden::violations_of;
use crate::stream::stream;
use crate::support::SERVER;

const METHODS: [&str; 19] = [
    "paydirt.v1.BreakEvenService/ComputeRequiredRevenue",
    "paydirt.v1.BreakEvenService/ComputeReturnRevenue",
    "paydirt.v1.BreakEvenService/ComputeBreakEvenPoint",
    "paydirt.v1.RunwayService/ComputeRunway",
    "paydirt.v1.RunwayService/ComputeDefaultAlive",
    "paydirt.v1.CapexRoiService/ComputeCapexRoi",
    "paydirt.v1.CapexRoiService/ComputeDepreciation",
    "paydirt.v1.CashFlowService/ComputeNetPresentValue",
    "paydirt.v1.CashFlowService/ComputeInternalRateOfReturn",
    "paydirt.v1.CashFlowService/ComputeModifiedInternalRateOfReturn",
    "paydirt.v1.CashFlowService/ComputePayback",
    "paydirt.v1.DecisionService/ComputeRegret",
    "paydirt.v1.ValuationService/ComputeShareCeiling",
    "paydirt.v1.ValuationService/ComputeRerating",
    "paydirt.v1.ValuationService/ComputePriceChange",
    "paydirt.v1.ValuationService/ComputeImpliedGrowth",
    "paydirt.v1.ValuationService/ComputeRequiredMargin",
    "paydirt.v1.CalculationService/ListPresets",
    BATCH,
];

/// Decimals at the edges of everything, and texts that are none.
fn text() -> impl Strategy<Value = String> {
    let edges = prop::sample::select(vec![
        "0",
        "-0",
        "1",
        "-1",
        "0.5",
        "2",
        "12",
        "100",
        "1200",
        "1e-28",
        "-1e-28",
        "7.8e28",
        "-7.8e28",
        "7.9e28",
        "1e28",
        "0.9999999999999999999999999999",
        "-0.9999999999999999999999999999",
        "1.000000000000000000000000001",
        "1e-12",
        "78999999999999999999999999990",
        "0.3333333333333333333333333333",
        "150e9",
        "0.1",
        "-0.5",
        "-0.000001",
        "1e14",
    ]);
    prop_oneof![
        8 => edges.prop_map(str::to_owned),
        4 => (-1_000_000_000_i64..1_000_000_000, 0_u32..28).prop_map(|(mantissa, scale)| rust_decimal::Decimal::new(mantissa, scale).to_string()),
        1 => prop::sample::select(vec!["", "1,000", "NaN", "1e99999999999999999999", "--1", "٣", "1e-29", "\u{0}"]).prop_map(str::to_owned),
    ]
}

fn maybe() -> impl Strategy<Value = Option<String>> {
    prop::option::of(text())
}

fn code() -> impl Strategy<Value = String> {
    prop_oneof![20 => Just("USD".to_owned()), 1 => "[A-Z]{3}", 1 => Just(String::new())]
}

fn options() -> impl Strategy<Value = Option<pb::CalculationOptions>> {
    let rounding = (0_u32..30, -1_i32..6).prop_map(|(decimal_places, mode)| pb::Rounding {
        decimal_places,
        mode,
        ratio_decimal_places: None,
    });
    prop::option::of(
        (any::<bool>(), prop::option::of(rounding))
            .prop_map(|(explain, rounding)| pb::CalculationOptions { explain, rounding }),
    )
}

fn streams() -> impl Strategy<Value = Vec<pb::RevenueStream>> {
    prop::collection::vec(
        ("[a-z]{0,2}[a-z]", text())
            .prop_map(|(name, annual_amount)| pb::RevenueStream { name: name.into(), annual_amount: annual_amount.into() }),
        0..4,
    )
}

prop_compose! {
    fn required_revenue()(currency_code in code(), options in options(), existing_revenue in streams(), period in 0_i32..5,
        texts in prop::collection::vec(text(), 3), optional in prop::collection::vec(maybe(), 3)) -> pb::ComputeRequiredRevenueRequest {
        pb::ComputeRequiredRevenueRequest {
            currency_code: currency_code.into(), options, existing_revenue, accelerator_revenue_period: period,
            accelerator_revenue: texts[0].clone().into(), accelerator_cost_share: texts[1].clone().into(), end_user_gross_margin: texts[2].clone().into(),
            cloud_gross_margin: optional[0].clone().map(Into::into), payback_years: optional[1].clone().map(Into::into), paying_customers: optional[2].clone().map(Into::into),
        }
    }
}

prop_compose! {
    fn return_revenue()(currency_code in code(), options in options(), existing_revenue in streams(), hurdle in 0..4,
        texts in prop::collection::vec(text(), 3), optional in prop::collection::vec(maybe(), 3)) -> pb::ComputeReturnRevenueRequest {
        use pb::compute_return_revenue_request::Hurdle;
        pb::ComputeReturnRevenueRequest {
            currency_code: currency_code.into(), options, existing_revenue,
            capital_expenditure: texts[0].clone().into(), useful_life_years: texts[1].clone().into(),
            gross_margin: optional[0].clone().map(Into::into), annual_operating_cost: optional[1].clone().map(Into::into), paying_customers: optional[2].clone().map(Into::into),
            hurdle: match hurdle {
                0 => None,
                1 => Some(Hurdle::RequiredReturn(texts[2].clone().into())),
                2 => Some(Hurdle::ReturnOnInvestedCapital(texts[2].clone().into())),
                _ => Some(Hurdle::SustainableCapitalIntensity(texts[2].clone().into())),
            },
        }
    }
}

prop_compose! {
    fn break_even_point()(currency_code in code(), options in options(), contribution in 0..3,
        texts in prop::collection::vec(text(), 3), optional in prop::collection::vec(maybe(), 2)) -> pb::ComputeBreakEvenPointRequest {
        use pb::compute_break_even_point_request::Contribution;
        pb::ComputeBreakEvenPointRequest {
            currency_code: currency_code.into(), options, fixed_costs: texts[0].clone().into(),
            target_profit: optional[0].clone().map(Into::into), expected_revenue: optional[1].clone().map(Into::into),
            contribution: match contribution {
                0 => None,
                1 => Some(Contribution::ContributionMarginRatio(texts[1].clone().into())),
                _ => Some(Contribution::Unit(pb::UnitEconomics { price: texts[1].clone().into(), variable_cost: texts[2].clone().into() })),
            },
        }
    }
}

prop_compose! {
    fn cash_line()(name in "[a-z]{1,3}", amount in text(), period in 1_i32..4, growth in 0..4, rate in text(),
        first_month in prop_oneof![3 => 0_u32..20, 1 => any::<u32>()], last_month in prop_oneof![3 => Just(0_u32), 1 => 0_u32..1300], non_cash in any::<bool>()) -> pb::CashLine {
        use pb::cash_line::Growth;
        pb::CashLine {
            name: name.into(), amount: amount.into(), period, first_month, last_month, non_cash,
            growth: match growth { 0 => Some(Growth::MonthlyGrowthRate(rate.into())), 1 => Some(Growth::AnnualGrowthRate(rate.into())), _ => None },
        }
    }
}

prop_compose! {
    fn runway()(currency_code in code(), options in options(), optional in prop::collection::vec(maybe(), 3),
        as_of_date in prop::option::of(prop::sample::select(vec!["2024-01-31", "2023-02-29", "0001-01-01", "9898-12-31", "9999-12-31", "0000-01-01", "x"])),
        horizon_months in prop_oneof![5 => 0_u32..30, 1 => any::<u32>()], costs in prop::collection::vec(cash_line(), 0..4),
        revenues in prop::collection::vec(cash_line(), 0..4), include_ledger in any::<bool>(),
        events in prop::collection::vec((0_u32..1300, text()).prop_map(|(month, amount)| pb::CashEvent { name: "e".into(), month, amount: amount.into() }), 0..3)) -> pb::ComputeRunwayRequest {
        pb::ComputeRunwayRequest {
            currency_code: currency_code.into(), options, horizon_months, costs, revenues, events, include_ledger,
            cash_balance: optional[0].clone().map(Into::into), minimum_cash: optional[1].clone().map(Into::into), as_of_date: as_of_date.map(Into::into),
            net_new_annual_recurring_revenue: optional[2].clone().map(Into::into),
        }
    }
}

prop_compose! {
    fn default_alive()(currency_code in code(), options in options(), timing in -1_i32..5,
        texts in prop::collection::vec(text(), 4), growth in maybe()) -> pb::ComputeDefaultAliveRequest {
        pb::ComputeDefaultAliveRequest {
            currency_code: currency_code.into(), options, timing, cash_balance: texts[0].clone().into(), monthly_revenue: texts[1].clone().into(),
            monthly_expenses: texts[2].clone().into(), monthly_revenue_growth_rate: texts[3].clone().into(), monthly_expense_growth_rate: growth.map(Into::into),
        }
    }
}

prop_compose! {
    fn policy()(method in -1_i32..6, salvage_ratio in maybe(),
        useful_life_periods in prop_oneof![3 => prop::sample::select(vec![1_u32, 2, 3, 5, 7, 10, 15, 20]), 1 => 0_u32..1300, 1 => any::<u32>()]) -> pb::DepreciationPolicy {
        pb::DepreciationPolicy { method, useful_life_periods, salvage_ratio: salvage_ratio.map(Into::into) }
    }
}

fn texts_of(figures: Vec<String>) -> Vec<Text> {
    figures.into_iter().map(Into::into).collect()
}

fn cash_flows() -> impl Strategy<Value = Option<pb::CashFlows>> {
    use pb::cash_flows::Schedule;
    let amounts = prop_oneof![
        3 => prop::collection::vec(text(), 0..8),
        2 => prop::collection::vec((-1_000_i64..1_000).prop_map(|amount| amount.to_string()), 1..20),
    ];
    let periodic = (amounts, 0_i32..5)
        .prop_map(|(amounts, period)| Schedule::Periodic(pb::PeriodicCashFlows { amounts: texts_of(amounts), period }));
    let date = prop_oneof![
        6 => (1990_u32..2060, 1_u32..13, 1_u32..29).prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}")),
        1 => prop::sample::select(vec!["2024-01-31", "2024-02-29", "2023-02-29", "0001-01-01", "9898-12-31", "9999-12-31", "0000-01-01", "x", ""]).prop_map(str::to_owned),
    ];
    let flow = (date, prop_oneof![text(), (-1_000_i64..1_000).prop_map(|amount| amount.to_string())]);
    let flow = flow.prop_map(|(date, amount)| pb::DatedCashFlow { date: date.into(), amount: amount.into() });
    let dated = (prop::collection::vec(flow, 0..8), -1_i32..8)
        .prop_map(|(flows, day_count)| Schedule::Dated(pb::DatedCashFlows { flows, day_count }));
    let schedule = prop_oneof![4 => periodic.prop_map(Some), 4 => dated.prop_map(Some), 1 => Just(None)];
    prop_oneof![20 => schedule.prop_map(|schedule| Some(pb::CashFlows { schedule })), 1 => Just(None)]
}

prop_compose! {
    fn net_present_value()(currency_code in code(), options in options(), cash_flows in cash_flows(), discount_rate in text(),
        first_flow in -1_i32..4) -> pb::ComputeNetPresentValueRequest {
        pb::ComputeNetPresentValueRequest { currency_code: currency_code.into(), options, cash_flows, discount_rate: discount_rate.into(), first_flow }
    }
}

prop_compose! {
    fn capex_roi()(currency_code in code(), options in options(), period in 0_i32..4, timing in -1_i32..4, terminal in 0..5,
        capital_expenditures in prop::collection::vec(text(), 0..5), revenues in prop::collection::vec(text(), 0..6),
        operating_costs in prop::collection::vec(text(), 0..5), texts in prop::collection::vec(text(), 2),
        optional in prop::collection::vec(maybe(), 4), depreciation in prop::option::of(policy())) -> pb::ComputeCapexRoiRequest {
        use pb::compute_capex_roi_request::TerminalValue;
        pb::ComputeCapexRoiRequest {
            currency_code: currency_code.into(), options, period, timing, depreciation,
            capital_expenditures: texts_of(capital_expenditures), revenues: texts_of(revenues), operating_costs: texts_of(operating_costs),
            discount_rate: texts[0].clone().into(), gross_margin: optional[0].clone().map(Into::into), tax_rate: optional[1].clone().map(Into::into),
            finance_rate: optional[2].clone().map(Into::into), reinvestment_rate: optional[3].clone().map(Into::into),
            terminal_value: match terminal {
                0 => Some(TerminalValue::TerminalAmount(texts[1].clone().into())),
                1 => Some(TerminalValue::PerpetualGrowthRate(texts[1].clone().into())),
                2 => Some(TerminalValue::ExitMultiple(texts[1].clone().into())),
                _ => None,
            },
        }
    }
}

prop_compose! {
    fn internal_rate()(options in options(), cash_flows in cash_flows()) -> pb::ComputeInternalRateOfReturnRequest {
        pb::ComputeInternalRateOfReturnRequest { cash_flows, options }
    }
}

prop_compose! {
    fn depreciation()(currency_code in code(), options in options(), cost in text(), policy in prop::option::of(policy())) -> pb::ComputeDepreciationRequest {
        pb::ComputeDepreciationRequest { currency_code: currency_code.into(), options, cost: cost.into(), policy }
    }
}

prop_compose! {
    fn modified_rate()(options in options(), cash_flows in cash_flows(), finance_rate in text(), reinvestment_rate in text())
        -> pb::ComputeModifiedInternalRateOfReturnRequest {
        pb::ComputeModifiedInternalRateOfReturnRequest { cash_flows, finance_rate: finance_rate.into(), reinvestment_rate: reinvestment_rate.into(), options }
    }
}

prop_compose! {
    fn payback()(options in options(), cash_flows in cash_flows(), discount_rate in maybe()) -> pb::ComputePaybackRequest {
        pb::ComputePaybackRequest { cash_flows, discount_rate: discount_rate.map(Into::into), options }
    }
}

prop_compose! {
    fn regret()(currency_code in prop::option::of(code()), options in options(), optimism in maybe(), count in 0_usize..5,
        probabilities in prop_oneof![Just(None), prop::collection::vec(maybe(), 5).prop_map(Some), Just(Some(vec![Some("0.25".to_owned()); 5]))],
        names in prop::collection::vec("[a-z]{0,2}", 5),
        alternatives in prop::collection::vec(("[a-d]{0,3}", prop::collection::vec(text(), 0..6), any::<bool>()), 0..5)) -> pb::ComputeRegretRequest {
        let state = |index: usize| pb::StateOfNature {
            name: names[index].clone().into(), probability: probabilities.as_ref().and_then(|probabilities| probabilities[index].clone()).map(Into::into),
        };
        pb::ComputeRegretRequest {
            currency_code: currency_code.map(Into::into), options, optimism: optimism.map(Into::into), states: (0..count).map(state).collect(),
            alternatives: alternatives.into_iter().map(|(name, mut payoffs, is_whole)| {
                if is_whole { payoffs.resize(count, "7.8e28".to_owned()) }
                pb::Alternative { name: name.into(), payoffs: texts_of(payoffs) }
            }).collect(),
        }
    }
}

prop_compose! {
    fn share_ceiling()(current_share in text(), options in options(), optional in prop::collection::vec(maybe(), 4)) -> pb::ComputeShareCeilingRequest {
        pb::ComputeShareCeilingRequest {
            current_share: current_share.into(), options, maximum_share: optional[0].clone().map(Into::into), market_growth_rate: optional[1].clone().map(Into::into),
            company_growth_rate: optional[2].clone().map(Into::into), target_sales_factor: optional[3].clone().map(Into::into),
        }
    }
}

prop_compose! {
    fn rerating()(options in options(), texts in prop::collection::vec(text(), 4), given in 0..3) -> pb::ComputeReratingRequest {
        use pb::compute_rerating_request::Given;
        pb::ComputeReratingRequest {
            options, starting_price_earnings_ratio: texts[0].clone().into(), ending_price_earnings_ratio: texts[1].clone().into(), years: texts[2].clone().into(),
            given: match given {
                0 => None,
                1 => Some(Given::EarningsGrowthRate(texts[3].clone().into())),
                _ => Some(Given::PriceFactor(texts[3].clone().into())),
            },
        }
    }
}

fn date() -> impl Strategy<Value = Option<String>> {
    let dates = vec!["2024-01-30", "2024-01-31", "2024-02-29", "2023-02-29", "0001-01-01", "9898-12-31", "9999-12-31", "x", ""];
    prop::option::of(prop::sample::select(dates).prop_map(str::to_owned))
}

prop_compose! {
    fn price_change()(options in options(), start_price in text(), end_price in text(), start_date in date(), end_date in date(), day_count in -1_i32..8)
        -> pb::ComputePriceChangeRequest {
        pb::ComputePriceChangeRequest { options, start_price: start_price.into(), end_price: end_price.into(), start_date: start_date.map(Into::into), end_date: end_date.map(Into::into), day_count }
    }
}

prop_compose! {
    fn implied_growth()(currency_code in code(), options in options(), texts in prop::collection::vec(text(), 3),
        stage in prop::option::of((prop_oneof![4 => 0_u32..202, 1 => any::<u32>()], text()))) -> pb::ComputeImpliedGrowthRequest {
        pb::ComputeImpliedGrowthRequest {
            currency_code: currency_code.into(), options, enterprise_value: texts[0].clone().into(), free_cash_flow: texts[1].clone().into(), discount_rate: texts[2].clone().into(),
            growth_stage: stage.map(|(years, terminal_growth_rate)| pb::GrowthStage { years, terminal_growth_rate: terminal_growth_rate.into() }),
        }
    }
}

prop_compose! {
    fn required_margin()(options in options(), price_to_sales in text(), payback_years in prop_oneof![4 => 0_u32..202, 1 => any::<u32>()],
        revenue_growth_rate in maybe()) -> pb::ComputeRequiredMarginRequest {
        pb::ComputeRequiredMarginRequest { options, price_to_sales: price_to_sales.into(), payback_years, revenue_growth_rate: revenue_growth_rate.map(Into::into) }
    }
}

/// Answered, or refused as the caller's mistake within the limits of a trailer.
fn is_civil<T: Message>(answer: Result<T, Refused>) -> Result<(), TestCaseError> {
    match answer {
        Ok(answer) => {
            let bytes = answer.encode_to_vec();
            let no_negative_zero = !bytes.windows(4).any(|window| window == [2, b'-', b'0', 0]);
            prop_assert!(no_negative_zero);
        }
        Err(refused) => {
            let status = Status::from(refused);
            prop_assert_eq!(status.code(), Code::InvalidArgument, "{:?}", status);
            prop_assert!(status.details().len() <= 4096);
            prop_assert!(!violations_of(&status).is_empty());
            let info = status.get_details_error_info().expect("a refusal says who refuses");
            prop_assert_eq!(info.domain.as_str(), "paydirt");
            let is_upper_snake =
                |reason: &str| !reason.is_empty() && reason.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
            prop_assert!(
                is_upper_snake(&info.reason) && violations_of(&status).iter().all(|(_, reason)| is_upper_snake(reason))
            );
        }
    }
    Ok(())
}

macro_rules! answer {
    ($family:ident, $method:ident, $response:ident, $request:expr) => {
        answer!($family, $family, $method, $response, $request)
    };
    ($family:ident, $models:ident, $method:ident, $response:ident, $request:expr) => {{
        let answer = || {
            let asked = wire::$family::$method(&$request)?;
            let outcome = paydirt::models::$models::$method(&asked.inputs)?;
            Ok(wire::$family::$response(&asked, &outcome))
        };
        is_civil(answer())
    }};
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_required_revenue_request_panics(request in required_revenue()) {
        answer!(break_even, required_revenue, required_revenue_response, request)?;
    }

    #[test]
    fn no_return_revenue_request_panics(request in return_revenue()) {
        answer!(break_even, return_revenue, return_revenue_response, request)?;
    }

    #[test]
    fn no_break_even_point_request_panics(request in break_even_point()) {
        answer!(break_even, break_even_point, break_even_point_response, request)?;
    }

    #[test]
    fn no_runway_request_panics(request in runway()) {
        answer!(runway, runway, runway_response, request)?;
    }

    #[test]
    fn no_default_alive_request_panics(request in default_alive()) {
        answer!(runway, default_alive, default_alive_response, request)?;
    }

    #[test]
    fn no_capex_roi_request_panics(request in capex_roi()) {
        answer!(capex_roi, capex_roi, capex_roi_response, request)?;
    }

    #[test]
    fn no_depreciation_request_panics(request in depreciation()) {
        answer!(capex_roi, depreciation, depreciation, depreciation_response, request)?;
    }

    #[test]
    fn no_net_present_value_request_panics(request in net_present_value()) {
        is_civil((|| {
            let asked = wire::cash_flow::net_present_value(&request)?;
            Ok(wire::cash_flow::net_present_value_response(&asked, &cash_flow::present_value(&asked.inputs)?))
        })())?;
    }

    #[test]
    fn no_internal_rate_request_panics(request in internal_rate()) {
        is_civil((|| {
            let asked = wire::cash_flow::internal_rate_of_return(&request)?;
            let outcome = cash_flow::internal_rates(&cash_flow::Series::of(&asked.inputs));
            Ok(wire::cash_flow::internal_rate_of_return_response(&asked, &outcome))
        })())?;
    }

    #[test]
    fn no_modified_rate_request_panics(request in modified_rate()) {
        is_civil((|| {
            let asked = wire::cash_flow::modified_internal_rate_of_return(&request)?;
            let outcome = cash_flow::modified_internal_rate(&asked.inputs)?;
            Ok(wire::cash_flow::modified_internal_rate_of_return_response(&asked, &outcome))
        })())?;
    }

    #[test]
    fn no_payback_request_panics(request in payback()) {
        is_civil((|| {
            let asked = wire::cash_flow::payback(&request)?;
            Ok(wire::cash_flow::payback_response(&asked, &cash_flow::paybacks(&asked.inputs)?))
        })())?;
    }

    #[test]
    fn no_regret_request_panics(request in regret()) {
        answer!(decision, regret, regret_response, request)?;
    }

    #[test]
    fn no_share_ceiling_request_panics(request in share_ceiling()) {
        answer!(valuation, share_ceiling, share_ceiling_response, request)?;
    }

    #[test]
    fn no_rerating_request_panics(request in rerating()) {
        answer!(valuation, rerating, rerating_response, request)?;
    }

    #[test]
    fn no_price_change_request_panics(request in price_change()) {
        answer!(valuation, price_change, price_change_response, request)?;
    }

    #[test]
    fn no_implied_growth_request_panics(request in implied_growth()) {
        answer!(valuation, implied_growth, implied_growth_response, request)?;
    }

    #[test]
    fn no_required_margin_request_panics(request in required_margin()) {
        answer!(valuation, required_margin, required_margin_response, request)?;
    }
}

#[test]
fn no_bytes_whatsoever_are_answered_with_internal() {
    let client = SERVER.client();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 300, ..ProptestConfig::default() });
    let bytes = prop::collection::vec(any::<u8>(), 0..200);
    let requests = prop_oneof![
        bytes,
        runway().prop_map(|request| request.encode_to_vec()),
        default_alive().prop_map(|request| request.encode_to_vec()),
        capex_roi().prop_map(|request| request.encode_to_vec()),
        net_present_value().prop_map(|request| request.encode_to_vec()),
        payback().prop_map(|request| request.encode_to_vec()),
        regret().prop_map(|request| request.encode_to_vec()),
        implied_growth().prop_map(|request| request.encode_to_vec())
    ];
    runner
        .run(&(requests, 0..METHODS.len()), |(request, method)| {
            if let Err(status) = client.call_with_bytes(METHODS[method], request) {
                prop_assert_eq!(status.code(), Code::InvalidArgument, "{:?}", status);
            }
            Ok(())
        })
        .expect("no request is answered with INTERNAL");
}

#[test]
fn an_empty_request_names_every_missing_field() {
    let client = SERVER.client();
    let missing = |method: &str| {
        let status = client.call(method, &json!({})).expect_err("something is required");
        violations_of(&status).into_iter().map(|(field, reason)| format!("{field} {reason}")).collect::<Vec<_>>()
    };
    assert_eq!(
        missing(METHODS[0]),
        [
            "accelerator_cost_share REQUIRED",
            "accelerator_revenue REQUIRED",
            "accelerator_revenue_period REQUIRED",
            "currency_code REQUIRED",
            "end_user_gross_margin REQUIRED"
        ]
    );
    assert_eq!(
        missing(METHODS[1]),
        ["capital_expenditure REQUIRED", "currency_code REQUIRED", "hurdle REQUIRED", "useful_life_years REQUIRED"]
    );
    assert_eq!(missing(METHODS[2]), ["contribution REQUIRED", "currency_code REQUIRED", "fixed_costs REQUIRED"]);
    assert_eq!(missing(METHODS[3]), ["currency_code REQUIRED"]);
    assert_eq!(
        missing(METHODS[4]),
        [
            "cash_balance REQUIRED",
            "currency_code REQUIRED",
            "monthly_expenses REQUIRED",
            "monthly_revenue REQUIRED",
            "monthly_revenue_growth_rate REQUIRED"
        ]
    );
    assert_eq!(
        missing(METHODS[5]),
        ["capital_expenditures REQUIRED", "currency_code REQUIRED", "discount_rate REQUIRED", "period REQUIRED"]
    );
    assert_eq!(missing(METHODS[6]), ["cost REQUIRED", "currency_code REQUIRED", "policy REQUIRED"]);
    assert_eq!(missing(METHODS[7]), ["cash_flows REQUIRED", "currency_code REQUIRED", "discount_rate REQUIRED"]);
    assert_eq!(missing(METHODS[8]), ["cash_flows REQUIRED"]);
    assert_eq!(missing(METHODS[9]), ["cash_flows REQUIRED", "finance_rate REQUIRED", "reinvestment_rate REQUIRED"]);
    assert_eq!(missing(METHODS[10]), ["cash_flows REQUIRED"]);
    assert_eq!(missing(METHODS[11]), ["alternatives REQUIRED", "states REQUIRED"]);
    assert_eq!(missing(METHODS[12]), ["current_share REQUIRED"]);
    assert_eq!(
        missing(METHODS[13]),
        ["ending_price_earnings_ratio REQUIRED", "given REQUIRED", "starting_price_earnings_ratio REQUIRED", "years REQUIRED"]
    );
    assert_eq!(missing(METHODS[14]), ["end_price REQUIRED", "start_price REQUIRED"]);
    assert_eq!(
        missing(METHODS[15]),
        ["currency_code REQUIRED", "discount_rate REQUIRED", "enterprise_value REQUIRED", "free_cash_flow REQUIRED"]
    );
    assert_eq!(missing(BATCH), ["calculations REQUIRED"]);
    assert_eq!(missing(METHODS[16]), ["payback_years REQUIRED", "price_to_sales REQUIRED"]);
}

#[test]
fn a_thousand_bad_fields_make_a_small_refusal_that_says_how_many_more() {
    let streams: Vec<_> = (0..1000).map(|_| json!({"name": "", "annual_amount": "\u{1F600}".repeat(60)})).collect();
    let request = json!({"currency_code": "USD", "accelerator_revenue": "1", "accelerator_revenue_period": "PERIOD_YEAR",
        "accelerator_cost_share": "1", "end_user_gross_margin": "0", "existing_revenue": streams});
    let status = SERVER.client().call(METHODS[0], &request).expect_err("nothing of it is readable");
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
    let status = client.call(METHODS[3], &request).expect_err("too many");
    let expected = ["costs", "events", "revenues"].map(|field| (field.to_owned(), "TOO_MANY_ITEMS".to_owned()));
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
        refused(METHODS[10], json!({"cash_flows": dated, "discount_rate": "-1"})),
        [
            "cash_flows.dated.day_count ENUM_UNKNOWN",
            "cash_flows.dated.flows[0].date REQUIRED",
            "cash_flows.dated.flows[1].amount REQUIRED",
            "cash_flows.dated.flows[1].date DATE_MALFORMED",
            "cash_flows.dated.flows[2].amount DECIMAL_MALFORMED",
            "cash_flows.dated.flows[2].date OUT_OF_RANGE",
            "discount_rate OUT_OF_RANGE"
        ]
    );
    assert_eq!(
        refused(METHODS[8], json!({"cash_flows": {"periodic": {}}})),
        ["cash_flows.periodic.amounts REQUIRED", "cash_flows.periodic.period REQUIRED"]
    );
    assert_eq!(refused(METHODS[8], json!({"cash_flows": {"dated": {}}})), ["cash_flows.dated.flows REQUIRED"]);
    let one = json!({"dated": {"flows": [{"date": "2024-01-01", "amount": "1"}]}});
    assert_eq!(
        refused(
            METHODS[7],
            json!({"currency_code": "USD", "cash_flows": one, "discount_rate": "0", "first_flow": "FIRST_FLOW_ONE_PERIOD"})
        ),
        ["first_flow NOT_APPLICABLE"]
    );
    let many = json!({"periodic": {"period": "PERIOD_YEAR", "amounts": vec!["1"; 10_001]}});
    assert_eq!(refused(METHODS[8], json!({"cash_flows": many})), ["cash_flows.periodic.amounts TOO_MANY_ITEMS"]);
}

#[test]
fn rounding_reaches_rates_and_times() {
    let client = SERVER.client();
    let periodic = json!({"periodic": {"period": "PERIOD_QUARTER", "amounts": ["-100", "10", "130"]}});
    let options = json!({"rounding": {"decimal_places": 3, "mode": "ROUNDING_MODE_UP"}});
    let call = |method: usize, mut request: serde_json::Value| {
        request["cash_flows"] = periodic.clone();
        request["options"] = options.clone();
        client.call(METHODS[method], &request).expect("a good request")
    };
    // (130 + 10 × 1.21^(1/4)) / 100 = 1.40488..., squared 1.97369...; its root 1.18527...
    let rate = call(9, json!({"finance_rate": "0.1", "reinvestment_rate": "0.21"}));
    assert_eq!(rate["modified_internal_rate_of_return"], json!({"annual": "0.974", "per_period": "0.186"}));
    // (1 + 90/130) / 4 = 0.42307...
    assert_eq!(call(10, json!({}))["payback"], json!({"years": "0.424"}));
    let value = call(7, json!({"currency_code": "USD", "discount_rate": "0.21"}));
    assert_eq!(value["rate_per_period"], "0.049");
}

#[test]
fn a_message_above_four_mebibytes_exhausts_a_resource() {
    let mut request =
        pb::ComputeRequiredRevenueRequest { currency_code: "U".repeat(4 * 1024 * 1024).into(), ..Default::default() };
    let client = SERVER.client();
    let status = client.call_with_bytes(METHODS[0], request.encode_to_vec()).expect_err("too large");
    assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
    request.currency_code = "U".repeat(4 * 1024 * 1024 - 100).into();
    let status = client.call_with_bytes(METHODS[0], request.encode_to_vec()).expect_err("no currency");
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    assert!(status.message().len() < 300, "{} bytes", status.message().len());
}

#[test]
fn a_message_that_would_fill_the_memory_is_refused_before_it_does() {
    use pb::cash_flows::Schedule;
    let reason = |method: usize, bytes: Vec<u8>| {
        assert!(bytes.len() < 4 * 1024 * 1024, "{} bytes are too many for another reason", bytes.len());
        let status = SERVER.client().call_with_bytes(METHODS[method], bytes).expect_err("too much");
        assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
        status.get_details_error_info().expect("a refusal says why").reason
    };
    let flows = pb::PeriodicCashFlows { amounts: vec!["1".into(); 1_000_000], period: 1 };
    let cash_flows = Some(pb::CashFlows { schedule: Some(Schedule::Periodic(flows)) });
    let request = pb::ComputeInternalRateOfReturnRequest { cash_flows, options: None };
    assert_eq!(reason(8, request.encode_to_vec()), "TOO_MANY_FIELDS");
    // Two million costs, of two bytes each: the key of field 6, and a length of 0.
    assert_eq!(reason(3, [6 << 3 | 2, 0].repeat(2_000_000)), "TOO_MANY_FIELDS");
    assert_eq!(reason(3, vec![0xff]), "MESSAGE_MALFORMED");
}

/// A calculation of any model, of fields that are drawn as above.
fn any_model() -> impl Strategy<Value = Option<pb::calculation::Model>> {
    use pb::calculation::Model;
    prop_oneof![
        Just(None),
        required_revenue().prop_map(|request| Some(Model::RequiredRevenue(request))),
        return_revenue().prop_map(|request| Some(Model::ReturnRevenue(request))),
        break_even_point().prop_map(|request| Some(Model::BreakEvenPoint(request))),
        runway().prop_map(|request| Some(Model::Runway(request))),
        default_alive().prop_map(|request| Some(Model::DefaultAlive(request))),
        capex_roi().prop_map(|request| Some(Model::CapexRoi(request))),
        depreciation().prop_map(|request| Some(Model::Depreciation(request))),
        net_present_value().prop_map(|request| Some(Model::NetPresentValue(request))),
        internal_rate().prop_map(|request| Some(Model::InternalRateOfReturn(request))),
        modified_rate().prop_map(|request| Some(Model::ModifiedInternalRateOfReturn(request))),
        payback().prop_map(|request| Some(Model::Payback(request))),
        regret().prop_map(|request| Some(Model::Regret(request))),
        share_ceiling().prop_map(|request| Some(Model::ShareCeiling(request))),
        rerating().prop_map(|request| Some(Model::Rerating(request))),
        price_change().prop_map(|request| Some(Model::PriceChange(request))),
        implied_growth().prop_map(|request| Some(Model::ImpliedGrowth(request))),
        required_margin().prop_map(|request| Some(Model::RequiredMargin(request))),
    ]
}

#[test]
fn any_batch_and_any_stream_is_answered_item_by_item() {
    let client = SERVER.client();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 100, ..ProptestConfig::default() });
    let is_civil = |outcome: Option<&pb::CalculationOutcome>| match outcome.and_then(|outcome| outcome.result.as_ref()) {
        Some(pb::calculation_outcome::Result::Answer(answer)) => answer.model.is_some(),
        Some(pb::calculation_outcome::Result::Error(error)) => {
            error.code == 3 && !error.reason.is_empty() && !error.field_violations.is_empty()
        }
        None => false,
    };
    runner
        .run(&prop::collection::vec(any_model(), 1..60), |models| {
            let calculations: Vec<_> = models.into_iter().map(|model| pb::Calculation { model }).collect();
            let count = calculations.len();
            let messages = calculations.iter().enumerate().map(|(id, calculation)| {
                let request =
                    pb::StreamCalculationsRequest { correlation_id: id as u64, calculation: Some(calculation.clone()) };
                request.encode_to_vec()
            });
            let streamed = stream(&client, messages.collect());
            prop_assert_eq!((streamed.status.code(), streamed.answered()), (Code::Ok, count as u64));
            let batch = pb::BatchCalculationsRequest { calculations }.encode_to_vec();
            let batch = client.call_with_bytes(BATCH, batch).expect("a batch is answered");
            let batch = pb::BatchCalculationsResponse::decode(&*batch).expect("an answer");
            prop_assert_eq!(batch.outcomes.len(), count);
            for (outcome, of_stream) in batch.outcomes.iter().zip(streamed.decoded()) {
                prop_assert!(is_civil(Some(outcome)), "{:?}", outcome);
                prop_assert_eq!(Some(outcome), of_stream.outcome.as_ref());
            }
            Ok(())
        })
        .expect("every item has its outcome");
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
