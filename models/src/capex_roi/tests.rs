use rust_decimal::{Decimal, dec};

use super::*;
use crate::cash_flow::Payback;
use crate::depreciation::{DepreciationPolicy, MacrsColumn, Method, RecoveryPeriod, UsefulLife};
use crate::input::{AnyDecimal, AtMostOne, Bounded, NonNegative, Period, Rate, Share, TaxRate};

fn amounts(figures: &[i64]) -> Vec<NonNegative> {
    figures.iter().map(|figure| NonNegative::new(Decimal::from(*figure)).unwrap()).collect()
}

fn investment(spent: &[i64], revenues: &[i64], discount_rate: Decimal) -> CapexRoiInputs {
    CapexRoiInputs {
        period: Period::Year,
        capital_expenditures: Expenditures::new(amounts(spent)),
        revenues: amounts(revenues),
        gross_margin: None,
        operating_costs: Vec::new(),
        discount_rate: Rate::new(discount_rate).unwrap(),
        tax_rate: None,
        depreciation: None,
        terminal_value: None,
        timing: None,
        finance_rate: None,
        reinvestment_rate: None,
        tax_losses: None,
        disposal_proceeds: None,
        net_working_capitals: Vec::new(),
        assets: Vec::new(),
    }
}

fn straight_line(life: u32) -> Option<DepreciationPolicy> {
    let useful_life_periods = UsefulLife::new(life).unwrap();
    Some(DepreciationPolicy::OverLife { method: Method::StraightLine, useful_life_periods, salvage: None, bonus_ratio: None })
}

/// A perpetuity of the last period that grows at this rate.
fn growing(rate: Decimal) -> TerminalValue {
    TerminalValue::PerpetualGrowth { growth: Rate::new(rate).unwrap(), net_cash_flow: None }
}

#[test]
fn sixty_billion_against_twenty_is_a_third() {
    let outcome = capex_roi(&investment(&[60_000_000_000], &[20_000_000_000], dec!(0.1))).unwrap();
    assert_eq!(outcome.revenue_to_capital_expenditure, dec!(0.3333333333333333333333333333));
    assert_eq!(outcome.break_even_revenue_factor, Some(dec!(3)));
}

#[test]
fn a_whole_present_value_stays_whole() {
    let outcome = capex_roi(&investment(&[100], &[0, 110], dec!(0.1))).unwrap();
    assert_eq!((outcome.net_present_value, outcome.periods[1].present_value), (dec!(0), dec!(100)));
    assert_eq!(outcome.break_even_revenue_factor, Some(dec!(1)));
    assert_eq!(outcome.profitability_index, dec!(1));
    assert_eq!(outcome.annualized_return_on_investment, Some(dec!(0.1)));
}

#[test]
fn a_single_period_has_no_yearly_measures() {
    let outcome = capex_roi(&investment(&[100], &[150], dec!(0.1))).unwrap();
    assert_eq!((outcome.annualized_return_on_investment, outcome.equivalent_annual_annuity), (None, None));
    assert_eq!(outcome.modified_internal_rate_of_return, None);
    assert_eq!((outcome.net_present_value, outcome.payback), (dec!(50), Payback::Years(dec!(0))));
}

/// 22^12 is 1.3e16, which 28 digits cannot hold with 12 after the point, and 1000^12 is 1e36.
#[test]
fn a_rate_too_large_to_be_written_is_left_out_and_leaves_the_other_figures_alone() {
    let in_a_month = |revenue: i64, spent: i64| {
        let mut inputs = investment(&[spent], &[0, revenue], dec!(0));
        inputs.period = Period::Month;
        let outcome = capex_roi(&inputs).unwrap();
        let assumed = explain_capex_roi(&inputs, &outcome).assumptions.into_iter();
        let absences = assumed.filter(|assumption| assumption.value == "absent").map(|assumption| assumption.field);
        (outcome, absences.collect::<Vec<_>>())
    };
    let (fast, absent) = in_a_month(2200, 100);
    assert_eq!((fast.modified_internal_rate_of_return, fast.net_present_value), (None, dec!(2100)));
    assert_eq!(fast.annualized_return_on_investment, Some(dec!(12855002631049215)));
    assert_eq!(absent, ["modified_internal_rate_of_return"]);
    let (faster, absent) = in_a_month(1000, 1);
    assert_eq!((faster.annualized_return_on_investment, faster.modified_internal_rate_of_return), (None, None));
    assert_eq!((faster.return_on_investment, faster.payback), (dec!(999), Payback::Years(dec!(1) / dec!(12000))));
    assert_eq!(absent, ["annualized_return_on_investment", "modified_internal_rate_of_return"]);
}

