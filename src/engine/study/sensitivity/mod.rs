//! Sensitivity: the swing of a figure over the range of each lever, its slopes and its course.
//!
//! The first round looks at both ends of each lever, at values in between where no course is declared, and close to where the lever stands. Where
//! the slopes are not certain by then, a second round looks at other distances.

mod explained;
mod standing;
mod weight;

use std::sync::Arc;

use rust_decimal::Decimal;

use super::points::{PointBatch, PointGround, SeenPoints, StudyPoint};
use super::ranked::FigureOrder;
use super::refusals::{StudyRefusals, move_refusals};
use super::rounds::RoundStudy;
use super::routes::goes_one_way;
use crate::engine::Refused;
use crate::models::explanation::ENGINE_VERSION;
use crate::wire::decimal;
use crate::wire::pb;
use crate::wire::study::ranging;
use explained::explanation;
use standing::standing_levers;
pub(super) use weight::POINTS_MAX;
use weight::{LeverWeight, StepFigures, inner_values};

/// The distances at which slopes are looked at first, and where these do not tell: powers of ten of the lever's own size.
const DISTANCES: [i32; 4] = [-7, -10, -4, -2];
/// The distances of a figure that a search finds with 12 digits: the smaller the distance, the fewer digits of a slope are certain.
const DISTANCES_OF_SEARCH: [i32; 4] = [-3, -2, -4, -1];

/// A sensitivity as a study in rounds.
#[derive(Debug)]
pub struct SensitivityStudy {
    ground: Arc<PointGround>,
    order: FigureOrder,
    weights: Vec<LeverWeight>,
    base: Option<pb::FigureValue>,
    /// The base with every digit.
    base_number: Option<Decimal>,
    refusals: StudyRefusals,
    round: usize,
    /// The purpose of each point of the round.
    purposes: Vec<Purpose>,
    /// The change of each number, where no lever is named.
    change: Option<Decimal>,
    is_explained: bool,
}

/// The purpose of a point.
#[derive(Clone, Copy, Debug)]
enum Purpose {
    Base,
    BaseNumber,
    Low(usize),
    High(usize),
    Inner(usize),
    /// A lever, and the place of the point on its sides.
    Side(usize, usize),
}

impl SensitivityStudy {
    /// Reads a sensitivity.
    ///
    /// # Errors
    /// [`Refused`] names every field that cannot be used.
    pub fn begin(request: &pb::ComputeSensitivityRequest) -> Result<SensitivityStudy, Refused> {
        let asked = ranging::sensitivity(request)?;
        let change = asked.levers.is_empty().then_some(asked.change);
        let levers = match change {
            Some(change) => standing_levers(&asked.subject, change),
            None => asked.levers,
        };
        let order = FigureOrder::of(&asked.subject, &asked.figure);
        let weights = levers.iter().map(|ranged| {
            let is_one_way = ranged.low == ranged.high || goes_one_way(&asked.subject, &ranged.lever, &asked.figure);
            LeverWeight::of(ranged, ranged.lever.stands_at(&asked.subject), is_one_way)
        });
        let weights = weights.collect();
        let ground = PointGround::of(asked.subject, levers, vec![asked.figure], request.options.as_ref());
        Ok(SensitivityStudy {
            ground: Arc::new(ground),
            order,
            weights,
            base: None,
            base_number: None,
            refusals: StudyRefusals::default(),
            round: 0,
            purposes: Vec::new(),
            change,
            is_explained: request.options.is_some_and(|options| options.explain),
        })
    }

    fn distance(&self, number: usize) -> i32 {
        (if self.order.is_by_search { DISTANCES_OF_SEARCH } else { DISTANCES })[number]
    }

    fn first_round(&self) -> Vec<(Purpose, StudyPoint)> {
        let mut points = vec![(Purpose::Base, StudyPoint::default())];
        if self.ground.is_rounded {
            points.push((Purpose::BaseNumber, StudyPoint { is_unrounded: true, ..Default::default() }));
        }
        for (place, (weight, ranged)) in self.weights.iter().zip(&self.ground.levers).enumerate() {
            let at = |value: Decimal| StudyPoint { turned: vec![(place, value)], is_unrounded: false };
            points.push((Purpose::Low(place), at(ranged.low)));
            points.push((Purpose::High(place), at(ranged.high)));
            if !weight.is_one_way {
                points.extend(inner_values(ranged.low, ranged.high).map(|value| (Purpose::Inner(place), at(value))));
            }
        }
        points
    }

