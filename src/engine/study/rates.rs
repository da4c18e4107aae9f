//! Rates of return: those at which a series is worth a target, which are internal rates of the series less the target at time 0, by the rates'
//! own proof; and amounts that have a rate of return, which are on a straight line.

use rust_decimal::Decimal;

use super::facts::without_members;
use crate::engine::calculation::compute;
use crate::models::number::{Exact, Number};
use crate::wire::decimal;
use crate::wire::pb;
use crate::wire::pb::calculation::Model;
use crate::wire::pb::cash_flows::Schedule;
use crate::wire::pb::internal_rates_of_return::Status;
use crate::wire::reach::generated::CALCULATION;
use crate::wire::study::inputs::{model_of, path_of};
use crate::wire::study::solving::{SolveAsked, SolveTarget};
use crate::wire::study::subject::StudyInput;

/// The rates of a series, as far as they are known.
pub(super) struct FoundRates {
    /// The rates a year, ascending.
    pub rates: Vec<Decimal>,
    /// True when there are no others.
    pub is_complete: bool,
    /// True when every rate is one: every flow is 0.
    pub is_any: bool,
}

/// Finds the discount rates at which the net present value is the target. `None` where something else is asked.
pub(super) fn rates_of(asked: &SolveAsked) -> Option<FoundRates> {
    let SolveTarget::Number(target) = asked.target else { return None };
    let [link] = &asked.subject.links[..] else { return None };
    let Some(Model::NetPresentValue(request)) = &link.calculation.model else { return None };
    if asked.figure.way.field.name != "net_present_value" {
        return None;
    }
    let mut inputs = asked.lever.inputs();
    let is_rate = matches!(inputs.next(), Some((StudyInput::Field(_, place), _)) if place.field.name == "discount_rate");
    if !asked.lever.is_one_replaced() || !is_rate {
        return None;
    }
    let cash_flows = less(request.cash_flows.as_ref()?, target, request.first_flow == i32::from(pb::FirstFlow::OnePeriod))?;
    let question = pb::ComputeInternalRateOfReturnRequest { cash_flows: Some(cash_flows), ..Default::default() };
    let Ok(pb::calculation_result::Model::InternalRateOfReturn(answer)) = compute(&Model::InternalRateOfReturn(question))
    else {
        return None;
    };
    let found = answer.internal_rates_of_return?;
    let rates = found.rates.iter().filter_map(|rate| decimal::read(&rate.annual).ok()).collect();
    let status = found.status();
    Some(FoundRates { rates, is_complete: status != Status::Undecided, is_any: status == Status::Any })
}

/// The one value of the lever at which the selected rate of return can be the target, if there is such a value. `None` where something else is
/// asked, or where the net present value is no straight line in the lever.
///
/// A rate of return of r is a net present value of 0 at r. That is a sum of amounts, each times a factor of its own, so that it is a straight
/// line in an amount, and in a factor of amounts; with tax, as long as losses are offset at once. Two values of it are enough.
pub(super) fn on_a_line(asked: &SolveAsked) -> Option<Option<Decimal>> {
    const AMOUNTS: [(&str, &str); 3] = [
        ("internal_rate_of_return", "cash_flows.periodic.amounts[]"),
        ("internal_rate_of_return", "cash_flows.dated.flows[].amount"),
        ("capex_roi", "revenues[]"),
    ];
    let SolveTarget::Number(rate) = asked.target else { return None };
    let [link] = &asked.subject.links[..] else { return None };
    let model = model_of(&link.calculation)?.name;
    let is_amount = |(input, _): (&StudyInput, Decimal)| match input {
        StudyInput::Field(_, place) => AMOUNTS.contains(&(model, without_members(&path_of(&CALCULATION, &place.way)).as_str())),
        StudyInput::Assumption(_) => false,
    };
    let is_selected = asked.figure.path == "internal_rates_of_return.rates[selected].annual";
    if !is_selected || !asked.lever.inputs().all(is_amount) {
        return None;
    }
    let at_none = worth(asked, Decimal::ZERO, rate)?;
    // As far as the values themselves go, so that no digits are lost.
    let step = at_none.abs().trunc().max(Decimal::ONE);
    let slope = Exact::of(worth(asked, step, rate)?) - Exact::of(at_none);
    if slope.is_zero() {
        return (!at_none.is_zero()).then_some(None);
    }
    let input = (Exact::ZERO - Exact::of(at_none)) * Exact::of(step) / slope;
    Some(input.decimal().filter(|input| *input >= asked.low && *input <= asked.high))
}

/// Returns the net present value at a rate, with the lever at a value.
fn worth(asked: &SolveAsked, input: Decimal, rate: Decimal) -> Option<Decimal> {
    let mut subject = asked.subject.clone();
    asked.lever.set(&mut subject, &asked.lever.value(input)?);
    let value = match subject.links.into_iter().next()?.calculation.model? {
        Model::CapexRoi(mut request) if request.tax_losses <= i32::from(pb::TaxLosses::OffsetAtOnce) => {
            (request.discount_rate, request.options) = (decimal::write(rate), None);
            match compute(&Model::CapexRoi(request)).ok()? {
                pb::calculation_result::Model::CapexRoi(answer) => answer.net_present_value,
                _ => return None,
            }
        }
        Model::InternalRateOfReturn(request) => {
            let question = pb::ComputeNetPresentValueRequest {
                currency_code: "USD".into(),
                cash_flows: request.cash_flows,
                discount_rate: decimal::write(rate),
                ..Default::default()
            };
            match compute(&Model::NetPresentValue(question)).ok()? {
                pb::calculation_result::Model::NetPresentValue(answer) => answer.net_present_value,
                _ => return None,
            }
        }
        _ => return None,
    };
    decimal::read(&value).ok()
}

/// Returns the series with the target taken off at time 0.
fn less(flows: &pb::CashFlows, target: Decimal, is_one_period: bool) -> Option<pb::CashFlows> {
    let mut flows = flows.clone();
    match flows.schedule.as_mut()? {
        Schedule::Periodic(periodic) if is_one_period => {
            periodic.amounts.insert(0, decimal::write((Exact::ZERO - Exact::of(target)).decimal()?));
        }
        Schedule::Periodic(periodic) => {
            let first = periodic.amounts.first_mut()?;
            *first = decimal::write((Exact::of(decimal::read(first).ok()?) - Exact::of(target)).decimal()?);
        }
        // A request that the model refuses has no rates.
        Schedule::Dated(_) if is_one_period => return None,
        Schedule::Dated(dated) => {
            // Dates of four digits are in the order of their texts.
            let first = dated.flows.iter().map(|flow| flow.date.clone()).min()?;
            let amount = decimal::write((Exact::ZERO - Exact::of(target)).decimal()?);
            dated.flows.push(pb::DatedCashFlow { date: first, amount });
        }
    }
    Some(flows)
}
