//! The zeros of a piece: separated by Descartes' rule on ever smaller parts, then followed by Newton's steps and proven by signs.

use super::Until;
use super::bernstein::{Stage, sign};
use super::fixed::Fixed;
use super::piece::{DECIMAL_LIMBS, Piece};
use crate::cash_flow::internal_rate::enclosed::Enclosed;
use crate::cash_flow::internal_rate::span::Means;

/// Bound on the error of x as a decimal of 76 digits.
const DECIMAL_DOUBT: f64 = 1e-74;

/// The most splits of one piece.
const SPLITS_MAX: u32 = 400;

/// The zeros of a piece, each with the lower end of its part, and the parts, from one t to another, of which its bits do not tell the zeros.
pub(super) struct Told<const L: usize> {
    pub found: Vec<(Fixed<L>, Enclosed)>,
    pub lost: Vec<(Fixed<L>, Fixed<L>)>,
    /// Place of two zeros in a lost part, if there are any.
    pub hint: Option<Fixed<L>>,
}

/// Finding about a part.
enum Seen<const L: usize> {
    /// Finding: all zeros of the part.
    Told(Vec<Enclosed>),
    Split(Vec<Stage<L>>),
    /// Finding: the bits do not tell the zeros; two of them are next to a place, if there are any.
    Lost(Option<Fixed<L>>),
}

/// Finding about a part with two changes of sign, and one sign at both ends.
enum Pair<const L: usize> {
    /// Finding: the sign differs between, so that there is one zero on each side, near a guess.
    Between(Fixed<L>, [Fixed<L>; 2]),
    /// Finding: no zero.
    Nothing,
    /// Finding: the value at the turning point is nearer to 0 than its error.
    Open(Fixed<L>),
    /// Finding: the slope is not known to have one zero, and smaller parts may show more.
    Unknown,
}

/// A stretch with one zero, in the piece's t.
pub(super) struct Stretch<const L: usize> {
    pub low: Fixed<L>,
    pub high: Fixed<L>,
    pub sign_at_low: i8,
}

/// The least distance that is looked at, times 2^[`Piece::BIAS`]: a double still has it.
const LEAST: f64 = 1e-250;

/// Returns the quotient as a double and a power of two, however large both numbers are, and however far apart.
fn quotient<const L: usize>(above: Fixed<L>, below: Fixed<L>) -> (f64, i32) {
    let parts = |number: Fixed<L>| {
        let surplus = number.bits().saturating_sub(500);
        (number.halved(surplus).to_f64(), surplus as i32)
    };
    let ((above, of_above), (below, of_below)) = (parts(above), parts(below));
    (above / below, of_above - of_below)
}

/// Returns a quotient's magnitude as an exponent of two and a share from a half to 1, however small it is.
fn step<const L: usize>(above: Fixed<L>, below: Fixed<L>) -> (i32, f64) {
    let (quotient, exponent) = quotient(above, below);
    let (share, more) = libm::frexp(libm::fabs(quotient));
    if share == 0.0 { (i32::MIN / 2, share) } else { (exponent + more, share) }
}

impl<const L: usize, const F: usize> Piece<L, F> {
    /// Distances in t are doubles times 2^this: of 1,664 bits and more, the least have no place among doubles.
    const BIAS: i32 = if F > 14 { 900 } else { 0 };

    /// Returns a quotient as a distance.
    fn ratio(above: Fixed<L>, below: Fixed<L>) -> f64 {
        let (quotient, exponent) = quotient(above, below);
        libm::scalbn(quotient, exponent + Self::BIAS)
    }

    /// Returns the square root of a quotient's magnitude as a distance.
    fn root(above: Fixed<L>, below: Fixed<L>) -> f64 {
        let (quotient, exponent) = quotient(above, below);
        let odd = exponent.rem_euclid(2);
        libm::scalbn(libm::sqrt(libm::scalbn(libm::fabs(quotient), odd)), (exponent - odd) / 2 + Self::BIAS)
    }

    /// Returns a distance of 0 or more in t; None where it does not fit.
    fn distance(size: f64) -> Option<Fixed<L>> {
        Fixed::of_f64(size, Self::PLACES - Self::BIAS as usize)
    }

