//! The ways to solve for an input, and the wishes of a request.

use crate::engine::study::routes::goes_one_way;
use crate::models::study::KnownCourse;
use crate::wire::study::solving::SolveAsked;

/// How a study is solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SolveWay {
    /// Every whole number of the range is tried.
    Trial,
    /// The inputs are internal rates.
    Rates,
    /// The net present value at the wanted rate is a straight line.
    Line,
    /// Boundaries are narrowed.
    Chart(KnownCourse),
}

/// The wishes of a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct SolveWishes {
    pub is_rounded: bool,
    pub segments: bool,
    pub explained: bool,
}

/// Returns the course that is declared of the figure that is asked.
pub(super) fn course_of(asked: &SolveAsked) -> KnownCourse {
    match goes_one_way(&asked.subject, &asked.lever, &asked.figure) {
        true => KnownCourse::OneWay,
        false => KnownCourse::Unknown,
    }
}
