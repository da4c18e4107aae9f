//! Default alive: whether a company, on its present growth, reaches profitability on the cash it has. Paul Graham's question.
//!
//! Sources: Paul Graham, "Default Alive or Default Dead?" (2015); Trevor Blackwell's growth calculator (growth.tlb.org), whose
//! continuous form is the default here.

use rust_decimal::Decimal;

use super::burn_curve::{BurnCurve, GrowingFlow};
use super::gone::{months_rounded_up, time_when_gone, whole_months};
use super::growth_timing::GrowthTiming;
use crate::input::{Bounded, ModelError, MonthlyRate, NonNegative};
use crate::number::{Exact, Number};

/// Inputs of the default-alive model: cash, revenue, expenses and their growth.
#[derive(Clone, Debug)]
pub struct DefaultAliveInputs {
    /// Cash balance today.
    pub cash_balance: NonNegative,
    /// Revenue per month, today.
    pub monthly_revenue: NonNegative,
    /// Expenses per month, today.
    pub monthly_expenses: NonNegative,
    /// Of revenue, a month.
    pub monthly_revenue_growth_rate: MonthlyRate,
    /// Of expenses, a month; `None` is 0.
    pub monthly_expense_growth_rate: Option<MonthlyRate>,
    /// `None` is continuous.
    pub timing: Option<GrowthTiming>,
}

/// Outcome of the default-alive model: the verdict, the break-even, and the capital needed until then.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DefaultAlive {
    /// Verdict: true when the company reaches profitability on the cash it has.
    pub alive: bool,
    /// Months until revenue reaches expenses; whole months unless growth is continuous; `None` when revenue never reaches expenses.
    pub break_even_months: Option<Decimal>,
    /// Capital needed: cash burned until break-even.
    pub capital_needed: Option<Decimal>,
    /// Cushion: cash_balance - capital_needed.
    pub cushion: Option<Decimal>,
    /// Months until the cash is gone; `None` of a company that is default alive.
    pub runway_months: Option<Decimal>,
}

/// Computes whether revenue reaches expenses before the cash is gone.
///
/// ```text
/// r = ln(1 + revenue growth), x = ln(1 + expense growth)
/// break_even_months = ln(expenses / revenue) / (r - x)
/// capital_needed    = expenses × (e^(x × T) - 1) / x - revenue × (e^(r × T) - 1) / r      at x = 0: expenses × T; at r = 0:
/// revenue × T
/// monthly timings:    expenses × ((1 + h)^n - 1) / h - revenue × ((1 + g)^n - 1) / g, n whole months
/// ```
///
/// - Special cases: a company whose revenue is at or above expenses today needs no capital, in every timing; a company whose
///   revenue never reaches expenses is alive only if the cash covers all that is ever burned, which is finite when expenses shrink.
/// - Units: money a month in one currency; rates per month; months.
/// - Rounding: half-even at the 28th digit, from at least 40 correct digits; the verdict compares the cash with the rounded capital
///   need. Revenue within a 1e-40th of the month's expenses counts as equal.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: Paul Graham, "Default Alive or Default Dead?", 2015; Trevor Blackwell, growth calculator, growth.tlb.org, for
///   continuous growth.
///
/// # Example: 100 of revenue growing by a tenth, 121 of expenses, 33 in the bank
///
/// ```
/// use paydirt_models::input::{Bounded, MonthlyRate, NonNegative};
/// use paydirt_models::runway::{DefaultAliveInputs, GrowthTiming, default_alive};
/// use rust_decimal::dec;
///
/// let company = DefaultAliveInputs {
///     cash_balance: NonNegative::new(dec!(33)).unwrap(),
///     monthly_revenue: NonNegative::new(dec!(100)).unwrap(),
///     monthly_expenses: NonNegative::new(dec!(121)).unwrap(),
///     monthly_revenue_growth_rate: MonthlyRate::new(dec!(0.1)).unwrap(),
///     monthly_expense_growth_rate: None,
///     timing: Some(GrowthTiming::EndOfMonth),
/// };
/// let answer = default_alive(&company).unwrap();
/// assert!(answer.alive);
/// assert_eq!((answer.break_even_months, answer.capital_needed), (Some(dec!(2)), Some(dec!(32))));
/// ```
///
/// "We burn 32 in two months, and then we earn: we are alive."
pub fn default_alive(inputs: &DefaultAliveInputs) -> Result<DefaultAlive, ModelError> {
    let cash = Exact::from(inputs.cash_balance.get());
    let curve = inputs.curve(|_, value| Exact::from(value));
    let mut answer =
        DefaultAlive { alive: true, break_even_months: None, capital_needed: None, cushion: None, runway_months: None };
    let (need, break_even) = match inputs.course(&curve) {
        Course::Already => (Some(Exact::ZERO), Some(Exact::ZERO)),
        Course::Reaches { months } => (Some(curve.burned(months)), Some(months)),
        Course::Shrinks => (Some(curve.ever_burned(inputs.has_revenue())), None),
        Course::Never => (None, None),
    };
    answer.alive = need.is_some_and(|need| need.as_answer() <= cash);
    if let (Some(need), Some(months)) = (need, break_even) {
        answer.break_even_months = Some(months.value("break_even_months")?);
        answer.capital_needed = Some(need.value("capital_needed")?);
        // What was rounded to be exactly enough leaves nothing, and no trace of the rounding.
        let cushion = if need.as_answer() == cash { Exact::ZERO } else { cushion(cash, need) };
        answer.cushion = Some(cushion.value("cushion")?);
    }
    if !answer.alive {
        let time = time_when_gone(&curve, cash, break_even);
        let runway = match inputs.timing() {
            GrowthTiming::Continuous => time,
            _ => curve.runway_after(whole_months(time), cash),
        };
        answer.runway_months = Some(runway.value("runway_months")?);
    }
    Ok(answer)
}

