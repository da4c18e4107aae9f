//! Explanation of a runway, month by month.

use super::cash_runway::{CashOutcome, Runway, burn_multiple, cash_need, runway_months};
use super::explain_lines::assumptions;
use super::explain_months::{balance_name, burn_name, months, moves_at_once};
use super::inputs::{CashLine, LineAmounts, PaymentTiming, RunwayInputs};
use super::losses::losses;
use super::lowest::Lowest;
use super::months::{MonthlyFlows, Months, money};
use super::plan::{Plan, sides};
use super::search::{Crossing, Found, search};
use crate::explanation::{Explanation, canonical, text};
use crate::input::Bounded;
use crate::number::{Exact, Number};
use crate::traced::{Trace, Traced};

/// Explains the outcome of [`super::runway`] step by step.
pub fn explain_runway(inputs: &RunwayInputs, outcome: &Runway) -> Explanation {
    let trace = Trace::default();
    let mut explanation = Explanation::default();
    let horizon = inputs.horizon();
    let plan = Plan::new(inputs);
    let mut rest = Months::new(&plan);
    let first_months: Vec<MonthlyFlows> = rest.by_ref().take(horizon.max(12) as usize).collect();
    let crossing = match inputs.cash_balance {
        None => None,
        Some(_) => match search(&plan, &first_months, rest) {
            Found::Crossing(crossing) => Some(crossing),
            Found::Lasts { .. } => None,
        },
    };

    first_month(inputs, &trace);
    annual(inputs, &trace, &first_months);
    explanation.steps = trace.steps();

    let last = crossing.map_or(0, |crossing| crossing.month()).max(horizon);
    months(&mut explanation, &plan, last);
    horizon_and_end(&mut explanation, &plan, outcome, &first_months, crossing.as_ref());
    assumptions(&mut explanation, &plan, outcome);
    explanation
}

/// Subject of a sum over the lines of month 1: the cash that moves, or the amounts that are earned and incurred.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    Cash,
    NonCash,
    Accrual,
}

/// Returns the twelfths of money of a line in month 1; `None` where there is none.
fn first_amount<'a>(trace: &'a Trace, path: &str, line: &CashLine, of: Of) -> Option<Traced<'a>> {
    let counts = match of {
        Of::Cash => !line.non_cash && line.delay.get() == 0,
        Of::NonCash => line.non_cash,
        Of::Accrual => true,
    };
    if !counts || line.first() > 1 {
        return None;
    }
    let recurring = match &line.amounts {
        LineAmounts::Listed { amounts, .. } => {
            let first = amounts.first()?.get();
            return Some(trace.input(format!("{path}.amounts[0]"), first) * Traced::whole(12));
        }
        LineAmounts::Recurring(recurring) => recurring,
    };
    // The months of which the amount moves in month 1.
    let length = recurring.period.months().unwrap_or(1).min(recurring.months.last());
    let months = match line.timing {
        _ if of != Of::Cash => 1,
        PaymentTiming::Evenly => 1,
        PaymentTiming::AtStart => length,
        PaymentTiming::AtEnd if length == 1 => 1,
        PaymentTiming::AtEnd => return None,
    };
    let amount = trace.input(format!("{path}.amount"), recurring.amount.get());
    let twelfths = recurring.period.per_year().saturating_mul(months);
    Some(if twelfths == 1 { amount } else { amount * Traced::whole(twelfths) })
}

/// Explains the burn of month 1, line by line.
fn first_month(inputs: &RunwayInputs, trace: &Trace) {
    let sum = |lines: &[CashLine], name: &str, of: Of| {
        let lines = lines.iter().enumerate();
        let amounts = lines.filter_map(|(index, line)| first_amount(trace, &format!("{name}[{index}]"), line, of));
        amounts.reduce(|sum, twelfths| sum + twelfths).map(|twelfths| twelfths / Traced::whole(12))
    };
    let gross_burn =
        sum(&inputs.costs, "costs", Of::Cash).unwrap_or_else(|| trace.known("no cash costs", Exact::ZERO)).named("gross_burn");
    let net_burn = match sum(&inputs.revenues, "revenues", Of::Cash) {
        Some(revenues) => gross_burn - revenues.named("revenues(1)"),
        None => gross_burn,
    }
    .named("net_burn");
    if sides(inputs).any(|(_, line)| line.is_moved()) {
        let accrued =
            sum(&inputs.costs, "costs", Of::Accrual).unwrap_or_else(|| trace.known("no costs by accrual", Exact::ZERO));
        let earned = sum(&inputs.revenues, "revenues", Of::Accrual);
        earned.map_or(accrued, |revenues| accrued - revenues).named("net_loss");
        return;
    }
    let non_cash_costs = sum(&inputs.costs, "costs", Of::NonCash);
    let non_cash_revenues = sum(&inputs.revenues, "revenues", Of::NonCash);
    let loss = non_cash_costs.map_or(net_burn, |costs| net_burn + costs);
    non_cash_revenues.map_or(loss, |revenues| loss - revenues).named("net_loss");
}

