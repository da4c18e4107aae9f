//! The weight of one lever: what was seen of the figure along it, and the swing, the slopes and the course that follow.

use rust_decimal::{Decimal, dec};

use crate::engine::study::ranked::{FigureOrder, RankedFigure};
use crate::models::number::{Exact, Number};
use crate::models::study::{SideFigures, SlopeEstimate, Slopes};
use crate::wire::decimal::write;
use crate::wire::pb;
use crate::wire::pb::lever_sensitivity::Course;
use crate::wire::short_text::Text;
use crate::wire::study::ranging::RangedLever;

/// The values of a lever between its ends at which a figure without a declared course is looked at.
pub(super) const INNER: usize = 31;
/// The points of a lever at one distance from where it stands.
pub(super) const SIDES: usize = 6;
/// The most points of a lever at first: ends, values in between, and both sides.
pub const POINTS_MAX: usize = 2 + INNER + SIDES;

/// Returns the values at equal distances between two ends.
pub(super) fn inner_values(low: Decimal, high: Decimal) -> impl Iterator<Item = Decimal> {
    let parts = u32::try_from(INNER + 1).unwrap_or(u32::MAX);
    (1..parts).filter_map(move |place| {
        let weighted = Exact::of(low) * Exact::whole(parts - place) + Exact::of(high) * Exact::whole(place);
        (weighted / Exact::whole(parts)).decimal()
    })
}

/// A lever, with all figures that were seen along it.
#[derive(Debug)]
pub(super) struct LeverWeight {
    stands_at: Option<Decimal>,
    /// True where it is declared that the figure never turns.
    pub is_one_way: bool,
    pub at_low: Option<pb::FigureValue>,
    pub at_high: Option<pb::FigureValue>,
    /// The figures at equal distances in between.
    pub inner: Vec<pb::FigureValue>,
    /// The figures close to where the lever stands, at one distance after the other.
    pub steps: Vec<StepFigures>,
    slopes: Slopes,
}

/// Values of a lever on both sides of where it stands: below at half a step, at a step and at two, and above likewise.
pub(super) struct SideValues {
    pub step: Decimal,
    pub values: [Option<Decimal>; SIDES],
}

/// Figures on both sides, at one distance.
#[derive(Clone, Copy, Debug)]
pub(super) struct StepFigures {
    pub step: Decimal,
    figures: [Option<Decimal>; SIDES],
    is_estimated: bool,
}

impl StepFigures {
    pub fn of(step: Decimal) -> StepFigures {
        StepFigures { step, figures: [None; SIDES], is_estimated: false }
    }

    pub fn set(&mut self, side: usize, figure: Option<Decimal>) {
        self.figures[side] = figure;
    }

    pub fn below(&self) -> Option<SideFigures> {
        let [half, one, two, ..] = self.figures;
        Some([half?, one?, two?])
    }

    pub fn above(&self) -> Option<SideFigures> {
        let [.., half, one, two] = self.figures;
        Some([half?, one?, two?])
    }
}

impl LeverWeight {
    pub fn of(ranged: &RangedLever, stands_at: Option<Decimal>, is_one_way: bool) -> LeverWeight {
        let inner = Vec::with_capacity(if is_one_way || ranged.low == ranged.high { 0 } else { INNER });
        LeverWeight { stands_at, is_one_way, at_low: None, at_high: None, inner, steps: Vec::new(), slopes: Slopes::default() }
    }

    /// Returns the values around the place where the lever stands, at a power of ten of its size; `None` of a lever that stands nowhere.
    pub fn sides(&self, ranged: &RangedLever, distance: i32) -> Option<SideValues> {
        const LEAST: Decimal = dec!(1e-28);
        let stands_at = self.stands_at?;
        let width = Exact::of(ranged.high) - Exact::of(ranged.low);
        let size = [Exact::of(stands_at).absolute(), width].into_iter().find(|size| size.is_positive()).unwrap_or(Exact::ONE);
        let half = (size.to_digits(1) * Exact::power_of_ten(distance)).decimal()?.max(LEAST);
        let (at, half) = (Exact::of(stands_at), Exact::of(half));
        let step = half + half;
        let moved = [half, step, step + step];
        let values = [-Exact::ONE, Exact::ONE].map(|sign| moved.map(|moved| (at + sign * moved).decimal()));
        let [[a, b, c], [d, e, f]] = values;
        Some(SideValues { step: step.decimal()?, values: [a, b, c, d, e, f] })
    }

    /// Estimates the slopes by what was seen at the last distance.
    pub fn estimate(&mut self, base: Decimal, quantum: Decimal) {
        for step in self.steps.iter_mut().filter(|step| !step.is_estimated) {
            step.is_estimated = true;
            self.slopes = self.slopes.better(Slopes::of(step.step, base, step.below(), step.above(), quantum));
        }
    }

    /// True where another distance may tell more: slopes that are there have fewer digits than so many.
    pub fn is_uncertain(&self, digits: u32) -> bool {
        let is_certain = |estimate: SlopeEstimate| estimate.digits() >= Some(digits);
        let Slopes { across, below, above } = self.slopes;
        match (across, below, above) {
            _ if self.stands_at.is_none() => false,
            // Sides that are not known at all may hide a kink.
            (Some(across), Some(below), Some(above)) if is_certain(across) => {
                digits > 6 && (below.digits().is_none() || above.digits().is_none())
            }
            (Some(_), Some(below), Some(above)) => !(self.slopes.have_kink() && is_certain(below) && is_certain(above)),
            (_, below, above) => !below.or(above).is_some_and(is_certain),
        }
    }

