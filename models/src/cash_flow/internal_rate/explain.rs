//! Explanation of the internal rates of a series: sign changes, and the proof of each rate.

use std::collections::HashMap;

use rust_decimal::{Decimal, dec};

use super::{InternalRates, RateOfReturn, RateStatus};
use crate::cash_flow::{Flow, Series};
use crate::explanation::{Explanation, bracketed, canonical, figure};
use crate::number::{Exact, Number};
use crate::work::WhileAwaited;

/// The most terms that an explanation writes out, because nobody adds up more by hand. A longer series shows the signs on both
/// sides of each rate, to 38 digits.
const WRITTEN_MAX: usize = 200;

/// Explains the outcome of [`super::internal_rates`]: the sign changes, the bound that follows, the proof of each rate.
pub fn explain_internal_rates(explanation: &mut Explanation, series: &Series, outcome: &InternalRates) {
    sign_changes(explanation, series, outcome);
    rates(explanation, series, outcome);
    let listed = match outcome.rates.len() {
        1 => "1 rate is listed".to_owned(),
        count => format!("{count} rates are listed"),
    };
    explanation.step("status", reason_of_status(outcome), listed, name(outcome.status));
    if let Some(selected) = outcome.selected {
        explanation.step(
            "selected",
            "the index of the rate whose annual rate is nearest to 0, the lower of two equally near",
            outcome.rates.iter().map(|rate| rate.annual.to_string()).collect::<Vec<_>>().join(", "),
            selected.to_string(),
        );
    }
    explanation.assume(
        "rate_precision",
        "12 digits after the point",
        "Each rate is the nearest with so many digits, and proven: the present value changes its sign within 5e-13 of it.",
    );
    explanation.assume("guess", "none", "Every rate above -1 is searched for, so the answer depends on no starting point.");
    if series.period().is_some() {
        explanation.assume(
            "annual",
            "effective",
            "A rate per period is compounded to a year: annual = (1 + per_period)^(periods per year) - 1.",
        );
    }
}

fn sign_changes(explanation: &mut Explanation, series: &Series, outcome: &InternalRates) {
    let signs: String = series
        .flows()
        .iter()
        .filter(|flow| !flow.amount.is_zero())
        .map(|flow| if flow.amount.is_negative() { '-' } else { '+' })
        .collect();
    const SHOWN_MAX: usize = 200;
    let shown = match signs.get(..SHOWN_MAX) {
        Some(first) if signs.len() > SHOWN_MAX => format!("{first}… ({} flows)", signs.len()),
        _ => signs,
    };
    explanation.step(
        "sign_changes",
        "changes of sign between neighbouring flows in order of time, zeros left out",
        if shown.is_empty() { "no flow other than 0".to_owned() } else { shown },
        outcome.sign_changes.to_string(),
    );
    let changes = outcome.sign_changes;
    let bound = match changes {
        0 => "0".to_owned(),
        1 => "1".to_owned(),
        _ if changes.is_multiple_of(2) => format!("at most {changes}, and an even number"),
        _ => format!("at most {changes}, and an odd number"),
    };
    explanation.step(
        "number_of_rates",
        "Descartes' rule of signs: at most sign_changes rates, counted with their multiplicity, and fewer by an even number",
        format!("sign_changes = {changes}"),
        bound,
    );
}

/// Explains for each rate the present value of the series at the rate, and the signs that prove the rate.
fn rates(explanation: &mut Explanation, series: &Series, outcome: &InternalRates) {
    for (index, (rate, in_doubles)) in outcome.rates.iter().zip(&outcome.evidence.in_doubles).enumerate() {
        let annual = rate.annual.to_string();
        if let Some(per_period) = rate.per_period {
            explanation.step(
                format!("rates[{index}].per_period"),
                "the rate per period at which the net present value is 0, by search",
                "12 digits after the point",
                per_period.to_string(),
            );
        }
        explanation.step(
            format!("rates[{index}].annual"),
            "the rate per year at which the net present value is 0, by search",
            "12 digits after the point",
            annual.clone(),
        );
        // Nothing is worth anything at a rate of -1.
        if rate.annual > Decimal::NEGATIVE_ONE {
            put_back(explanation, series, index, rate);
        }
        let how = match (outcome.evidence.multiple, in_doubles) {
            (true, _) => "exact integers have removed repeated factors; what is left",
            (false, true) => "in double precision with a bound on its error, the present value",
            (false, false) => "in 128 bits with a bound on its error, the present value",
        };
        let near = |side: i32| match value_near(series, rate.annual, side) {
            Some(value) => canonical(value.to_digits(3)),
            None => "the limit at -1, whose sign is that of the last flow".to_owned(),
        };
        explanation.step(
            format!("rates[{index}].proof"),
            format!("{how} has opposite signs below and above the rate, no further from it than 5e-13"),
            format!("at {annual} - 5e-13: {}; at {annual} + 5e-13: {}", near(-1), near(1)),
            "proven",
        );
    }
}

