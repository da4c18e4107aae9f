//! The points at which the bounds of a figure are looked for, and whether these prove them.
//!
//! A figure that never turns in any lever, whatever the others are, has its least and its greatest value at corners of the range: from any point a
//! step to one end of a lever leads no higher, and then one along the next lever. A present value in its discount rate turns at the zeros of
//! its derivative, which are all known. Anything else is searched.

use rust_decimal::Decimal;

use crate::engine::study::facts::FigureCourse;
use crate::engine::study::points::PointGround;
use crate::engine::study::ranked::FigureOrder;
use crate::engine::study::routes::course_by;
use crate::models::cash_flow::{RateStatus, turning_rates};
use crate::models::number::{Exact, Number};
use crate::models::study::{points, rounds_count};
use crate::wire::cash_flow::net_present_value;
use crate::wire::pb::calculation::Model;
use crate::wire::study::ranging::RangedLever;
use crate::wire::study::subject::{StudyFigure, StudyInput, StudySubject};

/// The most levers that move of which every corner is looked at.
const MOVING_MAX: usize = 10;

/// A point as the values of all levers, in their order.
pub(super) type LeverValues = Vec<Decimal>;

/// The way in which the bounds of a figure are found.
#[derive(Clone, Debug)]
pub(super) enum RangePlan {
    /// Every corner of the levers that move.
    Corners(Vec<usize>),
    /// The corner at which the figure is least, and the one at which it is greatest.
    TwoCorners(LeverValues, LeverValues),
    /// Corners of the amounts, each with the ends of the rate at this place and the rates at which the present value turns.
    Turns(Vec<LeverValues>),
    /// A search.
    Search(RangeSearch),
}

/// A search for both bounds: levers whose courses are declared stand at an end, and the others move freely.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RangeSearch {
    pub free: Vec<usize>,
    /// The values of all levers where the figure is least; those of free levers are not looked at.
    pub at_least: LeverValues,
    /// The values of all levers where the figure is greatest.
    pub at_greatest: LeverValues,
}

impl RangePlan {
    /// Plans how the bounds of a figure are found.
    pub fn of(ground: &PointGround, figure: &StudyFigure, order: &FigureOrder) -> RangePlan {
        let moving: Vec<_> =
            ground.levers.iter().filter(|ranged| ranged.low < ranged.high).map(|ranged| &ranged.lever).collect();
        let courses: Vec<Option<FigureCourse>> = ground
            .levers
            .iter()
            .map(|ranged| match ranged.low == ranged.high {
                true => Some(FigureCourse::Constant),
                false => course_by(&ground.subject, &ranged.lever, &moving, figure),
            })
            .collect();
        let free: Vec<usize> = (0..courses.len()).filter(|lever| !has_direction(courses[*lever])).collect();
        let search = RangeSearch::of(&ground.levers, &courses, free);
        let moving: Vec<usize> = (0..courses.len()).filter(|lever| courses[*lever] != Some(FigureCourse::Constant)).collect();
        match () {
            () if courses.iter().all(Option::is_some) && moving.len() <= MOVING_MAX => RangePlan::Corners(moving),
            () if search.free.is_empty() && !order.has_apart => RangePlan::TwoCorners(search.at_least, search.at_greatest),
            () => turns(ground, figure, &search).map_or(RangePlan::Search(search), RangePlan::Turns),
        }
    }

    /// Returns the search for a figure of which nothing is taken as declared.
    pub fn search(levers: &[RangedLever]) -> RangePlan {
        let moving: Vec<usize> = (0..levers.len()).filter(|lever| levers[*lever].low < levers[*lever].high).collect();
        RangePlan::Search(RangeSearch::of(levers, &vec![None; levers.len()], moving))
    }

    /// Returns true of points that prove the bounds, if the figure has a place in the order at each of them.
    pub fn is_exact(&self) -> bool {
        !matches!(self, RangePlan::Search(_))
    }

    /// Returns the points that are looked at first.
    pub fn points(&self, levers: &[RangedLever]) -> Vec<LeverValues> {
        match self {
            RangePlan::Corners(moving) => {
                let lows: LeverValues = levers.iter().map(|ranged| ranged.low).collect();
                let corner = |number: usize| {
                    let mut corner = lows.clone();
                    for (bit, lever) in moving.iter().rev().enumerate() {
                        if number >> bit & 1 == 1 {
                            corner[*lever] = levers[*lever].high;
                        }
                    }
                    corner
                };
                (0..1_usize << moving.len()).map(corner).collect()
            }
            RangePlan::TwoCorners(least, greatest) => vec![least.clone(), greatest.clone()],
            RangePlan::Turns(points) => points.clone(),
            RangePlan::Search(search) => search.points(levers),
        }
    }

    /// Returns the most points at which the extremes of a search are followed.
    pub fn followed_count(&self) -> usize {
        match self {
            RangePlan::Search(search) => 2 * search.free.len() * 3 * search.rounds(),
            _ => 0,
        }
    }

