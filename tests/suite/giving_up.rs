//! Every model ends soon after nobody waits for its answer, from the message to the answer's message, at whatever stage it is.

use std::cell::Cell;
use std::rc::Rc;

use paydirt::engine::calculation::compute;
use paydirt::engine::{MODELS, model_number};
use paydirt::models::work::{Abandoned, LOOK_UNITS, UNIT_NANOSECONDS, done, within};
use paydirt::wire::cost::Cost;
use paydirt::wire::pb;
use paydirt::wire::pb::calculation::Model;
use paydirt_fuzzed::contract::CONTRACT;
use paydirt_fuzzed::seeds::SEEDS;
use prost_reflect::Value;

use super::cost::cases::{built, cahn, grown, lasting, options, regretted, series, written_off};

/// Half a millisecond of work.
const AFTER_MAX: u64 = 500_000 / UNIT_NANOSECONDS;

/// The request of each model that is expected to take longest among the presets and golden rows, explained.
fn longest_known() -> impl Iterator<Item = Model> {
    CONTRACT.models.iter().map(|model| {
        let explained = SEEDS.requests(&model.request()).expect("seeds").answered.iter().cloned().map(|mut request| {
            let options =
                request.get_field_by_name_mut("options").and_then(Value::as_message_mut).expect("every request has options");
            options.set_field_by_name("explain", Value::Bool(true));
            model.question(&request)
        });
        explained.max_by_key(Cost::expected_units).expect("a model has a preset")
    })
}

/// Long requests, explained; of rates two, as one sign change is found otherwise than many.
fn long_requests() -> Vec<Model> {
    let text = |text: &str| Some(text.into());
    let streams = cahn(1000, true).existing_revenue;
    vec![
        Model::RequiredRevenue(cahn(1000, true)),
        Model::ReturnRevenue(pb::ComputeReturnRevenueRequest {
            currency_code: "USD".into(),
            capital_expenditure: "300e9".into(),
            useful_life_years: "5.25".into(),
            gross_margin: text("0.5123456789"),
            hurdle: Some(pb::compute_return_revenue_request::Hurdle::RequiredReturn("0.1".into())),
            existing_revenue: streams,
            options: options(true),
            ..Default::default()
        }),
        Model::BreakEvenPoint(pb::ComputeBreakEvenPointRequest {
            currency_code: "USD".into(),
            fixed_costs: "10000".into(),
            contribution: Some(pb::compute_break_even_point_request::Contribution::Unit(pb::UnitEconomics {
                price: "50.7".into(),
                variable_cost: "20.3".into(),
            })),
            expected_revenue: text("25000"),
            options: options(true),
            ..Default::default()
        }),
        Model::Runway(lasting(200, 1, 1200, true)),
        Model::DefaultAlive(pb::ComputeDefaultAliveRequest {
            currency_code: "USD".into(),
            cash_balance: "30".into(),
            monthly_revenue: "100".into(),
            monthly_expenses: "121".into(),
            monthly_revenue_growth_rate: "0.0123".into(),
            monthly_expense_growth_rate: text("0.001"),
            options: options(true),
            ..Default::default()
        }),
        Model::CapexRoi(built(1200, true)),
        Model::Depreciation(written_off(1200, true)),
        Model::NetPresentValue(pb::ComputeNetPresentValueRequest {
            currency_code: "USD".into(),
            cash_flows: series(50_000, true, 3),
            discount_rate: "0.0712345678901234567".into(),
            options: options(true),
            ..Default::default()
        }),
        Model::InternalRateOfReturn(pb::ComputeInternalRateOfReturnRequest {
            cash_flows: series(50_000, true, 3),
            options: options(true),
        }),
        Model::InternalRateOfReturn(pb::ComputeInternalRateOfReturnRequest {
            cash_flows: series(50_000, false, usize::MAX),
            options: options(true),
        }),
        Model::ModifiedInternalRateOfReturn(pb::ComputeModifiedInternalRateOfReturnRequest {
            cash_flows: series(50_000, false, 3),
            finance_rate: "0.07".into(),
            reinvestment_rate: "0.05".into(),
            options: options(true),
        }),
        Model::Payback(pb::ComputePaybackRequest {
            cash_flows: series(50_000, false, 3),
            discount_rate: text("0.07"),
            options: options(true),
        }),
        Model::Regret(regretted(100, 1000, true)),
        Model::ShareCeiling(pb::ComputeShareCeilingRequest {
            current_share: "0.2".into(),
            market_growth_rate: text("0.05"),
            company_growth_rate: text("0.21"),
            target_sales_factor: text("10"),
            options: options(true),
            ..Default::default()
        }),
        Model::Rerating(pb::ComputeReratingRequest {
            starting_price_earnings_ratio: "82.3".into(),
            ending_price_earnings_ratio: "21.7".into(),
            years: "7.5".into(),
            given: Some(pb::compute_rerating_request::Given::EarningsGrowthRate("0.123".into())),
            options: options(true),
        }),
        Model::PriceChange(pb::ComputePriceChangeRequest {
            start_price: "82".into(),
            end_price: "8.2".into(),
            start_date: text("2000-03-27"),
            end_date: text("2002-10-08"),
            options: options(true),
            ..Default::default()
        }),
        Model::ImpliedGrowth(grown(200, true)),
        Model::RequiredMargin(pb::ComputeRequiredMarginRequest {
            price_to_sales: "20.123456789".into(),
            payback_years: 200,
            revenue_growth_rate: text("0.0123456789"),
            options: options(true),
        }),
    ]
}

/// The work that a model does after a look, from which on nobody waits; none where it ends before that. And all of its work.
fn after_look(model: &Model, number: u32) -> (Option<u64>, u64) {
    let (looks, at_look) = (Cell::new(0), Rc::new(Cell::new(None)));
    let noticed = Rc::clone(&at_look);
    let is_over = move || {
        looks.set(looks.get() + 1);
        let is_over = looks.get() >= number;
        if is_over {
            noticed.set(Some(done()));
        }
        is_over
    };
    let before = done();
    let answer = within(is_over, || compute(model));
    let whole = done() - before;
    match answer {
        Ok(answer) => assert!(answer.is_ok() && at_look.get().is_none(), "{:?}", answer.err()),
        Err(Abandoned) => assert!(at_look.get().is_some()),
    }
    (at_look.get().map(|at_look| whole - at_look), whole)
}

#[test]
fn every_model_gives_up_soon_after_nobody_waits() {
    let requests: Vec<Model> = long_requests().into_iter().chain(longest_known()).collect();
    for model in &requests {
        let name = MODELS[model_number(model)];
        // From the first look to one long after it: reading, computing, explaining and writing have their turns.
        for look in [1, 3, 10, 30, 100, 300] {
            let (after, whole) = after_look(model, look);
            match after {
                Some(after) => assert!(after < AFTER_MAX, "{name}: {after} units after look {look}"),
                None => {
                    // It has come to its end before the look was due.
                    assert!(
                        whole < u64::from(look) * LOOK_UNITS + AFTER_MAX,
                        "{name}: {whole} units, and fewer than {look} looks"
                    );
                    break;
                }
            }
        }
    }
}