#[test]
fn what_is_lost_altogether_has_no_yearly_rate() {
    let lost = |costs: &[i64], revenues: &[i64]| {
        let mut inputs = investment(&[100], revenues, dec!(0.1));
        inputs.operating_costs = amounts(costs);
        let outcome = capex_roi(&inputs).unwrap();
        (outcome.return_on_investment, outcome.annualized_return_on_investment)
    };
    assert_eq!(lost(&[0, 10], &[0, 9]), (dec!(-1.01), None));
    assert_eq!(lost(&[0, 10], &[0, 10]), (dec!(-1), None));
    assert_eq!(lost(&[0, 10], &[0, 11]), (dec!(-0.99), Some(dec!(-0.99))));
}

#[test]
fn shields_that_add_up_to_what_is_lost_leave_nothing() {
    // Costs of 100 before tax, 50 after it; a shield of 50 in thirds: the sum is 0, whatever their last digits.
    let mut inputs = investment(&[100], &[], dec!(0.1));
    inputs.operating_costs = amounts(&[0, 30, 30, 40]);
    inputs.tax_rate = TaxRate::new(dec!(0.5));
    inputs.depreciation = straight_line(3);
    let outcome = capex_roi(&inputs).unwrap();
    assert_eq!((outcome.total_net_inflow, outcome.annualized_return_on_investment), (dec!(0), None));
}

#[test]
fn depreciation_begins_in_the_period_after_and_saves_tax() {
    let mut inputs = investment(&[90], &[0, 50, 50, 50], dec!(0));
    inputs.tax_rate = TaxRate::new(dec!(0.4));
    inputs.depreciation = straight_line(3);
    let outcome = capex_roi(&inputs).unwrap();
    let columns: Vec<_> = outcome.periods.iter().map(|row| (row.depreciation, row.tax, row.net_cash_flow)).collect();
    let later = (dec!(30), dec!(8), dec!(42));
    assert_eq!(columns, [(dec!(0), dec!(0), dec!(-90)), later, later, later]);
    assert_eq!(outcome.equivalent_annual_annuity, Some(dec!(12)));
}

#[test]
fn what_is_not_depreciated_by_the_end_is_lost() {
    let mut inputs = investment(&[100], &[0, 50], dec!(0));
    inputs.tax_rate = TaxRate::new(dec!(0.5));
    inputs.depreciation =
        Some(DepreciationPolicy::Macrs { column: MacrsColumn::HalfYear(RecoveryPeriod::Five), bonus_ratio: None });
    let outcome = capex_roi(&inputs).unwrap();
    assert_eq!(outcome.total_net_inflow, dec!(35));
}

#[test]
fn a_loss_lowers_other_taxes_at_once() {
    let mut inputs = investment(&[100], &[], dec!(0));
    inputs.operating_costs = amounts(&[0, 10]);
    inputs.tax_rate = TaxRate::new(dec!(0.25));
    assert_eq!(capex_roi(&inputs).unwrap().periods[1].tax, dec!(-2.5));
}

