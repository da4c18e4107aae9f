//! Isolation of zeros: parts the growth of money into intervals with one zero each, or none.
//!
//! From outside, the sign changes of partial sums bound the zeros beyond a point (Laguerre, 1883), until they are 1 or 0. In
//! between, a Taylor polynomial with a bounded remainder proves that an interval has no zero, or one, or two on both sides of a
//! turning point; any other interval is split. Where doubles cannot decide, 128 bits try again.

use super::points::{Bracket, Interval, Point, grid};
use super::terms::{Approximate, Terms, WIDEST};
use crate::work;

/// Result of the isolation: brackets with one zero each, and intervals without a proof.
#[derive(Debug, Default)]
pub(super) struct Isolation {
    pub brackets: Vec<Bracket>,
    /// Intervals on which neither a zero nor its absence could be proven.
    pub unsettled: Vec<Interval>,
}

impl Isolation {
    /// Returns the isolation for terms with one sign change: one bracket, over all growths, with exactly one zero.
    pub fn single(terms: &Terms) -> Isolation {
        let everywhere = Bracket { low: None, high: None, sign_at_low: terms.sign_at_end(false) };
        Isolation { brackets: vec![everywhere], unsettled: Vec::new() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Precision {
    Double,
    Binary,
}

/// Series of more flows are searched to the end in doubles, then in 128 bits: most of their intervals take a look or two, and a polynomial of many
/// digits takes dozens of passes.
pub(super) const FEW: usize = 500;

/// True where integers take part in the search.
pub(super) fn are_few(terms: &Terms) -> bool {
    #[cfg(test)]
    if EXACT_WAY.get() {
        return false;
    }
    terms.len() <= FEW
}

#[cfg(test)]
thread_local! {
    /// Whether every series is searched as a long one is, by sums in 128 bits and exact integers: tests compare both ways.
    pub(super) static EXACT_WAY: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// How far weights move over half of an interval that more digits are to search, where doubles cannot: the narrower, the fewer of its powers matter.
const CLOSE: f64 = 0.1;

/// Work at which the search gives up, in additions of a term: some 30 ms.
const WORK_MAX: u64 = 3_200_000;
/// Growth beyond which there is no zero: amounts differ by a factor of 10^57 at most, times by one unit or more.
const FARTHEST: f64 = 1e4;

/// Core: two points between which every zero lies, but for one at most on either side.
struct Core {
    left: f64,
    right: f64,
}

/// Isolates the zeros in doubles. The terms have two sign changes or more.
pub(super) fn isolate(terms: &Terms) -> Isolation {
    let mut isolation = Isolation::default();
    let Some(core) = core(terms) else {
        isolation.unsettled.push(Interval { low: -FARTHEST, high: FARTHEST, sign_at_low: 0, sign_at_high: 0 });
        return isolation;
    };
    let (sign_at_left, sign_at_right) = (terms.sum(core.left).sign(), terms.sum(core.right).sign());
    // Each side has at most one zero, and an even number of them fewer: none where the signs agree.
    if terms.sign_at_end(false) != sign_at_left {
        let high = Some(Point::at(core.left));
        isolation.brackets.push(Bracket { low: None, high, sign_at_low: terms.sign_at_end(false) });
    }
    if core.left < core.right {
        let interval = Interval { low: core.left, high: core.right, sign_at_low: sign_at_left, sign_at_high: sign_at_right };
        let found = in_doubles(terms, vec![interval]);
        isolation.brackets.extend(found.brackets);
        isolation.unsettled.extend(found.unsettled);
    }
    if terms.sign_at_end(true) != sign_at_right {
        isolation.brackets.push(Bracket { low: Some(Point::at(core.right)), high: None, sign_at_low: sign_at_right });
    }
    isolation
}

/// Isolates the zeros of intervals: in doubles first, then in 128 bits where doubles cannot decide.
pub(super) fn part(terms: &Terms, intervals: Vec<Interval>) -> Isolation {
    let coarse = in_doubles(terms, intervals);
    let mut isolation = part_in_binary(terms, coarse.unsettled);
    isolation.brackets.extend(coarse.brackets);
    isolation
}

/// Isolates the zeros of intervals in 128 bits.
pub(super) fn part_in_binary(terms: &Terms, intervals: Vec<Interval>) -> Isolation {
    Search { terms, precision: Precision::Binary, handover: u64::MAX }.run(intervals)
}

fn in_doubles(terms: &Terms, intervals: Vec<Interval>) -> Isolation {
    // So many looks settle what has no rates near to each other.
    let looks = 12 + terms.len() as u64 / 16;
    let handover = terms.work() + if are_few(terms) { looks * (4 * terms.len() as u64 + 64) } else { u64::MAX / 2 };
    let found = Search { terms, precision: Precision::Double, handover }.run(intervals);
    Isolation { unsettled: merged(found.unsettled), ..found }
}

/// Merges neighbouring intervals, so that a zero on their border has room on both sides.
fn merged(intervals: Vec<Interval>) -> Vec<Interval> {
    let mut merged: Vec<Interval> = Vec::new();
    for interval in intervals {
        match merged.last_mut() {
            Some(last) if last.high >= interval.low => (last.high, last.sign_at_high) = (interval.high, interval.sign_at_high),
            _ => merged.push(interval),
        }
    }
    merged
}

fn core(terms: &Terms) -> Option<Core> {
    let changes = |s: f64| {
        terms.look_at(s);
        (terms.changes_of_partial_sums(false), terms.changes_of_partial_sums(true))
    };
    let reach = 2.0 / terms.span();
    let outwards = |direction: f64, right: bool| {
        let mut distance = 0.0;
        loop {
            let s = grid(direction * distance);
            let (to_the_left, to_the_right) = changes(s);
            let count = if right { to_the_right } else { to_the_left };
            if count <= 1 && terms.sum(s).sign() != 0 {
                return Some(s);
            }
            distance = if distance == 0.0 { reach } else { distance * 1.7 };
            if distance > FARTHEST || work::is_over() {
                return None;
            }
        }
    };
    let (mut left, mut right) = (outwards(-1.0, false)?, outwards(1.0, true)?);
    // A few halvings often bring the two together, and nothing is left between them.
    for _ in 0..8 {
        let middle = grid(left.midpoint(right));
        if left >= right || middle <= left || middle >= right || work::is_over() || terms.sum(middle).sign() == 0 {
            break;
        }
        match changes(middle) {
            (0 | 1, 0 | 1) => (left, right) = (middle, middle),
            (0 | 1, _) => left = middle,
            (_, 0 | 1) => right = middle,
            _ => break,
        }
    }
    // Where the two have passed each other the left one does for both sides: to its right lies less than to the right of the other.
    right = right.max(left);
    Some(Core { left, right })
}

struct Search<'a> {
    terms: &'a Terms<'a>,
    precision: Precision,
    /// Work after which a search of few terms looks closer.
    handover: u64,
}

enum Finding {
    Nothing,
    One,
    /// Finding: the interval has one zero on each side of the point.
    Two(Point),
    Split(f64, i8),
    /// Finding: undecided, because the error is so large that no smaller interval could prove more.
    Lost,
}

impl Search<'_> {
    /// Parts the intervals depth first, from left to right.
    fn run(&self, intervals: Vec<Interval>) -> Isolation {
        let mut isolation = Isolation::default();
        let mut open: Vec<Interval> = intervals.into_iter().rev().collect();
        while let Some(interval) = open.pop() {
            let bracket = |low, high, sign_at_low| Bracket { low: Some(low), high: Some(high), sign_at_low };
            let (low, high) = (Point::at(interval.low), Point::at(interval.high));
            match self.look_into(interval) {
                Finding::Nothing => {}
                Finding::One => isolation.brackets.push(bracket(low, high, interval.sign_at_low)),
                Finding::Two(between) => {
                    isolation.brackets.push(bracket(low, between, interval.sign_at_low));
                    isolation.brackets.push(bracket(between, high, -interval.sign_at_low));
                }
                Finding::Split(middle, sign) => {
                    open.push(Interval { low: middle, sign_at_low: sign, ..interval });
                    open.push(Interval { high: middle, sign_at_high: sign, ..interval });
                }
                Finding::Lost => isolation.unsettled.push(interval),
            }
        }
        isolation
    }

    fn look_into(&self, interval: Interval) -> Finding {
        let Interval { low, high, sign_at_low, sign_at_high } = interval;
        let middle = grid(low.midpoint(high));
        if self.terms.work() > WORK_MAX {
            return Finding::Lost;
        }
        let reach = (middle - low).max(high - middle) * (1.0 + 1e-15);
        if self.terms.work() > self.handover && (high - low) * self.terms.span() <= WIDEST {
            return self.look_closer(interval, middle);
        }
        let about = self.terms.look_at(middle);
        let [value, slope, curvature] = match self.precision {
            Precision::Double => self.terms.moments(about),
            Precision::Binary => self.terms.moments_in_binary(Point::at(middle).exact(), about),
        };
        let third = self.terms.third_derivative_bound(about, reach);
        let remainder = third * reach * reach * reach / 6.0;
        if least_magnitude(value, slope, curvature, reach) > remainder {
            return Finding::Nothing;
        }
        let ends_differ = sign_at_low * sign_at_high;
        let slope_left =
            slope.value.abs() - slope.error - (curvature.value.abs() + curvature.error) * reach - third * reach * reach / 2.0;
        let is_monotone = slope_left > 0.0;
        let is_bent = curvature.value.abs() - curvature.error > third * reach;
        if (is_monotone || is_bent) && ends_differ < 0 {
            return Finding::One;
        }
        if is_monotone && ends_differ > 0 {
            return Finding::Nothing;
        }
        if is_bent && ends_differ > 0 {
            // Bent away from the axis there is none; else what happens at the turning point decides.
            if (curvature.value > 0.0) != (sign_at_low > 0) {
                return Finding::Nothing;
            }
            let beyond = (-slope.value / curvature.value).clamp(-reach, reach);
            let turning = match self.precision {
                Precision::Double => Point::at(grid(middle + beyond)),
                Precision::Binary => Point { s: middle, beyond },
            };
            if self.sign(turning) == -sign_at_low && turning.is_inside(low, high) {
                return Finding::Two(turning);
            }
        }
        if self.precision == Precision::Double && self.is_cluster([value, slope, curvature], third, reach) {
            match (self.terms.zeros_max(low, high), ends_differ) {
                (Some(0 | 1), 1) => return Finding::Nothing,
                (Some(1), -1) => return Finding::One,
                _ if reach * self.terms.span() < CLOSE => return Finding::Lost,
                _ => {}
            }
        }
        // Where the error of the value outweighs the remainder, smaller intervals show nothing new.
        if middle <= low || middle >= high || (remainder <= value.error && !value.value.is_nan()) {
            return Finding::Lost;
        }
        self.split(interval, middle)
    }

    /// Looks into an interval in the basis of Bernstein, which tells more than a Taylor polynomial of degree two, and takes longer.
    fn look_closer(&self, interval: Interval, middle: f64) -> Finding {
        let Interval { low, high, sign_at_low, sign_at_high } = interval;
        match (self.terms.zeros_max(low, high), sign_at_low * sign_at_high) {
            (Some(0 | 1), 1) => Finding::Nothing,
            (Some(1), -1) => Finding::One,
            (Some(_), _) if (high - low) * self.terms.span() < 2.0 * CLOSE => Finding::Lost,
            _ if middle <= low || middle >= high => Finding::Lost,
            _ => self.split(interval, middle),
        }
    }

    /// True where value, slope and curvature are all so small that around the middle nothing can be proven but on a small part of the interval:
    /// many zeros may be near to each other, which Taylor polynomials of two degrees would look for in thousands of intervals.
    fn is_cluster(&self, [value, slope, curvature]: [Approximate; 3], third: f64, reach: f64) -> bool {
        /// Parts of an interval that take about as long as its signs in the basis of Bernstein.
        const PARTS: f64 = 4.0;
        let least = |moment: Approximate| (moment.value.abs() - moment.error).max(0.0) / third;
        let provable = libm::cbrt(6.0 * least(value)).max(libm::sqrt(2.0 * least(slope))).max(least(curvature));
        are_few(self.terms) && reach * self.terms.span() <= 0.5 && provable * PARTS < reach
    }

    /// Splits an interval near its middle, at a point where the sign is known.
    fn split(&self, interval: Interval, middle: f64) -> Finding {
        let width = interval.high - interval.low;
        for part in [0.0, 0.11, -0.13, 0.23, -0.29, 0.37, -0.41] {
            let s = grid(middle + part * width);
            let sign = self.sign(Point::at(s));
            if sign != 0 && s > interval.low && s < interval.high {
                return Finding::Split(s, sign);
            }
        }
        Finding::Lost
    }

    fn sign(&self, point: Point) -> i8 {
        match self.precision {
            Precision::Double => self.terms.sum(point.s).sign(),
            Precision::Binary => self.terms.sum_in_binary(point.exact()).sign(),
        }
    }
}

/// Returns the least magnitude of value + slope × d + curvature × d² / 2 for d up to `reach`, errors subtracted; 0 where there may
/// be a zero.
fn least_magnitude(value: Approximate, slope: Approximate, curvature: Approximate, reach: f64) -> f64 {
    let at = |d: f64| value.value + d * (slope.value + d * curvature.value / 2.0);
    let (low, high) = (at(-reach), at(reach));
    let magnitude = |d: f64| value.value.abs() + d * (slope.value.abs() + d * curvature.value.abs() / 2.0);
    let error = value.error + reach * (slope.error + reach * curvature.error / 2.0) + 4.0 * f64::EPSILON * magnitude(reach);
    let turning = -slope.value / curvature.value;
    let extremes = if turning.abs() < reach { [low, high, at(turning)] } else { [low, high, low] };
    if extremes.iter().all(|extreme| *extreme > 0.0) || extremes.iter().all(|extreme| *extreme < 0.0) {
        extremes.iter().fold(f64::INFINITY, |least, extreme| least.min(extreme.abs())) - error
    } else {
        0.0
    }
}
