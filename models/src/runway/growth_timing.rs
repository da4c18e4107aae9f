//! When the growth of a month applies.

/// When growth applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrowthTiming {
    /// At every moment.
    Continuous,
    /// Month 1 has today's figures; growth applies after it.
    EndOfMonth,
    /// Month 1 has grown already.
    StartOfMonth,
}
