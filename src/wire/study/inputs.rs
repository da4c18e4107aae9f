//! Inputs by their paths: the fields of a calculation that a path names.

use super::grammar::{ListMember, PathFault, PathPart, parts};
use crate::models::work::WhileAwaited;
use crate::wire::pb;
use crate::wire::quoting::quoted;
use crate::wire::reach::generated::CALCULATION;
use crate::wire::reach::{FieldShape, Got, MessageShape, Reach, ValueKind};

/// Work of looking at a member of a list, in units.
const MEMBER_UNITS: u64 = 2;

/// An input of a calculation.
#[derive(Clone, Debug)]
pub struct InputPlace {
    /// The way from the calculation on.
    pub way: Vec<u32>,
    /// The field at the end of the way.
    pub field: &'static FieldShape,
}

/// Returns the model of a calculation, as a field of the union of models.
#[must_use]
pub fn model_of(calculation: &pb::Calculation) -> Option<&'static FieldShape> {
    CALCULATION.fields.iter().find(|field| calculation.get(&[field.number]) == Got::Message)
}

/// Returns the message that a field holds.
#[must_use]
pub fn message_of(field: &'static FieldShape) -> Option<&'static MessageShape> {
    match field.kind {
        ValueKind::Message(inner) => Some(inner),
        _ => None,
    }
}

/// Finds the inputs that a path names, at most so many.
///
/// # Errors
/// [`PathFault`] when the path names no input, or more inputs than `most`.
pub(super) fn inputs(calculation: &pb::Calculation, path: &str, most: usize) -> Result<Vec<InputPlace>, PathFault> {
    let model = model_of(calculation);
    let Some((model, root)) = model.and_then(|model| Some((model, message_of(model)?))) else {
        return Err(PathFault::unknown("the calculation names no model".to_owned()));
    };
    let Some(parts) = parts(path) else {
        return Err(PathFault::nowhere(root, "the text is no path, such as \"costs[0].amount\"".to_owned()));
    };
    let mut search = Search { calculation, root, most, found: Vec::new() };
    search.walk(root, &parts, vec![model.number])?;
    Ok(search.found)
}

/// Returns the ways to all inputs of a path with `[*]`; none where they are more than `most`.
#[must_use]
pub fn members_of(calculation: &pb::Calculation, path: &str, most: usize) -> Vec<Vec<u32>> {
    let places = inputs(calculation, path, most).unwrap_or_default();
    places.into_iter().map(|place| place.way).collect()
}

struct Search<'a> {
    calculation: &'a pb::Calculation,
    root: &'static MessageShape,
    most: usize,
    found: Vec<InputPlace>,
}

impl Search<'_> {
    fn walk(&mut self, shape: &'static MessageShape, parts: &[PathPart<'_>], mut way: Vec<u32>) -> Result<(), PathFault> {
        let [part, rest @ ..] = parts else { return Err(PathFault::unsuitable("the path ends at a message".to_owned())) };
        let Some(field) = shape.field(part.field) else {
            return Err(PathFault::nowhere(self.root, format!("there is no {}", quoted(part.field))));
        };
        way.push(field.number);
        match (field.is_list, part.member) {
            (false, None) => self.go_on(field, rest, way),
            (false, Some(_)) => Err(PathFault::unknown(format!("{} is no list", field.name))),
            (true, None) => Err(PathFault::unsuitable(format!("{0} is a list: name a member, or all by {0}[*]", field.name))),
            (true, Some(member)) => {
                for index in self.members(field, member, &way)?.into_iter().while_awaited_each(MEMBER_UNITS) {
                    let mut way = way.clone();
                    way.push(index);
                    self.go_on(field, rest, way)?;
                }
                Ok(())
            }
        }
    }

    fn go_on(&mut self, field: &'static FieldShape, rest: &[PathPart<'_>], way: Vec<u32>) -> Result<(), PathFault> {
        match field.kind {
            ValueKind::Message(inner) => return self.walk(inner, rest, way),
            _ if !rest.is_empty() => return Err(PathFault::unknown(format!("{} has no fields", field.name))),
            ValueKind::Text => return Err(PathFault::unsuitable(format!("{} is a text, which no study turns", field.name))),
            _ => {}
        }
        if self.found.len() >= self.most {
            return Err(PathFault::unsuitable("the paths of this study name more than 100000 inputs".to_owned()));
        }
        self.found.push(InputPlace { way, field });
        Ok(())
    }

    fn members(&self, field: &'static FieldShape, member: ListMember<'_>, way: &[u32]) -> Result<Vec<u32>, PathFault> {
        let Got::Members(count) = self.calculation.get(way) else { return Ok(Vec::new()) };
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let members: Vec<u32> = match member {
            ListMember::Index(index) if index < count => vec![index],
            ListMember::Index(index) => {
                return Err(PathFault::unknown(format!("{} has {count} members, and none of the index {index}", field.name)));
            }
            ListMember::All => (0..count).collect(),
            ListMember::Name(name) => {
                let name_field = message_of(field).and_then(|shape| shape.field("name"));
                let Some(name_field) = name_field else {
                    return Err(PathFault::unknown(format!("members of {} have no names: write an index", field.name)));
                };
                let is_called = |index: &u32| {
                    let way = [way, &[*index, name_field.number]].concat();
                    matches!(self.calculation.get(&way), Got::Text(own) if own == name)
                };
                (0..count).while_awaited_each(MEMBER_UNITS).filter(is_called).collect()
            }
        };
        match member {
            _ if !members.is_empty() => Ok(members),
            ListMember::Name(name) => {
                Err(PathFault::unknown(format!("no member of {} is called {}", field.name, quoted(name))))
            }
            _ => Err(PathFault::unknown(format!("{} has no members", field.name))),
        }
    }
}

