//! Pieces against exact fractions: no value, coefficient or zero is further from the truth than its bound says.

use num_bigint::{BigInt, Sign};
use num_traits::{One, Signed, Zero};
use proptest::prelude::*;
use ruint::aliases::U512;
use rust_decimal::Decimal;

use super::bernstein::{Stage, most_changes, sign};
use super::fixed::Fixed;
use super::float::Float;
use super::piece::{Flows, Piece, degree};
use super::*;
use crate::cash_flow::Series;
use crate::cash_flow::internal_rate::points::grid;
use crate::cash_flow::internal_rate::{RateStatus, internal_rates};
use crate::input::Period;
use crate::number::Exact;

/// A fraction: above / below, with `below` above 0.
#[derive(Clone, Debug)]
struct Ratio {
    above: BigInt,
    below: BigInt,
}

impl Ratio {
    fn of(wide: Wide) -> Ratio {
        let sign = if wide.is_negative() { Sign::Minus } else { Sign::Plus };
        let mantissa = BigInt::from_bytes_le(sign, &U512::from(wide.mantissa()).to_le_bytes::<64>());
        let tens = BigInt::from(10).pow(wide.exponent().unsigned_abs());
        if wide.exponent() < 0 {
            Ratio { above: mantissa, below: tens }
        } else {
            Ratio { above: mantissa * tens, below: BigInt::one() }
        }
    }

    fn plus(&self, other: &Ratio) -> Ratio {
        Ratio { above: &self.above * &other.below + &other.above * &self.below, below: &self.below * &other.below }
    }

    fn times(&self, other: &Ratio) -> Ratio {
        Ratio { above: &self.above * &other.above, below: &self.below * &other.below }
    }

    /// The whole number of 2^-bits nearest below.
    fn floor(&self, bits: i64) -> BigInt {
        let shifted = if bits >= 0 {
            (&self.above << bits as usize, self.below.clone())
        } else {
            (self.above.clone(), &self.below << (-bits) as usize)
        };
        shifted.0 / shifted.1
    }
}

fn big<const L: usize>(fixed: Fixed<L>) -> BigInt {
    let bytes: Vec<u8> = fixed.absolute().0.iter().flat_map(|limb| limb.to_le_bytes()).collect();
    BigInt::from_bytes_le(if fixed.is_negative() { Sign::Minus } else { Sign::Plus }, &bytes)
}

fn wide(mantissa: i128, exponent: i64) -> Wide {
    Wide::from_parts(mantissa < 0, U512::from(mantissa.unsigned_abs()), exponent).unwrap()
}

/// Returns the present value at t of a piece exactly, in the piece's units: the scale is that of the largest weighted amount.
fn exactly<const F: usize>(units: &[u32], amounts: &[Wide], (start, width): (Wide, &[u64; F]), t: &[u64; F]) -> BigInt {
    let unit = BigInt::one() << (64 * F);
    let fraction = |limbs: &[u64; F]| {
        BigInt::from_bytes_le(Sign::Plus, &limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect::<Vec<_>>())
    };
    let moved = Ratio { above: &unit * &unit + fraction(width) * fraction(t), below: &unit * &unit };
    let x = Ratio::of(start).times(&moved);
    let power = |ratio: &Ratio, exponent: u32| Ratio { above: ratio.above.pow(exponent), below: ratio.below.pow(exponent) };
    let sum = units.iter().zip(amounts).fold(Ratio { above: BigInt::zero(), below: BigInt::one() }, |sum, (units, amount)| {
        sum.plus(&Ratio::of(*amount).times(&power(&x, *units)))
    });
    // The power of two above the largest weighted amount, as the piece has found it.
    let flows: Flows<F> = Flows::of(units, amounts).unwrap();
    let (top, scale) = flows.scale(start).unwrap();
    let scaled = Ratio::of(scale).times(&sum);
    scaled.floor(64 * F as i64 - 16 - top)
}

fn series(most: usize, last: u32) -> impl Strategy<Value = (Vec<u32>, Vec<Wide>)> {
    prop::collection::btree_map(1..=last, (-10_i128.pow(20)..10_i128.pow(20), -20_i64..=0), 1..most).prop_map(|flows| {
        let mut units = vec![0];
        let mut amounts = vec![wide(-77, 0)];
        for (time, (mantissa, exponent)) in flows {
            units.push(time);
            amounts.push(wide(if mantissa == 0 { 1 } else { mantissa }, exponent));
        }
        (units, amounts)
    })
}

