//! Tests of the runway at its edges, each named as a fact.

use jiff::civil::date;
use rust_decimal::{Decimal, dec};

use super::*;
use crate::input::{AnyDecimal, Bounded, MonthlyRate, NonNegative, Period, Rate};

fn any(value: Decimal) -> AnyDecimal {
    AnyDecimal::new(value).unwrap()
}

fn recurring(amount: Decimal) -> Recurring {
    Recurring {
        amount: NonNegative::new(amount).unwrap(),
        period: Period::Month,
        growth: LineGrowth::Flat,
        months: MonthSpan::ALWAYS,
    }
}

fn evenly(recurring: Recurring) -> CashLine {
    CashLine::evenly(LineAmounts::Recurring(recurring))
}

fn line(amount: Decimal) -> CashLine {
    evenly(recurring(amount))
}

fn growing(amount: Decimal, rate: Decimal) -> CashLine {
    evenly(Recurring { growth: LineGrowth::Monthly(MonthlyRate::new(rate).unwrap()), ..recurring(amount) })
}

fn event(month: u32, amount: Decimal) -> CashEvent {
    CashEvent { month: Month::new(month).unwrap(), amount: any(amount) }
}

fn inputs(cash: Decimal, costs: Vec<CashLine>) -> RunwayInputs {
    RunwayInputs {
        cash_balance: Some(any(cash)),
        minimum_cash: None,
        as_of_date: None,
        horizon_months: None,
        costs,
        revenues: vec![],
        events: vec![],
        net_new_annual_recurring_revenue: None,
        include_ledger: false,
        interest_rate: None,
    }
}

fn months(inputs: &RunwayInputs) -> Option<(Decimal, u32, bool)> {
    match runway(inputs).unwrap().outcome {
        CashOutcome::RunsOut { runway_months, whole_months, within_horizon, .. } => {
            Some((runway_months, whole_months, within_horizon))
        }
        _ => None,
    }
}

fn cash_out_date(inputs: &RunwayInputs) -> Option<crate::calendar::Date> {
    match runway(inputs).unwrap().outcome {
        CashOutcome::RunsOut { cash_out_date, .. } => cash_out_date,
        _ => None,
    }
}

#[test]
fn cash_of_exactly_twelve_months_touches_nothing_at_the_end_of_the_horizon() {
    let inputs = inputs(dec!(5.4e6), vec![line(dec!(450000))]);
    assert_eq!(months(&inputs), Some((dec!(12), 12, false)));
    let answer = runway(&inputs).unwrap();
    assert_eq!((answer.cash_need, answer.lowest_balance, answer.lowest_balance_month), (dec!(0), dec!(0), 12));
}

#[test]
fn a_year_that_does_not_divide_into_months_still_lasts_whole_months() {
    let yearly = evenly(Recurring { period: Period::Year, ..recurring(dec!(5e9)) });
    assert_eq!(months(&inputs(dec!(35e9), vec![yearly])), Some((dec!(84), 84, false)));
}

#[test]
fn a_cent_less_ends_within_the_horizon() {
    let (exact, whole, within) = months(&inputs(dec!(5399999.99), vec![line(dec!(450000))])).unwrap();
    assert_eq!((exact.round_dp(6), whole, within), (dec!(12.000000), 11, true));
    assert!(exact < dec!(12));
}

#[test]
fn a_start_below_the_minimum_has_no_runway_and_one_at_it_has_none_left() {
    assert_eq!(months(&inputs(dec!(-1), vec![])), Some((dec!(0), 0, true)));
    assert_eq!(months(&inputs(dec!(0), vec![line(dec!(1))])), Some((dec!(0), 0, true)));
    assert_eq!(months(&inputs(dec!(0), vec![])), None);
}

#[test]
fn a_month_that_burns_too_much_is_not_saved_by_its_event() {
    let mut inputs = inputs(dec!(150), vec![line(dec!(100))]);
    inputs.events = vec![event(2, dec!(1000))];
    assert_eq!(months(&inputs), Some((dec!(1.5), 1, true)));
    let answer = runway(&inputs).unwrap();
    assert_eq!((answer.lowest_balance, answer.lowest_balance_month), (dec!(-50), 2));
}