/// Returns the path of a way from a calculation or its answer on, without the model; members of lists stand by their index.
#[must_use]
pub fn path_of(root: &'static MessageShape, way: &[u32]) -> String {
    let (mut path, mut shape, mut way) = (String::new(), Some(root), way.iter());
    let mut is_model = true;
    while let (Some(of), Some(number)) = (shape, way.next()) {
        let Some(field) = of.fields.iter().find(|field| field.number == *number) else { break };
        if !is_model {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(field.name);
            if field.is_list
                && let Some(index) = way.next()
            {
                path.push_str(&format!("[{index}]"));
            }
        }
        is_model = false;
        shape = message_of(field);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::input::Reason;

    fn calculation() -> pb::Calculation {
        let line = |name: &str| pb::CashLine { name: name.into(), ..Default::default() };
        let costs = vec![line("staff"), line("rent"), line("staff"), line("7")];
        let request = pb::ComputeRunwayRequest { costs, ..Default::default() };
        pb::Calculation { model: Some(pb::calculation::Model::Runway(request)) }
    }

    fn found(path: &str) -> Result<Vec<String>, Reason> {
        let places = inputs(&calculation(), path, 100).map_err(|fault| fault.reason)?;
        Ok(places.iter().map(|place| path_of(&CALCULATION, &place.way)).collect())
    }

    #[test]
    fn members_are_found_by_index_by_name_and_all_together() {
        for (path, inputs) in [
            ("cash_balance", vec!["cash_balance"]),
            ("costs[1].amount", vec!["costs[1].amount"]),
            ("costs[rent].amount", vec!["costs[1].amount"]),
            ("costs[staff].amount", vec!["costs[0].amount", "costs[2].amount"]),
            ("costs[3].period", vec!["costs[3].period"]),
            ("costs[*].non_cash", vec!["costs[0].non_cash", "costs[1].non_cash", "costs[2].non_cash", "costs[3].non_cash"]),
        ] {
            assert_eq!(found(path), Ok(inputs.into_iter().map(str::to_owned).collect()), "{path}");
        }
    }

    #[test]
    fn what_names_no_input_is_refused() {
        for path in [
            "",
            "cash",
            "costs[4].amount",
            "costs[sales].amount",
            "costs[7].amount",
            "revenues[*].amount",
            "runway.cash_balance",
            "cash_balance.amount",
            "cash_balance[0]",
            "options.explain",
            "costs[0].amounts[0]",
        ] {
            assert_eq!(found(path), Err(Reason::PathUnknown), "{path}");
        }
        for path in ["costs", "costs.amount", "costs[0]", "costs[0].name", "currency_code"] {
            assert_eq!(found(path), Err(Reason::PathUnsuitable), "{path}");
        }
        let most = inputs(&calculation(), "costs[*].amount", 3).map_err(|fault| fault.reason);
        assert!(matches!(most, Err(Reason::PathUnsuitable)));
    }
}
