//! The number of the short way: a short decimal, or a ball.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::ball::{Ball, DOUBT_MAX, EXPONENT_MAX, ROUNDING, power_of_two};
use super::functions;
use super::short::Short;
use crate::arithmetic::Arithmetic;
use crate::doubt::doubt;
use crate::number::Number;
use crate::work::tick;

/// Work of a logarithm, an exponential or a root.
pub(super) const FUNCTION_UNITS: u64 = 12;

/// A number of 128 bits: exact, or a ball that holds the number of 76 digits; or spoilt, as [`Exact`] is after a division by 0.
///
/// Fields of a short decimal and of a ball side by side, because a number as small as this is copied in fewer instructions than an enum of both.
#[derive(Clone, Copy)]
pub(crate) struct Quick {
    pub(super) mantissa: u128,
    /// Bound on the relative error of a ball.
    pub(super) doubt: f64,
    pub(super) exponent: i32,
    pub(super) kind: NumberKind,
    pub(super) negative: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberKind {
    Short,
    Ball,
    Spoilt,
}

/// A number as the one of the three that it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum NumberView {
    Short(Short),
    Ball(Ball),
    Spoilt,
}

pub(super) const SPOILT: Quick = Quick { mantissa: 0, doubt: 0.0, exponent: 0, kind: NumberKind::Spoilt, negative: false };

impl std::fmt::Debug for Quick {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        self.view().fmt(formatter)
    }
}

impl Quick {
    #[inline]
    pub(super) fn view(self) -> NumberView {
        match self.kind {
            NumberKind::Short => NumberView::Short(self.as_short()),
            NumberKind::Ball => NumberView::Ball(self.as_ball()),
            NumberKind::Spoilt => NumberView::Spoilt,
        }
    }

    #[inline]
    pub(super) fn as_short(self) -> Short {
        Short { negative: self.negative, mantissa: self.mantissa, exponent: self.exponent }
    }

    #[inline]
    pub(super) fn as_ball(self) -> Ball {
        Ball { negative: self.negative, mantissa: self.mantissa, exponent: self.exponent, doubt: self.doubt }
    }

    #[inline]
    pub(super) const fn of_short(short: Short) -> Quick {
        let Short { negative, mantissa, exponent } = short;
        Quick { mantissa, doubt: 0.0, exponent, kind: NumberKind::Short, negative }
    }

    /// Returns a ball whose exponent and doubt are within bounds.
    #[inline]
    pub(super) fn of_ball(ball: Ball) -> Quick {
        let Ball { negative, mantissa, exponent, doubt } = ball;
        if exponent.unsigned_abs() <= EXPONENT_MAX.unsigned_abs() && doubt < DOUBT_MAX {
            Quick { mantissa, doubt, exponent, kind: NumberKind::Ball, negative }
        } else {
            Quick::doubtful()
        }
    }

    /// Raises a doubt. The number is of no use, and nobody will use it.
    #[cold]
    pub(super) fn doubtful() -> Quick {
        doubt();
        SPOILT
    }

    pub(super) fn of_some_ball(ball: Option<Ball>) -> Quick {
        ball.map_or_else(Quick::doubtful, Quick::of_ball)
    }

    pub(super) fn is_short_zero(self) -> bool {
        self.kind == NumberKind::Short && self.mantissa == 0
    }

    /// Returns the ball of a number; `None` of 0, of a spoilt number, and beyond all bounds.
    #[inline]
    pub(super) fn ball(self) -> Option<Ball> {
        match self.kind {
            NumberKind::Ball => Some(self.as_ball()),
            NumberKind::Short if self.mantissa != 0 => self.as_short().ball(),
            _ => None,
        }
    }

    /// Computes with the balls of two numbers that are neither 0 nor spoilt.
    #[inline]
    pub(super) fn with_balls(self, other: Quick, compute: impl FnOnce(Ball, Ball) -> Option<Ball>) -> Quick {
        match (self.ball(), other.ball()) {
            (Some(left), Some(right)) => Quick::of_some_ball(compute(left, right)),
            _ => Quick::doubtful(),
        }
    }

    /// Computes a function of the ball of a number that is neither 0 nor spoilt.
    pub(super) fn with_ball(self, compute: impl FnOnce(Ball) -> Option<Ball>) -> Quick {
        tick(FUNCTION_UNITS);
        Quick::of_some_ball(self.ball().and_then(compute))
    }

