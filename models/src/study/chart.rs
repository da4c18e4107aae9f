//! A chart of a figure along an input: the stretches in which it is below a target, at it, and above it, and the boundaries between them.
//!
//! Every boundary is a pair of neighbouring inputs at which the figure was seen on different sides. A figure that goes one way has at most two
//! of them, so that they decide everything; of any other figure more may hide between two points that look alike.

use rust_decimal::{Decimal, dec};

use super::between::shortest_between;
use crate::number::{Exact, Number};

/// The side of a target on which a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetSide {
    /// Less than the target.
    Below,
    /// The target, digit for digit.
    At,
    /// Greater than the target.
    Above,
    /// An outcome without an order, by its place in a list of the caller's.
    Apart(usize),
    /// Inputs that the model refuses.
    Refused,
}

impl TargetSide {
    /// Returns true of a side that has a place in the order.
    #[must_use]
    pub fn is_ordered(self) -> bool {
        matches!(self, TargetSide::Below | TargetSide::At | TargetSide::Above)
    }
}

/// A figure as it is seen at an input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// The side of the target.
    pub side: TargetSide,
    /// The figure less the target, where both are numbers.
    pub distance: Option<Decimal>,
}

/// The inputs that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first input.
    pub low: Decimal,
    /// The last input, above the first.
    pub high: Decimal,
}

/// The knowledge of a figure's course over a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownCourse {
    /// The figure never turns: over the inputs at which it has a place in the order it only rises, or only falls.
    OneWay,
    /// Nothing is known.
    Unknown,
}

/// A stretch of inputs at which a figure was seen on one side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChartStretch {
    /// The side.
    pub side: TargetSide,
    /// The first input that was seen, and the figure there.
    pub first: (Decimal, Sight),
    /// The last input that was seen, and the figure there; the first one again where it is the only one.
    pub last: (Decimal, Sight),
}

/// The stretches of a range in their order. Between two of them lies a boundary no wider than the tolerance.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The stretches, at least one.
    pub stretches: Vec<ChartStretch>,
    /// The number of inputs at which the figure was seen.
    pub evaluations: u32,
}

/// The width of a boundary, relative to the greater of 1 and the input.
const TOLERANCE: Decimal = dec!(1e-12);
/// The parts of a range whose ends are looked at before boundaries are narrowed, where nothing is known of the figure.
const PARTS: u32 = 256;
/// The parts where a figure goes one way, and an end of the range has no place in the order.
const ORDERED_PARTS: u32 = 32;
/// The most steps by which a boundary is narrowed: 55 halvings of a range of 43 powers of ten lead from one end to the other.
const STEPS_MAX: u32 = 400;

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
pub fn chart(range: Range, course: KnownCourse, see: impl FnMut(Decimal) -> Sight) -> Chart {
    let mut search = ChartSearch { see, evaluations: 0, stretches: Vec::new() };
    let (low, high) = (search.at(range.low), search.at(range.high));
    let is_ordered = |point: &SeenPoint| point.1.side.is_ordered();
    let last = match course {
        KnownCourse::OneWay if is_ordered(&low) && is_ordered(&high) => 1,
        KnownCourse::OneWay => ORDERED_PARTS,
        KnownCourse::Unknown => PARTS,
    };
    search.put(low);
    let mut before = low;
    for place in 1..=last {
        let next = match place == last {
            true => high,
            false => match spaced(range, place, last).filter(|input| *input > before.0 && *input < range.high) {
                Some(input) => search.at(input),
                None => continue,
            },
        };
        search.narrow(before, next, 0);
        before = next;
    }
    Chart { stretches: search.stretches, evaluations: search.evaluations }
}

type SeenPoint = (Decimal, Sight);

struct ChartSearch<See> {
    see: See,
    evaluations: u32,
    stretches: Vec<ChartStretch>,
}

impl<See: FnMut(Decimal) -> Sight> ChartSearch<See> {
    fn at(&mut self, input: Decimal) -> SeenPoint {
        self.evaluations = self.evaluations.saturating_add(1);
        (input, (self.see)(input))
    }

    /// Adds a point behind all others.
    fn put(&mut self, point: SeenPoint) {
        match self.stretches.last_mut() {
            Some(stretch) if stretch.side == point.1.side => stretch.last = point,
            _ => self.stretches.push(ChartStretch { side: point.1.side, first: point, last: point }),
        }
    }

    /// Narrows what lies between two points, of which the first is put already, and puts the second.
    fn narrow(&mut self, mut low: SeenPoint, end: SeenPoint, depth: u32) {
        let mut high = end;
        let mut bracket = RootBracket::of(low, high);
        for step in 0..STEPS_MAX {
            if low.1.side == high.1.side {
                break;
            }
            let is_narrow = is_narrow(low.0, high.0);
            let middle = if is_narrow { shortest_between(low.0, high.0) } else { bracket.middle(low, high, step) };
            let Some(middle) = middle.map(|input| self.at(input)) else { break };
            if middle.1.side == low.1.side {
                low = middle;
                self.put(low);
            } else if middle.1.side == high.1.side {
                high = middle;
            } else {
                // A third side, which has a boundary with each of the two; no figure that goes one way has more.
                if depth < DEPTH_MAX {
                    self.narrow(low, middle, depth.saturating_add(1));
                } else {
                    self.put(middle);
                }
                low = middle;
                bracket = RootBracket::of(low, high);
                continue;
            }
            if is_narrow {
                break;
            }
            bracket.has_seen(low, high);
        }
        self.put(high);
        if end.0 > high.0 {
            self.put(end);
        }
    }
}

