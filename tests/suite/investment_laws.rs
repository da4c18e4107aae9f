//! Laws of investments and of depreciation that hold for any input.

use paydirt::models::capex_roi::*;
use paydirt::models::cash_flow::{RateStatus, internal_rates, worth_at};
use paydirt::models::depreciation::*;
use paydirt::models::input::*;
use paydirt::models::number::{Exact, Number};
use proptest::prelude::*;
use rust_decimal::{Decimal, dec};

use crate::laws::{above_zero, close, fraction, thousandfold};

fn column() -> impl Strategy<Value = MacrsColumn> {
    let month = (1_u32..=12).prop_map(|month| ServiceMonth::new(month).expect("a month"));
    let period =
        prop::sample::select(vec![3, 5, 7, 10, 15, 20]).prop_map(|years| RecoveryPeriod::new(years).expect("a column"));
    (0_u8..4, period, month).prop_map(|(table, period, month)| match table {
        0 => MacrsColumn::HalfYear(period),
        1 => MacrsColumn::MidQuarter(period, month),
        2 => MacrsColumn::Residential(month),
        _ => MacrsColumn::Nonresidential(month),
    })
}

fn policy() -> impl Strategy<Value = DepreciationPolicy> {
    let declining = (prop::option::of(1_i64..1_000), any::<bool>()).prop_map(|(factor, is_switching)| {
        Method::DecliningBalance { factor: factor.and_then(|factor| Positive::new(Decimal::new(factor, 2))), is_switching }
    });
    let method = prop_oneof![Just(Method::StraightLine), declining, Just(Method::SumOfYearsDigits)];
    let bonus = || prop::option::of(fraction().prop_map(|bonus| Fraction::new(bonus).expect("0 up to 1")));
    prop_oneof![
        3 => (method, 1_u32..30, fraction(), bonus()).prop_map(|(method, life, salvage, bonus_ratio)| DepreciationPolicy::OverLife {
            method,
            useful_life_periods: UsefulLife::new(life).expect("a life"),
            salvage: Margin::new(salvage).map(Salvage::Ratio),
            bonus_ratio,
        }),
        1 => (column(), bonus()).prop_map(|(column, bonus_ratio)| DepreciationPolicy::Macrs { column, bonus_ratio }),
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

fn tax_losses() -> impl Strategy<Value = Option<TaxLosses>> {
    prop_oneof![
        1 => Just(None),
        1 => (1_i64..=100).prop_map(|limit| Some(TaxLosses::CarriedForward { offset_limit: Share::new(Decimal::new(limit, 2)) })),
    ]
}

/// An investment of up to 24 periods at 1.5 % to 50 %, which no growth above reaches.
fn investment() -> impl Strategy<Value = CapexRoiInputs> {
    let series = |least| prop::collection::vec((0_i64..1_000_000).prop_map(|amount| Decimal::new(amount, 2)), least..24);
    let period = prop::sample::select(vec![Period::Month, Period::Quarter, Period::HalfYear, Period::Year]);
    let timing = prop::option::of(prop::sample::select(vec![CashFlowTiming::EndOfPeriod, CashFlowTiming::MidPeriod]));
    let rates = (150_i64..5_000, 0_i64..=10_000, 1_i64..=10_000);
    let ending = (prop::option::of(0_i64..1_000_000), prop::collection::vec(-1_000_000_i64..1_000_000, 0..24));
    let taxes = (prop::option::of(policy()), tax_losses(), ending);
    (series(1), series(0), series(0), period, timing, rates, taxes, terminal_value()).prop_map(
        |(
            mut spent,
            revenues,
            costs,
            period,
            timing,
            (discount, tax, margin),
            (depreciation, tax_losses, (proceeds, levels)),
            terminal_value,
        )| {
            spent[0] += dec!(0.01);
            let amounts = |series: Vec<Decimal>| -> Vec<NonNegative> {
                series.into_iter().map(|amount| NonNegative::new(amount).expect("0 or more")).collect()
            };
            let ends = !matches!(terminal_value, Some(TerminalValue::PerpetualGrowth { .. } | TerminalValue::ExitMultiple(_)));
            let proceeds = proceeds.filter(|_| ends && depreciation.is_some());
            CapexRoiInputs {
                period,
                capital_expenditures: Expenditures::new(amounts(spent)),
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
                tax_losses,
                disposal_proceeds: proceeds.and_then(|amount| NonNegative::new(Decimal::new(amount, 2))),
                net_working_capitals: levels.into_iter().filter_map(|level| AnyDecimal::new(Decimal::new(level, 2))).collect(),
                assets: Vec::new(),
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

    /// Without a perpetuity, whose value follows the rate, flows at their times are all that there is to an investment at any rate, in mid-period too.
    /// A rate at which it is worth something is an internal rate of the flows less that.
    #[test]
    fn flows_at_their_times_are_worth_the_investment_at_any_rate_and_each_such_rate_is_found(inputs in investment(), rate in -5_000_i64..20_000) {
        let rate = Decimal::new(rate, 4);
        let goes_on = matches!(inputs.terminal_value, Some(TerminalValue::PerpetualGrowth { .. }));
        let at_rate = if goes_on { inputs.discount_rate } else { Rate::new(rate).expect("above -1") };
        let Ok(answer) = capex_roi(&CapexRoiInputs { discount_rate: at_rate, ..inputs.clone() }) else { return Ok(()) };
        let flows = discounted_flows(&inputs);
        let largest = answer.periods.iter().map(|row| row.present_value.abs()).max().unwrap_or_default() + Decimal::ONE;
        let worth = worth_at(&flows, at_rate).decimal().expect("it fits");
        prop_assert!((worth - answer.net_present_value).abs() <= largest * dec!(1e-24), "{worth} {}", answer.net_present_value);
        if !goes_on {
            let found = internal_rates(&flows.less_at_start(Exact::of(answer.net_present_value)));
            let is_found = found.rates.iter().any(|found| (found.annual - rate).abs() < dec!(1e-6));
            let is_open = matches!(found.status, RateStatus::Undecided | RateStatus::Any);
            prop_assert!(is_found || is_open, "{rate} is none of {found:?}");
        }
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
    fn a_loss_that_waits_is_worth_no_more_than_one_that_is_offset_at_once(inputs in investment()) {
        let at_once = CapexRoiInputs { tax_losses: Some(TaxLosses::OffsetAtOnce), ..inputs.clone() };
        let (Ok(waiting), Ok(at_once)) = (capex_roi(&inputs), capex_roi(&at_once)) else { return Ok(()) };
        let rounding = (waiting.net_present_value.abs() + Decimal::ONE) * dec!(1e-20);
        prop_assert!(waiting.net_present_value <= at_once.net_present_value + rounding);
        prop_assert!(waiting.periods.iter().all(|row| row.tax_loss_balance.is_none_or(|balance| !balance.is_sign_negative() && row.tax >= Decimal::ZERO)));
        let paid = |answer: &CapexRoi| answer.periods.iter().map(|row| row.tax).sum::<Decimal>();
        let left = waiting.periods.last().expect("a period").tax_loss_balance.unwrap_or_default();
        let lost = left * inputs.tax_rate.map_or(Decimal::ZERO, Bounded::get);
        prop_assert!((paid(&waiting) - paid(&at_once) - lost).abs() <= (lost + paid(&waiting).abs() + Decimal::ONE) * dec!(1e-20));
    }

    #[test]
    fn working_capital_that_comes_back_costs_nothing_without_a_discount(inputs in investment()) {
        let inputs = CapexRoiInputs { discount_rate: Rate::new(Decimal::ZERO).expect("above -1"), terminal_value: None, ..inputs };
        let without = CapexRoiInputs { net_working_capitals: Vec::new(), ..inputs.clone() };
        // The series may be the longest, and what is spent later is depreciated for longer.
        prop_assume!(inputs.net_working_capitals.len() <= inputs.capital_expenditures.as_ref().map_or(0, |spent| spent.amounts().len()).max(inputs.revenues.len()).max(inputs.operating_costs.len()));
        let (Ok(with), Ok(without)) = (capex_roi(&inputs), capex_roi(&without)) else { return Ok(()) };
        prop_assert!((with.net_present_value - without.net_present_value).abs() <= dec!(1e-18));
        prop_assert_eq!(with.net_gain.round_dp(15), without.net_gain.round_dp(15));
    }

    #[test]
    fn an_asset_is_worth_what_the_same_expenditures_of_the_project_are(inputs in investment()) {
        let asset = CapexAsset { capital_expenditures: inputs.capital_expenditures.clone().expect("something"), depreciation: inputs.depreciation };
        let apart = CapexRoiInputs { capital_expenditures: None, depreciation: None, assets: vec![asset], ..inputs.clone() };
        prop_assert_eq!(capex_roi(&inputs), capex_roi(&apart));
    }

    #[test]
    fn an_investment_in_cents_returns_what_one_in_thousands_does(inputs in investment()) {
        let mut scaled = inputs.clone();
        let spent = inputs.capital_expenditures.as_ref().expect("something");
        scaled.capital_expenditures = Expenditures::new(spent.amounts().iter().map(|amount| thousandfold(*amount)).collect());
        scaled.revenues = inputs.revenues.iter().map(|amount| thousandfold(*amount)).collect();
        scaled.operating_costs = inputs.operating_costs.iter().map(|amount| thousandfold(*amount)).collect();
        scaled.disposal_proceeds = inputs.disposal_proceeds.map(thousandfold);
        scaled.net_working_capitals = inputs.net_working_capitals.iter().filter_map(|level| AnyDecimal::new(level.get() * dec!(1000))).collect();
        if let Some(TerminalValue::Amount(amount)) = inputs.terminal_value {
            scaled.terminal_value = AnyDecimal::new(amount.get() * dec!(1000)).map(TerminalValue::Amount);
        }
        let (Ok(small), Ok(large)) = (capex_roi(&inputs), capex_roi(&scaled)) else { return Ok(()) };
        prop_assert_eq!(small.return_on_investment, large.return_on_investment);
        let (small_rates, large_rates) = (&small.internal_rates_of_return, &large.internal_rates_of_return);
        prop_assert_eq!((small_rates.status, &small_rates.rates), (large_rates.status, &large_rates.rates));
        prop_assert_eq!((small_rates.selected, small_rates.sign_changes), (large_rates.selected, large_rates.sign_changes));
        prop_assert_eq!(small.break_even_revenue_factor, large.break_even_revenue_factor);
        prop_assert_eq!(small.profitability_index, large.profitability_index);
    }

    #[test]
    fn a_switch_to_a_straight_line_never_leaves_more(cost in above_zero(), life in 1_u32..40, factor in 1_i64..500, salvage in fraction()) {
        let with = |is_switching| {
            let policy = DepreciationPolicy::OverLife {
                method: Method::DecliningBalance { factor: Positive::new(Decimal::new(factor, 2)), is_switching },
                useful_life_periods: UsefulLife::new(life).expect("a life"),
                salvage: Margin::new(salvage).map(Salvage::Ratio),
                bonus_ratio: None,
            };
            depreciation(&DepreciationInputs { cost: Positive::new(cost).expect("above 0"), policy }).expect("it fits")
        };
        for (plain, switching) in with(false).into_iter().zip(with(true)) {
            prop_assert!(switching.book_value <= plain.book_value, "{switching:?} {plain:?}");
        }
    }

    #[test]
    fn what_is_depreciated_and_what_is_left_is_the_cost(cost in above_zero(), policy in policy()) {
        let years = depreciation(&DepreciationInputs { cost: Positive::new(cost).expect("above 0"), policy }).expect("it fits");
        let total: Decimal = years.iter().map(|year| year.depreciation).sum();
        let last = years.last().expect("a year").book_value;
        prop_assert!(close(total + last, cost, dec!(1e-25)), "{total} {last} {cost}");
        prop_assert!(years.windows(2).all(|pair| pair[1].book_value <= pair[0].book_value));
        match policy {
            DepreciationPolicy::Macrs { .. } => prop_assert_eq!(last, Decimal::ZERO),
            DepreciationPolicy::OverLife { method, salvage, .. } => {
                let Some(Salvage::Ratio(ratio)) = salvage else { return Ok(()) };
                let salvage = cost * ratio.get();
                prop_assert!(last >= salvage, "{last} {salvage}");
                let may_leave_more = matches!(method, Method::DecliningBalance { is_switching: false, .. });
                prop_assert!(may_leave_more || last == salvage, "{last} {salvage}");
            }
        }
    }
}
