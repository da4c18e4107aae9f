use std::cell::Cell;
use std::rc::Rc;

use rust_decimal::Decimal;

use super::*;
use crate::calendar::{Date, add_days, parse};
use crate::capex_roi::{CapexRoiInputs, Expenditures, capex_roi, explain_capex_roi};
use crate::cash_flow::{
    CashFlows, DatedCashFlow, DayCount, ModifiedRateInputs, PaybackInputs, PresentValueInputs, Series,
    explain_internal_rate_of_return, explain_modified_internal_rate, explain_paybacks, explain_present_value, internal_rates,
    modified_internal_rate, paybacks, present_value,
};
use crate::depreciation::{DepreciationInputs, DepreciationPolicy, Method, UsefulLife, depreciation, explain_depreciation};
use crate::input::{AnyDecimal, Bounded, NonNegative, Period, Positive, Rate};
use crate::number::{Exact, Number};
use crate::precision::in_full;
use crate::runway::{
    CashLine, LineAmounts, LineGrowth, Month, MonthSpan, PaymentTiming, Recurring, RunwayInputs, explain_runway, runway,
};

/// Returns the work that is counted from the beginning of a computation to its end.
fn counted<T>(is_over: impl Fn() -> bool + 'static, computation: impl FnOnce() -> T) -> (Result<T, Abandoned>, u64) {
    let before = done();
    let answer = within(is_over, computation);
    (answer, done() - before)
}

/// Asserts that a computation gives up. Nobody waits from the first look on: the work after that look is less than a hundredth of
/// the whole and less than two looks, and all of the work takes less than a millisecond.
fn assert_gives_up<T>(name: &str, computation: impl Fn() -> T) {
    let (answer, whole) = counted(|| false, &computation);
    assert!(answer.is_ok(), "{name}");
    let at_look = Rc::new(Cell::new(None));
    let noticed = Rc::clone(&at_look);
    let nobody_waits = move || {
        noticed.set(Some(done()));
        true
    };
    let (answer, cut) = counted(nobody_waits, &computation);
    assert!(answer.is_err(), "{name}");
    let after = cut - at_look.get().expect("it was asked");
    assert!(cut < 1_000_000 / UNIT_NANOSECONDS, "{name}: {cut} of {whole}");
    assert!(after < 2 * LOOK_UNITS && 100 * after < whole, "{name}: {after} after the look, of {whole}");
}

fn amount(index: u32) -> AnyDecimal {
    let sign = if index.is_multiple_of(3) { -1 } else { 1 };
    AnyDecimal::new(Decimal::new(sign * (1_000_000_007 + i64::from(index) * 77_777), 4)).unwrap()
}

fn periodic(flows: u32) -> CashFlows {
    CashFlows::Periodic { amounts: (0..flows).map(amount).collect(), period: Period::Month }
}

fn dated(flows: u32) -> CashFlows {
    let date = |index: u32| -> Date { add_days(parse("1990-01-01").unwrap(), i64::from(index * 7919 % 90_001)).unwrap() };
    let flows = (0..flows).map(|index| DatedCashFlow { date: date(index), amount: amount(index) }).collect();
    CashFlows::Dated { flows, day_count: DayCount::Act365Fixed }
}

fn rate(thousandths: i64) -> Rate {
    Rate::new(Decimal::new(thousandths, 3)).unwrap()
}

#[test]
fn a_present_value_gives_up() {
    for cash_flows in [periodic(10_000), dated(10_000)] {
        let inputs = PresentValueInputs { cash_flows, discount_rate: rate(71), first_flow: None };
        assert_gives_up("present value", || present_value(&inputs));
        assert_gives_up("its explanation", || explain_present_value(&inputs));
    }
}

#[test]
fn a_modified_rate_gives_up() {
    for cash_flows in [periodic(10_000), dated(10_000)] {
        let inputs = ModifiedRateInputs { cash_flows, finance_rate: rate(71), reinvestment_rate: rate(51) };
        assert_gives_up("modified rate", || modified_internal_rate(&inputs));
        let outcome = modified_internal_rate(&inputs).unwrap();
        assert_gives_up("its explanation", || explain_modified_internal_rate(&inputs, &outcome));
    }
}

#[test]
fn paybacks_give_up() {
    for cash_flows in [periodic(10_000), dated(10_000)] {
        let inputs = PaybackInputs { cash_flows, discount_rate: Some(rate(71)) };
        assert_gives_up("paybacks", || paybacks(&inputs));
        let outcome = paybacks(&inputs).unwrap();
        assert_gives_up("their explanation", || explain_paybacks(&inputs, &outcome));
    }
}