    /// Returns the weight as a message.
    pub fn written(&self, ranged: &RangedLever, order: &FigureOrder, base: Option<Decimal>) -> pb::LeverSensitivity {
        let number = |value: &Option<pb::FigureValue>| {
            value.as_ref().and_then(|value| order.ranked(value)).and_then(|ranked| ranked.number())
        };
        let ends = number(&self.at_low).zip(number(&self.at_high));
        let swing = ends.and_then(|(low, high)| (Exact::of(high) - Exact::of(low)).absolute().decimal());
        let is_kinked = self.slopes.have_kink();
        let rounded = |estimate: Option<SlopeEstimate>| estimate.and_then(|estimate| estimate.rounded());
        let across = self.slopes.across.filter(|across| !is_kinked && across.digits().is_some());
        let slope = rounded(across);
        let elasticity =
            across.zip(self.stands_at).zip(base.filter(|base| !base.is_zero())).and_then(|((across, input), base)| {
                let elasticity = across.slope * Exact::of(input) / Exact::of(base);
                elasticity.to_digits(across.digits()?).decimal()
            });
        let (course, extreme) = self.course(ranged, order);
        pb::LeverSensitivity {
            name: ranged.lever.name.clone(),
            input: self.stands_at.map(write),
            low: write(ranged.low),
            high: write(ranged.high),
            at_low: self.at_low.clone(),
            at_high: self.at_high.clone(),
            swing: swing.map(write),
            slope: slope.map(write),
            // Without a kink both are the slope.
            slope_below: slope.or_else(|| rounded(self.slopes.below)).map(write),
            slope_above: slope.or_else(|| rounded(self.slopes.above)).map(write),
            elasticity: elasticity.map(write),
            course: course.into(),
            extreme_input: extreme.as_ref().map(|(input, _)| input.clone()),
            at_extreme: extreme.map(|(_, figure)| figure),
        }
    }

    /// Returns the course from end to end, and the place at which the figure is farthest beyond both ends.
    fn course(&self, ranged: &RangedLever, order: &FigureOrder) -> (Course, Option<(Text, pb::FigureValue)>) {
        if self.is_one_way {
            return (Course::OneWay, None);
        }
        let ranked = |value: &pb::FigureValue| order.ranked(value);
        let ends = [&self.at_low, &self.at_high].map(|end| end.as_ref().and_then(ranked));
        let inner = inner_values(ranged.low, ranged.high).zip(&self.inner);
        let inner: Vec<(Decimal, &pb::FigureValue, RankedFigure)> =
            inner.filter_map(|(input, figure)| Some((input, figure, ranked(figure)?))).collect();
        let [low, high] = &ends;
        let along = low.iter().chain(inner.iter().map(|(_, _, ranked)| ranked)).chain(high);
        let (mut rises, mut falls) = (false, false);
        // A figure that a search finds moves by the last of its digits where it stands still.
        let mut before: Option<&RankedFigure> = None;
        for figure in along {
            if let Some(before) = before {
                rises |= is_beyond(figure, before, order);
                falls |= is_beyond(before, figure, order);
            }
            before = Some(figure);
        }
        if !(rises && falls) {
            return (Course::NoTurnSeen, None);
        }
        let [Some(low), Some(high)] = ends else { return (Course::Turns, None) };
        let (least, greatest) = if low <= high { (low, high) } else { (high, low) };
        let top = inner.iter().max_by(|one, other| one.2.cmp(&other.2)).filter(|top| is_beyond(&top.2, &greatest, order));
        let bottom = inner.iter().min_by(|one, other| one.2.cmp(&other.2)).filter(|bottom| is_beyond(&least, &bottom.2, order));
        let apart = |one: &RankedFigure, other: &RankedFigure| match one.number().zip(other.number()) {
            Some((one, other)) => (Exact::of(one) - Exact::of(other)).absolute().decimal().unwrap_or(Decimal::MAX),
            None => Decimal::MAX,
        };
        let extreme = match (top, bottom) {
            (Some(top), Some(bottom)) if apart(&bottom.2, &least) > apart(&top.2, &greatest) => Some(bottom),
            (top, bottom) => top.or(bottom),
        };
        (Course::Turns, extreme.map(|(input, figure, _)| (write(*input), (*figure).clone())))
    }

    /// Returns the slopes as they were estimated.
    pub fn slopes(&self) -> &Slopes {
        &self.slopes
    }

    /// Returns the figures from which a slope was computed.
    pub fn told_by(&self, estimate: &SlopeEstimate) -> Option<&StepFigures> {
        self.steps.iter().find(|step| step.step == estimate.step)
    }
}

/// True of a figure that is greater than another one by more than the last digit to which figures are right.
fn is_beyond(figure: &RankedFigure, other: &RankedFigure, order: &FigureOrder) -> bool {
    match figure.number().zip(other.number()) {
        Some((figure, other)) => {
            let size = figure.abs().max(other.abs());
            let apart = Exact::of(figure) - Exact::of(other);
            let allowed = if order.is_by_search { Exact::of(order.quantum(size)) * Exact::whole(2) } else { Exact::ZERO };
            (apart - allowed).is_positive()
        }
        None => figure > other,
    }
}
