//! Explanation of internal rates, modified rates and paybacks.

use super::discount::{CompoundFactor, discounted};
use super::explained::{Rows, TimeNotation, exponent};
use super::modified_rate::TerminalValues;
use super::payback::{PaybackPoint, payback_point, payback_years};
use super::{
    CashFlows, Flow, InternalRates, ModifiedRateInputs, Payback, PaybackInputs, Paybacks, RateOfReturn, Series,
    explain_internal_rates,
};
use crate::explanation::{Explanation, canonical, figure};
use crate::input::{Bounded, Rate};
use crate::number::{Exact, Number};
use crate::traced::Trace;
use crate::work::WhileAwaited;

/// Explains the outcome of [`super::internal_rates`] step by step.
pub fn explain_internal_rate_of_return(cash_flows: &CashFlows, outcome: &InternalRates) -> Explanation {
    let mut explanation = Explanation::default();
    let series = Series::of(cash_flows);
    let Rows { times, extent, .. } = Rows::of(cash_flows, &series, &mut explanation);
    explain_internal_rates(&mut explanation, &series, outcome);
    extent.assume(&mut explanation);
    times.assume(&mut explanation);
    explanation
}

/// Explains the outcome of [`super::modified_internal_rate`] step by step.
pub fn explain_modified_internal_rate(inputs: &ModifiedRateInputs, outcome: &Option<RateOfReturn>) -> Explanation {
    let mut explanation = Explanation::default();
    let series = Series::of(&inputs.cash_flows);
    let rows = Rows::of(&inputs.cash_flows, &series, &mut explanation);
    let values = TerminalValues::of(&series, inputs.finance_rate, inputs.reinvestment_rate);
    if let (Some(values), Some(rate)) = (values, outcome) {
        terminal_values(&mut explanation, inputs, &series, &rows);
        rates(&mut explanation, &series, &rows.times, values, rate);
    } else {
        explanation.assume(
            "modified_internal_rate_of_return",
            "absent",
            "A modified rate needs both inflows and outflows: nothing was invested, or nothing came back.",
        );
    }
    rows.extent.assume(&mut explanation);
    rows.times.assume(&mut explanation);
    explanation.assume(
        "modified_rate",
        "Lin, 1976",
        "Each outflow is discounted to time 0 at finance_rate, each inflow grows to the time of the last amount at reinvestment_rate; amounts of 0 count as time.",
    );
    explanation
}

/// Explains the future value of each inflow, the present value of each outflow, and their sums.
fn terminal_values(
    explanation: &mut Explanation,
    inputs: &ModifiedRateInputs,
    series: &Series,
    Rows { rows, times, extent }: &Rows,
) {
    let last = series.span_units();
    let (mut names, mut terms) = ([const { Vec::new() }; 2], [const { Vec::new() }; 2]);
    let mut rows = rows.iter();
    let mut compound = CompoundFactor::new(inputs.reinvestment_rate, series.unit());
    let mut discount = CompoundFactor::new(inputs.finance_rate, series.unit());
    let (reinvestment, finance) = (figure(inputs.reinvestment_rate.get().into()), figure(inputs.finance_rate.get().into()));
    for (index, flow) in series.flows().iter().enumerate().while_awaited() {
        let (amount, units) = (flow.amount, flow.units);
        let row = if extent.writes(index) { rows.next() } else { None };
        if amount.is_positive() {
            let value = amount * compound.over(last.saturating_sub(units));
            terms[0].push(value);
            let Some(row) = row else { continue };
            let years = exponent(&times.years_until(units, last));
            let name = format!("future_value({})", row.label);
            explanation.step(
                &name,
                format!("{} × (1 + reinvestment_rate)^{years}", row.name),
                format!("{} × (1 + {reinvestment})^{years}", figure(amount)),
                canonical(value),
            );
            names[0].push(name);
        } else if amount.is_negative() {
            let value = -amount / discount.over(units);
            terms[1].push(value);
            let Some(row) = row else { continue };
            let years = exponent(&times.years(units));
            let name = format!("present_value({})", row.label);
            explanation.step(
                &name,
                format!("-{} / (1 + finance_rate)^{years}", row.name),
                format!("{} / (1 + {finance})^{years}", figure(-amount)),
                canonical(value),
            );
            names[1].push(name);
        }
    }
    for (index, name) in ["future_value_of_inflows", "present_value_of_outflows"].into_iter().enumerate() {
        let (Some(names), Some(terms)) = (names.get(index), terms.get(index)) else { continue };
        let sum = terms.iter().while_awaited().fold(Exact::ZERO, |sum, term| sum + *term);
        let formula = extent.listed(terms.len(), names, String::clone);
        let figures = extent.listed(terms.len(), terms, |term| figure(*term));
        explanation.step(name, formula, figures, canonical(sum));
    }
}

/// Explains the rate that leads from the present value of outflows to the future value of inflows.
fn rates(explanation: &mut Explanation, series: &Series, times: &TimeNotation, values: TerminalValues, rate: &RateOfReturn) {
    let last = series.span_units();
    explanation.step("years", "time of the last amount, in years", times.years(last), canonical(series.unit().years(last)));
    let trace = Trace::default();
    let inflows = trace.known("future_value_of_inflows", values.future_value_of_inflows);
    let outflows = trace.known("present_value_of_outflows", values.present_value_of_outflows);
    let one = || Number::whole(1);
    let unrounded = |n, name| ((inflows / outflows).to_the(one() / n) - one()).named(name);
    unrounded(trace.known("years", series.unit().years(last)), "unrounded_annual");
    let periods = series.period().and_then(|(units, _)| last.checked_div(units));
    if let Some(periods) = periods {
        let per_period = unrounded(trace.known("periods", Exact::from(periods)), "unrounded_per_period");
        if let Some((_, period)) = series.period() {
            (per_period * Number::whole(period.per_year())).named("unrounded_nominal_annual");
        }
    }
    explanation.steps.extend(trace.steps());
    let written = [("annual", Some(rate.annual)), ("per_period", rate.per_period), ("nominal_annual", rate.nominal_annual)];
    for (name, value) in written.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        let value = canonical(Exact::from(value));
        let formula = format!("unrounded_{name}, rounded half-even to 12 digits after the point");
        explanation.step(format!("modified_internal_rate_of_return.{name}"), formula, value.clone(), value);
    }
}