#[test]
fn internal_rates_give_up() {
    // 6,666 sign changes; one; a repeated rate, which exact integers remove; near ones in exact integers, found one by one.
    let one_change = CashFlows::Periodic {
        amounts: (0..10_000).map(|index| if index == 0 { amount(0) } else { amount(1) }).collect(),
        period: Period::Year,
    };
    for cash_flows in [periodic(10_000), dated(10_000), one_change] {
        assert_gives_up("internal rates", || internal_rates(&Series::of(&cash_flows)));
        let outcome = internal_rates(&Series::of(&cash_flows));
        assert_gives_up("their explanation", || explain_internal_rate_of_return(&cash_flows, &outcome));
    }
}

#[test]
fn repeated_rates_give_up() {
    // (v^401 + v^100 - 1)^2: a polynomial of a high degree, whose factor exact integers remove.
    let mut amounts = vec![AnyDecimal::new(Decimal::ZERO).unwrap(); 803];
    for (time, amount) in [(0, 1), (100, -2), (200, 1), (401, -2), (501, 2), (802, 1)] {
        amounts[time] = AnyDecimal::new(Decimal::from(amount)).unwrap();
    }
    let cash_flows = CashFlows::Periodic { amounts, period: Period::Day };
    assert_gives_up("repeated rates", || internal_rates(&Series::of(&cash_flows)));
}

#[test]
fn a_return_on_capital_gives_up() {
    let amounts = |first: i64| -> Vec<NonNegative> {
        (0..1200).map(|period| NonNegative::new(Decimal::new(first + period * 7_777, 3)).unwrap()).collect()
    };
    let inputs = CapexRoiInputs {
        period: Period::Month,
        capital_expenditures: Expenditures::new(amounts(1_000_000)),
        revenues: amounts(2_000_000),
        gross_margin: None,
        operating_costs: amounts(300_000),
        discount_rate: rate(98),
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
    };
    assert_gives_up("return on capital", || capex_roi(&inputs));
    let outcome = capex_roi(&inputs).unwrap();
    assert_gives_up("its explanation", || explain_capex_roi(&inputs, &outcome));
}

#[test]
fn a_century_of_depreciation_gives_up() {
    let policy = DepreciationPolicy::OverLife {
        method: Method::DOUBLE_DECLINING_BALANCE,
        useful_life_periods: UsefulLife::new(1200).unwrap(),
        salvage: None,
        bonus_ratio: None,
    };
    let inputs = DepreciationInputs { cost: Positive::new(Decimal::ONE_THOUSAND).unwrap(), policy };
    // By the short way it ends before the first look.
    assert_gives_up("depreciation", || in_full(|| depreciation(&inputs)));
    assert_gives_up("its explanation", || explain_depreciation(&inputs));
}

#[test]
fn a_century_of_growing_lines_gives_up() {
    let lines = |amount: i64, seed: i64, timing: PaymentTiming| -> Vec<CashLine> {
        (0..200)
            .map(|index| Recurring {
                amount: NonNegative::new(Decimal::from(amount + index)).unwrap(),
                period: Period::Month,
                growth: LineGrowth::Annual(Rate::new(Decimal::new((index * 7 + seed) % 200 + 1, 5)).unwrap()),
                months: MonthSpan::ALWAYS,
            })
            .map(|recurring| CashLine { timing, ..CashLine::evenly(LineAmounts::Recurring(recurring)) })
            .collect()
    };
    let inputs = RunwayInputs {
        cash_balance: AnyDecimal::new(Decimal::from(1_000_000)),
        minimum_cash: None,
        as_of_date: parse("2024-01-31"),
        horizon_months: Month::new(1200),
        costs: lines(1_000, 0, PaymentTiming::Evenly),
        revenues: lines(1_500, 1, PaymentTiming::AtEnd),
        events: Vec::new(),
        net_new_annual_recurring_revenue: None,
        include_ledger: true,
        interest_rate: None,
    };
    assert_gives_up("runway", || runway(&inputs));
    let outcome = runway(&inputs).unwrap();
    assert_gives_up("its explanation", || explain_runway(&inputs, &outcome));
}

