//! ListPaths: the inputs that can be turned and the figures that can be asked, each with its value now.

use super::evaluation::{LinkAnswer, error_of, evaluate, unanswered, with_options, written};
use super::outcomes::{OutcomePlace, place};
use super::refusals::StudyRefusals;
use crate::engine::Refused;
use crate::wire::pb;
use crate::wire::short_text::Text;
use crate::wire::study::inputs::model_of;
use crate::wire::study::levers::{path_in, path_of_assumption};
use crate::wire::study::listing::{ListedFigure, listed_figures, listed_inputs};
use crate::wire::study::requests;
use crate::wire::study::values::path_kind;

/// Lists the paths of a calculation or of a chain.
///
/// # Errors
/// [`Refused`] names every field that cannot be used.
pub fn list_paths(request: &pb::ListPathsRequest) -> Result<pb::ListPathsResponse, Refused> {
    let mut subject = with_options(requests::paths(request)?, None);
    let mut response = pb::ListPathsResponse::default();
    for (name, value) in &subject.assumptions {
        response.inputs.push(pb::InputPath {
            path: path_of_assumption(name).into(),
            kind: pb::PathKind::Decimal.into(),
            value: Some(value.clone()),
            ..Default::default()
        });
    }
    for (number, link) in subject.links.iter().enumerate() {
        let inputs = listed_inputs(&link.calculation);
        response.inputs.extend(inputs.iter().map(|input| input.written(path_in(&subject, number, &input.path))));
    }
    let answers = evaluate(&mut subject, |_, _| {});
    let mut refusals = StudyRefusals::default();
    for (number, link) in subject.links.iter().enumerate() {
        let Some(model) = model_of(&link.calculation) else { continue };
        let answer = match &answers[number] {
            LinkAnswer::Answered(answer) => Some(&**answer),
            LinkAnswer::Refused(_) | LinkAnswer::Missing { .. } => None,
        };
        // A model whose figures all stand in lists has none that could refer to its error.
        if let LinkAnswer::Refused(_) = &answers[number] {
            refusals.index(&error_of(&subject, &answers, number));
        }
        for figure in listed_figures(model.number, answer) {
            let value = match &figure.value {
                Some(seen) => written(seen.clone()),
                None => unanswered(&subject, &answers, number, &mut refusals),
            };
            response.figures.push(listed(path_in(&subject, number, &figure.path), model.name, &figure, value));
        }
    }
    response.refusals = refusals.into_errors();
    Ok(response)
}

fn listed(path: String, model: &str, figure: &ListedFigure, value: pb::FigureValue) -> pb::FigurePath {
    let of = |wanted: OutcomePlace| {
        let outcomes = figure.outcomes.iter().filter(|outcome| place(model, &figure.path, outcome) == wanted);
        outcomes.map(|outcome| Text::from(*outcome)).collect()
    };
    pb::FigurePath {
        path: path.into(),
        kind: path_kind(figure.field.kind).unwrap_or_default().into(),
        value: Some(value),
        outcomes_above: of(OutcomePlace::Above),
        outcomes_below: of(OutcomePlace::Below),
        outcomes_apart: of(OutcomePlace::Apart),
    }
}
