//! Explanation of the internal rates of a series: sign changes, and the proof of each rate.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;

use rust_decimal::{Decimal, dec};

use super::rates::side_of_zero;
use super::span::Means;
use super::{InternalRates, RateOfReturn, RateStatus};
use crate::cash_flow::{Flow, Series};
use crate::explanation::{Explanation, bracketed, canonical, figure, with_exponent};
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
        0 => "no rate is listed".to_owned(),
        1 => "1 rate is listed".to_owned(),
        count => format!("{count} rates are listed"),
    };
    explanation.step("status", reason_of_status(outcome), listed, name(outcome.status));
    if let Some(selected) = outcome.selected {
        explanation.step(
            "selected",
            reason_of_selection(series, outcome),
            outcome.rates.iter().map(|rate| rate.annual.to_string()).collect::<Vec<_>>().join(", "),
            selected.to_string(),
        );
    }
    if !outcome.rates.is_empty() {
        explanation.assume(
            "rate_precision",
            "12 digits after the point",
            "Each rate is the nearest with so many digits, and proven: the present value is 0 within 5e-13 of it.",
        );
    }
    explanation.assume("guess", "none", "Every rate above -1 is searched for, so the answer depends on no starting point.");
    if series.period().is_some() && !outcome.rates.is_empty() {
        explanation.assume(
            "annual",
            "effective",
            "A rate per period is compounded to a year: annual = (1 + per_period)^(periods per year) - 1.",
        );
        explanation.assume(
            "nominal_annual",
            "not compounded",
            "The rate per period times the periods per year, as rates of loans are quoted; rounded once, not from the rounded rate.",
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
        "Descartes' rule of signs: sign_changes rates, counted with their multiplicity, or fewer by an even number",
        format!("sign_changes = {changes}"),
        bound,
    );
}

