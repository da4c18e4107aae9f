//! Ranges: the least and the greatest value of figures as levers move between bounds.
//!
//! The first round looks at the points that prove the bounds, where such points are known. What they do not prove after all, because the model
//! refuses one of them or an outcome without an order stands there, is searched like all that is not declared; the extremes that were seen
//! are then followed in further rounds.

mod bounds;
mod explained;
mod plan;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::points::{PointBatch, PointGround, SeenPoints, StudyPoint};
use super::ranked::FigureOrder;
use super::refusals::{StudyRefusals, move_refusals};
use super::rounds::RoundStudy;
use crate::engine::Refused;
use crate::models::explanation::ENGINE_VERSION;
use crate::wire::pb;
use crate::wire::study::ranging;
use bounds::FigureBounds;
use explained::explanation;
use plan::{LeverValues, RangePlan, RangeSearch};

/// A range as a study in rounds.
#[derive(Debug)]
pub struct RangeStudy {
    ground: Arc<PointGround>,
    bounds: Vec<FigureBounds>,
    refusals: StudyRefusals,
    step: RangeStep,
    /// The points of the round that is computed.
    asked: Vec<LeverValues>,
    is_explained: bool,
}

/// The step that a range is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RangeStep {
    /// The points of the plans come next.
    First,
    /// Searches for what the first points did not prove come next.
    Again,
    /// Extremes are followed, in this round next.
    Follow(u32),
}

impl RangeStudy {
    /// Reads a range.
    ///
    /// # Errors
    /// [`Refused`] names every field that cannot be used.
    pub fn begin(request: &pb::ComputeRangeRequest) -> Result<RangeStudy, Refused> {
        let asked = ranging::range(request)?;
        let ground = PointGround::of(asked.subject, asked.levers, asked.figures, request.options.as_ref());
        let bounds = ground.figures.iter().map(|figure| {
            let order = FigureOrder::of(&ground.subject, figure);
            FigureBounds::of(figure.path.clone(), RangePlan::of(&ground, figure, &order), order)
        });
        Ok(RangeStudy {
            bounds: bounds.collect(),
            ground: Arc::new(ground),
            refusals: StudyRefusals::default(),
            step: RangeStep::First,
            asked: Vec::new(),
            is_explained: request.options.is_some_and(|options| options.explain),
        })
    }

    /// Returns the points of all plans that are still to be looked at, each once.
    fn planned(&mut self, is_again: bool) -> Vec<LeverValues> {
        let (mut seen, mut points) = (HashSet::new(), Vec::new());
        for bounds in self.bounds.iter_mut().filter(|bounds| !is_again || !bounds.is_proven() && bounds.plan.is_exact()) {
            if is_again {
                bounds.plan = RangePlan::search(&self.ground.levers);
            }
            let planned = bounds.begin(&self.ground.levers);
            points.extend(planned.into_iter().filter(|point| seen.insert(point.clone())));
        }
        points
    }

    /// Returns the points around the extremes that are followed.
    fn followed(&mut self, round: u32) -> Vec<LeverValues> {
        let (mut seen, mut points) = (HashSet::new(), Vec::new());
        for bounds in &mut self.bounds {
            let around = bounds.follow(round, &self.ground.levers);
            points.extend(around.into_iter().filter(|point| seen.insert(point.clone())));
        }
        points
    }
}

impl RoundStudy for RangeStudy {
    type Answer = pb::ComputeRangeResponse;

    fn to_come(&self) -> usize {
        let searched = self.bounds.iter().filter(|bounds| !bounds.is_proven());
        match self.step {
            // The rounds that follow extremes are counted once, before the first of them.
            RangeStep::Follow(round) if round > 0 => 0,
            _ => searched.map(|bounds| bounds.plan.followed_count()).fold(0, usize::saturating_add),
        }
    }

    fn next_round(&mut self) -> Option<PointBatch> {
        let points = loop {
            let (points, next) = match self.step {
                RangeStep::First => (self.planned(false), RangeStep::Again),
                RangeStep::Again => (self.planned(true), RangeStep::Follow(0)),
                RangeStep::Follow(round) => {
                    let rounds = self.bounds.iter().filter_map(FigureBounds::search).map(RangeSearch::rounds).max();
                    // One more round looks at the last vertices.
                    if usize::try_from(round).unwrap_or(usize::MAX) > rounds? {
                        return None;
                    }
                    (self.followed(round), RangeStep::Follow(round + 1))
                }
            };
            self.step = next;
            if !points.is_empty() {
                break points;
            }
        };
        let turned = |values: &LeverValues| values.iter().copied().enumerate().collect();
        let points_of_round = points.iter().map(|values| StudyPoint { turned: turned(values), is_unrounded: false }).collect();
        self.asked = points;
        Some(PointBatch { ground: Arc::clone(&self.ground), points: points_of_round })
    }

    fn take(&mut self, mut seen: SeenPoints) {
        let places = self.refusals.add(&seen.refusals);
        move_refusals(seen.figures.iter_mut().flatten(), &places);
        let asked = std::mem::take(&mut self.asked);
        let places: HashMap<&LeverValues, usize> = asked.iter().zip(0..).collect();
        for (number, bounds) in self.bounds.iter_mut().enumerate() {
            bounds.see_around(|inputs| seen.figures.get(*places.get(inputs)?)?.get(number));
        }
        drop(places);
        for (inputs, figures) in asked.into_iter().zip(seen.figures) {
            for (bounds, figure) in self.bounds.iter_mut().zip(figures) {
                bounds.see(figure, &inputs);
            }
        }
    }

    fn response(self) -> pb::ComputeRangeResponse {
        let explanation = self.is_explained.then(|| explanation(&self.bounds, &self.ground.levers));
        pb::ComputeRangeResponse {
            figures: self.bounds.into_iter().map(FigureBounds::written).collect(),
            refusals: self.refusals.into_errors(),
            engine_version: ENGINE_VERSION.into(),
            explanation,
            warnings: self.ground.warnings(),
        }
    }
}