/// Puts a rate back into the equation: the remainder is what further digits of the rate would take away.
fn put_back(explanation: &mut Explanation, series: &Series, index: usize, rate: &RateOfReturn) {
    if series.flows().len() > WRITTEN_MAX {
        return;
    }
    let (written, unit, time) = match (rate.per_period, series.period()) {
        (Some(per_period), Some((units, _))) => (per_period, Exact::ONE / Exact::from(units), "periods"),
        _ => (rate.annual, series.unit().years(1), "years"),
    };
    let Some(value) = value_at(series, Exact::ONE + Exact::from(written), unit) else { return };
    let term = |flow: &Flow| {
        let amount = figure(flow.amount);
        format!("{amount} / (1 + {})^{}", bracketed(written.to_string()), canonical(unit * Exact::from(flow.units)))
    };
    let flows = series.flows();
    let substitution = flows.iter().map(term).collect::<Vec<_>>().join(" + ");
    explanation.step(
        format!("rates[{index}].net_present_value"),
        format!("the sum of amount / (1 + rate)^{time}, which is 0 but for the digits that the rate leaves out"),
        substitution,
        canonical(value),
    );
}

/// Returns the present value half a digit below or above the rate; None at -1 and below.
fn value_near(series: &Series, annual: Decimal, side: i32) -> Option<Exact> {
    let half = Exact::from(dec!(0.0000000000005));
    let growth = Exact::ONE + Exact::from(annual) + if side < 0 { -half } else { half };
    value_at(series, growth, series.unit().years(1))
}

/// Returns the present value at a growth factor over some time; `unit` is one unit of the series as a fraction of that time.
fn value_at(series: &Series, growth: Exact, unit: Exact) -> Option<Exact> {
    if !growth.is_positive() {
        return None;
    }
    // One unit's weight once, and its powers once for each distinct distance: no more than a few roundings in the 60th digit.
    let x = if unit == Exact::ONE { Exact::ONE / growth } else { growth.to_the(-unit) };
    let mut powers: HashMap<u32, Exact> = HashMap::new();
    let (mut sum, mut weight, mut time) = (Exact::ZERO, Exact::ONE, 0);
    for flow in series.flows().iter().while_awaited() {
        let gap = flow.units.saturating_sub(time);
        let power = *powers.entry(gap).or_insert_with(|| x.whole_power(gap));
        weight = if series.flows().len() > WRITTEN_MAX { weight.grown_by(power.shortened()) } else { weight * power };
        sum = sum + flow.amount * weight;
        time = flow.units;
    }
    Some(sum)
}

fn reason_of_status(outcome: &InternalRates) -> String {
    match outcome.status {
        RateStatus::Any => "every flow is 0, so the present value is 0 at every rate".to_owned(),
        RateStatus::NoSignChange => "all flows point one way, so no rate makes them worth nothing".to_owned(),
        RateStatus::None => "the present value was shown to be other than 0 at every rate above -1".to_owned(),
        RateStatus::Unique => "one rate, and everywhere else the present value was shown to be other than 0".to_owned(),
        RateStatus::Several => "all of the rates: decide by the net present value, or the modified rate".to_owned(),
        RateStatus::Undecided if outcome.evidence.too_large > 0 => {
            format!(
                "{} rates are 1e16 or more, and do not fit into 28 digits with 12 after the point",
                outcome.evidence.too_large
            )
        }
        RateStatus::Undecided => {
            "rates too close together to tell apart, or too many for the limit of computation; those proven are listed"
                .to_owned()
        }
    }
}

fn name(status: RateStatus) -> &'static str {
    match status {
        RateStatus::Unique => "STATUS_UNIQUE",
        RateStatus::Several => "STATUS_SEVERAL",
        RateStatus::NoSignChange => "STATUS_NO_SIGN_CHANGE",
        RateStatus::None => "STATUS_NONE",
        RateStatus::Undecided => "STATUS_UNDECIDED",
        RateStatus::Any => "STATUS_ANY",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cash_flow::internal_rates;
    use crate::input::Period;

    fn steps(flows: usize) -> Vec<(String, String)> {
        let amounts =
            std::iter::once(-1000).chain(std::iter::repeat_n(5, flows - 1)).map(|amount| Exact::from(Decimal::from(amount)));
        let series = Series::periodic(amounts, Period::Year);
        let mut explanation = Explanation::default();
        explain_internal_rates(&mut explanation, &series, &internal_rates(&series));
        explanation.steps.into_iter().map(|step| (step.name, step.substitution)).collect()
    }

    #[test]
    fn the_present_values_beside_a_rate_have_opposite_signs_however_long_the_series() {
        for flows in [2, 200, 201, 10_000] {
            let steps = steps(flows);
            let (_, proof) = steps.iter().find(|(name, _)| name == "rates[0].proof").unwrap();
            let (below, above) = proof.split_once("; ").unwrap();
            let value = |side: &str| side.rsplit(' ').next().unwrap().parse::<f64>().unwrap();
            assert!(value(below) > 0.0 && value(above) < 0.0, "{flows}: {proof}");
            assert_eq!(steps.iter().any(|(name, _)| name == "rates[0].net_present_value"), flows <= WRITTEN_MAX);
        }
    }
}
