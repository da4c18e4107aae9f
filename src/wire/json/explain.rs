//! The second reader: after the first has failed, it names everything that is wrong with a text, each mistake with its place and the
//! right spelling.
//!
//! The fast reader stops at its first mistake, and the likeliest mistake, a number without quotes, is in every field at once. This reader
//! decides words, and never whether a request is good.

use std::str::Utf8Error;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto};

use super::contract::Contract;
use super::tree::Tree;
use super::unreadable::{Fault, Faults, Unreadable};
use super::value::{number_in, whole};
use crate::wire::nearest::nearest;

/// Length of a text up to which its mistakes are explained.
pub(super) const EXPLAINED_BYTES_MAX: usize = 256 * 1024;

const DECIMAL_NOT_A_STRING: &str = "DECIMAL_NOT_A_STRING";
const FIELD_UNKNOWN: &str = "FIELD_UNKNOWN";
const ENUM_UNKNOWN: &str = "ENUM_UNKNOWN";
const FIELD_TWICE: &str = "FIELD_TWICE";
const ONE_OF: &str = "ONE_OF";
pub(super) const JSON_TYPE: &str = "JSON_TYPE";

/// Returns everything that keeps a text from being read as the message of this name; `None` where nothing is found.
pub(super) fn explained(text: &[u8], message: &str) -> Option<Unreadable> {
    let text = match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(error) => return Some(no_utf8(&error)),
    };
    let tree = match Tree::of(text) {
        Ok(tree) => tree,
        Err(why) => return Some(Unreadable::Malformed(why)),
    };
    let contract = Contract::get();
    let mut explainer = Explainer { contract, faults: Faults::default() };
    explainer.message(contract.message(message)?, "", &tree);
    (explainer.faults.count() > 0).then_some(Unreadable::Faults(explainer.faults))
}

/// Returns the refusal of bytes that are no text.
pub(super) fn no_utf8(error: &Utf8Error) -> Unreadable {
    Unreadable::Malformed(format!("byte {} is no UTF-8", error.valid_up_to() + 1))
}

struct Explainer {
    contract: &'static Contract,
    faults: Faults,
}

impl Explainer {
    fn refuse(&mut self, place: &str, reason: &'static str, text: impl FnOnce() -> String) {
        self.faults.add(|| Fault { place: place.to_owned(), reason, text: text() });
    }

    /// Refuses a value in whose place something else belongs.
    fn belongs(&mut self, place: &str, what: &str) {
        self.refuse(place, JSON_TYPE, || format!("{what} belongs here"));
    }

    fn message(&mut self, message: &'static DescriptorProto, place: &str, value: &Tree<'_>) {
        let Tree::Object(fields) = value else { return self.belongs(place, "an object { … }") };
        // Each field that has a value, with the name that it was given.
        let mut given: Vec<(&FieldDescriptorProto, &str)> = Vec::new();
        for (name, value) in fields {
            let Some(field) = message.field.iter().find(|field| field.name() == name || field.json_name() == name) else {
                self.unknown(message, place, name);
                continue;
            };
            let place = within(place, field.name());
            if let Some((_, first)) = given.iter().find(|(other, _)| other.number() == field.number()) {
                self.refuse(&place, FIELD_TWICE, || match *first == name {
                    true => "the field stands here twice".to_owned(),
                    false => format!("the field stands here twice, as {first} and {name}"),
                });
                continue;
            }
            if *value == Tree::Null {
                continue;
            }
            if let Some((other, _)) = given.iter().find(|(other, _)| is_one_of(other, field)) {
                let others: Vec<&str> =
                    message.field.iter().filter(|other| is_one_of(other, field)).map(|other| other.name()).collect();
                let others = match &others[..] {
                    [_, _] => format!("{} and {}", other.name(), field.name()),
                    _ => others.join(", "),
                };
                self.refuse(&place, ONE_OF, || format!("only one of {others} may be given"));
            }
            given.push((field, name));
            match (field.label(), value) {
                (Label::Repeated, Tree::List(items)) => {
                    for (index, item) in items.iter().enumerate() {
                        self.value(field, &format!("{place}[{index}]"), item);
                    }
                }
                (Label::Repeated, _) => self.belongs(&place, "a list [ … ]"),
                _ => self.value(field, &place, value),
            }
        }
    }

