//! Balance month by month, in twelfths of money: sums of months, quarters and years are whole, and are divided last.

use super::plan::Plan;
use super::stream::{GrowingLine, MonthSums, Stream};
use crate::arithmetic::Arithmetic;
use crate::number::Exact;
use crate::work;

/// Bound on the relative error of a sum of growing amounts with 38 digits, as a power of ten: 1200 rounded products.
const UNCERTAINTY: i32 = -34;
/// Bound on the relative error of a sum of growing amounts with 76 digits, as a power of ten. The twelfth root of an annual factor, right to 58
/// digits, is the weakest part.
const PRECISE_UNCERTAINTY: i32 = -54;

/// Flows of one month, in twelfths of money, and the balances from its start to its end.
///
/// Beside each stands how much of it has grown: a share of that, [`uncertainty`](MonthlyFlows::uncertainty), bounds its error, and a difference
/// that is no more than the bound cannot be told from 0. Where nothing grows the bound is 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct MonthlyFlows<A = Exact> {
    pub month: u32,
    /// Cash revenues of the month.
    pub revenues: A,
    /// Cash costs of the month.
    pub costs: A,
    /// Revenues less costs that are paid at the start of the month.
    pub start: A,
    /// Costs less revenues that move evenly within the month.
    pub even_burn: A,
    /// Revenues less costs that are paid at the end of the month.
    pub end: A,
    pub interest: A,
    pub events: A,
    /// Balance after what is paid at the start.
    pub balance_at_start: A,
    /// Balance before anything moves at the end.
    pub balance_before_end: A,
    /// Balance at the end of the month.
    pub balance: A,
    /// Revenues less costs that are paid at the start of the next month, which is the moment at which this one ends. Month 1200 has no next
    /// one.
    pub next_start: A,
    /// Costs less revenues that move evenly, at the end, and at the start of the next month.
    pub even: MonthSums<A>,
    pub paid_at_end: MonthSums<A>,
    pub paid_at_next_start: MonthSums<A>,
    /// False where nothing moves at the month's end, nor at the start of the next one.
    pub moves_at_end: bool,
    /// Amounts that have grown, of either direction, up to the end of the month and what is paid at the start of the next one: a difference of
    /// balances of the month is as uncertain as these are.
    pub balance_grown: A,
    /// Amounts that have grown up to the start of the month.
    pub start_grown: A,
    /// Growing amounts that move evenly within the month, at its end, and at the start of the next one.
    pub even_grown: A,
    pub end_grown: A,
    pub next_start_grown: A,
    /// Net burn, of which flat lines that cancel leave nothing to round: a growing line of a hair beside them still burns.
    pub burn: A,
    /// Growing amounts among the burn.
    pub burn_grown: A,
    /// Bound on the relative error of what has grown, as a power of ten.
    pub uncertainty: i32,
}

impl<A: Arithmetic> MonthlyFlows<A> {
    pub fn net_burn(&self) -> A {
        self.costs - self.revenues
    }

    /// True when the month burns cash, events and interest left out, by more than rounding.
    pub fn burns(&self) -> bool {
        self.burn.is_above_share(self.burn_grown, self.uncertainty)
    }

    /// Returns the balance after all that moves at the end of the month, with what comes in at the start of the next one: movements of one
    /// moment are looked at together.
    pub fn balance_at_end(&self) -> A {
        self.balance + A::ZERO.max(self.next_start)
    }

    /// Returns the balance at the start of the next month, after what is paid there.
    pub fn balance_at_next_start(&self) -> A {
        self.balance + self.next_start
    }
}

/// Converts twelfths into money.
pub(super) fn money<A: Arithmetic>(twelfths: A) -> A {
    twelfths / A::whole(12)
}

/// Iterator over the months in their order, without an end.
#[derive(Clone)]
pub(super) struct Months<'a, A = Exact> {
    plan: &'a Plan<'a, A>,
    costs: Stream<A>,
    revenues: Stream<A>,
    month: u32,
    balance: A,
    grown: A,
    uncertainty: i32,
}

