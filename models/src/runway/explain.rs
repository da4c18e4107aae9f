//! Explanation of a runway, month by month.

use super::cash_runway::{CashOutcome, Runway, burn_multiple, cash_need, runway_months};
use super::inputs::{CashLine, LineGrowth, RunwayInputs};
use super::lowest::Lowest;
use super::months::{MonthlyFlows, Months, money};
use super::search::{Crossing, Found, search};
use crate::explanation::{Explanation, bracketed, canonical, text};
use crate::input::{Bounded, Period};
use crate::number::{Exact, Number};
use crate::traced::{Trace, Traced};
use crate::work::WhileAwaited;

/// Explains the outcome of [`super::runway`] step by step.
pub fn explain_runway(inputs: &RunwayInputs, outcome: &Runway) -> Explanation {
    let trace = Trace::default();
    let mut explanation = Explanation::default();
    let horizon = inputs.horizon();
    let first_months: Vec<MonthlyFlows> = Months::new(inputs).take(horizon.max(12) as usize).collect();
    let crossing = match inputs.cash_balance {
        None => None,
        Some(_) => match search(inputs, &first_months) {
            Found::Crossing(crossing) => Some(crossing),
            Found::Lasts { .. } => None,
        },
    };

    first_month(inputs, &trace);
    annual(&trace, &first_months);
    explanation.steps = trace.steps();

    let last = crossing.map_or(0, |crossing| crossing.month()).max(horizon);
    months(&mut explanation, inputs, last);
    horizon_and_end(&mut explanation, inputs, outcome, &first_months, crossing.as_ref());
    assumptions(&mut explanation, inputs, outcome);
    explanation
}

/// Explains the burn of month 1, line by line.
fn first_month(inputs: &RunwayInputs, trace: &Trace) {
    let sum = |lines: &[CashLine], name: &str, non_cash: bool| {
        lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.non_cash == non_cash && line.months.contains(1))
            .map(|(index, line)| {
                let amount = trace.input(format!("{name}[{index}].amount"), line.amount.get());
                if line.period == Period::Year { amount } else { amount * Traced::whole(line.period.per_year()) }
            })
            .reduce(|sum, twelfths| sum + twelfths)
            .map(|twelfths| twelfths / Traced::whole(12))
    };
    let gross_burn =
        sum(&inputs.costs, "costs", false).unwrap_or_else(|| trace.known("no cash costs", Exact::ZERO)).named("gross_burn");
    let net_burn = match sum(&inputs.revenues, "revenues", false) {
        Some(revenues) => gross_burn - revenues.named("revenues(1)"),
        None => gross_burn,
    }
    .named("net_burn");
    let non_cash_costs = sum(&inputs.costs, "costs", true);
    let non_cash_revenues = sum(&inputs.revenues, "revenues", true);
    let loss = non_cash_costs.map_or(net_burn, |costs| net_burn + costs);
    non_cash_revenues.map_or(loss, |revenues| loss - revenues).named("net_loss");
}

/// Explains the burn of the first twelve months.
fn annual(trace: &Trace, months: &[MonthlyFlows]) {
    let sum = |label: &str, part: fn(&MonthlyFlows) -> Exact, name: &'static str| {
        months
            .iter()
            .take(12)
            .map(|month| trace.known(format!("{label}({})", month.month), money(part(month))))
            .reduce(|sum, month| sum + month)
            .map(|sum| sum.named(name))
    };
    sum("costs", |month| month.costs, "annual_gross_burn");
    sum("net_burn", MonthlyFlows::net_burn, "annual_net_burn");
    sum("net_loss", |month| month.net_burn() + month.non_cash, "annual_net_loss");
}

/// Explains the balance of each month, up to the last month that decides the outcome.
fn months(explanation: &mut Explanation, inputs: &RunwayInputs, last: u32) {
    explanation.step(
        "balance(0)",
        if inputs.cash_balance.is_some() { "cash_balance" } else { "0, because cash_balance is not known" },
        canonical(inputs.opening_balance()),
        canonical(inputs.opening_balance()),
    );
    let mut before = inputs.opening_balance();
    for month in Months::new(inputs).take(last as usize).while_awaited() {
        let number = month.month;
        let money_text = |twelfths: Exact| canonical(money(twelfths));
        explanation.step(
            format!("net_burn({number})"),
            format!("costs({number}) - revenues({number})"),
            format!("{} - {}", money_text(month.costs), money_text(month.revenues)),
            money_text(month.net_burn()),
        );
        let has_events = !month.events.is_zero();
        explanation.step(
            if has_events { format!("balance_before_events({number})") } else { format!("balance({number})") },
            format!("balance({}) - net_burn({number})", number.saturating_sub(1)),
            format!("{} - {}", canonical(before), bracketed(money_text(month.net_burn()))),
            money_text(month.balance_before_events),
        );
        if has_events {
            explanation.step(
                format!("balance({number})"),
                format!("balance_before_events({number}) + events({number})"),
                format!("{} + {}", money_text(month.balance_before_events), bracketed(money_text(month.events))),
                money_text(month.balance),
            );
        }
        before = money(month.balance);
    }
}

/// Explains the figures that follow from the months: cash need, end of the cash, burn multiple.
fn horizon_and_end(
    explanation: &mut Explanation,
    inputs: &RunwayInputs,
    outcome: &Runway,
    months: &[MonthlyFlows],
    crossing: Option<&Crossing>,
) {
    let horizon = inputs.horizon();
    let lowest = Lowest::of(inputs, months.get(..horizon as usize).unwrap_or(months));
    explanation.step(
        "lowest_balance",
        format!("the lowest of balance(0) and of every balance before and after events up to month {horizon}"),
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
    if let Some(Crossing::Within { month, headroom, net_burn }) = crossing {
        let before = month.saturating_sub(1);
        let headroom = trace.known(format!("balance({before})"), money(*headroom) + inputs.minimum()) - minimum;
        runway_months(Traced::whole(before), headroom, trace.known(format!("net_burn({month})"), money(*net_burn)));
    }
    explanation.steps.extend(trace.steps());
    if let CashOutcome::Lasts { lowest_balance, lowest_balance_month, .. } = &outcome.outcome {
        explanation.step(
            "lasts.lowest_balance",
            "the lowest of balance(0) and of every balance before and after events up to month 1200",
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
        Some(Crossing::AtEventsOf { month }) => explanation.step(
            "runway_months",
            "the whole month, because its events take the balance below minimum_cash",
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

fn assumptions(explanation: &mut Explanation, inputs: &RunwayInputs, outcome: &Runway) {
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
    if inputs.costs.len().saturating_add(inputs.revenues.len()) > 0 {
        explanation.assume(
            "costs(m), revenues(m)",
            "the cash of month m",
            "Every cash line that runs in month m adds its amount for that month, grown by the growth rate of the line: costs(1) is gross_burn.",
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
    if let Some(months @ 2..) = line.period.months() {
        explanation.assume(
            format!("{path}.period"),
            line.period.name(),
            format!("The amount is spread evenly over its {months} months."),
        );
    }
    let first = line.months.first();
    match line.growth {
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
    if line.non_cash {
        explanation.assume(format!("{path}.non_cash"), "true", "The line counts in net_loss, and not in net_burn.");
    }
}
