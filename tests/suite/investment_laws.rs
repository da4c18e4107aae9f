//! Laws of investments and of depreciation that hold for any input.

use paydirt::models::capex_roi::*;
use paydirt::models::depreciation::*;
use paydirt::models::input::*;
use proptest::prelude::*;
use rust_decimal::{Decimal, dec};

use crate::laws::{above_zero, close, fraction, thousandfold};

fn policy() -> impl Strategy<Value = DepreciationPolicy> {
    let method = prop::sample::select(vec![Method::StraightLine, Method::DoubleDecliningBalance, Method::SumOfYearsDigits]);
    let column = prop::sample::select(vec![3, 5, 7, 10, 15, 20]);
    prop_oneof![
        3 => (method, 1_u32..30, fraction()).prop_map(|(method, life, salvage)| DepreciationPolicy::OverLife {
            method,
            useful_life_periods: UsefulLife::new(life).expect("a life"),
            salvage_ratio: Margin::new(salvage),
        }),
        1 => column.prop_map(|years| DepreciationPolicy::Macrs(RecoveryPeriod::new(years).expect("a column"))),
    ]
}

fn terminal_value() -> impl Strategy<Value = Option<TerminalValue>> {
    prop_oneof![
        1 => Just(None),
        1 => (0_i64..1_000_000).prop_map(|amount| AnyDecimal::new(amount.into()).map(TerminalValue::Amount)),
        1 => (-9_000_i64..100).prop_map(|growth| Rate::new(Decimal::new(growth, 4)).map(|growth| TerminalValue::PerpetualGrowth { growth, net_cash_flow: None })),
        1 => (0_i64..100).prop_map(|multiple| AnyDecimal::new(Decimal::new(multiple, 1)).map(TerminalValue::ExitMultiple)),
    ]
}

/// An investment of up to 24 periods at 1.5 % to 50 %, which no growth above reaches.
fn investment() -> impl Strategy<Value = CapexRoiInputs> {
    let series = |least| prop::collection::vec((0_i64..1_000_000).prop_map(|amount| Decimal::new(amount, 2)), least..24);
    let period = prop::sample::select(vec![Period::Month, Period::Quarter, Period::HalfYear, Period::Year]);
    let timing = prop::option::of(prop::sample::select(vec![CashFlowTiming::EndOfPeriod, CashFlowTiming::MidPeriod]));
    let rates = (150_i64..5_000, 0_i64..=10_000, 1_i64..=10_000);
    (series(1), series(0), series(0), period, timing, rates, prop::option::of(policy()), terminal_value()).prop_map(
        |(mut spent, revenues, costs, period, timing, (discount, tax, margin), depreciation, terminal_value)| {
            spent[0] += dec!(0.01);
            let amounts = |series: Vec<Decimal>| -> Vec<NonNegative> {
                series.into_iter().map(|amount| NonNegative::new(amount).expect("0 or more")).collect()
            };
            CapexRoiInputs {
                period,
                capital_expenditures: Expenditures::new(amounts(spent)).expect("something is spent"),
                revenues: amounts(revenues),
                gross_margin: AtMostOne::new(Decimal::new(margin, 4)),
                operating_costs: amounts(costs),
                discount_rate: Rate::new(Decimal::new(discount, 4)).expect("above -1"),
                tax_rate: TaxRate::new(Decimal::new(tax, 4)),
                depreciation,
                terminal_value,
                timing,
                finance_rate: None,
                reinvestment_rate: None,
            }
        },
    )
}

