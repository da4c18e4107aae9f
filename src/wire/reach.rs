//! Fields of calculations and of their answers, reached by numbers. `build.rs` writes the implementations, and a shape for each message.
//!
//! A way is a list of field numbers, with the index of a member behind the number of a list: `[4, 6, 2, 2]` is `runway.costs[2].amount`
//! from a calculation on.

use super::pb;
use super::short_text::Text;

/// A value that a field is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    /// A decimal, a date, or a text.
    Text(Text),
    /// A whole number.
    Whole(u32),
    /// The number of an enum's value.
    Enum(i32),
    /// True or false.
    Flag(bool),
}

/// The content of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Got<'a> {
    /// A decimal, a date, or a text.
    Text(&'a Text),
    /// A whole number.
    Whole(u32),
    /// The number of an enum's value.
    Enum(i32),
    /// True or false.
    Flag(bool),
    /// A oneof in which another member stands, by the name of that member.
    Outcome(&'static str),
    /// A list of so many members.
    Members(usize),
    /// A message that is there.
    Message,
    /// Nothing: the field, or a message or a member on the way, is not there.
    Absent,
}

/// A message whose fields are reached by numbers.
pub trait Reach {
    /// Sets the field at the end of the way. A message on the way that is not there is put there, and takes the place of another member of
    /// its oneof. Returns false where a member of a list on the way is not there, or where the value does not fit the field.
    fn set(&mut self, way: &[u32], put: &Put) -> bool;
    /// Returns the content of the field at the end of the way.
    fn get(&self, way: &[u32]) -> Got<'_>;
}

/// The shape of a message, as paths see it: without options, explanation and warnings.
#[derive(Debug)]
pub struct MessageShape {
    /// The name of the message without its package.
    pub name: &'static str,
    /// The fields in the order of the contract.
    pub fields: &'static [FieldShape],
}

/// The shape of a field.
#[derive(Debug)]
pub struct FieldShape {
    /// The name of the field.
    pub name: &'static str,
    /// The number of the field.
    pub number: u32,
    /// The kind of the value, of a list that of a member.
    pub kind: ValueKind,
    /// True of a list.
    pub is_list: bool,
    /// True of a field that the contract calls optional.
    pub has_presence: bool,
    /// The names of the other members of the field's oneof.
    pub siblings: &'static [&'static str],
    /// The numbers that are not refused, in the words of the contract; empty where the contract has none.
    pub range: &'static str,
    /// The unit of a number, in the words of the contract.
    pub unit: &'static str,
    /// True of a field without which a request is refused.
    pub is_required: bool,
}

/// The kind of a field's value.
#[derive(Clone, Copy, Debug)]
pub enum ValueKind {
    /// A decimal in a text.
    Decimal,
    /// A calendar date in a text.
    Date,
    /// A text that is neither: a name, a currency code.
    Text,
    /// A whole number.
    Whole,
    /// True or false.
    Flag,
    /// A value of an enum.
    Enum(&'static EnumShape),
    /// A message.
    Message(&'static MessageShape),
}

/// The names and numbers of an enum's values.
#[derive(Debug)]
pub struct EnumShape {
    /// The name of the enum without its package.
    pub name: &'static str,
    /// Each value by name and number; the first means nothing.
    pub values: &'static [(&'static str, i32)],
}

impl MessageShape {
    /// Returns the field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static FieldShape> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl EnumShape {
    /// Returns the number of the value of this name.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i32> {
        self.values.iter().find(|(own, _)| *own == name).map(|(_, number)| *number)
    }

    /// Returns the name of the value of this number; empty for a number that the contract lacks.
    #[must_use]
    pub fn name_of(&self, number: i32) -> &'static str {
        self.values.iter().find(|(_, own)| *own == number).map_or("", |(name, _)| name)
    }

    /// Returns the names of the values that mean something.
    pub fn choices(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.values.iter().filter(|(_, number)| *number != 0).map(|(name, _)| *name)
    }
}

/// The implementations and the shapes that `build.rs` writes.
#[expect(clippy::all, missing_docs, unused_variables, reason = "generated: the trait and the contract are the documentation")]
pub mod generated {
    use super::{EnumShape, FieldShape, Got, MessageShape, Put, Reach, ValueKind, pb};

    include!(concat!(env!("OUT_DIR"), "/reach.rs"));
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::generated::{CALCULATION, CALCULATION_RESULT};
    use super::*;