impl<'a, A: Arithmetic> Months<'a, A> {
    pub fn new(plan: &'a Plan<'a, A>) -> Months<'a, A> {
        Months {
            plan,
            costs: plan.costs.clone(),
            revenues: plan.revenues.clone(),
            month: 0,
            balance: plan.inputs.opening_balance::<A>() * A::whole(12),
            grown: A::ZERO,
            uncertainty: if plan.precise { PRECISE_UNCERTAINTY } else { UNCERTAINTY },
        }
    }

    /// Returns the months after a month that is reached from the start in one step: growing lines are summed as geometric series.
    /// Without interest, which no step leaps over.
    pub fn leapt(mut self, month: u32) -> Months<'a, A> {
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
    pub fn grown(&self) -> A {
        self.grown
    }

    /// Returns the relative uncertainty of amounts that have grown, as a power of ten.
    pub fn uncertainty(&self) -> i32 {
        self.uncertainty
    }

    /// Returns the growing lines that move evenly, each with true for a cost.
    pub fn growing_lines(&self) -> impl Iterator<Item = (bool, &GrowingLine<A>)> {
        let costs = self.costs.growing_lines().iter().map(|line| (true, line));
        costs.chain(self.revenues.growing_lines().iter().map(|line| (false, line)))
    }

    /// Returns the balance at the start of the next month, after what is paid there, in twelfths of money.
    pub fn balance_at_next_start(&self) -> A {
        self.balance + self.plan.start_of(self.month.saturating_add(1))
    }
}

impl<A: Arithmetic> Iterator for Months<'_, A> {
    type Item = MonthlyFlows<A>;

    fn next(&mut self) -> Option<MonthlyFlows<A>> {
        if work::is_over() || A::is_in_doubt() {
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
            start: A::ZERO,
            even_burn,
            end: A::ZERO,
            interest: A::ZERO,
            events: self.plan.events_of(month),
            balance_at_start: self.balance,
            balance_before_end: A::ZERO,
            balance: A::ZERO,
            next_start: A::ZERO,
            even,
            paid_at_end: MonthSums::NOTHING,
            paid_at_next_start: MonthSums::NOTHING,
            moves_at_end: true,
            balance_grown: A::ZERO,
            start_grown: self.grown,
            even_grown: grown,
            end_grown: A::ZERO,
            next_start_grown: A::ZERO,
            burn: even_burn,
            burn_grown: grown,
            uncertainty: self.uncertainty,
        };
        let has_payments = !self.plan.payments.is_empty();
        if has_payments {
            self.pay(&mut flows);
        }
        flows.balance_before_end = flows.balance_at_start - even_burn;
        let mut balance = flows.balance_before_end;
        if let Some(rate) = self.plan.interest {
            let bearing = A::ZERO.max(flows.balance_at_start);
            flows.interest = bearing * rate;
            balance = balance + flows.interest;
            // What has grown bears interest, and so does every balance, as a product that was rounded.
            self.grown = (self.grown + bearing) * (A::ONE + rate);
        }
        if has_payments {
            balance = balance + flows.end;
        }
        flows.moves_at_end = has_payments || self.plan.interest.is_some() || self.plan.has_events_in(month);
        flows.balance = balance + flows.events;
        self.balance = flows.balance;
        self.grown = self.grown + grown;
        flows.balance_grown = flows.next_start_grown + self.grown;
        Some(flows)
    }
}

impl<A: Arithmetic> Months<'_, A> {
    /// Adds what is paid at the start and at the end of a month, and at the start of the next one.
    fn pay(&mut self, flows: &mut MonthlyFlows<A>) {
        if let Some(paid) = self.plan.payments.of(flows.month) {
            flows.revenues = flows.revenues + paid.revenues;
            flows.costs = flows.costs + paid.costs;
            flows.start = paid.start();
            flows.end = paid.end();
            flows.paid_at_end = paid.at_end;
            flows.balance_at_start = flows.balance_at_start + flows.start;
            flows.burn = flows.even.and(paid.burn()).total();
            flows.burn_grown = flows.burn_grown + paid.grown();
            flows.end_grown = paid.grown_at_end;
            flows.start_grown = flows.start_grown + paid.grown_at_start;
            self.grown = self.grown + paid.grown();
        }
        if let Some(next) = self.plan.payments.of(flows.month.saturating_add(1)) {
            flows.next_start = next.start();
            flows.paid_at_next_start = next.at_start;
            // What is paid at the start of the next month is among the balances of this one.
            flows.next_start_grown = next.grown_at_start;
        }
    }
}