#[test]
fn an_event_that_takes_the_balance_below_takes_the_whole_month() {
    let mut inputs = inputs(dec!(150), vec![line(dec!(10))]);
    inputs.events = vec![event(2, dec!(-131))];
    assert_eq!(months(&inputs), Some((dec!(2), 2, true)));
    inputs.events = vec![event(2, dec!(-130))];
    assert_eq!(months(&inputs), Some((dec!(2), 2, true)), "it touches 0, and month 3 burns");
    inputs.costs = vec![evenly(Recurring { months: MonthSpan::new(Month::FIRST, Some(2)).unwrap(), ..recurring(dec!(10)) })];
    assert_eq!(months(&inputs), None, "it touches 0, and nothing burns any more");
}

#[test]
fn events_of_one_month_count_together() {
    let mut inputs = inputs(dec!(150), vec![]);
    inputs.events = vec![event(1, dec!(-200)), event(1, dec!(100))];
    assert_eq!(months(&inputs), None);
}

#[test]
fn growth_that_uses_up_the_cash_exactly_touches_and_does_not_pass() {
    // 100 + 110 + 121
    let inputs = inputs(dec!(331), vec![growing(dec!(100), dec!(0.1))]);
    assert_eq!(months(&inputs), Some((dec!(3), 3, true)));
    let third = RunwayInputs { horizon_months: Month::new(3), ..inputs };
    assert_eq!(months(&third), Some((dec!(3), 3, false)));
}

#[test]
fn annual_growth_is_whole_after_a_year() {
    let mut inputs = inputs(
        dec!(1e9),
        vec![evenly(Recurring { growth: LineGrowth::Annual(Rate::new(dec!(0.21)).unwrap()), ..recurring(dec!(100)) })],
    );
    inputs.horizon_months = Month::new(25);
    inputs.include_ledger = true;
    let ledger = runway(&inputs).unwrap().ledger;
    assert_eq!((ledger[6].costs, ledger[12].costs, ledger[24].costs), (dec!(110), dec!(121), dec!(146.41)));
}

fn lasts(cash_flow_positive: bool, lowest_balance: Decimal, lowest_balance_month: u32) -> CashOutcome {
    CashOutcome::Lasts { cash_flow_positive, lowest_balance, lowest_balance_month }
}

#[test]
fn a_runway_that_lasts_says_how_near_to_the_minimum_it_comes() {
    let outcome = |inputs: &RunwayInputs| runway(inputs).unwrap().outcome;
    // 200 burned in 100 months, and earned again after them; what an event takes and gives back is lower still.
    let months = MonthSpan::new(Month::new(50).unwrap(), Some(149)).unwrap();
    let mut valley = inputs(dec!(500), vec![evenly(Recurring { months, ..recurring(dec!(2)) })]);
    valley.revenues =
        vec![evenly(Recurring { months: MonthSpan::new(Month::new(150).unwrap(), None).unwrap(), ..recurring(dec!(1)) })];
    assert_eq!(outcome(&valley), lasts(false, dec!(300), 149));
    valley.events = vec![event(400, dec!(-300)), event(401, dec!(300))];
    assert_eq!(outcome(&valley), lasts(false, dec!(251), 400));
    valley.costs.push(evenly(Recurring {
        months: MonthSpan::new(Month::new(402).unwrap(), Some(402)).unwrap(),
        ..recurring(dec!(550))
    }));
    valley.events.push(event(402, dec!(1000)));
    // 300 + 252 after month 401, 1 more is earned, and 550 is paid before the event of 1000.
    assert_eq!(outcome(&valley), lasts(false, dec!(3), 402));
}

