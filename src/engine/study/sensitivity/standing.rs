//! The levers of a sensitivity that names none: every decimal of the calculation that is there and not 0, or every assumption of the chain.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::models::number::{Exact, Number};
use crate::models::work::WhileAwaited;
use crate::wire::reach::ValueKind;
use crate::wire::short_text::Text;
use crate::wire::study::inputs::{InputPlace, members_of};
use crate::wire::study::levers::{StudyLever, path_of_assumption};
use crate::wire::study::listing::{ListedInput, listed_inputs};
use crate::wire::study::ranges::clipped;
use crate::wire::study::ranging::RangedLever;
use crate::wire::study::subject::{BoundSource, BoundTerm, INPUTS_MAX, StudyInput, StudySubject};

/// Work of reading a member of a list, in units.
const MEMBER_UNITS: u64 = 10;

/// Returns a lever for each number of a subject, which turns it by a share of its magnitude down and up, no further than its field goes.
pub(super) fn standing_levers(subject: &StudySubject, change: Decimal) -> Vec<RangedLever> {
    match subject.is_chain {
        true => (0..subject.assumptions.len()).filter_map(|number| of_assumption(subject, number, change)).collect(),
        false => of_calculation(subject, change),
    }
}

fn of_assumption(subject: &StudySubject, number: usize, change: Decimal) -> Option<RangedLever> {
    let input = StudyInput::Assumption(number);
    let stands_at = input.number(subject).filter(|value| !value.is_zero())?;
    let is_of = |term: &BoundTerm| matches!(term.source, BoundSource::Assumption(own) if own == number);
    let mut bound = subject.links.iter().flat_map(|link| &link.bound).filter(|bound| bound.terms.iter().any(is_of));
    if bound.any(|bound| !matches!(bound.place.field.kind, ValueKind::Decimal)) {
        return None;
    }
    // Fields that the assumption fills as it is say how far it goes.
    let filled = subject.links.iter().flat_map(|link| &link.bound);
    let filled = filled.filter(|bound| matches!(&bound.terms[..], [term] if is_of(term) && term.factor.is_none()));
    let clip = |value: Decimal| filled.clone().fold(value, |value, bound| clipped(bound.place.field, stands_at, value));
    let (low, high) = around(stands_at, change)?;
    let name = path_of_assumption(&subject.assumptions[number].0).into();
    Some(RangedLever { lever: StudyLever::replacing(name, input), low: clip(low), high: clip(high) })
}

fn of_calculation(subject: &StudySubject, change: Decimal) -> Vec<RangedLever> {
    let Some(link) = subject.links.first() else { return Vec::new() };
    let of = |way: Vec<u32>, field| StudyInput::Field(0, InputPlace { way, field });
    let there = |input: &StudyInput| input.number(subject).filter(|number| !number.is_zero());
    let listed = listed_inputs(&link.calculation);
    let decimals: Vec<&ListedInput> = listed.iter().filter(|listed| matches!(listed.field.kind, ValueKind::Decimal)).collect();
    // What stands for the members of a long list stands for the first of them too, which is listed by itself.
    let mut all_of: HashMap<String, usize> = HashMap::new();
    for listed in &decimals {
        let stars = listed.path.matches("[*]").count();
        let most = all_of.entry(listed.path.replace("[*]", "[0]")).or_default();
        *most = stars.max(*most);
    }
    let mut levers: Vec<RangedLever> = Vec::new();
    for listed in decimals {
        if all_of.get(&listed.path.replace("[*]", "[0]")) != Some(&listed.path.matches("[*]").count()) {
            continue;
        }
        let name = Text::from(listed.path.as_str());
        if !listed.path.contains("[*]") {
            let input = of(listed.way.clone(), listed.field);
            let Some(number) = there(&input) else { continue };
            let Some((low, high)) = around(number, change) else { continue };
            let (low, high) = (clipped(listed.field, number, low), clipped(listed.field, number, high));
            levers.push(RangedLever { lever: StudyLever::replacing(name, input), low, high });
            continue;
        }
        let members = members_of(&link.calculation, &listed.path, INPUTS_MAX).into_iter().map(|way| of(way, listed.field));
        let members = members.filter_map(|input| there(&input).map(|number| (input, number)));
        let members: Vec<(StudyInput, Decimal)> = members.while_awaited_each(MEMBER_UNITS).collect();
        if let Some((low, high)) = around(Decimal::ONE, change).filter(|_| !members.is_empty()) {
            levers.push(RangedLever { lever: StudyLever::multiplying(name, members), low, high });
        }
    }
    levers
}

/// Returns the numbers that are a share of a number's magnitude below it and above.
fn around(number: Decimal, change: Decimal) -> Option<(Decimal, Decimal)> {
    let (number, moved) = (Exact::of(number), Exact::of(number).absolute() * Exact::of(change));
    Some(((number - moved).decimal()?, (number + moved).decimal()?))
}