    /// Adds the points of a lever at a distance, and keeps the step.
    fn add_sides(&mut self, place: usize, distance: i32, points: &mut Vec<(Purpose, StudyPoint)>) {
        let Some(sides) = self.weights[place].sides(&self.ground.levers[place], distance) else { return };
        for (number, value) in sides.values.into_iter().enumerate() {
            let Some(value) = value else { continue };
            let point = StudyPoint { turned: vec![(place, value)], is_unrounded: true };
            points.push((Purpose::Side(place, number), point));
        }
        self.weights[place].steps.push(StepFigures::of(sides.step));
    }
}

impl RoundStudy for SensitivityStudy {
    type Answer = pb::ComputeSensitivityResponse;

    fn to_come(&self) -> usize {
        0
    }

    fn next_round(&mut self) -> Option<PointBatch> {
        if self.round >= DISTANCES.len() {
            return None;
        }
        let distance = self.distance(self.round);
        let mut points = if self.round == 0 { self.first_round() } else { Vec::new() };
        let levers: Vec<usize> = if self.round == 0 { (0..self.weights.len()).collect() } else { self.uncertain().collect() };
        for place in levers {
            self.add_sides(place, distance, &mut points);
        }
        self.round += 1;
        if points.is_empty() {
            return None;
        }
        let (purposes, points) = points.into_iter().unzip();
        self.purposes = purposes;
        Some(PointBatch { ground: Arc::clone(&self.ground), points })
    }

    fn take(&mut self, mut seen: SeenPoints) {
        let places = self.refusals.add(&seen.refusals);
        move_refusals(seen.figures.iter_mut().flatten(), &places);
        for (purpose, figures) in std::mem::take(&mut self.purposes).into_iter().zip(seen.figures) {
            let Some(figure) = figures.into_iter().next() else { continue };
            let number = self.order.ranked(&figure).and_then(|ranked| ranked.number());
            match purpose {
                Purpose::Base => {
                    self.base = Some(figure);
                    self.base_number = number;
                }
                Purpose::BaseNumber => self.base_number = number,
                Purpose::Low(place) => self.weights[place].at_low = Some(figure),
                Purpose::High(place) => self.weights[place].at_high = Some(figure),
                Purpose::Inner(place) => self.weights[place].inner.push(figure),
                Purpose::Side(place, side) => {
                    if let Some(step) = self.weights[place].steps.last_mut() {
                        step.set(side, number);
                    }
                }
            }
        }
        let Some(base) = self.base_number else { return };
        let quantum = self.order.quantum(base);
        for weight in &mut self.weights {
            weight.estimate(base, quantum);
        }
    }

    fn response(self) -> pb::ComputeSensitivityResponse {
        let mut levers: Vec<(pb::LeverSensitivity, &LeverWeight)> = self
            .weights
            .iter()
            .zip(&self.ground.levers)
            .map(|(weight, ranged)| (weight.written(ranged, &self.order, self.base_number), weight))
            .collect();
        let swing = |lever: &pb::LeverSensitivity| lever.swing.as_ref().and_then(|swing| decimal::read(swing).ok());
        levers.sort_by(|(one, _), (other, _)| swing(other).cmp(&swing(one)).then_with(|| one.name.cmp(&other.name)));
        let figure = &self.ground.figures[0].path;
        let explanation = self.is_explained.then(|| explanation(&levers, figure, self.base.as_ref(), self.change));
        pb::ComputeSensitivityResponse {
            base: self.base,
            levers: levers.into_iter().map(|(lever, _)| lever).collect(),
            refusals: self.refusals.into_errors(),
            engine_version: ENGINE_VERSION.into(),
            explanation,
            warnings: self.ground.warnings(),
        }
    }
}

impl SensitivityStudy {
    /// The levers whose slopes another distance may tell.
    fn uncertain(&self) -> impl Iterator<Item = usize> {
        let digits = if self.order.is_by_search { 6 } else { 12 };
        let is_number = self.base_number.is_some();
        let weights = self.weights.iter().enumerate().filter(move |_| is_number);
        weights.filter(move |(_, weight)| weight.is_uncertain(digits)).map(|(place, _)| place)
    }
}
