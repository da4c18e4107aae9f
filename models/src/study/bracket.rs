//! The next input between two others on different sides of a target: regula falsi while it helps, else the middle.

use rust_decimal::{Decimal, dec};

use super::scale::{decimal_near, double, halfway, scaled, unscaled};
use super::sight::Sight;

/// The width of a boundary, relative to the greater of 1 and the input.
const TOLERANCE: Decimal = dec!(1e-12);

/// An input, and the figure there.
pub(super) type SeenPoint = (Decimal, Sight);

/// Returns true of two inputs no further apart than a boundary is wide: 1e-12 of the input or, where the input is below 1, than 1e-12.
#[must_use]
pub fn is_narrow(low: Decimal, high: Decimal) -> bool {
    let size = low.abs().min(high.abs()).max(Decimal::ONE);
    let width = high.checked_sub(low);
    width.zip(size.checked_mul(TOLERANCE)).is_some_and(|(width, allowed)| width <= allowed)
}

/// The state of a search between two points: the distances, as regula falsi weighs them.
#[derive(Clone, Copy, Debug)]
pub(super) struct RootBracket {
    low: Option<f64>,
    high: Option<f64>,
    width: f64,
    /// The width two steps ago: where it has not halved, the next step halves it.
    was: f64,
    input_low: Decimal,
    input_high: Decimal,
}

impl RootBracket {
    pub fn of(low: SeenPoint, high: SeenPoint) -> RootBracket {
        let width = scaled(high.0) - scaled(low.0);
        RootBracket {
            low: low.1.distance.map(double),
            high: high.1.distance.map(double),
            width,
            was: f64::INFINITY,
            input_low: low.0,
            input_high: high.0,
        }
    }

    /// Takes the ends of the bracket after a step. The end that stays has its weight halved.
    pub fn has_seen(&mut self, low: SeenPoint, high: SeenPoint) {
        let halved = |weight: Option<f64>| weight.map(|weight| weight / 2.0);
        if low.0 == self.input_low {
            self.low = halved(self.low);
        } else {
            self.low = low.1.distance.map(double);
        }
        if high.0 == self.input_high {
            self.high = halved(self.high);
        } else {
            self.high = high.1.distance.map(double);
        }
        (self.input_low, self.input_high) = (low.0, high.0);
        self.was = self.width;
        self.width = scaled(high.0) - scaled(low.0);
    }

    /// Returns an input between the two ends, of few digits.
    pub fn middle(&self, low: SeenPoint, high: SeenPoint, step: u32) -> Option<Decimal> {
        let (from, to) = (double(low.0), double(high.0));
        let falls_in = |guess: f64, share: f64| {
            // Towards the farther end, so that both ends come near.
            let room = (to - from) * share;
            let guess = if guess - from < to - guess { guess + room } else { guess - room };
            decimal_near(guess, room, low.0, high.0)
        };
        let secant = self
            .low
            .zip(self.high)
            .filter(|(low, high)| low * high < 0.0)
            .map(|(low, high)| from - low * (to - from) / (high - low));
        let has_halved = step < 2 || self.width <= self.was / 2.0;
        match secant.filter(|guess| guess.is_finite() && has_halved && self.width < 2.0) {
            Some(guess) => falls_in(guess, 1.0 / 64.0),
            None => {
                let guess = unscaled((scaled(low.0) + scaled(high.0)) / 2.0);
                decimal_near(guess, (guess - from).min(to - guess) / 4.0, low.0, high.0)
            }
        }
        .or_else(|| halfway(low.0, high.0))
    }
}
