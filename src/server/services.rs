//! The services: read, compute, write.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Method as Verb, Request, Response, StatusCode, header};
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::BoxFuture;
use tonic_health::pb::health_server::HealthServer;
use tower::Service;

use super::body::Received;
use super::call::Call;
use super::config::{MESSAGE_BYTES_MAX, Settings};
use super::health::Health;
use super::message::framed_bytes;
use super::method::Method;
use super::reflection::Reflection;
use super::stage::Watcher;
use super::unary::{Answer, Asked, Begun, Calculation, Unary, begin, begin_framed};
use super::{batch, stream};
use crate::models::{
    break_even as break_even_model, capex_roi as capex_roi_model, cash_flow as cash_flow_model, decision as decision_model,
    depreciation as depreciation_model, runway as runway_model, valuation as valuation_model,
};
use crate::wire::cost::Cost;
use crate::wire::pb::calculation::Model;
use crate::wire::pb::calculation_result::Model as ModelAnswer;
use crate::wire::{self, pb, status};

/// How a method answers.
#[derive(Clone, Copy)]
pub(super) enum Answers {
    /// A message by a message.
    Once(Calculation),
    /// Any number of them by as many.
    Stream,
}

/// Makes of the list of models below everything that is one thing for each of them.
macro_rules! models {
    ($($name:literal $model:ident = $service:literal $method:literal $compute:ident;)*) => {
        /// The methods that are answered, by their service and name. A test holds this to the contract: a service has all its methods or none.
        pub(super) const METHODS: &[(&str, &str, Answers)] = &[
            ("paydirt.v1.CalculationService", "BatchCalculations", Answers::Once(batch::begin_batch)),
            ("paydirt.v1.CalculationService", "ListPresets", Answers::Once(list_presets)),
            ("paydirt.v1.CalculationService", "StreamCalculations", Answers::Stream),
            $(($service, $method, Answers::Once(|call, asked| begin(call, asked, $compute))),)*
        ];

        /// The models by their names in the union of calculations.
        pub(super) const MODELS: &[&str] = &[$($name),*];

        /// The place of a calculation's model among [`MODELS`].
        pub(super) fn model_number(model: &Model) -> usize {
            enum Place { $($model),* }
            match model { $(Model::$model(_) => Place::$model as usize),* }
        }

        /// What it is expected to take.
        pub(super) fn expected_units(model: &Model) -> u64 {
            match model { $(Model::$model(request) => request.expected_units()),* }
        }

        /// Its answer, or what a call of its own method would be refused with.
        pub(super) fn compute(model: &Model) -> Result<ModelAnswer, Status> {
            match model { $(Model::$model(request) => $compute(request).map(ModelAnswer::$model)),* }
        }
    };
}

// In the contract's order: its name in the union of calculations, there and in Rust; its method; and what computes it.
models! {
    "required_revenue" RequiredRevenue = "paydirt.v1.BreakEvenService" "ComputeRequiredRevenue" compute_required_revenue;
    "return_revenue" ReturnRevenue = "paydirt.v1.BreakEvenService" "ComputeReturnRevenue" compute_return_revenue;
    "break_even_point" BreakEvenPoint = "paydirt.v1.BreakEvenService" "ComputeBreakEvenPoint" compute_break_even_point;
    "runway" Runway = "paydirt.v1.RunwayService" "ComputeRunway" compute_runway;
    "default_alive" DefaultAlive = "paydirt.v1.RunwayService" "ComputeDefaultAlive" compute_default_alive;
    "capex_roi" CapexRoi = "paydirt.v1.CapexRoiService" "ComputeCapexRoi" compute_capex_roi;
    "depreciation" Depreciation = "paydirt.v1.CapexRoiService" "ComputeDepreciation" compute_depreciation;
    "net_present_value" NetPresentValue = "paydirt.v1.CashFlowService" "ComputeNetPresentValue" compute_net_present_value;
    "internal_rate_of_return" InternalRateOfReturn = "paydirt.v1.CashFlowService" "ComputeInternalRateOfReturn" compute_internal_rate_of_return;
    "modified_internal_rate_of_return" ModifiedInternalRateOfReturn = "paydirt.v1.CashFlowService" "ComputeModifiedInternalRateOfReturn" compute_modified_internal_rate_of_return;
    "payback" Payback = "paydirt.v1.CashFlowService" "ComputePayback" compute_payback;
    "regret" Regret = "paydirt.v1.DecisionService" "ComputeRegret" compute_regret;
    "share_ceiling" ShareCeiling = "paydirt.v1.ValuationService" "ComputeShareCeiling" compute_share_ceiling;
    "rerating" Rerating = "paydirt.v1.ValuationService" "ComputeRerating" compute_rerating;
    "price_change" PriceChange = "paydirt.v1.ValuationService" "ComputePriceChange" compute_price_change;
    "implied_growth" ImpliedGrowth = "paydirt.v1.ValuationService" "ComputeImpliedGrowth" compute_implied_growth;
    "required_margin" RequiredMargin = "paydirt.v1.ValuationService" "ComputeRequiredMargin" compute_required_margin;
}

