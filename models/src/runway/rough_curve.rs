//! Burn curve in doubles, for a first guess: differences of nearly equal amounts and rates are taken before they are rounded.
//!
//! With `E` and `R` the expenses and the revenue of the start, as if they accrued at every moment, `x` and `r` their forces of growth, and
//! `A(x, t) = (e^(x t) - 1) / x`,
//!
//! ```text
//! burned(t) = E A(x, t) - R A(r, t) = (E - R) A(x, t) + R (A(x, t) - A(r, t))
//!           = S e^(r t) + E / x (e^(x t) - e^(r t)) - S                                  with S = E / x - R / r
//! ```
//!
//! The difference in the last bracket of the first line is `x - r` times a sum without cancellation. The second line tells times at which growth has
//! left nothing of the cash, and those at which hardly anything is left to be burned.

use super::burn_curve::BurnCurve;
use crate::arithmetic::Arithmetic;

/// Burn curve in doubles, beside an amount of cash.
pub(super) struct RoughCurve {
    /// Expenses, revenue, and the difference between them, at the start.
    expenses: f64,
    revenue: f64,
    burn: f64,
    /// Forces of growth of expenses and of revenue, and the difference between them.
    expense_force: f64,
    revenue_force: f64,
    apart: f64,
    cash: f64,
    ahead: Option<Ahead>,
}

/// S, and S with the cash.
struct Ahead {
    amount: f64,
    with_cash: f64,
}

impl RoughCurve {
    /// Returns the curve beside so much cash.
    pub fn of<A: Arithmetic>(curve: &BurnCurve<A>, cash: A) -> RoughCurve {
        let (expenses, expense_force) = curve.expenses.at_every_moment(curve.timing);
        let (revenue, revenue_force) = curve.revenue.at_every_moment(curve.timing);
        let ahead = match (curve.expenses.is_flat, curve.revenue.is_flat) {
            (false, true) if revenue.is_zero() => Some(expenses / expense_force),
            (false, false) => {
                let cross = (expenses - revenue) * revenue_force - revenue * (expense_force - revenue_force);
                Some(cross / (expense_force * revenue_force))
            }
            _ => None,
        };
        RoughCurve {
            expenses: expenses.to_f64(),
            revenue: revenue.to_f64(),
            burn: (expenses - revenue).to_f64(),
            expense_force: expense_force.to_f64(),
            revenue_force: revenue_force.to_f64(),
            apart: (expense_force - revenue_force).to_f64(),
            cash: cash.to_f64(),
            ahead: ahead.map(|ahead| Ahead { amount: ahead.to_f64(), with_cash: (ahead + cash).to_f64() }),
        }
    }

    /// Returns true where less than the cash is burned by that time. Overflow counts as more than the cash: a comparison with NaN is false.
    pub fn is_early(&self, time: f64) -> bool {
        /// Powers of e by which revenue has grown where what it has grown by is far more than it was.
        const FAR: f64 = 20.0;
        let shrink = self.expense_force < 0.0 && (self.revenue_force < 0.0 || self.revenue == 0.0);
        match &self.ahead {
            // Over e^(r t).
            Some(ahead) if self.revenue_force * time > FAR => {
                let grown = self.expenses / self.expense_force * libm::expm1(self.apart * time);
                grown + ahead.amount < ahead.with_cash * libm::exp(-self.revenue_force * time)
            }
            Some(ahead) if shrink && ahead.with_cash.abs() < ahead.amount.abs() / 2.0 => {
                self.left(ahead, time) < ahead.with_cash
            }
            _ => self.burned(time) < self.cash,
        }
    }

    /// Returns S e^(x t) + R / r (e^(x t) - e^(r t)): what is still to be burned, below 0.
    fn left(&self, ahead: &Ahead, time: f64) -> f64 {
        let of_both = ahead.amount * libm::exp(self.expense_force * time);
        if self.revenue == 0.0 {
            return of_both;
        }
        let (expense_growth, revenue_growth, apart) = (self.expense_force * time, self.revenue_force * time, self.apart * time);
        let of_revenue = match apart.abs() < 1.0 {
            true => libm::exp(revenue_growth) * libm::expm1(apart),
            false => libm::exp(expense_growth) - libm::exp(revenue_growth),
        };
        of_both + self.revenue / self.revenue_force * of_revenue
    }

