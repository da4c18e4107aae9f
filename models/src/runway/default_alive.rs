//! Default alive: whether a company, on its present growth, never runs out of cash. Paul Graham's question.
//!
//! Sources: Paul Graham, "Default Alive or Default Dead?" (2015); Trevor Blackwell's growth calculator (growth.tlb.org), whose
//! continuous form is the default here.

use rust_decimal::{Decimal, dec};

use super::burn_curve::{BurnCurve, GrowingFlow};
use super::gone::{RisingSpan, months_rounded_up, time_when_gone, whole_months};
use super::growth_timing::GrowthTiming;
use crate::arithmetic::Arithmetic;
use crate::input::{Bounded, ModelError, MonthlyRate, NonNegative};
use crate::number::Number;
use crate::precision::{Computation, quickly};
use crate::warning::{WarningReason, Warnings};

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

/// Outcome of the default-alive model: the verdict, the break-even, the capital needed, and when the loss begins.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DefaultAlive {
    /// Verdict: true when the cash never runs out on this course.
    pub alive: bool,
    /// Months until revenue first reaches expenses; whole months unless growth is continuous; `None` when revenue is below expenses
    /// for ever.
    pub break_even_months: Option<Decimal>,
    /// Capital needed: the greatest amount that is ever burned, less what was earned by then; `None` when there is no end to it.
    pub capital_needed: Option<Decimal>,
    /// Cushion: cash_balance - capital_needed.
    pub cushion: Option<Decimal>,
    /// Months until the cash is gone; `None` of a company that is default alive.
    pub runway_months: Option<Decimal>,
    /// Months after which expenses exceed revenue for good; `None` when there is no such time.
    pub loss_from_months: Option<Decimal>,
}

/// Computes whether the cash ever runs out on the present course.
///
/// ```text
/// r = ln(1 + revenue growth), x = ln(1 + expense growth)
/// burned(t)        = expenses × (e^(x × t) - 1) / x - revenue × (e^(r × t) - 1) / r       at x = 0: expenses × t; at r = 0: revenue × t
/// monthly timings:   expenses × ((1 + h)^n - 1) / h - revenue × ((1 + g)^n - 1) / g, n whole months
/// break_even_months = ln(expenses / revenue) / (r - x) where revenue catches up
/// loss_from_months  = ln(revenue / expenses) / (x - r) where expenses overtake
/// capital_needed    = burned(break_even_months) where revenue catches up; 0 where it stays at or above expenses;
/// else max(0, expenses / |x| - revenue / |r|) where expenses shrink, and without end where they do not
/// ```
///
/// - Special cases: an amount of 0 does not grow; of a company whose expenses overtake, what was earned before the loss counts in
///   what is needed and in the runway; loss_from_months is 0 where revenue is below expenses and never catches up.
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
    quickly(&DefaultAliveOf { inputs })
}

/// The answer to a company's question, over any arithmetic.
struct DefaultAliveOf<'a> {
    inputs: &'a DefaultAliveInputs,
}

impl Computation for DefaultAliveOf<'_> {
    type Answer = Result<DefaultAlive, ModelError>;

    fn with<A: Arithmetic>(&self) -> Result<DefaultAlive, ModelError> {
        default_alive_by::<A>(self.inputs)
    }
}

fn default_alive_by<A: Arithmetic>(inputs: &DefaultAliveInputs) -> Result<DefaultAlive, ModelError> {
    let cash = A::of(inputs.cash_balance.get());
    let curve = inputs.curve(|_, value| A::of(value));
    let course = inputs.course(&curve);
    let (break_even, need, loss_from) = match course {
        Course::Earns => (Some(A::ZERO), Some(A::ZERO), None),
        Course::Reaches { months } => (Some(months), Some(curve.burned(months)), None),
        Course::Loses { from, has_end, earns_first } => {
            let need = has_end.then(|| curve.ever_burned(inputs.has_revenue()).max(A::ZERO));
            (earns_first.then_some(A::ZERO), need, Some(from))
        }
    };
    let mut answer = DefaultAlive {
        alive: need.is_some_and(|need| need.as_answer() <= cash),
        break_even_months: break_even.map(|months| months.value("break_even_months")).transpose()?,
        capital_needed: need.map(|need| need.value("capital_needed")).transpose()?,
        cushion: None,
        runway_months: None,
        loss_from_months: None,
    };
    if let Some(need) = need {
        // What was rounded to be exactly enough leaves nothing, and no trace of the rounding.
        let cushion = if need.as_answer() == cash { A::ZERO } else { cushion(cash, need) };
        answer.cushion = Some(cushion.value("cushion")?);
    }
    if !answer.alive {
        let time = time_when_gone(&curve, cash, course.burning(inputs.timing()));
        let runway = match inputs.timing() {
            GrowthTiming::Continuous => time,
            _ => curve.runway_after(whole_months(time), cash),
        };
        answer.runway_months = Some(runway.value("runway_months")?);
    }
    answer.loss_from_months = loss_from.map(|months| months.value("loss_from_months")).transpose()?;
    Ok(answer)
}

