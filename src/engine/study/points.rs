//! Points of a study: values of levers, and the figures there. Points know nothing of each other.

use std::ops::Range;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::cost::subject_units;
use super::evaluation::{evaluate, figure_value, rounding_alone, warnings, with_options};
use super::refusals::{StudyRefusals, move_refusals};
use super::study_blocks::{BlockStudy, FIGURE_BYTES};
use crate::models::work::{self, tick};
use crate::wire::pb;
use crate::wire::study::ranging::RangedLever;
use crate::wire::study::subject::{StudyFigure, StudySubject};

/// Work of setting a lever beside its inputs, in units.
const LEVER_UNITS: u64 = 20;
/// The bytes of a value of a lever.
const VALUE_BYTES: usize = 24;

/// The ground of all points of a study: subject, levers and figures.
#[derive(Debug)]
pub(super) struct PointGround {
    /// The subject, whose figures are rounded as is asked.
    pub subject: StudySubject,
    /// The subject with figures of every digit.
    unrounded: StudySubject,
    /// The levers with their ranges.
    pub levers: Vec<RangedLever>,
    /// The figures.
    pub figures: Vec<StudyFigure>,
    /// True where figures are rounded.
    pub is_rounded: bool,
}

impl PointGround {
    pub fn of(
        subject: StudySubject,
        levers: Vec<RangedLever>,
        figures: Vec<StudyFigure>,
        options: Option<&pb::CalculationOptions>,
    ) -> PointGround {
        let unrounded = with_options(subject.clone(), None);
        let is_rounded = options.is_some_and(|options| options.rounding.is_some());
        PointGround { subject: with_options(subject, rounding_alone(options)), unrounded, levers, figures, is_rounded }
    }

    /// Returns the estimate of a point, in units of work.
    pub fn units(&self) -> u64 {
        let turned: usize = self.levers.iter().map(|ranged| ranged.lever.count()).max().unwrap_or_default();
        let set = u64::try_from(turned).unwrap_or(u64::MAX).saturating_mul(4).saturating_add(LEVER_UNITS);
        subject_units(&self.subject).saturating_add(set)
    }

    /// Returns the bytes of so many points with their figures.
    pub fn bytes(&self, points: usize) -> usize {
        points.saturating_mul(self.figures.len() * FIGURE_BYTES + self.levers.len() * VALUE_BYTES)
    }

    /// Returns the warnings of the subject as it stands.
    pub fn warnings(&self) -> Vec<pb::Warning> {
        let mut subject = self.subject.clone();
        let base = evaluate(&mut subject, |_, _| {});
        warnings(&subject, &base)
    }
}

/// A point: the levers that are turned, by their places, each with its value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct StudyPoint {
    pub turned: Vec<(usize, Decimal)>,
    /// True where the figures are wanted with every digit.
    pub is_unrounded: bool,
}

/// Points that are computed in blocks.
#[derive(Debug)]
pub struct PointBatch {
    pub(super) ground: Arc<PointGround>,
    pub(super) points: Vec<StudyPoint>,
}

/// The figures of some points, one behind the other.
#[derive(Debug, Default)]
pub struct SeenPoints {
    /// For each point its figures, in the order of the request.
    pub(super) figures: Vec<Vec<pb::FigureValue>>,
    pub(super) refusals: StudyRefusals,
}

impl BlockStudy for PointBatch {
    type Block = SeenPoints;
    type Answer = SeenPoints;

    fn count(&self) -> usize {
        self.points.len()
    }

    fn units(&self) -> u64 {
        self.ground.units()
    }

    fn answer_bytes(&self) -> usize {
        self.ground.bytes(self.points.len())
    }

    fn block(&self, range: Range<usize>) -> SeenPoints {
        let ground = &*self.ground;
        let mut seen = SeenPoints { figures: Vec::with_capacity(range.len()), refusals: StudyRefusals::default() };
        let mut before: Option<(&StudyPoint, StudySubject)> = None;
        for point in &self.points[range] {
            if work::is_over() {
                break;
            }
            // What one point has turned, another one that turns the same levers turns again.
            let is_alike = |other: &StudyPoint| {
                other.is_unrounded == point.is_unrounded
                    && other.turned.iter().map(|turned| turned.0).eq(point.turned.iter().map(|turned| turned.0))
            };
            let (_, subject) = match &mut before {
                Some(before) if is_alike(before.0) => before,
                _ => before.insert((point, if point.is_unrounded { &ground.unrounded } else { &ground.subject }.clone())),
            };
            for (lever, value) in &point.turned {
                tick(LEVER_UNITS);
                let lever = &ground.levers[*lever].lever;
                if let Some(value) = lever.value(*value) {
                    lever.set(subject, &value);
                }
            }
            let answers = evaluate(subject, |_, _| {});
            let figures = ground.figures.iter().map(|figure| figure_value(subject, &answers, figure, &mut seen.refusals));
            seen.figures.push(figures.collect());
        }
        seen
    }

    fn answer(&self, blocks: Vec<SeenPoints>) -> SeenPoints {
        let mut all = SeenPoints::default();
        for block in blocks {
            all.add(block);
        }
        all
    }
}

impl SeenPoints {
    /// Adds the figures of later points, whose errors get their places among all.
    pub(super) fn add(&mut self, mut later: SeenPoints) {
        let places = self.refusals.add(&later.refusals);
        move_refusals(later.figures.iter_mut().flatten(), &places);
        self.figures.append(&mut later.figures);
    }
}
