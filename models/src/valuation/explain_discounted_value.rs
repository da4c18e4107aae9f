//! Explanation of the discounted value: each flow with its present value, the terminal value, and what the price leaves for it.

use rust_decimal::Decimal;

use super::discounted_value::{
    Discounted, DiscountedValue, DiscountedValueInputs, LAST_FLOW, Terminal, implied_growth_of, left_for_growth,
    terminal_share, terminal_value, worth,
};
use crate::capex_roi::CashFlowTiming;
use crate::explanation::{Explanation, bracketed, canonical, figure, text};
use crate::input::Bounded;
use crate::number::Exact;
use crate::traced::Trace;

/// Explains the outcome of [`discounted_value`](super::discounted_value()) step by step.
pub fn explain_discounted_value(inputs: &DiscountedValueInputs, outcome: &DiscountedValue) -> Explanation {
    let trace = Trace::default();
    let last = inputs.free_cash_flows.amounts().len();
    let number = |name: &'static str, value: Decimal| match name {
        LAST_FLOW => trace.input(format!("free_cash_flows[{}]", last.saturating_sub(1)), value),
        name => trace.input(name, value),
    };
    let mut explanation = Explanation::default();
    let discounted = explain_flows(inputs, &mut explanation);
    let of_flows = trace.known(FLOWS, discounted.flows);
    terminal_value(inputs, number);
    explanation.steps.extend(trace.take_steps());
    let value = terminal_value(inputs, |_, value| Exact::from(value));
    let of_terminal = value / discounted.terminal_factor;
    let is_sold = matches!(inputs.terminal, Terminal::Exit { .. });
    let end = if is_sold { last.to_string() } else { time(inputs, last) };
    explanation.step(
        "terminal_present_value",
        format!("terminal_value / (1 + discount_rate)^{end}"),
        format!("{} / {}", figure(value), compounded(inputs, &end)),
        canonical(of_terminal),
    );
    let of_terminal = trace.known("terminal_present_value", of_terminal);
    let worth = worth(inputs, number, of_flows, of_terminal);
    if outcome.terminal_value_share.is_some() {
        terminal_share(of_terminal, worth.enterprise_value);
    }
    explanation.steps.extend(trace.take_steps());
    if let Some(left) = left_for_growth(inputs, &discounted) {
        explain_left(inputs, &discounted, left, &mut explanation);
        implied_growth_of(inputs, number, trace.known(LEFT, left));
        explanation.steps.extend(trace.take_steps());
    }
    assume(inputs, outcome, &mut explanation);
    explanation
}

const FLOWS: &str = "flows_present_value";
const LEFT: &str = "value_left_for_growth";

/// Adds a step for each flow, and one for their sum.
fn explain_flows(inputs: &DiscountedValueInputs, explanation: &mut Explanation) -> Discounted {
    // More terms than that nobody adds up by hand.
    const TERMS_MAX: usize = 24;
    let mut amounts = inputs.free_cash_flows.amounts().iter().enumerate();
    let mut present_values = Vec::with_capacity(amounts.len());
    let discounted = Discounted::of(inputs, |present_value| {
        let Some((index, amount)) = amounts.next() else { return };
        let year = index.saturating_add(1);
        let time = time(inputs, year);
        explanation.step(
            format!("present_value({year})"),
            format!("free_cash_flows[{index}] / (1 + discount_rate)^{time}"),
            format!("{} / {}", bracketed(text(amount.get())), compounded(inputs, &time)),
            canonical(present_value),
        );
        present_values.push(present_value);
    });
    let count = present_values.len();
    let (formula, figures) = if count <= TERMS_MAX {
        let names = (1..=count).map(|year| format!("present_value({year})")).collect::<Vec<_>>();
        (names.join(" + "), present_values.iter().map(|value| figure(*value)).collect::<Vec<_>>().join(" + "))
    } else {
        let words = format!("the sum of {count} values, in the steps above");
        (words.clone(), words)
    };
    explanation.step(FLOWS, formula, figures, canonical(discounted.flows));
    discounted
}

/// Adds the step of what the share price leaves for Gordon's value.
fn explain_left(inputs: &DiscountedValueInputs, discounted: &Discounted, left: Exact, explanation: &mut Explanation) {
    let Some((shares, price)) = inputs.shares.and_then(|shares| Some((shares, shares.share_price?))) else { return };
    let time = time(inputs, inputs.free_cash_flows.amounts().len());
    let (debt, debt_in_figures) = match inputs.net_debt {
        Some(debt) => (" + net_debt", format!(" + {}", bracketed(text(debt.get())))),
        None => ("", String::new()),
    };
    explanation.step(
        LEFT,
        format!("(share_price × shares_outstanding{debt} - {FLOWS}) × (1 + discount_rate)^{time}"),
        format!(
            "({} × {}{debt_in_figures} - {}) × {}",
            text(price.get()),
            text(shares.shares_outstanding.get()),
            figure(discounted.flows),
            compounded(inputs, &time)
        ),
        canonical(left),
    );
}

/// Writes the years over which the flow of a year is discounted.
fn time(inputs: &DiscountedValueInputs, year: usize) -> String {
    match inputs.timing() {
        CashFlowTiming::EndOfPeriod => year.to_string(),
        CashFlowTiming::MidPeriod => format!("{}.5", year.saturating_sub(1)),
    }
}

fn compounded(inputs: &DiscountedValueInputs, time: &str) -> String {
    format!("(1 + {})^{time}", bracketed(text(inputs.discount_rate.get())))
}

fn assume(inputs: &DiscountedValueInputs, outcome: &DiscountedValue, explanation: &mut Explanation) {
    explanation.assume_default(
        inputs.net_debt,
        "net_debt",
        "0",
        "No net debt was given, so that shareholders own the whole value.",
    );
    match inputs.timing() {
        CashFlowTiming::EndOfPeriod if inputs.timing.is_none() => explanation.assume(
            "timing",
            CashFlowTiming::EndOfPeriod.name(),
            "The flow of year i is discounted i times, so that the first comes a year from now: the convention of textbooks.",
        ),
        CashFlowTiming::EndOfPeriod => {}
        CashFlowTiming::MidPeriod => explanation.assume(
            "timing",
            CashFlowTiming::MidPeriod.name(),
            "Money moves in the middle of a year on average, so that the flow of year i is discounted i - 1/2 times, and a perpetuity as the last flow is; an exit is at the end of its year.",
        ),
    }
    match inputs.terminal {
        Terminal::PerpetualGrowth(_) => explanation.assume(
            "terminal_value",
            "perpetual_growth_rate",
            "The last free cash flow grows for ever, for the first time in the year after: Gordon and Shapiro, Management Science, 1956. A last flow that is not usual for the company, such as one without investment, is made permanent.",
        ),
        Terminal::Exit { .. } => explanation.assume(
            "terminal_value",
            "exit_multiple",
            "The company is sold at the end of the last year, for a multiple of terminal_metric.",
        ),
    }
    if outcome.terminal_value_share.is_none() {
        let reason = "The enterprise value is 0 or less, which has no meaningful shares.";
        explanation.assume("terminal_value_share", "absent", reason);
    }
    if inputs.shares.is_some_and(|shares| shares.share_price.is_some()) && outcome.implied_perpetual_growth_rate.is_none() {
        let reason = if inputs.free_cash_flows.last() > Decimal::ZERO {
            "The price of all shares and net_debt together are not above the present value of the flows, so that nothing is left for the years after them."
        } else {
            "The last free cash flow is 0 or less, and no growth makes the years after it worth more than 0."
        };
        explanation.assume("implied_perpetual_growth_rate", "absent", reason);
    }
}