    /// Returns the name of the way, and the words for it.
    pub fn said(&self) -> (&'static str, &'static str) {
        match self {
            RangePlan::Corners(_) | RangePlan::TwoCorners(..) => (
                "corners",
                "The figure never turns in any of these inputs, whatever the others are: its least and its greatest value are at ends.",
            ),
            RangePlan::Turns(_) => (
                "ends and turns",
                "The present value turns where the flows, each times its time, have an internal rate of return, and these rates are all known.",
            ),
            RangePlan::Search(_) => (
                "search",
                "Nothing is declared of the figure in some of these inputs: both values occur, and there may be others beyond them.",
            ),
        }
    }
}

/// True of a figure that goes a known way.
fn has_direction(course: Option<FigureCourse>) -> bool {
    matches!(course, Some(FigureCourse::Constant | FigureCourse::Rises | FigureCourse::Falls))
}

impl RangeSearch {
    fn of(levers: &[RangedLever], courses: &[Option<FigureCourse>], free: Vec<usize>) -> RangeSearch {
        let end = |is_greatest: bool| {
            let of = |(ranged, course): (&RangedLever, &Option<FigureCourse>)| {
                let is_high =
                    matches!((course, is_greatest), (Some(FigureCourse::Rises), true) | (Some(FigureCourse::Falls), false));
                if is_high { ranged.high } else { ranged.low }
            };
            levers.iter().zip(courses).map(of).collect()
        };
        RangeSearch { free, at_least: end(false), at_greatest: end(true) }
    }

    pub fn rounds(&self) -> usize {
        usize::try_from(rounds_count(self.free.len())).unwrap_or(usize::MAX)
    }

    fn points(&self, levers: &[RangedLever]) -> Vec<LeverValues> {
        let shares = points(self.free.len());
        let at = |fixed: &LeverValues| {
            let with = |shares: &Vec<Decimal>| {
                let mut values = fixed.clone();
                for (lever, share) in self.free.iter().zip(shares) {
                    values[*lever] = value_at(&levers[*lever], *share);
                }
                values
            };
            shares.iter().map(with).collect::<Vec<_>>()
        };
        let mut all = at(&self.at_least);
        if self.at_greatest != self.at_least {
            all.append(&mut at(&self.at_greatest));
        }
        all
    }
}

/// Returns the value of a lever at a share of its range.
fn value_at(ranged: &RangedLever, share: Decimal) -> Decimal {
    if share == Decimal::ONE {
        return ranged.high;
    }
    let width = Exact::of(ranged.high) - Exact::of(ranged.low);
    (Exact::of(ranged.low) + width * Exact::of(share)).decimal().unwrap_or(ranged.low)
}

/// Returns the place of the lever that is the discount rate of a present value, where every other lever stands at an end.
fn rate_lever(ground: &PointGround, figure: &StudyFigure, search: &RangeSearch) -> Option<usize> {
    let [lever] = search.free[..] else { return None };
    let [link] = &ground.subject.links[..] else { return None };
    let is_worth =
        matches!(link.calculation.model, Some(Model::NetPresentValue(_))) && figure.way.field.name == "net_present_value";
    let turned = &ground.levers[lever].lever;
    let (input, _) = turned.inputs().next()?;
    let is_rate = matches!(input, StudyInput::Field(_, place) if place.field.name == "discount_rate");
    (is_worth && is_rate && turned.is_one_replaced() && !ground.subject.is_chain).then_some(lever)
}

/// Returns the ends of the discount rate and the rates at which the present value turns, where the amounts make it least and where they make
/// it greatest; `None` of another figure, and where rates may be missing.
fn turns(ground: &PointGround, figure: &StudyFigure, search: &RangeSearch) -> Option<Vec<LeverValues>> {
    let lever = rate_lever(ground, figure, search)?;
    let RangedLever { low, high, .. } = ground.levers[lever];
    let mut points = Vec::new();
    for fixed in [&search.at_least, &search.at_greatest] {
        let mut rates = vec![low, high];
        rates.extend(turning(ground, fixed)?.into_iter().filter(|rate| *rate > low && *rate < high));
        for rate in rates {
            let mut values = fixed.clone();
            values[lever] = rate;
            points.push(values);
        }
    }
    Some(points)
}

fn turning(ground: &PointGround, values: &LeverValues) -> Option<Vec<Decimal>> {
    let mut subject: StudySubject = ground.subject.clone();
    for (ranged, value) in ground.levers.iter().zip(values) {
        ranged.lever.set(&mut subject, &ranged.lever.value(*value)?);
    }
    let Some(Model::NetPresentValue(request)) = &subject.links.first()?.calculation.model else { return None };
    let found = turning_rates(&net_present_value(request).ok()?.inputs);
    let are_all = !matches!(found.status, RateStatus::Undecided);
    are_all.then(|| found.rates.iter().map(|rate| rate.annual).collect())
}