/// Explains for each rate the present value of the series at the rate, and the signs that prove the rate.
fn rates(explanation: &mut Explanation, series: &Series, outcome: &InternalRates) {
    for (index, (rate, means)) in outcome.rates.iter().zip(&outcome.evidence.means).enumerate() {
        let annual = rate.annual.to_string();
        if let Some(per_period) = rate.per_period {
            explanation.step(
                format!("rates[{index}].per_period"),
                "the rate per period at which the net present value is 0, by search",
                "12 digits after the point",
                per_period.to_string(),
            );
        }
        if let Some(nominal) = rate.nominal_annual {
            explanation.step(
                format!("rates[{index}].nominal_annual"),
                "the rate per period times the periods per year, by search",
                "12 digits after the point",
                nominal.to_string(),
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
        let [below, above] = [-1, 1].map(|side| value_near(series, rate.annual, side));
        let touches = matches!((below, above), (Some(Near::Value(below)), Some(Near::Value(above))) if below.is_negative() == above.is_negative());
        let sides = "opposite signs below and above the rate, no further from it than 5e-13";
        let how = match (outcome.evidence.multiple, touches) {
            (true, true) => format!(
                "exact integers have removed repeated factors, and what is left has {sides}; the present value itself touches 0 and keeps its sign"
            ),
            (true, false) => format!("exact integers have removed repeated factors, and what is left has {sides}"),
            (false, _) => format!("{}, the present value has {sides}", named(*means)),
        };
        let near = |value: Option<Near>| match value {
            Some(Near::Value(value)) if value.absolute() < Exact::power_of_ten(-15) => with_exponent(value.to_digits(3)),
            Some(Near::Value(value)) => canonical(value.to_digits(3)),
            Some(Near::TooSmall) => "too small beside its terms to be computed".to_owned(),
            None => "the limit at -1, whose sign is that of the last flow".to_owned(),
        };
        explanation.step(
            format!("rates[{index}].proof"),
            how,
            format!("at {annual} - 5e-13: {}; at {annual} + 5e-13: {}", near(below), near(above)),
            "proven",
        );
    }
}

/// The means of a proof, in words.
fn named(means: Means) -> Cow<'static, str> {
    match means {
        Means::Doubles => "in double precision with a bound on its error".into(),
        Means::Binary => "in 128 bits with a bound on its error".into(),
        Means::Integers(bits) => format!("in integers of {bits} bits with a bound on its error").into(),
        Means::Exact => "in exact integers".into(),
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
    let Some((value, _)) = value_at(series, Exact::ONE + Exact::from(written), unit) else { return };
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

/// Present value beside a rate.
#[derive(Clone, Copy)]
enum Near {
    Value(Exact),
    /// The terms cancel out to the last digits of the arithmetic, beside a rate of high multiplicity.
    TooSmall,
}

/// Returns the present value half a digit below or above the rate; None at -1 and below.
fn value_near(series: &Series, annual: Decimal, side: i32) -> Option<Near> {
    let half = Exact::from(dec!(0.0000000000005));
    let growth = Exact::ONE + Exact::from(annual) + if side < 0 { -half } else { half };
    let (value, size) = value_at(series, growth, series.unit().years(1))?;
    // A long series is added up in 38 digits, a short one in 76, with a few roundings.
    let digits = if series.flows().len() > WRITTEN_MAX { -30 } else { -60 };
    Some(if value.absolute() > size * Exact::power_of_ten(digits) { Near::Value(value) } else { Near::TooSmall })
}

/// Returns the present value at a growth factor over some time, and the sum of its terms' magnitudes; `unit` is one unit of the series as a fraction of that time.
fn value_at(series: &Series, growth: Exact, unit: Exact) -> Option<(Exact, Exact)> {
    if !growth.is_positive() {
        return None;
    }
    // One unit's weight once, and its powers once for each distinct distance: no more than a few roundings in the 60th digit.
    let x = if unit == Exact::ONE { Exact::ONE / growth } else { growth.to_the(-unit) };
    let mut powers: HashMap<u32, Exact> = HashMap::new();
    let (mut sum, mut size, mut weight, mut time) = (Exact::ZERO, Exact::ZERO, Exact::ONE, 0);
    for flow in series.flows().iter().while_awaited() {
        let gap = flow.units.saturating_sub(time);
        let power = *powers.entry(gap).or_insert_with(|| x.whole_power(gap));
        weight = if series.flows().len() > WRITTEN_MAX { weight.grown_by(power.shortened()) } else { weight * power };
        let term = flow.amount * weight;
        (sum, size) = (sum + term, size + term.absolute());
        time = flow.units;
    }
    Some((sum, size))
}

fn reason_of_status(outcome: &InternalRates) -> String {
    match outcome.status {
        RateStatus::Any => "every flow is 0, so the present value is 0 at every rate".to_owned(),
        RateStatus::NoSignChange => "all flows point one way, so no rate makes them worth nothing".to_owned(),
        RateStatus::None => "the present value was shown to be other than 0 at every rate above -1".to_owned(),
        RateStatus::Unique => "one rate, and everywhere else the present value was shown to be other than 0".to_owned(),
        RateStatus::Several => "all of the rates: decide by the net present value, or the modified rate".to_owned(),
        RateStatus::Undecided if outcome.evidence.too_large > 0 => {
            let rates = match outcome.evidence.too_large {
                1 => "1 rate is 1e16 or more, and does".to_owned(),
                count => format!("{count} rates are 1e16 or more, and do"),
            };
            format!("{rates} not fit into 28 digits with 12 after the point")
        }
        RateStatus::Undecided => {
            "rates too close together to tell apart, or too many for the limit of computation; those proven are listed"
                .to_owned()
        }
    }
}

/// Why one of several rates speaks for the series.
fn reason_of_selection(series: &Series, outcome: &InternalRates) -> String {
    let rates = outcome.rates.len();
    let side = side_of_zero(series.flows());
    let has = |holds: fn(Decimal) -> bool| outcome.rates.iter().any(|rate| holds(rate.annual));
    match side {
        _ if rates == 1 => "the index of the only rate".to_owned(),
        Ordering::Greater if has(|rate| rate > Decimal::ZERO) => {
            format!("the index of the least rate above 0, because {}", whole(series))
        }
        Ordering::Less if has(|rate| rate < Decimal::ZERO) => {
            format!("the index of the greatest rate below 0, because {}", whole(series))
        }
        Ordering::Equal => {
            "the index of the rate nearest to 0, the lower of two equally near, because the flows add up to 0".to_owned()
        }
        Ordering::Greater => {
            format!("the index of the rate nearest to 0, because {}, and no rate is above 0", whole(series))
        }
        Ordering::Less => format!("the index of the rate nearest to 0, because {}, and no rate is below 0", whole(series)),
    }
}

/// The sum of all flows and the sign of the first one, in words.
fn whole(series: &Series) -> String {
    let flows = || series.flows().iter().filter(|flow| !flow.amount.is_zero());
    let sum = flows().while_awaited().fold(Exact::ZERO, |sum, flow| sum + flow.amount);
    let first = if flows().next().is_some_and(|flow| flow.amount.is_negative()) { "an outlay" } else { "income" };
    format!("the first flow is {first} and all flows add up to {}", canonical(sum))
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

    /// (1 - 1.1 / (1 + rate))^multiplicity: the signs beside the rate are opposite where the multiplicity is odd.
    #[test]
    fn the_present_values_beside_a_multiple_rate_are_shown_as_small_as_they_are() {
        let proof_of = |amounts: &[Decimal]| {
            let series = Series::periodic(amounts.iter().map(|amount| Exact::from(*amount)), Period::Year);
            let mut explanation = Explanation::default();
            explain_internal_rates(&mut explanation, &series, &internal_rates(&series));
            let step = explanation.steps.into_iter().find(|step| step.name == "rates[0].proof").unwrap();
            (step.formula, step.substitution)
        };
        let (formula, proof) = proof_of(&[dec!(1), dec!(-2.2), dec!(1.21)]);
        assert!(formula.contains("touches 0"), "{formula}");
        assert_eq!(proof, "at 0.1 - 5e-13: 2.07e-25; at 0.1 + 5e-13: 2.07e-25");
        let (formula, proof) = proof_of(&[dec!(-1), dec!(3.3), dec!(-3.63), dec!(1.331)]);
        assert!(!formula.contains("touches 0"), "{formula}");
        // (5e-13 / 1.1)^3 is 9.39e-38.
        assert_eq!(proof, "at 0.1 - 5e-13: 9.39e-38; at 0.1 + 5e-13: -9.39e-38");
        let sevenfold = [-1, 7, -21, 35, -35, 21, -7, 1].map(Decimal::from);
        let (formula, proof) = proof_of(&sevenfold);
        assert!(!formula.contains("touches 0"), "{formula}");
        assert_eq!(
            proof,
            "at 0 - 5e-13: too small beside its terms to be computed; at 0 + 5e-13: too small beside its terms to be computed"
        );
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
