//! Amounts that have a rate of return: the net present value at that rate is a straight line in an amount, whose zero two points give.

use rust_decimal::Decimal;

use super::sighting::Sighting;
use crate::engine::calculation::compute;
use crate::engine::study::facts::without_members;
use crate::models::capex_roi::discounted_flows;
use crate::models::cash_flow::worth_at;
use crate::models::input::{Bounded, Rate};
use crate::models::number::{Exact, Number};
use crate::wire::capex_roi::capex_roi;
use crate::wire::decimal;
use crate::wire::pb;
use crate::wire::pb::calculation::Model;
use crate::wire::pb::compute_capex_roi_request::TerminalValue;
use crate::wire::reach::generated::CALCULATION;
use crate::wire::study::inputs::{model_of, path_of};
use crate::wire::study::solving::{SolveAsked, SolveTarget};
use crate::wire::study::subject::StudyInput;

/// The inputs of which every flow is a sum of multiples, so that several of them may be turned together. With tax, as long as losses are
/// offset at once; an outlay with a depreciation is none, whose salvage value may be an amount that several outlays share.
const SUMMED: [(&str, &str); 8] = [
    ("internal_rate_of_return", "cash_flows.periodic.amounts[]"),
    ("internal_rate_of_return", "cash_flows.dated.flows[].amount"),
    ("capex_roi", "revenues[]"),
    ("capex_roi", "operating_costs[]"),
    ("capex_roi", "net_working_capitals[]"),
    ("capex_roi", "terminal_amount"),
    ("capex_roi", "terminal_net_cash_flow"),
    ("capex_roi", "disposal_proceeds"),
];
/// The inputs that multiply others, and are turned alone.
const FACTORS: [(&str, &str); 2] = [("capex_roi", "gross_margin"), ("capex_roi", "exit_multiple")];

/// Returns true of a question for the amounts at which the selected rate of return is a number, where the net present value at that rate is a
/// straight line in the lever.
///
/// A rate of return of r is a net present value of 0 at r. That is a sum of flows, each times a factor of its own, and the flows are sums of
/// multiples of the amounts.
pub(super) fn is_of_a_line(asked: &SolveAsked) -> bool {
    let [link] = &asked.subject.links[..] else { return false };
    let Some(model) = model_of(&link.calculation).map(|model| model.name) else { return false };
    let is_of = |rows: &[(&str, &str)], input: &StudyInput| match input {
        StudyInput::Field(_, place) => rows.contains(&(model, without_members(&path_of(&CALCULATION, &place.way)).as_str())),
        StudyInput::Assumption(_) => false,
    };
    let mut inputs = asked.lever.inputs().map(|(input, _)| input);
    let are_moved = inputs.all(|input| is_of(&SUMMED, input))
        || asked.lever.count() == 1 && asked.lever.inputs().all(|(input, _)| is_of(&FACTORS, input));
    let is_straight = match &link.calculation.model {
        Some(Model::CapexRoi(request)) => request.tax_losses <= i32::from(pb::TaxLosses::OffsetAtOnce),
        _ => true,
    };
    let is_selected = asked.figure.path == "internal_rates_of_return.rates[selected].annual";
    is_selected && are_moved && is_straight && matches!(asked.target, SolveTarget::Number(rate) if rate > Decimal::NEGATIVE_ONE)
}

/// The one value of the lever at which the selected rate of return can be the target, if there is such a value in the range. `None` where the
/// line cannot be drawn: two of its points are needed, and a slope or a height.
pub(super) fn on_a_line(asked: &SolveAsked) -> Option<Option<Decimal>> {
    let SolveTarget::Number(rate) = asked.target else { return None };
    let (low, high) = (asked.low, asked.high);
    let from = Decimal::ZERO.clamp(low, high);
    let worth_from = worth(asked, from, rate)?;
    // As far as the values themselves go, so that no digits are lost.
    let far = worth_from.abs().trunc().max(Decimal::ONE).min(Decimal::from(1_000_000_000_000_000_u64));
    let to = match from.checked_add(far).filter(|to| *to <= high) {
        Some(to) => to,
        None if high > from => high,
        None => low,
    };
    let slope = (Exact::of(worth(asked, to, rate)?) - Exact::of(worth_from)) / (Exact::of(to) - Exact::of(from));
    if slope.is_zero() {
        return (!worth_from.is_zero()).then_some(None);
    }
    let Some(guess) = (Exact::of(from) - Exact::of(worth_from) / slope).decimal() else { return Some(None) };
    // The digits that the distance has cost come back at the guess itself.
    let input = match worth(asked, guess, rate) {
        Some(worth) => (Exact::of(guess) - Exact::of(worth) / slope).decimal(),
        None => Some(guess),
    };
    Some(input.filter(|input| *input >= low && *input <= high))
}

/// Returns true where the selected rate at an input is the target to 12 digits after the point, which is all that a rate has.
pub(super) fn is_rate(sighting: &Sighting, input: Decimal, target: Decimal) -> bool {
    let Some(pb::figure_value::Result::Value(seen)) = sighting.figure_at(input).and_then(|figure| figure.result) else {
        return false;
    };
    let Ok(seen) = decimal::read(&seen) else { return false };
    (Exact::of(seen) - Exact::of(target)).absolute() <= Exact::power_of_ten(-12)
}

/// Returns the net present value at a rate, with the lever at a value. Flows are those at the discount rate of the request: Gordon's value,
/// which depends on that, is a flow as others are.
fn worth(asked: &SolveAsked, input: Decimal, rate: Decimal) -> Option<Decimal> {
    let mut subject = asked.subject.clone();
    asked.lever.set(&mut subject, &asked.lever.value(input)?);
    let cash_flows = match subject.links.into_iter().next()?.calculation.model? {
        Model::InternalRateOfReturn(request) => request.cash_flows?,
        Model::CapexRoi(mut request) => {
            request.options = None;
            if matches!(request.terminal_value, Some(TerminalValue::PerpetualGrowthRate(_))) {
                let inputs = capex_roi(&request).ok()?.inputs;
                return worth_at(&discounted_flows(&inputs), Rate::new(rate)?).decimal();
            }
            request.discount_rate = decimal::write(rate);
            return match compute(&Model::CapexRoi(request)).ok()? {
                pb::calculation_result::Model::CapexRoi(answer) => decimal::read(&answer.net_present_value).ok(),
                _ => None,
            };
        }
        _ => return None,
    };
    let question = pb::ComputeNetPresentValueRequest {
        currency_code: "USD".into(),
        cash_flows: Some(cash_flows),
        discount_rate: decimal::write(rate),
        ..Default::default()
    };
    match compute(&Model::NetPresentValue(question)).ok()? {
        pb::calculation_result::Model::NetPresentValue(answer) => decimal::read(&answer.net_present_value).ok(),
        _ => None,
    }
}