/// Sides between two points that are told apart.
const DEPTH_MAX: u32 = 8;

fn is_narrow(low: Decimal, high: Decimal) -> bool {
    let size = low.abs().min(high.abs()).max(Decimal::ONE);
    let width = high.checked_sub(low);
    width.zip(size.checked_mul(TOLERANCE)).is_some_and(|(width, allowed)| width <= allowed)
}

/// The state of a search between two points: the distances, as regula falsi weighs them.
struct RootBracket {
    low: Option<f64>,
    high: Option<f64>,
    width: f64,
    /// The width two steps ago: where it has not halved, the next step halves it.
    was: f64,
    input_low: Decimal,
    input_high: Decimal,
}

impl RootBracket {
    fn of(low: SeenPoint, high: SeenPoint) -> RootBracket {
        let width = scaled(high.0) - scaled(low.0);
        RootBracket {
            low: low.1.distance.map(double),
            high: high.1.distance.map(double),
            width,
            was: f64::INFINITY,
            input_low: low.0,
            input_high: high.0,
        }
    }

    /// Takes the ends of the bracket after a step. The end that stays has its weight halved.
    fn has_seen(&mut self, low: SeenPoint, high: SeenPoint) {
        let halved = |weight: Option<f64>| weight.map(|weight| weight / 2.0);
        if low.0 == self.input_low {
            self.low = halved(self.low);
        } else {
            self.low = low.1.distance.map(double);
        }
        if high.0 == self.input_high {
            self.high = halved(self.high);
        } else {
            self.high = high.1.distance.map(double);
        }
        (self.input_low, self.input_high) = (low.0, high.0);
        self.was = self.width;
        self.width = scaled(high.0) - scaled(low.0);
    }

    /// Returns an input between the two ends, of few digits.
    fn middle(&self, low: SeenPoint, high: SeenPoint, step: u32) -> Option<Decimal> {
        let (from, to) = (double(low.0), double(high.0));
        let falls_in = |guess: f64, share: f64| {
            // Towards the farther end, so that both ends come near.
            let room = (to - from) * share;
            let guess = if guess - from < to - guess { guess + room } else { guess - room };
            decimal_near(guess, room, low.0, high.0)
        };
        let secant = self
            .low
            .zip(self.high)
            .filter(|(low, high)| low * high < 0.0)
            .map(|(low, high)| from - low * (to - from) / (high - low));
        let has_halved = step < 2 || self.width <= self.was / 2.0;
        match secant.filter(|guess| guess.is_finite() && has_halved && self.width < 2.0) {
            Some(guess) => falls_in(guess, 1.0 / 64.0),
            None => {
                let guess = unscaled((scaled(low.0) + scaled(high.0)) / 2.0);
                decimal_near(guess, (guess - from).min(to - guess) / 4.0, low.0, high.0)
            }
        }
        .or_else(|| halfway(low.0, high.0))
    }
}

/// Returns a decimal of few digits no farther from a guess than `room`, strictly between two others.
fn decimal_near(guess: f64, room: f64, low: Decimal, high: Decimal) -> Option<Decimal> {
    let decimal = |value: f64| Exact::from_f64(value).decimal();
    let (from, to) = (decimal(guess - room)?.max(low), decimal(guess + room)?.min(high));
    shortest_between(from, to).or_else(|| shortest_between(low, high))
}

fn halfway(low: Decimal, high: Decimal) -> Option<Decimal> {
    let half = (Exact::of(low) + Exact::of(high)) / Exact::of(Decimal::TWO);
    half.decimal().filter(|middle| *middle > low && *middle < high)
}

/// Returns a point of even distances in a scale of powers of ten.
fn spaced(range: Range, place: u32, last: u32) -> Option<Decimal> {
    let (low, high) = (scaled(range.low), scaled(range.high));
    let guess = unscaled(low + (high - low) * f64::from(place) / f64::from(last));
    let near = (high - low) / f64::from(last) / 4.0 * guess.abs().max(UNIT);
    decimal_near(guess, near, range.low, range.high)
}

/// The input below which a scale of powers of ten is even.
const UNIT: f64 = 1e-3;

/// An input in a scale that is even near 0, and of powers of e far from it.
fn scaled(input: Decimal) -> f64 {
    let input = double(input);
    (input.abs() / UNIT).ln_1p() * input.signum()
}

fn unscaled(place: f64) -> f64 {
    place.abs().exp_m1() * UNIT * place.signum()
}

