//! What growing expenses and a growing revenue burn together.

use rust_decimal::Decimal;

use super::growth_timing::GrowthTiming;
use crate::number::{Exact, Number};

/// Expenses and revenue from now on, as far as they burn cash.
pub(super) struct BurnCurve<N> {
    pub expenses: Flow<N>,
    pub revenue: Flow<N>,
    timing: GrowthTiming,
}

/// A flow that grows.
#[derive(Clone, Copy)]
pub(super) struct Flow<N> {
    /// A month, today.
    pub today: N,
    /// In the first month.
    pub amount: N,
    pub growth_rate: N,
    /// ln(1 + growth_rate): the rate that compounds at every moment.
    pub force: N,
    pub is_flat: bool,
}

impl<N: Number> Flow<N> {
    /// Whether it is flat is said, and not asked of the rate: kernels do not decide.
    pub fn new(timing: GrowthTiming, today: N, growth_rate: N, is_flat: bool, force_name: &'static str) -> Flow<N> {
        let one = N::of(Decimal::ONE);
        // Where month 1 has grown already, all is as if it began with the grown amount.
        let grown = timing == GrowthTiming::StartOfMonth && !is_flat;
        Flow {
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

    /// Of a flow that shrinks.
    fn ever(&self, timing: GrowthTiming) -> N {
        self.amount / -(if timing == GrowthTiming::Continuous { self.force } else { self.growth_rate })
    }

    fn after(&self, months: N) -> N {
        if self.is_flat { self.amount } else { self.amount + self.amount * self.growth_rate.compounded(months) }
    }
}

impl<N: Number> BurnCurve<N> {
    pub fn new(timing: GrowthTiming, expenses: Flow<N>, revenue: Flow<N>) -> BurnCurve<N> {
        BurnCurve { expenses, revenue, timing }
    }

    /// When revenue reaches expenses, growth taken as if it applied at every moment.
    pub fn break_even_time(&self) -> N {
        (self.expenses.today / self.revenue.today).ln() / (self.revenue.force - self.expenses.force)
    }

    /// What is burned in the first `time` months.
    pub fn burned(&self, time: N) -> N {
        self.expenses.accumulated(time, self.timing) - self.revenue.accumulated(time, self.timing)
    }

    /// What the month after this many months burns.
    pub fn burn_after(&self, months: N) -> N {
        self.expenses.after(months) - self.revenue.after(months)
    }

    /// What is ever burned, where both shrink, or where there is no revenue.
    pub fn ever_burned(&self, has_revenue: bool) -> N {
        let expenses = self.expenses.ever(self.timing);
        if has_revenue { expenses - self.revenue.ever(self.timing) } else { expenses }
    }

    /// Whole months that the cash pays for, and the share of the next one's burn that is left.
    pub fn runway_after(&self, whole_months: N, cash: N) -> N {
        let burned = self.burned(whole_months).named("burned_in_whole_months");
        let burn = self.burn_after(whole_months).named("next_month_burn");
        (whole_months + (cash - burned) / burn).named("runway_months")
    }
}

/// Where the burned amount stands at a time.
pub(super) struct Standing {
    /// Burned less cash: negative while there is some left.
    pub missing: Exact,
    pub slope: Exact,
    /// The slope's slope.
    pub bend: Exact,
}

impl BurnCurve<Exact> {
    /// On the smooth curve through the burned amounts, which for monthly timings holds at each month's end.
    pub fn standing(&self, time: Exact, cash: Exact) -> Standing {
        let (expenses, expenses_slope) = self.expenses.standing(time, self.timing);
        let (revenue, revenue_slope) = self.revenue.standing(time, self.timing);
        Standing {
            missing: expenses - revenue - cash,
            slope: expenses_slope - revenue_slope,
            bend: expenses_slope * self.expenses.force - revenue_slope * self.revenue.force,
        }
    }
}

/// The same in doubles, for a first guess.
pub(super) struct RoughCurve {
    expenses: RoughFlow,
    revenue: RoughFlow,
}

struct RoughFlow {
    amount: f64,
    /// None for a flow that is flat.
    growth: Option<RoughGrowth>,
}

struct RoughGrowth {
    force: f64,
    /// What the accumulated growth is divided by.
    over: f64,
}

impl RoughCurve {
    pub fn burned(&self, time: f64) -> f64 {
        self.expenses.accumulated(time) - self.revenue.accumulated(time)
    }
}

impl RoughFlow {
    fn accumulated(&self, time: f64) -> f64 {
        match &self.growth {
            None => self.amount * time,
            Some(RoughGrowth { force, over }) => self.amount * (force * time).exp_m1() / over,
        }
    }
}

impl BurnCurve<Exact> {
    /// Rounded only now, so that a rate which doubles take for -1, or for 0, keeps the force that it has.
    pub fn rough(&self) -> RoughCurve {
        let rough = |flow: &Flow<Exact>| {
            let over = if self.timing == GrowthTiming::Continuous { flow.force } else { flow.growth_rate };
            let growth = (!flow.is_flat).then(|| RoughGrowth { force: flow.force.to_f64(), over: over.to_f64() });
            RoughFlow { amount: flow.amount.to_f64(), growth }
        };
        RoughCurve { expenses: rough(&self.expenses), revenue: rough(&self.revenue) }
    }
}

impl Flow<Exact> {
    /// What has accumulated, and its slope: the amount at that time, which is the first one and what growth has added.
    fn standing(&self, time: Exact, timing: GrowthTiming) -> (Exact, Exact) {
        let accumulated = self.accumulated(time, timing);
        let slope = match (self.is_flat, timing) {
            (true, _) => self.amount,
            (false, GrowthTiming::Continuous) => self.amount + accumulated * self.force,
            (false, _) => (self.amount / self.growth_rate + accumulated) * self.force,
        };
        (accumulated, slope)
    }
}
