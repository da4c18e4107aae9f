//! The bounds of one figure, as far as they were seen, and the points around them that are looked at next.

use std::collections::{BTreeSet, HashSet};

use rust_decimal::Decimal;

use super::plan::{LeverValues, RangePlan, RangeSearch};
use crate::engine::study::ranked::{FigureOrder, RankedFigure};
use crate::models::number::{Exact, Number};
use crate::models::study::{step_of, vertex};
use crate::wire::decimal::write;
use crate::wire::pb;
use crate::wire::short_text::Text;
use crate::wire::study::ranging::RangedLever;

/// The bounds of one figure, as far as they were seen.
#[derive(Debug)]
pub(super) struct FigureBounds {
    pub path: Text,
    order: FigureOrder,
    /// The way in which the bounds are found.
    pub plan: RangePlan,
    /// The points that prove the bounds, by which they stand or fall.
    proof: HashSet<LeverValues>,
    is_proven: bool,
    pub low: Option<SeenBound>,
    pub high: Option<SeenBound>,
    /// The figure at the first point of all.
    first: Option<(pb::FigureValue, LeverValues)>,
    apart: BTreeSet<Text>,
    followed: Vec<FollowedLever>,
}

/// A value of a figure, and the place where it was seen first.
#[derive(Clone, Debug)]
pub(super) struct SeenBound {
    ranked: RankedFigure,
    pub value: pb::FigureValue,
    pub inputs: LeverValues,
}

/// A lever along which an extreme is followed in a round, and the figures on both sides of it.
#[derive(Debug)]
struct FollowedLever {
    is_high: bool,
    lever: usize,
    middle: SeenBound,
    step: Decimal,
    before: (LeverValues, Option<RankedFigure>),
    after: (LeverValues, Option<RankedFigure>),
}

impl FigureBounds {
    pub fn of(path: Text, plan: RangePlan, order: FigureOrder) -> FigureBounds {
        FigureBounds {
            path,
            order,
            plan,
            proof: HashSet::new(),
            is_proven: false,
            low: None,
            high: None,
            first: None,
            apart: BTreeSet::new(),
            followed: Vec::new(),
        }
    }

    /// Returns the search, of a figure whose bounds are not proven.
    pub fn search(&self) -> Option<&RangeSearch> {
        match &self.plan {
            RangePlan::Search(search) if !search.free.is_empty() => Some(search),
            _ => None,
        }
    }

