//! The search behind the points of SolveForInput: proofs, a chart, and its boundaries, one evaluation after the other.

use rust_decimal::Decimal;

use super::boundary::{Boundary, BoundaryEnd};
use super::explained::{BY_COURSE, BY_RATES, BY_SIGHT, BY_TRIAL, CUT_SHORT, SearchMethod, explanation};
use super::sighting::Sighting;
use super::solution;
use super::way::{SolveWay, SolveWishes, course_of};
use crate::engine::study::evaluation::warnings;
use crate::engine::study::study_blocks::StudySearch;
use crate::models::explanation::ENGINE_VERSION;
use crate::models::study::{ChartSearch, ChartStretch, KnownCourse, Range, Sight, TargetSide, is_narrow};
use crate::models::work;
use crate::wire::pb;
use crate::wire::study::solving::SolveTarget;

/// A search that goes on behind its points.
#[derive(Debug)]
pub struct SolveSearch {
    pub(super) sighting: Sighting,
    pub(super) wishes: SolveWishes,
    pub(super) method: &'static SearchMethod,
    pub(super) stage: SolveStage,
    pub(super) response: pb::SolveForInputResponse,
    units: u64,
    /// Evaluations that are left before the search is cut short.
    left: usize,
}

/// Where a search is.
#[derive(Debug)]
pub(super) enum SolveStage {
    /// The rates are proven next, or the line is drawn.
    Proof(SolveWay),
    /// Inputs are looked at, and then the search is over: rates that are proven, ends and what lies between them.
    Looks(Vec<Decimal>),
    /// The boundaries are narrowed.
    Charting(Box<ChartSearch>, KnownCourse),
    /// The stretches are there, and the boundary before the one of this number is looked at.
    Bounding(Vec<ChartStretch>, usize, Option<Boundary>),
    Over,
}

impl SolveSearch {
    /// The most evaluations of a search beyond its points: more than any figure takes that goes one way, and the boundaries between about 100
    /// points of one that turns.
    pub(super) const EVALUATIONS_MAX: usize = 5_000;

    /// Begins where the points of a study are seen.
    pub(super) fn of(
        way: SolveWay,
        wishes: SolveWishes,
        units: u64,
        sighting: Sighting,
        seen: Vec<(Decimal, Sight)>,
    ) -> SolveSearch {
        let mut search = SolveSearch {
            sighting,
            wishes,
            method: &BY_TRIAL,
            stage: SolveStage::Over,
            response: pb::SolveForInputResponse { engine_version: ENGINE_VERSION.into(), ..Default::default() },
            units,
            left: Self::EVALUATIONS_MAX,
        };
        match way {
            SolveWay::Trial => search.tried(seen),
            SolveWay::Rates | SolveWay::Line => search.stage = SolveStage::Proof(way),
            SolveWay::Chart(course) => search.chart(course, seen),
        }
        search
    }

    pub(super) fn chart(&mut self, course: KnownCourse, seen: Vec<(Decimal, Sight)>) {
        let (low, high) = (self.sighting.asked.low, self.sighting.asked.high);
        let mut chart = ChartSearch::new(Range { low, high }, course);
        seen.into_iter().for_each(|(_, sight)| chart.take(sight));
        self.stage = SolveStage::Charting(Box::new(chart), course);
    }

    /// Answers whole numbers that were tried: what is seen is all there is.
    fn tried(&mut self, seen: Vec<(Decimal, Sight)>) {
        let mut stretches: Vec<ChartStretch> = Vec::new();
        for point in seen {
            match stretches.last_mut() {
                Some(stretch) if stretch.side == point.1.side => stretch.last = point,
                _ => stretches.push(ChartStretch { side: point.1.side, first: point, last: point }),
            }
        }
        for stretch in stretches.iter().filter(|stretch| stretch.side == TargetSide::At) {
            self.response.solutions.push(solution::tried(stretch.first.0, stretch.last.0));
        }
        if self.wishes.segments {
            self.response.segments = solution::segments(&stretches, &self.sighting, true);
        }
    }

    /// Makes a chart instead of a proof.
    pub(super) fn unproved(&mut self) {
        let course = course_of(&self.sighting.asked);
        self.chart(course, Vec::new());
    }

    /// Takes a chart that is made, or as far as it was made.
    fn charted(&mut self, stretches: Vec<ChartStretch>, course: KnownCourse) {
        if std::ptr::eq(self.method, &BY_RATES) {
            if self.wishes.segments {
                let is_known = self.response.undecided.is_empty();
                self.response.segments = solution::segments(&stretches, &self.sighting, is_known);
            }
            self.stage = SolveStage::Over;
            return;
        }
        // Where no figure that was seen has a place in the order, there may be one between the points all the same.
        let is_seen = stretches.iter().any(|stretch| stretch.side.is_ordered());
        self.method = match course {
            _ if self.left == 0 => &CUT_SHORT,
            KnownCourse::OneWay if is_seen => &BY_COURSE,
            _ => &BY_SIGHT,
        };
        self.stage = SolveStage::Bounding(stretches, 0, None);
    }

