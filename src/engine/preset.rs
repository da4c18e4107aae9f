//! The question of a preset: a calculation of a model, or a study.

use super::study::StudyKind;
use super::{MODELS, json, model_number};
use crate::wire::pb;
use crate::wire::pb::calculation::Model;
use crate::wire::pb::preset::Study;

/// The question of a preset.
#[derive(Clone, Copy, Debug)]
pub enum PresetQuestion<'a> {
    /// The request of a model.
    Model(&'a Model),
    /// The request of a study.
    Study(&'a Study),
}

/// Returns what a preset asks; `None` of a preset that asks nothing, which a test excludes.
#[must_use]
pub fn preset_question(preset: &pb::Preset) -> Option<PresetQuestion<'_>> {
    match (&preset.calculation, &preset.study) {
        (Some(calculation), _) => calculation.model.as_ref().map(PresetQuestion::Model),
        (None, Some(study)) => Some(PresetQuestion::Study(study)),
        (None, None) => None,
    }
}

impl PresetQuestion<'_> {
    /// Returns the name of the model or of the study, by which agents and the command line call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PresetQuestion::Model(model) => MODELS[model_number(model)],
            PresetQuestion::Study(Study::SolveForInput(_)) => StudyKind::Solve.row().name,
            PresetQuestion::Study(Study::Sensitivity(_)) => StudyKind::Sensitivity.row().name,
        }
    }

    /// Appends the request as JSON, as its own method takes it.
    pub fn write(self, text: &mut Vec<u8>) {
        match self {
            PresetQuestion::Model(model) => json::write_question(model, text),
            PresetQuestion::Study(Study::SolveForInput(request)) => crate::wire::json::write(request, text),
            PresetQuestion::Study(Study::Sensitivity(request)) => crate::wire::json::write(request, text),
        }
    }
}
