//! Balance month by month, in twelfths of money: sums of months, quarters and years are whole, and are divided last.

use super::plan::Plan;
use super::stream::{GrowingLine, MonthSums, Stream};
use crate::number::{Exact, Number};
use crate::work;

/// Bound on the relative error of a sum of growing amounts with 38 digits: 1200 rounded products.
const UNCERTAINTY: Exact = Exact::power_of_ten(-34);
/// Bound on the relative error of a sum of growing amounts with 76 digits. The twelfth root of an annual factor, right to 58
/// digits, is the weakest part.
const PRECISE_UNCERTAINTY: Exact = Exact::power_of_ten(-54);

/// Flows of one month, in twelfths of money, and the balances from its start to its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct MonthlyFlows {
    pub month: u32,
    /// Cash revenues of the month.
    pub revenues: Exact,
    /// Cash costs of the month.
    pub costs: Exact,
    /// Revenues less costs that are paid at the start of the month.
    pub start: Exact,
    /// Costs less revenues that move evenly within the month.
    pub even_burn: Exact,
    /// Revenues less costs that are paid at the end of the month.
    pub end: Exact,
    pub interest: Exact,
    pub events: Exact,
    /// Balance after what is paid at the start.
    pub balance_at_start: Exact,
    /// Balance before anything moves at the end.
    pub balance_before_end: Exact,
    /// Balance at the end of the month.
    pub balance: Exact,
    /// Revenues less costs that are paid at the start of the next month, which is the moment at which this one ends. Month 1200 has no next
    /// one.
    pub next_start: Exact,
    /// Costs less revenues that move evenly, at the end, and at the start of the next month.
    pub even: MonthSums,
    pub paid_at_end: MonthSums,
    pub paid_at_next_start: MonthSums,
    /// Bound on the error of a difference of balances of the month; below it the difference cannot be told from 0. The bound is 0
    /// where nothing grows.
    pub balance_uncertainty: Exact,
    /// Bound on the error of the balance at the start.
    pub start_uncertainty: Exact,
    /// Bounds on the errors of what moves evenly within the month, at its end, and at the start of the next one.
    pub even_uncertainty: Exact,
    pub end_uncertainty: Exact,
    pub next_start_uncertainty: Exact,
    /// Net burn, of which flat lines that cancel leave nothing to round: a growing line of a hair beside them still burns.
    pub burn: Exact,
    /// Bound on the error of the month's burn; below it the burn cannot be told from 0.
    pub burn_uncertainty: Exact,
}

impl MonthlyFlows {
    pub fn net_burn(&self) -> Exact {
        self.costs - self.revenues
    }

    /// True when the month burns cash, events and interest left out, by more than rounding.
    pub fn burns(&self) -> bool {
        self.burn > self.burn_uncertainty
    }

    /// Returns the balance after all that moves at the end of the month, with what comes in at the start of the next one: movements of one
    /// moment are looked at together.
    pub fn balance_at_end(&self) -> Exact {
        self.balance + Exact::ZERO.max(self.next_start)
    }

    /// Returns the balance at the start of the next month, after what is paid there.
    pub fn balance_at_next_start(&self) -> Exact {
        self.balance + self.next_start
    }
}

/// Converts twelfths into money.
pub(super) fn money(twelfths: Exact) -> Exact {
    twelfths / Exact::from(12)
}

/// Iterator over the months in their order, without an end.
#[derive(Clone)]
pub(super) struct Months<'a> {
    plan: &'a Plan<'a>,
    costs: Stream,
    revenues: Stream,
    month: u32,
    balance: Exact,
    grown: Exact,
    uncertainty: Exact,
}