/// Source: by hand. Losses of 30 and 20, then profits of 40 and 60, of which 80 % may be offset: 32, and the 18 that are left.
#[test]
fn a_loss_carried_forward_lowers_later_taxes_up_to_the_limit() {
    let mut inputs = investment(&[100], &[0, 0, 0, 40, 60], dec!(0));
    inputs.operating_costs = amounts(&[0, 30, 20]);
    inputs.tax_rate = TaxRate::new(dec!(0.25));
    inputs.tax_losses = Some(TaxLosses::CarriedForward { offset_limit: Share::new(dec!(0.8)) });
    let outcome = capex_roi(&inputs).unwrap();
    let rows: Vec<_> = outcome.periods.iter().map(|row| (row.tax, row.tax_loss_balance.unwrap())).collect();
    let expected = [(dec!(0), dec!(0)), (dec!(0), dec!(30)), (dec!(0), dec!(50)), (dec!(2), dec!(18)), (dec!(10.5), dec!(0))];
    assert_eq!(rows, expected);
    let steps = explain_capex_roi(&inputs, &outcome).steps;
    let step = steps.iter().find(|step| step.name == "loss_offset(3)").unwrap();
    assert_eq!((step.formula.as_str(), step.value.as_str()), ("profit(3) × loss_offset_limit_ratio", "32"));
}

/// Source: by hand. At -60 % a year the value is 34.09 above the outlay's share at a factor of 10 / 11, and 31.25 at a factor of 1.
#[test]
fn a_factor_is_absent_where_the_value_crosses_0_more_than_once() {
    let factor = |spent| {
        let mut inputs = investment(&[spent], &[0, 100, 10], dec!(-0.6));
        inputs.operating_costs = amounts(&[0, 100]);
        inputs.tax_rate = TaxRate::new(dec!(0.5));
        inputs.tax_losses = Some(TaxLosses::CarriedForward { offset_limit: None });
        capex_roi(&inputs).unwrap().break_even_revenue_factor
    };
    assert!(factor(30).is_some_and(|factor| factor < dec!(0.9)));
    assert_eq!(factor(33), None);
    assert!(factor(35).is_some_and(|factor| factor > dec!(1)));
}

/// Source: by hand. After twice 25 of depreciation a book value of 50 is left of 100; a gain of 10 is taxed by 2.
#[test]
fn a_disposal_is_taxed_on_what_exceeds_the_book_value_and_pays_back_at_the_end() {
    let sold = |proceeds: Option<i64>, losses| {
        let mut inputs = investment(&[100], &[0, 50, 50], dec!(0));
        inputs.tax_rate = TaxRate::new(dec!(0.2));
        inputs.depreciation = straight_line(4);
        inputs.disposal_proceeds = proceeds.and_then(|proceeds| NonNegative::new(proceeds.into()));
        inputs.tax_losses = losses;
        capex_roi(&inputs).unwrap()
    };
    let last = |proceeds| sold(Some(proceeds), None).periods[2];
    assert_eq!((last(60).tax, last(60).net_cash_flow), (dec!(7), dec!(103)));
    assert_eq!((last(0).tax, last(0).net_cash_flow), (dec!(-5), dec!(55)));
    assert_eq!(sold(None, None).periods[2].net_cash_flow, dec!(45), "absent: the book value is lost");
    assert_eq!(sold(Some(60), None).payback, Payback::Years(dec!(2)));
    // A loss of 50 offsets the profit of 25, and 25 are lost.
    let carried = sold(Some(0), Some(TaxLosses::CarriedForward { offset_limit: None })).periods[2];
    assert_eq!((carried.tax, carried.tax_loss_balance), (dec!(0), Some(dec!(25))));
}

#[test]
fn working_capital_comes_back_at_the_end_unless_the_investment_goes_on() {
    let with = |terminal_value| {
        let mut inputs = investment(&[100], &[0, 40, 40, 20], dec!(0));
        inputs.net_working_capitals = vec![AnyDecimal::new(dec!(10)).unwrap(), AnyDecimal::new(dec!(30)).unwrap()];
        inputs.terminal_value = terminal_value;
        capex_roi(&inputs).unwrap()
    };
    let changes: Vec<_> = with(None).periods.iter().map(|row| row.net_working_capital_change.unwrap()).collect();
    assert_eq!(changes, [dec!(10), dec!(20), dec!(0), dec!(0)]);
    assert_eq!((with(None).net_gain, with(None).payback), (dec!(0), Payback::Years(dec!(3))));
    let multiple = AnyDecimal::new(dec!(0)).unwrap();
    assert_eq!(with(Some(TerminalValue::ExitMultiple(multiple))).net_gain, dec!(-30));
}

