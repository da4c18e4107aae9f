//! How many calculations of each model a stream has answered.

use tonic::Code;

use crate::engine::MODELS;
use crate::server::call::Call;

/// Calculations that are not counted yet: nearly all of them end well, and to count one by one what all threads count would cost more than
/// to write it.
#[derive(Debug, Default)]
pub(super) struct Tally {
    ok: [u32; MODELS.len()],
    any: bool,
}

impl Tally {
    pub fn add(&mut self, model: Option<usize>, code: Code, call: &Call) {
        match (model.and_then(|model| self.ok.get_mut(model)), code) {
            (Some(count), Code::Ok) => {
                *count += 1;
                self.any = true;
            }
            _ => call.shared().metrics.calculated(model, code),
        }
    }

    pub fn count(&mut self, call: &Call) {
        if !std::mem::take(&mut self.any) {
            return;
        }
        for (model, count) in self.ok.iter_mut().enumerate().filter(|(_, count)| **count > 0) {
            call.shared().metrics.calculated_often(Some(model), Code::Ok, std::mem::take(count).into());
        }
    }
}