    /// Takes the next boundary, and answers the stretch before it. Returns false behind the last.
    fn bounded(&mut self) {
        let SolveStage::Bounding(stretches, number, boundary) = &mut self.stage else { return };
        if let Some(boundary) = boundary.take() {
            match boundary.end() {
                // The search was cut short.
                None => {}
                Some(BoundaryEnd::At(input)) => self.response.solutions.push(solution::at(input, input, &self.sighting)),
                Some(BoundaryEnd::Passed(input)) => self.response.solutions.push(solution::passed(&boundary, input)),
                Some(BoundaryEnd::Jumped) => self.response.jumps.push(solution::jump(&boundary, &self.sighting)),
            }
        }
        let Some(stretch) = stretches.get(*number).copied() else {
            let stretches = std::mem::take(stretches);
            self.stage = SolveStage::Over;
            return self.completed(&stretches);
        };
        if stretch.side == TargetSide::At {
            solution::of_stretch(&stretch, self.method.is_complete, &self.sighting, &mut self.response.solutions);
        }
        *number += 1;
        let next = stretches.get(*number).copied();
        *boundary = next.filter(|next| is_boundary(&stretch, next)).map(|next| {
            let size = match self.sighting.asked.target {
                SolveTarget::Number(target) => target.abs().max(Decimal::ONE),
                SolveTarget::Word(_) => Decimal::ONE,
            };
            // Where nothing is declared, the figure itself has to show that it takes no great step.
            let is_continuous = self.method.is_complete && self.sighting.is_continuous();
            Boundary::between(&stretch, &next, is_continuous, size)
        });
    }

    /// Answers what is left of a chart.
    fn completed(&mut self, stretches: &[ChartStretch]) {
        let (low, high) = (self.sighting.asked.low, self.sighting.asked.high);
        if self.left == 0 {
            self.method = &CUT_SHORT;
        }
        if !self.method.is_complete {
            self.response.undecided = solution::undecided(low, high, &self.response.solutions);
        }
        if self.wishes.segments {
            self.response.segments = match self.method.is_complete {
                true => solution::segments(stretches, &self.sighting, true),
                false => solution::unknown_segments(low, high, &self.response.solutions),
            };
        }
    }

    /// Looks at the figure, if the search may go on.
    pub(super) fn look(&mut self, input: Decimal) -> Sight {
        self.left = self.left.saturating_sub(1);
        self.sighting.look(input)
    }

    /// Goes on by about one evaluation.
    fn step(&mut self) {
        match &mut self.stage {
            SolveStage::Proof(SolveWay::Rates) => self.proved_by_rates(),
            SolveStage::Proof(_) => self.proved_by_line(),
            SolveStage::Looks(inputs) => match inputs.pop() {
                Some(input) => drop(self.look(input)),
                None => self.stage = SolveStage::Over,
            },
            SolveStage::Charting(chart, course) => match chart.wanted().filter(|_| self.left > 0) {
                Some(input) => {
                    let sight = self.look(input);
                    if let SolveStage::Charting(chart, _) = &mut self.stage {
                        chart.take(sight);
                    }
                }
                None => {
                    let (stretches, course) = (chart.clone().into_chart().stretches, *course);
                    self.charted(stretches, course);
                }
            },
            SolveStage::Bounding(_, _, boundary) => {
                let wanted = boundary.as_mut().and_then(Boundary::wanted).filter(|_| self.left > 0);
                let Some(input) = wanted else { return self.bounded() };
                let sight = self.look(input);
                if let SolveStage::Bounding(_, _, Some(boundary)) = &mut self.stage {
                    boundary.take(input, sight);
                }
            }
            SolveStage::Over => {}
        }
    }
}

/// True where the figure goes from one side of the target to the other between two stretches that are as near as boundaries are.
fn is_boundary(before: &ChartStretch, after: &ChartStretch) -> bool {
    let passes =
        matches!((before.side, after.side), (TargetSide::Below, TargetSide::Above) | (TargetSide::Above, TargetSide::Below));
    passes && is_narrow(before.last.0, after.first.0)
}

impl StudySearch for SolveSearch {
    type Answer = pb::SolveForInputResponse;

    fn units(&self) -> u64 {
        self.units
    }

    fn within(&mut self, units: u64) {
        let most = units / self.units.max(1);
        self.left = self.left.min(usize::try_from(most).unwrap_or(usize::MAX));
    }

    fn go_on(&mut self, evaluations: usize) -> bool {
        let before = self.sighting.seen.len();
        while !matches!(self.stage, SolveStage::Over) && !work::is_over() {
            if self.sighting.seen.len() - before >= evaluations {
                return false;
            }
            self.step();
        }
        true
    }

    fn answer(self) -> pb::SolveForInputResponse {
        let SolveSearch { sighting, wishes, method, mut response, .. } = self;
        solution::fill_figures(&mut response.solutions, &sighting);
        response.complete = method.is_complete && response.undecided.is_empty();
        if response.solutions.is_empty() {
            response.nearest = solution::nearest(&sighting);
        }
        let (base, answers) = sighting.base();
        response.warnings = warnings(&base, &answers);
        response.evaluations = u32::try_from(sighting.seen.len()).unwrap_or(u32::MAX);
        if wishes.explained {
            response.explanation = Some(explanation(&sighting, &response, method));
        }
        response.refusals = sighting.refusals.into_errors();
        response
    }
}