/// Source: by hand. 300 a year of 600 over two years, and 100 a year of 400 over four.
#[test]
fn assets_are_written_off_each_by_its_own_policy() {
    let asset = |spent: &[i64], life| CapexAsset {
        capital_expenditures: Expenditures::new(amounts(spent)).unwrap(),
        depreciation: straight_line(life),
    };
    let mut inputs = investment(&[1], &[0, 500, 600, 700], dec!(0.1));
    inputs.capital_expenditures = None;
    inputs.assets = vec![asset(&[600], 2), asset(&[0, 400], 4)];
    inputs.tax_rate = TaxRate::new(dec!(0.25));
    let outcome = capex_roi(&inputs).unwrap();
    let written_off: Vec<_> = outcome.periods.iter().map(|row| (row.capital_expenditure, row.depreciation)).collect();
    let expected = [(dec!(600), dec!(0)), (dec!(400), dec!(300)), (dec!(0), dec!(400)), (dec!(0), dec!(100))];
    assert_eq!((written_off.as_slice(), outcome.total_capital_expenditure), (expected.as_slice(), dec!(1000)));
    let steps = explain_capex_roi(&inputs, &outcome).steps;
    let step = steps.iter().find(|step| step.name == "depreciation(2)").unwrap();
    assert_eq!((step.substitution.as_str(), step.value.as_str()), ("600 × 1 / 2 + 400 × 1 / 4", "400"));
}

#[test]
fn a_terminal_value_is_an_untaxed_flow_of_the_last_period() {
    let mut inputs = investment(&[100], &[0, 10, 10], dec!(0.1));
    inputs.tax_rate = TaxRate::new(dec!(0.5));
    inputs.terminal_value = Some(TerminalValue::Amount(AnyDecimal::new(dec!(121)).unwrap()));
    let outcome = capex_roi(&inputs).unwrap();
    assert_eq!(outcome.periods[2].net_cash_flow, dec!(126));
    assert_eq!((outcome.total_net_inflow, outcome.periods[2].cumulative_cash_flow), (dec!(131), outcome.net_gain));
}

#[test]
fn gordons_value_is_a_perpetuity_from_the_period_after() {
    let mut inputs = investment(&[100], &[0, 10], dec!(0.1));
    inputs.terminal_value = Some(growing(dec!(0)));
    let outcome = capex_roi(&inputs).unwrap();
    // 10 a year for ever at 10 %.
    assert_eq!(outcome.net_present_value, dec!(0));
    assert_eq!(outcome.break_even_revenue_factor, Some(dec!(1)));
}

#[test]
fn mid_period_discounts_gordon_with_the_flows_and_an_exit_at_the_end() {
    // Twice 1.21 - 1 at 21 %, so that half a year is 10 %.
    let with = |terminal: TerminalValue| {
        let mut inputs = investment(&[100], &[0, 110], dec!(0.21));
        inputs.timing = Some(CashFlowTiming::MidPeriod);
        inputs.terminal_value = Some(terminal);
        capex_roi(&inputs).unwrap().periods[1].present_value
    };
    assert_eq!(with(growing(dec!(0.1))), dec!(1100));
    assert_eq!(with(TerminalValue::ExitMultiple(AnyDecimal::new(dec!(1.1)).unwrap())), dec!(200));
    assert_eq!(with(TerminalValue::Amount(AnyDecimal::new(dec!(1.21)).unwrap())), dec!(101));
}

#[test]
fn an_exit_multiple_is_one_of_a_year() {
    let mut inputs = investment(&[100], &[0, 10], dec!(0));
    inputs.period = Period::Month;
    inputs.terminal_value = Some(TerminalValue::ExitMultiple(AnyDecimal::new(dec!(3)).unwrap()));
    assert_eq!(capex_roi(&inputs).unwrap().periods[1].net_cash_flow, dec!(370));
}

