//! Explanation of the default-alive verdict.

use super::default_alive::{Course, DefaultAlive, DefaultAliveInputs, cushion};
use super::gone::whole_months;
use super::growth_timing::GrowthTiming;
use crate::explanation::{Explanation, canonical, text};
use crate::input::Bounded;
use crate::number::{Exact, Number};
use crate::traced::{Trace, Traced};

/// Explains the outcome of [`super::default_alive()`] step by step.
pub fn explain_default_alive(inputs: &DefaultAliveInputs, outcome: &DefaultAlive) -> Explanation {
    let trace = Trace::default();
    let mut explanation = Explanation::default();
    let course = inputs.course(&inputs.curve(|_, value| Exact::from(value)));
    if !matches!(course, Course::Reaches { .. }) && outcome.break_even_months.is_some() {
        let figures = format!("{} >= {}", text(inputs.monthly_revenue.get()), text(inputs.monthly_expenses.get()));
        explanation.step("break_even_months", "0, because monthly_revenue reaches monthly_expenses today", figures, "0");
    }
    if matches!(course, Course::Earns) {
        explanation.step("capital_needed", "0, because revenue stays at or above expenses", "0", "0");
        cushion(trace.input("cash_balance", inputs.cash_balance.get()), trace.known("capital_needed", Exact::ZERO));
        explanation.steps.extend(trace.steps());
    } else {
        explain_burn(&mut explanation, &trace, inputs, course, outcome);
    }
    explain_verdict(&mut explanation, inputs, outcome);
    assumptions(&mut explanation, inputs, course, outcome);
    explanation
}

fn explain_burn(
    explanation: &mut Explanation,
    trace: &Trace,
    inputs: &DefaultAliveInputs,
    course: Course<Exact>,
    outcome: &DefaultAlive,
) {
    let cash = trace.input("cash_balance", inputs.cash_balance.get());
    let curve = inputs.curve(|name, value| trace.input(name, value));
    match course {
        Course::Reaches { .. } if inputs.timing() == GrowthTiming::Continuous => {
            let months = curve.break_even_time().named("break_even_months");
            cushion(cash, curve.burned(months).named("capital_needed"));
        }
        Course::Reaches { months } => {
            curve.break_even_time().named("break_even_time");
            explanation.steps.extend(trace.take_steps());
            let time = explanation.steps.last().map(|step| step.value.clone()).unwrap_or_default();
            let formula = match inputs.timing() {
                GrowthTiming::StartOfMonth => "break_even_time rounded up, less 1 because month 1 has grown already",
                _ => "break_even_time rounded up",
            };
            explanation.step("break_even_months", formula, time, canonical(months));
            cushion(cash, curve.burned(trace.known("break_even_months", months)).named("capital_needed"));
        }
        Course::Loses { from, has_end, earns_first } => {
            match (earns_first, inputs.timing()) {
                (false, _) => explanation.step(
                    "loss_from_months",
                    "0, because monthly_revenue is below monthly_expenses and never catches up",
                    format!("{} < {}", text(inputs.monthly_revenue.get()), text(inputs.monthly_expenses.get())),
                    "0",
                ),
                (true, GrowthTiming::Continuous) => {
                    curve.loss_time().named("loss_from_months");
                }
                (true, timing) => {
                    curve.loss_time().named("loss_time");
                    explanation.steps.extend(trace.take_steps());
                    let time = explanation.steps.last().map(|step| step.value.clone()).unwrap_or_default();
                    let formula = match timing {
                        GrowthTiming::StartOfMonth => "loss_time rounded down",
                        _ => "loss_time rounded down, and 1 more because month 1 has today's figures",
                    };
                    explanation.step("loss_from_months", formula, time, canonical(from));
                }
            }
            if has_end {
                let ever = curve.ever_burned(inputs.has_revenue()).named("ever_burned");
                cushion(cash, ever.max(Traced::whole(0)).named("capital_needed"));
            }
        }
        Course::Earns => {}
    }
    explanation.steps.extend(trace.take_steps());
    if let Some(runway) = outcome.runway_months {
        let found = Exact::from(runway);
        match inputs.timing() {
            // Found by search, and shown by putting it back: what is burned by then is the cash.
            GrowthTiming::Continuous => {
                explanation.step(
                    "runway_months",
                    "the time by which cash_balance is burned, by search",
                    format!("cash_balance = {}", canonical(Exact::from(inputs.cash_balance.get()))),
                    canonical(found),
                );
                curve.burned(trace.known("runway_months", found)).named("burned_by_then");
            }
            _ => {
                let whole = whole_months(found);
                explanation.step(
                    "whole_months",
                    "the months that cash_balance pays in full, by search",
                    format!("cash_balance = {}", text(inputs.cash_balance.get())),
                    canonical(whole),
                );
                curve.runway_after(trace.known("whole_months", whole), cash);
            }
        }
        explanation.steps.extend(trace.take_steps());
    }
}

