//! Requests that ask about ranges of levers: which lever matters, and between which bounds figures lie.

use rust_decimal::{Decimal, dec};

use super::lever_reading::Turning;
use super::levers::StudyLever;
use super::subject::{StudyFigure, StudySubject};
use crate::models::input::{Bounded, ModelError, OpenFraction, Reason};
use crate::wire::decimal;
use crate::wire::pb;
use crate::wire::reach::ValueKind;
use crate::wire::reader::{Path, Reader};
use crate::wire::short_text::Text;

/// The most levers of a sensitivity.
const LEVERS_MAX: usize = 200;
/// The most levers of a range, and the most figures: as many as a table's figures.
const RANGED_MAX: usize = 20;
/// The change of each input where a request has none.
const CHANGE: Decimal = dec!(0.1);

/// A lever with the values between which it stands.
#[derive(Clone, Debug)]
pub struct RangedLever {
    /// The lever.
    pub lever: StudyLever,
    /// The least value.
    pub low: Decimal,
    /// The greatest value.
    pub high: Decimal,
}

/// A sensitivity that was read.
#[derive(Debug)]
pub struct SensitivityAsked {
    /// The subject.
    pub subject: StudySubject,
    /// The figure.
    pub figure: StudyFigure,
    /// The levers; none where every number of the subject is turned.
    pub levers: Vec<RangedLever>,
    /// The change of each number without levers, relative to its magnitude.
    pub change: Decimal,
}

/// A range that was read.
#[derive(Debug)]
pub struct RangeAsked {
    /// The subject.
    pub subject: StudySubject,
    /// The levers.
    pub levers: Vec<RangedLever>,
    /// The figures.
    pub figures: Vec<StudyFigure>,
}

/// Reads a sensitivity.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn sensitivity(request: &pb::ComputeSensitivityRequest) -> Result<SensitivityAsked, ModelError> {
    let mut reader = Reader::default();
    reader.options(request.options.as_ref());
    let subject = reader.subject(request.into());
    let figure = reader.number(Path::of("figure"), &request.figure, &subject);
    let levers = reader.ranges(&request.levers, LEVERS_MAX, &subject);
    let of_change = Path::of("relative_change");
    let change: Option<OpenFraction> = reader.optional(of_change, request.relative_change.as_ref());
    if change.is_some() && !request.levers.is_empty() {
        reader.refuse(of_change, Reason::NotApplicable, || {
            "relative_change is not used with levers, which have ranges".to_owned()
        });
    }
    let change = change.map_or(CHANGE, Bounded::get);
    let asked = figure.map(|figure| SensitivityAsked { subject, figure, levers, change });
    reader.finish(asked)?.ok_or_else(|| ModelError::Invalid(Default::default()))
}

/// Reads a range.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn range(request: &pb::ComputeRangeRequest) -> Result<RangeAsked, ModelError> {
    let mut reader = Reader::default();
    reader.options(request.options.as_ref());
    let subject = reader.subject(request.into());
    reader.some(Path::of("levers"), request.levers.len(), RANGED_MAX);
    let levers = reader.ranges(&request.levers, RANGED_MAX, &subject);
    let path = Path::of("figures");
    reader.some(path, request.figures.len(), RANGED_MAX);
    let items = reader.items(path, &request.figures, RANGED_MAX);
    let figures = items.filter_map(|(path, figure)| reader.number(path, figure, &subject)).collect();
    reader.finish(RangeAsked { subject, levers, figures })
}

impl Reader {
    /// Reads the path of a figure that is a number.
    fn number(&mut self, path: Path<'_>, text: &Text, subject: &StudySubject) -> Option<StudyFigure> {
        let figure = self.figure(path, text, subject)?;
        if !figure.way.is_number() {
            self.refuse(path, Reason::PathUnsuitable, || format!("{} is no number", figure.way.field.name));
            return None;
        }
        Some(figure)
    }

    /// Reads levers with their ranges.
    fn ranges(&mut self, ranges: &[pb::LeverRange], most: usize, subject: &StudySubject) -> Vec<RangedLever> {
        let (mut turning, mut read) = (Turning::of(subject), Vec::new());
        for (path, range) in self.items(Path::of("levers"), ranges, most) {
            let of_lever = path.field("lever");
            let lever = self.lever(of_lever, range.lever.as_ref(), subject, &mut turning);
            if lever.as_ref().is_some_and(|lever| !matches!(lever.kind, ValueKind::Decimal)) {
                self.refuse(of_lever.field("fields").item(0), Reason::PathUnsuitable, || {
                    "a decimal alone has a range: try each value of a whole number or an enum by a table".to_owned()
                });
            }
            let mut end = |name: &'static str, text: &Text| {
                let value = self.study_value(path.field(name), ValueKind::Decimal, text);
                value.and_then(|value| value.number)
            };
            let (low, high) = (end("low", &range.low), end("high", &range.high));
            let Some((low, high)) = low.zip(high) else { continue };
            if high < low {
                self.refuse(path.field("high"), Reason::OutOfRange, || {
                    format!("{} is out of range: low or above, which is {}", decimal::write(high), decimal::write(low))
                });
            }
            read.extend(lever.map(|lever| RangedLever { lever, low, high }));
        }
        read
    }
}
