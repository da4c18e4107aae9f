//! The months in doubles once more, for amounts that nearly cancel: what cancels is cancelled exactly first.
//!
//! Lines whose factors are near to each other are a bundle. With `F` the factor of one of them, and `F (1 + d)` that of another,
//!
//! ```text
//! amount(t) = F^t (1 + d)^t amount(0) = F^t (amount(0) + t d amount(0) + t (t - 1) / 2 d² amount(0) + …)
//! ```
//!
//! and so the sum of a bundle is `F^t` times a polynomial, of which each coefficient is a sum over the lines. The coefficients are computed to
//! 76 digits: costs and revenues that cancel to the fiftieth digit leave what is left of them, and that is all that doubles have to hold.
//! A line that stays flat has the factor 1.

use std::collections::BTreeMap;

use super::inputs::{Month, RunwayInputs};
use super::months::{Months, events_by_month};
use crate::number::Exact;
use crate::wide::Wide;
use crate::work;

/// How far factors of one bundle may lie apart, against each other.
const SPREAD_MAX: f64 = 1e-5;
/// The terms of a polynomial, for factors that lie as far apart as they may: the next one is below 1e-60 of the amounts.
const TERMS_MAX: usize = 24;
/// How much of the amounts the terms that are left out may be; 76 digits tell no more of amounts that have grown.
const REST_MAX: f64 = 1e-60;
/// A double's 1.1e-16, three times for each month of a power and once for each sum over 1200 months, and room to spare.
const RELATIVE_ERROR_MAX: f64 = 1e-12;
/// The error of exact coefficients, against the amounts: roundings at the 76th digit, some thousands of them.
const EXACT_ERROR_MAX: f64 = 1e-70;
/// What a sum of amounts that have grown is multiplied by, so that it is a bound: in a bundle they have grown alike but for a hundredth.
const AT_LEAST: f64 = 0.9;
const AT_MOST: f64 = 1.1;
/// The work of a double from 76 digits.
const ROUGH_UNITS: u64 = 2;
/// The work of a month without its bundles, and how many terms of them are a unit.
const MONTH_UNITS: u64 = 3;
const TERMS_A_UNIT: usize = 4;

/// Bundles of lines from some month on, and the balance since a later month that is known exactly.
pub(super) struct Nearby {
    bundles: Vec<Bundle>,
    lines: Vec<Line>,
    /// The lines that begin in a month, or have ended before it.
    changes: BTreeMap<u32, Vec<Change>>,
    events: Vec<Exact>,
    minimum: Exact,
    uncertainty: f64,
    month: u32,
    /// What this month moves.
    flow: Flow,
    /// What has moved since the balance was known, this month included.
    since: Flow,
    /// Above the minimum: when it was known, and with the events since then, those of this month left out.
    headroom: Exact,
    /// The month after which it was known.
    known_after: u32,
    /// All that has grown until then: what grows may leave a balance below the minimum by so much times the uncertainty.
    grown: Exact,
}

#[derive(Clone, Copy)]
enum Change {
    Begins(usize),
    Ended(usize),
}

struct Line {
    bundle: usize,
    first: u32,
    /// In its first month; once it has begun, at the month in which its bundle did. Below 0 for a revenue.
    amount: Exact,
    factor: Exact,
    /// Its factor against that of the bundle, less 1.
    apart: Exact,
    grows: bool,
}

/// What moves, in doubles times 10^(100 × hundreds): doubles alone end at 10^308, which growth may pass.
#[derive(Clone, Copy)]
struct Flow {
    /// Costs less revenues.
    net: f64,
    /// What doubles may be off by, against their own precision, and beyond it.
    gross: f64,
    rest: f64,
    /// The amounts of growing lines in either direction: at least, and at most.
    grown: f64,
    grown_at_most: f64,
    hundreds: i32,
}

/// The hundreds of nothing, below those of anything else.
const HUNDREDS_OF_NOTHING: i32 = -1_000_000;

impl Flow {
    const NOTHING: Flow =
        Flow { net: 0.0, gross: 0.0, rest: 0.0, grown: 0.0, grown_at_most: 0.0, hundreds: HUNDREDS_OF_NOTHING };

    /// With more hundreds. What then is too small for a double is nothing beside that for which there are so many.
    fn at(self, hundreds: i32) -> Flow {
        let by = match hundreds.saturating_sub(self.hundreds) {
            0 => return self,
            1 => 1e-100,
            2 => 1e-200,
            3 => 1e-300,
            _ => 0.0,
        };
        Flow {
            net: self.net * by,
            gross: self.gross * by,
            rest: self.rest * by,
            grown: self.grown * by,
            grown_at_most: self.grown_at_most * by,
            hundreds,
        }
    }

