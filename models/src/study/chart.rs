//! A chart of a figure along an input: the stretches in which it is below a target, at it, and above it, and the boundaries between them.
//!
//! Every boundary is a pair of neighbouring inputs at which the figure was seen on different sides. A figure that goes one way has at most two
//! of them, so that they decide everything; of any other figure more may hide between two points that look alike.

use std::collections::VecDeque;

use rust_decimal::{Decimal, dec};

use super::between::shortest_between;
use super::bracket::{RootBracket, SeenPoint, is_narrow};
use super::scale::spaced;
use super::sight::{Chart, ChartStretch, KnownCourse, Range, Sight, TargetSide};
use crate::number::{Exact, Number};

/// The parts of a range whose ends are looked at before boundaries are narrowed, where nothing is known of the figure.
const PARTS: u32 = 256;
/// The parts where a figure goes one way, and an end of the range has no place in the order.
const ORDERED_PARTS: u32 = 32;
/// The most steps by which a boundary is narrowed: 55 halvings of a range of 43 powers of ten lead from one end to the other.
const STEPS_MAX: u32 = 400;
/// Half the width of a boundary, relative to the greater of 1 and the input.
const HALF_A_BOUNDARY: Decimal = dec!(5e-13);
/// Sides between two points that are told apart.
const DEPTH_MAX: u32 = 8;

/// Charts a figure over a range.
///
/// - Shapes: `see` is asked for the figure at an input, each input once.
/// - Units: those of the input.
/// - Rounding: a boundary is no wider than 1e-12 of the input or, where the input is below 1, than 1e-12. At each step a decimal of few
///   digits is tried, so that an input such as 0.25 is met as it is.
/// - Errors: none. What the model refuses is a side of its own.
/// - Source: bisection, with regula falsi after Dowell and Jarratt, A modified regula falsi method for computing the root of an equation,
///   BIT 11, 1971.
///
/// # Example: 300 / (1 - margin) is 400
///
/// ```
/// use paydirt_models::study::{KnownCourse, Range, Sight, TargetSide, chart};
/// use rust_decimal::{Decimal, dec};
///
/// let required = |margin: Decimal| {
///     let distance = dec!(300) / (Decimal::ONE - margin) - dec!(400);
///     let side = if distance.is_zero() { TargetSide::At } else if distance > Decimal::ZERO { TargetSide::Above } else { TargetSide::Below };
///     Sight { side, distance: Some(distance) }
/// };
/// let found = chart(Range { low: dec!(0), high: dec!(0.9) }, KnownCourse::OneWay, required);
/// let sides: Vec<TargetSide> = found.stretches.iter().map(|stretch| stretch.side).collect();
/// assert_eq!(sides, [TargetSide::Below, TargetSide::At, TargetSide::Above]);
/// assert_eq!(found.stretches[1].first.0, dec!(0.25));
/// ```
///
/// "A margin of 25 % makes the required revenue 400."
pub fn chart(range: Range, course: KnownCourse, mut see: impl FnMut(Decimal) -> Sight) -> Chart {
    let mut search = ChartSearch::new(range, course);
    while let Some(input) = search.wanted() {
        search.take(see(input));
    }
    search.into_chart()
}

/// A chart that is being made, one look after the other: whoever looks may stop in between and go on later.
///
/// ```
/// use paydirt_models::study::{ChartSearch, KnownCourse, Range, Sight, TargetSide};
/// use rust_decimal::dec;
///
/// let mut search = ChartSearch::new(Range { low: dec!(0), high: dec!(10) }, KnownCourse::OneWay);
/// while let Some(input) = search.wanted() {
///     let side = if input < dec!(2) { TargetSide::Below } else { TargetSide::Above };
///     search.take(Sight { side, distance: None });
/// }
/// let found = search.into_chart();
/// assert_eq!(found.stretches[1].first.0, dec!(2));
/// ```
#[derive(Clone, Debug)]
pub struct ChartSearch {
    range: Range,
    course: KnownCourse,
    /// The points that are looked at before boundaries are narrowed, ascending, as far as they are not seen yet.
    points: VecDeque<Decimal>,
    /// The points that were seen, ascending, as far as nothing was narrowed behind them.
    seen: VecDeque<SeenPoint>,
    /// Brackets inside each other, the innermost last.
    brackets: Vec<Narrowing>,
    wanted: Option<Decimal>,
    evaluations: u32,
    stretches: Vec<ChartStretch>,
}

