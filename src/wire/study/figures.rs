//! Figures by their paths: the fields of an answer, and what stands in the place of one that is not there.

use super::grammar::{ListMember, PathFault, parts};
use super::inputs::message_of;
use crate::wire::pb;
use crate::wire::quoting::quoted;
use crate::wire::reach::generated::CALCULATION_RESULT;
use crate::wire::reach::{FieldShape, Got, Reach, ValueKind};
use crate::wire::short_text::Text;

/// The outcome of a figure that the answer leaves out.
pub const ABSENT: &str = "absent";

/// The way to a figure of an answer.
#[derive(Clone, Debug)]
pub struct FigureWay {
    steps: Vec<FigureStep>,
    /// The field at the end of the way.
    pub field: &'static FieldShape,
    /// The outcomes that can stand in the place of the figure.
    outcomes: Vec<&'static str>,
}

#[derive(Clone, Debug)]
enum FigureStep {
    /// A field, or the index of a member.
    At(u32),
    /// The member of this name, which stands in the field of this number.
    Named(Text, u32),
    /// The member at which the field of this number beside the list points.
    Selected(u32),
}

/// The value of a figure in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeenFigure {
    /// The value, as its field is written.
    Value(Text),
    /// The outcome that stands in its place.
    Outcome(Text),
}

impl FigureWay {
    /// Finds a figure of the answer of a model, which is known by its number among the models.
    ///
    /// # Errors
    /// [`PathFault`] when the path names no figure.
    pub(super) fn find(model: u32, path: &str) -> Result<FigureWay, PathFault> {
        let union = CALCULATION_RESULT.fields.iter().find(|field| field.number == model);
        let Some(root) = union.and_then(message_of) else {
            return Err(PathFault::unknown("the calculation names no model".to_owned()));
        };
        let Some(parts) = parts(path) else {
            return Err(PathFault::nowhere(root, "the text is no path, such as \"runs_out.runway_months\"".to_owned()));
        };
        let (mut shape, mut steps, mut parts) = (root, vec![FigureStep::At(model)], parts.iter());
        let mut outcomes: Vec<&'static str> = Vec::new();
        loop {
            let Some(part) = parts.next() else { return Err(PathFault::unsuitable("the path ends at a message".to_owned())) };
            let Some(field) = shape.field(part.field) else {
                return Err(PathFault::nowhere(root, format!("there is no {}", quoted(part.field))));
            };
            steps.push(FigureStep::At(field.number));
            outcomes.extend(field.siblings);
            if field.has_presence || field.is_list {
                outcomes.push(ABSENT);
            }
            match (field.is_list, part.member) {
                (false, None) => {}
                (false, Some(_)) => return Err(PathFault::unknown(format!("{} is no list", field.name))),
                (true, None) => {
                    return Err(PathFault::unsuitable(format!("{0} is a list: name a member, as in {0}[0]", field.name)));
                }
                (true, Some(ListMember::Index(index))) => steps.push(FigureStep::At(index)),
                (true, Some(ListMember::All)) => {
                    return Err(PathFault::unsuitable("a figure is one value, and not several".to_owned()));
                }
                (true, Some(ListMember::Name(name))) => {
                    let named = message_of(field).and_then(|inner| inner.field("name"));
                    let selected = shape.field("selected").filter(|_| name == "selected");
                    steps.push(match (named, selected) {
                        (Some(named), _) => FigureStep::Named(name.into(), named.number),
                        (None, Some(selected)) => FigureStep::Selected(selected.number),
                        (None, None) => {
                            return Err(PathFault::unknown(format!("members of {} have no names: write an index", field.name)));
                        }
                    });
                }
            }
            match field.kind {
                ValueKind::Message(inner) => shape = inner,
                _ if parts.next().is_some() => return Err(PathFault::unknown(format!("{} has no fields", field.name))),
                ValueKind::Text => return Err(PathFault::unsuitable(format!("{} is a text, and no figure", field.name))),
                _ => return Ok(FigureWay { steps, field, outcomes }),
            }
        }
    }

    /// Returns the outcomes that can stand in the place of the figure.
    pub fn outcomes(&self) -> impl Iterator<Item = &'static str> {
        self.outcomes.iter().copied()
    }

    /// Returns true of a figure that is a decimal or a whole number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self.field.kind, ValueKind::Decimal | ValueKind::Whole)
    }

    /// Returns the figure of an answer.
    #[must_use]
    pub fn of(&self, answer: &pb::CalculationResult) -> SeenFigure {
        let mut way = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            match step {
                FigureStep::At(number) => way.push(*number),
                FigureStep::Named(name, number) => {
                    let Got::Members(count) = answer.get(&way) else { break };
                    let is_called = |index: &u32| {
                        let way = [&way[..], &[*index, *number]].concat();
                        matches!(answer.get(&way), Got::Text(own) if own == name)
                    };
                    match (0..u32::try_from(count).unwrap_or(u32::MAX)).find(is_called) {
                        Some(index) => way.push(index),
                        None => return absent(),
                    }
                }
                FigureStep::Selected(number) => {
                    let list = way.pop();
                    way.push(*number);
                    let Got::Whole(index) = answer.get(&way) else { return absent() };
                    way.pop();
                    way.extend(list);
                    way.push(index);
                }
            }
        }
        seen(self.field, answer.get(&way))
    }
}