    fn and(self, other: Flow) -> Flow {
        let hundreds = self.hundreds.max(other.hundreds);
        let (left, right) = (self.at(hundreds), other.at(hundreds));
        Flow {
            net: left.net + right.net,
            gross: left.gross + right.gross,
            rest: left.rest + right.rest,
            grown: left.grown + right.grown,
            grown_at_most: left.grown_at_most + right.grown_at_most,
            hundreds,
        }
    }

    fn doubt(&self) -> f64 {
        RELATIVE_ERROR_MAX * self.gross + self.rest
    }
}

struct Bundle {
    /// Of its first line.
    factor: Exact,
    monthly: f64,
    /// The month that the amounts and coefficients are of.
    base: u32,
    /// The factor to as many months as have passed since then, over 10^(100 × hundreds).
    power: f64,
    hundreds: i32,
    coefficients: Vec<Exact>,
    running: u32,
    /// The amounts of all lines that have run since `base`, and of those growing ones that run, without signs.
    size: Exact,
    grown: Exact,
    /// Coefficients, size and grown in doubles, over 10^(100 × scale).
    rough: Vec<f64>,
    rough_size: f64,
    rough_grown: f64,
    scale: i32,
    has_changed: bool,
    /// What the terms that are left out, and roundings of the coefficients, may be of the size.
    rest: f64,
}

impl Nearby {
    /// The months from that on which the exact ones have come to.
    pub fn new(inputs: &RunwayInputs, months: &Months) -> Nearby {
        let begins = months.month();
        let mut nearby = Nearby {
            bundles: Vec::new(),
            lines: Vec::new(),
            changes: BTreeMap::new(),
            events: events_by_month(inputs),
            minimum: inputs.minimum() * Exact::from(12),
            uncertainty: months.uncertainty().to_f64(),
            month: begins,
            flow: Flow::NOTHING,
            since: Flow::NOTHING,
            headroom: Exact::ZERO,
            known_after: begins,
            grown: Exact::ZERO,
        };
        nearby.take_lines(inputs, months);
        nearby.begin_after(begins, months);
        nearby
    }

    fn take_lines(&mut self, inputs: &RunwayInputs, months: &Months) {
        let line = |is_cost: bool, first: u32, amount: Exact, factor: Exact, grows: bool| {
            let amount = if is_cost { amount } else { -amount };
            Line { bundle: 0, first, amount, factor, apart: Exact::ZERO, grows }
        };
        let costs = inputs.costs.iter().map(|line| (true, line));
        let flat =
            costs.chain(inputs.revenues.iter().map(|line| (false, line))).filter(|(_, line)| !line.grows() && !line.non_cash);
        let flat =
            flat.map(|(is_cost, of)| (line(is_cost, of.months.first(), of.twelfths(), Exact::ONE, false), of.months.last()));
        let growing =
            months.growing_lines().map(|(is_cost, of)| (line(is_cost, of.first, of.current, of.factor, true), of.last));
        let mut lines: Vec<(Line, u32, f64)> = flat
            .chain(growing)
            .filter(|(line, last)| *last > self.month && !line.amount.is_zero())
            .map(|(line, last)| {
                let rough = line.factor.to_f64();
                (line, last, rough)
            })
            .collect();
        lines.sort_by(|left, right| left.2.total_cmp(&right.2));
        for (mut line, last, rough) in lines {
            let is_near = |bundle: &Bundle| rough - bundle.monthly <= SPREAD_MAX * bundle.monthly;
            if !self.bundles.last().is_some_and(is_near) {
                self.bundles.push(Bundle::new(line.factor, rough));
            }
            line.bundle = self.bundles.len().saturating_sub(1);
            if let Some(bundle) = self.bundles.last_mut() {
                if line.factor != bundle.factor {
                    line.apart = (line.factor - bundle.factor) / bundle.factor;
                }
                bundle.allow(&line);
            }
            let number = self.lines.len();
            // A line that runs already has the amount of this month.
            self.changes.entry(line.first.max(self.month)).or_default().push(Change::Begins(number));
            line.first = line.first.max(self.month);
            self.changes.entry(last.saturating_add(1)).or_default().push(Change::Ended(number));
            self.lines.push(line);
        }
        self.change_lines();
    }

