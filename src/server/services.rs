//! The services: read, compute, write.

use std::convert::Infallible;
use std::future::ready;
use std::task::{Context, Poll};
use std::time::Duration;

use tonic::body::Body;
use tonic::codegen::BoxFuture;
use tonic::server::NamedService;
use tonic::{Request, Response, Status, async_trait};
use tonic_health::pb::health_server::HealthServer;
use tower::Service;

use super::call::Call;
use super::config::{self, MESSAGE_BYTES_MAX, Settings};
use super::health::Health;
use super::pool::Pool;
use super::reflection::{self, Reflection};
use super::stage::Watcher;
use crate::models::{
    break_even as break_even_model, capex_roi as capex_roi_model, cash_flow as cash_flow_model, decision as decision_model,
    depreciation as depreciation_model, patience, runway as runway_model, valuation as valuation_model,
};
use crate::wire::cost::Cost;
use crate::wire::pb::break_even_service_server::{BreakEvenService, BreakEvenServiceServer};
use crate::wire::pb::capex_roi_service_server::{CapexRoiService, CapexRoiServiceServer};
use crate::wire::pb::cash_flow_service_server::{CashFlowService, CashFlowServiceServer};
use crate::wire::pb::decision_service_server::{DecisionService, DecisionServiceServer};
use crate::wire::pb::runway_service_server::{RunwayService, RunwayServiceServer};
use crate::wire::pb::valuation_service_server::{ValuationService, ValuationServiceServer};
use crate::wire::{self, pb, status};

/// What is made of the list of services: their names, one of each, and the way from a name to the one that answers to it.
macro_rules! calculations {
    ($($field:ident: $server:ident<$service:ident>),+ $(,)?) => {
        /// The services that answer, by their full names.
        pub(super) const NAMES: &[&str] = &[$($server::<$service>::NAME),+];

        #[derive(Clone)]
        struct Calculations {
            $($field: $server<$service>,)+
        }

        impl Calculations {
            fn new(desk: &Desk) -> Calculations {
                Calculations {
                    $($field: $server::new($service(desk.clone())).max_decoding_message_size(MESSAGE_BYTES_MAX),)+
                }
            }

            /// The generated code that answers for a service of this name.
            fn of(service: &str) -> Option<fn(&mut Calculations, http::Request<Body>) -> Answering> {
                match service {
                    $($server::<$service>::NAME => Some(|calculations, request| calculations.$field.call(request)),)+
                    _ => None,
                }
            }
        }
    };
}

calculations! {
    break_even: BreakEvenServiceServer<BreakEven>,
    capex_roi: CapexRoiServiceServer<CapexRoi>,
    cash_flow: CashFlowServiceServer<CashFlow>,
    decision: DecisionServiceServer<Decision>,
    runway: RunwayServiceServer<Runway>,
    valuation: ValuationServiceServer<Valuation>,
}

type Answering = BoxFuture<http::Response<Body>, Infallible>;

/// Everything that answers: the services, health, reflection. A path is looked up once, and leads straight to the generated code: axum's
/// router, which tonic's own `Routes` is, boxes each body twice on the way.
#[derive(Clone)]
pub(super) struct Services {
    calculations: Calculations,
    health: HealthServer<Health>,
    reflection: Option<Reflection>,
}

impl Services {
    pub fn new(settings: &Settings, pool: Pool, stage: Watcher) -> Result<Services, tonic_reflection::server::Error> {
        Ok(Services {
            calculations: Calculations::new(&Desk { pool }),
            health: HealthServer::new(Health::new(stage)).max_decoding_message_size(MESSAGE_BYTES_MAX),
            reflection: settings.reflection.then(Reflection::new).transpose()?,
        })
    }
}

impl Service<http::Request<Body>> for Services {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let path = request.uri().path();
        let service = path.strip_prefix('/').and_then(|path| path.split_once('/')).map(|(service, _)| service);
        if let Some(answer) = service.and_then(Calculations::of) {
            return answer(&mut self.calculations, request);
        }
        match (service, &mut self.reflection) {
            (Some(HealthServer::<Health>::NAME), _) => self.health.call(request),
            (Some(reflection::V1), Some(reflection)) => reflection.call_v1(request),
            (Some(reflection::V1_ALPHA), Some(reflection)) => reflection.call_v1alpha(request),
            _ => {
                let refused = status::unknown_method(path).into_http();
                Box::pin(ready(Ok(refused)))
            }
        }
    }
}

