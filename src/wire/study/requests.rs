//! Requests of studies, as the engine takes them.

use std::collections::HashSet;

use rust_decimal::Decimal;

use super::levers::{StudyLever, Turning};
use super::subject::{StudyFigure, StudySubject};
use super::values::StudyValue;
use crate::models::input::{ModelError, Reason};
use crate::models::number::{Exact, Number};
use crate::models::work::WhileAwaited;
use crate::wire::decimal;
use crate::wire::pb;
use crate::wire::reach::{Put, ValueKind};
use crate::wire::reader::{Path, Reader};
use crate::wire::short_text::Text;

/// The most figures of a study.
const FIGURES_MAX: usize = 20;
/// The most axes of a table.
const AXES_MAX: usize = 2;
/// The most values of an axis, and the most figures in all cells of a table: an answer of a megabyte.
pub const TABLE_FIGURES_MAX: usize = 10_000;
/// The most scenarios, and the most values of a scenario.
const SCENARIOS_MAX: usize = 200;

/// A table that was read.
#[derive(Debug)]
pub struct TableAsked {
    /// The subject.
    pub subject: StudySubject,
    /// The levers with their values, one or two.
    pub axes: Vec<(StudyLever, Vec<StudyValue>)>,
    /// The figures.
    pub figures: Vec<StudyFigure>,
}

/// Scenarios that were read.
#[derive(Debug)]
pub struct ScenariosAsked {
    /// The base.
    pub subject: StudySubject,
    /// The scenarios, each a name and the values of its inputs; none where conventions are compared.
    pub scenarios: Vec<(Text, Vec<(StudyLever, StudyValue)>)>,
    /// The figures.
    pub figures: Vec<StudyFigure>,
}

/// Reads a subject whose paths are wanted.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn paths(request: &pb::ListPathsRequest) -> Result<StudySubject, ModelError> {
    let mut reader = Reader::default();
    let subject = reader.subject(request.into());
    reader.finish(subject)
}

/// Reads a chain.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn chain(request: &pb::ComputeChainRequest) -> Result<StudySubject, ModelError> {
    let mut reader = Reader::default();
    reader.options(request.options.as_ref());
    let subject = match &request.chain {
        Some(chain) => reader.chain(chain),
        None => {
            reader.refuse(Path::of("chain"), Reason::Required, || "a chain is required".to_owned());
            StudySubject::default()
        }
    };
    reader.finish(subject)
}

/// Reads a table.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn table(request: &pb::ComputeTableRequest) -> Result<TableAsked, ModelError> {
    let mut reader = Reader::default();
    reader.options(request.options.as_ref());
    let subject = reader.subject(request.into());
    let (mut turning, mut axes) = (Turning::of(&subject), Vec::new());
    let path = Path::of("axes");
    reader.some(path, request.axes.len(), AXES_MAX);
    for (path, axis) in reader.items(path, &request.axes, AXES_MAX) {
        let lever = reader.lever(path.field("lever"), axis.lever.as_ref(), &subject, &mut turning);
        let values = reader.axis(path, axis, lever.as_ref().map(|lever| lever.kind));
        axes.extend(lever.map(|lever| (lever, values)));
    }
    let figures = reader.figures(&request.figures, &subject);
    let cells = axes.iter().map(|(_, values)| values.len()).fold(1_usize, usize::saturating_mul);
    let asked = cells.saturating_mul(request.figures.len().clamp(1, FIGURES_MAX));
    if asked > TABLE_FIGURES_MAX && request.axes.len() <= AXES_MAX {
        reader.refuse(path, Reason::TooManyItems, || {
            format!("{cells} cells of {} figures are more than {TABLE_FIGURES_MAX}", request.figures.len())
        });
    }
    reader.finish(TableAsked { subject, axes, figures })
}

/// Reads scenarios.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn scenarios(request: &pb::CompareScenariosRequest) -> Result<ScenariosAsked, ModelError> {
    let mut reader = Reader::default();
    reader.options(request.options.as_ref());
    let subject = reader.subject(request.into());
    let (mut turning, mut names, mut scenarios) = (Turning::of(&subject), HashSet::new(), Vec::new());
    for (path, scenario) in reader.items(Path::of("scenarios"), &request.scenarios, SCENARIOS_MAX) {
        reader.unique_name(path.field("name"), &scenario.name, &mut names);
        turning.forget();
        let path = path.field("values");
        reader.some(path, scenario.values.len(), SCENARIOS_MAX);
        let mut values = Vec::new();
        for (path, value) in reader.items(path, &scenario.values, SCENARIOS_MAX) {
            values.extend(reader.scenario_value(path, value, &subject, &mut turning));
        }
        scenarios.push((scenario.name.clone(), values));
    }
    let figures = reader.figures(&request.figures, &subject);
    reader.finish(ScenariosAsked { subject, scenarios, figures })
}

