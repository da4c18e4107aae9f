//! Explanation of a present value.

use super::discount::discounted;
use super::explained::{Row, Rows, TimeNotation, bracketed_sum, exponent, written};
use super::present_value::{Sums, net_present_value, rate_sensitivity};
use super::{FirstFlow, Flow, PresentValueInputs, Series};
use crate::explanation::{Explanation, canonical, figure};
use crate::input::{Bounded, Period};
use crate::number::{Exact, Number};
use crate::traced::{Trace, Traced};
use crate::work::WhileAwaited;

/// Explains the outcome of [`super::present_value()`] step by step.
pub fn explain_present_value(inputs: &PresentValueInputs) -> Explanation {
    let mut explanation = Explanation::default();
    let series = Series::of(&inputs.cash_flows);
    let delay = inputs.delay();
    let rate = inputs.discount_rate.get();
    let trace = Trace::default();
    let discount_rate = trace.input("discount_rate", rate);
    rate_per_period(discount_rate, inputs.cash_flows.period());
    explanation.steps = trace.take_steps();

    let Rows { rows, times, extent } = Rows::of(&inputs.cash_flows, &series, &mut explanation);
    let values: Vec<Exact> = discounted(&series, inputs.discount_rate, delay).map(|flow| flow.amount).collect();
    for (row, value) in rows.iter().zip(written(&values)).while_awaited() {
        let years = exponent(&times.years(row.flow.units.saturating_add(delay)));
        explanation.step(
            format!("present_value({})", row.label),
            format!("{} / (1 + discount_rate)^{years}", row.name),
            format!("{} / (1 + {})^{years}", figure(row.flow.amount), figure(rate.into())),
            canonical(*value),
        );
    }

    let sums = Sums::of(&series, inputs.discount_rate, delay);
    let labelled = || rows.iter().zip(written(&values));
    for (name, sum, is_outflow) in
        [("present_value_of_inflows", sums.inflows, false), ("present_value_of_outflows", sums.outflows, true)]
    {
        let is_of_kind = |flow: &Flow| flow.amount.is_negative() == is_outflow && !flow.amount.is_zero();
        let number = series.flows().iter().filter(|flow| is_of_kind(flow)).count();
        let sign = if is_outflow { "-" } else { "" };
        let terms: Vec<(&Row, &Exact)> = labelled().filter(|(row, _)| is_of_kind(&row.flow)).collect();
        explanation.step(
            name,
            extent.listed(number, &terms, |(row, _)| format!("{sign}present_value({})", row.label)),
            extent.listed(number, &terms, |(_, value)| figure(value.absolute())),
            canonical(sum),
        );
    }
    net_present_value(
        trace.known("present_value_of_inflows", sums.inflows),
        trace.known("present_value_of_outflows", sums.outflows),
    );
    explanation.steps.extend(trace.take_steps());

    let (years, units) = series.unit().fraction();
    let weighted_years = sums.weighted_units * Exact::from(years) / Exact::from(units);
    let time = |row: &Row| bracketed_sum(&times.years(row.flow.units.saturating_add(delay)));
    let terms: Vec<(&Row, &Exact)> = labelled().collect();
    explanation.step(
        "weighted_years",
        extent.listed(values.len(), &terms, |(row, _)| format!("{} × present_value({})", time(row), row.label)),
        extent.listed(values.len(), &terms, |(row, value)| format!("{} × {}", time(row), figure(**value))),
        canonical(weighted_years),
    );
    rate_sensitivity(trace.known("weighted_years", weighted_years), discount_rate);
    explanation.steps.extend(trace.take_steps());

    extent.assume(&mut explanation);
    assumptions(&mut explanation, inputs, &times);
    explanation
}

fn rate_per_period<'a>(discount_rate: Traced<'a>, period: Option<Period>) -> Traced<'a> {
    match period {
        None | Some(Period::Year) => discount_rate,
        Some(period) => discount_rate.compounded(Traced::whole(1) / Traced::whole(period.per_year())),
    }
    .named("rate_per_period")
}

fn assumptions(explanation: &mut Explanation, inputs: &PresentValueInputs, times: &TimeNotation) {
    times.assume(explanation);
    if inputs.cash_flows.period().is_some() {
        match inputs.first_flow {
            Some(FirstFlow::OnePeriod) => explanation.assume(
                "first_flow",
                "FIRST_FLOW_ONE_PERIOD",
                "The first amount is discounted once: the spreadsheets' NPV.",
            ),
            _ => explanation.assume(
                "first_flow",
                "FIRST_FLOW_NOW",
                "The first amount is not discounted, as in textbooks and numpy-financial, and as for a request that names no first_flow.",
            ),
        }
    }
    explanation.assume(
        "discount_rate",
        "effective",
        "A year costs discount_rate, so a part of a year costs (1 + discount_rate)^part - 1, and not discount_rate × part.",
    );
}
