//! The answers: one function for each model, which reads, computes and writes, and does nothing else. The server's table of methods calls
//! them for single calls; `calculation.rs` calls them for batches and streams.
//!
//! Every function takes the request of the method of its name and returns the response of that method.
//!
//! # Errors
//! [`Refused`] names every field that cannot be used, or the result that is too large.

use super::Refused;
use crate::models::{break_even, capex_roi, cash_flow, decision, depreciation, runway, valuation};
use crate::wire::{self, pb};

pub fn compute_required_revenue(
    request: &pb::ComputeRequiredRevenueRequest,
) -> Result<pb::ComputeRequiredRevenueResponse, Refused> {
    let asked = wire::break_even::required_revenue(request)?;
    let outcome = break_even::required_revenue(&asked.inputs)?;
    Ok(wire::break_even::required_revenue_response(&asked, &outcome))
}

pub fn compute_return_revenue(request: &pb::ComputeReturnRevenueRequest) -> Result<pb::ComputeReturnRevenueResponse, Refused> {
    let asked = wire::break_even::return_revenue(request)?;
    let outcome = break_even::return_revenue(&asked.inputs)?;
    Ok(wire::break_even::return_revenue_response(&asked, &outcome))
}

pub fn compute_break_even_point(
    request: &pb::ComputeBreakEvenPointRequest,
) -> Result<pb::ComputeBreakEvenPointResponse, Refused> {
    let asked = wire::break_even::break_even_point(request)?;
    let outcome = break_even::break_even_point(&asked.inputs)?;
    Ok(wire::break_even::break_even_point_response(&asked, &outcome))
}

pub fn compute_capex_roi(request: &pb::ComputeCapexRoiRequest) -> Result<pb::ComputeCapexRoiResponse, Refused> {
    let asked = wire::capex_roi::capex_roi(request)?;
    let outcome = capex_roi::capex_roi(&asked.inputs)?;
    Ok(wire::capex_roi::capex_roi_response(&asked, &outcome))
}

pub fn compute_depreciation(request: &pb::ComputeDepreciationRequest) -> Result<pb::ComputeDepreciationResponse, Refused> {
    let asked = wire::capex_roi::depreciation(request)?;
    let outcome = depreciation::depreciation(&asked.inputs)?;
    Ok(wire::capex_roi::depreciation_response(&asked, &outcome))
}

pub fn compute_net_present_value(
    request: &pb::ComputeNetPresentValueRequest,
) -> Result<pb::ComputeNetPresentValueResponse, Refused> {
    let asked = wire::cash_flow::net_present_value(request)?;
    let outcome = cash_flow::present_value(&asked.inputs)?;
    Ok(wire::cash_flow::net_present_value_response(&asked, &outcome))
}

pub fn compute_internal_rate_of_return(
    request: &pb::ComputeInternalRateOfReturnRequest,
) -> Result<pb::ComputeInternalRateOfReturnResponse, Refused> {
    let asked = wire::cash_flow::internal_rate_of_return(request)?;
    let outcome = cash_flow::internal_rates(&cash_flow::Series::of(&asked.inputs));
    Ok(wire::cash_flow::internal_rate_of_return_response(&asked, &outcome))
}

pub fn compute_modified_internal_rate_of_return(
    request: &pb::ComputeModifiedInternalRateOfReturnRequest,
) -> Result<pb::ComputeModifiedInternalRateOfReturnResponse, Refused> {
    let asked = wire::cash_flow::modified_internal_rate_of_return(request)?;
    let outcome = cash_flow::modified_internal_rate(&asked.inputs)?;
    Ok(wire::cash_flow::modified_internal_rate_of_return_response(&asked, &outcome))
}

pub fn compute_payback(request: &pb::ComputePaybackRequest) -> Result<pb::ComputePaybackResponse, Refused> {
    let asked = wire::cash_flow::payback(request)?;
    let outcome = cash_flow::paybacks(&asked.inputs)?;
    Ok(wire::cash_flow::payback_response(&asked, &outcome))
}

pub fn compute_regret(request: &pb::ComputeRegretRequest) -> Result<pb::ComputeRegretResponse, Refused> {
    let asked = wire::decision::regret(request)?;
    let outcome = decision::regret(&asked.inputs)?;
    Ok(wire::decision::regret_response(&asked, &outcome))
}

pub fn compute_runway(request: &pb::ComputeRunwayRequest) -> Result<pb::ComputeRunwayResponse, Refused> {
    let asked = wire::runway::runway(request)?;
    let outcome = runway::runway(&asked.inputs)?;
    Ok(wire::runway::runway_response(&asked, &outcome))
}

pub fn compute_default_alive(request: &pb::ComputeDefaultAliveRequest) -> Result<pb::ComputeDefaultAliveResponse, Refused> {
    let asked = wire::runway::default_alive(request)?;
    let outcome = runway::default_alive(&asked.inputs)?;
    Ok(wire::runway::default_alive_response(&asked, &outcome))
}

pub fn compute_share_ceiling(request: &pb::ComputeShareCeilingRequest) -> Result<pb::ComputeShareCeilingResponse, Refused> {
    let asked = wire::valuation::share_ceiling(request)?;
    let outcome = valuation::share_ceiling(&asked.inputs)?;
    Ok(wire::valuation::share_ceiling_response(&asked, &outcome))
}

pub fn compute_rerating(request: &pb::ComputeReratingRequest) -> Result<pb::ComputeReratingResponse, Refused> {
    let asked = wire::valuation::rerating(request)?;
    let outcome = valuation::rerating(&asked.inputs)?;
    Ok(wire::valuation::rerating_response(&asked, &outcome))
}

pub fn compute_price_change(request: &pb::ComputePriceChangeRequest) -> Result<pb::ComputePriceChangeResponse, Refused> {
    let asked = wire::valuation::price_change(request)?;
    let outcome = valuation::price_change(&asked.inputs)?;
    Ok(wire::valuation::price_change_response(&asked, &outcome))
}

pub fn compute_implied_growth(request: &pb::ComputeImpliedGrowthRequest) -> Result<pb::ComputeImpliedGrowthResponse, Refused> {
    let asked = wire::valuation::implied_growth(request)?;
    let outcome = valuation::implied_growth(&asked.inputs)?;
    Ok(wire::valuation::implied_growth_response(&asked, &outcome))
}

pub fn compute_required_margin(
    request: &pb::ComputeRequiredMarginRequest,
) -> Result<pb::ComputeRequiredMarginResponse, Refused> {
    let asked = wire::valuation::required_margin(request)?;
    let outcome = valuation::required_margin(&asked.inputs)?;
    Ok(wire::valuation::required_margin_response(&asked, &outcome))
}