/// The services that answer, by their full names.
pub(super) const NAMES: &[&str] = &[
    "paydirt.v1.BreakEvenService",
    "paydirt.v1.CalculationService",
    "paydirt.v1.CapexRoiService",
    "paydirt.v1.CashFlowService",
    "paydirt.v1.DecisionService",
    "paydirt.v1.RunwayService",
    "paydirt.v1.ValuationService",
];

/// Everything that answers: calculations, health, reflection.
///
/// Calculations go no further through tonic than its types: its router boxes each body twice on the way, and its generated servers do so
/// again. One of these is made for each worker, so that the count of its references is its own.
#[derive(Clone)]
pub(super) struct Services {
    tonic: Arc<Housekeeping>,
}

#[derive(Clone)]
struct Housekeeping {
    health: HealthServer<Health>,
    reflection: Option<Reflection>,
}

impl Services {
    pub fn new(settings: &Settings, stage: Watcher) -> Result<Services, tonic_reflection::server::Error> {
        let health = HealthServer::new(Health::new(stage)).max_decoding_message_size(MESSAGE_BYTES_MAX);
        let reflection = settings.reflection.then(Reflection::new).transpose()?;
        Ok(Services { tonic: Arc::new(Housekeeping { health, reflection }) })
    }

    /// The same, sharing nothing that is counted for each call.
    pub fn of_a_worker(&self) -> Services {
        Services { tonic: Arc::new(Housekeeping::clone(&self.tonic)) }
    }
}

impl Service<Request<Received>> for Services {
    type Response = Response<Answer>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Received>) -> Answering {
        if let Some(refused) = refusal_of_no_call(request.method(), request.headers()) {
            return Answering::Decided(ready(Ok(refused)));
        }
        let method = request.body().call().method;
        match method.answers() {
            Some(Answers::Once(calculation)) => return Answering::Unary(Unary::new(request, calculation)),
            Some(Answers::Stream) => return Answering::Decided(ready(Ok(stream::begun(request)))),
            None => {}
        }
        let Housekeeping { health, reflection } = &*self.tonic;
        Answering::Tonic(match reflection {
            _ if method.is_of(Method::HEALTH) => health.clone().call(request.map(Body::new)),
            Some(reflection) if method.is_of(Method::REFLECTION) => reflection.clone().call_v1(request.map(Body::new)),
            Some(reflection) if method.is_of(Method::REFLECTION_ALPHA) => {
                reflection.clone().call_v1alpha(request.map(Body::new))
            }
            _ => return Answering::Decided(ready(Ok(status::unknown_method(request.uri().path()).into_http()))),
        })
    }
}

/// What tonic finds wrong with a message becomes a status that says whose fault it is: tonic answers INTERNAL for bytes that are no message,
/// and OUT_OF_RANGE for a message above the limit. Only an answer without a message carries its status in the headers.
fn remapped(response: Response<Body>) -> Response<Body> {
    let status = Status::from_header_map(response.headers());
    match status.and_then(|answered| status::of_unreadable_message(answered.code(), answered.message())) {
        Some(status) => status.into_http(),
        None => response,
    }
}