#[test]
fn a_look_is_taken_about_every_tenth_of_a_millisecond() {
    let looks = Rc::new(Cell::new(0));
    let counted = Rc::clone(&looks);
    let is_over = move || {
        counted.set(counted.get() + 1);
        false
    };
    let sum = within(is_over, || (0..100_000_u64).while_awaited_each(10).sum::<u64>());
    assert_eq!(sum, Ok(4_999_950_000));
    assert!((90..=100).contains(&looks.get()), "{} looks in 10 ms", looks.get());
}

#[test]
fn once_over_it_stays_so_and_nobody_is_asked_again() {
    let looks = Rc::new(Cell::new(0));
    let counted = Rc::clone(&looks);
    let is_over = move || {
        counted.set(counted.get() + 1);
        counted.get() == 1
    };
    let answer = within(is_over, || {
        let first = (0..10_000).while_awaited_each(10_000).count();
        (first, is_over_after(1), (0..10_000).while_awaited_each(1).count())
    });
    assert_eq!((answer, looks.get()), (Err(Abandoned), 1));
}

#[test]
fn nothing_is_given_up_outside_of_a_scope_or_before_a_look() {
    assert_eq!((0..10).while_awaited_each(u64::MAX).count(), 10);
    assert_eq!(within(|| true, || (0..10).while_awaited_each(1).count()), Ok(10));
    let inside = within(|| true, || within(|| false, || (0..10).while_awaited_each(1_000_000).count()));
    assert_eq!(inside, Ok(Ok(10)));
    assert_eq!((0..10).while_awaited_each(u64::MAX).count(), 10);
}

#[test]
fn work_is_counted_from_the_beginning_of_its_scope_and_where_that_was_called() {
    let before = done();
    let inside = within(
        || false,
        || {
            tick(30);
            // More than until the next look, which grants new work and forgets none.
            let mut each = (0..5).while_awaited_each(LOOK_UNITS);
            while each.next().is_some() {}
            let innermost = within(
                || false,
                || {
                    tick(7);
                    done()
                },
            );
            (innermost, done())
        },
    );
    let whole = 30 + 5 * LOOK_UNITS + 7;
    assert_eq!(inside, Ok((Ok(7), whole)));
    assert_eq!(done() - before, whole);
}

#[test]
fn work_done_after_it_is_over_is_counted_too() {
    let before = done();
    let answer = within(
        || true,
        || {
            assert!(is_over_after(LOOK_UNITS + 1));
            tick(5);
            done()
        },
    );
    assert_eq!((answer, done() - before), (Err(Abandoned), LOOK_UNITS + 6));
}

#[test]
fn arithmetic_counts_itself() {
    let counted = |computation: &dyn Fn() -> Exact| {
        let before = done();
        std::hint::black_box(computation());
        done() - before
    };
    let exact = |text: &str| Exact::from(text.parse::<Decimal>().unwrap());
    let (long, longer, short) = (exact("1234567890123.456789012345678"), exact("9876543210.987654321098765432"), exact("3.5"));
    assert_eq!(counted(&|| short * short + short * short), 3);
    assert_eq!(counted(&|| long * longer), 1);
    let quotient = long / longer;
    assert!((5..20).contains(&counted(&|| quotient * quotient)));
    assert!((100..300).contains(&counted(&|| quotient.ln())));
}

#[test]
fn a_panic_takes_its_scope_with_it() {
    let panicked = std::panic::catch_unwind(|| within(|| true, || panic!("of the computation")));
    assert!(panicked.is_err());
    assert_eq!((0..10).while_awaited_each(u64::MAX).count(), 10);
}

#[test]
fn what_does_more_than_it_was_granted_is_cut_short_and_says_how_much_it_did() {
    let steps = |count: u64| move || (0..count).while_awaited_each(10).count();
    assert_eq!(up_to(1_000, steps(100)), Ok(100), "all that was granted may be done");
    let Exceeded { done: seen } = up_to(1_000, steps(1_000)).unwrap_err();
    assert!((1_000..1_100).contains(&seen), "{seen}");
    let before = done();
    let _ = up_to(1_000, steps(1_000));
    assert_eq!(done() - before, seen, "the work counts where it was called from");
    assert_eq!(steps(100_000)(), 100_000, "and nothing is cut short afterwards");
}

#[test]
fn what_was_granted_holds_within_a_computation_that_someone_waits_for() {
    let steps = |count: u64| (0..count).while_awaited_each(10).count();
    let inside = within(|| false, || (up_to(1_000, || steps(1_000)).is_err(), steps(100_000)));
    assert_eq!(inside, Ok((true, 100_000)));
}