impl Reader {
    fn figures(&mut self, figures: &[Text], subject: &StudySubject) -> Vec<StudyFigure> {
        let path = Path::of("figures");
        self.some(path, figures.len(), FIGURES_MAX);
        let items = self.items(path, figures, FIGURES_MAX);
        items.filter_map(|(path, figure)| self.figure(path, figure, subject)).collect()
    }

    /// Reads the values of an axis. Values of an unknown kind, whose lever is refused, are counted and not read.
    fn axis(&mut self, path: Path<'_>, axis: &pb::Axis, kind: Option<ValueKind>) -> Vec<StudyValue> {
        let (of_values, of_spacing) = (path.field("values"), path.field("spacing"));
        let Some(spacing) = &axis.spacing else {
            if axis.values.is_empty() {
                self.refuse(of_values, Reason::Required, || "values or spacing are required".to_owned());
            }
            let items = self.items(of_values, &axis.values, TABLE_FIGURES_MAX);
            return items.filter_map(|(path, value)| self.study_value(path, kind?, value)).collect();
        };
        if axis.values.is_empty() {
            return self.spacing(of_spacing, spacing, kind);
        }
        self.refuse(of_spacing, Reason::NotApplicable, || {
            "spacing is not used with values, which are all that the axis has".to_owned()
        });
        // Where a spacing has no sense at all, one reason is enough.
        match kind {
            None | Some(ValueKind::Decimal | ValueKind::Whole) => self.spacing(of_spacing, spacing, kind),
            Some(_) => Vec::new(),
        }
    }

    fn spacing(&mut self, path: Path<'_>, spacing: &pb::EvenSpacing, kind: Option<ValueKind>) -> Vec<StudyValue> {
        const COUNTS: std::ops::RangeInclusive<u32> = 2..=TABLE_FIGURES_MAX as u32;
        let kind = kind.unwrap_or(ValueKind::Decimal);
        if !matches!(kind, ValueKind::Decimal | ValueKind::Whole) {
            self.refuse(path, Reason::NotApplicable, || "the lever's values are no numbers: write values".to_owned());
            return Vec::new();
        }
        let low = self.study_value(path.field("low"), kind, &spacing.low).and_then(|value| value.number);
        let high = self.study_value(path.field("high"), kind, &spacing.high).and_then(|value| value.number);
        let (count, of_count) = (spacing.count, path.field("count"));
        if count == 0 {
            self.refuse(of_count, Reason::Required, || "a count is required: 2 to 10000".to_owned());
        } else if !COUNTS.contains(&count) {
            self.refuse(of_count, Reason::OutOfRange, || format!("{count} is out of range: 2 to 10000"));
        }
        let (Some(low), Some(high)) = (low, high) else { return Vec::new() };
        if high <= low {
            self.refuse(path.field("high"), Reason::OutOfRange, || "high is out of range: above low".to_owned());
        }
        if high <= low || !COUNTS.contains(&count) {
            return Vec::new();
        }
        let values: Option<Vec<_>> =
            (0..count).while_awaited_each(20).map(|place| spaced(low, high, place, count, kind)).collect();
        values.unwrap_or_else(|| {
            self.refuse(of_count, Reason::OutOfRange, || {
                format!("{count} values between {low} and {high} are not all whole numbers")
            });
            Vec::new()
        })
    }
}

/// Returns low + place × (high - low) / (count - 1), rounded once; `None` where the field takes no such number.
fn spaced(low: Decimal, high: Decimal, place: u32, count: u32, kind: ValueKind) -> Option<StudyValue> {
    let last = count - 1;
    let (low, high) = (Exact::of(low), Exact::of(high));
    let weighted = low * Exact::whole(last - place) + high * Exact::whole(place);
    let number = (weighted / Exact::whole(last)).decimal()?;
    let text = decimal::write(number);
    match kind {
        ValueKind::Whole => StudyValue::read(kind, &text).ok(),
        _ => Some(StudyValue { put: Put::Text(text.clone()), text, number: Some(number) }),
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;

    #[test]
    fn even_spacing_is_exact_and_rounded_once() {
        let of = |low, high, place, count| spaced(low, high, place, count, ValueKind::Decimal).expect("a value").text;
        assert_eq!(of(dec!(0.01), dec!(1), 37, 100), "0.38");
        assert_eq!(of(dec!(0), dec!(0.891), 41, 100), "0.369");
        assert_eq!(of(dec!(0), dec!(1), 1, 4), "0.3333333333333333333333333333");
        assert_eq!(of(dec!(0), dec!(2), 1, 4), "0.6666666666666666666666666667");
        assert_eq!(of(dec!(-7e27), dec!(7e27), 1, 3), "0");
        assert!(spaced(dec!(1), dec!(4), 1, 3, ValueKind::Whole).is_none(), "2.5 is not whole");
        assert_eq!(spaced(dec!(1), dec!(5), 1, 3, ValueKind::Whole).expect("whole").put, Put::Whole(3));
    }
}