/// Compares a piece with the truth at some t: values, and the coefficients in the basis of Bernstein through the value that they stand for.
fn compare<const L: usize, const F: usize>(
    (units, amounts): &(Vec<u32>, Vec<Wide>),
    start: Wide,
    reach: f64,
    t: [u64; F],
    share: f64,
) -> Result<(), TestCaseError> {
    let flows: Flows<F> = Flows::of(units, amounts).unwrap();
    let width = fraction::<L, F>((reach / f64::from(flows.last())).min(0.9)).unwrap();
    let Some(piece) = Piece::<L, F>::new(&flows, start, width) else { return Ok(()) };
    let truth = exactly(units, amounts, (start, &width), &t);
    let value = piece.value(&t).unwrap();
    let far = (big(value) - &truth).abs();
    prop_assert!(far <= big(piece.error), "the value is wrong by {far}, and the bound is {}", big(piece.error));
    prop_assert_eq!(value, piece.value_and_slope(&t).unwrap().0);
    let Some(whole) = Stage::whole(&piece) else { return Ok(()) };
    // Each half of a part stands for the same values at its ends.
    if let Some([left, right]) = whole.split(share) {
        let at = left.width.fraction();
        let truth = exactly(units, amounts, (start, &width), &at);
        let (last, first) = (left.coefficients.last().unwrap(), right.coefficients.first().unwrap());
        prop_assert_eq!(last, first);
        let far = (big(*last) - truth).abs();
        prop_assert!(far <= big(left.error), "a coefficient is wrong by {far}, and the bound is {}", big(left.error));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_complete_piece_is_as_near_as_its_bound_says(
        flows in series(12, 40), start in 500_000_i128..2_000_000, reach in 1e-6..6.0_f64,
        t in prop::array::uniform2(any::<u64>()), share in 0.01..0.99_f64,
    ) {
        compare::<4, 2>(&flows, wide(start, -6), reach, t, share)?;
        compare::<6, 4>(&flows, wide(start, -6), reach, [t[0], t[1], t[1], t[0]], share)?;
    }

    #[test]
    fn a_piece_of_many_bits_is_as_near_as_its_bound_says(
        flows in series(8, 30), start in 500_000_i128..2_000_000, reach in 1e-6..12.0_f64,
        t in prop::array::uniform2(any::<u64>()), share in 0.01..0.99_f64,
    ) {
        // A start of 20 binary places, which is what it is in binary.
        let start = wide(start * 5_i128.pow(20), -20);
        let mut long = [t[1]; 48];
        (long[0], long[47]) = (1, t[0]);
        let short: [u64; 14] = std::array::from_fn(|place| long[place + 34]);
        compare::<16, 14>(&flows, start, reach, short, share)?;
        compare::<50, 48>(&flows, start, reach, long, share)?;
    }

    #[test]
    fn a_piece_of_a_long_time_is_as_near_as_its_bound_says(
        flows in series(6, 150), start in 900_000_i128..1_100_000, reach in 1e-6..1.7_f64,
        t in prop::array::uniform2(any::<u64>()), share in 0.01..0.99_f64,
    ) {
        compare::<4, 2>(&flows, wide(start, -6), reach, t, share)?;
        compare::<6, 4>(&flows, wide(start, -6), reach, [t[0], t[1], t[1], t[0]], share)?;
    }

    #[test]
    fn products_and_decimals_are_right_to_their_last_bits(left in 1_i128..i128::MAX, right in 1_i128..i128::MAX, tens in -30_i64..30, power in 0_u32..200) {
        let (a, b) = (wide(left, tens), wide(right, -28));
        // |computed - exact| <= exact / 2^bits, in whole numbers.
        let check = |float: Float<2>, exact: Ratio, bits: u32| {
            let computed: Fixed<6> = float.fixed(200 - float.magnitude()).unwrap();
            let exact = exact.floor(200 - float.magnitude());
            let far = (big(computed) - &exact).abs();
            far <= (exact >> bits as usize) + BigInt::from(2)
        };
        let (binary, other) = (Float::<2>::of(a).unwrap(), Float::<2>::of(b).unwrap());
        prop_assert!(check(binary, Ratio::of(a), 125));
        prop_assert!(check(binary.times(other), Ratio::of(a).times(&Ratio::of(b)), 124));
        let root = wide(left % 10_i128.pow(30) + 10_i128.pow(30), -30);
        let exact = Ratio { above: Ratio::of(root).above.pow(power), below: Ratio::of(root).below.pow(power) };
        prop_assert!(check(Float::of(root).unwrap().to_the(power), exact, 128 - 13));
    }
}

/// Returns times and amounts of the product of (x - zero) for zeros in units of 10^-places.
fn product(zeros: &[i64], places: u32) -> (Vec<u32>, Vec<Wide>) {
    let mut polynomial = vec![BigInt::one()];
    for zero in zeros {
        let mut next = vec![BigInt::zero(); polynomial.len() + 1];
        for (place, coefficient) in polynomial.iter().enumerate() {
            next[place] -= coefficient * BigInt::from(*zero);
            next[place + 1] += coefficient * BigInt::from(10).pow(places);
        }
        polynomial = next;
    }
    let present = (0_u32..).zip(&polynomial).filter(|(_, coefficient)| !coefficient.is_zero());
    let wide = |integer: &BigInt| {
        let mantissa = U512::try_from_le_slice(&integer.magnitude().to_bytes_le()).unwrap();
        Wide::from_parts(integer.is_negative(), mantissa, 0).unwrap()
    };
    present.map(|(units, coefficient)| (units, wide(coefficient))).unzip()
}

/// Returns the zeros in x from low to high.
fn found((units, amounts): (Vec<u32>, Vec<Wide>), low: f64, high: f64) -> Option<Vec<Enclosed>> {
    let (low, high) = (grid(-libm::log(high)), grid(-libm::log(low)));
    NearZeros::of(units, amounts, true).zeros(Point::at(low), Point::at(high))
}

#[test]
fn zeros_near_to_each_other_are_told_apart() {
    for (zeros, places) in [
        (vec![900, 901, 902, 903, 904, 905, 906, 907], 3),
        (vec![9_000_000, 9_000_001, 11_000_000, 11_000_001], 7),
        (vec![9_000_000_000, 9_000_000_001], 10),
        (vec![-5, 700_000, 800_000, 800_001, 800_002, 1_300_000], 6),
    ] {
        let mut found = found(product(&zeros, places), 0.5, 1.5).unwrap();
        found.sort_by_key(|zero| zero.x.raised(30).and_then(Wide::whole));
        let inside: Vec<i64> = zeros.iter().copied().filter(|zero| *zero > 0).collect();
        assert_eq!(found.len(), inside.len(), "{zeros:?}");
        for (zero, found) in inside.iter().zip(&found) {
            let exact = wide((*zero).into(), -i64::from(places));
            let far = found.x.minus(exact).unwrap().over(exact).unwrap().to_f64().abs();
            assert!(far <= found.doubt && found.doubt < 1e-19, "{zero}: {far} and {}", found.doubt);
        }
    }
}

#[test]
fn the_same_zero_twice_stays_open() {
    assert!(found(product(&[900, 900, 1100], 3), 0.5, 1.5).is_none());
}

#[test]
fn a_near_miss_has_no_zero() {
    // (x - 0.9)^2 × 10^40 + 10^20: nearest to 0 at 0.9, by 10^-20.
    let (units, mut amounts) = product(&[9, 9], 1);
    amounts[0] = amounts[0].times(Wide::power_of_ten(40)).unwrap().plus(Wide::power_of_ten(20)).unwrap();
    amounts[1] = amounts[1].times(Wide::power_of_ten(40)).unwrap();
    amounts[2] = amounts[2].times(Wide::power_of_ten(40)).unwrap();
    assert_eq!(found((units, amounts), 0.5, 1.5).map(|found| found.len()), Some(0));
}

#[test]
fn zeros_at_the_ends_of_each_other_s_digits_are_told_apart() {
    // x^20 - 2 (10^6 x - 1)^2: two zeros near 10^-6 that agree to 60 digits (M. Mignotte, "Some useful bounds", 1983).
    let units = vec![0, 1, 2, 20];
    let amounts = vec![wide(-2, 0), wide(4 * 10_i128.pow(6), 0), wide(-2 * 10_i128.pow(12), 0), wide(1, 0)];
    let found = found((units, amounts), 9e-7, 1.1e-6).unwrap();
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|zero| (zero.x.to_f64() / 1e-6 - 1.0).abs() < 1e-14));
}