/// Whatever had the right path and the right bytes would be computed.
fn refusal_of_no_call(verb: &Verb, headers: &HeaderMap) -> Option<Response<Answer>> {
    if verb != Verb::POST {
        return Some(status::not_grpc("a call is made by POST", StatusCode::METHOD_NOT_ALLOWED));
    }
    let is_grpc = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"));
    let refuse = || status::not_grpc("a call has the content-type application/grpc", StatusCode::UNSUPPORTED_MEDIA_TYPE);
    (!is_grpc).then(refuse)
}

/// An answer that is awaited.
pub(super) enum Answering {
    Unary(Unary),
    Tonic(BoxFuture<Response<Body>, Infallible>),
    /// A refusal, or a stream, which is answered in its body.
    Decided(Ready<Result<Response<Answer>, Infallible>>),
}

impl Future for Answering {
    type Output = Result<Response<Answer>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Answering::Unary(answer) => Pin::new(answer).poll(context),
            Answering::Tonic(answer) => answer.as_mut().poll(context).map_ok(|response| remapped(response).map(Answer::Tonic)),
            Answering::Decided(decided) => Pin::new(decided).poll(context),
        }
    }
}

fn compute_required_revenue(request: &pb::ComputeRequiredRevenueRequest) -> Result<pb::ComputeRequiredRevenueResponse, Status> {
    let asked = wire::break_even::required_revenue(request)?;
    let outcome = break_even_model::required_revenue(&asked.inputs)?;
    Ok(wire::break_even::required_revenue_response(&asked, &outcome))
}

fn compute_return_revenue(request: &pb::ComputeReturnRevenueRequest) -> Result<pb::ComputeReturnRevenueResponse, Status> {
    let asked = wire::break_even::return_revenue(request)?;
    let outcome = break_even_model::return_revenue(&asked.inputs)?;
    Ok(wire::break_even::return_revenue_response(&asked, &outcome))
}

fn compute_break_even_point(request: &pb::ComputeBreakEvenPointRequest) -> Result<pb::ComputeBreakEvenPointResponse, Status> {
    let asked = wire::break_even::break_even_point(request)?;
    let outcome = break_even_model::break_even_point(&asked.inputs)?;
    Ok(wire::break_even::break_even_point_response(&asked, &outcome))
}

/// The same bytes for everyone: an answer of many times the question's length takes no memory of its own.
fn list_presets(call: &Call, asked: Asked) -> Begun {
    static FRAME: LazyLock<Bytes> = LazyLock::new(|| framed_bytes(wire::presets::LIST, false));
    static COMPRESSED: LazyLock<Bytes> = LazyLock::new(|| framed_bytes(wire::presets::LIST, true));
    let takes_gzip = asked.takes_gzip;
    begin_framed(call, asked, move |_: &pb::ListPresetsRequest| Ok(Bytes::clone(if takes_gzip { &COMPRESSED } else { &FRAME })))
}

fn compute_capex_roi(request: &pb::ComputeCapexRoiRequest) -> Result<pb::ComputeCapexRoiResponse, Status> {
    let asked = wire::capex_roi::capex_roi(request)?;
    let outcome = capex_roi_model::capex_roi(&asked.inputs)?;
    Ok(wire::capex_roi::capex_roi_response(&asked, &outcome))
}

fn compute_depreciation(request: &pb::ComputeDepreciationRequest) -> Result<pb::ComputeDepreciationResponse, Status> {
    let asked = wire::capex_roi::depreciation(request)?;
    let outcome = depreciation_model::depreciation(&asked.inputs)?;
    Ok(wire::capex_roi::depreciation_response(&asked, &outcome))
}

fn compute_net_present_value(
    request: &pb::ComputeNetPresentValueRequest,
) -> Result<pb::ComputeNetPresentValueResponse, Status> {
    let asked = wire::cash_flow::net_present_value(request)?;
    let outcome = cash_flow_model::present_value(&asked.inputs)?;
    Ok(wire::cash_flow::net_present_value_response(&asked, &outcome))
}