proptest! {
    #[test]
    fn what_the_periods_are_worth_adds_up(inputs in investment()) {
        let Ok(answer) = capex_roi(&inputs) else { return Ok(()) };
        let largest = answer.periods.iter().map(|row| row.present_value.abs().max(row.cumulative_cash_flow.abs())).max().unwrap_or_default();
        let rounding = largest * dec!(1e-24) + dec!(1e-24);
        let total: Decimal = answer.periods.iter().map(|row| row.present_value).sum();
        prop_assert!((total - answer.net_present_value).abs() <= rounding, "{total} {}", answer.net_present_value);
        let last = answer.periods.last().expect("a period").cumulative_cash_flow;
        prop_assert!((last - answer.net_gain).abs() <= rounding, "{last} {}", answer.net_gain);
        prop_assert_eq!(answer.profitability_index < Decimal::ONE, answer.net_present_value < Decimal::ZERO);
        let gain = answer.total_net_inflow - answer.total_capital_expenditure;
        prop_assert!((gain - answer.net_gain).abs() <= rounding + answer.total_net_inflow.abs() * dec!(1e-24));
    }

    #[test]
    fn revenue_times_the_break_even_factor_is_worth_what_it_costs(inputs in investment()) {
        let Ok(CapexRoi { break_even_revenue_factor: Some(factor), .. }) = capex_roi(&inputs) else { return Ok(()) };
        // A revenue is 0 or more, and what is written has 28 digits.
        prop_assume!((Decimal::ZERO..dec!(1e6)).contains(&factor));
        let factor = factor.round_dp(12);
        let mut scaled = inputs.clone();
        scaled.revenues = inputs.revenues.iter().map(|revenue| NonNegative::new(revenue.get() * factor).expect("0 or more")).collect();
        let (before, after) = (capex_roi(&inputs).expect("it fits"), capex_roi(&scaled).expect("it fits"));
        let largest = before.periods.iter().chain(&after.periods).map(|row| row.present_value.abs().max(row.revenue)).max().unwrap_or_default();
        // Gordon multiplies what the factor's rounding leaves by at most 2,000.
        prop_assert!(after.net_present_value.abs() <= (largest + Decimal::ONE) * dec!(1e-7), "{factor} {}", after.net_present_value);
    }

    #[test]
    fn an_investment_in_cents_returns_what_one_in_thousands_does(inputs in investment()) {
        let mut scaled = inputs.clone();
        scaled.capital_expenditures = Expenditures::new(inputs.capital_expenditures.amounts().iter().map(|amount| thousandfold(*amount)).collect()).expect("something");
        scaled.revenues = inputs.revenues.iter().map(|amount| thousandfold(*amount)).collect();
        scaled.operating_costs = inputs.operating_costs.iter().map(|amount| thousandfold(*amount)).collect();
        if let Some(TerminalValue::Amount(amount)) = inputs.terminal_value {
            scaled.terminal_value = AnyDecimal::new(amount.get() * dec!(1000)).map(TerminalValue::Amount);
        }
        let (Ok(small), Ok(large)) = (capex_roi(&inputs), capex_roi(&scaled)) else { return Ok(()) };
        prop_assert_eq!(small.return_on_investment, large.return_on_investment);
        prop_assert_eq!(small.internal_rates_of_return, large.internal_rates_of_return);
        prop_assert_eq!(small.break_even_revenue_factor, large.break_even_revenue_factor);
        prop_assert_eq!(small.profitability_index, large.profitability_index);
    }

    #[test]
    fn what_is_depreciated_and_what_is_left_is_the_cost(cost in above_zero(), policy in policy()) {
        let years = depreciation(&DepreciationInputs { cost: Positive::new(cost).expect("above 0"), policy }).expect("it fits");
        let total: Decimal = years.iter().map(|year| year.depreciation).sum();
        let last = years.last().expect("a year").book_value;
        prop_assert!(close(total + last, cost, dec!(1e-25)), "{total} {last} {cost}");
        prop_assert!(years.windows(2).all(|pair| pair[1].book_value <= pair[0].book_value));
        match policy {
            DepreciationPolicy::Macrs(_) => prop_assert_eq!(last, Decimal::ZERO),
            DepreciationPolicy::OverLife { method, salvage_ratio, .. } => {
                let salvage = cost * salvage_ratio.expect("given").get();
                prop_assert!(last >= salvage, "{last} {salvage}");
                prop_assert!(method == Method::DoubleDecliningBalance || last == salvage, "{last} {salvage}");
            }
        }
    }
}
