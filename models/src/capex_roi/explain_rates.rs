//! Explanation of the modified rate of return and of the paybacks.

use super::inputs::CapexRoiInputs;
use super::measures::CapexRoi;
use super::periods::{Investment, InvestmentWorth};
use crate::cash_flow::{Flow, Payback, PaybackPoint, Series, TerminalValues, payback_point, payback_years};
use crate::explanation::{Explanation, canonical, figure};
use crate::input::Bounded;
use crate::number::{Exact, Number};
use crate::traced::Trace;
use crate::work::WhileAwaited;

/// The most terms of a sum that an explanation writes out. The terms of a longer sum stand in the steps before it.
const TERMS_MAX: usize = 24;

/// Adds a step for a sum: the formula in words, the terms in figures.
pub(super) fn sum(
    explanation: &mut Explanation,
    name: impl Into<String>,
    formula: impl Into<String>,
    terms: impl Iterator<Item = Exact>,
) -> Exact {
    let (mut added, mut sum) = (Vec::new(), Exact::ZERO);
    for term in terms.while_awaited() {
        added.push(term);
        sum = sum + term;
    }
    let substitution = if added.is_empty() { "0".to_owned() } else { listed(&added, |term| figure(*term)) };
    explanation.step(name, formula, substitution, canonical(sum));
    sum
}

/// Explains the modified rate: inflows at the end, outflows at the start, and the rate between them. A rate that is too large to be
/// written is explained up to its rounding.
pub(super) fn explain_modified_rate(
    explanation: &mut Explanation,
    inputs: &CapexRoiInputs,
    series: &Series,
    outcome: &CapexRoi,
) {
    let (finance, reinvestment) = (inputs.finance_rate(), inputs.reinvestment_rate());
    let Some(values) = TerminalValues::of(series, finance, reinvestment) else { return };
    let last = series.span_units();
    let (_, units_per_year) = series.unit().fraction();
    let years = |units: u32| if units_per_year == 1 { units.to_string() } else { format!("({units} / {units_per_year})") };
    let inflow = |flow: &&Flow| {
        let left = years(last.saturating_sub(flow.units));
        format!("{} × (1 + {})^{left}", figure(flow.amount), figure(reinvestment.get().into()))
    };
    let outflow =
        |flow: &&Flow| format!("{} / (1 + {})^{}", figure(-flow.amount), figure(finance.get().into()), years(flow.units));
    let inflows: Vec<&Flow> = series.flows().iter().filter(|flow| flow.amount.is_positive()).collect();
    let outflows: Vec<&Flow> = series.flows().iter().filter(|flow| flow.amount.is_negative()).collect();
    explanation.step(
        "future_value_of_inflows",
        "the sum of inflows, each × (1 + reinvestment_rate)^(years until the last flow)",
        listed(&inflows, inflow),
        canonical(values.future_value_of_inflows),
    );
    explanation.step(
        "present_value_of_outflows",
        "the sum of outflows, each / (1 + finance_rate)^(years since period 0)",
        listed(&outflows, outflow),
        canonical(values.present_value_of_outflows),
    );
    let trace = Trace::default();
    let inflows = trace.known("future_value_of_inflows", values.future_value_of_inflows);
    let outflows = trace.known("present_value_of_outflows", values.present_value_of_outflows);
    let years_to_last = trace.known("years_to_last_flow", series.unit().years(last));
    explanation.step(
        "years_to_last_flow",
        "the time of the last flow, in years",
        years(last),
        canonical(series.unit().years(last)),
    );
    let one = || Number::whole(1);
    ((inflows / outflows).to_the(one() / years_to_last) - one()).named("unrounded_modified_rate");
    explanation.steps.extend(trace.take_steps());
    let Some(rate) = outcome.modified_internal_rate_of_return else { return };
    let annual = canonical(rate.annual.into());
    let formula = "unrounded_modified_rate, rounded half-even to 12 digits after the point";
    explanation.step("modified_internal_rate_of_return.annual", formula, annual.clone(), annual);
}

/// Writes which periods a sum is of.
pub(super) fn periods_to(last: u32) -> String {
    if last == 0 { "period 0".to_owned() } else { format!("periods 0 to {last}") }
}

/// Writes the terms of a sum. Of a longer sum only the number of terms is written, and no term is formatted.
fn listed<T>(terms: &[T], in_words: impl Fn(&T) -> String) -> String {
    if terms.len() > TERMS_MAX {
        return format!("the sum of {} values", terms.len());
    }
    terms.iter().map(in_words).collect::<Vec<_>>().join(" + ")
}

/// Explains when the capital expenditure has come back.
pub(super) fn explain_paybacks(
    explanation: &mut Explanation,
    inputs: &CapexRoiInputs,
    (investment, worth): (&Investment, &InvestmentWorth),
    outcome: &CapexRoi,
) {
    let plain: Vec<Flow> = investment.paid_back().collect();
    explain_payback(explanation, inputs, "payback", "cumulative_cash_flow", &plain, outcome.payback);
    let discounted: Vec<Flow> = worth.paid_back_discounted().collect();
    explain_payback(
        explanation,
        inputs,
        "discounted_payback",
        "cumulative_present_value",
        &discounted,
        outcome.discounted_payback,
    );
}

fn explain_payback(
    explanation: &mut Explanation,
    inputs: &CapexRoiInputs,
    name: &str,
    cumulative: &'static str,
    flows: &[Flow],
    outcome: Payback,
) {
    // Each month's or year's cash is a step of its own; present values are added up here alone.
    let is_discounted = cumulative == "cumulative_present_value";
    match (payback_point(flows.iter().copied()), outcome) {
        (PaybackPoint::Between { before, after }, Payback::Years(years)) if before.units == after.units => {
            explanation.step(
                format!("{name}.years"),
                format!(
                    "the end of the last period, in years: {cumulative} is below 0 before the flows at the end, and not after them"
                ),
                format!(
                    "{} / {}; {} and {}",
                    before.units,
                    inputs.period.per_year(),
                    figure(before.amount),
                    figure(after.amount)
                ),
                canonical(years.into()),
            );
        }
        (PaybackPoint::Between { before, after }, Payback::Years(_)) => {
            if is_discounted {
                for end in [before, after] {
                    sum(
                        explanation,
                        format!("{cumulative}({})", end.units),
                        format!("the sum of present_value, {}", periods_to(end.units)),
                        flows.iter().take_while(|flow| flow.units <= end.units).map(|flow| flow.amount),
                    );
                }
            }
            let trace = Trace::default();
            let known = |flow: Flow| trace.known(format!("{cumulative}({})", flow.units), flow.amount);
            payback_years(
                Number::whole(before.units),
                Number::whole(after.units),
                known(before),
                known(after),
                Number::whole(inputs.period.per_year()),
            )
            .called(format!("{name}.years").into());
            explanation.steps.extend(trace.steps());
        }
        (_, Payback::Never { shortfall }) => explanation.step(
            format!("{name}.never.shortfall"),
            if is_discounted {
                "the sum of present_value over all periods is below 0: so much is missing".to_owned()
            } else {
                format!("{cumulative} of the last period is below 0: so much is missing")
            },
            format!("-{}", figure(-Exact::from(shortfall))),
            canonical(shortfall.into()),
        ),
        _ => explanation.step(format!("{name}.years"), format!("0, because {cumulative} is never below 0"), "0", "0"),
    }
}
