//! Cash flows of every kind: nothing panics, each rate is one, none is missing unless the answer says so, and neither the unit of
//! money nor the side of the deal changes anything.

use arbitrary::{Arbitrary, Unstructured};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero, pow};
use paydirt::models::cash_flow::{InternalRates, RateOfReturn, RateStatus, Series, internal_rates};
use paydirt::models::input::Period;
use rust_decimal::Decimal;

use crate::flows::Drawn;
use crate::fraction;
use crate::zeros::Sturm;

/// Sturm's sequences beyond it take too long.
const DEGREE_MAX: usize = 12;

/// Draws a series and a power of ten from the bytes; too few bytes are no series. Panics where an answer is wrong.
pub fn check(bytes: &[u8]) {
    let Ok((drawn, places)) = <(Drawn, i8)>::arbitrary_take_rest(Unstructured::new(bytes)) else { return };
    let found = rates(&drawn);
    assert_orderly(&drawn, &found);
    if let Drawn::Periodic { amounts, period } = &drawn
        && amounts.len() <= DEGREE_MAX + 1
    {
        assert_agrees_with_sturm(amounts, *period, &found);
    }
    let scaled = drawn.with(|amount| times_power_of_ten(amount, (places % 29).into()));
    let other_side = drawn.with(|amount| Some(-amount));
    for same in [scaled, other_side, drawn.backwards()].into_iter().flatten() {
        assert_eq!(answered(&rates(&same)), answered(&found), "{drawn:?}\n{same:?}");
    }
}

fn rates(drawn: &Drawn) -> InternalRates {
    internal_rates(&Series::of(&drawn.cash_flows()))
}

/// What is answered, without the evidence, which depends on the scale of the amounts.
fn answered(found: &InternalRates) -> (RateStatus, Vec<RateOfReturn>, Option<u32>, u32) {
    (found.status, found.rates.clone(), found.selected, found.sign_changes)
}

/// The index of the rate that speaks for the series: on the side of 0 that the exact sum of all amounts says.
fn speaking(drawn: &Drawn, rates: &[RateOfReturn]) -> Option<u32> {
    let series = Series::of(&drawn.cash_flows());
    let outlay_first = series.flows().iter().find(|flow| !flow.amount.is_zero()).is_some_and(|flow| flow.amount.is_negative());
    let total: BigRational = drawn.amounts().iter().map(|amount| fraction(*amount)).sum();
    let mut numbered = (0..).zip(rates);
    let on_its_side = match (total.is_zero(), total.is_positive() == outlay_first) {
        (true, _) => None,
        (false, true) => numbered.clone().find(|(_, rate)| rate.annual > Decimal::ZERO),
        (false, false) => numbered.clone().filter(|(_, rate)| rate.annual < Decimal::ZERO).last(),
    };
    let nearest = numbered.by_ref().min_by_key(|(_, rate)| rate.annual.abs());
    on_its_side.or(nearest).map(|(index, _)| index)
}

fn assert_orderly(drawn: &Drawn, found: &InternalRates) {
    let InternalRates { status, rates, selected, sign_changes, .. } = found;
    assert!(rates.len() <= *sign_changes as usize, "{found:?} of {drawn:?}");
    assert!((*sign_changes as usize) < drawn.amounts().len(), "{found:?} of {drawn:?}");
    assert!(rates.is_sorted_by_key(|rate| rate.annual), "{found:?} of {drawn:?}");
    assert_eq!(*selected, speaking(drawn, rates), "{found:?} of {drawn:?}");
    let holds = match status {
        RateStatus::Unique => rates.len() == 1,
        RateStatus::Several => rates.len() > 1,
        RateStatus::NoSignChange | RateStatus::Any => rates.is_empty() && *sign_changes == 0,
        RateStatus::None => rates.is_empty() && *sign_changes > 1,
        RateStatus::Undecided => *sign_changes > 0,
    };
    assert!(holds, "{found:?} of {drawn:?}");
    assert!(rates.iter().all(|rate| rate.annual >= -Decimal::ONE), "{found:?} of {drawn:?}");
}

/// The rates per period are zeros in 1 / (1 + rate), as many as there are.
fn assert_agrees_with_sturm(amounts: &[Decimal], period: Period, found: &InternalRates) {
    // In units of 1e-28.
    let whole = |amount: &Decimal| BigInt::from(amount.mantissa()) * 10_i128.pow(28 - amount.scale());
    let coefficients: Vec<BigInt> = amounts.iter().map(whole).collect();
    let signs: Vec<bool> = coefficients.iter().filter(|amount| !amount.is_zero()).map(Signed::is_positive).collect();
    let sign_changes = signs.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert_eq!(found.sign_changes as usize, sign_changes, "{found:?} of {amounts:?}");
    let Some(sturm) = Sturm::of(&coefficients) else {
        assert_eq!(found.status, RateStatus::Any, "{amounts:?}");
        return;
    };
    let count = sturm.between(&BigRational::zero(), None);
    match found.status {
        RateStatus::Undecided => assert!(found.rates.len() <= count, "{found:?} of {amounts:?}"),
        _ => assert_eq!(found.rates.len(), count, "{found:?} of {amounts:?}"),
    }
    // A little more than half a digit, so that a zero on the border counts.
    let half = BigRational::new(500_001.into(), 10_i128.pow(18).into());
    for rate in &found.rates {
        let per_period = rate.per_period.expect("a periodic series");
        let (low, high) = borders(per_period, &half);
        let high_weight = low.is_positive().then(|| low.recip());
        let near = found.rates.iter().filter(|other| other.per_period == Some(per_period)).count();
        let there = sturm.between(&high.recip(), high_weight.as_ref());
        assert!(there >= near, "{rate:?} is no rate of {amounts:?}");
        assert_compounds(rate, period, &half);
    }
}

/// 1 + rate half a digit below, and above.
fn borders(rate: Decimal, half: &BigRational) -> (BigRational, BigRational) {
    let growth = BigRational::one() + fraction(rate);
    (&growth - half, growth + half)
}

/// Some rate within half a digit of the one per period compounds to one within half a digit of the annual one.
fn assert_compounds(rate: &RateOfReturn, period: Period, half: &BigRational) {
    let (low, high) = borders(rate.per_period.expect("a periodic series"), half);
    let (annual_low, annual_high) = borders(rate.annual, half);
    let years =
        |growth: BigRational| if growth.is_positive() { pow(growth, period.per_year() as usize) } else { BigRational::zero() };
    assert!(years(low) <= annual_high && years(high) >= annual_low, "{rate:?}");
}

/// Without a rounding; None where it does not fit.
fn times_power_of_ten(amount: Decimal, places: i64) -> Option<Decimal> {
    if amount.is_zero() {
        return Some(amount);
    }
    let normal = amount.normalize();
    let scale = i64::from(normal.scale()) - places;
    if scale >= 0 {
        return Decimal::try_from_i128_with_scale(normal.mantissa(), u32::try_from(scale).ok()?).ok();
    }
    let raised = 10_i128.checked_pow(u32::try_from(-scale).ok()?)?;
    Decimal::try_from_i128_with_scale(normal.mantissa().checked_mul(raised)?, 0).ok()
}
