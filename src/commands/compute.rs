//! `paydirt compute`: one request, one answer.

use std::io::{self, IsTerminal};
use std::time::Duration;

use super::arguments::{Compute, Format};
use super::ending::CommandEnd;
use super::figures;
use super::methods::AskedMethod;
use super::output::{Input, print};
use super::pretty::pretty;
use super::studies::made;
use crate::engine::calculation::{Computed, compute, computed};
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
        AskedMethod::Study(study) => {
            // Whoever asks sees how long it takes, and may end it.
            made::<CommandEnd>(study, &text, Duration::MAX, |options| apply_options(asked, options), &mut answer)?;
        }
    }
    let is_text = asked.format.map_or_else(|| io::stdout().is_terminal(), |format| format == Format::Text);
    print(&if is_text { figures::written(&answer) } else { pretty(&answer) })?;
    Ok(CommandEnd::Done)
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
