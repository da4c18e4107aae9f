//! The numbers of the short way against those of 76 digits.

use proptest::prelude::*;
use ruint::aliases::U512;
use rust_decimal::Decimal;

use super::ball::Ball;
use super::number::{NumberView, Quick};
use crate::arithmetic::Arithmetic;
use crate::doubt::counts;
use crate::number::{Exact, Number};
use crate::wide::Wide;

/// Returns 2^exponent to 76 digits.
fn two_to_the(exponent: i32) -> Exact {
    let power = Exact::from(2).whole_power(exponent.unsigned_abs());
    if exponent < 0 { Exact::ONE / power } else { power }
}

fn middle(ball: Ball) -> Exact {
    let mantissa = Exact(Wide::from_parts(ball.negative, U512::from(ball.mantissa), 0));
    mantissa * two_to_the(ball.exponent)
}

/// Returns the middle of a number to 76 digits.
pub(super) fn middle_of(quick: Quick) -> Exact {
    match quick.view() {
        NumberView::Short(short) => Exact(Some(short.wide())),
        NumberView::Ball(ball) => middle(ball),
        NumberView::Spoilt => Exact(None),
    }
}

/// True where the number of the short way stands for the other one: equal where it is exact, within its doubt where it is a ball.
pub(super) fn holds(quick: Quick, exact: Exact) -> bool {
    match quick.view() {
        NumberView::Short(short) => Exact(Some(short.wide())) == exact,
        NumberView::Ball(ball) => {
            let middle = middle(ball);
            let allowed = middle.absolute() * Exact::from_f64(ball.doubt.max(1e-280));
            (exact - middle).absolute() <= allowed
        }
        NumberView::Spoilt => exact.is_spoilt(),
    }
}

/// Doubt of a ball; 0 of an exact number.
fn doubt_of(quick: Quick) -> f64 {
    if let NumberView::Ball(ball) = quick.view() { ball.doubt } else { 0.0 }
}

/// Decimals as people write them, and decimals at the ends of what a request may hold.
fn decimal() -> impl Strategy<Value = Decimal> {
    const MANTISSA_MAX: i128 = 9_999_999_999_999_999_999_999_999_999;
    let any = (-MANTISSA_MAX..=MANTISSA_MAX, 0_u32..28, 0_u32..=28)
        .prop_map(|(mantissa, shorter, scale)| Decimal::from_i128_with_scale(mantissa / 10_i128.pow(shorter), scale));
    let ends =
        prop::sample::select(vec!["1e-28", "-1e-28", "7.8e28", "1", "-1", "0", "0.5", "3", "0.9999999999999999999999999999"])
            .prop_map(|text| Decimal::from_scientific(text).or_else(|_| text.parse()).unwrap());
    prop_oneof![5 => any, 1 => ends]
}

fn positive() -> impl Strategy<Value = Decimal> {
    decimal().prop_map(|decimal| decimal.abs()).prop_filter("0 has none", |decimal| !decimal.is_zero())
}

