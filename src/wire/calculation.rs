//! Messages that hold a calculation of any model, in batches and streams.

use prost::Message;
use tonic::{Code, Status};
use tonic_types::pb::{BadRequest, ErrorInfo, Status as DetailedStatus};

use super::pb;
use super::reader::{Path, Reader};
use crate::models::input::{ModelError, Reason, Violations};

/// The most calculations in one batch: the work of a screen or a sheet. More of them belong into a stream, which keeps neither side waiting
/// for all.
pub const BATCH_MAX: usize = 200;

/// Returns the calculations of a batch.
///
/// # Errors
/// [`ModelError::Invalid`] when the batch has no calculation, or more than [`BATCH_MAX`].
pub fn batch(request: &pb::BatchCalculationsRequest) -> Result<&[pb::Calculation], ModelError> {
    let mut reader = Reader::default();
    let path = Path::of("calculations");
    reader.some(path, request.calculations.len(), BATCH_MAX);
    if request.calculations.len() > BATCH_MAX {
        reader.refuse(path, Reason::TooManyItems, || {
            format!(
                "{} calculations are more than {BATCH_MAX}: StreamCalculations takes any number",
                request.calculations.len()
            )
        });
    }
    reader.finish(&request.calculations)
}

/// Returns the refusal of a calculation that names no model. `models` are the names of all models.
#[must_use]
pub fn without_model(models: &[&str]) -> ModelError {
    let mut violations = Violations::default();
    // One model is named as an example: the names of all would take many times the bytes of the question.
    let example = models.first().copied().unwrap_or_default();
    let description = || format!("one of {} models is required, such as {example}", models.len());
    violations.add(Reason::Required, || "model".to_owned(), description);
    ModelError::Invalid(violations)
}

/// Returns the outcome that holds an answer or a refusal. The refusal is the one that a call of the model's own method would get; `model`
/// is the model's field in the union, which is put before the path of each field.
#[must_use]
pub fn outcome(
    answer: Result<pb::calculation_result::Model, impl Into<Status>>,
    model: Option<&str>,
) -> pb::CalculationOutcome {
    use pb::calculation_outcome::Result as Outcome;
    pb::CalculationOutcome {
        result: Some(match answer {
            Ok(model) => Outcome::Answer(pb::CalculationResult { model: Some(model) }),
            Err(refused) => Outcome::Error(error(&refused.into(), model)),
        }),
    }
}

/// Returns the status code of an outcome, as a call of the model's own method would have it.
#[must_use]
pub fn code(outcome: &pb::CalculationOutcome) -> Code {
    use pb::calculation_outcome::Result as Outcome;
    match &outcome.result {
        Some(Outcome::Error(error)) => i32::try_from(error.code).map_or(Code::Unknown, Code::from_i32),
        _ => Code::Ok,
    }
}

/// Returns a status as an error within an outcome. `model` is put before the path of each field.
fn error(status: &Status, model: Option<&str>) -> pb::CalculationError {
    // Every status of this server has details in this order: the domain and the reason, then the fields.
    let details = DetailedStatus::decode(status.details()).unwrap_or_default().details;
    let detail = |name: &str| details.iter().find(|detail| detail.type_url.ends_with(name)).map(|detail| &*detail.value);
    let info = detail("google.rpc.ErrorInfo").and_then(|bytes| ErrorInfo::decode(bytes).ok()).unwrap_or_default();
    let fields = detail("google.rpc.BadRequest").and_then(|bytes| BadRequest::decode(bytes).ok()).unwrap_or_default();
    let path = |field: String| match model {
        // The line that counts further violations has no path.
        Some(model) if !field.is_empty() => format!("{model}.{field}"),
        _ => field,
    };
    pb::CalculationError {
        code: status.code() as u32,
        reason: info.reason.into(),
        message: status.message().into(),
        field_violations: fields
            .field_violations
            .into_iter()
            .map(|violation| pb::FieldViolation {
                field: path(violation.field).into(),
                reason: violation.reason.into(),
                description: violation.description.into(),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::refused::Refused;

    #[test]
    fn an_error_is_what_the_status_says_with_the_model_before_each_path() {
        let mut reader = Reader::default();
        reader.refuse(Path::of("costs").item(2).field("amount"), Reason::DecimalMalformed, || "no decimal".to_owned());
        let status = Refused::from(reader.finish(()).expect_err("a violation")).into();
        let error = error(&status, Some("runway"));
        assert_eq!((error.code, error.reason.as_str()), (3, "INVALID_FIELDS"));
        assert_eq!(error.message, "costs[2].amount: no decimal");
        let [violation] = &error.field_violations[..] else { panic!("{error:?}") };
        assert_eq!((violation.field.as_str(), violation.reason.as_str()), ("runway.costs[2].amount", "DECIMAL_MALFORMED"));
        assert_eq!(violation.description, "no decimal");
    }

    #[test]
    fn the_violation_that_counts_the_rest_has_no_path() {
        let mut reader = Reader::default();
        for line in 0..30 {
            reader.refuse(Path::of("costs").item(line).field("amount"), Reason::DecimalMalformed, || "no decimal".to_owned());
        }
        let status = Refused::from(reader.finish(()).expect_err("violations")).into();
        let violations = error(&status, Some("runway")).field_violations;
        let [kept @ .., rest] = &violations[..] else { panic!("violations") };
        assert_eq!(kept.len(), Violations::KEPT_MAX);
        assert!(kept.iter().all(|violation| violation.field.starts_with("runway.costs[")), "{kept:?}");
        assert_eq!(
            (rest.field.as_str(), rest.reason.as_str(), rest.description.as_str()),
            ("", "MORE_VIOLATIONS", "and 5 more")
        );
    }

    #[test]
    fn a_status_without_details_is_its_code_and_message() {
        let error = error(&Status::unavailable("later"), None);
        assert_eq!(error, pb::CalculationError { code: 14, message: "later".into(), ..Default::default() });
    }
}