    /// Finds the zeros of the piece, each as near as is asked.
    pub fn zeros(&self, whole: Stage<L>, doubt_max: f64, until: Until, hint: Option<Fixed<L>>) -> Told<L> {
        let mut zeros = Told { found: Vec::new(), lost: Vec::new(), hint: None };
        let (mut open, mut splits) = (vec![whole], 0);
        while let Some(part) = open.pop() {
            splits += 1;
            let is_out_of_work = splits > SPLITS_MAX || until.is_over();
            let seen = if is_out_of_work { None } else { self.look_into(&part, doubt_max, hint) };
            match seen.unwrap_or(Seen::Lost(None)) {
                Seen::Told(found) => zeros.found.extend(found.into_iter().map(|zero| (part.low, zero))),
                Seen::Split(parts) => open.extend(parts),
                Seen::Lost(place) => {
                    zeros.lost.push((part.low, part.low.plus(part.width)));
                    zeros.hint = place;
                }
            }
        }
        zeros
    }

    /// Looks into a part; None where the bits do not tell.
    fn look_into(&self, part: &Stage<L>, doubt_max: f64, hint: Option<Fixed<L>>) -> Option<Seen<L>> {
        let (sign_at_low, sign_at_high) = (part.sign_at_low(), part.sign_at_high());
        let high = part.low.plus(part.width);
        let stretch = |low, high, sign_at_low| Stretch { low, high, sign_at_low };
        let mut share = 0.5;
        // As both ends have a sign, the number of changes is even where the signs agree, and odd where they differ.
        match part.changes_max() {
            0 => return Some(Seen::Told(Vec::new())),
            1 => {
                let guess = self.place(part, part.zero())?;
                return match self.followed(stretch(part.low, high, sign_at_low), guess, doubt_max) {
                    Some(only) => Some(Seen::Told(vec![only])),
                    None => self.narrowed(part, guess).map(Seen::Split),
                };
            }
            _ if part.is_lost() => return None,
            2 if sign_at_low == sign_at_high => {
                let turning = part.turning();
                let guess = match hint.filter(|hint| hint.exceeds(part.low) && high.exceeds(*hint)) {
                    Some(hint) => hint,
                    None => self.place(part, turning)?,
                };
                match self.pair(part, guess)? {
                    Pair::Nothing => return Some(Seen::Told(Vec::new())),
                    Pair::Between(between, guesses) => {
                        if let Some(both) = self.next_to_each_other(part, between, guesses) {
                            return Some(Seen::Told(both));
                        }
                        let [guess_below, guess_above] = guesses;
                        let below = self.followed(stretch(part.low, between, sign_at_low), guess_below, doubt_max)?;
                        let above = self.followed(stretch(between, high, -sign_at_low), guess_above, doubt_max)?;
                        return Some(Seen::Told(vec![below, above]));
                    }
                    Pair::Open(place) => return Some(self.narrowed(part, place).map_or(Seen::Lost(Some(place)), Seen::Split)),
                    Pair::Unknown if turning > 0.05 && turning < 0.95 => share = turning,
                    Pair::Unknown => {}
                }
            }
            _ => {}
        }
        let mut shares = [share, 0.5, 0.4375, 0.5625, 0.3125, 0.75].into_iter();
        shares.find_map(|share| part.split(share)).map(|parts| Seen::Split(parts.into()))
    }

    /// Splits a part close to a place on both sides of it, where the signs are known there, so that more bits have less to search; None where they
    /// are not. More bits than a decimal has are not split so: the ends could not be told.
    fn narrowed(&self, part: &Stage<L>, place: Fixed<L>) -> Option<Vec<Stage<L>>> {
        /// Shares of the part.
        const REACHES: [f64; 3] = [1.0 / (1 << 28) as f64, 1.0 / (1 << 18) as f64, 1.0 / (1 << 8) as f64];
        let share = quotient(place.minus(part.low), part.width);
        let share = libm::scalbn(share.0, share.1);
        let around = |reach: f64| {
            let (below, above) = (share - reach, share + reach);
            let [left, rest] = part.split(below).filter(|_| below > 0.0 && above < 1.0)?;
            let [middle, right] = rest.split((above - below) / (1.0 - below))?;
            Some(vec![left, middle, right])
        };
        if F > DECIMAL_LIMBS { None } else { REACHES.into_iter().find_map(around) }
    }

    /// Returns two zeros that are so near to each other that a point between is as good as both; None where they are not.
    fn next_to_each_other(&self, part: &Stage<L>, between: Fixed<L>, [below, above]: [Fixed<L>; 2]) -> Option<Vec<Enclosed>> {
        /// Distances against x: of the zeros, and of the points on both sides of them.
        const NEXT: f64 = 1e-55;
        const FAR: f64 = 1e-50;
        let (gap, exponent) = quotient(above.minus(below), Fixed::power_of_two(Self::PLACES));
        if libm::scalbn(gap, exponent) * self.relative() > NEXT {
            return None;
        }
        let distance = Fixed::of_f64(FAR / self.relative(), Self::PLACES)?;
        let (low, high) = (between.minus(distance), between.plus(distance));
        let is_inside = low.exceeds(part.low) && !low.is_negative() && part.low.plus(part.width).exceeds(high);
        let holds = is_inside && self.sign_at(low) == part.sign_at_low() && self.sign_at(high) == part.sign_at_high();
        let zero = Enclosed { x: self.x_at(between)?, doubt: 1.01 * FAR, means: Means::Integers(64 * L as u32) };
        holds.then(|| vec![zero, zero])
    }

