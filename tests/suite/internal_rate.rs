//! Rates of return against an independent slow method: Sturm's sequences in exact fractions count the zeros of a periodic series.

use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use paydirt::models::cash_flow::{
    CashFlows, DatedCashFlow, DayCount, InternalRates, RateOfReturn, RateStatus, Series, internal_rates,
};
use paydirt::models::input::{AnyDecimal, Bounded, Period};
use paydirt::models::number::Exact;
use proptest::prelude::*;
use rust_decimal::{Decimal, dec};

/// A polynomial, the constant first; no zero stands last.
type Polynomial = Vec<BigRational>;

/// The polynomial in 1 / (1 + rate).
fn polynomial(amounts: &[Decimal]) -> Polynomial {
    let mut polynomial: Polynomial = amounts.iter().map(|amount| fraction(*amount)).collect();
    trim(&mut polynomial);
    polynomial
}

fn fraction(decimal: Decimal) -> BigRational {
    BigRational::new(decimal.mantissa().into(), 10_i128.pow(decimal.scale()).into())
}

fn trim(polynomial: &mut Polynomial) {
    while polynomial.last().is_some_and(Zero::is_zero) {
        polynomial.pop();
    }
}

fn remainder(mut dividend: Polynomial, divisor: &Polynomial) -> Polynomial {
    while dividend.len() >= divisor.len() {
        let factor = dividend.last().unwrap() / divisor.last().unwrap();
        let place = dividend.len() - divisor.len();
        for (left, right) in dividend[place..].iter_mut().zip(divisor) {
            *left -= &factor * right;
        }
        trim(&mut dividend);
        if dividend.is_empty() {
            break;
        }
    }
    dividend
}

/// The polynomial, its derivative, and the negated remainders of Euclid's algorithm.
fn sturm(polynomial: Polynomial) -> Vec<Polynomial> {
    let derivative = polynomial
        .iter()
        .enumerate()
        .skip(1)
        .map(|(degree, coefficient)| coefficient * BigRational::from_integer(degree.into()));
    let mut chain = vec![polynomial.clone(), derivative.collect()];
    while chain.last().is_some_and(|last| last.len() > 1) {
        let rest = remainder(chain[chain.len() - 2].clone(), &chain[chain.len() - 1]);
        if rest.is_empty() {
            break;
        }
        chain.push(rest.into_iter().map(|coefficient| -coefficient).collect());
    }
    chain.retain(|polynomial| !polynomial.is_empty());
    chain
}