#[test]
fn a_cost_and_a_revenue_that_grow_alike_burn_nothing_for_a_century() {
    let mut inputs = inputs(dec!(0), vec![growing(dec!(100), dec!(0.01))]);
    inputs.revenues = vec![growing(dec!(60), dec!(0.01)), growing(dec!(40), dec!(0.01))];
    assert_eq!(runway(&inputs).unwrap().outcome, lasts(true, dec!(0), 0));
    // The same growth said in another way: only exact months can tell that nothing is burned.
    let annual = Rate::new(dec!(0.126825030131969720661201)).unwrap();
    inputs.revenues = vec![evenly(Recurring { growth: LineGrowth::Annual(annual), ..recurring(dec!(100)) })];
    assert_eq!(runway(&inputs).unwrap().outcome, lasts(true, dec!(0), 0));
}

#[test]
fn the_search_sees_the_last_month_of_the_century_and_none_after_it() {
    assert_eq!(months(&inputs(dec!(1199.5), vec![line(dec!(1))])), Some((dec!(1199.5), 1199, false)));
    assert_eq!(months(&inputs(dec!(1200), vec![line(dec!(1))])), None);
    let found = runway(&inputs(dec!(1200), vec![line(dec!(1))])).unwrap().outcome;
    assert_eq!(found, lasts(false, dec!(0), 1200));
}

#[test]
fn a_cost_that_outgrows_every_number_ends_a_runway_that_would_last_otherwise() {
    let inputs = inputs(dec!(7e28), vec![growing(dec!(1), dec!(9))]);
    // (10^n - 1) / 9 passes 7e28 in month 30: 7e28 - 1111…1 (29 ones) is left, and 10^29 burns.
    let (exact, whole, _) = months(&inputs).unwrap();
    assert_eq!((exact.round_dp(6), whole), (dec!(29.588889), 29));
}

#[test]
fn what_is_not_paid_in_cash_counts_in_the_loss_alone() {
    let mut inputs = inputs(dec!(1000), vec![line(dec!(50)), CashLine { non_cash: true, ..line(dec!(30)) }]);
    inputs.revenues = vec![line(dec!(20)), CashLine { non_cash: true, ..line(dec!(5)) }];
    let answer = runway(&inputs).unwrap();
    assert_eq!((answer.gross_burn, answer.net_burn, answer.net_loss), (dec!(50), dec!(30), dec!(55)));
    assert_eq!((answer.annual_gross_burn, answer.annual_net_burn, answer.annual_net_loss), (dec!(600), dec!(360), dec!(660)));
}

#[test]
fn annual_figures_are_those_of_twelve_months_however_short_the_horizon() {
    let mut inputs = inputs(
        dec!(1000),
        vec![evenly(Recurring { months: MonthSpan::new(Month::new(2).unwrap(), Some(5)).unwrap(), ..recurring(dec!(50)) })],
    );
    inputs.horizon_months = Month::new(1);
    let answer = runway(&inputs).unwrap();
    assert_eq!((answer.gross_burn, answer.annual_gross_burn, answer.ending_balance), (dec!(0), dec!(200), dec!(1000)));
}

#[test]
fn undisclosed_cash_counts_from_nothing_and_needs_the_minimum_too() {
    let mut inputs = inputs(dec!(0), vec![line(dec!(50))]);
    inputs.cash_balance = None;
    inputs.minimum_cash = Some(any(dec!(100)));
    let answer = runway(&inputs).unwrap();
    assert_eq!(answer.outcome, CashOutcome::Unknown);
    assert_eq!((answer.lowest_balance, answer.cash_need), (dec!(-600), dec!(700)));
}

#[test]
fn a_month_is_peaceful_when_no_later_one_of_the_horizon_burns() {
    let mut inputs = inputs(dec!(1000), vec![line(dec!(50))]);
    inputs.revenues = vec![growing(dec!(40), dec!(0.1))];
    // 40, 44, 48.4, 53.24
    assert_eq!(runway(&inputs).unwrap().cash_positive_month, Some(4));
    inputs
        .costs
        .push(evenly(Recurring { months: MonthSpan::new(Month::new(12).unwrap(), None).unwrap(), ..recurring(dec!(1000)) }));
    assert_eq!(runway(&inputs).unwrap().cash_positive_month, None);
}

