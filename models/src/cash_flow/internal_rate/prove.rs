//! Proof of a rate: from an interval with one zero to a rate of 12 digits after the point.
//!
//! The proof is that the present value has opposite signs at the rate - 5e-13 and at the rate + 5e-13, each beyond the error of its
//! evaluation, in doubles where these suffice. Else integers find two points on both sides of the zero that are far nearer to each other and have
//! opposite signs ([`super::near`]): all rates of the zero follow from them. The zeros of a long series, and what integers leave open, are
//! proven by signs in 128 bits. Where a second zero is so near that it lies between the two points, the ends of the interval, whose signs
//! are known as well, replace them.

use super::enclosed::{DOUBLES_REACH, Enclosed};
use super::near::NearZeros;
use super::points::{Bracket, Point, grid};
use super::span::{HALF, LIMIT, Means, ONE, PLACES, Proof, Span, TIE_PLACES, decimal, growth, whole};
use super::terms::Terms;
use crate::decimal::exp_m1;
use crate::wide::Wide;
use crate::work;

/// Work after which no further proof is tried, in additions of a term: some 40 ms, the search included.
const WORK_MAX: u64 = 5_000_000;

/// A simple zero of the present value, from which a rate is computed, with the digits that are known so far.
pub(super) struct Zero<'a> {
    terms: &'a Terms<'a>,
    /// Terms in integers; None where there are too many of them.
    near: Option<&'a NearZeros>,
    bracket: Bracket,
    guess: f64,
    /// Growth at the zero, by a pursuit in 128 bits.
    exact: Option<Wide>,
    enclosed: Option<Enclosed>,
    /// True where doubles have failed to prove a rate of the zero.
    is_beyond_doubles: bool,
}

