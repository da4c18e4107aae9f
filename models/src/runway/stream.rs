//! Amounts that move evenly within their months: lines, and the sum of many of them month after month.

use std::rc::Rc;

use super::inputs::{CashLine, LineAmounts, LineGrowth, Month};
use crate::arithmetic::Arithmetic;
use crate::input::Bounded;
use crate::work::WhileAwaited;

/// A recurring line that is spread evenly over its months.
#[derive(Clone, Copy)]
pub(super) struct EvenLine<A> {
    pub is_cost: bool,
    pub first: u32,
    pub last: u32,
    pub growth: LineGrowth,
    /// Amount of the first month, in twelfths of money.
    pub amount: A,
    /// Factor from each month to the next; `None` of a line without growth.
    pub factor: Option<A>,
}

impl<A: Arithmetic> EvenLine<A> {
    /// Returns a recurring line, so many months later; `None` of amounts that are listed.
    pub fn of(line: &CashLine, is_cost: bool, delay: u32) -> Option<EvenLine<A>> {
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

    /// Returns the amount of the first month as a burn: below 0 of a revenue.
    pub fn burn(&self) -> A {
        if self.is_cost { self.amount } else { -self.amount }
    }
}

/// Amounts of single months in twelfths of money, added up: the index is the month. Empty where nothing is listed.
#[derive(Clone)]
pub(super) struct Listed<A>(Rc<[A]>);

impl<A: Arithmetic> Listed<A> {
    /// Adds up what the lines list, each with its delay.
    pub fn of<'a>(lines: impl Iterator<Item = (&'a CashLine, u32)>) -> Listed<A> {
        let mut months = Vec::new();
        for (line, delay) in lines.while_awaited() {
            let LineAmounts::Listed { first, amounts } = &line.amounts else { continue };
            let first = first.get().saturating_add(delay);
            for (month, amount) in (first..=Month::LAST.get()).zip(amounts) {
                let place = month as usize;
                if place >= months.len() {
                    months.resize(place.saturating_add(1), A::ZERO);
                }
                if let Some(sum) = months.get_mut(place) {
                    *sum = *sum + A::of(amount.get()) * A::whole(12);
                }
            }
        }
        Listed(months.into())
    }

    /// Returns what this lists beyond the other.
    pub fn less(&self, other: &Listed<A>) -> Listed<A> {
        if other.is_empty() {
            return self.clone();
        }
        let months = self.0.len().max(other.0.len()) as u32;
        Listed((0..months).map(|month| self.in_month(month) - other.in_month(month)).collect())
    }

    /// Returns the month from which on nothing is listed.
    pub fn ends_before(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn in_month(&self, month: u32) -> A {
        self.0.get(month as usize).copied().unwrap_or(A::ZERO)
    }
}

/// All costs or all revenues that move evenly, summed month after month.
#[derive(Clone)]
pub(super) struct Stream<A> {
    flat: FlatSum<A>,
    growing: Vec<GrowingLine<A>>,
    precise: bool,
}

#[derive(Clone)]
pub(super) struct GrowingLine<A> {
    pub first: u32,
    pub last: u32,
    /// Factor from each month's amount to the next one's.
    pub factor: A,
    /// Amount in the latest month that was looked at, before that in the line's first month.
    pub current: A,
}

/// Sums of a month: of what stays flat, which cancels exactly, and of what grows, whose last digits are those of its own size.
#[derive(Clone, Copy, Debug)]
pub(super) struct MonthSums<A> {
    pub flat: A,
    pub growing: A,
}

impl<A: Arithmetic> MonthSums<A> {
    pub const NOTHING: MonthSums<A> = MonthSums { flat: A::ZERO, growing: A::ZERO };

    /// Returns the sum of both.
    pub fn and(self, other: MonthSums<A>) -> MonthSums<A> {
        MonthSums { flat: self.flat + other.flat, growing: self.growing + other.growing }
    }

    /// Returns what is left of this without the other.
    pub fn less(self, other: MonthSums<A>) -> MonthSums<A> {
        MonthSums { flat: self.flat - other.flat, growing: self.growing - other.growing }
    }

    pub fn total(self) -> A {
        self.flat + self.growing
    }
}

impl<A: Arithmetic> Stream<A> {
    pub fn new<'a>(lines: impl Iterator<Item = &'a EvenLine<A>>, listed: Listed<A>, precise: bool) -> Stream<A>
    where
        A: 'a,
    {
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

    pub fn growing_lines(&self) -> &[GrowingLine<A>] {
        &self.growing
    }

    /// Returns the sums over all lines in a month, which is the month after that of the last call.
    pub fn advance(&mut self, month: u32) -> MonthSums<A> {
        let mut growing = A::ZERO;
        for line in self.growing.iter_mut().filter(|line| (line.first..=line.last).contains(&month)) {
            if month > line.first {
                line.current = if self.precise { line.current * line.factor } else { line.current.grown_by(line.factor) };
            }
            growing = growing + line.current;
        }
        MonthSums { flat: self.flat.advance(month), growing }
    }

    /// Returns the sums over all lines in the months from the first up to this one.
    pub fn leap(&mut self, month: u32) -> MonthSums<A> {
        let mut growing = A::ZERO;
        for line in self.growing.iter_mut().filter(|line| line.first <= month).while_awaited() {
            let steps = month.min(line.last).saturating_sub(line.first);
            let last_amount = line.current * line.factor.whole_power(steps);
            // a + af + … + af^n = (af^n × f - a) / (f - 1)
            growing = growing + (last_amount * line.factor - line.current) / (line.factor - A::ONE);
            line.current = if self.precise { last_amount } else { last_amount.shortened() };
        }
        let flat = (1..=month).fold(A::ZERO, |sum, month| sum + self.flat.advance(month));
        MonthSums { flat, growing }
    }
}

/// Sum of the lines without growth: the sum changes only where a line starts or ends, and by what is listed for a month.
#[derive(Clone)]
pub(super) struct FlatSum<A> {
    /// Months in which the sum changes, latest first, so that the next change is at the end of the list.
    changes: Vec<(u32, A)>,
    sum: A,
    listed: Listed<A>,
}

impl<A: Arithmetic> FlatSum<A> {
    pub fn new(listed: Listed<A>) -> FlatSum<A> {
        FlatSum { changes: Vec::new(), sum: A::ZERO, listed }
    }

    pub fn add(&mut self, first: u32, last: u32, amount: A) {
        self.changes.push((first, amount));
        if let Some(after) = last.checked_add(1) {
            self.changes.push((after, -amount));
        }
    }

    pub fn sorted(mut self) -> FlatSum<A> {
        self.changes.sort_by_key(|(month, _)| std::cmp::Reverse(*month));
        self
    }

    /// Returns the sum in a month that is not before the month of the last call.
    pub fn advance(&mut self, month: u32) -> A {
        while let Some((_, change)) = self.changes.pop_if(|(from, _)| *from <= month) {
            self.sum = self.sum + change;
        }
        if self.listed.is_empty() { self.sum } else { self.sum + self.listed.in_month(month) }
    }
}