    /// Returns the sign: -1, 0 or 1. A ball that holds 0 raises a doubt.
    pub(super) fn sign(self) -> Option<i8> {
        let sign = if self.negative { -1 } else { 1 };
        match self.kind {
            NumberKind::Short => Some(if self.mantissa == 0 { 0 } else { sign }),
            NumberKind::Ball if self.as_ball().has_sign() => Some(sign),
            NumberKind::Ball => {
                doubt();
                None
            }
            NumberKind::Spoilt => None,
        }
    }

    /// True where the number that it stands for is more than half of it, and has its sign.
    pub(super) fn is_within_half(self) -> bool {
        self.kind == NumberKind::Short || self.kind == NumberKind::Ball && self.doubt < 0.5
    }

    /// Returns the middle as the nearest double, to 15 digits; NaN of a spoilt number.
    pub(super) fn rough(self) -> f64 {
        match self.view() {
            NumberView::Short(short) => short.to_f64(),
            NumberView::Ball(ball) => ball.to_f64(),
            NumberView::Spoilt => f64::NAN,
        }
    }

    /// Returns (1 + self)^periods - 1 for a few whole periods, as a power; `None` where that loses digits, or is no faster than a logarithm.
    ///
    /// A power of 32 factors is within 2^-120, and the 1 that is taken from it leaves a hundredth or more.
    fn compounded_whole(self, periods: Quick) -> Option<Quick> {
        const PERIODS_MAX: u128 = 32;
        const RATE_MIN: f64 = power_of_two(-7);
        let is_whole =
            periods.kind == NumberKind::Short && periods.exponent == 0 && (1..=PERIODS_MAX).contains(&periods.mantissa);
        if !is_whole || self.kind != NumberKind::Short || self.rough().abs() < RATE_MIN {
            return None;
        }
        let growth = Quick::ONE + self;
        if growth.negative || growth.is_short_zero() {
            return None;
        }
        tick(FUNCTION_UNITS);
        let power = growth.whole_power(periods.mantissa as u32).ball()?;
        let power = if periods.negative { Ball::ONE.over(power)? } else { power };
        // With 76 digits it comes from a logarithm, right to 49 digits, and so the number itself is a ball even where it is exact.
        let interest = power.minus(Ball::ONE);
        Some(Quick::of_ball(Ball { doubt: interest.doubt + ROUNDING, ..interest }))
    }

    fn is_one(self) -> bool {
        self.kind == NumberKind::Short && !self.negative && self.mantissa == 1 && self.exponent == 0
    }
}

impl Default for Quick {
    fn default() -> Quick {
        Quick::ZERO
    }
}

impl Number for Quick {
    #[inline]
    fn of(value: Decimal) -> Quick {
        Quick::of_short(Short::of(value))
    }

    fn max(self, other: Quick) -> Quick {
        match self.partial_cmp(&other) {
            Some(Ordering::Less) => other,
            Some(_) => self,
            None => SPOILT,
        }
    }

    fn ln(self) -> Quick {
        match self.sign() {
            Some(1) if self.is_one() => Quick::ZERO,
            Some(1) => self.with_ball(functions::ln),
            _ => SPOILT,
        }
    }

    fn exp_m1(self) -> Quick {
        match self.kind {
            NumberKind::Spoilt => SPOILT,
            _ if self.is_short_zero() => Quick::ZERO,
            _ => self.with_ball(functions::exp_m1),
        }
    }

    fn to_the(self, exponent: Quick) -> Quick {
        match self.ln() * exponent {
            power if power.is_spoilt() => SPOILT,
            power if power.is_short_zero() => Quick::ONE,
            power => power.with_ball(functions::exp),
        }
    }

    fn discount_share(self, periods: Quick) -> Quick {
        -self.compounded(-periods)
    }

    fn compounded(self, periods: Quick) -> Quick {
        if let Some(interest) = self.compounded_whole(periods) {
            return interest;
        }
        let logarithm = match (Quick::ONE + self).sign() {
            Some(1) if self.is_short_zero() => Quick::ZERO,
            Some(1) => self.with_ball(functions::ln_1p),
            _ => SPOILT,
        };
        (logarithm * periods).exp_m1()
    }

    fn whole(value: u32) -> Quick {
        Quick::of_short(Short::new(false, value.into(), 0))
    }
}
