//! Both ways of finding rates give the same rates: integers of a few hundred bits, and the way of long series, by sums in 128 bits and exact integers.
//!
//! `PAYDIRT_RATE_SERIES` says how many series of each kind are compared; without a word so many as take some seconds.

use num_bigint::BigInt;
use num_traits::{One, Zero};
use ruint::aliases::U512;

use super::isolate::EXACT_WAY;
use super::{InternalRates, RateStatus, internal_rates};
use crate::cash_flow::Series;
use crate::input::Period;
use crate::number::Exact;
use crate::wide::Wide;
use crate::work;

/// How many series of each kind are compared.
const SERIES: &str = "PAYDIRT_RATE_SERIES";
const SERIES_UNLESS_TOLD: u64 = 500;

/// Numbers by chance that are the same every time: xorshift (G. Marsaglia, 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// Amounts times a power of ten, by their times.
type Polynomial = Vec<BigInt>;

fn times(left: &Polynomial, right: &Polynomial) -> Polynomial {
    let mut product = vec![BigInt::zero(); left.len() + right.len() - 1];
    for (place, left) in left.iter().enumerate() {
        for (other, right) in right.iter().enumerate() {
            product[place + other] += left * right;
        }
    }
    product
}

/// x - zero, for a zero in units of 10^-places.
fn factor(zero: u64, places: u32) -> Polynomial {
    vec![-BigInt::from(zero), BigInt::from(10).pow(places)]
}

/// Several zeros within 10^-1 to 10^-9 of each other, or the same, and a few more; the last digit of one amount may be another.
fn cluster(dice: &mut Dice, groups: u64, most: u64) -> Polynomial {
    let mut polynomial = vec![BigInt::one()];
    for _ in 0..=dice.below(groups) {
        let places = 2 + dice.below(7) as u32;
        let base = (70 + dice.below(60)) * 10_u64.pow(places - 2);
        let step = dice.below(4);
        for index in 0..=dice.below(most) {
            polynomial = times(&polynomial, &factor(base + index * step, places));
        }
    }
    if dice.below(2) == 0 {
        let place = dice.below(polynomial.len() as u64) as usize;
        polynomial[place] += 1;
    }
    polynomial
}

/// The amounts to 28 digits, at the times of the polynomial's powers times a distance.
fn series(polynomial: &Polynomial, period: Period) -> Series {
    let wide = |integer: &BigInt| {
        let digits = integer.magnitude().to_string().len() as u32;
        let surplus = digits.saturating_sub(28);
        let mantissa = integer.magnitude() / BigInt::from(10).pow(surplus).magnitude();
        let mantissa = U512::try_from_le_slice(&mantissa.to_bytes_le()).unwrap();
        Exact(Wide::from_parts(integer.sign() == num_bigint::Sign::Minus, mantissa, surplus.into()))
    };
    let amounts: Vec<Exact> = polynomial.iter().map(wide).collect();
    Series::periodic(amounts.into_iter(), period)
}

/// Compares both ways, and returns whether both have decided.
fn compare(series: &Series, name: &str) -> bool {
    /// The way of long series takes far longer for some: what it does not answer within so much work is not compared.
    const WORK_MAX: u64 = 400_000;
    let near = internal_rates(series);
    EXACT_WAY.set(true);
    let exact = work::up_to(WORK_MAX, || internal_rates(series));
    EXACT_WAY.set(false);
    let Ok(exact) = exact else { return false };
    let answer = |found: &InternalRates| (found.status, found.rates.clone(), found.selected, found.sign_changes);
    if exact.status == RateStatus::Undecided && exact.evidence.too_large == 0 {
        // A series that is decided now has the rates that were listed before.
        assert!(exact.rates.iter().all(|rate| near.rates.contains(rate)), "{name}: {near:?} and {exact:?} of {series:?}");
        return false;
    }
    assert_eq!(answer(&near), answer(&exact), "{name}: {series:?}");
    true
}

fn compare_all(name: &str, most: u64, mut next: impl FnMut(&mut Dice) -> Series) {
    let told = std::env::var(SERIES).ok().map(|series| series.parse::<u64>().expect("a whole number of series"));
    let series = told.unwrap_or(SERIES_UNLESS_TOLD).min(told.map_or(most, |told| told));
    let seed = told.map_or(1, |_| {
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(7, |since| since.as_nanos() as u64 | 1)
    });
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ seed);
    let decided = (0..series).filter(|_| compare(&next(&mut dice), name)).count();
    println!("{name}: {decided} of {series} compared, seed {seed}");
    assert!(decided as u64 > series / 4, "{name}: both ways have decided {decided} of {series}");
}

fn any_period(dice: &mut Dice) -> Period {
    [Period::Year, Period::Year, Period::HalfYear, Period::Quarter, Period::Month, Period::Week][dice.below(6) as usize]
}

#[test]
fn rates_near_to_each_other_are_the_same_both_ways() {
    compare_all("one group", 500, |dice| series(&cluster(dice, 1, 5), any_period(dice)));
}

#[test]
fn groups_of_rates_are_the_same_both_ways() {
    compare_all("groups", 300, |dice| series(&cluster(dice, 3, 3), any_period(dice)));
}

#[test]
fn rates_of_scattered_flows_are_the_same_both_ways() {
    compare_all("scattered", 300, |dice| {
        let distance = 1 + dice.below(9) as usize;
        let shift = dice.below(3) as usize;
        let mut spread = Vec::new();
        for (index, amount) in cluster(dice, 2, 3).into_iter().enumerate() {
            spread.resize(index * distance, BigInt::zero());
            spread.push(amount);
        }
        // A flow off the beat, so that the distance is no common unit.
        spread.extend(vec![BigInt::zero(); shift]);
        spread.push(BigInt::from(dice.below(1000)));
        series(&spread, any_period(dice))
    });
}

#[test]
fn rates_of_long_series_are_the_same_both_ways() {
    compare_all("long", 40, |dice| {
        let length = 20 + dice.below(80);
        let rest: Polynomial = (0..length).map(|_| BigInt::from(2 * dice.below(99)) - 99).collect();
        series(&times(&cluster(dice, 1, 2), &rest), any_period(dice))
    });
}

#[test]
fn rates_of_flows_by_chance_are_the_same_both_ways() {
    compare_all("by chance", 1000, |dice| {
        let length = 3 + dice.below(24);
        let digits = 1 + dice.below(18) as u32;
        let amounts: Polynomial = (0..length)
            .map(|_| {
                let size = BigInt::from(dice.below(10_u64.pow(digits)));
                if dice.below(2) == 0 { size } else { -size }
            })
            .collect();
        series(&amounts, any_period(dice))
    });
}
