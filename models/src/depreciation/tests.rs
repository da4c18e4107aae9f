use rust_decimal::{Decimal, dec};

use super::*;
use crate::input::{Bounded, Fraction, Margin, NonNegative, Positive};

fn over(method: Method, life: u32, salvage: Decimal) -> DepreciationPolicy {
    let useful_life_periods = UsefulLife::new(life).unwrap();
    let salvage = Margin::new(salvage).map(Salvage::Ratio);
    DepreciationPolicy::OverLife { method, useful_life_periods, salvage, bonus_ratio: None }
}

fn macrs(column: MacrsColumn) -> DepreciationPolicy {
    DepreciationPolicy::Macrs { column, bonus_ratio: None }
}

fn with_bonus(mut policy: DepreciationPolicy, bonus: Decimal) -> DepreciationPolicy {
    match &mut policy {
        DepreciationPolicy::OverLife { bonus_ratio, .. } | DepreciationPolicy::Macrs { bonus_ratio, .. } => {
            *bonus_ratio = Fraction::new(bonus);
        }
    }
    policy
}

fn declining(factor: Decimal, is_switching: bool) -> Method {
    Method::DecliningBalance { factor: Positive::new(factor), is_switching }
}

fn schedule(cost: Decimal, policy: DepreciationPolicy) -> Vec<(Decimal, Decimal)> {
    let years = depreciation(&DepreciationInputs { cost: Positive::new(cost).unwrap(), policy }).unwrap();
    years.into_iter().map(|year| (year.depreciation, year.book_value)).collect()
}

#[test]
fn a_straight_line_ends_at_salvage_to_the_digit() {
    let years = schedule(dec!(1000.01), over(Method::StraightLine, 7, dec!(0.1234567)));
    assert_eq!(years.last().unwrap().1, dec!(123.457934567));
    assert_eq!(years.len(), 7);
    assert!(years.windows(2).all(|pair| pair[0].0 == pair[1].0));
}

#[test]
fn the_years_digits_fall_by_one_part_a_year() {
    let years = schedule(dec!(1600), over(Method::SumOfYearsDigits, 5, dec!(0.0625)));
    let expected = [
        (dec!(500), dec!(1100)),
        (dec!(400), dec!(700)),
        (dec!(300), dec!(400)),
        (dec!(200), dec!(200)),
        (dec!(100), dec!(100)),
    ];
    assert_eq!(years, expected);
}

#[test]
fn a_declining_balance_takes_twice_the_straight_lines_share_of_what_is_left() {
    let years = schedule(dec!(10000), over(Method::DOUBLE_DECLINING_BALANCE, 5, dec!(0)));
    let depreciation: Vec<_> = years.iter().map(|year| year.0).collect();
    assert_eq!(depreciation, [dec!(4000), dec!(2400), dec!(1440), dec!(864), dec!(518.4)]);
    // Without a switch to a straight line something is left.
    assert_eq!(years[4].1, dec!(777.6));
}

#[test]
fn a_declining_balance_stops_at_salvage() {
    let years = schedule(dec!(10000), over(Method::DOUBLE_DECLINING_BALANCE, 5, dec!(0.3)));
    let expected = [
        (dec!(4000), dec!(6000)),
        (dec!(2400), dec!(3600)),
        (dec!(600), dec!(3000)),
        (dec!(0), dec!(3000)),
        (dec!(0), dec!(3000)),
    ];
    assert_eq!(years, expected);
}

#[test]
fn a_declining_balance_of_one_or_two_periods_is_gone_at_once() {
    assert_eq!(schedule(dec!(10), over(Method::DOUBLE_DECLINING_BALANCE, 1, dec!(0))), [(dec!(10), dec!(0))]);
    assert_eq!(schedule(dec!(10), over(Method::DOUBLE_DECLINING_BALANCE, 1, dec!(0.2))), [(dec!(8), dec!(2))]);
    let two = [(dec!(10), dec!(0)), (dec!(0), dec!(0))];
    assert_eq!(schedule(dec!(10), over(Method::DOUBLE_DECLINING_BALANCE, 2, dec!(0))), two);
}

#[test]
fn the_printed_table_leaves_nothing() {
    let years = schedule(dec!(5000), macrs(MacrsColumn::HalfYear(RecoveryPeriod::Five)));
    let depreciation: Vec<_> = years.iter().map(|year| year.0).collect();
    assert_eq!(depreciation, [dec!(1000), dec!(1600), dec!(960), dec!(576), dec!(576), dec!(288)]);
    assert_eq!(years[5].1, dec!(0));
}

