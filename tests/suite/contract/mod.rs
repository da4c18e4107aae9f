//! The comments of the contract: every part has one, every number its unit and range, and what they promise is what the server does.

mod comments;
mod places;
mod promises;

use prost_reflect::prost_types::FileDescriptorSet;
use prost_reflect::{FieldDescriptor, Kind};

use comments::Comment;
pub use comments::{Contract, descriptors};

#[test]
fn every_part_of_the_contract_has_a_comment() {
    let faults = without_comment(&Contract::of(&descriptors()));
    assert!(faults.is_empty(), "{} parts have no comment:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_field_says_what_its_kind_needs() {
    let contract = Contract::of(&descriptors());
    let faults = faults(&contract);
    assert!(faults.is_empty(), "{} of the fields' comments lack something:\n{}", faults.len(), faults.join("\n"));
    assert!(contract.fields().count() > 390, "the contract has all of its fields");
}

fn without_comment(contract: &Contract) -> Vec<String> {
    let mut parts = Vec::new();
    for message in &contract.messages {
        parts.push((message.full_name().to_owned(), contract.comment(&message.parent_file(), message.path())));
        parts.extend(message.fields().map(|field| (field.full_name().to_owned(), contract.comment_of(&field))));
        for oneof in message.oneofs().filter(|oneof| !oneof.is_synthetic()) {
            parts.push((oneof.full_name().to_owned(), contract.comment(&message.parent_file(), oneof.path())));
        }
    }
    for of in &contract.enums {
        parts.push((of.full_name().to_owned(), contract.comment(&of.parent_file(), of.path())));
        parts
            .extend(of.values().map(|value| (value.full_name().to_owned(), contract.comment(&of.parent_file(), value.path()))));
    }
    for service in &contract.services {
        let file = service.parent_file();
        parts.push((service.full_name().to_owned(), contract.comment(&file, service.path())));
        parts.extend(service.methods().map(|method| (method.full_name().to_owned(), contract.comment(&file, method.path()))));
    }
    parts.retain(|(_, comment)| comment.is_empty());
    parts.into_iter().map(|(name, _)| name).collect()
}

fn faults(contract: &Contract) -> Vec<String> {
    let mut faults = Vec::new();
    for field in contract.fields() {
        let comment = contract.comment_of(&field);
        let mut fault = |what: &str| faults.push(format!("{} {what}: {:?}", field.full_name(), comment.text()));
        if comment.is_empty() {
            fault("has no comment");
            continue;
        }
        presence(contract, &field, &comment, &mut fault);
        kind(contract.is_taken(&field), &field, &comment, &mut fault);
        stands_alone(&comment, &mut fault);
    }
    faults
}

/// Whether the field may be left out, or when it is.
fn presence(contract: &Contract, field: &FieldDescriptor, comment: &Comment, fault: &mut impl FnMut(&str)) {
    let oneof = field.containing_oneof().filter(|oneof| !oneof.is_synthetic());
    if let Some(oneof) = oneof {
        let comment = contract.comment(&oneof.parent_message().parent_file(), oneof.path());
        let says = comment.is_required() || comment.part("Absent").is_some();
        if contract.is_taken(field) && !says {
            fault("is one of several, of which nothing says Required. or Absent:");
        }
    } else if contract.is_taken(field) {
        if !comment.is_required() && comment.part("Absent").is_none() {
            fault("says neither Required. nor Absent:");
        }
    } else if field.supports_presence() && !["Absent", "Always present."].iter().any(|word| comment.text().contains(word)) {
        fault("does not say when it is absent");
    }
}

/// What the field's value is.
fn kind(is_taken: bool, field: &FieldDescriptor, comment: &Comment, fault: &mut impl FnMut(&str)) {
    let unit = comment.part("Unit");
    match field.kind() {
        Kind::String if unit.is_some() == comment.part("Text").is_some() => fault("says either Unit: or Text:"),
        Kind::Uint32 | Kind::Uint64 if unit.is_none() => fault("has no Unit:"),
        Kind::String | Kind::Uint32 | Kind::Uint64 | Kind::Bool | Kind::Enum(_) | Kind::Message(_) => {}
        other => fault(&format!("is a {other:?}, for which there is no rule")),
    }
    if is_taken && unit.is_some() && comment.part("Range").is_none() {
        fault("has no Range:");
    }
    if field.is_list() && comment.part("Items").is_none() {
        fault("has no Items:");
    }
    let Some(unit) = unit else { return };
    if ["years", "months"].iter().any(|time| unit.starts_with(time)) {
        let form = if field.kind() == Kind::String { "a decimal" } else { "a whole number" };
        if !unit.ends_with(form) || comment.part("Example").is_none() {
            fault(&format!("says of a time that it is {form}, with an Example:"));
        }
    }
    // Money for one of something is not rounded as an amount is.
    let is_of_one = ["price", "variable_cost", "unit_contribution_margin", "monthly_revenue_per_customer", "rate_sensitivity"];
    if unit == "money" && is_of_one.contains(&field.name()) {
        fault("is no amount of money but money for one of something, and says of what");
    }
}

/// A line is read alone, in a hover or a search.
fn stands_alone(comment: &Comment, fault: &mut impl FnMut(&str)) {
    let text = comment.text();
    if ["The same", "Likewise", "It ", "What "].iter().any(|start| text.starts_with(start)) || text.contains("likewise") {
        fault("cannot be understood alone");
    }
    if !text.ends_with(['.', ']', '"']) {
        fault("does not end as a sentence does");
    }
}

/// The contract with another comment at a field, given by its full name.
fn with_comment(field: &str, comment: Option<&str>) -> Contract {
    let mut files: FileDescriptorSet = descriptors();
    let contract = Contract::of(&files);
    let field = contract.fields().find(|of| of.full_name() == field).unwrap_or_else(|| panic!("the contract has no {field}"));
    let parent = field.parent_file();
    let file = files.file.iter_mut().find(|file| file.name() == parent.name()).expect("its file");
    let locations = &mut file.source_code_info.as_mut().expect("the build keeps comments").location;
    let location = locations.iter_mut().find(|location| location.path == field.path()).expect("its place");
    location.leading_comments = comment.map(str::to_owned);
    Contract::of(&files)
}

#[test]
fn a_bare_field_is_at_fault() {
    let bare = with_comment("paydirt.v1.MonthlyBalance.costs", None);
    assert_eq!(without_comment(&bare), ["paydirt.v1.MonthlyBalance.costs"]);
    assert_eq!(faults(&bare).len(), 1);
}

#[test]
fn a_comment_that_lacks_a_part_is_at_fault() {
    for (field, comment, lacks) in [
        ("ComputeReratingRequest.years", "Required. The time. Unit: years, a decimal. Example: \"5\".", "has no Range:"),
        ("ComputeReratingRequest.years", "Required. The time. Unit: years. Range: above 0. Example: \"5\".", "a decimal"),
        (
            "ComputeReratingRequest.years",
            "The time. Unit: years, a decimal. Range: above 0. Example: \"5\".",
            "neither Required.",
        ),
        ("GrowthStage.years", "Required. The time. Range: 1 to 200.", "has no Unit:"),
        ("ComputeReratingRequest.price_factor", "The factor. Range: above 0.", "either Unit: or Text:"),
        ("CashRunsOut.cash_out_date", "The date. Text: a date.", "when it is absent"),
        ("CapexPeriod.tax", "The tax.", "either Unit: or Text:"),
        ("AlternativeRegret.regrets", "The regrets. Unit: money.", "has no Items:"),
        ("UnitEconomics.price", "Required. The price. Unit: money. Range: above 0.", "for one of something"),
        ("CapexPeriod.tax", "Likewise. Unit: money.", "alone"),
    ] {
        let faults = faults(&with_comment(&format!("paydirt.v1.{field}"), Some(comment)));
        assert!(matches!(&faults[..], [one] if one.contains(field) && one.contains(lacks)), "{comment}: {faults:?}");
    }
}

#[test]
fn a_part_ends_with_its_sentence() {
    let contract = with_comment("paydirt.v1.CapexPeriod.tax", Some(" The tax. Unit: money. Range:\n above 0, below 7.9e28."));
    let field = contract.fields().find(|field| field.full_name() == "paydirt.v1.CapexPeriod.tax").expect("a field");
    let comment = contract.comment_of(&field);
    assert_eq!((comment.part("Unit"), comment.part("Range")), (Some("money"), Some("above 0, below 7.9e28")));
    assert_eq!(comment.part("Items"), None);
}
