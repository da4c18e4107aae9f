//! Plan: what a request says of its months, added up once for every look at them.

use super::inputs::{CashLine, Month, RunwayInputs};
use super::payments::{Paid, Payments};
use super::stream::{EvenLine, Listed, MonthSums, Stream};
use crate::arithmetic::Arithmetic;
use crate::input::Bounded;
use crate::number::Exact;
use crate::work::WhileAwaited;

/// The most products of lines and months of growth that are computed to 76 digits. More of them are computed to 38 digits, to be
/// fast.
const PRECISE_STEPS_MAX: usize = 1000;

/// The cash of a request, month by month, in twelfths of money.
pub(super) struct Plan<'a, A = Exact> {
    pub inputs: &'a RunwayInputs,
    /// True where what grows is computed to 76 digits.
    pub precise: bool,
    /// Recurring lines of which the cash moves evenly.
    pub lines: Vec<EvenLine<A>>,
    /// Costs and revenues that move evenly, before month 1.
    pub costs: Stream<A>,
    pub revenues: Stream<A>,
    /// Costs less revenues that are listed month by month and move evenly.
    pub listed: Listed<A>,
    pub payments: Payments<A>,
    /// Month from which on every line runs and nothing else moves, neither events nor payments nor what is listed. Beyond the last month where a
    /// line ends there, or a payment recurs.
    pub settles: u32,
    /// Interest of a month on 1; `None` without interest.
    pub interest: Option<A>,
    /// Sum of each month's events; the index is the month.
    events: Vec<A>,
    /// Movements of each moment other than interest: payments at the end of the month of the index, its events, and payments at the start of
    /// the month after it. The index 0 is the start.
    moves: Vec<A>,
}

impl<'a, A: Arithmetic> Plan<'a, A> {
    pub fn new(inputs: &'a RunwayInputs) -> Plan<'a, A> {
        let precise = is_precise(inputs);
        let even = |(_, line): &(bool, &CashLine)| !line.non_cash && line.is_even();
        let lines: Vec<EvenLine<A>> = sides(inputs)
            .filter(even)
            .while_awaited()
            .filter_map(|(is_cost, line)| EvenLine::of(line, is_cost, line.delay.get()))
            .collect();
        let listed_of = |side: bool| {
            let lines = sides(inputs).filter(even).filter(move |(is_cost, _)| *is_cost == side);
            Listed::of(lines.map(|(_, line)| (line, line.delay.get())))
        };
        let (listed_costs, listed_revenues) = (listed_of(true), listed_of(false));
        let stream =
            |side: bool, listed: Listed<A>| Stream::new(lines.iter().filter(|line| line.is_cost == side), listed, precise);
        let payments = Payments::new(sides(inputs), precise);
        let events = events_by_month(inputs);
        Plan {
            costs: stream(true, listed_costs.clone()),
            revenues: stream(false, listed_revenues.clone()),
            settles: settles(&lines, &[&listed_costs, &listed_revenues], &payments, &events),
            listed: listed_costs.less(&listed_revenues),
            moves: if payments.is_empty() { Vec::new() } else { moves(&payments, &events) },
            interest: monthly_interest(inputs),
            inputs,
            precise,
            lines,
            payments,
            events,
        }
    }

    /// Returns revenues less costs that are paid at the start of a month.
    pub fn start_of(&self, month: u32) -> A {
        self.payments.of(month).map_or(A::ZERO, Paid::start)
    }

    /// Returns costs less revenues that are paid at the start of a month.
    pub fn paid_at_start_of(&self, month: u32) -> MonthSums<A> {
        self.payments.of(month).map_or(MonthSums::NOTHING, |paid| paid.at_start)
    }

    /// Returns the events of a month.
    pub fn events_of(&self, month: u32) -> A {
        self.events.get(month as usize).copied().unwrap_or(A::ZERO)
    }

    /// False where no event falls on the end of a month.
    pub fn has_events_in(&self, month: u32) -> bool {
        (month as usize) < self.events.len()
    }

    /// Returns all that moves, other than interest, at the moment at which a month ends and the next one begins.
    pub fn moves_of(&self, month: u32) -> A {
        let moves = if self.payments.is_empty() { &self.events } else { &self.moves };
        moves.get(month as usize).copied().unwrap_or(A::ZERO)
    }

    /// Returns the sum of all payments and events until the end of a month.
    pub fn moved_until_the_end_of(&self, month: u32) -> A {
        let moved = (0..=month).fold(A::ZERO, |sum, month| sum + self.moves_of(month));
        if self.payments.is_empty() { moved } else { moved - self.start_of(month.saturating_add(1)) }
    }
}

/// Returns all lines, each with true for a cost.
pub(super) fn sides(inputs: &RunwayInputs) -> impl Iterator<Item = (bool, &CashLine)> {
    let costs = inputs.costs.iter().map(|line| (true, line));
    costs.chain(inputs.revenues.iter().map(|line| (false, line)))
}

/// True where what grows is computed to 76 digits.
pub(super) fn is_precise(inputs: &RunwayInputs) -> bool {
    let growing = sides(inputs).filter(|(_, line)| line.grows()).count();
    growing.saturating_mul(inputs.horizon() as usize) <= PRECISE_STEPS_MAX
}

/// Returns the month from which on every line runs, and nothing else moves.
fn settles<A: Arithmetic>(lines: &[EvenLine<A>], listed: &[&Listed<A>], payments: &Payments<A>, events: &[A]) -> u32 {
    let of_line = |line: &EvenLine<A>| if line.last < Month::LAST.get() { line.last.saturating_add(1) } else { line.first };
    let of_lines = lines.iter().map(of_line);
    let of_listed = listed.iter().map(|listed| listed.ends_before());
    let of_events = u32::try_from(events.len()).unwrap_or(u32::MAX);
    of_lines.chain(of_listed).chain([payments.end_before(), of_events]).max().unwrap_or(0)
}

/// Returns the interest of a month on 1: (1 + interest_rate)^(1/12) - 1.
fn monthly_interest<A: Arithmetic>(inputs: &RunwayInputs) -> Option<A> {
    let rate = inputs.interest_rate.map(Bounded::get).filter(|rate| !rate.is_zero())?;
    Some(A::of(rate).compounded(A::ONE / A::whole(12)))
}

/// Returns the sum of each month's events, in twelfths of money; the index is the month.
fn events_by_month<A: Arithmetic>(inputs: &RunwayInputs) -> Vec<A> {
    let last = inputs.events.iter().map(|event| event.month.get()).max().unwrap_or(0);
    let mut by_month = vec![A::ZERO; (last as usize).saturating_add(1)];
    for event in &inputs.events {
        if let Some(sum) = by_month.get_mut(event.month.get() as usize) {
            *sum = *sum + A::of(event.amount.get()) * A::whole(12);
        }
    }
    by_month
}

/// Returns what moves at each moment, at the end of a month and at the start of the next one.
fn moves<A: Arithmetic>(payments: &Payments<A>, events: &[A]) -> Vec<A> {
    let of_month = |month: u32| {
        let events = events.get(month as usize).copied().unwrap_or(A::ZERO);
        let end = payments.of(month).map_or(A::ZERO, Paid::end);
        let start = payments.of(month.saturating_add(1)).map_or(A::ZERO, Paid::start);
        end + events + start
    };
    (0..=Month::LAST.get()).map(of_month).collect()
}