fn absent() -> SeenFigure {
    SeenFigure::Outcome(ABSENT.into())
}

/// Returns the value of a field as a figure.
pub(super) fn seen(field: &FieldShape, got: Got<'_>) -> SeenFigure {
    match got {
        Got::Outcome(name) => SeenFigure::Outcome(name.into()),
        got => written(field, got).map_or_else(absent, SeenFigure::Value),
    }
}

/// Returns the content of a field as a text; `None` where the field is not there.
pub(super) fn written(field: &FieldShape, got: Got<'_>) -> Option<Text> {
    match (got, field.kind) {
        (Got::Text(text), _) => Some(text.clone()),
        (Got::Whole(whole), _) => Some(whole.to_string().into()),
        (Got::Enum(number), ValueKind::Enum(of)) => Some(of.name_of(number).into()),
        (Got::Flag(flag), _) => Some(if flag { "true" } else { "false" }.into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::input::Reason;
    use crate::wire::reach::generated::CALCULATION;

    fn find(model: &str, path: &str) -> Result<FigureWay, Reason> {
        FigureWay::find(CALCULATION.field(model).expect("a model").number, path).map_err(|fault| fault.reason)
    }

    #[test]
    fn a_figure_is_its_value_or_the_outcome_in_its_place() {
        use pb::compute_runway_response::Outcome;
        let answer = pb::ComputeRunwayResponse {
            outcome: Some(Outcome::Lasts(pb::CashLasts { cash_flow_positive: true, ..Default::default() })),
            lowest_balance_month: 9,
            ..Default::default()
        };
        let answer = pb::CalculationResult { model: Some(pb::calculation_result::Model::Runway(answer)) };
        let of = |path| find("runway", path).expect("a figure").of(&answer);
        assert_eq!(of("runs_out.runway_months"), SeenFigure::Outcome("lasts".into()));
        assert_eq!(of("lasts.cash_flow_positive"), SeenFigure::Value("true".into()));
        assert_eq!(of("lowest_balance_month"), SeenFigure::Value("9".into()));
        assert_eq!((of("burn_multiple"), of("ledger[3].balance")), (absent(), absent()));
    }

    #[test]
    fn the_selected_rate_and_a_named_alternative_are_found() {
        let rate = |annual: &str| pb::RateOfReturn { annual: annual.into(), ..Default::default() };
        let rates = pb::InternalRatesOfReturn { rates: vec![rate("0.1"), rate("4")], selected: Some(1), ..Default::default() };
        let answer = |rates| {
            let response =
                pb::ComputeInternalRateOfReturnResponse { internal_rates_of_return: Some(rates), ..Default::default() };
            pb::CalculationResult { model: Some(pb::calculation_result::Model::InternalRateOfReturn(response)) }
        };
        let selected = find("internal_rate_of_return", "internal_rates_of_return.rates[selected].annual").expect("a figure");
        assert_eq!(selected.of(&answer(rates)), SeenFigure::Value("4".into()));
        assert_eq!(selected.of(&answer(pb::InternalRatesOfReturn::default())), absent());
        let of = |name: &str, worst: &str| pb::AlternativeRegret {
            name: name.into(),
            minimum_payoff: worst.into(),
            ..Default::default()
        };
        let response =
            pb::ComputeRegretResponse { alternatives: vec![of("wait", "1"), of("build", "2")], ..Default::default() };
        let answer = pb::CalculationResult { model: Some(pb::calculation_result::Model::Regret(response)) };
        let of = |path| find("regret", path).expect("a figure").of(&answer);
        assert_eq!(of("alternatives[build].minimum_payoff"), SeenFigure::Value("2".into()));
        assert_eq!(of("alternatives[sell].minimum_payoff"), absent());
    }

    #[test]
    fn what_is_no_figure_is_refused() {
        for (path, reason) in [
            ("", Reason::PathUnknown),
            ("runway_months", Reason::PathUnknown),
            ("runs_out.runway_months.days", Reason::PathUnknown),
            ("ledger[main].balance", Reason::PathUnknown),
            ("ledger[*].balance", Reason::PathUnsuitable),
            ("ledger", Reason::PathUnsuitable),
            ("runs_out", Reason::PathUnsuitable),
            ("currency_code", Reason::PathUnsuitable),
        ] {
            assert_eq!(find("runway", path).expect_err(path), reason, "{path}");
        }
    }
}