#[test]
fn revenue_that_changes_nothing_or_loses_money_has_no_factor() {
    let factor = |margin: Decimal, revenues: &[i64]| {
        let mut inputs = investment(&[100], revenues, dec!(0));
        inputs.gross_margin = AtMostOne::new(margin);
        capex_roi(&inputs).unwrap().break_even_revenue_factor
    };
    assert_eq!(factor(dec!(1), &[]), None);
    assert_eq!(factor(dec!(0), &[0, 50]), None);
    assert_eq!(factor(dec!(0.5), &[0, 50]), Some(dec!(4)));
    assert_eq!(factor(dec!(-0.5), &[0, 50]), None);
}

#[test]
fn an_investment_that_pays_without_revenue_has_no_factor() {
    let mut inputs = investment(&[100], &[0, 50], dec!(0));
    inputs.terminal_value = Some(TerminalValue::Amount(AnyDecimal::new(dec!(101)).unwrap()));
    assert_eq!(capex_roi(&inputs).unwrap().break_even_revenue_factor, None);
    inputs.terminal_value = Some(TerminalValue::Amount(AnyDecimal::new(dec!(100)).unwrap()));
    assert_eq!(capex_roi(&inputs).unwrap().break_even_revenue_factor, Some(dec!(0)));
}

#[test]
fn a_tax_of_everything_leaves_no_factor() {
    let mut inputs = investment(&[100], &[0, 50], dec!(0));
    inputs.tax_rate = TaxRate::new(dec!(1));
    inputs.terminal_value = Some(TerminalValue::ExitMultiple(AnyDecimal::new(dec!(3)).unwrap()));
    assert_eq!(capex_roi(&inputs).unwrap().break_even_revenue_factor, None);
}

#[test]
fn a_terminal_value_pays_back_at_the_end_and_not_before() {
    let payback = |spent: &[i64], revenues: &[i64], amount: Decimal| {
        let mut inputs = investment(spent, revenues, dec!(0));
        inputs.terminal_value = Some(TerminalValue::Amount(AnyDecimal::new(amount).unwrap()));
        let outcome = capex_roi(&inputs).unwrap();
        assert_eq!(outcome.payback, outcome.discounted_payback, "at a rate of 0");
        outcome.payback
    };
    assert_eq!(payback(&[100], &[0, 0, 0, 0, 0, 0], dec!(200)), Payback::Years(dec!(5)));
    assert_eq!(payback(&[100], &[0, 20, 20, 20], dec!(160)), Payback::Years(dec!(3)));
    assert_eq!(payback(&[100], &[0, 20, 20, 60], dec!(160)), Payback::Years(dec!(3)));
    assert_eq!(payback(&[100], &[0, 60, 60], dec!(160)), Payback::Years(dec!(1.666666666666666666666666667)));
    assert!(matches!(payback(&[100], &[0, 60, 60], dec!(-21)), Payback::Never { .. }), "closing down undoes it");
    assert_eq!(payback(&[100], &[0, 60, 60], dec!(-20)), Payback::Years(dec!(1.666666666666666666666666667)));
}

/// Source: by hand. (50 - 100 / 3) × 0.75 = 12.5 goes on; 12.5 × 1.02 / 0.08 = 159.375 after three years. The three flows are 50 less
/// 25 % of 16.66…: 45.833…, worth 113.98 at 10 %.
#[test]
fn a_perpetuity_replaces_what_wears_out() {
    let mut inputs = investment(&[100], &[0, 50, 50, 50], dec!(0.1));
    inputs.tax_rate = TaxRate::new(dec!(0.25));
    inputs.depreciation = straight_line(3);
    inputs.terminal_value = Some(growing(dec!(0.02)));
    let outcome = capex_roi(&inputs).unwrap();
    assert_eq!(outcome.net_present_value.round_dp(1), dec!(133.7));
    assert_eq!(outcome.periods[3].net_cash_flow.round_dp(6), dec!(205.208333));
    let given = AnyDecimal::new(dec!(12.5));
    inputs.terminal_value =
        Some(TerminalValue::PerpetualGrowth { growth: Rate::new(dec!(0.02)).unwrap(), net_cash_flow: given });
    let same = capex_roi(&inputs).unwrap();
    assert_eq!(same.net_present_value.round_dp(20), outcome.net_present_value.round_dp(20));
    assert_ne!(same.break_even_revenue_factor, outcome.break_even_revenue_factor, "a flow that was given follows no revenue");
}

