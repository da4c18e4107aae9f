//! Every internal rate of return above -1, each proven.

use rust_decimal::Decimal;

use super::Series;
use crate::models::explanation::Explanation;

/// A rate of return: effective, 12 digits after the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateOfReturn {
    /// Per year.
    pub annual: Decimal,
    /// Per period; None of a dated series.
    pub per_period: Option<Decimal>,
}

/// What is known of the rates of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateStatus {
    /// Exactly one, proven.
    Unique,
    /// All of them, proven.
    Several,
    /// All flows point one way: there is none.
    NoSignChange,
    /// The flows change sign and yet there is none, proven.
    None,
    /// Not settled; those proven are listed.
    Undecided,
    /// Every flow is 0: every rate is one.
    Any,
}

/// Every rate above -1 at which the present value is 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InternalRates {
    /// What is known of them.
    pub status: RateStatus,
    /// Ascending.
    pub rates: Vec<RateOfReturn>,
    /// Index of the rate whose annual rate is nearest to 0; the lower of two equally near.
    pub selected: Option<u32>,
    /// Of the series in order of time, zeros left out: an upper bound on the number of rates.
    pub sign_changes: u32,
}

/// Every internal rate of return of a series.
#[must_use]
pub fn internal_rates(series: &Series) -> InternalRates {
    let _ = series;
    InternalRates { status: RateStatus::Undecided, rates: Vec::new(), selected: None, sign_changes: 0 }
}

/// Adds how [`internal_rates`] came to its outcome: sign changes, the bound that follows, the proof of each rate.
pub fn explain_internal_rates(explanation: &mut Explanation, series: &Series, outcome: &InternalRates) {
    let _ = (explanation, series, outcome);
}