/// A rate of discounting: usual ones, tiny ones, huge ones, and ones near -1.
fn rate() -> impl Strategy<Value = Decimal> {
    let usual = (1_i64..10_000).prop_map(|rate| Decimal::new(rate, 4));
    let near_minus_one = (1_u32..=28).prop_map(|places| Decimal::from_i128_with_scale(1, places) - Decimal::ONE);
    let tiny = (1_u32..=28).prop_map(|places| Decimal::from_i128_with_scale(7, places));
    let huge = (0_u32..28).prop_map(|zeros| Decimal::from_i128_with_scale(3 * 10_i128.pow(zeros), 0));
    prop_oneof![4 => usual, 1 => near_minus_one, 1 => tiny, 1 => huge]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// A chain of operations, by both ways: every number on the way is held.
    #[test]
    fn a_chain_of_operations_holds_what_76_digits_give(first in decimal(), steps in prop::collection::vec((0_u8..6, decimal()), 1..30)) {
        let (mut quick, mut exact) = (Quick::of(first), Exact::of(first));
        let (mut sum, mut exact_sum) = (Quick::ZERO, Exact::ZERO);
        for (operation, operand) in steps {
            let (by, exactly_by) = (Quick::of(operand), Exact::of(operand));
            (quick, exact) = match operation {
                0 => (quick + by, exact + exactly_by),
                1 => (quick - by, exact - exactly_by),
                2 => (quick * by, exact * exactly_by),
                3 if !operand.is_zero() => (quick / by, exact / exactly_by),
                4 => (quick * quick, exact * exact),
                _ => (quick - sum, exact - exact_sum),
            };
            (sum, exact_sum) = (sum + quick, exact_sum + exact);
            if exact.absolute() > Exact::power_of_ten(2000) || [quick, sum].iter().any(|number| matches!(number.view(), NumberView::Spoilt)) {
                break;
            }
            prop_assert!(holds(quick, exact), "{quick:?} {exact:?}");
            prop_assert!(holds(sum, exact_sum), "{sum:?} {exact_sum:?}");
        }
    }

    /// A rounding that the short way does not doubt is that of the long way.
    #[test]
    fn a_rounding_without_a_doubt_is_that_of_76_digits(above in decimal(), below in decimal(), more in decimal(), places in 0_u32..28) {
        prop_assume!(!below.is_zero());
        let (quick, exact) = (Quick::of(above) / Quick::of(below), Exact::of(above) / Exact::of(below));
        for (quick, exact) in [(quick, exact), (quick + Quick::of(more), exact + Exact::of(more)), (quick * quick, exact * exact)] {
            let before = counts();
            let decimal = quick.decimal();
            if counts().of_roundings == before.of_roundings {
                prop_assert_eq!(decimal, exact.decimal(), "{:?} {:?}", quick, exact);
            }
            let before = counts();
            let answer = quick.as_answer();
            if counts().of_roundings == before.of_roundings {
                prop_assert!(holds(answer, exact.as_answer()), "{:?} {:?}", quick, exact);
            }
            let before = counts();
            let rounded = quick.to_places(places);
            if counts().of_roundings == before.of_roundings {
                prop_assert!(holds(rounded, exact.to_places(places)), "{:?} {:?}", quick, exact);
            }
        }
    }

    /// Whole numbers and short decimals, by which balls are multiplied and divided in a few steps of their own.
    #[test]
    fn products_and_quotients_by_short_decimals_hold_what_76_digits_give(above in decimal(), below in positive(), bits in 1_u32..=64, seed: u64, tens in -70_i32..70) {
        let (quick, exact) = (Quick::of(above) / Quick::of(below), Exact::of(above) / Exact::of(below));
        // As many bits as that, the first of them set, and powers of two.
        for whole in [(seed | 1 << 63) >> (64 - bits), 1 << (bits - 1)] {
            let (by, exactly_by) = (Quick::of(whole.into()).raised(tens.into()), Exact::of(whole.into()).raised(tens.into()));
            prop_assert!(holds(by, exactly_by));
            for (by, exactly_by) in [(by, exactly_by), (-by, -exactly_by)] {
                prop_assert!(holds(quick * by, exact * exactly_by), "{quick:?} {by:?}");
                prop_assert!(holds(by * quick, exact * exactly_by), "{quick:?} {by:?}");
                prop_assert!(holds(quick / by, exact / exactly_by), "{quick:?} {by:?}");
            }
            for number in [quick * by, quick / by].into_iter().filter(|_| tens.abs() <= 55) {
                prop_assert!(doubt_of(number) <= doubt_of(quick) + 1e-37, "{number:?}");
            }
        }
    }

    /// Comparisons of balls that are far from each other, near, and next to each other.
    #[test]
    fn comparisons_are_those_of_76_digits_or_doubts(above in decimal(), below in positive(), near in 0_u32..50, step in -9_i32..=9, doubt in -140_i32..0) {
        let (mut quick, exact) = (Quick::of(above) / Quick::of(below), Exact::of(above) / Exact::of(below));
        let by = Exact::from(step.unsigned_abs()) * Exact::power_of_ten(-(near as i32));
        let factor = if step < 0 { Exact::ONE - by } else { Exact::ONE + by };
        let (other, exact_other) = (quick * Quick::exact(factor), exact * factor);
        if let NumberView::Ball(ball) = quick.view() {
            quick = Quick::of_ball(Ball { doubt: ball.doubt + 2_f64.powi(doubt), ..ball });
        }
        for (left, right, exact_left, exact_right) in [(quick, other, exact, exact_other), (other, quick, exact_other, exact), (-quick, other, -exact, exact_other)] {
            let compared = left.compared(right);
            prop_assert!(compared.is_none() || compared == exact_left.compared(exact_right), "{left:?} {right:?}");
            let before = counts().of_comparisons;
            let ordering = left.partial_cmp(&right);
            prop_assert!(counts().of_comparisons > before || ordering == exact_left.partial_cmp(&exact_right), "{left:?} {right:?}");
            // Anything in the ball is on that side.
            if let (NumberView::Ball(ball), Some(ordering)) = (left.view(), compared) {
                let reach = middle(ball).absolute() * Exact::from_f64(ball.doubt.max(1e-280));
                let edge = if ordering.is_gt() { middle(ball) - reach } else { middle(ball) + reach };
                prop_assert_eq!(edge.compared(middle_of(right)), Some(ordering), "{:?} {:?}", left, right);
            }
        }
    }

    #[test]
    fn functions_hold_what_76_digits_give(number in positive(), exponent in decimal(), of_sum in rate(), periods in -1200_i64..1200) {
        let (quick, exact) = (Quick::of(number), Exact::of(number));
        prop_assert!(holds(quick.ln(), exact.ln()), "{:?} {:?}", quick.ln(), exact.ln());
        // Of a number that is a ball already.
        let seventh = |number: Decimal| (Quick::of(number) / Quick::whole(7), Exact::of(number) / Exact::whole(7));
        let (quick, exact) = seventh(number);
        prop_assert!(holds(quick.ln(), exact.ln()));
        let (quick, exact) = seventh(exponent / Decimal::from(10_u32.pow(9)));
        let (raised, exactly) = (quick.exp_m1(), exact.exp_m1());
        if exact.absolute() < Exact::power_of_ten(4) {
            prop_assert!(holds(raised, exactly), "{raised:?} {exactly:?}");
        }
        let (rate, exact_rate) = (Quick::of(of_sum), Exact::of(of_sum));
        let (whole, exact_whole) = (Quick::of(periods.into()), Exact::of(periods.into()));
        let (compounded, exactly) = (rate.compounded(whole), exact_rate.compounded(exact_whole));
        prop_assert!(matches!(compounded.view(), NumberView::Spoilt) || holds(compounded, exactly), "{compounded:?} {exactly:?}");
        let (part, exact_part) = (whole / Quick::whole(365), exact_whole / Exact::whole(365));
        let (power, exactly) = ((Quick::ONE + rate).to_the(part), (Exact::ONE + exact_rate).to_the(exact_part));
        prop_assert!(matches!(power.view(), NumberView::Spoilt) || holds(power, exactly), "{power:?} {exactly:?}");
        // Sharp enough for an answer, where the rate is one that a request may well hold.
        if of_sum > Decimal::new(1, 6) && of_sum < Decimal::TEN {
            prop_assert!(doubt_of(power) < 1e-34 && doubt_of(compounded) < 1e-33, "{power:?} {compounded:?}");
        }
    }

    #[test]
    fn roots_hold_what_76_digits_give(number in positive(), degree in 1_u32..=24) {
        let (quick, exact) = (Quick::of(number).root(degree), Exact::of(number).root(degree));
        let exact = exact.polished(Exact::of(number), degree);
        prop_assert!(holds(quick, exact) && doubt_of(quick) < 1e-34, "{quick:?} {exact:?}");
    }

    /// Interest and roots less 1, which 76 digits find by a logarithm and an exponential.
    #[test]
    fn what_takes_no_logarithm_holds_what_one_gives(rate in rate(), periods in -40_i64..=40, above in positive(), below in positive(), near in 0_u32..30, degree in 1_u32..=24) {
        let (quick, exact) = (Quick::of(rate), Exact::of(rate));
        let compounded = quick.compounded(Quick::of(periods.into()));
        prop_assert!(holds(compounded, exact.compounded(Exact::of(periods.into()))), "{compounded:?}");
        prop_assert!(periods == 0 || rate.abs() < Decimal::new(1, 2) || doubt_of(compounded) > 0.0, "{compounded:?}");
        let (quick, exact) = (Quick::of(above) / Quick::of(below), Exact::of(above) / Exact::of(below));
        // Near 1 too.
        let (quick, exact) = match near {
            0..10 => (quick, exact),
            tens => {
                let share = |tens: u32| 10_i32.saturating_sub_unsigned(tens);
                (Quick::ONE + Quick::of(rate) * Quick::power_of_ten(share(tens)), Exact::ONE + Exact::of(rate) * Exact::power_of_ten(share(tens)))
            }
        };
        if let Some(less_one) = quick.root_less_one(degree) {
            let exactly = (exact.ln() / Exact::from(degree)).exp_m1();
            prop_assert!(holds(less_one, exactly) && doubt_of(less_one) < 1e-33, "{less_one:?} {exactly:?}");
        }
    }

    /// Steps of a long recurrence, which 76 digits round to 38.
    #[test]
    fn growth_steps_hold_what_38_digits_give(amount in positive(), rate in rate(), steps in 1_usize..200) {
        let factor = Decimal::ONE + rate;
        prop_assume!(factor > Decimal::ZERO && factor < Decimal::from(100));
        let (mut quick, mut exact) = (Quick::of(amount), Exact::of(amount));
        let (by, exactly_by) = (Quick::of(factor).shortened(), Exact::of(factor).shortened());
        for _ in 0..steps {
            (quick, exact) = (quick.grown_by(by), exact.grown_by(exactly_by));
        }
        prop_assert!(holds(quick, exact), "{quick:?} {exact:?}");
    }

    /// Decisions on numbers: each is that of 76 digits, or a doubt.
    #[test]
    fn decisions_are_those_of_76_digits_or_doubts(above in positive(), below in positive(), whole in positive(), near in 0_u32..80, up in any::<bool>()) {
        let (quick, exact) = (Quick::of(above) / Quick::of(below), Exact::of(above) / Exact::of(below));
        let decided = |decide: &dyn Fn() -> bool| {
            let before = counts();
            let is_right = decide();
            is_right || counts().of_comparisons > before.of_comparisons
        };
        let of = |exponent: i32| (Quick::of(whole) * quick * Quick::power_of_ten(exponent), Exact::of(whole) * exact * Exact::power_of_ten(exponent));
        for exponent in [-54, -34] {
            // Beside the share, and far from it.
            let (part, exact_part) = of(exponent);
            let step = Exact::power_of_ten(-(near as i32));
            let step = if up { step } else { -step };
            let beside = (part * (Quick::ONE + Quick::exact(step)), exact_part * (Exact::ONE + step));
            for (number, exactly) in [(part, exact_part), beside, (-part, -exact_part), of(0), of(exponent * 2)] {
                let (whole, exact_whole) = of(0);
                prop_assert!(decided(&|| number.is_above_share(whole, exponent) == exactly.is_above_share(exact_whole, exponent)));
            }
        }
        prop_assert!(decided(&|| quick.whole_part() == exact.whole_part()));
        prop_assert!(decided(&|| holds(quick.rounded_up(), exact.rounded_up())));
        prop_assert!(decided(&|| (quick.to_f64() / exact.to_f64() - 1.0).abs() < 1e-14));
        prop_assert!(quick.tens().is_some_and(|tens| (0..=1).contains(&(exact.tens().unwrap() - tens))));
        let root = (Quick::of(above).square_root(), Exact::of(above).square_root());
        prop_assert!(holds(root.0, root.1));
    }

    /// A search for a zero: the square root of a number, as the zero of x² - number.
    #[test]
    fn an_enclosure_holds_the_zero_or_is_a_doubt(number in positive(), beside in 0_u32..60) {
        let exact = Exact::of(number).square_root();
        let near = Quick::exact(exact * (Exact::ONE + Exact::power_of_ten(-(beside as i32)))).middle();
        let before = counts();
        let found = near.enclosing(|x| x * x - Quick::of(number));
        let is_doubtful = counts().of_comparisons > before.of_comparisons;
        prop_assert!(is_doubtful || holds(found, exact), "{found:?} {exact:?}");
        // Whoever has come as near as 128 bits can is not sent the long way.
        prop_assert!(beside < 40 || !is_doubtful, "{near:?} {exact:?}");
    }

    /// Numbers of more digits than 128 bits hold.
    #[test]
    fn a_number_of_76_digits_is_held(above in decimal(), below in decimal()) {
        prop_assume!(!below.is_zero());
        for exact in [Exact::of(above) / Exact::of(below), Exact::of(above) * Exact::of(below)] {
            let quick = Quick::exact(exact);
            prop_assert!(holds(quick, exact) && doubt_of(quick) < 1e-35, "{quick:?} {exact:?}");
        }
    }
}

