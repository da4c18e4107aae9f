//! Explanation of the lines of a runway, and of what the request did not choose.

use super::cash_runway::{CashOutcome, Runway};
use super::inputs::{CashLine, LineAmounts, LineGrowth, PaymentTiming, Recurring};
use super::plan::{Plan, sides};
use crate::explanation::{Explanation, text};
use crate::input::Bounded;
use crate::work::WhileAwaited;

/// Says which values and conventions the request did not choose.
pub(super) fn assumptions(explanation: &mut Explanation, plan: &Plan<'_>, outcome: &Runway) {
    let inputs = plan.inputs;
    explanation.assume_default(
        inputs.horizon_months,
        "horizon_months",
        "12",
        "The 12-month test: going concern is judged over at least twelve months, IAS 1.26.",
    );
    explanation.assume_default(
        inputs.minimum_cash,
        "minimum_cash",
        "0",
        "No covenant or reserve was given, so the cash lasts until nothing is left.",
    );
    if inputs.cash_balance.is_none() {
        explanation.assume(
            "cash_balance",
            "unknown",
            "No cash_balance was given: balances count from 0, and cash_need includes minimum_cash.",
        );
    }
    explanation.assume(
        "cash_timing",
        "even",
        "Within a month cash moves evenly, so the last month is a fraction; events fall on the month's end.",
    );
    if !plan.payments.is_empty() {
        explanation.assume(
            "start(m), end(m)",
            "net payments",
            "Revenues less costs that are paid at the start, and at the end, of month m. The start of a month is the moment at which the month before ends, and all that moves at a moment is looked at together.",
        );
    }
    let is_moved = sides(inputs).any(|(_, line)| line.is_moved());
    if is_moved {
        explanation.assume(
            "net_loss",
            "by accrual",
            "Every line counts in net_loss as if it were paid evenly and at once, so that net_loss is not net_burn and the costs that take no cash.",
        );
    }
    if plan.interest.is_some() {
        explanation.assume(
            "interest_rate",
            "effective a year",
            "A month earns (1 + interest_rate)^(1/12) - 1 of the balance at its start where that is above 0, paid at its end. Interest is no revenue, lowers no burn and no loss, and the fraction of the last month is without it.",
        );
    }
    if inputs.costs.len().saturating_add(inputs.revenues.len()) > 0 {
        explanation.assume(
            "costs(m), revenues(m)",
            "the cash of month m",
            if is_moved {
                "Every cash line adds the cash that moves in month m, as its timing and its delay say: costs(1) is gross_burn."
            } else {
                "Every cash line that runs in month m adds its amount for that month, grown by the growth rate of the line: costs(1) is gross_burn."
            },
        );
        explanation.assume(
            "lines",
            "month 1, no end, flat",
            "A line without a first month runs from month 1, one without a last month has no end, and one without a growth rate stays flat.",
        );
    }
    for (name, lines) in [("costs", &inputs.costs), ("revenues", &inputs.revenues)] {
        for (index, line) in lines.iter().enumerate().while_awaited() {
            assume_line(explanation, &format!("{name}[{index}]"), line);
        }
    }
    if matches!(outcome.outcome, CashOutcome::Lasts { .. }) {
        explanation.assume(
            "search",
            "1200 months",
            "The balance was followed for a century and did not pass below minimum_cash.",
        );
    }
    if inputs.net_new_annual_recurring_revenue.is_some() && outcome.burn_multiple.is_none() {
        explanation.assume(
            "burn_multiple",
            "absent",
            "A burn multiple needs a company that burns cash and adds recurring revenue: David Sacks, The Burn Multiple, 2020.",
        );
    }
    if inputs.as_of_date.is_some() {
        explanation.assume(
            "as_of_date",
            "the end of the day",
            "cash_balance is the cash at the end of as_of_date. Where that is the last day of its month, every month ends on its last day; else on the same day, or on the last day of a month that has no such day.",
        );
    }
}

fn assume_line(explanation: &mut Explanation, path: &str, line: &CashLine) {
    match &line.amounts {
        LineAmounts::Recurring(recurring) => assume_recurring(explanation, path, line, recurring),
        LineAmounts::Listed { first, .. } => explanation.assume(
            format!("{path}.amounts"),
            "one a month",
            match timing_of(line) {
                PaymentTiming::Evenly => {
                    format!("The first amount is that of month {}; after the last one the line has none.", first.get())
                }
                PaymentTiming::AtStart => format!(
                    "The first amount is paid at the start of month {}; after the last one the line has none.",
                    first.get()
                ),
                PaymentTiming::AtEnd => format!(
                    "The first amount is paid at the end of month {}; after the last one the line has none.",
                    first.get()
                ),
            },
        ),
    }
    if !line.non_cash && line.delay.get() > 0 {
        let months = line.delay.get();
        explanation.assume(
            format!("{path}.delay_months"),
            months.to_string(),
            format!(
                "The cash of month m moves in month m + {months}, past the last month too. What was earned or incurred before the line begins is no part of it."
            ),
        );
    }
    if line.non_cash {
        explanation.assume(format!("{path}.non_cash"), "true", "The line counts in net_loss, and not in net_burn.");
    }
}

/// Returns when the cash of a line moves; of a non-cash line none does.
fn timing_of(line: &CashLine) -> PaymentTiming {
    if line.non_cash { PaymentTiming::Evenly } else { line.timing }
}

fn assume_recurring(explanation: &mut Explanation, path: &str, line: &CashLine, recurring: &Recurring) {
    let first = recurring.months.first();
    let timing = timing_of(line);
    let period = recurring.period.name();
    match (timing, recurring.period.months()) {
        (PaymentTiming::Evenly, Some(months @ 2..)) => {
            explanation.assume(format!("{path}.period"), period, format!("The amount is spread evenly over its {months} months."));
        }
        (PaymentTiming::Evenly, _) => {}
        (PaymentTiming::AtStart, _) => explanation.assume(
            format!("{path}.timing"),
            "at the start",
            format!("The amount of a {period} is paid at the start of its first month, and grows from {period} to {period}. Each {period} counts from month {first} of the request."),
        ),
        (PaymentTiming::AtEnd, _) => explanation.assume(
            format!("{path}.timing"),
            "at the end",
            format!("The amount of a {period} is paid at the end of its last month, and grows from {period} to {period}. Each {period} counts from month {first} of the request."),
        ),
    }
    match recurring.growth {
        LineGrowth::Flat => {}
        LineGrowth::Monthly(rate) => explanation.assume(
            format!("{path}.monthly_growth_rate"),
            text(rate.get()),
            format!("Month m is the amount of month {first} × (1 + monthly_growth_rate)^(m - {first})."),
        ),
        LineGrowth::Annual(rate) => explanation.assume(
            format!("{path}.annual_growth_rate"),
            text(rate.get()),
            format!("Month m is the amount of month {first} × (1 + annual_growth_rate)^((m - {first}) / 12)."),
        ),
    }
}
