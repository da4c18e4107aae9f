//! The search holds against exact months, each of which is computed, and takes little work where amounts nearly cancel.

use proptest::prelude::*;
use rust_decimal::{Decimal, dec};

use super::inputs::{
    CashEvent, CashLine, Delay, LineAmounts, LineGrowth, Month, MonthSpan, PaymentTiming, Recurring, RunwayInputs,
};
use super::lowest::Lowest;
use super::months::{MonthlyFlows, Months};
use super::plan::Plan;
use super::search::{Crossing, Found, Watch, search};
use crate::input::{AnyDecimal, Bounded, MonthlyRate, NonNegative, Period, Rate};
use crate::work;

/// Every month computed exactly, one after the other.
fn walked(inputs: &RunwayInputs) -> Found {
    let plan = Plan::new(inputs);
    let mut watch = match Watch::new(&plan) {
        Ok(watch) => watch,
        Err(crossing) => return Found::Crossing(crossing),
    };
    let mut burns = false;
    let months: Vec<MonthlyFlows> = Months::new(&plan).take(Month::LAST.get() as usize).collect();
    for month in &months {
        burns |= month.burns();
        if let Some(crossing) = watch.look(month) {
            return Found::Crossing(crossing);
        }
    }
    Found::Lasts { burns, lowest: Lowest::of(&plan, &months) }
}

fn searched(inputs: &RunwayInputs) -> Found {
    let plan = Plan::new(inputs);
    let mut rest = Months::new(&plan);
    let known: Vec<MonthlyFlows> = rest.by_ref().take(12).collect();
    search(&plan, &known, rest)
}

/// Whether a month burns, the lowest balance and its month.
type LastsAs = (bool, Option<Decimal>, u32);

/// The moment, or how the cash lasts.
fn said(found: &Found) -> (Option<(u32, u8)>, Option<LastsAs>) {
    match found {
        Found::Crossing(crossing) => {
            let moment = match crossing {
                Crossing::AtStart => 0,
                Crossing::AtStartOf { .. } => 1,
                Crossing::Within { .. } => 2,
                Crossing::AtEndOf { .. } => 3,
            };
            (Some((crossing.month(), moment)), None)
        }
        Found::Lasts { burns, lowest } => (None, Some((*burns, lowest.balance().decimal(), lowest.month))),
    }
}

fn line(amount: Decimal, growth: LineGrowth, first: u32, last: Option<u32>) -> CashLine {
    CashLine::evenly(LineAmounts::Recurring(Recurring {
        amount: NonNegative::new(amount).unwrap(),
        period: Period::Month,
        growth,
        months: MonthSpan::new(Month::new(first).unwrap(), last).unwrap(),
    }))
}

fn inputs(cash: Decimal, costs: Vec<CashLine>, revenues: Vec<CashLine>, events: Vec<CashEvent>) -> RunwayInputs {
    RunwayInputs {
        cash_balance: AnyDecimal::new(cash),
        minimum_cash: None,
        as_of_date: None,
        horizon_months: None,
        costs,
        revenues,
        events,
        net_new_annual_recurring_revenue: None,
        include_ledger: false,
        interest_rate: None,
    }
}

/// LineGrowth near to some other growth, or the same, and now and then none.
fn growth() -> impl Strategy<Value = LineGrowth> {
    let bases = prop::sample::select(vec![dec!(0), dec!(0.01), dec!(-0.5), dec!(-0.01), dec!(0.1), dec!(-0.9)]);
    let apart = (-3_i64..=3, prop::sample::select(vec![9_u32, 14, 15, 20, 27, 28]));
    (bases, apart, 0..8_u8).prop_map(|(base, (steps, scale), kind)| {
        let rate = Rate::new(base + Decimal::new(steps, scale)).unwrap();
        match kind {
            0 => LineGrowth::Flat,
            1 => LineGrowth::Annual(rate),
            _ => LineGrowth::Monthly(MonthlyRate::new(rate.get()).unwrap()),
        }
    })
}

fn some_line() -> impl Strategy<Value = CashLine> {
    let amounts = prop::sample::select(vec![dec!(100), dec!(100), dec!(100.0000000001), dec!(0.0000000001), dec!(9066.3523)]);
    let first = prop_oneof![3 => Just(1_u32), 1 => 1..300_u32];
    let length = prop_oneof![3 => Just(None), 1 => (0..900_u32).prop_map(Some)];
    let line = (amounts, growth(), first, length)
        .prop_map(|(amount, growth, first, length)| line(amount, growth, first, length.map(|length| first + length)));
    (line, paid(), any::<u8>()).prop_map(|(line, (timing, delay, period), listed)| {
        let LineAmounts::Recurring(recurring) = line.amounts else { return line };
        let (first, few) = (recurring.months.first(), usize::from(listed) * 5);
        let amounts = match listed % 5 {
            0 => LineAmounts::Listed { first: Month::new(first).unwrap(), amounts: vec![recurring.amount; few] },
            _ => LineAmounts::Recurring(Recurring { period, ..recurring }),
        };
        CashLine { amounts, timing, delay, non_cash: false }
    })
}