#[test]
fn powers_of_ten_hold_what_they_stand_for() {
    for tens in -400..=400 {
        let ball = Ball::ONE.times_ten_to_the(tens).unwrap();
        assert!(holds(Quick::of_ball(ball), Exact::power_of_ten(tens)), "{tens}");
        let digits = ball.least_digits();
        assert!((i64::from(tens)..=i64::from(tens) + 1).contains(&digits), "{tens} {digits}");
        if tens.abs() < 55 {
            assert_eq!(ball.digits(), i64::from(tens) + 1, "{tens}");
            let below = Ball { mantissa: ball.mantissa - (1 << 64), ..ball };
            let below = if ball.mantissa == 1 << 127 {
                Ball { mantissa: u128::MAX, exponent: ball.exponent - 1, ..ball }
            } else {
                below
            };
            assert_eq!(below.digits(), tens.into(), "{tens}");
        }
    }
}

#[test]
fn a_tie_and_a_hair_beside_it_are_doubts() {
    let tie = Quick::of(Decimal::ONE) / Quick::whole(3)
        * Quick::whole(3)
        * Quick::of("1.00000000000000000000000000".parse().unwrap());
    let half = Quick::power_of_ten(-28) * Quick::of(Decimal::new(5, 0));
    for beside in [Quick::ZERO, Quick::power_of_ten(-60), -Quick::power_of_ten(-60)] {
        let before = counts().of_roundings;
        assert_eq!((tie + half + beside).decimal(), None);
        assert_eq!(counts().of_roundings, before + 1);
    }
    let before = counts().of_roundings;
    assert!((tie + half + Quick::power_of_ten(-34)).decimal().is_some());
    assert_eq!(counts().of_roundings, before);
}
