//! Growth timing: when the growth of a month applies.

/// When the growth of revenue and expenses applies within a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrowthTiming {
    /// Continuous growth: at every moment.
    Continuous,
    /// Growth at the end of a month: month 1 has today's figures.
    EndOfMonth,
    /// Growth at the start of a month: month 1 has already grown.
    StartOfMonth,
}
