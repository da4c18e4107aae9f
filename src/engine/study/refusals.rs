//! The errors of a study's evaluations, listed once.

use std::collections::HashMap;

use crate::wire::pb::{CalculationError, FigureValue, figure_value};
use crate::wire::short_text::Text;

/// Errors of calculations: those of one reason and one set of fields once, with the message of the first.
#[derive(Clone, Debug, Default)]
pub(super) struct StudyRefusals {
    errors: Vec<CalculationError>,
    places: HashMap<(Text, Vec<Text>), u32>,
}

impl StudyRefusals {
    /// Returns the index of an error, which is kept if it is the first of its kind.
    pub fn index(&mut self, error: &CalculationError) -> u32 {
        let mut fields: Vec<Text> = error.field_violations.iter().map(|violation| violation.field.clone()).collect();
        fields.sort_unstable();
        let next = u32::try_from(self.errors.len()).unwrap_or(u32::MAX);
        *self.places.entry((error.reason.clone(), fields)).or_insert_with(|| {
            self.errors.push(error.clone());
            next
        })
    }

    /// Adds the errors of later evaluations, and returns the index that each of them has here.
    pub fn add(&mut self, later: &StudyRefusals) -> Vec<u32> {
        later.errors.iter().map(|error| self.index(error)).collect()
    }

    pub fn into_errors(self) -> Vec<CalculationError> {
        self.errors
    }
}

/// Gives the figures of a block the places that its errors have among those of all blocks.
pub(super) fn move_refusals<'a>(figures: impl Iterator<Item = &'a mut FigureValue>, places: &[u32]) {
    for figure in figures {
        if let Some(figure_value::Result::Refusal(place)) = &mut figure.result {
            *place = places.get(*place as usize).copied().unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::pb::FieldViolation;

    fn error(reason: &str, message: &str, fields: &[&str]) -> CalculationError {
        let field_violations =
            fields.iter().map(|field| FieldViolation { field: (*field).into(), ..Default::default() }).collect();
        CalculationError { code: 3, reason: reason.into(), message: message.into(), field_violations }
    }

    #[test]
    fn errors_of_one_reason_and_one_set_of_fields_are_one() {
        let mut first = StudyRefusals::default();
        assert_eq!(first.index(&error("A", "one", &["x", "y"])), 0);
        assert_eq!(first.index(&error("A", "two", &["y", "x"])), 0);
        assert_eq!(first.index(&error("A", "three", &["x"])), 1);
        assert_eq!(first.index(&error("B", "four", &["x"])), 2);
        let mut later = StudyRefusals::default();
        later.index(&error("C", "five", &[]));
        later.index(&error("A", "six", &["x"]));
        assert_eq!(first.add(&later), [3, 1]);
        let messages: Vec<_> = first.into_errors().into_iter().map(|error| error.message.as_str().to_owned()).collect();
        assert_eq!(messages, ["one", "three", "four", "five"]);
    }
}
