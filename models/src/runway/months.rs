//! Balance month by month, in twelfths of money: sums of months, quarters and years are whole, and are divided last.

use super::inputs::{CashLine, RunwayInputs};
use crate::input::Bounded;
use crate::number::Exact;
use crate::work::{self, WhileAwaited};

/// The most products of lines and months of growth that are computed to 76 digits. More of them are computed to 38 digits, to be
/// fast.
const PRECISE_STEPS_MAX: usize = 1000;
/// Bound on the relative error of a sum of growing amounts with 38 digits: 1200 rounded products.
const UNCERTAINTY: Exact = Exact::power_of_ten(-34);
/// Bound on the relative error of a sum of growing amounts with 76 digits. The twelfth root of an annual factor, right to 58
/// digits, is the weakest part.
const PRECISE_UNCERTAINTY: Exact = Exact::power_of_ten(-54);

/// Flows of one month, in twelfths of money, and the balance at its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct MonthlyFlows {
    pub month: u32,
    /// Cash revenues of the month.
    pub revenues: Exact,
    /// Cash costs of the month.
    pub costs: Exact,
    /// Non-cash costs less non-cash revenues of the month.
    pub non_cash: Exact,
    pub events: Exact,
    pub balance_before_events: Exact,
    pub balance: Exact,
    /// Bound on the error of a difference of balances; below it the difference cannot be told from 0. The bound is 0 where nothing
    /// grows.
    pub balance_uncertainty: Exact,
    /// Net burn, of which flat lines that cancel leave nothing to round: a growing line of a hair beside them still burns.
    pub burn: Exact,
    /// Bound on the error of the month's burn; below it the burn cannot be told from 0.
    pub burn_uncertainty: Exact,
}

impl MonthlyFlows {
    pub fn net_burn(&self) -> Exact {
        self.costs - self.revenues
    }

    /// True when the month burns cash, events left out, by more than rounding.
    pub fn burns(&self) -> bool {
        self.burn > self.burn_uncertainty
    }
}

/// Converts twelfths into money.
pub(super) fn money(twelfths: Exact) -> Exact {
    twelfths / Exact::from(12)
}

/// Iterator over the months in their order, without an end.
#[derive(Clone)]
pub(super) struct Months {
    costs: Stream,
    revenues: Stream,
    non_cash_costs: Stream,
    non_cash_revenues: Stream,
    events: Vec<Exact>,
    month: u32,
    balance: Exact,
    grown: Exact,
    uncertainty: Exact,
}

impl Months {
    pub fn new(inputs: &RunwayInputs) -> Months {
        let growing = inputs.costs.iter().chain(&inputs.revenues).filter(|line| line.grows()).count();
        let precise = growing.saturating_mul(inputs.horizon() as usize) <= PRECISE_STEPS_MAX;
        let lines = |lines: &[CashLine], non_cash| Stream::new(lines.iter().filter(|line| line.non_cash == non_cash), precise);
        Months {
            costs: lines(&inputs.costs, false),
            revenues: lines(&inputs.revenues, false),
            non_cash_costs: lines(&inputs.costs, true),
            non_cash_revenues: lines(&inputs.revenues, true),
            events: events_by_month(inputs),
            month: 0,
            balance: inputs.opening_balance() * Exact::from(12),
            grown: Exact::ZERO,
            uncertainty: if precise { PRECISE_UNCERTAINTY } else { UNCERTAINTY },
        }
    }

    /// Returns the months after a month that is reached from the start in one step: growing lines are summed as geometric series.
    pub fn leapt(mut self, month: u32) -> Months {
        let costs = self.costs.leap(month);
        let revenues = self.revenues.leap(month);
        self.non_cash_costs.leap(month);
        self.non_cash_revenues.leap(month);
        let events = self.events.iter().take((month as usize).saturating_add(1));
        self.balance = events.fold(self.balance, |sum, event| sum + *event) - (costs.total() - revenues.total());
        self.grown = costs.growing + revenues.growing;
        self.month = month;
        self
    }

    /// Returns the month before the next one.
    pub fn month(&self) -> u32 {
        self.month
    }

    /// Returns the sum of all growing amounts so far, of either direction, in twelfths of money.
    pub fn grown(&self) -> Exact {
        self.grown
    }

    /// Returns the relative uncertainty of amounts that have grown.
    pub fn uncertainty(&self) -> Exact {
        self.uncertainty
    }

    /// Returns the growing lines that are paid in cash, each with true for a cost.
    pub fn growing_lines(&self) -> impl Iterator<Item = (bool, &GrowingLine)> {
        let costs = self.costs.growing.iter().map(|line| (true, line));
        costs.chain(self.revenues.growing.iter().map(|line| (false, line)))
    }

    /// Returns the balance at the end of the month before the next one, in twelfths of money.
    pub fn balance(&self) -> Exact {
        self.balance
    }
}

impl Iterator for Months {
    type Item = MonthlyFlows;

