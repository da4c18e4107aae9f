//! The tally of a stream: how many calculations of each model it has answered, on the way to the metrics.

use tonic::Code;

use crate::engine::MODELS;
use crate::server::call::Call;

/// Calculations that ended with OK and are not in the metrics yet. Nearly all calculations end with OK. All threads share the counters of
/// the metrics, so that counting each calculation there would cost more than writing its answer.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// The number of calculations of each model, in the order of [`MODELS`].
    ok: [u32; MODELS.len()],
    any: bool,
}

impl Tally {
    /// Counts a calculation. OK is kept here until [`Tally::count`]; any other code, and a calculation without a model, goes to the metrics
    /// at once.
    pub fn add(&mut self, model: Option<usize>, code: Code, call: &Call) {
        match (model.and_then(|model| self.ok.get_mut(model)), code) {
            (Some(count), Code::Ok) => {
                *count += 1;
                self.any = true;
            }
            _ => call.shared().metrics.calculated(model, code),
        }
    }

    /// Moves all that is kept here to the metrics.
    pub fn count(&mut self, call: &Call) {
        if !std::mem::take(&mut self.any) {
            return;
        }
        for (model, count) in self.ok.iter_mut().enumerate().filter(|(_, count)| **count > 0) {
            call.shared().metrics.calculated_often(Some(model), Code::Ok, std::mem::take(count).into());
        }
    }
}
