//! Studies of a figure as a function of one input: where it passes a target, and where it stands on either side.
//!
//! A figure is seen through a function that a caller hands over, so nothing here knows of models or of paths.

mod between;
mod bracket;
mod chart;
mod scale;
mod sight;
#[cfg(test)]
mod tests;

pub use between::shortest_between;
pub use bracket::is_narrow;
pub use chart::{ChartSearch, chart};
pub use sight::{Chart, ChartStretch, KnownCourse, Range, Sight, TargetSide};