/// An expenditure of the last period does not go on for ever.
#[test]
fn an_expenditure_of_the_last_period_is_not_perpetuated() {
    let with = |spent: &[i64]| {
        let mut inputs = investment(spent, &[0, 50, 50, 50], dec!(0.1));
        inputs.terminal_value = Some(growing(dec!(0.02)));
        capex_roi(&inputs).unwrap().net_present_value
    };
    // 60 / 1.331 is all that it costs.
    assert_eq!((with(&[100]) - with(&[100, 0, 0, 60])).round_dp(10), (dec!(60) / dec!(1.331)).round_dp(10));
}

#[test]
fn nothing_spent_is_no_investment() {
    assert!(Expenditures::new(Vec::new()).is_none());
    assert!(Expenditures::new(amounts(&[0, 0])).is_none());
    assert!(Expenditures::new(amounts(&[1; 1201])).is_none());
    assert!(Expenditures::new(amounts(&[0, 1])).is_some());
}

#[test]
fn the_explanation_arrives_at_the_figures_of_the_answer() {
    let mut inputs = investment(&[100, 20], &[0, 30, 70, 80], dec!(0.07));
    inputs.period = Period::Quarter;
    inputs.timing = Some(CashFlowTiming::MidPeriod);
    inputs.tax_rate = TaxRate::new(dec!(0.3));
    inputs.depreciation = straight_line(2);
    inputs.terminal_value = Some(growing(dec!(0.02)));
    let outcome = capex_roi(&inputs).unwrap();
    let steps = explain_capex_roi(&inputs, &outcome).steps;
    let value = |name: &str| {
        let step = steps.iter().rev().find(|step| step.name == name).unwrap_or_else(|| panic!("no step {name}"));
        step.value.parse::<Decimal>().unwrap()
    };
    let near = |name: &str, expected: Decimal| {
        let error = (value(name) - expected).abs();
        assert!(error <= dec!(1e-24), "{name} {} {expected}", value(name));
    };
    for row in &outcome.periods {
        near(&format!("present_value({})", row.period), row.present_value);
        near(&format!("tax({})", row.period), row.tax);
        near(&format!("cumulative_cash_flow({})", row.period), row.cumulative_cash_flow);
    }
    near("net_present_value", outcome.net_present_value);
    near("profitability_index", outcome.profitability_index);
    near("break_even_revenue_factor", outcome.break_even_revenue_factor.unwrap());
    near("annualized_return_on_investment", outcome.annualized_return_on_investment.unwrap());
    near("equivalent_annual_annuity", outcome.equivalent_annual_annuity.unwrap());
    near("modified_internal_rate_of_return.annual", outcome.modified_internal_rate_of_return.unwrap().annual);
}

#[test]
fn the_smallest_and_the_largest_figures_are_answered_or_too_large() {
    for (spent, revenue) in [(dec!(1e-28), dec!(7.8e28)), (dec!(7.8e28), dec!(1e-28)), (dec!(7.8e28), dec!(7.8e28))] {
        let mut inputs = investment(&[1], &[], dec!(0.1));
        inputs.capital_expenditures = Expenditures::new(vec![NonNegative::new(spent).unwrap()]);
        inputs.revenues = vec![NonNegative::new(revenue).unwrap(); 3];
        // Either is right; a panic would not be.
        let _ = capex_roi(&inputs);
    }
}
