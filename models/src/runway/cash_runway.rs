//! Runway: how many months the cash lasts, and how much is needed to get through the horizon, the 12-month test.

use rust_decimal::Decimal;

use super::inputs::{Month, RunwayInputs};
use super::losses::losses;
use super::lowest::Lowest;
use super::months::{MonthlyFlows, Months, money};
use super::plan::{Plan, is_precise};
use super::search::{Crossing, Found, search};
use crate::arithmetic::Arithmetic;
use crate::calendar::{Date, add_days, days_between, month_end};
use crate::input::{Bounded, ModelError};
use crate::number::{Exact, Number};
use crate::precision::{Computation, quickly};
use crate::work::WhileAwaited;

/// Outcome of the runway model: burn, balances over the horizon, and when the cash is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Runway {
    /// Gross burn: cash costs of month 1.
    pub gross_burn: Decimal,
    /// Net burn: cash costs less cash revenues of month 1.
    pub net_burn: Decimal,
    /// Net loss: costs less revenues of month 1 by accrual, non-cash lines included.
    pub net_loss: Decimal,
    /// Gross burn of months 1 to 12: cash costs.
    pub annual_gross_burn: Decimal,
    /// Net burn of months 1 to 12: cash costs less cash revenues.
    pub annual_net_burn: Decimal,
    /// Net loss of months 1 to 12: costs less revenues by accrual, non-cash lines included.
    pub annual_net_loss: Decimal,
    /// Whether and when the balance falls below the minimum cash.
    pub outcome: CashOutcome,
    /// Cash need: money to raise, so that the balance stays at or above the minimum cash over the horizon.
    pub cash_need: Decimal,
    /// Lowest balance of the horizon.
    pub lowest_balance: Decimal,
    /// Month of the lowest balance, the earliest of several; 0 for the start.
    pub lowest_balance_month: u32,
    /// Balance at the end of the horizon.
    pub ending_balance: Decimal,
    /// Month from which on no month of the horizon burns cash; `None` when the last one burns.
    pub cash_positive_month: Option<u32>,
    /// Burn multiple: annual_net_burn / net new annual recurring revenue; `None` unless both are above 0.
    pub burn_multiple: Option<Decimal>,
    /// Ledger: the months of the horizon, where the request asks for them.
    pub ledger: Vec<MonthlyBalance>,
}

/// Whether and when the balance falls below the minimum cash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CashOutcome {
    /// The cash runs out: the balance falls below the minimum cash.
    #[non_exhaustive]
    RunsOut {
        /// Runway in months, until the balance falls below the minimum cash.
        runway_months: Decimal,
        /// Runway in whole months, rounded down.
        whole_months: u32,
        /// Date on which the cash runs out; `None` without a date of the balance.
        cash_out_date: Option<Date>,
        /// True when the cash runs out in a month of the horizon.
        within_horizon: bool,
    },
    /// The cash lasts: the balance does not fall below the minimum cash within 1200 months.
    #[non_exhaustive]
    Lasts {
        /// True when no month burns cash.
        cash_flow_positive: bool,
        /// Lowest balance of the 1200 months.
        lowest_balance: Decimal,
        /// Month of that balance, the earliest of several; 0 for the start.
        lowest_balance_month: u32,
    },
    /// Unknown outcome, because the request has no cash balance.
    Unknown,
}

/// One month of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MonthlyBalance {
    /// Number of the month; 1 is the first.
    pub month: u32,
    /// Last day of the month; `None` without a date of the balance.
    pub month_end: Option<Date>,
    /// Cash revenues of the month.
    pub revenues: Decimal,
    /// Cash costs of the month.
    pub costs: Decimal,
    /// One-off movements at the end of the month.
    pub events: Decimal,
    /// Net cash flow of the month: revenues - costs + interest + events.
    pub net_cash_flow: Decimal,
    /// Interest of the month; `None` without an interest rate.
    pub interest: Option<Decimal>,
    /// Balance at the end of the month.
    pub balance: Decimal,
}