    /// Returns the place of a share of a part.
    fn place(&self, part: &Stage<L>, share: f64) -> Option<Fixed<L>> {
        let share: Fixed<L> = Fixed::of_f64(share, 62)?;
        Some(part.low.plus(part.width.halved(62).times(share.0[0])))
    }

    /// Decides about two zeros by the value where the slope is 0.
    ///
    /// Two changes of sign bound the zeros of a complete polynomial alone: of another one, the bend does.
    fn pair(&self, part: &Stage<L>, mut t: Fixed<L>) -> Option<Pair<L>> {
        const STEPS_MAX: u32 = 40;
        const NEXT_TO_ZERO: u64 = 64;
        let (end, outer) = (part.low.plus(part.width), part.sign_at_low());
        let is_bent = self.is_bent(part);
        let mut least = (i32::MAX, f64::INFINITY);
        for _ in 0..STEPS_MAX {
            if t.is_zero() || !t.exceeds(part.low) || !end.exceeds(t) {
                return Some(Pair::Unknown);
            }
            let [value, slope, curvature] = self.moments(&t.fraction())?;
            match sign(value, self.error) {
                sign if sign == -outer && (self.is_complete || is_bent) => {
                    return Some(Pair::Between(t, Self::guesses(t, value, slope, curvature)?));
                }
                sign if sign == -outer => return Some(Pair::Unknown),
                0 => return Some(Pair::Open(t)),
                _ => {}
            }
            if is_bent && self.is_above_its_tangent(part, value, slope) {
                return Some(Pair::Nothing);
            }
            let step = step(slope, curvature);
            if !step.1.is_finite() || step >= least {
                // No step comes nearer to the turning point: next to 0, only more bits tell more.
                let is_next_to_zero = !value.exceeds(self.error.times(NEXT_TO_ZERO));
                return Some(if is_next_to_zero { Pair::Open(t) } else { Pair::Unknown });
            }
            least = step;
            let Some(next) = self.turned(t, slope, curvature) else { return Some(Pair::Unknown) };
            t = next;
        }
        Some(Pair::Unknown)
    }

    /// Returns t - slope / curvature, at 0 or above, to twice as many bits as the step is small: Newton's steps bring no more.
    fn turned(&self, mut t: Fixed<L>, mut slope: Fixed<L>, curvature: Fixed<L>) -> Option<Fixed<L>> {
        /// A double brings 53 bits of the quotient.
        const BITS: i32 = 53;
        let (mut exponent, mut size) = step(slope, curvature);
        let first = exponent;
        // As long as each step is far smaller than the one before.
        loop {
            let places = usize::try_from(i64::try_from(Self::PLACES).ok()? + i64::from(exponent)).unwrap_or(0);
            let distance: Fixed<L> = Fixed::of_f64(size, places)?;
            let is_back = slope.is_negative() == curvature.is_negative();
            t = if is_back { t.minus(distance) } else { t.plus(distance) };
            let reached = exponent - BITS;
            if t.is_negative() || F <= DECIMAL_LIMBS || first >= 0 || reached <= 2 * first {
                return (!t.is_negative()).then_some(t);
            }
            let part = curvature.times_fraction(&distance.fraction::<F>());
            slope = if is_back { slope.minus(part) } else { slope.plus(part) };
            (exponent, size) = step(slope, curvature);
            if size == 0.0 || exponent > reached + BITS / 2 {
                return Some(t);
            }
        }
    }

    /// Returns t - step, at 0 or above.
    fn stepped(&self, t: Fixed<L>, step: f64) -> Option<Fixed<L>> {
        let size = Self::distance(step.abs())?;
        let next = if step > 0.0 { t.minus(size) } else { t.plus(size) };
        (!next.is_negative()).then_some(next)
    }

    /// True where the part is bent away from 0 everywhere, so that it has two zeros at most, whatever the polynomial leaves out.
    ///
    /// A second difference of the coefficients is wrong by 4 errors; the other 2, times d × (d - 1), are above the second derivative of the rest.
    fn is_bent(&self, part: &Stage<L>) -> bool {
        let bound = part.error.times(6);
        part.coefficients.windows(3).all(|three| {
            let bend = three[0].plus(three[2]).minus(three[1].times(2));
            sign(bend, bound) == part.sign_at_low()
        })
    }

