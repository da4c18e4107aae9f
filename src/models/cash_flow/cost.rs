//! What a request costs in processor time, known from its size before anything is computed.
//!
//! Measured with `cargo bench --bench cash_flow`, the slowest kind of times, rounded up.

/// What a series is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// [`super::present_value`].
    PresentValue,
    /// [`super::modified_rate`].
    ModifiedRate,
    /// [`super::payback`], plainly.
    Payback,
    /// [`super::payback`], plainly and discounted.
    DiscountedPayback,
}

/// Whatever is asked takes this long.
const REQUEST_NANOSECONDS: u64 = 20_000;
/// A step of an explanation, written out.
const STEP_NANOSECONDS: u64 = 3_000;

/// How long an answer takes, in nanoseconds; reading the message is not counted.
#[must_use]
pub fn estimated_nanoseconds(flows: usize, question: Question, explain: bool) -> u64 {
    let of_flow: u64 = match question {
        Question::PresentValue => 2_000,
        Question::ModifiedRate => 2_000,
        Question::Payback => 500,
        Question::DiscountedPayback => 2_500,
    };
    let of_explanation = if explain { STEP_NANOSECONDS.saturating_add(of_flow) } else { 0 };
    let flows = u64::try_from(flows).unwrap_or(u64::MAX);
    flows.saturating_mul(of_flow.saturating_add(of_explanation)).saturating_add(REQUEST_NANOSECONDS)
}