/// None stands for infinity.
fn changes(chain: &[Polynomial], at: Option<&BigRational>) -> usize {
    let value = |polynomial: &Polynomial| match at {
        Some(point) => polynomial.iter().rev().fold(BigRational::zero(), |sum, coefficient| sum * point + coefficient),
        None => polynomial.last().unwrap().clone(),
    };
    let signs: Vec<bool> = chain.iter().map(value).filter(|value| !value.is_zero()).map(|value| value.is_positive()).collect();
    signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// Distinct zeros above `low` up to `high`; neither may be a multiple zero.
fn zeros_between(chain: &[Polynomial], low: &BigRational, high: Option<&BigRational>) -> usize {
    changes(chain, Some(low)) - changes(chain, high)
}

/// What is answered, without the evidence: whether doubles were enough for a proof may depend on the scale of the amounts.
fn answer(found: &InternalRates) -> (RateStatus, Vec<RateOfReturn>, Option<u32>, u32) {
    (found.status, found.rates.clone(), found.selected, found.sign_changes)
}

fn rates_of(amounts: &[Decimal]) -> InternalRates {
    internal_rates(&series(amounts, Period::Year))
}

fn series(amounts: &[Decimal], period: Period) -> Series {
    let amounts = amounts.iter().map(|amount| AnyDecimal::new(*amount).unwrap()).collect();
    Series::of(&CashFlows::Periodic { amounts, period })
}

/// The engine's rates are as many as Sturm counts, and each lies where Sturm finds one.
fn assert_agrees_with_sturm(amounts: &[Decimal]) {
    let found = rates_of(amounts);
    let mut polynomial = polynomial(amounts);
    // Zeros in front put all flows off, and change no rate.
    let leading = polynomial.iter().take_while(|coefficient| coefficient.is_zero()).count();
    polynomial.drain(..leading);
    if polynomial.is_empty() {
        assert_eq!(found.status, RateStatus::Any, "{amounts:?}");
        return;
    }
    let chain = sturm(polynomial);
    let count = zeros_between(&chain, &BigRational::zero(), None);
    let status = match count {
        0 if found.sign_changes == 0 => RateStatus::NoSignChange,
        0 => RateStatus::None,
        1 => RateStatus::Unique,
        _ => RateStatus::Several,
    };
    assert_eq!((found.status, found.rates.len()), (status, count), "{amounts:?}: {:?}", found.rates);
    assert!(found.rates.len() <= found.sign_changes as usize);
    assert!(found.rates.is_sorted_by_key(|rate| rate.annual), "{amounts:?}");
    // A little more than half a digit, so that a zero on the border counts.
    let half = fraction(dec!(5.00001e-13));
    for rate in &found.rates {
        let growth = BigRational::one() + fraction(rate.annual);
        let high = Some(&growth - &half).filter(|growth| growth.is_positive()).map(|growth| growth.recip());
        let low = (growth + &half).recip();
        let near = found.rates.iter().filter(|other| other.annual == rate.annual).count();
        assert!(zeros_between(&chain, &low, high.as_ref()) >= near, "{amounts:?}: {} is no rate", rate.annual);
    }
}

fn money() -> impl Strategy<Value = Decimal> {
    (-1_000_000_i64..1_000_000).prop_map(|cents| Decimal::new(cents, 2))
}

proptest! {
    #[test]
    fn small_whole_amounts_have_the_rates_that_sturm_counts(amounts in prop::collection::vec(-4_i64..=4, 2..10)) {
        assert_agrees_with_sturm(&amounts.into_iter().map(Decimal::from).collect::<Vec<_>>());
    }

    #[test]
    fn amounts_of_money_have_the_rates_that_sturm_counts(amounts in prop::collection::vec(money(), 2..14)) {
        assert_agrees_with_sturm(&amounts);
    }

    #[test]
    fn repeated_and_near_rates_are_told_apart(
        // Tenths of growth, some of them the same, and how far the last one is moved.
        growths in prop::collection::vec(5_i64..16, 1..6), moved in prop_oneof![Just(0_i64), Just(1), -1000_i64..1000], finer in 6_u32..20,
    ) {
        let mut amounts = vec![Decimal::ONE];
        let last = growths.len() - 1;
        for (index, tenths) in growths.iter().enumerate() {
            let growth = Decimal::new(*tenths, 1) + if index == last { Decimal::new(moved, finer) } else { Decimal::ZERO };
            amounts.push(Decimal::ZERO);
            for place in (1..amounts.len()).rev() {
                let product = amounts[place - 1] * growth;
                amounts[place] -= product;
            }
        }
        prop_assume!(amounts.iter().all(|amount| amount.scale() < 28));
        assert_agrees_with_sturm(&amounts);
    }

    #[test]
    fn a_power_of_ten_times_every_flow_changes_nothing(amounts in prop::collection::vec(money(), 2..40), places in 1_u32..12) {
        let found = rates_of(&amounts);
        let larger: Vec<Decimal> = amounts.iter().map(|amount| amount * Decimal::from(10_u64.pow(places))).collect();
        let smaller: Vec<Decimal> = amounts.iter().map(|amount| amount * Decimal::new(1, places)).collect();
        prop_assert_eq!(answer(&rates_of(&larger)), answer(&found));
        prop_assert_eq!(answer(&rates_of(&smaller)), answer(&found));
    }

    #[test]
    fn a_later_start_and_the_other_side_of_the_deal_have_the_same_rates(amounts in prop::collection::vec(money(), 2..30), wait in 1_usize..10) {
        let found = rates_of(&amounts);
        let later: Vec<Decimal> = vec![Decimal::ZERO; wait].into_iter().chain(amounts.iter().copied()).collect();
        let other_side: Vec<Decimal> = amounts.iter().map(|amount| -amount).collect();
        prop_assert_eq!(answer(&rates_of(&later)), answer(&found));
        prop_assert_eq!(answer(&rates_of(&other_side)), answer(&found));
    }

    #[test]
    fn a_series_backwards_has_the_growths_upside_down(amounts in prop::collection::vec(money(), 2..20)) {
        let backwards: Vec<Decimal> = amounts.iter().rev().copied().collect();
        let (found, reversed) = (rates_of(&amounts), rates_of(&backwards));
        prop_assert_eq!(found.rates.len(), reversed.rates.len());
        for (rate, other) in found.rates.iter().zip(reversed.rates.iter().rev()) {
            let (growth, other) = (Decimal::ONE + rate.annual, Decimal::ONE + other.annual);
            // Each factor is right to 5e-13.
            let doubt = dec!(6e-13) * (growth.abs() + other.abs() + Decimal::ONE);
            prop_assert!((growth * other - Decimal::ONE).abs() <= doubt, "{growth} × {other}");
        }
    }

    #[test]
    fn dates_a_year_apart_are_periods(amounts in prop::collection::vec(money(), 2..20)) {
        let start = jiff::civil::date(2001, 1, 1);
        let flows = amounts.iter().zip(0..).map(|(amount, year)| DatedCashFlow {
            date: paydirt::models::calendar::add_days(start, 365 * year).unwrap(),
            amount: AnyDecimal::new(*amount).unwrap(),
        });
        let dated = internal_rates(&Series::of(&CashFlows::Dated { flows: flows.collect(), day_count: DayCount::Act365Fixed }));
        let periodic = rates_of(&amounts);
        prop_assert_eq!(dated.status, periodic.status);
        prop_assert!(dated.rates.iter().map(|rate| rate.annual).eq(periodic.rates.iter().map(|rate| rate.annual)));
        prop_assert!(dated.rates.iter().all(|rate| rate.per_period.is_none()));
    }

    #[test]
    fn a_rate_per_month_compounds_to_the_annual_one(amounts in prop::collection::vec(1_i64..1000, 1..60), loan in 1_i64..100_000) {
        let amounts: Vec<Decimal> = std::iter::once(-loan).chain(amounts).map(Decimal::from).collect();
        let found = internal_rates(&series(&amounts, Period::Month));
        prop_assert!(found.rates.len() == 1 || found.status == RateStatus::Undecided, "{found:?}");
        for rate in found.rates {
            let growth = (0..12).fold(BigRational::one(), |growth, _| growth * (BigRational::one() + fraction(rate.per_period.unwrap())));
            let difference = (growth - BigRational::one() - fraction(rate.annual)).abs();
            prop_assert!(difference <= (fraction(rate.annual).abs() * fraction(dec!(1e-9))) + fraction(dec!(1e-11)), "{rate:?}");
        }
    }

    /// Neighbouring dates, amounts of every size: nothing panics, and what is answered as settled has the parity of its sign changes.
    #[test]
    fn dated_flows_of_any_size_have_no_more_rates_than_sign_changes(
        flows in prop::collection::vec((0_i64..4000, -9_999_999_999_i64..=9_999_999_999, 0_u32..28), 1..25), day_count in 0_usize..6,
    ) {
        let day_count = [DayCount::Act365Fixed, DayCount::Act360, DayCount::Act365Quarter, DayCount::ActActIsda, DayCount::Thirty360Bond, DayCount::ThirtyE360][day_count];
        let start = jiff::civil::date(1999, 12, 31);
        let flows = flows.into_iter().map(|(day, mantissa, scale)| DatedCashFlow {
            date: paydirt::models::calendar::add_days(start, day).unwrap(),
            amount: AnyDecimal::new(Decimal::new(mantissa, scale)).unwrap(),
        });
        let found = internal_rates(&Series::of(&CashFlows::Dated { flows: flows.collect(), day_count }));
        prop_assert!(found.rates.len() <= found.sign_changes as usize);
        if found.status != RateStatus::Undecided {
            // Random amounts have no multiple rates.
            prop_assert_eq!(found.rates.len() % 2, found.sign_changes as usize % 2, "{:?}", found);
        }
        prop_assert_eq!(found.selected.is_some(), !found.rates.is_empty());
    }
}

#[test]
fn a_rate_of_many_multiplicities_is_listed_once() {
    // (1 - 1.05 v)^6
    let mut amounts = vec![Decimal::ONE];
    for _ in 0..6 {
        amounts.push(Decimal::ZERO);
        for place in (1..amounts.len()).rev() {
            let product = amounts[place - 1] * dec!(1.05);
            amounts[place] -= product;
        }
    }
    let found = rates_of(&amounts);
    assert_eq!((found.status, found.rates.len(), found.sign_changes), (RateStatus::Unique, 1, 6));
    assert_eq!(found.rates[0].annual, dec!(0.05));
    assert_agrees_with_sturm(&amounts);
}

#[test]
fn two_rates_that_differ_in_their_28th_digit_are_both_listed() {
    // (1 - v)(1 - (1 + 1e-27) v): what is answered has 12 digits, and both are there.
    let found = rates_of(&[dec!(1), dec!(-2.000000000000000000000000001), dec!(1.000000000000000000000000001)]);
    assert_eq!(found.status, RateStatus::Several);
    assert_eq!(found.rates.iter().map(|rate| rate.annual).collect::<Vec<_>>(), [dec!(0), dec!(0)]);
}

#[test]
fn a_miss_in_the_28th_digit_is_no_rate() {
    let found = rates_of(&[dec!(1), dec!(-2), dec!(1.000000000000000000000000001)]);
    assert_eq!((found.status, found.rates.len(), found.selected), (RateStatus::None, 0, None));
}

#[test]
fn a_rate_in_the_middle_of_two_has_the_even_digit() {
    assert_eq!(rates_of(&[dec!(-1), dec!(1.1234567890125)]).rates[0].annual, dec!(0.123456789012));
    assert_eq!(rates_of(&[dec!(-1), dec!(1.1234567890135)]).rates[0].annual, dec!(0.123456789014));
    assert_eq!(rates_of(&[dec!(-1), dec!(1.12345678901250000000001)]).rates[0].annual, dec!(0.123456789013));
}

#[test]
fn rates_at_the_ends_of_what_can_be_written() {
    let annual = |amounts: &[Decimal]| (rates_of(amounts).status, rates_of(amounts).rates.first().map(|rate| rate.annual));
    assert_eq!(annual(&[dec!(-1), dec!(1e-28)]), (RateStatus::Unique, Some(dec!(-1))));
    assert_eq!(annual(&[dec!(-1), dec!(1e-12)]), (RateStatus::Unique, Some(dec!(-0.999999999999))));
    assert_eq!(annual(&[dec!(-1), dec!(9999999999999999)]), (RateStatus::Unique, Some(dec!(9999999999999998))));
    assert_eq!(annual(&[dec!(-1), dec!(10000000000000001)]), (RateStatus::Undecided, None));
}

#[test]
fn the_rate_on_the_side_of_the_sum_is_selected_and_otherwise_the_one_nearest_to_zero() {
    let selected = |amounts: &[Decimal]| {
        let found = rates_of(amounts);
        (found.rates.len(), found.rates[found.selected.unwrap() as usize].annual)
    };
    // An outlay first, and a sum below 0: no rate is below 0, and the nearest is taken.
    assert_eq!(selected(&[dec!(-1600), dec!(10000), dec!(-10000)]), (2, dec!(0.25)));
    // (1 - 0.5 v)(1 - 1.5 v): -50 % and 50 %. Income first and a sum below 0 is a loan that costs something.
    assert_eq!(selected(&[dec!(1), dec!(-2), dec!(0.75)]), (2, dec!(0.5)));
    assert_eq!(selected(&[dec!(-1), dec!(2), dec!(-0.75)]), (2, dec!(0.5)));
    // (1 - 0.5 v)(1 - 1.25 v): -50 % and 25 %, and an outlay first with a sum above 0.
    assert_eq!(selected(&[dec!(-1), dec!(1.75), dec!(-0.625)]), (2, dec!(0.25)));
    // (1 - 0.5 v)(1 - 0.75 v)(1 - 2 v): -50 %, -25 % and 100 %, and an outlay first with a sum above 0.
    assert_eq!(selected(&[dec!(-1), dec!(3.25), dec!(-2.875), dec!(0.75)]), (3, dec!(1)));
    // With 1.5 v behind it: -50 %, -25 %, 50 % and 100 %, and a sum below 0.
    assert_eq!(selected(&[dec!(-1), dec!(4.75), dec!(-7.75), dec!(5.0625), dec!(-1.125)]), (4, dec!(-0.25)));
    // (1 - 0.5 v)(1 - v)(1 - 1.25 v): the sum is 0, and so is the nearest rate.
    assert_eq!(selected(&[dec!(-1), dec!(2.75), dec!(-2.375), dec!(0.625)]), (3, dec!(0)));
}

/// A project of two outlays and 25 years of falling income adds up to 75,618 and earns 12 % (the figures of numpy-financial's issue 39, whose
/// answer was -1.8 %).
#[test]
fn a_project_that_pays_has_a_rate_above_zero() {
    let income = (0..25).map(|year| dec!(108466.80462450592) - dec!(7336.840231225) * Decimal::from(year));
    let amounts: Vec<_> = [dec!(-217500), dec!(-217500)].into_iter().chain(income).collect();
    let found = rates_of(&amounts);
    let rates: Vec<_> = found.rates.iter().map(|rate| rate.annual.round_dp(6)).collect();
    assert_eq!((found.status, rates), (RateStatus::Several, vec![dec!(-0.018097), dec!(0.12)]));
    assert_eq!(found.selected, Some(1));
}

/// 12 times a rate a month, rounded once: 230 a month for two years repay 5,000 at 9.69 % (12 CFR 1026, appendix J, (c)(1)(i)).
#[test]
fn a_nominal_rate_is_the_rate_per_period_times_the_periods_of_a_year() {
    let amounts = std::iter::once(dec!(5000)).chain(std::iter::repeat_n(dec!(-230), 24)).map(Exact::from);
    let found = internal_rates(&Series::periodic(amounts, Period::Month));
    // 12 × 0.0080714233852339729076
    assert_eq!(found.rates[0].nominal_annual, Some(dec!(0.096857080623)));
    assert_eq!(found.rates[0].per_period, Some(dec!(0.008071423385)));
}

#[test]
fn flows_that_cancel_leave_every_rate_and_flows_of_one_sign_none() {
    let zero = rates_of(&[Decimal::ZERO, Decimal::ZERO]);
    assert_eq!((zero.status, zero.sign_changes, zero.rates.len()), (RateStatus::Any, 0, 0));
    assert_eq!(rates_of(&[dec!(5)]).status, RateStatus::NoSignChange);
    assert_eq!(rates_of(&[dec!(-5), dec!(0), dec!(-1)]).status, RateStatus::NoSignChange);
}
