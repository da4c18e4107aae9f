//! Lists of the figures of an answer, each with its value now and the outcomes that can stand in its place.

use super::figures::{ABSENT, FigureWay, SeenFigure, seen};
use super::inputs::message_of;
use super::listing::{MEMBERS_MAX, PATH_UNITS};
use crate::models::work::tick;
use crate::wire::pb;
use crate::wire::reach::generated::CALCULATION_RESULT;
use crate::wire::reach::{FieldShape, Got, MessageShape, Reach, ValueKind};

/// A figure with its value.
#[derive(Clone, Debug)]
pub struct ListedFigure {
    /// The path.
    pub path: String,
    /// The field.
    pub field: &'static FieldShape,
    /// The value in the answer; `None` without an answer.
    pub value: Option<SeenFigure>,
    /// The outcomes that can stand in its place.
    pub outcomes: Vec<&'static str>,
}

/// Lists the figures of a model's answer, in the order of the contract. `model` is the number of the model in the union of models.
#[must_use]
pub fn listed_figures(model: u32, answer: Option<&pb::CalculationResult>) -> Vec<ListedFigure> {
    let mut found = Vec::new();
    if let Some(root) = CALCULATION_RESULT.fields.iter().find(|field| field.number == model).and_then(message_of) {
        let listing = FigureListing { model, answer };
        listing.list(root, "", &[model], &[], &mut found);
    }
    found
}

struct FigureListing<'a> {
    model: u32,
    answer: Option<&'a pb::CalculationResult>,
}

impl FigureListing<'_> {
    fn list(
        &self,
        shape: &'static MessageShape,
        before: &str,
        way: &[u32],
        outcomes: &[&'static str],
        found: &mut Vec<ListedFigure>,
    ) {
        for field in shape.fields {
            let (path, way) = (format!("{before}{}", field.name), [way, &[field.number]].concat());
            let mut outcomes = outcomes.to_vec();
            let further = field.siblings.iter().copied().chain(field.has_presence.then_some(ABSENT));
            outcomes.extend(further);
            if !field.is_list {
                self.one(field, path, &way, outcomes, found);
                continue;
            }
            outcomes.push(ABSENT);
            let count = match self.answer.map(|answer| answer.get(&way)) {
                Some(Got::Members(count)) => count,
                _ => 0,
            };
            let listed = if count > MEMBERS_MAX { 1 } else { count };
            for index in 0..listed {
                let way = [&way[..], &[u32::try_from(index).unwrap_or(u32::MAX)]].concat();
                self.one(field, format!("{path}[{index}]"), &way, outcomes.clone(), found);
            }
            if shape.field("selected").is_some() {
                // The way of a member that is not there: its values are found by their paths.
                let nowhere = [&way[..], &[u32::MAX]].concat();
                self.one(field, format!("{path}[selected]"), &nowhere, outcomes, found);
            }
        }
    }

    fn one(
        &self,
        field: &'static FieldShape,
        path: String,
        way: &[u32],
        mut outcomes: Vec<&'static str>,
        found: &mut Vec<ListedFigure>,
    ) {
        tick(PATH_UNITS);
        match field.kind {
            ValueKind::Message(inner) => self.list(inner, &format!("{path}."), way, &outcomes, found),
            ValueKind::Text => {}
            _ => {
                outcomes.sort_unstable();
                outcomes.dedup();
                let value = self.answer.map(|answer| match path.contains("[selected]") {
                    true => FigureWay::find(self.model, &path)
                        .map_or_else(|_| SeenFigure::Outcome(ABSENT.into()), |way| way.of(answer)),
                    false => seen(field, answer.get(way)),
                });
                found.push(ListedFigure { path, field, value, outcomes });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::reach::generated::CALCULATION;

    #[test]
    fn figures_are_listed_with_what_can_stand_in_their_place() {
        let number = CALCULATION.field("capex_roi").expect("a model").number;
        let figures = listed_figures(number, None);
        let outcomes =
            |path: &str| figures.iter().find(|figure| figure.path == path).map(|figure| figure.outcomes.clone()).expect(path);
        assert_eq!(outcomes("payback.years"), ["never"]);
        assert_eq!(outcomes("discounted_payback.years"), ["never"]);
        assert_eq!(outcomes("net_present_value"), [""; 0]);
        assert_eq!(outcomes("internal_rates_of_return.rates[selected].annual"), [ABSENT]);
        assert_eq!(outcomes("break_even_revenue_factor"), [ABSENT]);
    }
}
