//! How an answer came about: the steps, and what was assumed.

use super::number::Exact;
use super::work::tick;

/// The engine's version: the same request and the same version give the same bytes.
pub const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The work of a step's four texts, their figures left out.
const STEP_UNITS: u64 = 60;
/// The work of a figure's text.
const FIGURE_UNITS: u64 = 15;

/// One calculation: `name = formula = substitution = value`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// As the response field is named.
    pub name: String,
    /// In names.
    pub formula: String,
    /// In figures.
    pub substitution: String,
    /// The result.
    pub value: String,
}

/// A value that the request left out, or a convention that the model follows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assumption {
    /// The request field, or the convention.
    pub field: String,
    /// The value used.
    pub value: String,
    /// Why, with its source where there is one.
    pub reason: String,
}

/// Enough to redo the answer by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// In the order of the calculation.
    pub steps: Vec<Step>,
    /// Defaults and conventions.
    pub assumptions: Vec<Assumption>,
}

impl Explanation {
    /// Adds a step in words, for what a model searched or decided.
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

    /// Adds a default where the request left the field out.
    pub fn assume_default<T>(&mut self, given: Option<T>, field: &str, value: &str, reason: &str) {
        if given.is_none() {
            self.assume(field, value, reason);
        }
    }
}

/// A number as answers are written; one beyond 7.9e28, which only steps can hold, with an exponent.
#[must_use]
pub fn canonical(number: Exact) -> String {
    tick(FIGURE_UNITS);
    match (number.decimal(), number.as_answer().0) {
        (Some(decimal), _) => decimal.normalize().to_string(),
        (None, Some(wide)) => {
            let figures = wide.mantissa().to_string();
            let (first, rest) = figures.split_at(1);
            let rest = rest.trim_end_matches('0');
            let sign = if wide.is_negative() { "-" } else { "" };
            let point = if rest.is_empty() { "" } else { "." };
            format!("{sign}{first}{point}{rest}e{}", wide.magnitude().saturating_sub(1))
        }
        (None, None) => "no value".to_owned(),
    }
}