impl<'a> Zero<'a> {
    pub fn of(terms: &'a Terms<'a>, near: Option<&'a NearZeros>, bracket: Bracket) -> Zero<'a> {
        let guess = approach(terms, bracket);
        Zero { terms, near, bracket, guess, exact: None, enclosed: None, is_beyond_doubles: false }
    }

    /// Creates a zero that integers have found.
    pub fn known(terms: &'a Terms<'a>, near: Option<&'a NearZeros>, zero: Enclosed) -> Zero<'a> {
        let bracket = Bracket { low: None, high: None, sign_at_low: 0 };
        Zero { terms, near, bracket, guess: 0.0, exact: None, enclosed: Some(zero), is_beyond_doubles: true }
    }

    /// Returns the proven rate for a span of time.
    pub fn rate(&mut self, span: Span) -> Proof {
        if !self.is_beyond_doubles {
            if let Some(proof) = self.rate_in_doubles(span) {
                return proof;
            }
            self.is_beyond_doubles = true;
            self.enclosed = self.enclosed_by_integers();
        }
        self.rate_of_enclosed(span).or_else(|| self.proven_in_binary(span)).unwrap_or(Proof::Unproven)
    }

    /// Returns the rate that follows from two near points on both sides of the zero; nearer ones are looked for where it does not.
    fn rate_of_enclosed(&mut self, span: Span) -> Option<Proof> {
        let near = self.near;
        let closer = |zero: Enclosed, doubt| near.and_then(|near| near.closer(zero, doubt));
        // First as near as most rates need, then as near as a tie does.
        for _ in 0..2 {
            match self.enclosed?.rate(span)? {
                Ok(proof) => return Some(proof),
                Err(doubt) => self.enclosed = Some(closer(self.enclosed?, doubt)?),
            }
        }
        self.enclosed?.rate(span)?.ok()
    }

    /// Encloses the zero by integers: between two points on both sides of the guess, and within the bracket.
    fn enclosed_by_integers(&self) -> Option<Enclosed> {
        /// How far weights move between the two points: a few powers of that matter. A guess that is worse is looked for further away.
        const REACH: f64 = 1e-5;
        const REACHES: [f64; 3] = [1e-2, 1.0, 30.0];
        let near = self.near?;
        // Room that is left of the bracket on either side, less what doubles round.
        let room = |end: Option<Point>| end.map_or(f64::INFINITY, |end| (end.s - self.guess + end.beyond).abs());
        let rounding = 1e-14 * self.guess.abs().max(1e-3);
        let reach = (REACH / self.terms.span()).min(0.4 * room(self.bracket.low)).min(0.4 * room(self.bracket.high));
        let close = || near.only_zero(Wide::from_f64(libm::exp(-self.guess) * (1.0 - reach))?, 2.0 * reach);
        let close = if reach < 100.0 * rounding { None } else { close() };
        close.or_else(|| REACHES.into_iter().find_map(|reach| self.enclosed_within(near, reach / self.terms.span())))
    }

    /// Encloses the zero of the bracket by integers, where it lies within so much of the guess.
    fn enclosed_within(&self, near: &NearZeros, reach: f64) -> Option<Enclosed> {
        let (low, high) = (Point::at(grid(self.guess - reach)), Point::at(grid(self.guess + reach)));
        let low = self.bracket.low.filter(|end| !low.is_above(*end)).unwrap_or(low);
        let high = self.bracket.high.filter(|end| !end.is_above(high)).unwrap_or(high);
        // One at most, as the bracket has no other.
        near.zeros(low, high)?.first().copied()
    }

    /// Proves a rate by signs in doubles, and in 128 bits for a border where doubles leave doubt. None where more digits are
    /// needed.
    fn rate_in_doubles(&self, span: Span) -> Option<Proof> {
        let units = span.units();
        let least = span.least();
        let rate = f64::from(span.times) * libm::expm1(self.guess * units);
        if rate.is_nan() || rate.abs() >= DOUBLES_REACH {
            return None;
        }
        let nearest = ((rate * ONE as f64).round() as i128).max(least);
        let mut means = Means::Doubles;
        // The sign at a border: half a digit below, or above, a candidate.
        let mut sign_at = |candidate: i128, side: i128| {
            let s = border(2 * candidate + side, span.times) / units;
            let end = if side < 0 { self.bracket.low } else { self.bracket.high };
            let room = |end: Point| if side < 0 { s - end.s } else { end.s - s };
            if end.is_some_and(|end| room(end) <= 1e-13 * s.abs()) {
                return None;
            }
            match self.terms.sum(s).sign() {
                0 if self.near.is_some() => None,
                0 => {
                    means = Means::Binary;
                    let exact = growth(candidate, side * HALF, span.times).and_then(|growth| self.at_growth(growth, span));
                    exact.map(|s| self.sign(s)).filter(|sign| *sign != 0)
                }
                sign => Some(sign),
            }
        };
        let below = self.bracket.sign_at_low;
        let mut low_holds = |candidate: i128| Some(candidate == least || sign_at(candidate, -1)? == below);
        let holds_low = low_holds(nearest)?;
        let candidate = if holds_low { nearest } else { nearest - 1 };
        let holds = if holds_low {
            let is_below = sign_at(candidate, 1)? == -below;
            // The next one's low border is this one's high border.
            if is_below { Some(candidate) } else { Some(candidate + 1).filter(|next| sign_at(*next, 1) == Some(-below)) }
        } else {
            Some(candidate).filter(|candidate| *candidate == least || sign_at(*candidate, -1) == Some(below))
        };
        holds.map(|candidate| Proof::Rate(decimal(candidate), means))
    }

    /// Returns the growth in one unit of the series that belongs to a growth over a rate's span.
    fn at_growth(&self, growth: Wide, span: Span) -> Option<Wide> {
        growth.times(whole(span.below)?)?.over(whole(span.above)?)
    }

    /// Proves a rate in 128 bits. None where the work limit was reached, or the proof does not succeed.
    fn proven_in_binary(&mut self, span: Span) -> Option<Proof> {
        let s = match self.exact {
            Some(s) => s,
            None => *self.exact.insert(self.pursue()?),
        };
        let rate = exp_m1(s.times(whole(span.above)?)?.over(whole(span.below)?)?)?;
        let rate = rate.times(whole(span.times)?)?;
        let scaled = rate.raised(PLACES.into())?.nearest_whole(TIE_PLACES);
        let nearest = match scaled.absolute().whole().and_then(|whole| i128::try_from(whole).ok()) {
            Some(whole) if whole < LIMIT => {
                if scaled.is_negative() {
                    -whole
                } else {
                    whole
                }
            }
            _ => {
                let below_limit = self.at_growth(growth(LIMIT, -HALF, span.times)?, span)?;
                let is_beyond = self.sign(below_limit) == self.bracket.sign_at_low;
                return is_beyond.then_some(Proof::TooLarge);
            }
        };
        let nearest = nearest.max(span.least());
        [0, -1, 1].into_iter().map(|step| nearest + step).find_map(|candidate| {
            let at = |distance: i128| self.at_growth(growth(candidate, distance, span.times)?, span);
            self.holds(&at, candidate <= span.least())
                .then(|| if candidate < LIMIT { Proof::Rate(decimal(candidate), Means::Binary) } else { Proof::TooLarge })
        })
    }

    /// True when the zero lies within half a unit of the candidate's last digit; `at` is the growth so far from it. Nothing lies below
    /// the least candidate.
    fn holds(&self, at: &impl Fn(i128) -> Option<Wide>, is_least: bool) -> bool {
        let on_its_side = |distance: i128, end: Option<Point>| {
            let expected = if distance < 0 { self.bracket.sign_at_low } else { -self.bracket.sign_at_low };
            let holds_at = |distance: i128| -> Option<bool> {
                let s = at(distance)?;
                let is_outside = end.is_some_and(|end| if distance < 0 { s <= end.exact() } else { s >= end.exact() });
                match self.sign(s) {
                    _ if is_outside => Some(true),
                    0 => None,
                    sign => Some(sign == expected),
                }
            };
            // Nothing tells a zero on the border from its neighbours: it belongs to both rates, and the even one was taken.
            holds_at(distance).or_else(|| holds_at(distance + distance.signum() * BORDER)).unwrap_or(false)
        };
        (is_least || on_its_side(-HALF, self.bracket.low)) && on_its_side(HALF, self.bracket.high)
    }

    fn sign(&self, s: Wide) -> i8 {
        if self.terms.work() > WORK_MAX { 0 } else { self.terms.sum_in_binary(s).sign() }
    }

    /// Finds the zero by Newton's steps in 128 bits, and by halving the interval where a step leaves it.
    fn pursue(&self) -> Option<Wide> {
        let end = |point: Option<Point>| point.map(Point::exact);
        let (mut low, mut high) = (end(self.bracket.low), end(self.bracket.high));
        let mut s = Point::at(grid(self.guess)).exact();
        let is_inside =
            |s: Wide, low: Option<Wide>, high: Option<Wide>| low.is_none_or(|low| s > low) && high.is_none_or(|high| s < high);
        if !is_inside(s, low, high) {
            s = halfway(low?, high?)?;
        }
        for _ in 0..400 {
            if self.terms.work() > WORK_MAX {
                return None;
            }
            let sum = self.terms.sum_in_binary(s);
            match sum.sign() {
                0 => return Some(s),
                sign if sign == self.bracket.sign_at_low => low = Some(s),
                _ => high = Some(s),
            }
            let step = if sum.slope.is_zero() { f64::INFINITY } else { sum.value.over(sum.slope).to_f64() };
            let newton = Wide::from_f64(step).and_then(|step| s.minus(step)).filter(|next| is_inside(*next, low, high));
            match (newton, low.zip(high)) {
                (Some(next), _) => {
                    s = next.shortened(60);
                    // The next step would be smaller than what is known of the value.
                    if step.abs() < s.to_f64().abs().max(1e-9) * 1e-18 {
                        return Some(s);
                    }
                }
                (None, Some((low, high))) => s = halfway(low, high)?.shortened(60),
                (None, None) => return None,
            }
        }
        None
    }
}

/// Distance by which the border of a rate is widened where a zero lies on the border, in units of 1e-21.
const BORDER: i128 = 500;

/// ln(1 + rate) for an answer of so many times the rate, in halves of its last digit.
fn border(halves: i128, times: u32) -> f64 {
    let one = 2 * ONE * i128::from(times);
    let rate = halves as f64 / one as f64;
    if rate < -0.5 { libm::log((halves + one) as f64 / one as f64) } else { libm::log1p(rate) }
}

/// Returns the growth at which the sign changes within the interval, to a double's precision.
fn approach(terms: &Terms, bracket: Bracket) -> f64 {
    let end = |point: Option<Point>, otherwise: f64| point.map_or(otherwise, |point| point.s + point.beyond);
    let (mut low, mut high) = (end(bracket.low, f64::NEG_INFINITY), end(bracket.high, f64::INFINITY));
    let mut reach = 1.0 / terms.span();
    let mut s = match (low.is_finite(), high.is_finite()) {
        (true, true) => low.midpoint(high),
        (true, false) => low + reach,
        (false, true) => high - reach,
        (false, false) => terms.coarse().map_or(0.0, |coarse| approach(&coarse, bracket)),
    };
    for round in 0..200 {
        let (ratio, slope) = terms.log_ratio(s);
        if ratio == 0.0 || work::is_over() {
            return s;
        }
        if (ratio > 0.0) == (bracket.sign_at_low > 0) {
            low = s
        } else {
            high = s
        }
        let newton = s - ratio / slope;
        let is_stuck = round > 20 && round % 2 == 1;
        let is_newton = newton > low && newton < high && !is_stuck;
        let next = if is_newton {
            newton
        } else if low.is_finite() && high.is_finite() {
            low.midpoint(high)
        } else {
            reach *= 4.0;
            if low.is_finite() { low + reach } else { high - reach }
        };
        let step = (next - s).abs();
        s = next;
        // Newton's next step would be smaller than a double's last place, also where the bend is many times the slope. A halving says nothing of that.
        if is_newton && step * terms.span() < 1e-10 || next <= low || next >= high {
            break;
        }
    }
    s
}

fn halfway(low: Wide, high: Wide) -> Option<Wide> {
    low.plus(high)?.over(whole(2)?)
}