#[test]
fn the_only_zero_is_known_as_well_as_a_tie_needs() {
    let (units, amounts) = product(&[9, 13], 1);
    let near = NearZeros::of(units, amounts, true);
    let far = |zero: Enclosed| zero.x.minus(wide(9, -1)).unwrap().to_f64().abs();
    let mut zero = near.only_zero(wide(89, -2), 0.02).unwrap();
    assert!(far(zero) <= zero.doubt && zero.doubt < 1e-19, "{zero:?}");
    for doubt in [1e-32, 1e-60, 1e-72] {
        zero = near.closer(zero, doubt).unwrap();
        assert!(far(zero) <= zero.doubt && zero.doubt < 1.02 * doubt + 1e-73, "{zero:?}");
    }
    assert!(near.only_zero(wide(80, -2), 0.05).is_none(), "there is none");
    assert!(near.only_zero(wide(80, -2), 0.8).is_none(), "there are two");
}

#[test]
fn open_signs_count_as_what_makes_most_changes() {
    let most = |signs: &[i8]| most_changes(signs.iter().copied());
    assert_eq!(most(&[1, 1, -1, -1]), 1);
    assert_eq!(most(&[1, 0, 1]), 2);
    assert_eq!(most(&[1, 0, -1]), 1);
    assert_eq!(most(&[1, 0, 0, -1]), 3);
    assert_eq!(most(&[0, 0]), 1);
    assert_eq!(most(&[]), 0);
    assert_eq!(sign(Fixed::<4>::whole(5).negated(), Fixed::whole(4)), -1);
    assert_eq!(sign(Fixed::<4>::whole(5), Fixed::whole(5)), 0);
}

