//! Chains: one set of assumptions through several models.

use super::evaluation::{Because, LinkAnswer, evaluate, with_options};
use crate::engine::Refused;
use crate::models::explanation::ENGINE_VERSION;
use crate::wire::pb;
use crate::wire::reach::generated::CALCULATION;
use crate::wire::short_text::Text;
use crate::wire::study::inputs::path_of;
use crate::wire::study::requests;

/// Computes a chain.
///
/// # Errors
/// [`Refused`] names every field that cannot be used.
pub fn compute_chain(request: &pb::ComputeChainRequest) -> Result<pb::ComputeChainResponse, Refused> {
    use pb::link_result::Result as Linked;
    let mut subject = with_options(requests::chain(request)?, request.options);
    let mut set: Vec<Vec<Text>> = vec![Vec::new(); subject.links.len()];
    let answers = evaluate(&mut subject, |link, values| set[link] = values.into_iter().map(|value| value.text).collect());
    let results = subject.links.iter().zip(answers).zip(set).map(|((link, answer), set)| {
        let bound = link
            .bound
            .iter()
            .zip(set)
            .map(|(bound, value)| pb::BoundValue { field: path_of(&CALCULATION, &bound.place.way).into(), value });
        let result = match answer {
            LinkAnswer::Answered(answer) => Linked::Answer(*answer),
            LinkAnswer::Refused(error) => Linked::Error(*error),
            LinkAnswer::Missing { figure, because } => {
                let outcome = match because {
                    Because::Outcome(outcome) => outcome,
                    Because::Link(_) => Text::new(),
                };
                Linked::Missing(pb::MissingFigure { figure, outcome })
            }
        };
        pb::LinkResult { name: link.name.clone(), bound: bound.collect(), result: Some(result) }
    });
    Ok(pb::ComputeChainResponse { links: results.collect(), engine_version: ENGINE_VERSION.into() })
}
