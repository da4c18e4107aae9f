//! The services: read, compute, write.

use tonic::server::NamedService;
use tonic::{Request, Response, Status, async_trait};

use super::config;
use crate::models::{
    break_even as break_even_model, capex_roi as capex_roi_model, cash_flow as cash_flow_model,
    depreciation as depreciation_model, runway as runway_model,
};
use crate::wire::pb::break_even_service_server::{BreakEvenService, BreakEvenServiceServer};
use crate::wire::pb::capex_roi_service_server::{CapexRoiService, CapexRoiServiceServer};
use crate::wire::pb::cash_flow_service_server::{CashFlowService, CashFlowServiceServer};
use crate::wire::pb::runway_service_server::{RunwayService, RunwayServiceServer};
use crate::wire::{self, pb};

/// The services that answer, by their full names.
pub(super) const NAMES: &[&str] = &[
    BreakEvenServiceServer::<BreakEven>::NAME,
    CapexRoiServiceServer::<CapexRoi>::NAME,
    CashFlowServiceServer::<CashFlow>::NAME,
    RunwayServiceServer::<Runway>::NAME,
];

pub(super) fn break_even() -> BreakEvenServiceServer<BreakEven> {
    BreakEvenServiceServer::new(BreakEven).max_decoding_message_size(config::MESSAGE_BYTES_MAX)
}

pub(super) fn capex_roi() -> CapexRoiServiceServer<CapexRoi> {
    CapexRoiServiceServer::new(CapexRoi).max_decoding_message_size(config::MESSAGE_BYTES_MAX)
}

pub(super) fn cash_flow() -> CashFlowServiceServer<CashFlow> {
    CashFlowServiceServer::new(CashFlow).max_decoding_message_size(config::MESSAGE_BYTES_MAX)
}

pub(super) fn runway() -> RunwayServiceServer<Runway> {
    RunwayServiceServer::new(Runway).max_decoding_message_size(config::MESSAGE_BYTES_MAX)
}

/// Break-even revenue.
#[derive(Clone, Copy, Debug)]
pub(super) struct BreakEven;

#[async_trait]
impl BreakEvenService for BreakEven {
    async fn compute_required_revenue(
        &self,
        request: Request<pb::ComputeRequiredRevenueRequest>,
    ) -> Result<Response<pb::ComputeRequiredRevenueResponse>, Status> {
        let asked = wire::break_even::required_revenue(request.get_ref())?;
        let outcome = break_even_model::required_revenue(&asked.inputs)?;
        Ok(Response::new(wire::break_even::required_revenue_response(&asked, &outcome)))
    }

    async fn compute_return_revenue(
        &self,
        request: Request<pb::ComputeReturnRevenueRequest>,
    ) -> Result<Response<pb::ComputeReturnRevenueResponse>, Status> {
        let asked = wire::break_even::return_revenue(request.get_ref())?;
        let outcome = break_even_model::return_revenue(&asked.inputs)?;
        Ok(Response::new(wire::break_even::return_revenue_response(&asked, &outcome)))
    }

    async fn compute_break_even_point(
        &self,
        request: Request<pb::ComputeBreakEvenPointRequest>,
    ) -> Result<Response<pb::ComputeBreakEvenPointResponse>, Status> {
        let asked = wire::break_even::break_even_point(request.get_ref())?;
        let outcome = break_even_model::break_even_point(&asked.inputs)?;
        Ok(Response::new(wire::break_even::break_even_point_response(&asked, &outcome)))
    }
}

/// Returns on capital expenditure.
#[derive(Clone, Copy, Debug)]
pub(super) struct CapexRoi;

#[async_trait]
impl CapexRoiService for CapexRoi {
    async fn compute_capex_roi(
        &self,
        request: Request<pb::ComputeCapexRoiRequest>,
    ) -> Result<Response<pb::ComputeCapexRoiResponse>, Status> {
        let asked = wire::capex_roi::capex_roi(request.get_ref())?;
        let outcome = capex_roi_model::capex_roi(&asked.inputs)?;
        Ok(Response::new(wire::capex_roi::capex_roi_response(&asked, &outcome)))
    }

    async fn compute_depreciation(
        &self,
        request: Request<pb::ComputeDepreciationRequest>,
    ) -> Result<Response<pb::ComputeDepreciationResponse>, Status> {
        let asked = wire::capex_roi::depreciation(request.get_ref())?;
        let outcome = depreciation_model::depreciation(&asked.inputs)?;
        Ok(Response::new(wire::capex_roi::depreciation_response(&asked, &outcome)))
    }
}

/// Cash flows.
#[derive(Clone, Copy, Debug)]
pub(super) struct CashFlow;

#[async_trait]
impl CashFlowService for CashFlow {
    async fn compute_net_present_value(
        &self,
        request: Request<pb::ComputeNetPresentValueRequest>,
    ) -> Result<Response<pb::ComputeNetPresentValueResponse>, Status> {
        let asked = wire::cash_flow::net_present_value(request.get_ref())?;
        let outcome = cash_flow_model::present_value(&asked.inputs)?;
        Ok(Response::new(wire::cash_flow::net_present_value_response(&asked, &outcome)))
    }

    async fn compute_internal_rate_of_return(
        &self,
        request: Request<pb::ComputeInternalRateOfReturnRequest>,
    ) -> Result<Response<pb::ComputeInternalRateOfReturnResponse>, Status> {
        let asked = wire::cash_flow::internal_rate_of_return(request.get_ref())?;
        let outcome = cash_flow_model::internal_rates(&cash_flow_model::Series::of(&asked.inputs));
        Ok(Response::new(wire::cash_flow::internal_rate_of_return_response(&asked, &outcome)))
    }

    async fn compute_modified_internal_rate_of_return(
        &self,
        request: Request<pb::ComputeModifiedInternalRateOfReturnRequest>,
    ) -> Result<Response<pb::ComputeModifiedInternalRateOfReturnResponse>, Status> {
        let asked = wire::cash_flow::modified_internal_rate_of_return(request.get_ref())?;
        let outcome = cash_flow_model::modified_internal_rate(&asked.inputs)?;
        Ok(Response::new(wire::cash_flow::modified_internal_rate_of_return_response(&asked, &outcome)))
    }

    async fn compute_payback(
        &self,
        request: Request<pb::ComputePaybackRequest>,
    ) -> Result<Response<pb::ComputePaybackResponse>, Status> {
        let asked = wire::cash_flow::payback(request.get_ref())?;
        let outcome = cash_flow_model::paybacks(&asked.inputs)?;
        Ok(Response::new(wire::cash_flow::payback_response(&asked, &outcome)))
    }
}

/// Runway.
#[derive(Clone, Copy, Debug)]
pub(super) struct Runway;

#[async_trait]
impl RunwayService for Runway {
    async fn compute_runway(
        &self,
        request: Request<pb::ComputeRunwayRequest>,
    ) -> Result<Response<pb::ComputeRunwayResponse>, Status> {
        let asked = wire::runway::runway(request.get_ref())?;
        let outcome = runway_model::runway(&asked.inputs)?;
        Ok(Response::new(wire::runway::runway_response(&asked, &outcome)))
    }

    async fn compute_default_alive(
        &self,
        request: Request<pb::ComputeDefaultAliveRequest>,
    ) -> Result<Response<pb::ComputeDefaultAliveResponse>, Status> {
        let asked = wire::runway::default_alive(request.get_ref())?;
        let outcome = runway_model::default_alive(&asked.inputs)?;
        Ok(Response::new(wire::runway::default_alive_response(&asked, &outcome)))
    }
}
