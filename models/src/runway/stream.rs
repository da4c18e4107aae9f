//! Amounts that move evenly within their months: lines, and the sum of many of them month after month.

use std::rc::Rc;

use super::inputs::{CashLine, LineAmounts, LineGrowth, Month};
use crate::input::Bounded;
use crate::number::Exact;
use crate::work::WhileAwaited;

/// A recurring line that is spread evenly over its months.
#[derive(Clone, Copy)]
pub(super) struct EvenLine {
    pub is_cost: bool,
    pub first: u32,
    pub last: u32,
    pub growth: LineGrowth,
    /// Amount of the first month, in twelfths of money.
    pub amount: Exact,
    /// Factor from each month to the next; `None` of a line without growth.
    pub factor: Option<Exact>,
}

impl EvenLine {
    /// Returns a recurring line, so many months later; `None` of amounts that are listed.
    pub fn of(line: &CashLine, is_cost: bool, delay: u32) -> Option<EvenLine> {
        let LineAmounts::Recurring(recurring) = &line.amounts else { return None };
        Some(EvenLine {
            is_cost,
            first: recurring.months.first().saturating_add(delay),
            last: recurring.months.last().saturating_add(delay),
            growth: recurring.growth,
            amount: recurring.twelfths(),
            factor: recurring.monthly_factor(),
        })
    }
}

/// Amounts of single months in twelfths of money, added up: the index is the month. Empty where nothing is listed.
#[derive(Clone, Default)]
pub(super) struct Listed(Rc<[Exact]>);

impl Listed {
    /// Adds up what the lines list, each with its delay.
    pub fn of<'a>(lines: impl Iterator<Item = (&'a CashLine, u32)>) -> Listed {
        let mut months = Vec::new();
        for (line, delay) in lines.while_awaited() {
            let LineAmounts::Listed { first, amounts } = &line.amounts else { continue };
            let first = first.get().saturating_add(delay);
            for (month, amount) in (first..=Month::LAST.get()).zip(amounts) {
                let place = month as usize;
                if place >= months.len() {
                    months.resize(place.saturating_add(1), Exact::ZERO);
                }
                if let Some(sum) = months.get_mut(place) {
                    *sum = *sum + Exact::from(amount.get()) * Exact::from(12);
                }
            }
        }
        Listed(months.into())
    }

    /// Returns what this lists beyond the other.
    pub fn less(&self, other: &Listed) -> Listed {
        if other.is_empty() {
            return self.clone();
        }
        let months = self.0.len().max(other.0.len()) as u32;
        Listed((0..months).map(|month| self.in_month(month) - other.in_month(month)).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn in_month(&self, month: u32) -> Exact {
        self.0.get(month as usize).copied().unwrap_or(Exact::ZERO)
    }
}

/// All costs or all revenues that move evenly, summed month after month.
#[derive(Clone)]
pub(super) struct Stream {
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

/// Sums of a month: of what stays flat, which cancels exactly, and of what grows, whose last digits are those of its own size.
#[derive(Clone, Copy, Debug)]
pub(super) struct MonthSums {
    pub flat: Exact,
    pub growing: Exact,
}

impl MonthSums {
    pub const NOTHING: MonthSums = MonthSums { flat: Exact::ZERO, growing: Exact::ZERO };

    /// Returns the sum of both.
    pub fn and(self, other: MonthSums) -> MonthSums {
        MonthSums { flat: self.flat + other.flat, growing: self.growing + other.growing }
    }

    /// Returns what is left of this without the other.
    pub fn less(self, other: MonthSums) -> MonthSums {
        MonthSums { flat: self.flat - other.flat, growing: self.growing - other.growing }
    }

    pub fn total(self) -> Exact {
        self.flat + self.growing
    }
}

impl Stream {
    pub fn new<'a>(lines: impl Iterator<Item = &'a EvenLine>, listed: Listed, precise: bool) -> Stream {
        let (mut flat, mut growing) = (FlatSum::new(listed), Vec::new());
        for line in lines.while_awaited() {
            match line.factor {
                None => flat.add(line.first, line.last, line.amount),
                Some(factor) => growing.push(GrowingLine {
                    first: line.first,
                    last: line.last,
                    factor: if precise { factor } else { factor.shortened() },
                    current: line.amount,
                }),
            }
        }
        Stream { flat: flat.sorted(), growing, precise }
    }

    pub fn growing_lines(&self) -> &[GrowingLine] {
        &self.growing
    }

    /// Returns the sums over all lines in a month, which is the month after that of the last call.
    pub fn advance(&mut self, month: u32) -> MonthSums {
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
    pub fn leap(&mut self, month: u32) -> MonthSums {
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

/// Sum of the lines without growth: the sum changes only where a line starts or ends, and by what is listed for a month.
#[derive(Clone)]
pub(super) struct FlatSum {
    /// Months in which the sum changes, latest first, so that the next change is at the end of the list.
    changes: Vec<(u32, Exact)>,
    sum: Exact,
    listed: Listed,
}

impl FlatSum {
    pub fn new(listed: Listed) -> FlatSum {
        FlatSum { changes: Vec::new(), sum: Exact::ZERO, listed }
    }

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
        if self.listed.is_empty() { self.sum } else { self.sum + self.listed.in_month(month) }
    }
}
