//! A calculation of any model: its estimate and its outcome. Batches and streams are made of such calculations.

use super::Refused;
use super::answers::answer;
use super::list::{MODELS, for_each_model, model_number};
use crate::wire::calculation::{outcome, without_model};
use crate::wire::cost::Cost;
use crate::wire::pb;
use crate::wire::pb::calculation::Model;
use crate::wire::pb::calculation_result::Model as ModelAnswer;
use crate::{models, wire};

/// The result of a calculation of any model.
#[derive(Debug)]
pub struct Computed {
    /// The answer, or the refusal that a call of the model's own method would get.
    pub outcome: pb::CalculationOutcome,
    /// The place of the model among [`MODELS`]; `None` where the calculation names no model.
    pub model: Option<usize>,
}

/// Computes a calculation of any model. A calculation that names no model is refused.
#[must_use]
pub fn computed(calculation: Option<&pb::Calculation>) -> Computed {
    let model = calculation.and_then(|calculation| calculation.model.as_ref());
    let answer = match model {
        Some(model) => compute(model),
        None => Err(without_model(MODELS).into()),
    };
    let model = model.map(model_number);
    Computed { outcome: outcome(answer, model.map(|model| MODELS[model])), model }
}

macro_rules! of_any_model {
    ($($name:literal $model:ident = $service:literal $method:literal $read:path, $compute:expr, $write:expr;)*) => {
        /// Computes the answer of a model to a request.
        ///
        /// # Errors
        /// [`Refused`], as a call of the model's own method.
        pub fn compute(model: &Model) -> Result<ModelAnswer, Refused> {
            match model { $(Model::$model(request) => answer(request, $read, $compute, $write).map(ModelAnswer::$model)),* }
        }

        impl Cost for Model {
            fn expected_units(&self) -> u64 {
                match self { $(Model::$model(request) => request.expected_units()),* }
            }
        }
    };
}
for_each_model!(of_any_model);

/// The estimate of a calculation that names no model, in units of work: the calculation is refused, and its refusal is written.
const WITHOUT_MODEL_UNITS: u64 = 200;

impl Cost for pb::Calculation {
    fn expected_units(&self) -> u64 {
        self.model.as_ref().map_or(WITHOUT_MODEL_UNITS, Cost::expected_units)
    }
}

impl Cost for pb::BatchCalculationsRequest {
    fn expected_units(&self) -> u64 {
        self.calculations.iter().map(Cost::expected_units).fold(100, u64::saturating_add)
    }
}

impl Cost for pb::StreamCalculationsRequest {
    fn expected_units(&self) -> u64 {
        self.calculation.as_ref().map_or(WITHOUT_MODEL_UNITS, Cost::expected_units)
    }
}
