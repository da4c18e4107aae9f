//! Whether an answer is one of the rates that paydirt has proven.

use std::fmt;

/// What a library answered.
#[derive(Clone, Copy, Debug)]
pub enum Outcome {
    Rate(f64),
    /// An error, or no number.
    Failed,
    Panicked,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// The only rate.
    Right,
    /// One of several, and nothing says so.
    Ambiguous,
    /// None of them.
    Wrong(f64),
    Failed,
    Panicked,
}

/// A hundred-thousandth of a basis point; paydirt's own are within 5e-13.
const TOLERANCE: f64 = 1e-9;

impl Verdict {
    pub fn of(outcome: Outcome, rates: &[f64]) -> Verdict {
        match outcome {
            Outcome::Panicked => Verdict::Panicked,
            Outcome::Failed => Verdict::Failed,
            Outcome::Rate(rate) if !rate.is_finite() => Verdict::Failed,
            Outcome::Rate(rate) => match rates.iter().any(|right| (rate - right).abs() <= TOLERANCE) {
                true if rates.len() == 1 => Verdict::Right,
                true => Verdict::Ambiguous,
                false => Verdict::Wrong(rate),
            },
        }
    }

    pub fn is_one_of_them(self) -> bool {
        matches!(self, Verdict::Right | Verdict::Ambiguous)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Right => formatter.write_str("right"),
            Verdict::Ambiguous => formatter.write_str("ambiguous"),
            Verdict::Wrong(rate) => write!(formatter, "wrong: {rate:.6}"),
            Verdict::Failed => formatter.write_str("failed"),
            Verdict::Panicked => formatter.write_str("panicked"),
        }
    }
}
