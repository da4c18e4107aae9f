//! Calculations of any mix by one call: each is answered or refused for itself, in their order.

use bytes::{Bytes, BytesMut};
use prost::encoding::message;
use tonic::{Code, Status};

use super::call::Call;
use super::config::MESSAGE_BYTES_MAX;
use super::message::framed_bytes;
use super::services::{MODELS, compute, expected_units, model_number};
use super::unary::{Asked, Begun, begin_framed};
use crate::models::work;
use crate::wire::cost::Cost;
use crate::wire::{calculation, pb, status};

/// Reads a batch, and computes it if it is short.
pub(super) fn begin_batch(call: &Call, asked: Asked) -> Begun {
    let takes_gzip = asked.takes_gzip;
    let of_call = call.clone();
    begin_framed(call, asked, move |batch| compute_batch(&of_call, batch, takes_gzip))
}

/// Answers are written as they come, and not kept beside each other as messages: a hundred explanations of thousands of flows would be hundreds
/// of megabytes before anyone saw that they are too many.
fn compute_batch(call: &Call, batch: &pb::BatchCalculationsRequest, takes_gzip: bool) -> Result<Bytes, Status> {
    /// `BatchCalculationsResponse.outcomes`.
    const OUTCOMES: u32 = 1;
    let mut answer = BytesMut::new();
    for calculation in calculation::batch(batch)? {
        // What has been computed is thrown away.
        if work::is_over() {
            break;
        }
        let Computed { outcome, model, code } = computed(Some(calculation));
        call.connection.shared.metrics.calculated(model, code);
        message::encode(OUTCOMES, &outcome, &mut answer);
        if answer.len() > MESSAGE_BYTES_MAX {
            let instead = "StreamCalculations answers any number of calculations, each with a message of its own";
            return Err(status::answer_too_large(MESSAGE_BYTES_MAX, instead));
        }
    }
    Ok(framed_bytes(&answer, takes_gzip))
}

/// A calculation of any model, computed.
pub(super) struct Computed {
    pub outcome: pb::CalculationOutcome,
    /// Its place among the models; none where it names none.
    pub model: Option<usize>,
    pub code: Code,
}

/// Computes it, whatever its model.
pub(super) fn computed(calculation: Option<&pb::Calculation>) -> Computed {
    let model = calculation.and_then(|calculation| calculation.model.as_ref());
    let answer = match model {
        Some(model) => compute(model),
        None => Err(calculation::without_model(MODELS).into()),
    };
    let model = model.map(model_number);
    let code = answer.as_ref().map_or_else(Status::code, |_| Code::Ok);
    Computed { outcome: calculation::outcome(answer, model.map(|model| MODELS[model])), model, code }
}

impl Cost for pb::Calculation {
    fn expected_units(&self) -> u64 {
        // Without a model it is an error that is written.
        self.model.as_ref().map_or(200, expected_units)
    }
}

impl Cost for pb::BatchCalculationsRequest {
    fn expected_units(&self) -> u64 {
        self.calculations.iter().map(Cost::expected_units).fold(100, u64::saturating_add)
    }
}
