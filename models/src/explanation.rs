//! Explanation of an answer: the steps of the calculation, and the assumptions.

use rust_decimal::Decimal;

use super::number::Exact;
use super::work::tick;

/// Version of the engine. Equal requests to equal versions give equal bytes.
pub const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Work of a step's four texts, without their figures.
const STEP_UNITS: u64 = 60;
/// Work of writing a figure.
const FIGURE_UNITS: u64 = 15;

/// Step of an explanation: `name = formula = substitution = value`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// Name of the result, as the response field is named.
    pub name: String,
    /// Formula of the step, in names.
    pub formula: String,
    /// Formula of the step, in figures.
    pub substitution: String,
    /// Result of the step.
    pub value: String,
}

/// Assumption: a default for a value that the request left out, or a convention of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assumption {
    /// Request field of the default, or name of the convention.
    pub field: String,
    /// Value that was used.
    pub value: String,
    /// Reason of the assumption, with its source where there is one.
    pub reason: String,
}

/// Explanation: steps and assumptions, enough to repeat the calculation by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// Steps in the order of the calculation.
    pub steps: Vec<Step>,
    /// Assumptions: defaults and conventions.
    pub assumptions: Vec<Assumption>,
}

impl Explanation {
    /// Adds a step in words, for a result that a model searched for or decided.
    pub fn step(
        &mut self,
        name: impl Into<String>,
        formula: impl Into<String>,
        substitution: impl Into<String>,
        value: impl Into<String>,
    ) {
        tick(STEP_UNITS);
        self.steps.push(Step {
            name: name.into(),
            formula: formula.into(),
            substitution: substitution.into(),
            value: value.into(),
        });
    }

    /// Adds an assumption.
    pub fn assume(&mut self, field: impl Into<String>, value: impl Into<String>, reason: impl Into<String>) {
        self.assumptions.push(Assumption { field: field.into(), value: value.into(), reason: reason.into() });
    }

    /// Adds the default of a field that the request left out.
    pub fn assume_default<T>(&mut self, given: Option<T>, field: &str, value: &str, reason: &str) {
        if given.is_none() {
            self.assume(field, value, reason);
        }
    }
}

/// Writes a decimal as answers are written: exactly, without trailing zeros.
pub(crate) fn text(value: Decimal) -> String {
    tick(FIGURE_UNITS);
    value.normalize().to_string()
}

/// Writes a number within a formula: a negative figure stands in brackets.
pub(crate) fn figure(number: Exact) -> String {
    bracketed(canonical(number))
}

/// Puts a negative figure into brackets, as it stands within a formula.
pub(crate) fn bracketed(figure: String) -> String {
    if figure.starts_with('-') { format!("({figure})") } else { figure }
}

/// Writes a number as answers are written. A number beyond 7.9e28, which only steps can hold, has an exponent.
#[must_use]
pub fn canonical(number: Exact) -> String {
    tick(FIGURE_UNITS);
    match number.decimal() {
        Some(decimal) => decimal.normalize().to_string(),
        None => with_exponent(number.as_answer()),
    }
}

/// Writes a number with an exponent: 1.5e-31, for one that is too large or too small to be written as answers are.
pub(crate) fn with_exponent(number: Exact) -> String {
    let Some(wide) = number.0 else { return "no value".to_owned() };
    let figures = wide.mantissa().to_string();
    let (first, rest) = figures.split_at(1);
    let rest = rest.trim_end_matches('0');
    let sign = if wide.is_negative() { "-" } else { "" };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{first}{point}{rest}e{}", wide.magnitude().saturating_sub(1))
}