#[test]
fn the_earliest_of_equally_low_balances_counts() {
    let mut inputs = inputs(
        dec!(100),
        vec![evenly(Recurring { months: MonthSpan::new(Month::FIRST, Some(2)).unwrap(), ..recurring(dec!(10)) })],
    );
    assert_eq!(runway(&inputs).unwrap().lowest_balance_month, 2);
    inputs.costs.clear();
    assert_eq!(runway(&inputs).unwrap().lowest_balance_month, 0);
}

#[test]
fn a_cost_that_has_all_but_vanished_still_lowers_the_balance() {
    let vanishing = growing(dec!(1000), dec!(-0.9999999999999999999999999999));
    assert_eq!(runway(&inputs(dec!(1e9), vec![vanishing])).unwrap().lowest_balance_month, 12);
}

#[test]
fn a_burn_multiple_needs_burn_and_new_revenue() {
    let multiple = |net_new: Decimal, cost: Decimal| {
        let mut inputs = inputs(dec!(1e9), vec![line(cost)]);
        inputs.net_new_annual_recurring_revenue = Some(any(net_new));
        runway(&inputs).unwrap().burn_multiple
    };
    assert_eq!(multiple(dec!(1e6), dec!(250000)), Some(dec!(3)));
    assert_eq!(multiple(dec!(0), dec!(250000)), None);
    assert_eq!(multiple(dec!(-5), dec!(250000)), None);
    assert_eq!(multiple(dec!(1e6), dec!(0)), None);
}

#[test]
fn a_third_of_a_month_of_thirty_days_is_ten_of_them() {
    let mut inputs = inputs(dec!(100), vec![line(dec!(300))]);
    inputs.as_of_date = Some(date(2024, 3, 31));
    assert_eq!(cash_out_date(&inputs), Some(date(2024, 4, 10)));
}

#[test]
fn a_runway_of_whole_months_ends_with_a_month() {
    let mut inputs = inputs(dec!(100), vec![line(dec!(100))]);
    inputs.as_of_date = Some(date(2024, 1, 31));
    assert_eq!(cash_out_date(&inputs), Some(date(2024, 2, 29)));
    inputs.cash_balance = Some(any(dec!(200)));
    assert_eq!(cash_out_date(&inputs), Some(date(2024, 3, 31)));
    // Half of the 31 days from 29 February to 31 March, rounded down.
    inputs.cash_balance = Some(any(dec!(150)));
    assert_eq!(cash_out_date(&inputs), Some(date(2024, 3, 15)));
    inputs.cash_balance = Some(any(dec!(100)));
    inputs.as_of_date = Some(date(2026, 6, 30));
    assert_eq!(cash_out_date(&inputs), Some(date(2026, 7, 31)));
}

#[test]
fn months_after_a_last_day_end_on_their_last_days() {
    let mut inputs = inputs(dec!(100), vec![]);
    inputs.as_of_date = Some(date(2025, 12, 31));
    inputs.include_ledger = true;
    inputs.horizon_months = Month::new(3);
    let ends: Vec<_> = runway(&inputs).unwrap().ledger.into_iter().map(|month| month.month_end.unwrap()).collect();
    assert_eq!(ends, [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]);
}

fn company(revenue: Decimal, expenses: Decimal, growth: Decimal, expense_growth: Decimal, cash: Decimal) -> DefaultAliveInputs {
    DefaultAliveInputs {
        cash_balance: NonNegative::new(cash).unwrap(),
        monthly_revenue: NonNegative::new(revenue).unwrap(),
        monthly_expenses: NonNegative::new(expenses).unwrap(),
        monthly_revenue_growth_rate: MonthlyRate::new(growth).unwrap(),
        monthly_expense_growth_rate: MonthlyRate::new(expense_growth),
        timing: None,
    }
}

fn timed(timing: GrowthTiming, company: DefaultAliveInputs) -> DefaultAlive {
    default_alive(&DefaultAliveInputs { timing: Some(timing), ..company }).unwrap()
}

const TIMINGS: [GrowthTiming; 3] = [GrowthTiming::Continuous, GrowthTiming::EndOfMonth, GrowthTiming::StartOfMonth];