    /// True where the tangent at a point of a bent part keeps clear of 0: the values are beyond the tangent.
    ///
    /// A slope is wrong by d + 1 errors of the piece, which bound d times that of a value.
    fn is_above_its_tangent(&self, part: &Stage<L>, value: Fixed<L>, slope: Fixed<L>) -> bool {
        let steep = slope.absolute().plus(self.error.times(self.degree() as u64 + 1));
        let fallen = if part.width.fraction::<F>() == [0; F] { steep } else { steep.size_times(&part.width.fraction::<F>()) };
        value.exceeds(fallen.plus(self.error.times(2)))
    }

    /// Returns where the two zeros on both sides of a point would lie, if the polynomial were of degree two.
    fn guesses(t: Fixed<L>, value: Fixed<L>, slope: Fixed<L>, curvature: Fixed<L>) -> Option<[Fixed<L>; 2]> {
        // Value and curvature have opposite signs.
        let (to_middle, of_value) = (Self::ratio(slope, curvature), Self::root(value.times(2), curvature));
        let reach = libm::hypot(to_middle, of_value);
        let (below, above) = (Self::distance(reach + to_middle)?, Self::distance(reach - to_middle)?);
        Some([t.minus(below), t.plus(above)])
    }

    /// Returns value, slope and second derivative at t; None where nobody waits any more.
    fn moments(&self, t: &[u64; F]) -> Option<[Fixed<L>; 3]> {
        let (mut value, mut slope, mut half) = (Fixed::ZERO, Fixed::ZERO, Fixed::ZERO);
        self.horner(3, |coefficient| {
            half = half.times_fraction(t).plus(slope);
            slope = slope.times_fraction(t).plus(value);
            value = value.times_fraction(t).plus(coefficient);
        })?;
        Some([value, slope, half.times(2)])
    }

    /// Follows the one zero of a stretch from a guess, until the signs beside it prove where it lies.
    pub fn followed(&self, stretch: Stretch<L>, guess: Fixed<L>, doubt_max: f64) -> Option<Enclosed> {
        const STEPS_MAX: u32 = 40;
        const ROOM: u64 = 8;
        let Stretch { mut low, mut high, sign_at_low } = stretch;
        let (first, last) = (low, high);
        let unit = libm::scalbn(1.0, Self::BIAS - Self::PLACES as i32);
        let mut t = guess;
        for _ in 0..STEPS_MAX {
            if !t.exceeds(low) || !high.exceeds(t) || t.is_negative() {
                t = low.plus(high).halved(1);
            }
            let (value, slope) = self.value_and_slope(&t.fraction())?;
            let side = sign(value, self.error);
            if side == sign_at_low {
                low = t;
            } else if side != 0 {
                high = t;
            }
            let step = Self::ratio(value, slope);
            // As near as the error lets it be, and a Newton's step further where that is far nearer than the last one.
            let least = (4.0 * Self::ratio(self.error, slope).abs()).max(LEAST).max(16.0 * unit);
            let far = least.max(1e-6 * step.abs());
            let next = self.stepped(t, step);
            if let Some(next) = next.filter(|_| libm::scalbn(far, -Self::BIAS) * self.relative() <= doubt_max) {
                let distance = Self::distance(far)?;
                let (below, above) = (next.minus(distance), next.plus(distance));
                // The zero lies between the two points as far as these lie within the stretch: it has no other one.
                let is_inside = above.exceeds(low) && (below.is_negative() || high.exceeds(below));
                // Some way beyond the two points there is still no other zero, so that this one can be looked for again; where bits allow that.
                let has_room = far <= least
                    || next.exceeds(first.plus(distance.times(ROOM))) && last.exceeds(next.plus(distance.times(ROOM)));
                let holds_below = || below.is_negative() || !below.exceeds(low) || self.sign_at(below) == sign_at_low;
                let holds_above = || !high.exceeds(above) || self.sign_at(above) == -sign_at_low;
                if is_inside && has_room && holds_below() && holds_above() {
                    let doubt = 1.01 * libm::scalbn(far, -Self::BIAS) * self.relative() + DECIMAL_DOUBT;
                    let x = self.x_at(next.least(last))?;
                    return Some(Enclosed { x, doubt, means: Means::Integers(64 * L as u32) });
                }
            }
            // Nothing tells on which side of the zero t lies: more bits do.
            if side == 0 {
                return None;
            }
            t = next.unwrap_or(low);
        }
        None
    }

    fn sign_at(&self, t: Fixed<L>) -> i8 {
        self.value(&t.fraction()).map_or(0, |value| sign(value, self.error))
    }
}