    fn value(&mut self, field: &FieldDescriptorProto, place: &str, value: &Tree<'_>) {
        let whole_up_to = |max: u64| match value {
            Tree::Number(text) => number_in(text).is_some_and(|number| (0..=max.into()).contains(&number)),
            Tree::Text(text) => number_in(text).is_some_and(|number| (0..=max.into()).contains(&number)),
            _ => false,
        };
        match field.r#type() {
            Type::Message => match self.contract.message(field.type_name()) {
                Some(message) => self.message(message, place, value),
                None => self.belongs(place, "an object { … }"),
            },
            Type::String => match value {
                Tree::Text(_) => {}
                Tree::Number(number) if is_decimal(field) => self.unquoted(place, number),
                _ if is_decimal(field) => self.belongs(place, "a decimal in quotes, such as \"0.35\","),
                _ => self.belongs(place, "a text in quotes"),
            },
            Type::Bool if !matches!(value, Tree::Bool(_)) => self.belongs(place, "true or false, without quotes,"),
            Type::Uint32 if !whole_up_to(u32::MAX.into()) => self.belongs(place, "a whole number from 0 to 4294967295"),
            Type::Uint64 if !whole_up_to(u64::MAX) => self.belongs(place, "a whole number from 0 to 18446744073709551615"),
            Type::Enum => self.word(field, place, value),
            _ => {}
        }
    }

    fn unquoted(&mut self, place: &str, number: &str) {
        /// Digits that no program loses which keeps numbers in eight bytes, as most do.
        const EXACT_DIGITS_MAX: usize = 15;
        let digits = number.split(['e', 'E']).next().unwrap_or_default().bytes().filter(u8::is_ascii_digit);
        let digits = digits.skip_while(|digit| *digit == b'0').count();
        self.refuse(place, DECIMAL_NOT_A_STRING, || {
            let why = "decimals stand in quotes, so that no digit is lost on the way";
            match digits <= EXACT_DIGITS_MAX && number.len() <= 40 {
                true => format!("{why}: write \"{number}\""),
                false => why.to_owned(),
            }
        });
    }

    fn word(&mut self, field: &FieldDescriptorProto, place: &str, value: &Tree<'_>) {
        let words = || self.contract.words(field.type_name());
        let in_range = |number: f64| whole(number).is_some_and(|number| i32::try_from(number).is_ok());
        let given = match value {
            Tree::Text(word) if words().any(|known| known == word) => return,
            Tree::Number(number) if number.parse().is_ok_and(in_range) => return,
            Tree::Text(word) => word,
            _ => return self.belongs(place, "a word in quotes"),
        };
        self.refuse(place, ENUM_UNKNOWN, || {
            // Zero is there for a field that is not given.
            let right: Vec<&str> = words().filter(|word| !word.ends_with("_UNSPECIFIED")).collect();
            // The words of an enum begin alike: `PERIOD_YEAR`, `PERIOD_MONTH`.
            let prefix = words().find_map(|word| word.strip_suffix("UNSPECIFIED")).unwrap_or_default();
            let upper = given.trim().to_ascii_uppercase().replace([' ', '-'], "_");
            let own = upper.strip_prefix(prefix).unwrap_or(&upper);
            let near = nearest(own, right.iter().filter_map(|word| word.strip_prefix(prefix)));
            let given = shown(given);
            match near {
                Some(near) => format!("{given:?} is none of its words: write \"{prefix}{near}\""),
                None => format!("{given:?} is none of its words: {}", right.join(", ")),
            }
        });
    }

    fn unknown(&mut self, message: &'static DescriptorProto, place: &str, name: &str) {
        let contract = self.contract;
        self.refuse(&within(place, &shown(name)), FIELD_UNKNOWN, || {
            let is_camel = name.contains(|letter: char| letter.is_ascii_uppercase()) && !name.contains('_');
            let spelled = |field: &'static FieldDescriptorProto| if is_camel { field.json_name() } else { field.name() };
            match nearest(name, message.field.iter().map(spelled)) {
                Some(near) => format!("there is no such field; did you mean \"{near}\"?"),
                None => match deeper(contract, message, name, 3) {
                    Some(path) => format!("there is no such field here; did you mean \"{path}\"?"),
                    None => "there is no such field".to_owned(),
                },
            }
        });
    }
}

/// Returns the path of a field.
fn within(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
}

/// Returns whether two fields are alternatives, of which one may be given.
fn is_one_of(one: &FieldDescriptorProto, other: &FieldDescriptorProto) -> bool {
    one.oneof_index.is_some() && one.oneof_index == other.oneof_index && !one.proto3_optional()
}

/// Returns whether a text field of a request is a decimal: all are, but names, codes and dates.
fn is_decimal(field: &FieldDescriptorProto) -> bool {
    !matches!(field.name(), "name" | "currency_code" | "date") && !field.name().ends_with("_date")
}

/// Returns the path of a field of this name in the messages within a message, which are no lists.
fn deeper(contract: &'static Contract, message: &DescriptorProto, name: &str, levels: usize) -> Option<String> {
    message.field.iter().filter(|field| field.label() != Label::Repeated && field.r#type() == Type::Message).find_map(|field| {
        let inner = contract.message(field.type_name()).filter(|_| levels > 0)?;
        let is_here = inner.field.iter().any(|field| field.name() == name || field.json_name() == name);
        let path = if is_here { Some(name.to_owned()) } else { deeper(contract, inner, name, levels - 1) };
        path.map(|path| format!("{}.{path}", field.name()))
    })
}