/// Source: by hand. 40 % of 10,000, 6,000 and 3,600; then 2,160 / 2, where 40 % would be 864.
#[test]
fn a_switching_balance_goes_on_as_a_straight_line() {
    let years = schedule(dec!(10000), over(declining(dec!(2), true), 5, dec!(0)));
    let charges: Vec<_> = years.iter().map(|year| year.0).collect();
    assert_eq!(charges, [dec!(4000), dec!(2400), dec!(1440), dec!(1080), dec!(1080)]);
    assert_eq!(years[4].1, dec!(0));
    // 30 % at a factor of 1.5; a third of the 4,900 less 1,000 that are left is 1,300, and 30 % of 4,900 is 1,470.
    let years = schedule(dec!(10000), over(declining(dec!(1.5), true), 5, dec!(0.1)));
    let charges: Vec<_> = years.iter().map(|year| year.0).collect();
    assert_eq!(charges, [dec!(3000), dec!(2100), dec!(1470), dec!(1215), dec!(1215)]);
    assert_eq!(years[4].1, dec!(1000));
}

#[test]
fn a_rate_above_1_is_1() {
    assert_eq!(schedule(dec!(10), over(declining(dec!(9), false), 3, dec!(0)))[0], (dec!(10), dec!(0)));
    assert_eq!(schedule(dec!(10), over(declining(dec!(9), true), 3, dec!(0.2)))[0], (dec!(8), dec!(2)));
}

#[test]
fn a_bonus_comes_first_and_never_reaches_into_salvage() {
    let line = over(Method::StraightLine, 4, dec!(0.1));
    let expected = [(dec!(500), dec!(500)), (dec!(100), dec!(400)), (dec!(100), dec!(300)), (dec!(100), dec!(200))];
    assert_eq!(
        schedule(dec!(1000), with_bonus(over(Method::StraightLine, 4, dec!(0.2)), dec!(0.4)))[0],
        (dec!(500), dec!(500))
    );
    assert_eq!(schedule(dec!(1000), with_bonus(over(Method::StraightLine, 4, dec!(0.2)), dec!(0.4))), expected);
    let gone = [(dec!(900), dec!(100)), (dec!(0), dec!(100)), (dec!(0), dec!(100)), (dec!(0), dec!(100))];
    assert_eq!(schedule(dec!(1000), with_bonus(line, dec!(1))), gone);
    let balance = over(declining(dec!(2), false), 4, dec!(0.1));
    assert_eq!(schedule(dec!(1000), with_bonus(balance, dec!(0.5)))[..2], [(dec!(750), dec!(250)), (dec!(125), dec!(125))]);
    let printed = schedule(dec!(1000), with_bonus(macrs(MacrsColumn::HalfYear(RecoveryPeriod::Five)), dec!(0.6)));
    assert_eq!(printed[..2], [(dec!(680), dec!(320)), (dec!(128), dec!(192))]);
}

#[test]
fn a_salvage_amount_is_what_is_left_to_the_digit() {
    let policy = DepreciationPolicy::OverLife {
        method: Method::SumOfYearsDigits,
        useful_life_periods: UsefulLife::new(7).unwrap(),
        salvage: NonNegative::new(dec!(100)).map(Salvage::Amount),
        bonus_ratio: None,
    };
    assert_eq!(schedule(dec!(300), policy).last().unwrap().1, dec!(100));
}

#[test]
fn a_building_is_written_off_from_the_middle_of_its_month() {
    let month = |month| ServiceMonth::new(month).unwrap();
    let years = schedule(dec!(100000), macrs(MacrsColumn::Residential(month(8))));
    assert_eq!((years.len(), years[0].0, years[9].0, years[10].0), (29, dec!(1364), dec!(3636), dec!(3637)));
    assert_eq!(years[28], (dec!(455), dec!(0)));
    let years = schedule(dec!(100000), macrs(MacrsColumn::Nonresidential(month(3))));
    assert_eq!((years.len(), years[0].0, years[38].0, years[39]), (40, dec!(2033), dec!(2564), (dec!(535), dec!(0))));
}

#[test]
fn the_smallest_cost_and_the_largest_are_written_off() {
    let policy = over(Method::StraightLine, 1200, dec!(0));
    assert_eq!(schedule(dec!(1e-28), policy).last().unwrap().1, dec!(0));
    assert_eq!(schedule(dec!(78999999999999999999999999990), policy).last().unwrap().1, dec!(0));
}

#[test]
fn the_explanation_writes_each_year() {
    let inputs =
        DepreciationInputs { cost: Positive::new(dec!(1000)).unwrap(), policy: over(Method::SumOfYearsDigits, 4, dec!(0)) };
    let steps = explain_depreciation(&inputs).steps;
    let second = steps.iter().find(|step| step.name == "depreciation(2)").unwrap();
    assert_eq!((second.formula.as_str(), second.value.as_str()), ("(cost - salvage_value) × 3 / 10", "300"));
}
