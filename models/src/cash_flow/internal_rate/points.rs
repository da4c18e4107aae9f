//! Growths at which the search looks, and intervals between them.

use crate::wide::Wide;

/// Bracket: an interval with exactly one zero, which is a simple zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bracket {
    /// Lower end of the interval; None where the interval reaches to the growth at which nothing is left of money.
    pub low: Option<Point>,
    /// Upper end of the interval; None where the interval reaches to growth without bound.
    pub high: Option<Point>,
    /// Sign of the present value at the lower end.
    pub sign_at_low: i8,
}

/// A growth as a double of at most 60 binary places, with a remainder where doubles are too coarse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub s: f64,
    pub beyond: f64,
}

/// Interval between two points at which the sign of the present value is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interval {
    pub low: f64,
    pub high: f64,
    pub sign_at_low: i8,
    pub sign_at_high: i8,
}

/// Grid of the search, 2^60 to a unit: a point has at most 60 binary places, which a decimal of 76 digits holds exactly.
const PLACES: f64 = (1_u64 << 60) as f64;

/// Returns the nearest point of the grid.
pub(super) fn grid(s: f64) -> f64 {
    if s.abs() >= 1.0 / 256.0 { s } else { (s * PLACES).round() / PLACES }
}

impl Point {
    pub fn at(s: f64) -> Point {
        Point { s, beyond: 0.0 }
    }

    /// Returns the point as a decimal, exactly.
    pub fn exact(self) -> Wide {
        exact(self.s).plus(Wide::from_f64(self.beyond).unwrap_or(Wide::ZERO)).unwrap_or(Wide::ZERO)
    }

    pub fn is_above(self, other: Point) -> bool {
        self.beyond - other.beyond > other.s - self.s
    }

    pub fn is_inside(self, low: f64, high: f64) -> bool {
        let (to_low, to_high) = (low - self.s, high - self.s);
        self.beyond > to_low && self.beyond < to_high
    }
}

/// Converts a double of the grid exactly: an integer × 5^60 / 10^60.
fn exact(s: f64) -> Wide {
    use ruint::aliases::U512;
    let scaled = (s.abs() * PLACES) as u128;
    let five = U512::from(5_u64).pow(U512::from(60_u64));
    Wide::from_parts(s < 0.0, U512::from(scaled).wrapping_mul(five), -60).unwrap_or(Wide::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_of_the_grid_is_the_same_number_as_a_decimal() {
        for s in [0.1, -3.7e-5, 28.3, 1e-17, 1234.5678] {
            let s = grid(s);
            let decimal = Point::at(s).exact();
            let doubled = (0..60).fold(decimal, |sum, _| sum.plus(sum).unwrap());
            assert_eq!(
                doubled,
                Wide::from_parts(s < 0.0, ruint::aliases::U512::from((s.abs() * PLACES) as u128), 0).unwrap(),
                "{s}"
            );
        }
    }
}