#[test]
fn revenue_that_stays_at_or_above_expenses_needs_nothing_in_any_timing() {
    for timing in TIMINGS {
        for (revenue, growth) in [(dec!(100), dec!(0)), (dec!(200), dec!(0)), (dec!(100), dec!(0.5))] {
            let answer = timed(timing, company(revenue, dec!(100), growth, dec!(0), dec!(0)));
            assert!(answer.alive);
            assert_eq!(
                (answer.break_even_months, answer.capital_needed, answer.cushion),
                (Some(dec!(0)), Some(dec!(0)), Some(dec!(0)))
            );
            assert_eq!((answer.runway_months, answer.loss_from_months), (None, None));
        }
    }
}

#[test]
fn revenue_that_shrinks_below_expenses_is_dead_however_much_it_is_today() {
    // Month 1 earns 1, month 2 burns 9: the cash of 1 lasts a ninth of it.
    let answer = timed(GrowthTiming::EndOfMonth, company(dec!(100), dec!(99), dec!(-0.1), dec!(0), dec!(0)));
    assert!(!answer.alive);
    assert_eq!((answer.break_even_months, answer.capital_needed, answer.cushion), (Some(dec!(0)), None, None));
    assert_eq!(answer.loss_from_months, Some(dec!(1)));
    assert_eq!(answer.runway_months, Some(dec!(1.111111111111111111111111111)));
    // Month 1 has shrunk already: 90 - 99.
    let answer = timed(GrowthTiming::StartOfMonth, company(dec!(100), dec!(99), dec!(-0.1), dec!(0), dec!(0)));
    assert_eq!((answer.alive, answer.loss_from_months, answer.runway_months), (false, Some(dec!(0)), Some(dec!(0))));
}

#[test]
fn a_loss_that_begins_where_nothing_was_earned_and_nothing_is_left_ends_the_runway() {
    // Equal amounts in month 1; in month 2, 100 against 110.
    let end = timed(GrowthTiming::EndOfMonth, company(dec!(100), dec!(100), dec!(0), dec!(0.1), dec!(0)));
    assert_eq!((end.alive, end.loss_from_months, end.runway_months), (false, Some(dec!(1)), Some(dec!(1))));
    for timing in [GrowthTiming::Continuous, GrowthTiming::StartOfMonth] {
        let answer = timed(timing, company(dec!(100), dec!(100), dec!(0), dec!(0.1), dec!(0)));
        assert_eq!((answer.alive, answer.loss_from_months, answer.runway_months), (false, Some(dec!(0)), Some(dec!(0))));
    }
    // 121 against 100 × 1.1², which meet in month 3 of one timing and in month 2 of the other.
    let tied = company(dec!(121), dec!(100), dec!(0), dec!(0.1), dec!(0));
    assert_eq!(timed(GrowthTiming::EndOfMonth, tied.clone()).loss_from_months, Some(dec!(3)));
    assert_eq!(timed(GrowthTiming::StartOfMonth, tied).loss_from_months, Some(dec!(2)));
}

#[test]
fn both_shrink_and_what_is_earned_first_counts_in_what_is_needed() {
    // 100 - 50 = 50, 50 - 45 = 5, 25 - 40.5, …: 50 / 0.1 - 100 / 0.5 = 300 in all.
    let both = |cash| company(dec!(100), dec!(50), dec!(-0.5), dec!(-0.1), cash);
    let enough = timed(GrowthTiming::EndOfMonth, both(dec!(300)));
    assert_eq!(
        (enough.alive, enough.capital_needed, enough.cushion, enough.loss_from_months),
        (true, Some(dec!(300)), Some(dec!(0)), Some(dec!(2)))
    );
    assert!(!timed(GrowthTiming::EndOfMonth, both(dec!(299.99))).alive);
    // 1000 / 0.5 is more than 50 / 0.1, so that nothing is ever needed.
    let rich = timed(GrowthTiming::EndOfMonth, company(dec!(1000), dec!(50), dec!(-0.5), dec!(-0.1), dec!(0)));
    assert_eq!((rich.alive, rich.capital_needed, rich.cushion), (true, Some(dec!(0)), Some(dec!(0))));
}