/// Computes the runway: how many months the cash lasts, month by month.
///
/// ```text
/// net_burn(m)   = cash costs(m) - cash revenues(m)
/// interest(m)   = ((1 + interest_rate)^(1/12) - 1) × max(0, balance(m-1) + what is paid at the start of month m)
/// balance(m)    = balance(m-1) - net_burn(m) + interest(m) + events(m)
/// cash_need     = max(0, minimum_cash - lowest_balance)
/// runway_months = the first moment after which the balance is below minimum_cash
/// ```
///
/// - Payments: what is paid at a month's start moves at the moment at which the month before ends, and is looked at together with all that
///   moves at that moment: payments at the end, interest and events. The burn is that of the cash; the loss is by accrual, as if all lines were
///   paid evenly and at once.
/// - Special cases: of a runway that lasts, the lowest balance of all 1200 months is answered too; a balance equal to the minimum is not below it; events fall on the end of their month; a balance that growth
///   leaves within rounding of the minimum (1e-54 of the grown amounts, 1e-34 with many lines) counts as equal.
/// - Dates: the balance is that of the end of as_of_date; months end on last days where as_of_date is the last day of its month, else on
///   its own day, or on the last day of a month without such a day.
/// - Shapes: any number of lines and events; months 1 to 1200.
/// - Units: money in one currency; months, of which 12 make a year.
/// - Rounding: half-even at the 28th digit, once for each result; months, quarters and years are summed in twelfths.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: IAS 1, paragraph 26, for the going-concern horizon of 12 months; David Sacks, "The Burn Multiple", 2020.
///
/// # Example: 600 000 in the bank, 50 000 net burn a month
///
/// ```
/// use paydirt_models::input::{AnyDecimal, Bounded, NonNegative, Period};
/// use paydirt_models::runway::{CashLine, CashOutcome, LineAmounts, LineGrowth, MonthSpan, Recurring, RunwayInputs, runway};
/// use rust_decimal::dec;
///
/// let inputs = RunwayInputs {
///     cash_balance: AnyDecimal::new(dec!(600000)),
///     minimum_cash: None,
///     as_of_date: None,
///     horizon_months: None,
///     costs: vec![CashLine::evenly(LineAmounts::Recurring(Recurring {
///         amount: NonNegative::new(dec!(50000)).unwrap(),
///         period: Period::Month,
///         growth: LineGrowth::Flat,
///         months: MonthSpan::ALWAYS,
///     }))],
///     revenues: vec![],
///     events: vec![],
///     net_new_annual_recurring_revenue: None,
///     include_ledger: false,
///     interest_rate: None,
/// };
/// let CashOutcome::RunsOut { runway_months, .. } = runway(&inputs).unwrap().outcome else { panic!() };
/// assert_eq!(runway_months, dec!(12));
/// ```
///
/// "The cash lasts 12 months."
pub fn runway(inputs: &RunwayInputs) -> Result<Runway, ModelError> {
    // What grows is followed with 38 digits otherwise, which 128 bits do not outrun.
    if is_precise(inputs) { quickly(&RunwayOf { inputs }) } else { RunwayOf { inputs }.with::<Exact>() }
}

/// The runway of a request, over any arithmetic.
struct RunwayOf<'a> {
    inputs: &'a RunwayInputs,
}

impl Computation for RunwayOf<'_> {
    type Answer = Result<Runway, ModelError>;

    fn with<A: Arithmetic>(&self) -> Result<Runway, ModelError> {
        runway_by::<A>(self.inputs)
    }
}

fn runway_by<A: Arithmetic>(inputs: &RunwayInputs) -> Result<Runway, ModelError> {
    let horizon = inputs.horizon();
    // The annual figures are those of twelve months, however short the horizon.
    let plan = Plan::<A>::new(inputs);
    let mut rest = Months::new(&plan);
    let months: Vec<MonthlyFlows<A>> = rest.by_ref().take(horizon.max(YEAR) as usize).collect();
    let in_horizon = months.get(..horizon as usize).unwrap_or(&months);
    let first_year = months.get(..YEAR as usize).unwrap_or(&months);
    let first = first_year.get(..1).unwrap_or_default();

    let losses = losses(inputs, first_year);
    let monthly = Burn::of(first, &losses);
    let annual = Burn::of(first_year, &losses);
    let lowest = Lowest::of(&plan, in_horizon);
    Ok(Runway {
        gross_burn: monthly.gross.value("gross_burn")?,
        net_burn: monthly.net.value("net_burn")?,
        net_loss: monthly.loss.value("net_loss")?,
        annual_gross_burn: annual.gross.value("annual_gross_burn")?,
        annual_net_burn: annual.net.value("annual_net_burn")?,
        annual_net_loss: annual.loss.value("annual_net_loss")?,
        outcome: outcome(&plan, &months, rest)?,
        cash_need: cash_need(inputs.minimum(), lowest.balance()).value("cash_need")?,
        lowest_balance: lowest.balance().value("lowest_balance")?,
        lowest_balance_month: lowest.month,
        ending_balance: in_horizon
            .last()
            .map_or(inputs.opening_balance(), |month| money(month.balance))
            .value("ending_balance")?,
        cash_positive_month: cash_positive_month(in_horizon),
        burn_multiple: burn_multiple_of(inputs, annual.net).map(|multiple| multiple.value("burn_multiple")).transpose()?,
        ledger: if inputs.include_ledger { ledger(inputs, in_horizon)? } else { Vec::new() },
    })
}

const YEAR: u32 = 12;

/// Gross burn, net burn and net loss over some months.
struct Burn<A> {
    gross: A,
    net: A,
    loss: A,
}

impl<A: Arithmetic> Burn<A> {
    fn of(months: &[MonthlyFlows<A>], losses: &[A]) -> Burn<A> {
        let sum = |part: fn(&MonthlyFlows<A>) -> A| money(months.iter().fold(A::ZERO, |sum, month| sum + part(month)));
        Burn {
            gross: sum(|month| month.costs),
            net: sum(MonthlyFlows::net_burn),
            loss: money(losses.iter().take(months.len()).fold(A::ZERO, |sum, loss| sum + *loss)),
        }
    }
}