fn explain_verdict(explanation: &mut Explanation, inputs: &DefaultAliveInputs, outcome: &DefaultAlive) {
    let cash = inputs.cash_balance.get().normalize();
    let step = explanation.steps.iter().find(|step| step.name == "capital_needed");
    let (formula, figures) = match step {
        Some(need) => {
            let sign = if outcome.alive { ">=" } else { "<" };
            ("cash_balance against capital_needed", format!("{cash} {sign} {}", need.value))
        }
        None => ("expenses exceed revenue for good, and the burn has no end", format!("cash_balance = {cash}")),
    };
    let verdict = if outcome.alive { "VERDICT_DEFAULT_ALIVE" } else { "VERDICT_DEFAULT_DEAD" };
    explanation.step("verdict", formula, figures, verdict);
}

fn assumptions(explanation: &mut Explanation, inputs: &DefaultAliveInputs, course: Course<Exact>, outcome: &DefaultAlive) {
    explanation.assume_default(
        inputs.monthly_expense_growth_rate,
        "monthly_expense_growth_rate",
        "0",
        "Expenses stay as they are, as in the question's first form: Paul Graham, Default Alive or Default Dead?, 2015.",
    );
    explanation.assume_default(
        inputs.timing,
        "timing",
        "GROWTH_TIMING_CONTINUOUS",
        "Growth at every moment, as in Trevor Blackwell's calculator, growth.tlb.org.",
    );
    let months = match inputs.timing() {
        GrowthTiming::Continuous => {
            "At time t revenue is monthly_revenue × e^(r × t) a month, and expenses are monthly_expenses × e^(x × t)."
        }
        GrowthTiming::EndOfMonth => {
            "Month n has revenue of monthly_revenue × (1 + monthly_revenue_growth_rate)^(n - 1) and expenses of monthly_expenses × (1 + monthly_expense_growth_rate)^(n - 1): month 1 has today's figures."
        }
        GrowthTiming::StartOfMonth => {
            "Month n has revenue of monthly_revenue × (1 + monthly_revenue_growth_rate)^n and expenses of monthly_expenses × (1 + monthly_expense_growth_rate)^n: month 1 has grown already."
        }
    };
    explanation.assume("growth", "compound", months);
    match course {
        Course::Earns if inputs.monthly_expenses.get().is_zero() => {
            explanation.assume("loss_from_months", "absent", "There are no expenses, so nothing is ever burned.");
        }
        Course::Earns => explanation.assume(
            "loss_from_months",
            "absent",
            "Revenue is at or above expenses today and grows no slower, so expenses never exceed it.",
        ),
        Course::Reaches { .. } => explanation.assume(
            "loss_from_months",
            "absent",
            "Revenue catches up with expenses and stays above them, so the loss ends.",
        ),
        Course::Loses { earns_first: true, .. } => explanation.assume(
            "course",
            "a loss that begins later",
            "Revenue is at or above expenses today, and expenses overtake it later. Cash that is earned before that lowers capital_needed and lengthens the runway.",
        ),
        Course::Loses { earns_first: false, .. } => explanation.assume(
            "break_even_months",
            "absent",
            "Revenue starts below expenses and never catches up.",
        ),
    }
    if matches!(course, Course::Loses { .. }) {
        if outcome.capital_needed.is_some() {
            explanation.assume(
                "capital_needed",
                "has an end",
                "Expenses shrink, so the burn of all months, less what was earned before, comes to ever_burned in the long run.",
            );
        } else {
            explanation.assume(
                "capital_needed",
                "absent",
                "Expenses do not shrink, and exceed revenue for good, so no amount of cash is enough.",
            );
        }
    }
}