    /// Takes the figures on both sides of the extremes that are followed.
    pub fn see_around<'a>(&mut self, seen_at: impl Fn(&LeverValues) -> Option<&'a pb::FigureValue>) {
        for one in &mut self.followed {
            for side in [&mut one.before, &mut one.after] {
                side.1 = seen_at(&side.0).and_then(|value| self.order.ranked(value));
            }
        }
    }

    /// Takes a figure that was seen.
    pub fn see(&mut self, value: pb::FigureValue, inputs: &LeverValues) {
        // What other figures are searched at changes nothing of bounds that are proven.
        if self.plan.is_exact() && !self.proof.contains(inputs) {
            return;
        }
        let ranked = self.order.ranked(&value);
        if ranked.is_none() {
            self.apart.extend(self.order.apart(&value).cloned());
            self.is_proven = false;
        }
        if self.first.is_none() {
            self.first = Some((value.clone(), inputs.clone()));
        }
        let Some(ranked) = ranked else { return };
        let is_lower = self.low.as_ref().is_none_or(|low| ranked < low.ranked);
        let is_higher = self.high.as_ref().is_none_or(|high| ranked > high.ranked);
        if is_lower {
            self.low = Some(SeenBound { ranked: ranked.clone(), value: value.clone(), inputs: inputs.clone() });
        }
        if is_higher {
            self.high = Some(SeenBound { ranked, value, inputs: inputs.clone() });
        }
    }

    /// Returns true of bounds that are proven by what was seen.
    pub fn is_proven(&self) -> bool {
        self.is_proven
    }

    /// Returns the points that the plan looks at first.
    pub fn begin(&mut self, levers: &[RangedLever]) -> Vec<LeverValues> {
        let points = self.plan.points(levers);
        self.is_proven = self.plan.is_exact();
        self.proof = if self.is_proven { points.iter().cloned().collect() } else { HashSet::new() };
        points
    }

    /// Returns the points at which both extremes are followed in a round: the vertices of the parabolas through what was seen in the round before,
    /// and the points around the extremes.
    pub fn follow(&mut self, round: u32, levers: &[RangedLever]) -> Vec<LeverValues> {
        let mut points = self.vertices(levers);
        self.choose(round, levers);
        points.extend(self.followed.iter().flat_map(|one| [one.before.0.clone(), one.after.0.clone()]));
        points
    }

    /// Chooses the points around both extremes for a round.
    fn choose(&mut self, round: u32, levers: &[RangedLever]) {
        self.followed.clear();
        let Some(search) = self.search().cloned() else { return };
        if usize::try_from(round).unwrap_or(usize::MAX) >= search.rounds() {
            return;
        }
        let share = Exact::of(step_of(round, search.free.len()));
        for (is_high, bound) in [(false, &self.low), (true, &self.high)] {
            let Some(middle) = bound else { continue };
            for lever in search.free.iter().copied() {
                let RangedLever { low, high, .. } = levers[lever];
                let width = Exact::of(high) - Exact::of(low);
                let Some(step) = (width * share).to_digits(3).decimal().filter(|step| !step.is_zero()) else { continue };
                let moved = |sign: Exact| {
                    let mut values = middle.inputs.clone();
                    let moved = (Exact::of(values[lever]) + sign * Exact::of(step)).decimal().unwrap_or(values[lever]);
                    values[lever] = moved.clamp(low, high);
                    values
                };
                self.followed.push(FollowedLever {
                    is_high,
                    lever,
                    step,
                    before: (moved(-Exact::ONE), None),
                    after: (moved(Exact::ONE), None),
                    middle: middle.clone(),
                });
            }
        }
    }

    /// Returns the vertices of the parabolas through what was seen around both extremes in the last round.
    fn vertices(&self, levers: &[RangedLever]) -> Vec<LeverValues> {
        let of = |one: &FollowedLever| {
            let [before, middle, after] = [one.before.1.as_ref(), Some(&one.middle.ranked), one.after.1.as_ref()];
            let figures = [before?.number()?, middle?.number()?, after?.number()?];
            let place = one.middle.inputs[one.lever];
            let is_whole = one.before.0[one.lever] < place && one.after.0[one.lever] > place;
            let bends_down = Exact::of(figures[0]) + Exact::of(figures[2]) - Exact::of(figures[1]) - Exact::of(figures[1]);
            // A parabola that bends the other way has no extreme of this kind.
            if !is_whole || bends_down.is_negative() != one.is_high {
                return None;
            }
            let RangedLever { low, high, .. } = levers[one.lever];
            let mut values = one.middle.inputs.clone();
            values[one.lever] = vertex(place, one.step, figures)?.clamp(low, high);
            Some(values)
        };
        self.followed.iter().filter_map(of).collect()
    }

    pub fn written(self) -> pb::FigureRange {
        let inputs = |values: &LeverValues| values.iter().copied().map(write).collect();
        let first = |bound: Option<SeenBound>| match bound {
            Some(bound) => (Some(bound.value), inputs(&bound.inputs)),
            None => {
                let (value, values) = self.first.clone().unwrap_or_default();
                (Some(value), inputs(&values))
            }
        };
        let ((low, low_inputs), (high, high_inputs)) = (first(self.low), first(self.high));
        pb::FigureRange {
            figure: self.path,
            low,
            high,
            exact: self.is_proven,
            low_inputs,
            high_inputs,
            outcomes: self.apart.into_iter().collect(),
        }
    }
}