    fn burned(&self, time: f64) -> f64 {
        // Amounts that differ much do not cancel, unless each of them is split.
        if self.burn.abs() > self.expenses.min(self.revenue) {
            return self.expenses * accumulated(self.expense_force, time)
                - self.revenue * accumulated(self.revenue_force, time);
        }
        self.burn * accumulated(self.expense_force, time) + self.revenue * self.accumulated_apart(time)
    }

    /// Returns `A(x, t) - A(r, t)`.
    fn accumulated_apart(&self, time: f64) -> f64 {
        let (expense_growth, revenue_growth) = (self.expense_force * time, self.revenue_force * time);
        if expense_growth.abs() < 1.0 && revenue_growth.abs() < 1.0 {
            return self.apart * time * time * differences(expense_growth, revenue_growth);
        }
        if self.expense_force == 0.0 || self.revenue_force == 0.0 || (self.apart * time).abs() >= 1.0 {
            return accumulated(self.expense_force, time) - accumulated(self.revenue_force, time);
        }
        let faster = libm::exp(revenue_growth) * libm::expm1(self.apart * time) / self.expense_force;
        faster - libm::expm1(revenue_growth) / self.revenue_force * (self.apart / self.expense_force)
    }
}

fn accumulated(force: f64, time: f64) -> f64 {
    if force == 0.0 { time } else { libm::expm1(force * time) / force }
}

/// Returns `((e^x - 1) / x - (e^r - 1) / r) / (x - r)` for x and r below 1: the sum over n of `(x^n + x^(n - 1) r + … + r^n) / (n + 2)!`.
fn differences(x: f64, r: f64) -> f64 {
    const TERMS: u32 = 20;
    let (mut sum, mut powers, mut power, mut factorial) = (0.0, 0.0, 1.0, 1.0);
    for n in 0..TERMS {
        powers = powers * x + power;
        power *= r;
        factorial *= f64::from(n.saturating_add(2));
        sum += powers / factorial;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_of_rates_that_nearly_agree_keep_their_digits() {
        // mpmath, 50 digits: (A(x) - A(r)) / (x - r), and the derivative of A where the two agree.
        for (x, r, expected) in [
            (0.5, 0.25, 0.645_363_498_597_161_4),
            (-0.75, 0.5, 0.475_145_022_710_622_7),
            (1e-12, -1e-12, 0.5),
            (0.99, 0.99, 0.992_845_276_274_367_3),
        ] {
            let found = differences(x, r);
            assert!((found / expected - 1.0).abs() < 1e-14, "{x} {r}: {found:?}");
        }
    }

    #[test]
    fn amounts_and_rates_that_agree_to_all_but_the_last_digits_have_a_time_when_the_cash_is_gone() {
        use rust_decimal::{Decimal, dec};

        use crate::input::{Bounded, MonthlyRate, NonNegative};
        use crate::runway::{DefaultAliveInputs, default_alive};

        let runway = |cash: Decimal, amount: Decimal, growth: Decimal, expense_growth: Decimal| {
            let inputs = DefaultAliveInputs {
                cash_balance: NonNegative::new(cash).unwrap(),
                monthly_revenue: NonNegative::new(amount).unwrap(),
                monthly_expenses: NonNegative::new(amount).unwrap(),
                monthly_revenue_growth_rate: MonthlyRate::new(growth).unwrap(),
                monthly_expense_growth_rate: MonthlyRate::new(expense_growth),
                timing: None,
            };
            default_alive(&inputs).unwrap().runway_months.unwrap()
        };
        // mpmath, 80 digits: the zero of burned(t) - cash.
        let amount = dec!(13912427849136069921930067.11);
        let (growth, faster) = (dec!(0.0059288294338060193253898708), dec!(0.0059288294338060193254598708));
        assert_eq!(runway(dec!(0.9918574270), amount, growth, faster), dec!(0.0452620306238096740425368963));
        let (growth, slower) = (dec!(-0.000507), dec!(-0.0005069999999999999999995));
        let cash = dec!(0.0000000000339662607521991165);
        assert_eq!(runway(cash, dec!(87693991075343542428.7), growth, slower), dec!(0.0012443968902970456681887449));
    }
}