#[test]
fn a_degree_leaves_out_less_than_was_asked_for() {
    // reach^(d + 1) / (d + 1)! × e^reach < 2^-bits, and not for a lower degree.
    for (reach, bits) in [(1e-5, 112.0), (0.3, 60.0), (2.0, 60.0), (6.0, 112.0), (1.5, 240.0)] {
        let rest = |degree: u32| {
            (1..=degree + 1).map(|step| (reach / f64::from(step)).log2()).sum::<f64>() + reach * std::f64::consts::LOG2_E
        };
        let degree = degree(10_000, reach, bits).unwrap();
        assert!(rest(degree) <= -bits && (degree == 1 || rest(degree - 1) > -bits), "{reach}: {degree}");
    }
    assert_eq!(degree(3, 5.0, 112.0), Some(3));
    assert_eq!(degree(10_000, 30.0, 112.0), None);
}

#[test]
fn rates_as_near_as_mignotte_s_are_told_apart_within_bounded_work() {
    // x^degree - 2 (10^places x - 1)^2 as flows: two rates that are 10^places - 1 to hundreds of digits, and at most three changes of sign.
    let cases = [(13, 10, 30_000), (13, 20, 40_000), (13, 30, 300_000), (6, 30, 50_000), (6, 60, 500_000), (14, 64, 3_000_000)];
    for (places, degree, units) in cases {
        let mut amounts = vec![Exact::ZERO; degree + 1];
        let flows = [-2, 4 * 10_i128.pow(places), -2 * 10_i128.pow(2 * places)];
        for (amount, flow) in amounts.iter_mut().zip(flows) {
            *amount = Exact(Some(wide(flow, 0)));
        }
        amounts[degree] = Exact(Some(wide(1, 0)));
        let series = Series::periodic(amounts.into_iter(), Period::Year);
        let before = work::done();
        let found = work::up_to(units, || internal_rates(&series)).expect("no more work than that");
        println!("10^{places}, {degree}: {} units", work::done() - before);
        assert_eq!(found.status, RateStatus::Several, "{places}, {degree}");
        let double = Decimal::from(10_i64.pow(places) - 1);
        assert_eq!(found.rates.len(), 3, "{places}, {degree}");
        assert!(found.rates[1..].iter().all(|rate| rate.annual == double), "{places}, {degree}: {:?}", found.rates);
    }
}