/// Where calculations are done: short ones here and now, long ones on the pool.
#[derive(Clone, Debug)]
struct Desk {
    pool: Pool,
}

impl Desk {
    async fn answer<Asked, Answer>(
        &self,
        request: Request<Asked>,
        compute: fn(&Asked) -> Result<Answer, Status>,
    ) -> Result<Response<Answer>, Status>
    where
        Asked: Cost + Send + 'static,
        Answer: Send + 'static,
    {
        let expected = Duration::from_nanos(request.get_ref().expected_nanoseconds());
        let call = request.extensions().get::<Call>().cloned();
        match call.filter(|_| expected > config::SHORT_CALCULATION) {
            None => compute(request.get_ref()).map(Response::new),
            Some(call) => {
                let watched = call.clone();
                let compute = move || patience::within(move || watched.is_over(), || compute(request.get_ref()));
                let answer = self.pool.run(&call, expected, compute).await?;
                answer.map_err(|patience::Abandoned| status::deadline_exceeded())?.map(Response::new)
            }
        }
    }
}

/// Break-even revenue.
#[derive(Clone, Debug)]
struct BreakEven(Desk);

#[async_trait]
impl BreakEvenService for BreakEven {
    async fn compute_required_revenue(
        &self,
        request: Request<pb::ComputeRequiredRevenueRequest>,
    ) -> Result<Response<pb::ComputeRequiredRevenueResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::break_even::required_revenue(request)?;
                let outcome = break_even_model::required_revenue(&asked.inputs)?;
                Ok(wire::break_even::required_revenue_response(&asked, &outcome))
            })
            .await
    }

    async fn compute_return_revenue(
        &self,
        request: Request<pb::ComputeReturnRevenueRequest>,
    ) -> Result<Response<pb::ComputeReturnRevenueResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::break_even::return_revenue(request)?;
                let outcome = break_even_model::return_revenue(&asked.inputs)?;
                Ok(wire::break_even::return_revenue_response(&asked, &outcome))
            })
            .await
    }

    async fn compute_break_even_point(
        &self,
        request: Request<pb::ComputeBreakEvenPointRequest>,
    ) -> Result<Response<pb::ComputeBreakEvenPointResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::break_even::break_even_point(request)?;
                let outcome = break_even_model::break_even_point(&asked.inputs)?;
                Ok(wire::break_even::break_even_point_response(&asked, &outcome))
            })
            .await
    }
}

/// Returns on capital expenditure.
#[derive(Clone, Debug)]
struct CapexRoi(Desk);

#[async_trait]
impl CapexRoiService for CapexRoi {
    async fn compute_capex_roi(
        &self,
        request: Request<pb::ComputeCapexRoiRequest>,
    ) -> Result<Response<pb::ComputeCapexRoiResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::capex_roi::capex_roi(request)?;
                let outcome = capex_roi_model::capex_roi(&asked.inputs)?;
                Ok(wire::capex_roi::capex_roi_response(&asked, &outcome))
            })
            .await
    }

    async fn compute_depreciation(
        &self,
        request: Request<pb::ComputeDepreciationRequest>,
    ) -> Result<Response<pb::ComputeDepreciationResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::capex_roi::depreciation(request)?;
                let outcome = depreciation_model::depreciation(&asked.inputs)?;
                Ok(wire::capex_roi::depreciation_response(&asked, &outcome))
            })
            .await
    }
}

/// Cash flows.
#[derive(Clone, Debug)]
struct CashFlow(Desk);

