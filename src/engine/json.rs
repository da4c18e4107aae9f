//! Questions of one model in JSON: read into the union of calculations, and answers written out of it.

use super::list::for_each_model;
use crate::wire::json::{self, Unreadable};
use crate::wire::pb::calculation::Model;
use crate::wire::pb::calculation_result::Model as ModelAnswer;
use crate::wire::pb::{CalculationOptions, Warning};

macro_rules! in_json {
    ($($name:literal $model:ident = $service:literal $method:literal $read:path, $compute:expr, $write:expr;)*) => {
        /// The function that reads the request of each model, in the order of the engine's list.
        const READERS: &[fn(&[u8]) -> Result<Model, Unreadable>] = &[$(|text| json::read(text).map(Model::$model)),*];

        /// Returns the options of a question, which every model has.
        pub fn options(question: &mut Model) -> &mut Option<CalculationOptions> {
            match question { $(Model::$model(request) => &mut request.options),* }
        }

        /// Returns the warnings of an answer, which every model has.
        pub fn warnings(answer: &ModelAnswer) -> &[Warning] {
            match answer { $(ModelAnswer::$model(response) => &response.warnings),* }
        }

        /// Appends an answer as JSON, as a call of the model's own method would have it.
        pub fn write(answer: &ModelAnswer, text: &mut Vec<u8>) {
            match answer { $(ModelAnswer::$model(response) => json::write(response, text)),* }
        }

        /// Appends a question as JSON, as the model's own method takes it.
        pub fn write_question(question: &Model, text: &mut Vec<u8>) {
            match question { $(Model::$model(request) => json::write(request, text)),* }
        }
    };
}
for_each_model!(in_json);

/// Reads the request of a model from JSON. `model` is the model's place among [`MODELS`](super::MODELS).
///
/// # Errors
/// [`Unreadable`], with everything that is wrong.
pub fn read(model: usize, text: &[u8]) -> Result<Model, Unreadable> {
    READERS[model](text)
}