    /// Adds the lines that begin in this month, and takes those away that have ended.
    fn change_lines(&mut self) {
        let Some(changes) = self.changes.remove(&self.month) else { return };
        for change in changes {
            let (Change::Begins(number) | Change::Ended(number)) = change;
            let Some((line, bundle)) =
                self.lines.get_mut(number).and_then(|line| self.bundles.get_mut(line.bundle).map(|bundle| (line, bundle)))
            else {
                continue;
            };
            match change {
                Change::Begins(_) => bundle.begin(line),
                Change::Ended(_) => bundle.end(line),
            }
        }
        self.bundles.iter_mut().for_each(Bundle::roughen);
    }

    /// The balance is known before this month, of which what it moves is known too: what was moved until then counts no more.
    pub fn begin_before(&mut self, month: u32, months: &Months) {
        self.advance(month);
        self.known_at(month.saturating_sub(1), months);
        self.since = self.flow;
    }

    /// The balance is known after this month.
    pub fn begin_after(&mut self, month: u32, months: &Months) {
        self.advance(month);
        self.known_at(month, months);
        self.since = Flow::NOTHING;
    }

    fn known_at(&mut self, month: u32, months: &Months) {
        self.headroom = months.balance() - self.minimum;
        self.grown = months.grown();
        self.known_after = month;
    }

    /// False where the balance is known right before the month that was looked at.
    pub fn is_worth_a_leap(&self) -> bool {
        self.known_after.saturating_add(1) < self.month
    }

    /// True of a month whose balance does not pass below the minimum, before or after its events, as far as doubles can prove it.
    pub fn is_clear(&mut self, month: u32) -> bool {
        self.advance(month);
        let is_clear = |headroom: Exact| {
            work::tick(2 * ROUGH_UNITS);
            let hundreds = self.since.hundreds.max(hundreds_of(headroom)).max(hundreds_of(self.grown));
            let (headroom, since) = (rough(headroom, hundreds), self.since.at(hundreds));
            let allowed = (rough(self.grown, hundreds) * AT_LEAST + since.grown) * self.uncertainty;
            // Written so that a NaN is not clear.
            headroom - since.net - since.doubt() - RELATIVE_ERROR_MAX * headroom.abs() >= -allowed
        };
        let events = self.events_of(month);
        is_clear(self.headroom) && (events.is_zero() || is_clear(self.headroom + events))
    }

    /// Whether a month burns, where doubles can tell. A month that burns no more than the uncertainty of what grows does not.
    pub fn burns(&mut self, month: u32) -> Option<bool> {
        self.advance(month);
        let (net, doubt) = (self.flow.net, self.flow.doubt());
        if net - doubt > self.flow.grown_at_most * self.uncertainty {
            Some(true)
        } else if net + doubt <= self.flow.grown * self.uncertainty {
            Some(false)
        } else {
            None
        }
    }

    fn events_of(&self, month: u32) -> Exact {
        self.events.get(month as usize).copied().unwrap_or(Exact::ZERO)
    }

    fn advance(&mut self, month: u32) {
        while self.month < month {
            let events = self.events_of(self.month);
            if self.known_after < self.month && !events.is_zero() {
                self.headroom = self.headroom + events;
            }
            self.month = self.month.saturating_add(1);
            self.bundles.iter_mut().for_each(Bundle::advance);
            self.change_lines();
            let terms: usize = self.bundles.iter().map(|bundle| bundle.rough.len()).sum();
            self.flow = self
                .bundles
                .iter()
                .filter(|bundle| bundle.running > 0)
                .map(|bundle| bundle.flow(self.month))
                .fold(Flow::NOTHING, Flow::and);
            self.since = self.since.and(self.flow);
            if work::is_over_after((terms.wrapping_div(TERMS_A_UNIT) as u64).saturating_add(MONTH_UNITS)) {
                self.month = month;
            }
        }
    }
}

impl Bundle {
    fn new(factor: Exact, monthly: f64) -> Bundle {
        Bundle {
            factor,
            monthly,
            base: 0,
            power: 1.0,
            hundreds: 0,
            coefficients: vec![Exact::ZERO],
            running: 0,
            size: Exact::ZERO,
            grown: Exact::ZERO,
            rough: vec![0.0],
            rough_size: 0.0,
            rough_grown: 0.0,
            scale: 0,
            has_changed: false,
            rest: 0.0,
        }
    }

