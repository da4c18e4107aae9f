//! Burn curve: the cash that growing expenses and a growing revenue burn together.

use rust_decimal::Decimal;

use super::growth_timing::GrowthTiming;
use crate::arithmetic::Arithmetic;
use crate::number::Number;

/// Expenses and revenue from today on, which together burn cash.
pub(super) struct BurnCurve<N> {
    pub expenses: GrowingFlow<N>,
    pub revenue: GrowingFlow<N>,
    pub timing: GrowthTiming,
}

/// A monthly flow that grows, such as expenses or revenue.
#[derive(Clone, Copy)]
pub(super) struct GrowingFlow<N> {
    /// Amount of a month, today.
    pub today: N,
    /// Amount of the first month.
    pub amount: N,
    pub growth_rate: N,
    /// Force of growth, ln(1 + growth_rate): the rate that compounds at every moment.
    pub force: N,
    pub is_flat: bool,
}

impl<N: Number> GrowingFlow<N> {
    /// Creates the flow. The caller says whether the flow is flat, because a kernel does not decide on a rate.
    pub fn new(timing: GrowthTiming, today: N, growth_rate: N, is_flat: bool, force_name: &'static str) -> GrowingFlow<N> {
        let one = N::of(Decimal::ONE);
        // Where month 1 has grown already, all is as if it began with the grown amount.
        let grown = timing == GrowthTiming::StartOfMonth && !is_flat;
        GrowingFlow {
            today,
            amount: if grown { today * (one + growth_rate) } else { today },
            growth_rate,
            force: (one + growth_rate).ln().named(force_name),
            is_flat,
        }
    }

    fn accumulated(&self, time: N, timing: GrowthTiming) -> N {
        match (self.is_flat, timing) {
            (true, _) => self.amount * time,
            (false, GrowthTiming::Continuous) => self.amount * (self.force * time).exp_m1() / self.force,
            (false, _) => self.amount * self.growth_rate.compounded(time) / self.growth_rate,
        }
    }

    /// Returns the rate by which a sum of the flow is divided: the force of growth, or the growth of a month.
    fn rate(&self, timing: GrowthTiming) -> N {
        if timing == GrowthTiming::Continuous { self.force } else { self.growth_rate }
    }

    fn after(&self, months: N) -> N {
        if self.is_flat { self.amount } else { self.amount + self.amount * self.growth_rate.compounded(months) }
    }
}

impl<N: Number> BurnCurve<N> {
    pub fn new(timing: GrowthTiming, expenses: GrowingFlow<N>, revenue: GrowingFlow<N>) -> BurnCurve<N> {
        BurnCurve { expenses, revenue, timing }
    }

    /// Returns the time at which revenue reaches expenses, as if growth applied at every moment.
    pub fn break_even_time(&self) -> N {
        (self.expenses.today / self.revenue.today).ln() / (self.revenue.force - self.expenses.force)
    }

    /// Returns the time from which expenses exceed the revenue that is at or above them today, as if growth applied at every moment.
    pub fn loss_time(&self) -> N {
        (self.revenue.today / self.expenses.today).ln() / (self.expenses.force - self.revenue.force)
    }

    /// Returns the cash burned in the first `time` months.
    pub fn burned(&self, time: N) -> N {
        self.expenses.accumulated(time, self.timing) - self.revenue.accumulated(time, self.timing)
    }

    /// Returns the burn of the month after this many months.
    pub fn burn_after(&self, months: N) -> N {
        self.expenses.after(months) - self.revenue.after(months)
    }

    /// Returns all cash that is ever burned, where both flows shrink, or where there is no revenue.
    ///
    /// `E / |x| - R / |r|` is written as `(R (x - r) + (R - E) r) / (x r)`, which loses no digits where the rates nearly agree.
    pub fn ever_burned(&self, has_revenue: bool) -> N {
        let (x, r) = (self.expenses.rate(self.timing), self.revenue.rate(self.timing));
        let (expenses, revenue) = (self.expenses.amount, self.revenue.amount);
        if has_revenue { (revenue * (x - r) + (revenue - expenses) * r) / (x * r) } else { expenses / -x }
    }

    /// Returns the whole months that the cash pays for, plus the part of the next month's burn that the remaining cash pays for.
    pub fn runway_after(&self, whole_months: N, cash: N) -> N {
        let burned = self.burned(whole_months).named("burned_in_whole_months");
        let burn = self.burn_after(whole_months).named("next_month_burn");
        (whole_months + (cash - burned) / burn).named("runway_months")
    }
}

/// Burned amount less cash at a time, with its first two derivatives.
pub(super) struct Standing<A> {
    /// Burned amount less cash: negative while cash is left.
    pub missing: A,
    pub slope: A,
    /// Second derivative of the burned amount.
    pub bend: A,
}

impl<A: Arithmetic> BurnCurve<A> {
    /// Returns the point on the smooth curve through the burned amounts, which for monthly timings is exact at each month's end.
    pub fn standing(&self, time: A, cash: A) -> Standing<A> {
        let (expenses, expenses_slope) = self.expenses.standing(time, self.timing);
        let (revenue, revenue_slope) = self.revenue.standing(time, self.timing);
        Standing {
            missing: expenses - revenue - cash,
            slope: expenses_slope - revenue_slope,
            bend: expenses_slope * self.expenses.force - revenue_slope * self.revenue.force,
        }
    }
}

impl<A: Arithmetic> GrowingFlow<A> {
    /// Returns the amount of a month, as if it accrued at every moment and grew from nothing, and the force at which it grows.
    pub fn at_every_moment(&self, timing: GrowthTiming) -> (A, A) {
        match (self.is_flat, timing) {
            (true, _) => (self.amount, A::ZERO),
            (false, GrowthTiming::Continuous) => (self.amount, self.force),
            (false, _) => (self.amount * self.force / self.growth_rate, self.force),
        }
    }

    /// Returns the accumulated amount and its slope: the first amount, plus all that growth has added by that time.
    fn standing(&self, time: A, timing: GrowthTiming) -> (A, A) {
        let accumulated = self.accumulated(time, timing);
        let slope = match (self.is_flat, timing) {
            (true, _) => self.amount,
            (false, GrowthTiming::Continuous) => self.amount + accumulated * self.force,
            (false, _) => (self.amount / self.growth_rate + accumulated) * self.force,
        };
        (accumulated, slope)
    }
}
