//! What a request costs in processor time, known from its size before anything is computed.
//!
//! Measured with `cargo bench --bench cash_flow`, the slowest kind of times, rounded up.

/// What a series is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// [`super::present_value`].
    PresentValue,
    /// [`super::internal_rates`].
    InternalRates {
        /// Of the series, or the most that it can have: the number of its flows less 1.
        sign_changes: u32,
    },
    /// [`super::modified_rate`].
    ModifiedRate,
    /// [`super::payback`], plainly.
    Payback,
    /// [`super::payback`], plainly and discounted.
    DiscountedPayback,
}

/// Whatever is asked takes this long.
const REQUEST_NANOSECONDS: u64 = 20_000;
/// What each further sign change may add.
const NEAR_RATES_NANOSECONDS: u64 = 50_000;
const SEARCH_NANOSECONDS_MAX: u64 = 40_000_000;
/// A step of an explanation, written out.
const STEP_NANOSECONDS: u64 = 6_000;

/// How long an answer takes, in nanoseconds; reading the message is not counted.
#[must_use]
pub fn estimated_nanoseconds(flows: usize, question: Question, explain: bool) -> u64 {
    let of_flow: u64 = match question {
        Question::PresentValue => 2_000,
        Question::InternalRates { sign_changes: 0 | 1 } => 150,
        // Some intervals to look into, each of them with a few passes over the flows.
        Question::InternalRates { sign_changes: 2 | 3 } => 600,
        Question::InternalRates { .. } => 3_000,
        Question::ModifiedRate => 2_000,
        Question::Payback => 1_000,
        Question::DiscountedPayback => 2_500,
    };
    let of_explanation = if explain { STEP_NANOSECONDS.saturating_add(of_flow) } else { 0 };
    // Rates near each other take a while to tell apart, however few the flows; the search ends itself after some 40 ms.
    let of_request = match question {
        Question::InternalRates { sign_changes } if sign_changes > 1 => {
            u64::from(sign_changes).saturating_mul(NEAR_RATES_NANOSECONDS).min(SEARCH_NANOSECONDS_MAX)
        }
        _ => REQUEST_NANOSECONDS,
    };
    let flows = u64::try_from(flows).unwrap_or(u64::MAX);
    flows.saturating_mul(of_flow.saturating_add(of_explanation)).saturating_add(of_request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_series_takes_some_milliseconds_and_an_explanation_some_more() {
        let plain = estimated_nanoseconds(10_000, Question::PresentValue, false);
        assert_eq!(plain, 20_020_000);
        assert!(estimated_nanoseconds(10_000, Question::PresentValue, true) > 4 * plain);
        assert_eq!(estimated_nanoseconds(0, Question::Payback, false), REQUEST_NANOSECONDS);
        assert_eq!(estimated_nanoseconds(usize::MAX, Question::Payback, true), u64::MAX);
    }
}