fn double(value: Decimal) -> f64 {
    Exact::of(value).to_f64()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sight(distance: Decimal) -> Sight {
        let side = match distance.cmp(&Decimal::ZERO) {
            std::cmp::Ordering::Less => TargetSide::Below,
            std::cmp::Ordering::Equal => TargetSide::At,
            std::cmp::Ordering::Greater => TargetSide::Above,
        };
        Sight { side, distance: Some(distance) }
    }

    fn sides(chart: &Chart) -> Vec<TargetSide> {
        chart.stretches.iter().map(|stretch| stretch.side).collect()
    }

    const WIDE: Range = Range { low: dec!(-1e15), high: dec!(1e15) };

    #[test]
    fn a_short_decimal_is_met_as_it_is() {
        let found = chart(WIDE, KnownCourse::OneWay, |input| sight(input - dec!(0.25)));
        assert_eq!(sides(&found), [TargetSide::Below, TargetSide::At, TargetSide::Above]);
        assert_eq!((found.stretches[1].first.0, found.stretches[1].last.0), (dec!(0.25), dec!(0.25)));
        assert!(found.evaluations < 100, "{} evaluations", found.evaluations);
    }

    #[test]
    fn a_plateau_has_both_of_its_ends() {
        let flat = |input: Decimal| sight(if input < dec!(2) { input - dec!(2) } else { (input - dec!(7)).max(Decimal::ZERO) });
        let found = chart(WIDE, KnownCourse::OneWay, flat);
        assert_eq!(sides(&found), [TargetSide::Below, TargetSide::At, TargetSide::Above]);
        assert_eq!((found.stretches[1].first.0, found.stretches[1].last.0), (dec!(2), dec!(7)));
        assert_eq!((found.stretches[0].first.0, found.stretches[2].last.0), (WIDE.low, WIDE.high), "the whole range");
    }

    #[test]
    fn a_jump_is_narrowed_and_what_never_gets_there_has_one_stretch() {
        let jump = |input: Decimal| sight(if input < dec!(3.7) { dec!(-1) } else { dec!(5) });
        let found = chart(Range { low: dec!(0), high: dec!(100) }, KnownCourse::OneWay, jump);
        let [below, above] = &found.stretches[..] else { panic!("two stretches: {found:?}") };
        assert!(above.first.0 == dec!(3.7) && dec!(3.7) - below.last.0 <= dec!(4e-12), "{found:?}");
        let never = chart(WIDE, KnownCourse::OneWay, |_| sight(dec!(-1)));
        assert_eq!((sides(&never), never.evaluations), (vec![TargetSide::Below], 2));
    }

    #[test]
    fn what_is_refused_at_an_end_is_a_stretch() {
        let refused = |input: Decimal| match input >= dec!(1) {
            true => Sight { side: TargetSide::Refused, distance: None },
            false => sight(input - dec!(0.5)),
        };
        let found = chart(Range { low: dec!(0), high: dec!(1e15) }, KnownCourse::OneWay, refused);
        assert_eq!(sides(&found), [TargetSide::Below, TargetSide::At, TargetSide::Above, TargetSide::Refused]);
        assert_eq!((found.stretches[1].first.0, found.stretches[3].first.0), (dec!(0.5), dec!(1)));
    }

    #[test]
    fn a_figure_that_turns_is_seen_at_many_points() {
        let turns = |input: Decimal| sight((input - dec!(1)) * (input - dec!(3)));
        let found = chart(Range { low: dec!(0), high: dec!(10) }, KnownCourse::Unknown, turns);
        let inputs: Vec<Decimal> =
            found.stretches.iter().filter(|stretch| stretch.side == TargetSide::At).map(|stretch| stretch.first.0).collect();
        assert_eq!(inputs, [dec!(1), dec!(3)]);
    }

    proptest! {
        /// Whatever number it is, and however steep the figure: the boundary is narrow, and on the right sides.
        #[test]
        fn a_root_is_between_its_neighbours(root in -1_000_000_000_000_i64..1_000_000_000_000, scale in 0_u32..18, cubed: bool, steep in -6_i32..6) {
            let root = Decimal::new(root, scale);
            let slope = Exact::power_of_ten(steep);
            let figure = |input: Decimal| {
                let apart = Exact::of(input) - Exact::of(root);
                let value = if cubed { apart * apart * apart * slope } else { apart * slope };
                let side = if value.is_zero() { TargetSide::At } else if value.is_positive() { TargetSide::Above } else { TargetSide::Below };
                Sight { side, distance: value.decimal() }
            };
            let found = chart(WIDE, KnownCourse::OneWay, figure);
            prop_assert!(found.evaluations < 250, "{} evaluations", found.evaluations);
            for pair in found.stretches.windows(2) {
                prop_assert!(is_narrow(pair[0].last.0, pair[1].first.0), "{:?}", found);
                prop_assert!(pair[0].last.0 <= root && root <= pair[1].first.0);
            }
            prop_assert!(found.stretches.len() >= 2);
            prop_assert_eq!((found.stretches[0].first.0, found.stretches.last().map(|last| last.last.0)), (WIDE.low, Some(WIDE.high)));
        }
    }
}