impl<'a> Months<'a> {
    pub fn new(plan: &'a Plan<'a>) -> Months<'a> {
        Months {
            plan,
            costs: plan.costs.clone(),
            revenues: plan.revenues.clone(),
            month: 0,
            balance: plan.inputs.opening_balance() * Exact::from(12),
            grown: Exact::ZERO,
            uncertainty: if plan.precise { PRECISE_UNCERTAINTY } else { UNCERTAINTY },
        }
    }

    /// Returns the months after a month that is reached from the start in one step: growing lines are summed as geometric series.
    /// Without interest, which no step leaps over.
    pub fn leapt(mut self, month: u32) -> Months<'a> {
        let costs = self.costs.leap(month);
        let revenues = self.revenues.leap(month);
        let moved = self.plan.moved_until_the_end_of(month);
        self.balance = self.balance + moved - costs.less(revenues).total();
        self.grown = costs.growing + revenues.growing + self.plan.payments.grown_until(month);
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

    /// Returns the growing lines that move evenly, each with true for a cost.
    pub fn growing_lines(&self) -> impl Iterator<Item = (bool, &GrowingLine)> {
        let costs = self.costs.growing_lines().iter().map(|line| (true, line));
        costs.chain(self.revenues.growing_lines().iter().map(|line| (false, line)))
    }

    /// Returns the balance at the start of the next month, after what is paid there, in twelfths of money.
    pub fn balance_at_next_start(&self) -> Exact {
        self.balance + self.plan.start_of(self.month.saturating_add(1))
    }
}

impl Iterator for Months<'_> {
    type Item = MonthlyFlows;

    fn next(&mut self) -> Option<MonthlyFlows> {
        if work::is_over() {
            return None;
        }
        self.month = self.month.checked_add(1)?;
        let month = self.month;
        let (costs, revenues) = (self.costs.advance(month), self.revenues.advance(month));
        let even = costs.less(revenues);
        let even_burn = even.total();
        let grown = costs.growing + revenues.growing;
        let (costs, revenues) = (costs.total(), revenues.total());
        let mut flows = MonthlyFlows {
            month,
            revenues,
            costs,
            start: Exact::ZERO,
            even_burn,
            end: Exact::ZERO,
            interest: Exact::ZERO,
            events: self.plan.events_of(month),
            balance_at_start: self.balance,
            balance_before_end: Exact::ZERO,
            balance: Exact::ZERO,
            next_start: Exact::ZERO,
            even,
            paid_at_end: MonthSums::NOTHING,
            paid_at_next_start: MonthSums::NOTHING,
            balance_uncertainty: Exact::ZERO,
            start_uncertainty: self.grown * self.uncertainty,
            even_uncertainty: grown * self.uncertainty,
            end_uncertainty: Exact::ZERO,
            next_start_uncertainty: Exact::ZERO,
            burn: even_burn,
            burn_uncertainty: grown * self.uncertainty,
        };
        if !self.plan.payments.is_empty() {
            self.pay(&mut flows);
        }
        flows.balance_before_end = flows.balance_at_start - even_burn;
        let mut balance = flows.balance_before_end;
        if let Some(rate) = self.plan.interest {
            let bearing = Exact::ZERO.max(flows.balance_at_start);
            flows.interest = bearing * rate;
            balance = balance + flows.interest;
            // What has grown bears interest, and so does every balance, as a product that was rounded.
            self.grown = (self.grown + bearing) * (Exact::ONE + rate);
        }
        if !self.plan.payments.is_empty() {
            balance = balance + flows.end;
        }
        flows.balance = balance + flows.events;
        self.balance = flows.balance;
        self.grown = self.grown + grown;
        flows.balance_uncertainty = flows.balance_uncertainty + self.grown * self.uncertainty;
        Some(flows)
    }
}

impl Months<'_> {
    /// Adds what is paid at the start and at the end of a month, and at the start of the next one.
    fn pay(&mut self, flows: &mut MonthlyFlows) {
        if let Some(paid) = self.plan.payments.of(flows.month) {
            let uncertainty = paid.grown * self.uncertainty;
            flows.revenues = flows.revenues + paid.revenues;
            flows.costs = flows.costs + paid.costs;
            flows.start = paid.start();
            flows.end = paid.end();
            flows.paid_at_end = paid.at_end;
            flows.balance_at_start = flows.balance_at_start + paid.start();
            flows.burn = flows.even.and(paid.burn()).total();
            flows.burn_uncertainty = flows.burn_uncertainty + uncertainty;
            flows.end_uncertainty = (paid.grown - paid.grown_at_start) * self.uncertainty;
            flows.start_uncertainty = flows.start_uncertainty + paid.grown_at_start * self.uncertainty;
            self.grown = self.grown + paid.grown;
        }
        if let Some(next) = self.plan.payments.of(flows.month.saturating_add(1)) {
            flows.next_start = next.start();
            flows.paid_at_next_start = next.at_start;
            // What is paid at the start of the next month is among the balances of this one.
            flows.next_start_uncertainty = next.grown_at_start * self.uncertainty;
            flows.balance_uncertainty = flows.next_start_uncertainty;
        }
    }
}