#[test]
fn a_step_that_leaves_its_stretch_proves_nothing() {
    // Three zeros 1e-17 apart, and a guess for the one between from which Newton's step jumps far beyond the first, where the sign is one that a point
    // above the zero has as well.
    let (units, amounts) = product(&[900_000_000_000_000_000, 900_000_000_000_000_010, 900_000_000_000_000_020], 18);
    let flows: Flows<4> = Flows::of(&units, &amounts).unwrap();
    let (start, width) = (wide(899_999_999_999, -12), fraction::<6, 4>(1e-11).unwrap());
    let piece: Piece<6, 4> = Piece::new(&flows, start, width).unwrap();
    let place = |thousandths: i128| {
        // t of 0.9 + 1e-17 + so many thousandths of 1e-17.
        let x = wide(900_000_000_000_000_010_000_000 + 10_000 * thousandths, -24);
        let t = x.over(start).unwrap().minus(Wide::ONE).unwrap().over(Wide::from_f64(1e-11).unwrap()).unwrap();
        float::Float::<4>::of(t).unwrap().fixed::<6>(256).unwrap()
    };
    let (low, high) = (place(-577), place(577));
    let sign_at_low = sign(piece.value(&low.fraction()).unwrap(), piece.error);
    for guess in [-576, -570, -500, 1, 300, 500, 570, 576] {
        let stretch = search::Stretch { low, high, sign_at_low };
        if let Some(found) = piece.followed(stretch, place(guess), 1e-20) {
            let far = found.x.minus(wide(900_000_000_000_000_010, -18)).unwrap().to_f64().abs();
            assert!(far <= found.doubt, "{guess}: {far} and {}", found.doubt);
        }
    }
}

#[test]
fn a_zero_next_to_another_is_known_well_enough_to_be_looked_for_again() {
    let (units, amounts) = product(&[900_000_000_000_000_000, 900_000_000_000_000_001, 1_100_000_000_000_000_000], 18);
    let near = NearZeros::of(units, amounts, true);
    let found = near.zeros(Point::at(0.0), Point::at(0.5)).unwrap();
    assert_eq!(found.len(), 2);
    for zero in found {
        assert!(near.closer(zero, 1e-60).is_some_and(|closer| closer.doubt < 1.02e-60), "{zero:?}");
    }
}

#[test]
fn rates_too_large_for_a_double_are_too_large() {
    // 1 + rate is 442 a day.
    let amounts = [325_802_499_999_999_900, -288_439_000_000_000_000_000, 63_840_100_000_000_000_000_000];
    let series = Series::periodic(amounts.into_iter().map(|amount| Exact(Some(wide(amount, 0)))), Period::Day);
    let found = internal_rates(&series);
    assert_eq!((found.status, found.evidence.too_large, found.evidence.unsettled), (RateStatus::Undecided, 2, 0));
}

#[test]
fn near_misses_by_hundreds_of_digits_are_told_within_bounded_work() {
    // v^degree + 2 (10^places v - 1)^2, which has no zero above 0, and none of its values near 10^-places is far from 0.
    for (places, degree, units) in [(13, 20, 10_000), (13, 38, 60_000), (6, 60, 30_000), (13, 60, 60_000)] {
        let mut amounts = vec![Exact::ZERO; degree + 1];
        let flows = [2, -4 * 10_i128.pow(places), 2 * 10_i128.pow(2 * places)];
        for (amount, flow) in amounts.iter_mut().zip(flows) {
            *amount = Exact(Some(wide(flow, 0)));
        }
        amounts[degree] = Exact(Some(wide(1, 0)));
        let series = Series::periodic(amounts.into_iter(), Period::Year);
        let before = work::done();
        let found = work::up_to(units, || internal_rates(&series));
        println!("10^{places}, {degree}: {} units", work::done() - before);
        assert_eq!(found.map(|found| found.status), Ok(RateStatus::None), "{places}, {degree}");
    }
}