/// Explains the outcome of [`super::paybacks`] step by step.
pub fn explain_paybacks(inputs: &PaybackInputs, outcome: &Paybacks) -> Explanation {
    let mut explanation = Explanation::default();
    let series = Series::of(&inputs.cash_flows);
    let rows = Rows::of(&inputs.cash_flows, &series, &mut explanation);
    let plain = Kind { cumulative: "cumulative", years: "payback.years", shortfall: "payback.never.shortfall", rate: None };
    plain.explain(&mut explanation, &series, &rows, &outcome.payback);
    if let (Some(rate), Some(payback)) = (inputs.discount_rate, &outcome.discounted_payback) {
        let discounted = Kind {
            cumulative: "discounted_cumulative",
            years: "discounted_payback.years",
            shortfall: "discounted_payback.never.shortfall",
            rate: Some(rate),
        };
        discounted.explain(&mut explanation, &series, &rows, payback);
    }
    rows.extent.assume(&mut explanation);
    rows.times.assume(&mut explanation);
    explanation.assume(
        "payback",
        "stays",
        "The payback is the time after which the cumulative cash flow stays at 0 or above: a later outflow may undo an earlier payback.",
    );
    match rows.times {
        TimeNotation::Periods(_) => explanation.assume(
            "cash_timing",
            "even",
            "Amount i moves evenly over the period that ends at i, so the payback may be a part of a period; amount 0 moves at once.",
        ),
        TimeNotation::Dates { .. } => {
            explanation.assume("cash_timing", "on its date", "A dated amount moves at once, so the payback is one of the dates.");
        }
    }
    explanation
}

/// Kind of a payback: undiscounted or discounted.
struct Kind {
    cumulative: &'static str,
    years: &'static str,
    shortfall: &'static str,
    rate: Option<Rate>,
}

impl Kind {
    fn explain(&self, explanation: &mut Explanation, series: &Series, Rows { rows, times, extent }: &Rows, outcome: &Payback) {
        let flows: Vec<Flow> = match self.rate {
            Some(rate) => discounted(series, rate, 0).collect(),
            None => series.flows().to_vec(),
        };
        // The time of the flow before, and the sum until then.
        let mut before: Option<(u32, Exact)> = None;
        let mut rows = rows.iter();
        for (index, flow) in flows.iter().enumerate().while_awaited() {
            let cumulative = before.map_or(flow.amount, |(_, sum)| sum + flow.amount);
            let earlier = before.replace((flow.units, cumulative));
            let row = if extent.writes(index) { rows.next() } else { None };
            let Some(row) = row else { continue };
            let (mut formula, mut figures) = (row.name.clone(), figure(row.flow.amount));
            if let Some(rate) = self.rate {
                let years = exponent(&times.years(flow.units));
                formula.push_str(&format!(" / (1 + discount_rate)^{years}"));
                figures.push_str(&format!(" / (1 + {})^{years}", figure(rate.get().into())));
            }
            if let Some((units, sum)) = earlier {
                formula = format!("{}({}) + {formula}", self.cumulative, times.label(units));
                figures = format!("{} + {figures}", figure(sum));
            }
            explanation.step(format!("{}({})", self.cumulative, row.label), formula, figures, canonical(cumulative));
        }
        self.decision(explanation, &flows, series, times, outcome);
    }

    fn decision(
        &self,
        explanation: &mut Explanation,
        flows: &[Flow],
        series: &Series,
        times: &TimeNotation,
        outcome: &Payback,
    ) {
        let name = |units: u32| format!("{}({})", self.cumulative, times.label(units));
        match (payback_point(flows.iter().copied()), outcome) {
            (PaybackPoint::Between { before, after }, Payback::Years(years)) => match times {
                TimeNotation::Periods(_) => {
                    let trace = Trace::default();
                    let (_, units_per_year) = series.unit().fraction();
                    payback_years(
                        Number::whole(before.units),
                        Number::whole(after.units),
                        trace.known(name(before.units), before.amount),
                        trace.known(name(after.units), after.amount),
                        Number::whole(units_per_year),
                    )
                    .named(self.years);
                    explanation.steps.extend(trace.steps());
                }
                TimeNotation::Dates { .. } => explanation.step(
                    self.years,
                    format!("time of {}, after which {} stays at 0 or above", times.label(after.units), self.cumulative),
                    times.years(after.units),
                    canonical(Exact::from(*years)),
                ),
            },
            (PaybackPoint::StaysBelow { cumulative }, Payback::Never { shortfall }) => explanation.step(
                self.shortfall,
                format!("-{}", name(series.span_units())),
                format!("-{}", figure(cumulative)),
                canonical(Exact::from(*shortfall)),
            ),
            _ => explanation.step(self.years, format!("0, because {} is never below 0", self.cumulative), "0", "0"),
        }
    }
}
