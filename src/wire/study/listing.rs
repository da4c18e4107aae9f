//! Lists of the inputs of a calculation, each with its value now.

use super::figures::written;
use super::inputs::{message_of, model_of};
use super::values::path_kind;
use crate::models::work::tick;
use crate::wire::pb;
use crate::wire::reach::{EnumShape, FieldShape, Got, MessageShape, Reach, ValueKind};
use crate::wire::short_text::Text;

/// The most members of a list that are all listed.
pub(super) const MEMBERS_MAX: usize = 20;
/// Work of listing a path, in units.
pub(super) const PATH_UNITS: u64 = 20;

/// Every enum that a calculation has, and whether it is a convention that models leave open: one that changes how a calculation is done and
/// not what is calculated.
const ENUMS: [(&str, bool); 8] = [
    ("CashFlowTiming", true),
    ("DayCount", true),
    ("DepreciationMethod", false),
    ("FirstFlow", true),
    ("GrowthTiming", true),
    // When a line is paid is a fact about that line.
    ("PaymentTiming", false),
    ("Period", false),
    ("TaxLosses", true),
];

/// Returns true of an enum that is a convention.
fn is_convention(of: &EnumShape) -> bool {
    ENUMS.iter().any(|(name, is_convention)| *name == of.name && *is_convention)
}

/// An input with its place in the calculation.
#[derive(Clone, Debug)]
pub struct ListedInput {
    /// The path.
    pub path: String,
    /// The way from the calculation on; empty of a path with `[*]`.
    pub way: Vec<u32>,
    /// The field.
    pub field: &'static FieldShape,
    /// The value, where the calculation has one.
    pub value: Option<Text>,
}

impl ListedInput {
    /// Returns the values of the enum, if the input is a convention that the model leaves open.
    #[must_use]
    pub fn convention(&self) -> Option<&'static EnumShape> {
        match self.field.kind {
            ValueKind::Enum(of) if is_convention(of) => Some(of),
            _ => None,
        }
    }

    /// Returns the input as a message, its path behind that of the link.
    #[must_use]
    pub fn written(&self, path: String) -> pb::InputPath {
        let choices = match self.field.kind {
            ValueKind::Enum(of) => of.choices().map(Text::from).collect(),
            _ => Vec::new(),
        };
        let is_number = matches!(self.field.kind, ValueKind::Decimal | ValueKind::Whole);
        pb::InputPath {
            path: path.into(),
            kind: path_kind(self.field.kind).unwrap_or_default().into(),
            value: self.value.clone(),
            range: if is_number { self.field.range.into() } else { Text::new() },
            choices,
            required: self.field.is_required,
            convention: self.convention().is_some(),
        }
    }
}

/// Lists the inputs of a calculation, in the order of the contract.
#[must_use]
pub fn listed_inputs(calculation: &pb::Calculation) -> Vec<ListedInput> {
    let mut found = Vec::new();
    if let Some(model) = model_of(calculation)
        && let Some(root) = message_of(model)
    {
        list_inputs(calculation, root, "", &[model.number], &mut found);
    }
    found
}

fn list_inputs(
    calculation: &pb::Calculation,
    shape: &'static MessageShape,
    before: &str,
    way: &[u32],
    found: &mut Vec<ListedInput>,
) {
    for field in shape.fields {
        let (path, way) = (format!("{before}{}", field.name), [way, &[field.number]].concat());
        if !field.is_list {
            list_input(calculation, field, path, way, found);
            continue;
        }
        let Got::Members(count) = calculation.get(&way) else { continue };
        let listed = if count > MEMBERS_MAX { 1 } else { count };
        let first = found.len();
        for index in 0..listed {
            let way = [&way[..], &[u32::try_from(index).unwrap_or(u32::MAX)]].concat();
            list_input(calculation, field, format!("{path}[{index}]"), way, found);
        }
        if count > MEMBERS_MAX {
            let one = format!("{path}[0]");
            let all = found[first..].iter().map(|input| ListedInput {
                path: input.path.replacen(&one, &format!("{path}[*]"), 1),
                way: Vec::new(),
                value: None,
                ..input.clone()
            });
            let all: Vec<_> = all.collect();
            found.extend(all);
        }
    }
}

fn list_input(
    calculation: &pb::Calculation,
    field: &'static FieldShape,
    path: String,
    way: Vec<u32>,
    found: &mut Vec<ListedInput>,
) {
    tick(PATH_UNITS);
    let got = calculation.get(&way);
    match field.kind {
        // What another member of the oneof leaves no place for.
        ValueKind::Message(_) if matches!(got, Got::Outcome(_)) => {}
        ValueKind::Message(inner) => list_inputs(calculation, inner, &format!("{path}."), &way, found),
        ValueKind::Text => {}
        _ => {
            let is_left_out = match got {
                Got::Text(text) => text.is_empty(),
                Got::Whole(0) | Got::Enum(0) => !field.has_presence,
                _ => false,
            };
            let value = written(field, got).filter(|_| !is_left_out);
            found.push(ListedInput { path, way, field, value });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::wire::reach::generated::CALCULATION;

    fn enums(shape: &'static MessageShape, found: &mut BTreeSet<&'static str>) {
        for field in shape.fields {
            match field.kind {
                ValueKind::Enum(of) => {
                    found.insert(of.name);
                }
                ValueKind::Message(inner) => enums(inner, found),
                _ => {}
            }
        }
    }

    #[test]
    fn every_enum_of_a_calculation_is_a_convention_or_is_said_to_be_none() {
        let mut found = BTreeSet::new();
        enums(&CALCULATION, &mut found);
        assert_eq!(found, ENUMS.iter().map(|(name, _)| *name).collect());
    }

    fn listed(request: pb::ComputeNetPresentValueRequest) -> Vec<ListedInput> {
        listed_inputs(&pb::Calculation { model: Some(pb::calculation::Model::NetPresentValue(request)) })
    }

    #[test]
    fn inputs_are_listed_with_their_values_and_long_lists_by_their_first_member() {
        use pb::cash_flows::Schedule;
        let amounts = vec!["1".into(); 21];
        let schedule = Schedule::Periodic(pb::PeriodicCashFlows { amounts, period: 3 });
        let cash_flows = Some(pb::CashFlows { schedule: Some(schedule) });
        let inputs =
            listed(pb::ComputeNetPresentValueRequest { cash_flows, discount_rate: "0.1".into(), ..Default::default() });
        let paths: Vec<(&str, Option<&str>)> =
            inputs.iter().map(|input| (input.path.as_str(), input.value.as_deref())).collect();
        assert_eq!(
            paths,
            [
                ("cash_flows.periodic.amounts[0]", Some("1")),
                ("cash_flows.periodic.amounts[*]", None),
                ("cash_flows.periodic.period", Some("PERIOD_YEAR")),
                ("discount_rate", Some("0.1")),
                ("first_flow", None),
            ]
        );
        assert_eq!(inputs[3].written("discount_rate".to_owned()).range, "above -1");
        assert!(inputs[3].field.is_required && inputs[4].convention().is_some() && inputs[2].convention().is_none());
    }
}
