//! A boundary of a chart at which a figure goes from one side of its target to the other: whether it passes the target there, or jumps over it.

use rust_decimal::{Decimal, dec};

use crate::models::number::{Exact, Number};
use crate::models::study::{ChartStretch, Sight, TargetSide, shortest_between};

/// The step of a figure, relative to the greater of 1 and the target, above which the figure jumps.
const JUMP: Decimal = dec!(1e-6);
/// The most halvings from 12 to 26 digits.
const HALVINGS_MAX: u32 = 60;

/// A boundary that is being looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Boundary {
    pub low: (Decimal, Sight),
    pub high: (Decimal, Sight),
    /// Halvings that are left, of a figure that may jump.
    halvings: u32,
    /// The greater of 1 and the target.
    size: Decimal,
    /// True of a figure without jumps that is a number on both sides.
    is_continuous: bool,
    end: Option<BoundaryEnd>,
}

/// The kind of a boundary, once it is known.
#[derive(Clone, Copy, Debug)]
pub(super) enum BoundaryEnd {
    /// The figure is the target at an input.
    At(Decimal),
    /// The figure passes the target, and an input of few digits lies between the two sides.
    Passed(Decimal),
    /// The figure jumps over the target.
    Jumped,
}

impl Boundary {
    /// Begins at a boundary between two stretches on different sides of the target.
    pub fn between(before: &ChartStretch, after: &ChartStretch, is_continuous: bool, size: Decimal) -> Boundary {
        let (low, high) = (before.last, after.first);
        // Beside an outcome that stands above or below every number the figure has jumped, however continuous its numbers are.
        let are_numbers = low.1.distance.is_some() && high.1.distance.is_some();
        let is_continuous = is_continuous && are_numbers;
        let halvings = if is_continuous { 0 } else { HALVINGS_MAX };
        Boundary { low, high, halvings, size, is_continuous, end: None }
    }

    /// Returns the input that is looked at next; `None` at the end.
    pub fn wanted(&mut self) -> Option<Decimal> {
        if self.end.is_some() {
            return None;
        }
        if self.halvings > 0 {
            let middle = (Exact::of(self.low.0) + Exact::of(self.high.0)) / Exact::of(Decimal::TWO);
            if let Some(middle) = middle.decimal().filter(|middle| *middle > self.low.0 && *middle < self.high.0) {
                return Some(middle);
            }
            self.halvings = 0;
        }
        if !self.is_continuous && !self.is_small() {
            self.end = Some(BoundaryEnd::Jumped);
            return None;
        }
        let shortest = shortest_between(self.low.0, self.high.0);
        if shortest.is_none() {
            self.end = Some(BoundaryEnd::Passed(self.low.0));
        }
        shortest
    }

    /// Takes what was seen at the input that was wanted.
    pub fn take(&mut self, input: Decimal, sight: Sight) {
        if sight.side == TargetSide::At {
            self.end = Some(BoundaryEnd::At(input));
        } else if self.halvings == 0 {
            self.end = Some(BoundaryEnd::Passed(input));
        } else if sight.side == self.low.1.side {
            (self.low, self.halvings) = ((input, sight), self.halvings.saturating_sub(1));
        } else if sight.side == self.high.1.side {
            (self.high, self.halvings) = ((input, sight), self.halvings.saturating_sub(1));
        } else {
            self.halvings = 0;
        }
    }

    /// Returns what the boundary turned out to be; `None` as long as inputs are wanted.
    pub fn end(&self) -> Option<BoundaryEnd> {
        self.end
    }

    /// True of a step that is no jump.
    fn is_small(&self) -> bool {
        let step = self.low.1.distance.zip(self.high.1.distance).and_then(|(low, high)| high.checked_sub(low));
        step.zip(self.size.checked_mul(JUMP)).is_some_and(|(step, small)| step.abs() <= small)
    }
}
