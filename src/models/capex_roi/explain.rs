//! How a return on capital expenditure came about.

use super::inputs::CapexRoiInputs;
use super::measures::CapexRoi;
use crate::models::explanation::Explanation;

/// How [`super::capex_roi`] came to its outcome.
#[must_use]
pub fn explain_capex_roi(inputs: &CapexRoiInputs, outcome: &CapexRoi) -> Explanation {
    let _ = (inputs, outcome);
    Explanation::default()
}
