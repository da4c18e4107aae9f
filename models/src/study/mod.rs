//! Studies of a figure as a function of one input: where it passes a target, and where it stands on either side.
//!
//! A figure is seen through a function that a caller hands over, so nothing here knows of models or of paths.

mod between;
mod chart;
mod extent;
mod slope;

pub use between::shortest_between;
pub use chart::{Chart, ChartStretch, KnownCourse, Range, Sight, TargetSide, chart};
pub use extent::{points, points_count, rounds_count, step_of, vertex};
pub use slope::{SideFigures, SlopeEstimate, Slopes};