    fn next(&mut self) -> Option<MonthlyFlows> {
        if work::is_over() {
            return None;
        }
        self.month = self.month.checked_add(1)?;
        let month = self.month;
        let (costs, revenues) = (self.costs.advance(month), self.revenues.advance(month));
        let non_cash = self.non_cash_costs.advance(month).total() - self.non_cash_revenues.advance(month).total();
        let events = self.events.get(month as usize).copied().unwrap_or(Exact::ZERO);
        let grown = costs.growing + revenues.growing;
        self.grown = self.grown + grown;
        let burn = (costs.flat - revenues.flat) + (costs.growing - revenues.growing);
        let (costs, revenues) = (costs.total(), revenues.total());
        let balance_before_events = self.balance - (costs - revenues);
        self.balance = balance_before_events + events;
        Some(MonthlyFlows {
            month,
            revenues,
            costs,
            non_cash,
            events,
            balance_before_events,
            balance: self.balance,
            burn,
            balance_uncertainty: self.grown * self.uncertainty,
            burn_uncertainty: grown * self.uncertainty,
        })
    }
}

/// Returns the sum of each month's events, in twelfths of money; the index is the month.
pub(super) fn events_by_month(inputs: &RunwayInputs) -> Vec<Exact> {
    let last = inputs.events.iter().map(|event| event.month.get()).max().unwrap_or(0);
    let mut by_month = vec![Exact::ZERO; (last as usize).saturating_add(1)];
    for event in &inputs.events {
        if let Some(sum) = by_month.get_mut(event.month.get() as usize) {
            *sum = *sum + Exact::from(event.amount.get()) * Exact::from(12);
        }
    }
    by_month
}

/// All costs or all revenues of a request, summed month after month.
#[derive(Clone)]
struct Stream {
    flat: FlatSum,
    growing: Vec<GrowingLine>,
    precise: bool,
}

#[derive(Clone)]
pub(super) struct GrowingLine {
    pub first: u32,
    pub last: u32,
    /// Factor from each month's amount to the next one's.
    pub factor: Exact,
    /// Amount in the latest month that was looked at, before that in the line's first month.
    pub current: Exact,
}

#[derive(Clone, Copy)]
struct MonthSums {
    flat: Exact,
    growing: Exact,
}

impl MonthSums {
    fn total(self) -> Exact {
        self.flat + self.growing
    }
}

impl Stream {
    fn new<'a>(lines: impl Iterator<Item = &'a CashLine>, precise: bool) -> Stream {
        let (mut flat, mut growing) = (FlatSum::default(), Vec::new());
        for line in lines.while_awaited() {
            match line.monthly_factor() {
                None => flat.add(line.months.first(), line.months.last(), line.twelfths()),
                Some(factor) => growing.push(GrowingLine {
                    first: line.months.first(),
                    last: line.months.last(),
                    factor: if precise { factor } else { factor.shortened() },
                    current: line.twelfths(),
                }),
            }
        }
        Stream { flat: flat.sorted(), growing, precise }
    }

    /// Returns the sums over all lines in a month, which is the month after that of the last call.
    fn advance(&mut self, month: u32) -> MonthSums {
        let mut growing = Exact::ZERO;
        for line in self.growing.iter_mut().filter(|line| (line.first..=line.last).contains(&month)) {
            if month > line.first {
                line.current = if self.precise { line.current * line.factor } else { line.current.grown_by(line.factor) };
            }
            growing = growing + line.current;
        }
        MonthSums { flat: self.flat.advance(month), growing }
    }

    /// Returns the sums over all lines in the months from the first up to this one.
    fn leap(&mut self, month: u32) -> MonthSums {
        let mut growing = Exact::ZERO;
        for line in self.growing.iter_mut().filter(|line| line.first <= month).while_awaited() {
            let steps = month.min(line.last).saturating_sub(line.first);
            let last_amount = line.current * line.factor.whole_power(steps);
            // a + af + … + af^n = (af^n × f - a) / (f - 1)
            growing = growing + (last_amount * line.factor - line.current) / (line.factor - Exact::ONE);
            line.current = if self.precise { last_amount } else { last_amount.shortened() };
        }
        let flat = (1..=month).fold(Exact::ZERO, |sum, month| sum + self.flat.advance(month));
        MonthSums { flat, growing }
    }
}

/// Sum of the lines without growth: the sum changes only where a line starts or ends.
#[derive(Clone, Default)]
pub(super) struct FlatSum {
    /// Months in which the sum changes, latest first, so that the next change is at the end of the list.
    changes: Vec<(u32, Exact)>,
    sum: Exact,
}

impl FlatSum {
    pub fn add(&mut self, first: u32, last: u32, amount: Exact) {
        self.changes.push((first, amount));
        if let Some(after) = last.checked_add(1) {
            self.changes.push((after, -amount));
        }
    }

    pub fn sorted(mut self) -> FlatSum {
        self.changes.sort_by_key(|(month, _)| std::cmp::Reverse(*month));
        self
    }

    /// Returns the sum in a month that is not before the month of the last call.
    pub fn advance(&mut self, month: u32) -> Exact {
        while let Some((_, change)) = self.changes.pop_if(|(from, _)| *from <= month) {
            self.sum = self.sum + change;
        }
        self.sum
    }
}