fn compute_internal_rate_of_return(
    request: &pb::ComputeInternalRateOfReturnRequest,
) -> Result<pb::ComputeInternalRateOfReturnResponse, Status> {
    let asked = wire::cash_flow::internal_rate_of_return(request)?;
    let outcome = cash_flow_model::internal_rates(&cash_flow_model::Series::of(&asked.inputs));
    Ok(wire::cash_flow::internal_rate_of_return_response(&asked, &outcome))
}

fn compute_modified_internal_rate_of_return(
    request: &pb::ComputeModifiedInternalRateOfReturnRequest,
) -> Result<pb::ComputeModifiedInternalRateOfReturnResponse, Status> {
    let asked = wire::cash_flow::modified_internal_rate_of_return(request)?;
    let outcome = cash_flow_model::modified_internal_rate(&asked.inputs)?;
    Ok(wire::cash_flow::modified_internal_rate_of_return_response(&asked, &outcome))
}

fn compute_payback(request: &pb::ComputePaybackRequest) -> Result<pb::ComputePaybackResponse, Status> {
    let asked = wire::cash_flow::payback(request)?;
    let outcome = cash_flow_model::paybacks(&asked.inputs)?;
    Ok(wire::cash_flow::payback_response(&asked, &outcome))
}

fn compute_regret(request: &pb::ComputeRegretRequest) -> Result<pb::ComputeRegretResponse, Status> {
    let asked = wire::decision::regret(request)?;
    let outcome = decision_model::regret(&asked.inputs)?;
    Ok(wire::decision::regret_response(&asked, &outcome))
}

fn compute_runway(request: &pb::ComputeRunwayRequest) -> Result<pb::ComputeRunwayResponse, Status> {
    let asked = wire::runway::runway(request)?;
    let outcome = runway_model::runway(&asked.inputs)?;
    Ok(wire::runway::runway_response(&asked, &outcome))
}

fn compute_default_alive(request: &pb::ComputeDefaultAliveRequest) -> Result<pb::ComputeDefaultAliveResponse, Status> {
    let asked = wire::runway::default_alive(request)?;
    let outcome = runway_model::default_alive(&asked.inputs)?;
    Ok(wire::runway::default_alive_response(&asked, &outcome))
}

fn compute_share_ceiling(request: &pb::ComputeShareCeilingRequest) -> Result<pb::ComputeShareCeilingResponse, Status> {
    let asked = wire::valuation::share_ceiling(request)?;
    let outcome = valuation_model::share_ceiling(&asked.inputs)?;
    Ok(wire::valuation::share_ceiling_response(&asked, &outcome))
}

fn compute_rerating(request: &pb::ComputeReratingRequest) -> Result<pb::ComputeReratingResponse, Status> {
    let asked = wire::valuation::rerating(request)?;
    let outcome = valuation_model::rerating(&asked.inputs)?;
    Ok(wire::valuation::rerating_response(&asked, &outcome))
}

fn compute_price_change(request: &pb::ComputePriceChangeRequest) -> Result<pb::ComputePriceChangeResponse, Status> {
    let asked = wire::valuation::price_change(request)?;
    let outcome = valuation_model::price_change(&asked.inputs)?;
    Ok(wire::valuation::price_change_response(&asked, &outcome))
}

fn compute_implied_growth(request: &pb::ComputeImpliedGrowthRequest) -> Result<pb::ComputeImpliedGrowthResponse, Status> {
    let asked = wire::valuation::implied_growth(request)?;
    let outcome = valuation_model::implied_growth(&asked.inputs)?;
    Ok(wire::valuation::implied_growth_response(&asked, &outcome))
}

fn compute_required_margin(request: &pb::ComputeRequiredMarginRequest) -> Result<pb::ComputeRequiredMarginResponse, Status> {
    let asked = wire::valuation::required_margin(request)?;
    let outcome = valuation_model::required_margin(&asked.inputs)?;
    Ok(wire::valuation::required_margin_response(&asked, &outcome))
}