/// Returns a caller's word, shortened and without control characters.
fn shown(word: &str) -> String {
    const SHOWN_MAX: usize = 60;
    let mut letters = word.chars();
    let mut shown: String =
        letters.by_ref().take(SHOWN_MAX).map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect();
    if letters.next().is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json::read;
    use crate::wire::pb;
    use crate::wire::short_text::Name;

    /// The mistakes of a request, a line each, with the reason at the front.
    fn faults<M: Name + serde::de::DeserializeOwned + std::fmt::Debug>(text: &str) -> Vec<String> {
        match read::<M>(text.as_bytes()) {
            Err(Unreadable::Faults(faults)) => faults.kept().iter().map(|fault| format!("{} {fault}", fault.reason)).collect(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn everything_that_is_wrong_is_named_with_its_place_and_the_right_spelling() {
        let found = faults::<pb::ComputeRequiredRevenueRequest>(
            r#"{"currencyCode": 5, "currency_code": "USD", "acceleratorRevenu": "1", "accelerator_revenue": 150e9,
                "accelerator_revenue_period": "year", "accelerator_cost_share": [], "explain": true, "decimal_places": 2, "zz": {},
                "existing_revenue": [{"name": 1, "annual_amount": 10000000000}, null, {"annualAmount": 0.1234567890123456789}],
                "options": {"explain": "true", "rounding": {"decimal_places": -1, "mode": "HALF_UPP"}}, "paying_customers": {}}"#,
        );
        let expected = [
            "JSON_TYPE currency_code: a text in quotes belongs here",
            "FIELD_TWICE currency_code: the field stands here twice, as currencyCode and currency_code",
            "FIELD_UNKNOWN acceleratorRevenu: there is no such field; did you mean \"acceleratorRevenue\"?",
            "DECIMAL_NOT_A_STRING accelerator_revenue: decimals stand in quotes, so that no digit is lost on the way: write \"150e9\"",
            "ENUM_UNKNOWN accelerator_revenue_period: \"year\" is none of its words: write \"PERIOD_YEAR\"",
            "JSON_TYPE accelerator_cost_share: a decimal in quotes, such as \"0.35\", belongs here",
            "FIELD_UNKNOWN explain: there is no such field here; did you mean \"options.explain\"?",
            "FIELD_UNKNOWN decimal_places: there is no such field here; did you mean \"options.rounding.decimal_places\"?",
            "FIELD_UNKNOWN zz: there is no such field",
            "JSON_TYPE existing_revenue[0].name: a text in quotes belongs here",
            "DECIMAL_NOT_A_STRING existing_revenue[0].annual_amount: decimals stand in quotes, so that no digit is lost on the way: \
             write \"10000000000\"",
            "JSON_TYPE existing_revenue[1]: an object { … } belongs here",
            "DECIMAL_NOT_A_STRING existing_revenue[2].annual_amount: decimals stand in quotes, so that no digit is lost on the way",
            "JSON_TYPE options.explain: true or false, without quotes, belongs here",
            "JSON_TYPE options.rounding.decimal_places: a whole number from 0 to 4294967295 belongs here",
            "ENUM_UNKNOWN options.rounding.mode: \"HALF_UPP\" is none of its words: write \"ROUNDING_MODE_HALF_UP\"",
            "JSON_TYPE paying_customers: a decimal in quotes, such as \"0.35\", belongs here",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn one_of_several_may_be_given_and_null_is_none() {
        let of = |text: &str| faults::<pb::ComputeReturnRevenueRequest>(text);
        let others = "only one of required_return, return_on_invested_capital, sustainable_capital_intensity may be given";
        assert_eq!(
            of(r#"{"requiredReturn": "0.1", "return_on_invested_capital": "0.2"}"#),
            [format!("ONE_OF return_on_invested_capital: {others}")]
        );
        assert_eq!(
            faults::<pb::CashLine>(r#"{"monthly_growth_rate": null, "annual_growth_rate": "0", "monthlyGrowthRate": "1"}"#),
            ["ONE_OF monthly_growth_rate: only one of annual_growth_rate and monthly_growth_rate may be given"]
        );
        let good = r#"{"monthly_growth_rate": null, "annual_growth_rate": "0"}"#;
        assert!(read::<pb::CashLine>(good.as_bytes()).is_ok());
    }

    #[test]
    fn other_things_than_an_object_are_told_so() {
        for text in ["[]", "1", "\"a\"", "null", "true"] {
            assert_eq!(faults::<pb::ComputeRunwayRequest>(text), ["JSON_TYPE an object { … } belongs here"], "{text}");
        }
        let Err(Unreadable::Faults(faults)) = read::<pb::ComputePaybackRequest>(
            format!(r#"{{"cash_flows": {{"periodic": {{"amounts": [{}1]}}}}}}"#, "1,".repeat(9999)).as_bytes(),
        ) else {
            panic!("numbers without quotes")
        };
        assert_eq!((faults.count(), faults.kept().len()), (10_000, Faults::KEPT_MAX));
        assert!(faults.to_string().ends_with("write \"1\" (and 9999 more fields)"), "{faults}");
    }
}
