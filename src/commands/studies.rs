//! Studies without a server, from JSON to JSON, each as one block.

use crate::engine::Refused;
use crate::engine::study::rounds::whole_in_rounds;
use crate::engine::study::study_blocks::whole;
use crate::engine::study::{
    RangeStudy, ScenarioStudy, SensitivityStudy, StudyKind, TableStudy, compute_chain, list_paths, solve_for_input,
};
use crate::wire::json::Unreadable;
use crate::wire::{json, pb};

/// Makes a study, and appends its answer. `adjust` sets the options of a study that has some.
///
/// # Errors
/// The refusal of the request.
pub(super) fn made<E: From<Unreadable> + From<Refused>>(
    study: StudyKind,
    text: &[u8],
    adjust: impl FnOnce(&mut Option<pb::CalculationOptions>),
    answer: &mut Vec<u8>,
) -> Result<(), E> {
    match study {
        StudyKind::Paths => json::write(&list_paths(&json::read(text)?)?, answer),
        StudyKind::Solve => {
            let mut request: pb::SolveForInputRequest = json::read(text)?;
            adjust(&mut request.options);
            json::write(&solve_for_input(&request)?, answer);
        }
        StudyKind::Table => {
            let mut request: pb::ComputeTableRequest = json::read(text)?;
            adjust(&mut request.options);
            json::write(&whole(&TableStudy::begin(&request)?), answer);
        }
        StudyKind::Sensitivity => {
            let mut request: pb::ComputeSensitivityRequest = json::read(text)?;
            adjust(&mut request.options);
            json::write(&whole_in_rounds(SensitivityStudy::begin(&request)?), answer);
        }
        StudyKind::Range => {
            let mut request: pb::ComputeRangeRequest = json::read(text)?;
            adjust(&mut request.options);
            json::write(&whole_in_rounds(RangeStudy::begin(&request)?), answer);
        }
        StudyKind::Scenarios => {
            let mut request: pb::CompareScenariosRequest = json::read(text)?;
            adjust(&mut request.options);
            json::write(&whole(&ScenarioStudy::begin(&request)?), answer);
        }
        StudyKind::Chain => {
            let mut request: pb::ComputeChainRequest = json::read(text)?;
            adjust(&mut request.options);
            json::write(&compute_chain(&request)?, answer);
        }
    }
    Ok(())
}
