//! Discount rates at which a series is worth a target: internal rates of the series less the target at time 0, by the rates' own proof.

use rust_decimal::Decimal;

use crate::engine::calculation::compute;
use crate::models::number::{Exact, Number};
use crate::wire::decimal;
use crate::wire::pb;
use crate::wire::pb::calculation::Model;
use crate::wire::pb::cash_flows::Schedule;
use crate::wire::pb::compute_capex_roi_request::TerminalValue;
use crate::wire::pb::internal_rates_of_return::Status;
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

/// Returns the calculation whose internal rates are the discount rates that are asked for. `None` where something else is asked.
///
/// The target is taken off at time 0, which is discounted at no rate, so that the rest is worth 0 where the series is worth the target.
pub(super) fn question_of_rates(asked: &SolveAsked) -> Option<pb::Calculation> {
    let SolveTarget::Number(target) = asked.target else { return None };
    let mut inputs = asked.lever.inputs();
    let is_rate = matches!(inputs.next(), Some((StudyInput::Field(_, place), _)) if place.field.name == "discount_rate");
    if !asked.lever.is_one_replaced() || !is_rate || asked.figure.way.field.name != "net_present_value" {
        return None;
    }
    let [link] = &asked.subject.links[..] else { return None };
    let cash_flows = match link.calculation.model.as_ref()? {
        Model::NetPresentValue(request) => {
            let is_one_period = request.first_flow == i32::from(pb::FirstFlow::OnePeriod);
            less(request.cash_flows.as_ref()?, target, is_one_period)?
        }
        Model::CapexRoi(request) => less(&flows_of(request)?, target, false)?,
        _ => return None,
    };
    let request = pb::ComputeInternalRateOfReturnRequest { cash_flows: Some(cash_flows), ..Default::default() };
    Some(pb::Calculation { model: Some(Model::InternalRateOfReturn(request)) })
}

/// Finds the discount rates at which the net present value is the target. `None` where something else is asked.
pub(super) fn rates_of(asked: &SolveAsked) -> Option<FoundRates> {
    let question = question_of_rates(asked)?.model?;
    let Ok(pb::calculation_result::Model::InternalRateOfReturn(answer)) = compute(&question) else { return None };
    let found = answer.internal_rates_of_return?;
    let rates = found.rates.iter().filter_map(|rate| decimal::read(&rate.annual).ok()).collect();
    let status = found.status();
    Some(FoundRates { rates, is_complete: status != Status::Undecided, is_any: status == Status::Any })
}

/// Returns the flows of an investment, which no discount rate moves: without Gordon's value, which does, and with each flow at the end of
/// its period. An investment that is refused has none.
fn flows_of(request: &pb::ComputeCapexRoiRequest) -> Option<pb::CashFlows> {
    let is_end_of_period = request.timing != i32::from(pb::CashFlowTiming::MidPeriod);
    let is_gordon = matches!(request.terminal_value, Some(TerminalValue::PerpetualGrowthRate(_)));
    if !is_end_of_period || is_gordon {
        return None;
    }
    let question = pb::ComputeCapexRoiRequest { discount_rate: "0".into(), options: None, ..request.clone() };
    let Ok(pb::calculation_result::Model::CapexRoi(answer)) = compute(&Model::CapexRoi(question)) else { return None };
    let amounts = answer.periods.into_iter().map(|period| period.net_cash_flow).collect();
    let periodic = pb::PeriodicCashFlows { amounts, period: request.period };
    Some(pb::CashFlows { schedule: Some(Schedule::Periodic(periodic)) })
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

/// Returns the discount rates at which the net present value turns, of a series of periods: there or at an end of the range it is nearest to a
/// target that it nowhere is. The derivative of the sum of a(i) / (1 + r)^i is 0 where the series of i × a(i) is worth nothing.
pub(super) fn turning_rates(asked: &SolveAsked) -> Option<Vec<Decimal>> {
    let Model::InternalRateOfReturn(mut question) = question_of_rates(asked)?.model? else { return None };
    let Schedule::Periodic(periodic) = question.cash_flows.as_mut()?.schedule.as_mut()? else { return None };
    for (number, amount) in periodic.amounts.iter_mut().enumerate() {
        let times = Exact::whole(u32::try_from(number).ok()?);
        *amount = decimal::write((Exact::of(decimal::read(amount).ok()?) * times).decimal()?);
    }
    let answer = match compute(&Model::InternalRateOfReturn(question)).ok()? {
        pb::calculation_result::Model::InternalRateOfReturn(answer) => answer.internal_rates_of_return?,
        _ => return None,
    };
    let is_known = answer.status() != Status::Undecided;
    is_known.then(|| answer.rates.iter().filter_map(|rate| decimal::read(&rate.annual).ok()).collect())
}