/// Two points with a boundary between them.
#[derive(Clone, Copy, Debug)]
struct Narrowing {
    low: SeenPoint,
    high: SeenPoint,
    /// The point at which the narrowing began from above.
    end: SeenPoint,
    bracket: RootBracket,
    steps: u32,
    depth: u32,
    /// True where the two are narrow and what is between them is looked at for the last time.
    is_last: bool,
}

impl Narrowing {
    fn between(low: SeenPoint, end: SeenPoint, depth: u32) -> Narrowing {
        Narrowing { low, high: end, end, bracket: RootBracket::of(low, end), steps: 0, depth, is_last: false }
    }

    /// Returns the next input between the two; `None` where the boundary is found.
    fn wanted(&mut self) -> Option<Decimal> {
        if self.low.1.side == self.high.1.side || self.is_last || self.steps >= STEPS_MAX {
            return None;
        }
        self.is_last = is_narrow(self.low.0, self.high.0);
        if self.is_last {
            return shortest_between(self.low.0, self.high.0);
        }
        let beside = if self.steps == 0 { self.beside_the_target() } else { None };
        beside.or_else(|| self.bracket.middle(self.low, self.high, self.steps))
    }

    /// Returns an input that is as good as beside one at which the figure is the target: where the figure has no plateau there, the boundary is
    /// found at once.
    fn beside_the_target(&self) -> Option<Decimal> {
        let (input, sign) = match (self.low.1.side, self.high.1.side) {
            (TargetSide::At, _) => (self.low.0, Decimal::ONE),
            (_, TargetSide::At) => (self.high.0, Decimal::NEGATIVE_ONE),
            _ => return None,
        };
        let beside = input.checked_add(input.abs().max(Decimal::ONE).checked_mul(HALF_A_BOUNDARY)?.checked_mul(sign)?)?;
        // As many digits as a calculation takes.
        Exact::of(beside).decimal().filter(|beside| *beside > self.low.0 && *beside < self.high.0)
    }
}

impl ChartSearch {
    /// Begins a chart of a range.
    #[must_use]
    pub fn new(range: Range, course: KnownCourse) -> ChartSearch {
        let points = match course {
            KnownCourse::OneWay => VecDeque::from([range.low, range.high]),
            KnownCourse::Unknown => points_of(range, PARTS),
        };
        let wanted = points.front().copied();
        ChartSearch {
            range,
            course,
            points,
            seen: VecDeque::new(),
            brackets: Vec::new(),
            wanted,
            evaluations: 0,
            stretches: Vec::new(),
        }
    }

    /// Returns the inputs that are looked at next, whatever is seen at each of them; none where the next one depends on what is seen.
    pub fn points(&self) -> impl Iterator<Item = Decimal> {
        self.points.iter().copied()
    }

    /// Returns the input that is looked at next; `None` where the chart is made.
    #[must_use]
    pub fn wanted(&self) -> Option<Decimal> {
        self.wanted
    }

    /// Takes what was seen at the input that was wanted.
    pub fn take(&mut self, sight: Sight) {
        let Some(input) = self.wanted else { return };
        self.evaluations = self.evaluations.saturating_add(1);
        let point = (input, sight);
        if self.points.pop_front().is_some() {
            self.seen.push_back(point);
        } else {
            self.narrowed(point);
        }
        self.wanted = self.next();
    }

