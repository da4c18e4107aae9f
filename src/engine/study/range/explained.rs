//! The explanation of a range: the way in which each bound is known, and the single calls that give it.

use super::bounds::{FigureBounds, SeenBound};
use crate::engine::study::evaluation::said;
use crate::models::explanation::ENGINE_VERSION;
use crate::models::work::tick;
use crate::wire::decimal::write;
use crate::wire::pb;
use crate::wire::study::ranging::RangedLever;

/// Work of writing a step, in units.
const STEP_UNITS: u64 = 80;

/// Explains the bounds in the order of the figures.
pub(super) fn explanation(bounds: &[FigureBounds], levers: &[RangedLever]) -> pb::Explanation {
    let (mut steps, mut assumptions) = (Vec::new(), Vec::new());
    for figure in bounds {
        let (value, reason) = figure.plan.said();
        assumptions.push(pb::Assumption { field: figure.path.clone(), value: value.into(), reason: reason.into() });
        for (what, bound) in [("least value", &figure.low), ("greatest value", &figure.high)] {
            if let Some(bound) = bound {
                tick(STEP_UNITS);
                steps.push(pb::Step {
                    name: figure.path.clone(),
                    formula: format!("{what} of {}: a single call with these inputs", figure.path).into(),
                    substitution: call(figure, bound, levers).into(),
                    value: said(&bound.value).into(),
                });
            }
        }
    }
    pb::Explanation { steps, assumptions, engine_version: ENGINE_VERSION.into() }
}

/// A single call in words.
fn call(figure: &FigureBounds, bound: &SeenBound, levers: &[RangedLever]) -> String {
    let set = levers.iter().zip(&bound.inputs).map(|(ranged, value)| format!("{} = {}", ranged.lever.name, write(*value)));
    format!("{}: {} = {}", set.collect::<Vec<_>>().join(", "), figure.path, said(&bound.value))
}
