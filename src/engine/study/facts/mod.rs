//! Declared courses: which figure of which model goes one way in which input, whatever the other inputs are.
//!
//! A row is a proof that a search builds upon, so each stands on paper in the comment before it, and a law holds each against the models. The
//! order is that of numbers with the outcomes of `outcomes.rs` above and below; plateaus and jumps are allowed. A figure that is no number
//! and has no place in the order there is skipped: the inputs at which it is a number form an interval. What is not declared here is unknown.

mod break_even;
mod capex_roi;
mod cash_flow;
mod decision;
mod declared;
mod order;
mod places;
mod runway;
mod valuation;

pub use declared::{CourseCondition, DeclaredCourse, FigureCourse};
pub use order::{jumps, ordered};
pub use places::without_members;

use crate::wire::pb;
use crate::wire::pb::calculation::Model;
use crate::wire::study::inputs::model_of;

/// Returns every declared course, family by family.
pub fn declared_courses() -> impl Iterator<Item = &'static DeclaredCourse> {
    let families = [
        break_even::DECLARED,
        runway::DECLARED,
        cash_flow::DECLARED,
        capex_roi::DECLARED,
        valuation::DECLARED,
        decision::DECLARED,
    ];
    families.into_iter().flatten()
}

/// Returns the row of an input of a calculation, `[]` for any member of a list; `None` where nothing is declared of this calculation.
#[must_use]
pub fn row_of(calculation: &pb::Calculation, input: &str) -> Option<&'static DeclaredCourse> {
    let model = model_of(calculation)?.name;
    let row = declared_courses().find(|row| row.model == model && row.input == input)?;
    row.only_if.holds(calculation).then_some(row)
}

/// Returns the course of a figure in an input, both with `[]` for any member of a list; `None` where nothing is declared.
#[must_use]
pub fn course_of(calculation: &pb::Calculation, input: &str, figure: &str) -> Option<FigureCourse> {
    row_of(calculation, input)?.of(figure)
}

impl CourseCondition {
    /// Returns true where the condition holds of a calculation.
    #[must_use]
    pub fn holds(self, calculation: &pb::Calculation) -> bool {
        let Some(Model::CapexRoi(request)) = &calculation.model else { return self == CourseCondition::Always };
        let is_at_once = request.tax_losses <= i32::from(pb::TaxLosses::OffsetAtOnce);
        let policies = request.assets.iter().filter_map(|asset| asset.depreciation.as_ref()).chain(&request.depreciation);
        match self {
            CourseCondition::Always => true,
            CourseCondition::LossesAtOnce => is_at_once,
            CourseCondition::SharesOfOutlays => {
                is_at_once && policies.into_iter().all(|policy| policy.salvage_amount.is_none())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::reach::generated::{CALCULATION, CALCULATION_RESULT};
    use crate::wire::reach::{FieldShape, MessageShape};
    use crate::wire::study::inputs::message_of;

    fn is_there(root: &'static MessageShape, model: &str, path: &str) -> bool {
        let mut shape = root.field(model).and_then(message_of);
        let mut last: Option<&FieldShape> = None;
        for part in path.split('.') {
            let Some(field) = shape.and_then(|shape| shape.field(part.trim_end_matches("[]"))) else { return false };
            if field.is_list != part.ends_with("[]") {
                return false;
            }
            (shape, last) = (message_of(field), Some(field));
        }
        last.is_some_and(|field| message_of(field).is_none())
    }

    #[test]
    fn every_row_names_an_input_and_figures_of_its_model() {
        for row in declared_courses() {
            let DeclaredCourse { model, input, .. } = row;
            assert!(is_there(&CALCULATION, model, input), "{model} has no {input}");
            for figure in row.figures() {
                assert!(is_there(&CALCULATION_RESULT, model, figure), "{model} has no {figure}");
            }
            let rows = declared_courses().filter(|other| other.model == *model && other.input == *input).count();
            assert_eq!(rows, 1, "{model} {input} stands there twice");
        }
    }

    #[test]
    fn a_course_is_found_for_any_member_of_a_list() {
        assert_eq!(without_members("costs[2].amount"), "costs[].amount");
        let runway = pb::Calculation { model: Some(Model::Runway(pb::ComputeRunwayRequest::default())) };
        assert_eq!(course_of(&runway, "costs[].amount", "net_burn"), Some(FigureCourse::Rises));
        assert_eq!(course_of(&runway, "costs[].amount", "runs_out.runway_months"), Some(FigureCourse::Falls));
        assert_eq!(course_of(&runway, "costs[].amount", "lowest_balance_month"), None);
    }

    #[test]
    fn a_condition_looks_at_the_calculation() {
        let of = |request| pb::Calculation { model: Some(Model::CapexRoi(request)) };
        let course = |request| course_of(&of(request), "capital_expenditures[]", "net_present_value");
        let plain = pb::ComputeCapexRoiRequest::default();
        assert_eq!(course(plain.clone()), Some(FigureCourse::OneWay));
        let carried = pb::TaxLosses::CarriedForward.into();
        assert_eq!(course(pb::ComputeCapexRoiRequest { tax_losses: carried, ..plain.clone() }), None);
        let policy = pb::DepreciationPolicy { salvage_amount: Some("5".into()), ..Default::default() };
        let asset = pb::CapexAsset { depreciation: Some(policy), ..Default::default() };
        assert_eq!(course(pb::ComputeCapexRoiRequest { assets: vec![asset], ..plain }), None);
    }
}