/// Course of a company: whether, and after how long, revenue reaches expenses.
#[derive(Clone, Copy, Debug)]
pub(super) enum Course {
    /// Course: revenue is at or above expenses today.
    Already,
    /// Course: revenue reaches expenses after these months.
    Reaches { months: Exact },
    /// Course: revenue never reaches expenses, but expenses shrink, and all that is ever burned is finite.
    Shrinks,
    /// Course: revenue never reaches expenses, and the burned amount grows without bound.
    Never,
}

impl DefaultAliveInputs {
    pub(super) fn timing(&self) -> GrowthTiming {
        self.timing.unwrap_or(GrowthTiming::Continuous)
    }

    pub(super) fn expense_growth(&self) -> Decimal {
        self.monthly_expense_growth_rate.map_or(Decimal::ZERO, Bounded::get)
    }

    pub(super) fn has_revenue(&self) -> bool {
        !self.monthly_revenue.get().is_zero()
    }

    /// Returns the curve of burned cash. `number` turns a field of the inputs into a number of the kernel.
    pub(super) fn curve<N: Number>(&self, number: impl Fn(&'static str, Decimal) -> N) -> BurnCurve<N> {
        let timing = self.timing();
        let flow = |(amount, amount_name), (growth, growth_name), force_name| {
            // Nothing grows to nothing, however fast.
            let is_flat = Decimal::is_zero(&growth) || Decimal::is_zero(&amount);
            GrowingFlow::new(timing, number(amount_name, amount), number(growth_name, growth), is_flat, force_name)
        };
        let revenue_growth = self.monthly_revenue_growth_rate.get();
        let revenue =
            flow((self.monthly_revenue.get(), "monthly_revenue"), (revenue_growth, "monthly_revenue_growth_rate"), "r");
        let expenses = flow(
            (self.monthly_expenses.get(), "monthly_expenses"),
            (self.expense_growth(), "monthly_expense_growth_rate"),
            "x",
        );
        BurnCurve::new(timing, expenses, revenue)
    }

    pub(super) fn course(&self, curve: &BurnCurve<Exact>) -> Course {
        if self.monthly_revenue >= self.monthly_expenses {
            return Course::Already;
        }
        if !self.has_revenue() || self.monthly_revenue_growth_rate.get() <= self.expense_growth() {
            return if self.expense_growth() < Decimal::ZERO { Course::Shrinks } else { Course::Never };
        }
        let time = curve.break_even_time();
        let months = match self.timing() {
            GrowthTiming::Continuous => time,
            GrowthTiming::EndOfMonth => months_rounded_up(time),
            GrowthTiming::StartOfMonth => months_rounded_up(time) - Exact::ONE,
        };
        Course::Reaches { months }
    }
}

pub(super) fn cushion<N: Number>(cash_balance: N, capital_needed: N) -> N {
    (cash_balance - capital_needed).named("cushion")
}
