//! Figures as a search sees them: the side of a target, and the stretches of inputs on one side.

use rust_decimal::Decimal;

/// The side of a target on which a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetSide {
    /// Less than the target.
    Below,
    /// The target, digit for digit.
    At,
    /// Greater than the target.
    Above,
    /// An outcome without an order, by its place in a list of the caller's.
    Apart(usize),
    /// Inputs that the model refuses.
    Refused,
}

impl TargetSide {
    /// Returns true of a side that has a place in the order.
    #[must_use]
    pub fn is_ordered(self) -> bool {
        matches!(self, TargetSide::Below | TargetSide::At | TargetSide::Above)
    }
}

/// A figure as it is seen at an input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// The side of the target.
    pub side: TargetSide,
    /// The figure less the target, where both are numbers.
    pub distance: Option<Decimal>,
}

/// The inputs that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first input.
    pub low: Decimal,
    /// The last input, above the first.
    pub high: Decimal,
}

/// The knowledge of a figure's course over a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownCourse {
    /// The figure never turns: over the inputs at which it has a place in the order it only rises, or only falls.
    OneWay,
    /// Nothing is known.
    Unknown,
}

/// A stretch of inputs at which a figure was seen on one side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChartStretch {
    /// The side.
    pub side: TargetSide,
    /// The first input that was seen, and the figure there.
    pub first: (Decimal, Sight),
    /// The last input that was seen, and the figure there; the first one again where it is the only one.
    pub last: (Decimal, Sight),
}

/// The stretches of a range in their order. Between two of them lies a boundary no wider than the tolerance.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The stretches, at least one.
    pub stretches: Vec<ChartStretch>,
    /// The number of inputs at which the figure was seen.
    pub evaluations: u32,
}
