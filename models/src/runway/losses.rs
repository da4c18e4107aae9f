//! Losses: costs less revenues by accrual, whenever their cash moves.

use super::inputs::{CashLine, RunwayInputs};
use super::months::MonthlyFlows;
use super::plan::sides;
use super::stream::{EvenLine, Listed, Stream};
use crate::arithmetic::Arithmetic;
use crate::work::WhileAwaited;

/// Returns the loss of each of the first months, in twelfths of money: of all lines as if they were paid evenly and at once.
pub(super) fn losses<A: Arithmetic>(inputs: &RunwayInputs, months: &[MonthlyFlows<A>]) -> Vec<A> {
    let is_moved = sides(inputs).any(|(_, line)| line.is_moved());
    // Where no cash moves at another time, the burn is that of the lines in cash.
    let mut accrued = Accrued::of(inputs, |line| is_moved || line.non_cash);
    let beside = |month: &MonthlyFlows<A>| if is_moved { A::ZERO } else { month.net_burn() };
    months.iter().while_awaited().map(|month| beside(month) + accrued.advance(month.month)).collect()
}

/// Lines by accrual, month after month.
struct Accrued<A> {
    costs: Stream<A>,
    revenues: Stream<A>,
}

impl<A: Arithmetic> Accrued<A> {
    fn of(inputs: &RunwayInputs, counts: impl Fn(&CashLine) -> bool + Copy) -> Accrued<A> {
        let stream = |side: bool| {
            let lines = move || sides(inputs).filter(move |(is_cost, line)| *is_cost == side && counts(line));
            let even: Vec<EvenLine<A>> = lines().while_awaited().filter_map(|(_, line)| EvenLine::of(line, side, 0)).collect();
            Stream::new(even.iter(), Listed::of(lines().map(|(_, line)| (line, 0))), true)
        };
        Accrued { costs: stream(true), revenues: stream(false) }
    }

    fn advance(&mut self, month: u32) -> A {
        self.costs.advance(month).total() - self.revenues.advance(month).total()
    }
}