/// Mostly evenly and at once.
fn paid() -> impl Strategy<Value = (PaymentTiming, Delay, Period)> {
    let timing =
        prop_oneof![4 => Just(PaymentTiming::Evenly), 1 => Just(PaymentTiming::AtStart), 1 => Just(PaymentTiming::AtEnd)];
    let delay = prop_oneof![3 => Just(0_u32), 1 => 0..=24_u32].prop_map(|months| Delay::new(months).unwrap());
    let period = prop_oneof![3 => Just(Period::Month), 1 => Just(Period::Quarter), 1 => Just(Period::Year)];
    (timing, delay, period)
}

fn some_inputs() -> impl Strategy<Value = RunwayInputs> {
    let lines = || prop::collection::vec(some_line(), 0..4);
    let cash = prop::sample::select(vec![dec!(0), dec!(0), dec!(0.0000000001), dec!(200), dec!(1000000), dec!(1e-28)]);
    let event = (1..1200_u32, -100_i64..100).prop_map(|(month, amount)| CashEvent {
        month: Month::new(month).unwrap(),
        amount: AnyDecimal::new(Decimal::new(amount, 12)).unwrap(),
    });
    (cash, lines(), lines(), prop::collection::vec(event, 0..2))
        .prop_map(|(cash, costs, revenues, events)| inputs(cash, costs, revenues, events))
}

