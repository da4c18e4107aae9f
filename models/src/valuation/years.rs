//! Whole years of a calculation, and the rate per year over them.

use crate::number::Number;

/// A whole number of years, 1 to 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Years(u32);

impl Years {
    /// The most years that a calculation looks ahead.
    pub const MAX: u32 = 200;
    /// Placeholder for a number of years that cannot be read, until the whole request is refused.
    pub const PLACEHOLDER: Years = Years(1);

    /// Creates the number of years, if it is 1 to 200.
    #[must_use]
    pub fn new(years: u32) -> Option<Years> {
        (1..=Years::MAX).contains(&years).then_some(Years(years))
    }

    /// Returns the number of years.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

/// Returns the rate per year that makes `factor` of 1 over a number of years.
pub(super) fn rate_a_year<N: Number>(factor: N, years: N) -> N {
    let one = N::whole(1);
    factor.to_the(one / years) - one
}