#[test]
fn rates_that_nearly_agree_lose_no_digits_of_what_is_ever_burned() {
    // 2 / 0.1 - 1 / 0.1000000000000000000000000001 = 10 + 1e-26 - 1e-53.
    let near = company(dec!(1), dec!(2), dec!(-0.1000000000000000000000000001), dec!(-0.1), dec!(1));
    let answer = timed(GrowthTiming::EndOfMonth, near);
    assert_eq!(answer.capital_needed, Some(dec!(10.00000000000000000000000001)));
}

#[test]
fn a_company_of_nothing_is_alive() {
    assert!(default_alive(&company(dec!(0), dec!(0), dec!(0), dec!(0), dec!(0))).unwrap().alive);
}

#[test]
fn without_growth_the_cash_lasts_cash_over_burn() {
    for timing in TIMINGS {
        let answer = timed(timing, company(dec!(20), dec!(50), dec!(0), dec!(0), dec!(2520)));
        assert!(!answer.alive);
        assert_eq!((answer.break_even_months, answer.capital_needed, answer.cushion), (None, None, None));
        assert_eq!(answer.runway_months, Some(dec!(84)));
    }
}

#[test]
fn expenses_that_grow_as_fast_as_revenue_are_never_reached() {
    for timing in TIMINGS {
        let answer = timed(timing, company(dec!(99), dec!(100), dec!(0.1), dec!(0.1), dec!(1000)));
        assert!(!answer.alive);
        assert_eq!(answer.break_even_months, None);
    }
}

#[test]
fn cash_that_dwarfs_the_burn_is_gone_when_it_is_gone() {
    // Computed independently with mpmath at 110 digits; the burn of a first month is up to 10^56 times below the cash.
    for (timing, revenue, expenses, growth, expense_growth, cash, runway) in [
        (GrowthTiming::EndOfMonth, dec!(0), dec!(0.5), dec!(0.1), dec!(7e28), dec!(1e28), dec!(1.285714285714285714285714286)),
        (
            GrowthTiming::Continuous,
            dec!(0),
            dec!(1e-28),
            dec!(1),
            dec!(0.001683),
            dec!(1e28),
            dec!(72881.66935940290648036953488),
        ),
        (GrowthTiming::EndOfMonth, dec!(0.25), dec!(1), dec!(0.2374), dec!(2.5), dec!(1e28), dec!(52.111048000920014711239638)),
        (
            GrowthTiming::Continuous,
            dec!(0),
            dec!(6.98954),
            dec!(0.1),
            dec!(0.01),
            dec!(7.8e28),
            dec!(6027.13045424634411647375106),
        ),
    ] {
        let answer = timed(timing, company(revenue, expenses, growth, expense_growth, cash));
        assert_eq!(answer.runway_months, Some(runway));
    }
}

#[test]
fn a_need_that_is_a_tie_at_the_last_digit_goes_to_the_even_one() {
    // 16336983482308.837831982421875, exactly.
    let company = company(dec!(31925.81), dec!(1824e9), dec!(2.5), dec!(-0.05), dec!(1e-12));
    let answer = timed(GrowthTiming::StartOfMonth, company);
    assert_eq!(answer.capital_needed, Some(dec!(16336983482308.83783198242188)));
}

#[test]
fn no_revenue_stays_none_however_fast_it_grows() {
    // 540915.2914 / 0.000009136, which no double of e^(1.25 × t) reaches.
    for timing in TIMINGS {
        let answer = timed(timing, company(dec!(0), dec!(0.000009136), dec!(2.5), dec!(0), dec!(540915.2914)));
        assert_eq!(answer.runway_months, Some(dec!(59207015258.31873905429071804)));
    }
}

