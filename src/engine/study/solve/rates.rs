//! Discount rates at which a series is worth a target: internal rates of the series less the target at time 0, by the rates' own proof.

use rust_decimal::Decimal;

use crate::engine::calculation::compute;
use crate::models::capex_roi::discounted_flows;
use crate::models::cash_flow::{InternalRates, RateStatus, Series, internal_rates};
use crate::models::number::{Exact, Number};
use crate::wire::capex_roi::capex_roi;
use crate::wire::cash_flow::internal_rate_of_return;
use crate::wire::cost::Cost;
use crate::wire::decimal;
use crate::wire::pb;
use crate::wire::pb::calculation::Model;
use crate::wire::pb::cash_flows::Schedule;
use crate::wire::pb::compute_capex_roi_request::TerminalValue;
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

/// The series whose internal rates are the discount rates that are asked for.
pub(super) struct RateQuestion {
    series: Series,
    /// The estimate of the search for the rates, in units of work.
    pub units: u64,
}

/// Returns the series whose internal rates are the discount rates that are asked for. `None` where something else is asked.
///
/// The target is taken off at time 0, which is discounted at no rate, so that the rest is worth 0 where the series is worth the target.
pub(super) fn question_of_rates(asked: &SolveAsked) -> Option<RateQuestion> {
    let SolveTarget::Number(target) = asked.target else { return None };
    let mut inputs = asked.lever.inputs();
    let is_rate = matches!(inputs.next(), Some((StudyInput::Field(_, place), _)) if place.field.name == "discount_rate");
    if !asked.lever.is_one_replaced() || !is_rate || asked.figure.way.field.name != "net_present_value" {
        return None;
    }
    let [link] = &asked.subject.links[..] else { return None };
    match link.calculation.model.as_ref()? {
        Model::NetPresentValue(request) => {
            let is_one_period = request.first_flow == i32::from(pb::FirstFlow::OnePeriod);
            of_payments(less(request.cash_flows.as_ref()?, target, is_one_period)?)
        }
        Model::CapexRoi(request) => of_investment(request, target),
        _ => None,
    }
}

fn of_payments(cash_flows: pb::CashFlows) -> Option<RateQuestion> {
    let request = pb::ComputeInternalRateOfReturnRequest { cash_flows: Some(cash_flows), ..Default::default() };
    let inputs = internal_rate_of_return(&request).ok()?.inputs;
    Some(RateQuestion { series: Series::of(&inputs), units: request.expected_units() })
}

/// Returns the flows of an investment, which no discount rate moves: without Gordon's value, which does. Flows in mid-period fall on half
/// periods, so that their worth is a sum of whole powers of (1 + r)^(-1/2 period). An investment that is refused has none.
fn of_investment(request: &pb::ComputeCapexRoiRequest, target: Decimal) -> Option<RateQuestion> {
    if matches!(request.terminal_value, Some(TerminalValue::PerpetualGrowthRate(_))) {
        return None;
    }
    let question = pb::ComputeCapexRoiRequest { discount_rate: "0".into(), options: None, ..request.clone() };
    let units = question.expected_units();
    let inputs = capex_roi(&question).ok()?.inputs;
    compute(&Model::CapexRoi(question)).ok()?;
    Some(RateQuestion { series: discounted_flows(&inputs).less_at_start(Exact::of(target)), units })
}

/// Finds the discount rates at which the net present value is the target. `None` where something else is asked.
pub(super) fn rates_of(asked: &SolveAsked) -> Option<FoundRates> {
    let InternalRates { status, rates, .. } = internal_rates(&question_of_rates(asked)?.series);
    let rates = rates.into_iter().map(|rate| rate.annual).collect();
    Some(FoundRates { rates, is_complete: status != RateStatus::Undecided, is_any: status == RateStatus::Any })
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
    let series = question_of_rates(asked)?.series;
    series.period()?;
    let InternalRates { status, rates, .. } = internal_rates(&series.weighted_by_time(0));
    (status != RateStatus::Undecided).then(|| rates.into_iter().map(|rate| rate.annual).collect())
}