    /// Returns the chart. One that is not made has boundaries that are wider than others.
    #[must_use]
    pub fn into_chart(mut self) -> Chart {
        while let Some(narrowing) = self.brackets.pop() {
            self.put_behind(narrowing);
        }
        let mut seen: Vec<SeenPoint> = self.seen.drain(..).collect();
        seen.sort_by_key(|point| point.0);
        seen.into_iter().for_each(|point| self.put(point));
        Chart { stretches: self.stretches, evaluations: self.evaluations }
    }

    fn next(&mut self) -> Option<Decimal> {
        if let Some(point) = self.points.front() {
            return Some(*point);
        }
        let is_ordered = |point: Option<&SeenPoint>| point.is_some_and(|point| point.1.side.is_ordered());
        let are_ends = self.course == KnownCourse::OneWay && self.seen.len() == 2 && self.evaluations == 2;
        if are_ends && !(is_ordered(self.seen.front()) && is_ordered(self.seen.back())) {
            let (low, high) = (self.range.low, self.range.high);
            self.points = points_of(self.range, ORDERED_PARTS);
            self.points.retain(|point| *point > low && *point < high);
            if let Some(point) = self.points.front() {
                return Some(*point);
            }
        }
        if self.brackets.is_empty() && self.stretches.is_empty() {
            // The end that was seen early comes last.
            self.seen.make_contiguous().sort_by_key(|point| point.0);
            let first = self.seen.pop_front()?;
            self.put(first);
        }
        loop {
            match self.brackets.last_mut() {
                Some(narrowing) => match narrowing.wanted() {
                    Some(input) => return Some(input),
                    None => {
                        let done = self.brackets.pop()?;
                        self.put_behind(done);
                    }
                },
                None => {
                    let end = self.seen.pop_front()?;
                    let last = self.stretches.last()?.last;
                    self.brackets.push(Narrowing::between(last, end, 0));
                }
            }
        }
    }

    /// Takes a point between the two of the innermost bracket.
    fn narrowed(&mut self, middle: SeenPoint) {
        let Some(narrowing) = self.brackets.last_mut() else { return };
        narrowing.steps = narrowing.steps.saturating_add(1);
        if middle.1.side == narrowing.low.1.side {
            narrowing.low = middle;
            narrowing.bracket.has_seen(narrowing.low, narrowing.high);
            self.put(middle);
        } else if middle.1.side == narrowing.high.1.side {
            narrowing.high = middle;
            narrowing.bracket.has_seen(narrowing.low, narrowing.high);
        } else {
            // A third side, which has a boundary with each of the two; no figure that goes one way has more.
            let (before, depth) = (narrowing.low, narrowing.depth);
            (narrowing.low, narrowing.is_last) = (middle, false);
            narrowing.bracket = RootBracket::of(middle, narrowing.high);
            if depth < DEPTH_MAX {
                self.brackets.push(Narrowing::between(before, middle, depth.saturating_add(1)));
            } else {
                self.put(middle);
            }
        }
    }

    /// Adds the points of a bracket whose boundary is found.
    fn put_behind(&mut self, done: Narrowing) {
        self.put(done.high);
        if done.end.0 > done.high.0 {
            self.put(done.end);
        }
    }

    /// Adds a point behind all others.
    fn put(&mut self, point: SeenPoint) {
        match self.stretches.last_mut() {
            Some(stretch) if stretch.side == point.1.side => stretch.last = point,
            _ => self.stretches.push(ChartStretch { side: point.1.side, first: point, last: point }),
        }
    }
}

/// Returns the ends of so many parts of a range, ascending.
fn points_of(range: Range, parts: u32) -> VecDeque<Decimal> {
    let mut points = VecDeque::from([range.low]);
    for place in 1..parts {
        let before = points.back().copied().unwrap_or(range.low);
        points.extend(spaced(range, place, parts).filter(|input| *input > before && *input < range.high));
    }
    points.push_back(range.high);
    points
}