/// Explains the burn of the first twelve months.
fn annual(inputs: &RunwayInputs, trace: &Trace, months: &[MonthlyFlows]) {
    let year = months.get(..12).unwrap_or(months);
    let sum = |label: &str, parts: Vec<Exact>, name: &'static str| {
        let parts = parts.into_iter().zip(1..).map(|(part, month)| trace.known(format!("{label}({month})"), money(part)));
        parts.reduce(|sum, month| sum + month).map(|sum| sum.named(name))
    };
    sum("costs", year.iter().map(|month| month.costs).collect(), "annual_gross_burn");
    sum("net_burn", year.iter().map(MonthlyFlows::net_burn).collect(), "annual_net_burn");
    sum("net_loss", losses(inputs, year), "annual_net_loss");
}

/// Explains the figures that follow from the months: cash need, end of the cash, burn multiple.
fn horizon_and_end(
    explanation: &mut Explanation,
    plan: &Plan<'_>,
    outcome: &Runway,
    months: &[MonthlyFlows],
    crossing: Option<&Crossing>,
) {
    let inputs = plan.inputs;
    let horizon = inputs.horizon();
    let lowest = Lowest::of(plan, months.get(..horizon as usize).unwrap_or(months));
    let moments = if moves_at_once(plan) { "what moves at the start and at the end of a month," } else { "events" };
    explanation.step(
        "lowest_balance",
        format!("the lowest of balance(0) and of every balance before and after {moments} up to month {horizon}"),
        format!("in month {}", lowest.month),
        text(outcome.lowest_balance),
    );
    let trace = Trace::default();
    let minimum = trace.known("minimum_cash", inputs.minimum());
    cash_need(minimum, trace.known("lowest_balance", lowest.balance()));
    if let (Some(_), Some(net_new)) = (outcome.burn_multiple, inputs.net_new_annual_recurring_revenue) {
        burn_multiple(
            trace.input("annual_net_burn", outcome.annual_net_burn),
            trace.input("net_new_annual_recurring_revenue", net_new.get()),
        );
    }
    if let Some(Crossing::Within { month, headroom, even_burn }) = crossing {
        let headroom = trace.known(balance_name(plan, *month), money(*headroom) + inputs.minimum()) - minimum;
        let even_burn = trace.known(burn_name(plan, *month), money(*even_burn));
        runway_months(Traced::whole(month.saturating_sub(1)), headroom, even_burn);
    }
    explanation.steps.extend(trace.steps());
    if let CashOutcome::Lasts { lowest_balance, lowest_balance_month, .. } = &outcome.outcome {
        explanation.step(
            "lasts.lowest_balance",
            format!("the lowest of balance(0) and of every balance before and after {moments} up to month 1200"),
            format!("in month {lowest_balance_month}"),
            text(*lowest_balance),
        );
    }
    let CashOutcome::RunsOut { runway_months, whole_months, cash_out_date, .. } = &outcome.outcome else { return };
    match crossing {
        Some(Crossing::AtStart) => explanation.step(
            "runway_months",
            "0, because balance(0) is below minimum_cash",
            format!("{} < {}", canonical(inputs.opening_balance()), canonical(inputs.minimum())),
            "0",
        ),
        Some(Crossing::AtStartOf { month }) => explanation.step(
            "runway_months",
            format!("the months before month {month}, because what is paid at its start takes the balance below minimum_cash"),
            format!("{month} - 1"),
            text(*runway_months),
        ),
        Some(Crossing::AtEndOf { month }) => explanation.step(
            "runway_months",
            if moves_at_once(plan) {
                "the whole month, because what moves at its end takes the balance below minimum_cash"
            } else {
                "the whole month, because its events take the balance below minimum_cash"
            },
            month.to_string(),
            text(*runway_months),
        ),
        _ => {}
    }
    explanation.step("whole_months", "runway_months, rounded down", text(*runway_months), whole_months.to_string());
    if let (Some(date), Some(start)) = (cash_out_date, inputs.as_of_date) {
        explanation.step(
            "cash_out_date",
            "the end of month whole_months after as_of_date, + the rest of a month in days, rounded down",
            format!("{start} + {} month{}", text(*runway_months), if text(*runway_months) == "1" { "" } else { "s" }),
            date.to_string(),
        );
    }
}