/// Warns of a loss that begins after more than 120 months. Its field is the growth of revenue, which every request has.
pub fn warn_of_a_far_loss(outcome: &DefaultAlive, warnings: &mut Warnings) {
    const FAR: Decimal = dec!(120);
    if let Some(months) = outcome.loss_from_months.filter(|months| *months > FAR) {
        warnings.add(WarningReason::LossIsFar, "monthly_revenue_growth_rate", || {
            let months = months.trunc();
            format!("expenses exceed revenue for good after {months} months: hardly anything grows evenly for so long")
        });
    }
}

/// Course of a company: how revenue and expenses stand from today on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Course<A> {
    /// Course: revenue is at or above expenses from today on.
    Earns,
    /// Course: revenue is below expenses, and reaches them after these months.
    Reaches { months: A },
    /// Course: expenses exceed revenue for good after `from` months, having been at or below it before where `earns_first` is true.
    /// All that is ever burned is finite where `has_end` is true.
    Loses { from: A, has_end: bool, earns_first: bool },
}

impl<A: Arithmetic> Course<A> {
    /// Returns the time within which the burned amount rises to its greatest.
    fn burning(self, timing: GrowthTiming) -> RisingSpan<A> {
        match self {
            Course::Earns => RisingSpan { after: A::ZERO, rises_from: A::ZERO, until: None },
            Course::Reaches { months } => RisingSpan { after: A::ZERO, rises_from: A::ZERO, until: Some(months) },
            Course::Loses { from, .. } => {
                // A loss that begins with nothing left and nothing burned is where the cash is gone, and lies inside the span.
                let early = if timing == GrowthTiming::Continuous { A::ZERO } else { A::ONE };
                RisingSpan { after: (from - early).max(A::ZERO), rises_from: from, until: None }
            }
        }
    }
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

    pub(super) fn course<A: Arithmetic>(&self, curve: &BurnCurve<A>) -> Course<A> {
        let (revenue, expenses) = (self.monthly_revenue, self.monthly_expenses);
        let revenue_growth = if self.has_revenue() { self.monthly_revenue_growth_rate.get() } else { Decimal::ZERO };
        let earns_first = revenue >= expenses;
        if earns_first && (expenses.get().is_zero() || revenue_growth >= self.expense_growth()) {
            return Course::Earns;
        }
        if !earns_first && self.has_revenue() && revenue_growth > self.expense_growth() {
            let time = curve.break_even_time();
            let months = match self.timing() {
                GrowthTiming::Continuous => time,
                GrowthTiming::EndOfMonth => months_rounded_up(time),
                GrowthTiming::StartOfMonth => months_rounded_up(time) - A::ONE,
            };
            return Course::Reaches { months };
        }
        let from = match (earns_first, self.timing()) {
            (false, _) => A::ZERO,
            (true, GrowthTiming::Continuous) => curve.loss_time(),
            (true, GrowthTiming::EndOfMonth) => whole_months(curve.loss_time()) + A::ONE,
            (true, GrowthTiming::StartOfMonth) => whole_months(curve.loss_time()),
        };
        Course::Loses { from, has_end: self.expense_growth() < Decimal::ZERO, earns_first }
    }
}

pub(super) fn cushion<N: Number>(cash_balance: N, capital_needed: N) -> N {
    (cash_balance - capital_needed).named("cushion")
}
