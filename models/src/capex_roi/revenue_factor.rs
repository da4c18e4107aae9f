//! Break-even revenue factor: the factor of every revenue at which the net present value is 0.
//!
//! With losses offset at once the net present value is a straight line in the factor f. With losses carried forward the balance of losses
//! after period i is b_i(f) = max(b_i-1(f) + g_i(f), 0), where the profit p_i(f) is a line that does not fall, and g_i = -p_i at a loss and
//! -limit × p_i at a profit. The tax is (p_i + b_i - b_i-1) × tax_rate, so that
//!
//! ```text
//! value(f) = value with losses offset at once(f) - tax_rate × sum of b_i(f) × (1 / factor_i - 1 / factor_i+1), the last × 1 / factor_N
//! ```
//!
//! Each b_i falls in f, so that its kinks are a stack: a period pushes at most two kinks, and pops those that lie beyond the new zero.

use rust_decimal::Decimal;

use super::inputs::CapexRoiInputs;
use super::kinked::{KinkedLine, LineZero, Zeros};
use super::periods::{Investment, InvestmentWorth};
use super::times::FlowFactors;
use crate::arithmetic::Arithmetic;
use crate::input::Bounded;
use crate::number::{Exact, Number};
use crate::work::WhileAwaited;

/// Break-even revenue factor, or the reason why there is none.
pub(super) enum RevenueFactor<A = Exact> {
    Factor(A),
    /// Factor on one of the straight pieces between kinks, with losses carried forward.
    BetweenKinks(LineZero),
    /// No revenue is above 0.
    WithoutRevenue,
    /// The gross margin is at or below 0, so that revenue leaves nothing.
    WithoutMargin,
    /// The tax rate is 1, so that revenue leaves nothing after tax.
    AllTaxed,
    /// The present value of all that follows revenue is 0.
    NothingFollows,
    /// The factor would be below 0.
    BelowZero,
    /// Several factors lead to a value of 0.
    Several,
    /// No factor leads to a value of 0.
    Nowhere,
}

impl RevenueFactor {
    /// Returns the factor where the tax has kinks, because losses are carried forward, and where a factor is to be found; `None` elsewhere.
    pub fn over_kinks(inputs: &CapexRoiInputs, investment: &Investment) -> Option<RevenueFactor> {
        let limit = inputs.offset_limit().filter(|_| !inputs.tax().is_zero())?;
        if without_any::<Exact>(inputs).is_some() {
            return None;
        }
        let worth = investment.worth(inputs);
        Some(followed(inputs, investment, &worth, limit))
    }

    pub fn of(inputs: &CapexRoiInputs, investment: &Investment, worth: &InvestmentWorth) -> RevenueFactor {
        RevenueFactor::over_kinks(inputs, investment)
            .unwrap_or_else(|| RevenueFactor::of_line(inputs, worth.net_present_value(), worth.present_value_of_revenues))
    }
}

impl<A: Arithmetic> RevenueFactor<A> {
    /// Returns the factor where the net present value is a straight line in the factor.
    pub fn of_line(inputs: &CapexRoiInputs, net_present_value: A, of_revenues: A) -> RevenueFactor<A> {
        if let Some(without) = without_any(inputs) {
            return without;
        }
        if of_revenues.is_zero() {
            return RevenueFactor::NothingFollows;
        }
        let factor = break_even_revenue_factor(net_present_value, of_revenues);
        if factor.is_negative_as_answer() { RevenueFactor::BelowZero } else { RevenueFactor::Factor(factor) }
    }

    pub fn value(&self) -> Option<A> {
        match self {
            RevenueFactor::Factor(factor) => Some(*factor),
            RevenueFactor::BetweenKinks(zero) => Some(A::exact(zero.at)),
            _ => None,
        }
    }
}

/// Returns why there is no factor, whatever the flows are worth.
fn without_any<A: Arithmetic>(inputs: &CapexRoiInputs) -> Option<RevenueFactor<A>> {
    if inputs.revenues.iter().all(|revenue| revenue.get().is_zero()) {
        return Some(RevenueFactor::WithoutRevenue);
    }
    if !inputs.margin().is_positive() {
        return Some(RevenueFactor::WithoutMargin);
    }
    inputs.tax_rate.is_some_and(|rate| rate.get() == Decimal::ONE).then_some(RevenueFactor::AllTaxed)
}

/// Follows the net present value over every kink of the tax.
fn followed(inputs: &CapexRoiInputs, investment: &Investment, of_investment: &InvestmentWorth, limit: Exact) -> RevenueFactor {
    let factors = FlowFactors::<Exact>::new(inputs);
    let tax_rate = inputs.tax();
    let worth = |period: usize| factors.of_flows.get(period).map_or(Exact::ZERO, |factor| factor.of(Exact::ONE));
    let (mut balance, mut scale) = (KinkedLine::default(), investment.end.total().absolute());
    // What the tax of each period is more than with losses offset at once, at the revenues that were given.
    let mut carried = Exact::ZERO;
    let mut worth_now = worth(0);
    for (period, moved) in investment.moves.iter().enumerate().while_awaited() {
        let costs = moved.kept_revenue - moved.profit();
        let mut worth_next = worth(period.saturating_add(1));
        let is_last = period.saturating_add(1) == investment.moves.len();
        match investment.end.disposal.filter(|_| is_last) {
            None => balance.earn(moved.kept_revenue, costs, limit),
            Some(disposal) => {
                // The tax without the gain moves with the period's flows, what it is more with the gain at the very end.
                let worth_at_end = factors.at_end.of(Exact::ONE);
                let mut without = balance.branch();
                without.earn(moved.kept_revenue, costs, limit);
                without.weigh(worth_now - worth_at_end);
                balance.earn(moved.kept_revenue, costs - disposal.gain(), limit);
                balance.absorb(without);
                carried = carried + (disposal.tax - disposal.gain() * tax_rate) * worth_at_end;
                worth_next = worth_now - worth_at_end;
            }
        }
        balance.weigh(worth_now - worth_next);
        carried = carried + (moved.tax - moved.profit() * tax_rate) * worth_now;
        scale = scale + (moved.operating_profit.absolute() + moved.depreciation + moved.capital_expenditure) * worth_now;
        worth_now = worth_next;
    }
    let slope = of_investment.present_value_of_revenues;
    let at_zero = of_investment.net_present_value() + carried - slope;
    match balance.zeros(at_zero, slope, tax_rate, scale) {
        Zeros::One(zero) => RevenueFactor::BetweenKinks(zero),
        Zeros::Several => RevenueFactor::Several,
        Zeros::None if at_zero.is_positive() => RevenueFactor::BelowZero,
        Zeros::None => RevenueFactor::Nowhere,
    }
}

pub(super) fn break_even_revenue_factor<N: Number>(net_present_value: N, of_revenues: N) -> N {
    ((of_revenues - net_present_value) / of_revenues).named("break_even_revenue_factor")
}
