//! Charts of figures whose courses are known.

use proptest::prelude::*;
use rust_decimal::{Decimal, dec};

use super::bracket::is_narrow;
use super::{Chart, ChartSearch, KnownCourse, Range, Sight, TargetSide, chart};
use crate::number::{Exact, Number};

fn sight(distance: Decimal) -> Sight {
    let side = match distance.cmp(&Decimal::ZERO) {
        std::cmp::Ordering::Less => TargetSide::Below,
        std::cmp::Ordering::Equal => TargetSide::At,
        std::cmp::Ordering::Greater => TargetSide::Above,
    };
    Sight { side, distance: Some(distance) }
}

fn sides(chart: &Chart) -> Vec<TargetSide> {
    chart.stretches.iter().map(|stretch| stretch.side).collect()
}

const WIDE: Range = Range { low: dec!(-1e15), high: dec!(1e15) };

#[test]
fn a_short_decimal_is_met_as_it_is() {
    let found = chart(WIDE, KnownCourse::OneWay, |input| sight(input - dec!(0.25)));
    assert_eq!(sides(&found), [TargetSide::Below, TargetSide::At, TargetSide::Above]);
    assert_eq!((found.stretches[1].first.0, found.stretches[1].last.0), (dec!(0.25), dec!(0.25)));
    assert!(found.evaluations < 60, "{} evaluations", found.evaluations);
}

#[test]
fn a_plateau_has_both_of_its_ends() {
    let flat = |input: Decimal| sight(if input < dec!(2) { input - dec!(2) } else { (input - dec!(7)).max(Decimal::ZERO) });
    let found = chart(WIDE, KnownCourse::OneWay, flat);
    assert_eq!(sides(&found), [TargetSide::Below, TargetSide::At, TargetSide::Above]);
    assert_eq!((found.stretches[1].first.0, found.stretches[1].last.0), (dec!(2), dec!(7)));
    assert_eq!((found.stretches[0].first.0, found.stretches[2].last.0), (WIDE.low, WIDE.high), "the whole range");
}

#[test]
fn a_jump_is_narrowed_and_what_never_gets_there_has_one_stretch() {
    let jump = |input: Decimal| sight(if input < dec!(3.7) { dec!(-1) } else { dec!(5) });
    let found = chart(Range { low: dec!(0), high: dec!(100) }, KnownCourse::OneWay, jump);
    let [below, above] = &found.stretches[..] else { panic!("two stretches: {found:?}") };
    assert!(above.first.0 == dec!(3.7) && dec!(3.7) - below.last.0 <= dec!(4e-12), "{found:?}");
    let never = chart(WIDE, KnownCourse::OneWay, |_| sight(dec!(-1)));
    assert_eq!((sides(&never), never.evaluations), (vec![TargetSide::Below], 2));
}

#[test]
fn what_is_refused_at_an_end_is_a_stretch() {
    let refused = |input: Decimal| match input >= dec!(1) {
        true => Sight { side: TargetSide::Refused, distance: None },
        false => sight(input - dec!(0.5)),
    };
    let found = chart(Range { low: dec!(0), high: dec!(1e15) }, KnownCourse::OneWay, refused);
    assert_eq!(sides(&found), [TargetSide::Below, TargetSide::At, TargetSide::Above, TargetSide::Refused]);
    assert_eq!((found.stretches[1].first.0, found.stretches[3].first.0), (dec!(0.5), dec!(1)));
}

#[test]
fn a_figure_that_turns_is_seen_at_many_points() {
    let turns = |input: Decimal| sight((input - dec!(1)) * (input - dec!(3)));
    let found = chart(Range { low: dec!(0), high: dec!(10) }, KnownCourse::Unknown, turns);
    let inputs: Vec<Decimal> =
        found.stretches.iter().filter(|stretch| stretch.side == TargetSide::At).map(|stretch| stretch.first.0).collect();
    assert_eq!(inputs, [dec!(1), dec!(3)]);
}

#[test]
fn a_chart_that_is_left_early_says_what_was_seen() {
    let mut search = ChartSearch::new(Range { low: dec!(0), high: dec!(10) }, KnownCourse::Unknown);
    assert_eq!(search.points().count(), 257);
    for _ in 0..260 {
        let input = search.wanted().expect("a boundary is not narrow yet");
        search.take(sight(input - dec!(3.3333333)));
    }
    let found = search.into_chart();
    assert_eq!((sides(&found), found.evaluations), (vec![TargetSide::Below, TargetSide::Above], 260));
    let (below, above) = (found.stretches[0], found.stretches[1]);
    assert_eq!((below.first.0, above.last.0), (dec!(0), dec!(10)));
    assert!(below.last.0 < dec!(3.3333333) && dec!(3.3333333) < above.first.0 && !is_narrow(below.last.0, above.first.0));
}

proptest! {
    /// Whatever number it is, and however steep the figure: the boundary is narrow, and on the right sides.
    #[test]
    fn a_root_is_between_its_neighbours(root in -1_000_000_000_000_i64..1_000_000_000_000, scale in 0_u32..18, cubed: bool, steep in -6_i32..6) {
        let root = Decimal::new(root, scale);
        let slope = Exact::power_of_ten(steep);
        let figure = |input: Decimal| {
            let apart = Exact::of(input) - Exact::of(root);
            let value = if cubed { apart * apart * apart * slope } else { apart * slope };
            let side = if value.is_zero() { TargetSide::At } else if value.is_positive() { TargetSide::Above } else { TargetSide::Below };
            Sight { side, distance: value.decimal() }
        };
        let found = chart(WIDE, KnownCourse::OneWay, figure);
        prop_assert!(found.evaluations < 250, "{} evaluations", found.evaluations);
        for pair in found.stretches.windows(2) {
            prop_assert!(is_narrow(pair[0].last.0, pair[1].first.0), "{:?}", found);
            prop_assert!(pair[0].last.0 <= root && root <= pair[1].first.0);
        }
        prop_assert!(found.stretches.len() >= 2);
        prop_assert_eq!((found.stretches[0].first.0, found.stretches.last().map(|last| last.last.0)), (WIDE.low, Some(WIDE.high)));
    }
}
