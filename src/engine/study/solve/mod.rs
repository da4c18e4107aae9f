//! SolveForInput: the values of an input at which a figure is what is wanted.
//!
//! Whole numbers are tried one by one. Discount rates of a present value are internal rates. A figure whose course is declared has at most two
//! boundaries, which decide everything. Of any other figure the boundaries that are seen are answered, and the rest is undecided.
//!
//! Inputs that are looked at whatever is seen are computed in blocks: whole numbers, the points of a figure of which nothing is known. A search
//! goes on from there, evaluation by evaluation.

mod boundary;
mod explained;
mod line;
mod proof;
mod rates;
mod search;
mod sighting;
mod solution;
mod way;

use std::ops::Range;

use rust_decimal::Decimal;

use super::cost::subject_units;
use super::evaluation::{evaluate, figure_value, rounding_alone, with_options};
use super::refusals::{StudyRefusals, move_refusals};
use super::study_blocks::{BlockStudy, FIGURE_BYTES, StudySearch, whole};
use crate::engine::Refused;
use crate::models::study::{ChartSearch, Range as InputRange};
use crate::models::work::{self, tick};
use crate::wire::pb;
use crate::wire::reach::ValueKind;
use crate::wire::study::solving::{self, SolveAsked};
use line::is_of_a_line;
use rates::question_of_rates;
pub use search::SolveSearch;
use sighting::Sighting;
use way::{SolveWay, SolveWishes, course_of};

/// Work of keeping a point beside its evaluation, in units.
const POINT_UNITS: u64 = 20;
/// Evaluations of two boundaries, each narrowed to 12 digits, or to 26 where the figure jumps.
const BOUNDARIES: u64 = 120;
/// Evaluations of a proof: the rates, or the two points of a line, and the figures there.
const PROOF: u64 = 5;

/// A search for an input that was read.
#[derive(Debug)]
pub struct SolveStudy {
    asked: SolveAsked,
    wishes: SolveWishes,
    way: SolveWay,
    /// The inputs that are looked at first.
    points: Vec<Decimal>,
    /// The estimate of one evaluation, in units of work.
    units: u64,
}

/// The figures at some of the points.
#[derive(Debug)]
pub struct SolveBlock {
    figures: Vec<pb::FigureValue>,
    refusals: StudyRefusals,
}

/// Solves for an input.
///
/// # Errors
/// [`Refused`] names every field that cannot be used.
pub fn solve_for_input(request: &pb::SolveForInputRequest) -> Result<pb::SolveForInputResponse, Refused> {
    let mut search = whole(&SolveStudy::begin(request)?);
    while !search.go_on(usize::MAX) {}
    Ok(search.answer())
}

impl SolveStudy {
    /// Reads a search.
    ///
    /// # Errors
    /// [`Refused`] names every field that cannot be used.
    pub fn begin(request: &pb::SolveForInputRequest) -> Result<SolveStudy, Refused> {
        let mut asked = solving::solve(request)?;
        asked.subject = with_options(asked.subject, rounding_alone(request.options.as_ref()));
        let wishes = SolveWishes {
            // Rounded figures step from one to the next, and are no straight line.
            is_rounded: request.options.is_some_and(|options| options.rounding.is_some()),
            segments: request.include_segments,
            explained: request.options.is_some_and(|options| options.explain),
        };
        let way = match asked.lever.kind {
            ValueKind::Whole => SolveWay::Trial,
            _ if !wishes.is_rounded && question_of_rates(&asked).is_some() => SolveWay::Rates,
            _ if !wishes.is_rounded && is_of_a_line(&asked) => SolveWay::Line,
            _ => SolveWay::Chart(course_of(&asked)),
        };
        let points = match way {
            SolveWay::Trial => whole_numbers(asked.low, asked.high),
            SolveWay::Rates | SolveWay::Line => Vec::new(),
            SolveWay::Chart(course) => {
                ChartSearch::new(InputRange { low: asked.low, high: asked.high }, course).points().collect()
            }
        };
        let units = units_of(&asked);
        Ok(SolveStudy { asked, wishes, way, points, units })
    }
}

/// Returns the estimate of one evaluation, in units of work: of the dearer end, since a whole number may say how long a series is.
fn units_of(asked: &SolveAsked) -> u64 {
    let set = u64::try_from(asked.lever.count()).unwrap_or(u64::MAX).saturating_mul(4);
    let at = |input: Decimal| {
        let mut subject = asked.subject.clone();
        if let Some(value) = asked.lever.value(input) {
            asked.lever.set(&mut subject, &value);
        }
        subject_units(&subject)
    };
    let dearest = match asked.lever.kind {
        ValueKind::Whole => at(asked.low).max(at(asked.high)),
        _ => subject_units(&asked.subject),
    };
    dearest.saturating_add(set).saturating_add(POINT_UNITS)
}

fn whole_numbers(low: Decimal, high: Decimal) -> Vec<Decimal> {
    let next = |input: &Decimal| input.checked_add(Decimal::ONE).filter(|input| *input <= high);
    std::iter::successors(Some(low), next).collect()
}

impl BlockStudy for SolveStudy {
    type Block = SolveBlock;
    type Answer = SolveSearch;

    fn count(&self) -> usize {
        self.points.len()
    }

    fn units(&self) -> u64 {
        self.units
    }

    fn further_units(&self) -> u64 {
        match self.way {
            SolveWay::Trial => self.units(),
            SolveWay::Line => self.units().saturating_mul(PROOF),
            SolveWay::Rates => {
                let proof = question_of_rates(&self.asked).map_or(0, |question| question.units);
                self.units().saturating_mul(PROOF).saturating_add(proof)
            }
            SolveWay::Chart(_) => self.units().saturating_mul(BOUNDARIES),
        }
    }

    fn answer_bytes(&self) -> usize {
        // The figures of the points, in order and by their inputs, and those of the search behind them.
        self.count().saturating_mul(2).saturating_add(2 * SolveSearch::EVALUATIONS_MAX) * FIGURE_BYTES
    }

    fn block(&self, range: Range<usize>) -> SolveBlock {
        let (mut subject, mut refusals) = (self.asked.subject.clone(), StudyRefusals::default());
        let points = self.points.get(range).unwrap_or_default();
        let mut figures = Vec::with_capacity(points.len());
        for input in points {
            if work::is_over() {
                break;
            }
            tick(POINT_UNITS);
            figures.push(match self.asked.lever.value(*input) {
                Some(value) => {
                    self.asked.lever.set(&mut subject, &value);
                    let answers = evaluate(&mut subject, |_, _| {});
                    figure_value(&subject, &answers, &self.asked.figure, &mut refusals)
                }
                None => pb::FigureValue::default(),
            });
        }
        SolveBlock { figures, refusals }
    }

    fn answer(&self, blocks: Vec<SolveBlock>) -> SolveSearch {
        let mut sighting = Sighting::of(self.asked.clone(), self.wishes.is_rounded);
        let mut points = self.points.iter();
        let mut seen = Vec::with_capacity(self.points.len());
        for mut block in blocks {
            let places = sighting.refusals.add(&block.refusals);
            move_refusals(block.figures.iter_mut(), &places);
            for (figure, input) in block.figures.into_iter().zip(points.by_ref()) {
                seen.push((*input, sighting.saw(*input, figure)));
            }
        }
        SolveSearch::of(self.way, self.wishes, self.units, sighting, seen)
    }
}