    /// Every string field that is no decimal, by its name, and whether that name is a date's.
    const TEXTS: [(&str, bool); 14] = [
        ("as_of_date", true),
        ("cash_out_date", true),
        ("choices", false),
        ("currency_code", false),
        ("date", true),
        ("dominated_by", false),
        ("end_date", true),
        ("equal_likelihood_choices", false),
        ("expected_value_choices", false),
        ("hurwicz_choices", false),
        ("maximax_choices", false),
        ("maximin_choices", false),
        ("minimax_regret_choices", false),
        ("month_end", true),
    ];
    /// Two more names of texts: start_date is a date, and name and state are names.
    const NAMES: [(&str, bool); 3] = [("name", false), ("start_date", true), ("state", false)];

    fn collect(shape: &'static MessageShape, found: &mut BTreeMap<&'static str, &'static MessageShape>) {
        if found.insert(shape.name, shape).is_none() {
            for field in shape.fields {
                if let ValueKind::Message(inner) = field.kind {
                    collect(inner, found);
                }
            }
        }
    }

    fn shapes() -> BTreeMap<&'static str, &'static MessageShape> {
        let mut found = BTreeMap::new();
        collect(&CALCULATION, &mut found);
        collect(&CALCULATION_RESULT, &mut found);
        found
    }

    #[test]
    fn every_string_of_the_contract_is_a_decimal_unless_it_is_known_to_be_none() {
        let known: BTreeSet<(&str, bool)> = TEXTS.into_iter().chain(NAMES).collect();
        let mut seen = BTreeSet::new();
        for field in shapes().values().flat_map(|shape| shape.fields) {
            match field.kind {
                ValueKind::Text => seen.insert((field.name, false)),
                ValueKind::Date => seen.insert((field.name, true)),
                ValueKind::Decimal => {
                    assert!(!known.iter().any(|(name, _)| *name == field.name), "{} is no decimal", field.name);
                    false
                }
                _ => false,
            };
        }
        assert_eq!(seen, known);
    }

    #[test]
    fn a_field_is_set_and_got_at_any_depth() {
        let mut calculation = pb::Calculation::default();
        let runway = CALCULATION.field("runway").expect("a model").number;
        let amount = Put::Text("5".into());
        assert!(!calculation.set(&[runway, 6, 0, 2], &amount), "there is no line");
        let request = pb::ComputeRunwayRequest { costs: vec![pb::CashLine::default(); 2], ..Default::default() };
        calculation.model = Some(pb::calculation::Model::Runway(request));
        assert!(calculation.set(&[runway, 6, 1, 2], &amount) && !calculation.set(&[runway, 6, 2, 2], &amount));
        assert_eq!(calculation.get(&[runway, 6, 1, 2]), Got::Text(&"5".into()));
        assert_eq!(calculation.get(&[runway, 6]), Got::Members(2));
        assert_eq!(calculation.get(&[runway, 2]), Got::Absent);
        assert!(
            calculation.set(&[runway, 4], &Put::Text("2025-01-31".into())) && calculation.set(&[runway, 5], &Put::Whole(24))
        );
        assert!(!calculation.set(&[runway, 5], &amount), "a text is no whole number");
        assert_eq!(calculation.get(&[runway, 5]), Got::Whole(24));
        // Members of a oneof take each other's place.
        assert!(calculation.set(&[runway, 6, 0, 4], &amount) && calculation.set(&[runway, 6, 0, 5], &amount));
        assert_eq!(calculation.get(&[runway, 6, 0, 4]), Got::Outcome("annual_growth_rate"));
        assert!(calculation.set(&[runway, 6, 0, 10], &Put::Enum(2)) && calculation.set(&[runway, 10], &Put::Flag(true)));
        assert_eq!((calculation.get(&[runway, 6, 0, 10]), calculation.get(&[runway, 10])), (Got::Enum(2), Got::Flag(true)));
    }

    #[test]
    fn what_stands_in_a_oneof_answers_for_the_member_that_was_asked() {
        use pb::compute_runway_response::Outcome;
        let response = pb::ComputeRunwayResponse {
            outcome: Some(Outcome::Lasts(pb::CashLasts { lowest_balance: "7".into(), ..Default::default() })),
            ..Default::default()
        };
        assert_eq!(response.get(&[8, 1]), Got::Outcome("lasts"));
        assert_eq!((response.get(&[9, 2]), response.get(&[9])), (Got::Text(&"7".into()), Got::Message));
    }
}