    /// As many terms as this line needs.
    fn allow(&mut self, line: &Line) {
        let apart = line.apart.to_f64().abs() * f64::from(Month::LAST.get());
        // (1 + d)^t without its first n terms is below (t d)^n / n!, twice.
        let (mut terms, mut rest) = (1, 2.0 * apart);
        while rest > REST_MAX && terms < TERMS_MAX {
            terms = terms.saturating_add(1);
            rest *= apart / terms as f64;
        }
        if terms > self.coefficients.len() {
            self.coefficients.resize(terms, Exact::ZERO);
            self.rough.resize(terms, 0.0);
        }
        // Whole amounts that stay are added up without any rounding.
        let exact_error = if line.grows { EXACT_ERROR_MAX } else { 0.0 };
        self.rest = self.rest.max(rest + exact_error);
    }

    fn begin(&mut self, line: &mut Line) {
        if self.running == 0 {
            self.base = line.first;
            (self.power, self.hundreds) = (1.0, 0);
            (self.size, self.grown) = (Exact::ZERO, Exact::ZERO);
            self.coefficients.fill(Exact::ZERO);
        }
        let months = line.first.saturating_sub(self.base);
        if months > 0 && line.factor != Exact::ONE {
            line.amount = line.amount / line.factor.whole_power(months);
        }
        self.running = self.running.saturating_add(1);
        let size = line.amount.absolute();
        self.size = self.size + size;
        if line.grows {
            self.grown = self.grown + size;
        }
        self.add(line.amount, line.apart);
    }

    fn end(&mut self, line: &Line) {
        self.running = self.running.saturating_sub(1);
        if line.grows {
            self.grown = self.grown - line.amount.absolute();
        }
        self.add(-line.amount, line.apart);
    }

    fn add(&mut self, amount: Exact, apart: Exact) {
        let mut product = amount;
        self.has_changed = true;
        for coefficient in &mut self.coefficients {
            *coefficient = *coefficient + product;
            if apart.is_zero() {
                break;
            }
            product = product * apart;
        }
    }

    /// The coefficients as doubles, where lines have come or gone.
    fn roughen(&mut self) {
        if std::mem::take(&mut self.has_changed) {
            work::tick(ROUGH_UNITS.saturating_mul(self.coefficients.len() as u64));
            self.scale = hundreds_of(self.size);
            (self.rough_size, self.rough_grown) = (rough(self.size, self.scale), rough(self.grown, self.scale));
            for (rough_coefficient, coefficient) in self.rough.iter_mut().zip(&self.coefficients) {
                *rough_coefficient = rough(*coefficient, self.scale);
            }
        }
    }

    fn advance(&mut self) {
        self.power *= self.monthly;
        if self.power > 1e50 {
            self.power *= 1e-100;
            self.hundreds = self.hundreds.saturating_add(1);
        } else if self.power < 1e-50 {
            self.power *= 1e100;
            self.hundreds = self.hundreds.saturating_sub(1);
        }
    }

    /// In this month, by Horner's rule: each binomial coefficient is the one before times (t - k) / (k + 1).
    fn flow(&self, month: u32) -> Flow {
        let time = f64::from(month.saturating_sub(self.base));
        let (mut net, mut gross) = (0.0, 0.0);
        for (place, coefficient) in self.rough.iter().enumerate().rev() {
            let place = place as f64;
            let step = (time - place).max(0.0) / (place + 1.0);
            net = coefficient + net * step;
            gross = coefficient.abs() + gross * step;
        }
        Flow {
            net: net * self.power,
            gross: gross * self.power,
            rest: self.rough_size * self.rest * self.power,
            grown: self.rough_grown * self.power * AT_LEAST,
            grown_at_most: self.rough_size * self.power * AT_MOST,
            hundreds: self.hundreds.saturating_add(self.scale),
        }
    }
}

/// How many hundreds of digits stand before the point.
fn hundreds_of(number: Exact) -> i32 {
    let digits = number.0.filter(|number| !number.is_zero()).map(Wide::magnitude);
    digits.map_or(HUNDREDS_OF_NOTHING, |digits| i32::try_from(digits.div_euclid(100)).unwrap_or(i32::MAX))
}

/// The number over 10^(100 × hundreds); NaN where it is none.
fn rough(number: Exact, hundreds: i32) -> f64 {
    let tens = i64::from(hundreds).saturating_mul(100);
    number.0.and_then(|number| number.raised(tens.saturating_neg())).map_or(f64::NAN, Wide::to_f64)
}