pub(super) fn cash_need<N: Number>(minimum_cash: N, lowest_balance: N) -> N {
    (minimum_cash - lowest_balance).max(N::of(Decimal::ZERO)).named("cash_need")
}

pub(super) fn burn_multiple<N: Number>(annual_net_burn: N, net_new_annual_recurring_revenue: N) -> N {
    (annual_net_burn / net_new_annual_recurring_revenue).named("burn_multiple")
}

fn burn_multiple_of<A: Arithmetic>(inputs: &RunwayInputs, annual_net_burn: A) -> Option<A> {
    let net_new = A::of(inputs.net_new_annual_recurring_revenue?.get());
    (annual_net_burn.as_answer().is_positive() && net_new.is_positive()).then(|| burn_multiple(annual_net_burn, net_new))
}

fn cash_positive_month<A: Arithmetic>(months: &[MonthlyFlows<A>]) -> Option<u32> {
    let peaceful = months.iter().rev().take_while(|month| !month.burns());
    peaceful.last().map(|month| month.month)
}

fn outcome<A: Arithmetic>(
    plan: &Plan<'_, A>,
    months: &[MonthlyFlows<A>],
    rest: Months<'_, A>,
) -> Result<CashOutcome, ModelError> {
    if plan.inputs.cash_balance.is_none() {
        return Ok(CashOutcome::Unknown);
    }
    match search(plan, months, rest) {
        Found::Lasts { burns, lowest } => Ok(CashOutcome::Lasts {
            cash_flow_positive: !burns,
            lowest_balance: lowest.balance().value("lasts.lowest_balance")?,
            lowest_balance_month: lowest.month,
        }),
        Found::Crossing(crossing) => runs_out(plan.inputs, &crossing).map_err(|error| error.within("runs_out")),
    }
}

fn runs_out<A: Arithmetic>(inputs: &RunwayInputs, crossing: &Crossing<A>) -> Result<CashOutcome, ModelError> {
    let (month, headroom, even_burn) = match *crossing {
        Crossing::AtStart => (0, A::ZERO, A::ONE),
        Crossing::AtStartOf { month } => (month.saturating_sub(1), A::ZERO, A::ONE),
        Crossing::AtEndOf { month } => (month, A::ZERO, A::ONE),
        Crossing::Within { month, headroom, even_burn } => (month.saturating_sub(1), headroom, even_burn),
    };
    let runway_months = runway_months(A::whole(month), headroom, even_burn).value("runway_months")?;
    let whole_months = u32::try_from(runway_months.trunc().mantissa()).unwrap_or(Month::LAST.get());
    let cash_out_date = match inputs.as_of_date {
        None => None,
        Some(start) => {
            let date = month_end(start, whole_months)?;
            let days = if Decimal::from(whole_months) == runway_months {
                0
            } else {
                let days_in_month = days_between(date, month_end(start, whole_months.saturating_add(1))?);
                // Multiplied before it is divided: a third of 30 days is 10 of them.
                days_of_rest(headroom, even_burn, A::whole(days_in_month)).as_answer().whole_part().unwrap_or(0)
            };
            Some(add_days(date, i64::try_from(days).unwrap_or(0))?)
        }
    };
    Ok(CashOutcome::RunsOut {
        runway_months,
        whole_months,
        cash_out_date,
        within_horizon: crossing.month() <= inputs.horizon(),
    })
}

pub(super) fn runway_months<N: Number>(months_before: N, headroom: N, even_burn: N) -> N {
    (months_before + headroom / even_burn).named("runway_months")
}

fn days_of_rest<N: Number>(headroom: N, even_burn: N, days_in_month: N) -> N {
    headroom * days_in_month / even_burn
}

fn ledger<A: Arithmetic>(inputs: &RunwayInputs, months: &[MonthlyFlows<A>]) -> Result<Vec<MonthlyBalance>, ModelError> {
    let numbered = months.iter().enumerate().while_awaited();
    numbered
        .map(|(index, month)| monthly_balance(inputs, month).map_err(|error| error.within(&format!("ledger[{index}]"))))
        .collect()
}

fn monthly_balance<A: Arithmetic>(inputs: &RunwayInputs, month: &MonthlyFlows<A>) -> Result<MonthlyBalance, ModelError> {
    Ok(MonthlyBalance {
        month: month.month,
        month_end: inputs.as_of_date.map(|start| month_end(start, month.month)).transpose()?,
        revenues: money(month.revenues).value("revenues")?,
        costs: money(month.costs).value("costs")?,
        events: money(month.events).value("events")?,
        net_cash_flow: money(month.interest + month.events - month.net_burn()).value("net_cash_flow")?,
        interest: inputs.interest_rate.map(|_| money(month.interest).value("interest")).transpose()?,
        balance: money(month.balance).value("balance")?,
    })
}
