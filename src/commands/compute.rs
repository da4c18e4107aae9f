//! `paydirt compute`: one request, one answer.

use std::io::{self, IsTerminal};

use super::arguments::{Compute, Format};
use super::ending::CommandEnd;
use super::figures;
use super::methods::{AskedMethod, AskedStudy};
use super::output::{Input, print};
use super::pretty::pretty;
use crate::engine::calculation::{Computed, compute, computed};
use crate::engine::study::rounds::whole_in_rounds;
use crate::engine::study::study_blocks::whole;
use crate::engine::study::{
    RangeStudy, ScenarioStudy, SensitivityStudy, TableStudy, compute_chain, list_paths, solve_for_input,
};
use crate::engine::{self, Refused};
use crate::wire::pb::calculation::Model;
use crate::wire::{calculation, json, pb};

/// Computes one request.
pub(super) fn run(asked: &Compute) -> Result<CommandEnd, CommandEnd> {
    let text = Input::of(asked.file.as_deref())?.request()?;
    let mut answer = Vec::new();
    match asked.method {
        AskedMethod::Model(model) => {
            let mut question = engine::json::read(model, &text)?;
            apply(asked, &mut question);
            engine::json::write(&compute(&question)?, &mut answer);
        }
        AskedMethod::Batch | AskedMethod::Stream => json::write(&batch(asked, &text)?, &mut answer),
        AskedMethod::Study(study) => studied(asked, study, &text, &mut answer)?,
    }
    let is_text = asked.format.map_or_else(|| io::stdout().is_terminal(), |format| format == Format::Text);
    print(&if is_text { figures::written(&answer) } else { pretty(&answer) })?;
    Ok(CommandEnd::Done)
}

/// Makes a study, and appends its answer.
fn studied(asked: &Compute, study: AskedStudy, text: &[u8], answer: &mut Vec<u8>) -> Result<(), CommandEnd> {
    match study {
        AskedStudy::Paths => json::write(&list_paths(&json::read(text)?)?, answer),
        AskedStudy::Solve => {
            let mut request: pb::SolveForInputRequest = json::read(text)?;
            apply_options(asked, &mut request.options);
            json::write(&solve_for_input(&request)?, answer);
        }
        AskedStudy::Table => {
            let mut request: pb::ComputeTableRequest = json::read(text)?;
            apply_options(asked, &mut request.options);
            json::write(&whole(&TableStudy::begin(&request)?), answer);
        }
        AskedStudy::Sensitivity => {
            let mut request: pb::ComputeSensitivityRequest = json::read(text)?;
            apply_options(asked, &mut request.options);
            json::write(&whole_in_rounds(SensitivityStudy::begin(&request)?), answer);
        }
        AskedStudy::Range => {
            let mut request: pb::ComputeRangeRequest = json::read(text)?;
            apply_options(asked, &mut request.options);
            json::write(&whole_in_rounds(RangeStudy::begin(&request)?), answer);
        }
        AskedStudy::Scenarios => {
            let mut request: pb::CompareScenariosRequest = json::read(text)?;
            apply_options(asked, &mut request.options);
            json::write(&whole(&ScenarioStudy::begin(&request)?), answer);
        }
        AskedStudy::Chain => {
            let mut request: pb::ComputeChainRequest = json::read(text)?;
            apply_options(asked, &mut request.options);
            json::write(&compute_chain(&request)?, answer);
        }
    }
    Ok(())
}

/// Sets what the flags ask for.
pub(super) fn apply(asked: &Compute, question: &mut Model) {
    apply_options(asked, engine::json::options(question));
}

fn apply_options(asked: &Compute, options: &mut Option<pb::CalculationOptions>) {
    if !asked.explain && asked.round.is_none() {
        return;
    }
    let options = options.get_or_insert_default();
    options.explain |= asked.explain;
    if let Some(places) = asked.round {
        options.rounding.get_or_insert_default().decimal_places = places;
    }
}

/// Computes the calculations of a batch.
fn batch(asked: &Compute, text: &[u8]) -> Result<pb::BatchCalculationsResponse, CommandEnd> {
    let mut batch: pb::BatchCalculationsRequest = json::read(text)?;
    batch.calculations.iter_mut().filter_map(|calculation| calculation.model.as_mut()).for_each(|model| apply(asked, model));
    let calculations = calculation::batch(&batch).map_err(Refused::from)?;
    let outcomes = calculations.iter().map(|calculation| {
        let Computed { outcome, .. } = computed(Some(calculation));
        outcome
    });
    Ok(pb::BatchCalculationsResponse { outcomes: outcomes.collect() })
}