#[async_trait]
impl CashFlowService for CashFlow {
    async fn compute_net_present_value(
        &self,
        request: Request<pb::ComputeNetPresentValueRequest>,
    ) -> Result<Response<pb::ComputeNetPresentValueResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::cash_flow::net_present_value(request)?;
                let outcome = cash_flow_model::present_value(&asked.inputs)?;
                Ok(wire::cash_flow::net_present_value_response(&asked, &outcome))
            })
            .await
    }

    async fn compute_internal_rate_of_return(
        &self,
        request: Request<pb::ComputeInternalRateOfReturnRequest>,
    ) -> Result<Response<pb::ComputeInternalRateOfReturnResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::cash_flow::internal_rate_of_return(request)?;
                let outcome = cash_flow_model::internal_rates(&cash_flow_model::Series::of(&asked.inputs));
                Ok(wire::cash_flow::internal_rate_of_return_response(&asked, &outcome))
            })
            .await
    }

    async fn compute_modified_internal_rate_of_return(
        &self,
        request: Request<pb::ComputeModifiedInternalRateOfReturnRequest>,
    ) -> Result<Response<pb::ComputeModifiedInternalRateOfReturnResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::cash_flow::modified_internal_rate_of_return(request)?;
                let outcome = cash_flow_model::modified_internal_rate(&asked.inputs)?;
                Ok(wire::cash_flow::modified_internal_rate_of_return_response(&asked, &outcome))
            })
            .await
    }

    async fn compute_payback(
        &self,
        request: Request<pb::ComputePaybackRequest>,
    ) -> Result<Response<pb::ComputePaybackResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::cash_flow::payback(request)?;
                let outcome = cash_flow_model::paybacks(&asked.inputs)?;
                Ok(wire::cash_flow::payback_response(&asked, &outcome))
            })
            .await
    }
}

/// Decisions.
#[derive(Clone, Debug)]
struct Decision(Desk);

#[async_trait]
impl DecisionService for Decision {
    async fn compute_regret(
        &self,
        request: Request<pb::ComputeRegretRequest>,
    ) -> Result<Response<pb::ComputeRegretResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::decision::regret(request)?;
                let outcome = decision_model::regret(&asked.inputs)?;
                Ok(wire::decision::regret_response(&asked, &outcome))
            })
            .await
    }
}

/// Runway.
#[derive(Clone, Debug)]
struct Runway(Desk);

#[async_trait]
impl RunwayService for Runway {
    async fn compute_runway(
        &self,
        request: Request<pb::ComputeRunwayRequest>,
    ) -> Result<Response<pb::ComputeRunwayResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::runway::runway(request)?;
                let outcome = runway_model::runway(&asked.inputs)?;
                Ok(wire::runway::runway_response(&asked, &outcome))
            })
            .await
    }

    async fn compute_default_alive(
        &self,
        request: Request<pb::ComputeDefaultAliveRequest>,
    ) -> Result<Response<pb::ComputeDefaultAliveResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::runway::default_alive(request)?;
                let outcome = runway_model::default_alive(&asked.inputs)?;
                Ok(wire::runway::default_alive_response(&asked, &outcome))
            })
            .await
    }
}

/// Valuations.
#[derive(Clone, Debug)]
struct Valuation(Desk);

#[async_trait]
impl ValuationService for Valuation {
    async fn compute_share_ceiling(
        &self,
        request: Request<pb::ComputeShareCeilingRequest>,
    ) -> Result<Response<pb::ComputeShareCeilingResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::valuation::share_ceiling(request)?;
                let outcome = valuation_model::share_ceiling(&asked.inputs)?;
                Ok(wire::valuation::share_ceiling_response(&asked, &outcome))
            })
            .await
    }

    async fn compute_rerating(
        &self,
        request: Request<pb::ComputeReratingRequest>,
    ) -> Result<Response<pb::ComputeReratingResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::valuation::rerating(request)?;
                let outcome = valuation_model::rerating(&asked.inputs)?;
                Ok(wire::valuation::rerating_response(&asked, &outcome))
            })
            .await
    }

    async fn compute_price_change(
        &self,
        request: Request<pb::ComputePriceChangeRequest>,
    ) -> Result<Response<pb::ComputePriceChangeResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::valuation::price_change(request)?;
                let outcome = valuation_model::price_change(&asked.inputs)?;
                Ok(wire::valuation::price_change_response(&asked, &outcome))
            })
            .await
    }

    async fn compute_implied_growth(
        &self,
        request: Request<pb::ComputeImpliedGrowthRequest>,
    ) -> Result<Response<pb::ComputeImpliedGrowthResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::valuation::implied_growth(request)?;
                let outcome = valuation_model::implied_growth(&asked.inputs)?;
                Ok(wire::valuation::implied_growth_response(&asked, &outcome))
            })
            .await
    }

    async fn compute_required_margin(
        &self,
        request: Request<pb::ComputeRequiredMarginRequest>,
    ) -> Result<Response<pb::ComputeRequiredMarginResponse>, Status> {
        self.0
            .answer(request, |request| {
                let asked = wire::valuation::required_margin(request)?;
                let outcome = valuation_model::required_margin(&asked.inputs)?;
                Ok(wire::valuation::required_margin_response(&asked, &outcome))
            })
            .await
    }
}
