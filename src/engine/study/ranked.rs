//! Figures in their order: outcomes below every number, numbers, outcomes above every number.

use std::cmp::Ordering;

use rust_decimal::{Decimal, dec};

use super::facts::without_members;
use super::outcomes::{OutcomePlace, place};
use crate::wire::decimal;
use crate::wire::pb;
use crate::wire::pb::figure_value::Result as Figure;
use crate::wire::short_text::Text;
use crate::wire::study::inputs::model_of;
use crate::wire::study::subject::{BoundSource, BoundTerm, StudyFigure, StudySubject};

/// A figure that has a place in the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RankedFigure {
    /// An outcome below every number.
    Below,
    /// A number.
    Number(Decimal),
    /// A whole number of more digits than a decimal has.
    Large(Text),
    /// An outcome above every number.
    Above,
}

impl RankedFigure {
    /// Returns the number.
    pub fn number(&self) -> Option<Decimal> {
        match self {
            RankedFigure::Number(number) => Some(*number),
            _ => None,
        }
    }

    fn rank(&self) -> (u8, Decimal, usize, &str) {
        match self {
            RankedFigure::Below => (0, Decimal::ZERO, 0, ""),
            RankedFigure::Number(number) => (1, *number, 0, ""),
            RankedFigure::Large(digits) => (2, Decimal::ZERO, digits.len(), digits),
            RankedFigure::Above => (3, Decimal::ZERO, 0, ""),
        }
    }
}

impl PartialOrd for RankedFigure {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RankedFigure {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

/// The order of one figure.
#[derive(Clone, Debug)]
pub(super) struct FigureOrder {
    model: &'static str,
    /// The path in the answer of its link, with `[]` for any member.
    pub figure: String,
    /// True of a figure in whose place an outcome without an order can stand.
    pub has_apart: bool,
    /// True of a figure that a search finds, with 12 digits.
    pub is_by_search: bool,
}

impl FigureOrder {
    pub fn of(subject: &StudySubject, figure: &StudyFigure) -> FigureOrder {
        let model = subject.links.get(figure.link).and_then(|link| model_of(&link.calculation));
        let model = model.map_or("", |model| model.name);
        let path = figure.path.as_str();
        let path = if subject.is_chain { path.split_once('.').map_or(path, |(_, rest)| rest) } else { path };
        let path = without_members(path);
        // A link that is bound to an outcome has that outcome for every figure.
        let is_bound = subject.is_chain && subject.links.get(figure.link).is_some_and(|link| !link.bound.is_empty());
        let has_apart = is_bound || figure.way.outcomes().any(|outcome| place(model, &path, outcome) == OutcomePlace::Apart);
        FigureOrder { model, figure: path, has_apart, is_by_search: is_by_search(subject, figure) }
    }

    /// Returns the place of a figure; `None` of a refusal, and of an outcome without an order.
    pub fn ranked(&self, value: &pb::FigureValue) -> Option<RankedFigure> {
        match value.result.as_ref()? {
            Figure::Value(text) => match decimal::read(text) {
                Ok(number) => Some(RankedFigure::Number(number)),
                Err(_) if text.bytes().all(|byte| byte.is_ascii_digit()) => Some(RankedFigure::Large(text.clone())),
                Err(_) => None,
            },
            Figure::Outcome(outcome) => match place(self.model, &self.figure, outcome) {
                OutcomePlace::Above => Some(RankedFigure::Above),
                OutcomePlace::Below => Some(RankedFigure::Below),
                OutcomePlace::Apart => None,
            },
            Figure::Refusal(_) => None,
        }
    }

    /// Returns an outcome without an order.
    pub fn apart<'a>(&self, value: &'a pb::FigureValue) -> Option<&'a Text> {
        match value.result.as_ref()? {
            Figure::Outcome(outcome) if self.ranked(value).is_none() => Some(outcome),
            _ => None,
        }
    }

    /// Returns the unit of the last digit to which a figure of this size is right.
    pub fn quantum(&self, size: Decimal) -> Decimal {
        // 28 digits, of which no more than 28 stand after the point; of a search 12.
        let last = if self.is_by_search { OF_SEARCH } else { LAST };
        size.abs().checked_mul(last).unwrap_or(last).max(last)
    }
}

const OF_SEARCH: Decimal = dec!(1e-12);
const LAST: Decimal = dec!(1e-28);

/// Returns true of a figure that a search finds: a rate of return, growth in stages, and whatever an earlier link computes from one.
fn is_by_search(subject: &StudySubject, figure: &StudyFigure) -> bool {
    let Some(link) = subject.links.get(figure.link) else { return false };
    let path = figure.path.as_str();
    let of_model = match model_of(&link.calculation).map_or("", |model| model.name) {
        "internal_rate_of_return" | "capex_roi" => path.contains("internal_rates_of_return.rates["),
        "implied_growth" => !path.ends_with("cash_flow_multiple"),
        _ => false,
    };
    let terms = link.bound.iter().flat_map(|bound| &bound.terms);
    let of_earlier = |term: &BoundTerm| matches!(&term.source, BoundSource::Figure(figure) if is_by_search(subject, figure));
    of_model || terms.into_iter().any(of_earlier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_between_outcomes_and_long_ones_above_short_ones() {
        let large = |digits: &str| RankedFigure::Large(digits.into());
        let order = [
            RankedFigure::Below,
            RankedFigure::Number(dec!(-7e28)),
            RankedFigure::Number(dec!(0)),
            large("90000000000000000000000000000"),
            large("100000000000000000000000000000"),
            RankedFigure::Above,
        ];
        assert!(order.is_sorted() && order.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