/// How many requests the search is tried with: a few, or as many as `PAYDIRT_SEARCH_CASES` says.
fn cases() -> u32 {
    std::env::var("PAYDIRT_SEARCH_CASES").map_or(150, |text| text.parse().expect("a number"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn the_search_says_what_exact_months_say(inputs in some_inputs()) {
        prop_assert_eq!(said(&searched(&inputs)), said(&walked(&inputs)));
    }

    #[test]
    fn of_balances_that_are_as_good_as_equal_the_same_is_lowest(inputs in far_ties()) {
        prop_assert_eq!(said(&searched(&inputs)), said(&walked(&inputs)));
    }

    /// Lines that all run from the beginning to the end, so that the search may leave out months.
    #[test]
    fn months_that_are_left_out_would_have_said_nothing_else(cash in 0_u32..3_000_000, costs in settled_lines(), revenues in settled_lines()) {
        let inputs = inputs(cash.into(), costs, revenues, Vec::new());
        prop_assert_eq!(said(&searched(&inputs)), said(&walked(&inputs)));
    }
}

/// Cash whose balances are soon as good as equal, or beyond doubles: lines that dwindle or soar, and events that may cancel each other.
fn far_ties() -> impl Strategy<Value = RunwayInputs> {
    let growth = prop::sample::select(vec![
        dec!(-0.5),
        dec!(-0.5),
        dec!(-0.500000000000000000000007),
        dec!(-0.3),
        dec!(-0.1),
        dec!(-0.9),
        dec!(0.9997),
        dec!(10),
    ]);
    let span = prop_oneof![
        3 => Just((1_u32, None)),
        1 => (1..400_u32).prop_map(|first| (first, None)),
        1 => (1..1200_u32).prop_map(|last| (1, Some(last))),
    ];
    let amount = prop::sample::select(vec![dec!(100), dec!(100.001), dec!(99.99999999999999999999), dec!(1e-28), dec!(1e20)]);
    let some_line = (amount, growth, span).prop_map(|(amount, growth, (first, last))| {
        line(amount, LineGrowth::Monthly(MonthlyRate::new(growth).unwrap()), first, last)
    });
    let lines = |most: usize| prop::collection::vec(some_line.clone(), 0..most);
    let moved = prop::sample::select(vec![dec!(100), dec!(-100), dec!(1e-22), dec!(-1e-22), dec!(-1e-28)]);
    let event = (1..1200_u32, moved)
        .prop_map(|(month, amount)| CashEvent { month: Month::new(month).unwrap(), amount: AnyDecimal::new(amount).unwrap() });
    let cash = prop::sample::select(vec![dec!(8000), dec!(1000000), dec!(1e28), dec!(1e-20), dec!(400.00000000000000003)]);
    (cash, lines(5), lines(2), prop::collection::vec(event, 0..4))
        .prop_map(|(cash, costs, revenues, events)| inputs(cash, costs, revenues, events))
}

/// Thirty costs and thirty revenues whose growth differs by 1e-14 at most.
fn nearly_cancelling(cash: Decimal, more: i64) -> RunwayInputs {
    let lines = |first: i64| {
        let growth = |index: i64| LineGrowth::Monthly(MonthlyRate::new(Decimal::new(first + index, 15)).unwrap());
        (0..30).map(|index| line(dec!(9066.3523), growth(index), 1, None)).collect()
    };
    inputs(cash, lines(10), lines(10 + more), Vec::new())
}

/// Lines without an end: flat ones, and ones that grow or shrink by up to 3 % a month.
fn settled_lines() -> impl Strategy<Value = Vec<CashLine>> {
    let growth = (-30_i64..=30).prop_map(|rate| match rate {
        0 => LineGrowth::Flat,
        _ => LineGrowth::Monthly(MonthlyRate::new(Decimal::new(rate, 3)).unwrap()),
    });
    let some_line = (1_i64..100_000, growth).prop_map(|(amount, growth)| line(amount.into(), growth, 1, None));
    prop::collection::vec(some_line, 0..4)
}

fn work_of(inputs: &RunwayInputs) -> u64 {
    let before = work::done();
    searched(inputs);
    work::done() - before
}

#[test]
fn lines_that_nearly_cancel_take_hundreds_of_units_a_line() {
    let shrinking = |share: Decimal| line(dec!(100), LineGrowth::Monthly(MonthlyRate::new(share).unwrap()), 1, None);
    let cases = [
        ("revenues that grow by a hair more", nearly_cancelling(dec!(0), 1)),
        ("costs that do, until a little cash is gone", nearly_cancelling(dec!(0.000001), -1)),
        (
            "cash that just pays for costs that shrink for ever",
            inputs(dec!(8000), vec![shrinking(dec!(-0.5)); 40], Vec::new(), Vec::new()),
        ),
        ("lines that cancel, each with an end of its own", {
            let lines = |end: u32| {
                (0..30)
                    .map(|index| {
                        line(dec!(100), LineGrowth::Monthly(MonthlyRate::new(dec!(0.01)).unwrap()), 1, Some(end + 2 * index))
                    })
                    .collect()
            };
            inputs(dec!(0), lines(1100), lines(1101), Vec::new())
        }),
        (
            "flat lines that cancel",
            inputs(
                dec!(0),
                vec![line(dec!(1), LineGrowth::Flat, 1, None); 60],
                vec![line(dec!(60), LineGrowth::Flat, 1, None)],
                Vec::new(),
            ),
        ),
    ];
    for (name, inputs) in cases {
        let lines = (inputs.costs.len() + inputs.revenues.len()) as u64;
        let work = work_of(&inputs);
        assert!(work < 30_000 + 1_200 * lines, "{name}: {work} units for {lines} lines");
    }
}

#[test]
fn a_hair_that_burns_beside_flat_lines_that_cancel_is_seen_alike() {
    let halved = LineGrowth::Monthly(MonthlyRate::new(dec!(-0.5)).unwrap());
    let flat = |amount: Decimal, last: Option<u32>| line(amount, LineGrowth::Flat, 1, last);
    let costs = vec![line(dec!(100), halved, 1, None), flat(dec!(100.0000000001), None)];
    let revenues = vec![flat(dec!(100), Some(251)), flat(dec!(100.0000000001), None)];
    let inputs = inputs(dec!(0), costs, revenues, Vec::new());
    // Month 252 burns 100 × 0.5^251.
    assert_eq!(said(&searched(&inputs)), (None, Some((true, Some(dec!(0)), 0))));
    assert_eq!(said(&walked(&inputs)), said(&searched(&inputs)));
}

#[test]
fn a_fall_too_small_for_a_balance_is_seen_where_months_follow_on_each_other() {
    let halved = LineGrowth::Monthly(MonthlyRate::new(dec!(-0.5)).unwrap());
    let shrinking = line(dec!(100), halved, 1, None);
    let quarterly = CashLine {
        amounts: LineAmounts::Recurring(Recurring {
            amount: NonNegative::new(dec!(100)).unwrap(),
            period: Period::Quarter,
            growth: LineGrowth::Flat,
            months: MonthSpan::new(Month::new(1).unwrap(), None).unwrap(),
        }),
        timing: PaymentTiming::AtStart,
        ..shrinking.clone()
    };
    // A quarter is paid at the start of month 1198; months 1198 to 1200 burn 100 × 0.5^1197 and less, of some 959,800.
    let until_the_end = inputs(dec!(1000000), vec![quarterly, shrinking.clone()], Vec::new(), Vec::new());
    assert_eq!(said(&searched(&until_the_end)), (None, Some((true, Some(dec!(959800)), 1200))));
    // Months 12 and 13 burn 1e-28 × 0.5^11 and less, of 1e28, and month 14 brings more than that.
    let hair = inputs(
        dec!(10000000000000000000000000000),
        vec![CashLine {
            amounts: line(dec!(0.0000000000000000000000000001), LineGrowth::Flat, 1, Some(13)).amounts,
            ..shrinking
        }],
        Vec::new(),
        vec![CashEvent { month: Month::new(14).unwrap(), amount: AnyDecimal::new(dec!(1)).unwrap() }],
    );
    assert_eq!(said(&walked(&hair)).1.unwrap().2, 13);
    assert_eq!(said(&searched(&hair)).1.unwrap().2, 13);
}

#[test]
fn a_low_between_months_that_fall_is_kept_where_what_comes_after_is_taken_back() {
    let with = |amount: Decimal, period: Period, growth: LineGrowth, timing: PaymentTiming| CashLine {
        amounts: LineAmounts::Recurring(Recurring {
            amount: NonNegative::new(amount).unwrap(),
            period,
            growth,
            months: MonthSpan::new(Month::new(1).unwrap(), None).unwrap(),
        }),
        timing,
        ..line(amount, growth, 1, None)
    };
    let halved = LineGrowth::Annual(Rate::new(dec!(-0.5)).unwrap());
    let vanishing = LineGrowth::Monthly(MonthlyRate::new(dec!(-0.9)).unwrap());
    let costs = vec![
        with(dec!(100), Period::Quarter, halved, PaymentTiming::AtStart),
        with(dec!(100), Period::Month, vanishing, PaymentTiming::Evenly),
    ];
    let revenues = vec![with(dec!(0.0000000001), Period::Year, LineGrowth::Flat, PaymentTiming::AtStart)];
    let inputs = inputs(dec!(1000000), costs, revenues, Vec::new());
    // From the 43rd year on a year's four costs are less than the 1e-10 that its start brings: at the end of month 504 the balance is lowest.
    assert_eq!(said(&walked(&inputs)).1.unwrap().2, 504);
    assert_eq!(said(&searched(&inputs)), said(&walked(&inputs)));
}

#[test]
fn months_are_left_out_once_the_balance_rises_or_falls_for_good() {
    let growing = |amount: i64, rate: i64| {
        let growth =
            if rate == 0 { LineGrowth::Flat } else { LineGrowth::Monthly(MonthlyRate::new(Decimal::new(rate, 2)).unwrap()) };
        line(amount.into(), growth, 1, None)
    };
    let cases = [
        ("revenue overtakes in month 47", inputs(dec!(1000000), vec![growing(50_000, 1)], vec![growing(20_000, 3)], vec![])),
        ("costs that shrink", inputs(dec!(8000), vec![growing(100, -2)], vec![], vec![])),
        ("a flat burn for 1,100 months", inputs(dec!(1100000), vec![growing(1_000, 0)], vec![], vec![])),
        ("costs that grow for 600 months", inputs(dec!(5000000), vec![growing(11, 1)], vec![growing(10, 0)], vec![])),
        ("a flat burn beyond the century", inputs(dec!(1300000), vec![growing(1_000, 0)], vec![], vec![])),
    ];
    for (name, inputs) in cases {
        assert_eq!(said(&searched(&inputs)), said(&walked(&inputs)), "{name}");
        // Every month in doubles would be eight units each, and 9,500 of them.
        let work = work_of(&inputs);
        assert!(work < 5_000, "{name}: {work} units");
    }
}

#[test]
fn a_line_that_grows_fastest_has_the_last_word() {
    // For 300 months the balance rises, and then a cost of a cent that grows by 5 % a month has overtaken all revenue.
    let growing = |amount: Decimal, rate: i64| {
        line(amount, LineGrowth::Monthly(MonthlyRate::new(Decimal::new(rate, 2)).unwrap()), 1, None)
    };
    let inputs = inputs(
        dec!(0),
        vec![growing(dec!(0.01), 5)],
        vec![growing(dec!(1000), 1), line(dec!(5), LineGrowth::Flat, 1, None)],
        vec![],
    );
    let found = said(&searched(&inputs));
    assert_eq!(found, said(&walked(&inputs)));
    assert!(found.0.is_some_and(|(month, _)| month > 300), "{found:?}");
}