#[test]
fn without_revenue_shrinking_expenses_burn_a_number() {
    // 100 + 50 + 25 + … = 200, and with growth at the month's start 50 + 25 + … = 100.
    for (timing, total) in [(GrowthTiming::EndOfMonth, dec!(200)), (GrowthTiming::StartOfMonth, dec!(100))] {
        let enough = timed(timing, company(dec!(0), dec!(100), dec!(3), dec!(-0.5), total));
        assert!(enough.alive, "{timing:?}");
        assert_eq!(
            (enough.break_even_months, enough.capital_needed, enough.cushion, enough.runway_months),
            (None, Some(total), Some(dec!(0)), None)
        );
        let short = timed(timing, company(dec!(0), dec!(100), dec!(3), dec!(-0.5), total - dec!(25)));
        assert!(!short.alive);
        assert_eq!(short.runway_months, Some(if timing == GrowthTiming::EndOfMonth { dec!(3) } else { dec!(2) }));
    }
}

#[test]
fn revenue_that_meets_expenses_exactly_in_a_month_has_reached_them() {
    let tied = || company(dec!(100), dec!(121), dec!(0.1), dec!(0), dec!(32));
    let end = timed(GrowthTiming::EndOfMonth, tied());
    assert!(end.alive);
    assert_eq!((end.break_even_months, end.capital_needed, end.cushion), (Some(dec!(2)), Some(dec!(32)), Some(dec!(0))));
    let start = timed(GrowthTiming::StartOfMonth, tied());
    assert_eq!((start.break_even_months, start.capital_needed, start.cushion), (Some(dec!(1)), Some(dec!(11)), Some(dec!(21))));
}

#[test]
fn a_first_month_that_has_grown_enough_needs_nothing() {
    let answer = timed(GrowthTiming::StartOfMonth, company(dec!(100), dec!(105), dec!(0.1), dec!(0), dec!(0)));
    assert!(answer.alive);
    assert_eq!((answer.break_even_months, answer.capital_needed), (Some(dec!(0)), Some(dec!(0))));
}

#[test]
fn a_break_even_within_the_first_month_is_one_month_or_none() {
    for (timing, months) in [(GrowthTiming::EndOfMonth, dec!(1)), (GrowthTiming::StartOfMonth, dec!(0))] {
        let answer = timed(timing, company(dec!(48183.181), dec!(51021.364996), dec!(1), dec!(0), dec!(10000)));
        assert_eq!(answer.break_even_months, Some(months));
    }
}

#[test]
fn a_dead_company_lasts_the_months_it_can_pay_and_a_share_of_the_next() {
    // 21 + 11, then it would earn: 26.5 is the first month and half of the second.
    let answer = timed(GrowthTiming::EndOfMonth, company(dec!(100), dec!(121), dec!(0.1), dec!(0), dec!(26.5)));
    assert!(!answer.alive);
    assert_eq!((answer.runway_months, answer.cushion), (Some(dec!(1.5)), Some(dec!(-5.5))));
}

#[test]
fn no_cash_and_a_burn_is_dead_at_once() {
    for timing in TIMINGS {
        let answer = timed(timing, company(dec!(50), dec!(100), dec!(0.01), dec!(0), dec!(0)));
        assert!(!answer.alive);
        assert_eq!(answer.runway_months, Some(dec!(0)));
    }
}

#[test]
fn growth_of_nearly_nothing_moves_the_last_digits_alone() {
    // Revenue that shrinks by 1e-28 a month costs 20 × 1e-28 × 84² / 2 in 84 months, and a burn of 30 makes that 2.352e-25 months.
    let shrinking = company(dec!(20), dec!(50), dec!(-0.0000000000000000000000000001), dec!(0), dec!(2520));
    assert_eq!(default_alive(&shrinking).unwrap().runway_months, Some(dec!(83.99999999999999999999999976)));
}

#[test]
fn a_break_even_beyond_all_numbers_is_refused_by_its_name() {
    let tiny = dec!(0.0000000000000000000000000001);
    let error = default_alive(&company(dec!(1), dec!(7e28), tiny, dec!(0), dec!(1))).unwrap_err();
    assert_eq!(error, crate::input::ModelError::too_large("break_even_months"));
    let error = default_alive(&company(dec!(1), dec!(2), dec!(0.1000000000001), dec!(0.1), dec!(1))).unwrap_err();
    assert_eq!(error, crate::input::ModelError::too_large("capital_needed"));
}
