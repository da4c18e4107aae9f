//! Studies of a figure as a function of one input: where it passes a target, and where it stands on either side.
//!
//! A figure is seen through a function that a caller hands over, so nothing here knows of models or of paths.

mod between;
mod bracket;
mod chart;
mod extent;
mod scale;
mod sight;
mod slope;
#[cfg(test)]
mod tests;

pub use between::shortest_between;
pub use bracket::is_narrow;
pub use chart::{ChartSearch, chart};
pub use extent::{points, points_count, rounds_count, step_of, vertex};
pub use sight::{Chart, ChartStretch, KnownCourse, Range, Sight, TargetSide};
pub use slope::{SideFigures, SlopeEstimate, Slopes};
