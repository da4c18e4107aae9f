//! Studies without a server, from JSON to JSON, each as one block.

use std::time::Duration;

use crate::engine::Refused;
use crate::engine::study::rounds::RoundStudy;
use crate::engine::study::study_blocks::{BlockStudy, StudySearch, whole};
use crate::engine::study::study_work::{StudyWork, units_in};
use crate::engine::study::{
    RangeStudy, ScenarioStudy, SensitivityStudy, SolveStudy, StudyKind, TableStudy, compute_chain, list_paths,
};
use crate::wire::json::Unreadable;
use crate::wire::{json, pb};

/// Makes a study, and appends its answer. `limit` is the longest that one core may have to work for it, by its estimate; `adjust` sets the
/// options of a study that has some.
///
/// # Errors
/// The refusal of the request.
pub(super) fn made<E: From<Unreadable> + From<Refused>>(
    study: StudyKind,
    text: &[u8],
    limit: Duration,
    adjust: impl FnOnce(&mut Option<pb::CalculationOptions>),
    answer: &mut Vec<u8>,
) -> Result<(), E> {
    match study {
        StudyKind::Paths => json::write(&list_paths(&json::read(text)?)?, answer),
        StudyKind::Solve => {
            let mut request: pb::SolveForInputRequest = json::read(text)?;
            adjust(&mut request.options);
            json::write(&solved(SolveStudy::begin(&request)?, limit)?, answer);
        }
        StudyKind::Table => {
            let mut request: pb::ComputeTableRequest = json::read(text)?;
            adjust(&mut request.options);
            json::write(&in_blocks(&TableStudy::begin(&request)?, limit)?, answer);
        }
        StudyKind::Sensitivity => {
            let mut request: pb::ComputeSensitivityRequest = json::read(text)?;
            adjust(&mut request.options);
            json::write(&in_rounds(SensitivityStudy::begin(&request)?, limit)?, answer);
        }
        StudyKind::Range => {
            let mut request: pb::ComputeRangeRequest = json::read(text)?;
            adjust(&mut request.options);
            json::write(&in_rounds(RangeStudy::begin(&request)?, limit)?, answer);
        }
        StudyKind::Scenarios => {
            let mut request: pb::CompareScenariosRequest = json::read(text)?;
            adjust(&mut request.options);
            json::write(&in_blocks(&ScenarioStudy::begin(&request)?, limit)?, answer);
        }
        StudyKind::Chain => {
            let mut request: pb::ComputeChainRequest = json::read(text)?;
            adjust(&mut request.options);
            json::write(&compute_chain(&request)?, answer);
        }
    }
    Ok(())
}

fn in_blocks<S: BlockStudy>(study: &S, limit: Duration) -> Result<S::Answer, Refused> {
    StudyWork::of_blocks(study).within(limit)?;
    Ok(whole(study))
}

fn in_rounds<S: RoundStudy>(mut study: S, limit: Duration) -> Result<S::Answer, Refused> {
    let mut done = 0;
    while let Some(round) = study.next_round() {
        StudyWork::of_round(&study, &round, done).within(limit)?;
        done += round.count();
        study.take(whole(&round));
    }
    Ok(study.response())
}

fn solved(study: SolveStudy, limit: Duration) -> Result<pb::SolveForInputResponse, Refused> {
    let mut search = in_blocks(&study, limit)?;
    search.within(units_in(limit));
    while !search.go_on(usize::MAX) {}
    Ok(search.answer())
}
