//! BatchCalculations: calculations of any mix of models in one call. Each calculation is answered or refused on its own, and the answers
//! have the order of the calculations.

use bytes::Bytes;
use prost::encoding::message;
use tonic::{Code, Status};

use crate::engine::Refused;
use crate::engine::calculation::{Computed, computed};
use crate::models::work;
use crate::server::call::Call;
use crate::server::config::MESSAGE_BYTES_MAX;
use crate::server::grpc::form::Form;
use crate::server::grpc::message::framed_bytes;
use crate::server::grpc::unary::{AskedMessage, Begun, begin_framed};
use crate::wire::{calculation, json, pb, status};

/// Reads a batch. Returns the answer of a batch whose estimate is short, and the work for the pool for any other.
pub(super) fn begin_batch(call: &Call, asked: AskedMessage) -> Begun {
    let (form, takes_gzip) = (asked.sealed.form, asked.takes_gzip);
    let of_call = call.clone();
    begin_framed(call, asked.sealed, move |batch| compute_batch(&of_call, batch, form, takes_gzip))
}

/// Computes a batch, and returns its answer as one framed message.
///
/// Each answer is encoded as soon as it is computed, and is not kept as a message beside the others: a hundred explanations of thousands of
/// flows would take hundreds of megabytes before anyone saw that they are too many.
///
/// # Errors
/// INVALID_ARGUMENT for a batch that is empty or too long; RESOURCE_EXHAUSTED for an answer above [`MESSAGE_BYTES_MAX`].
fn compute_batch(call: &Call, batch: &pb::BatchCalculationsRequest, form: Form, takes_gzip: bool) -> Result<Bytes, Status> {
    /// The field number of `BatchCalculationsResponse.outcomes`.
    const OUTCOMES: u32 = 1;
    let mut answer = Vec::new();
    let mut calculated = Vec::with_capacity(batch.calculations.len().min(calculation::BATCH_MAX));
    for asked in calculation::batch(batch).map_err(Refused::from)? {
        // The batch is cut short, and the part that is computed is thrown away.
        if work::is_over() {
            break;
        }
        let Computed { outcome, model } = computed(Some(asked));
        calculated.push((model, calculation::code(&outcome)));
        match form {
            Form::Proto => message::encode(OUTCOMES, &outcome, &mut answer),
            Form::Json => {
                answer.extend_from_slice(if answer.is_empty() { br#"{"outcomes":["# } else { b"," });
                json::write(&outcome, &mut answer);
            }
        }
        if answer.len() > MESSAGE_BYTES_MAX {
            count(call, &calculated);
            let instead = "StreamCalculations answers any number of calculations, each with a message of its own";
            return Err(status::answer_too_large(MESSAGE_BYTES_MAX, instead));
        }
    }
    if form == Form::Json {
        answer.extend_from_slice(b"]}");
    }
    let framed = framed_bytes(&answer, takes_gzip);
    count(call, &calculated);
    Ok(framed)
}

/// Counts the calculations of a batch in the metrics, unless the batch is cut short: then it is begun anew on the pool, or nobody waits for it.
fn count(call: &Call, calculated: &[(Option<usize>, Code)]) {
    if !work::is_over() {
        calculated.iter().for_each(|(model, code)| call.shared().metrics.calculated(*model, *code));
    }
}
