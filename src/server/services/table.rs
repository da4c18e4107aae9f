//! The table of methods: the code that answers each of them, and the refusal of a request that is no call. Every call comes here from the
//! innermost layer.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Method as Verb, Request, Response, StatusCode};
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::BoxFuture;
use tonic_health::pb::health_server::HealthServer;
use tower::Service;

use super::health::Health;
use super::presets::list_presets;
use super::reflection::Reflection;
use super::{batch, stream, study};
use crate::engine::{self, answers::answer};
use crate::server::call::Called;
use crate::server::config::{HEALTH_CALL_BYTES, HOUSEKEEPING_MESSAGE_BYTES_MAX, REFLECTION_CALL_BYTES, Settings};
use crate::server::grpc::answer::Answer;
use crate::server::grpc::form::Form;
use crate::server::grpc::received::Received;
use crate::server::grpc::unary::{Calculation, Unary, begin};
use crate::server::method::Kind;
use crate::server::stage::Watcher;
use crate::wire::status;
use crate::{models, wire};

macro_rules! calculations {
    ($($name:literal $model:ident = $service:literal $method:literal $read:path, $compute:expr, $write:expr;)*) => {
        /// The function that answers the method of each model, in the order of the engine's list.
        const CALCULATIONS: &[Calculation] =
            &[$(|call, asked| begin(call, asked, |request| answer(request, $read, $compute, $write))),*];
    };
}
engine::for_each_model!(calculations);

/// All services: calculations, health, reflection.
///
/// Calculations use the types of tonic and nothing else of it: tonic's router boxes each body twice on the way, and its generated servers
/// do so again. Each worker thread has a `Services` of its own, so that the count of its references is not shared.
#[derive(Clone)]
pub(crate) struct Services {
    tonic: Arc<Housekeeping>,
}

/// The services that tonic answers. `reflection` is `None` where the settings turn it off.
#[derive(Clone)]
struct Housekeeping {
    health: HealthServer<Health>,
    reflection: Option<Reflection>,
}

impl Services {
    /// Builds the services.
    ///
    /// # Errors
    /// When the descriptors for reflection cannot be read.
    pub fn new(settings: &Settings, stage: Watcher) -> Result<Services, tonic_reflection::server::Error> {
        let health = HealthServer::new(Health::new(stage)).max_decoding_message_size(HOUSEKEEPING_MESSAGE_BYTES_MAX);
        let reflection = settings.reflection.then(Reflection::new).transpose()?;
        Ok(Services { tonic: Arc::new(Housekeeping { health, reflection }) })
    }

    /// Returns the services for one worker thread, which share nothing with other threads that is counted for each call.
    pub fn of_a_worker(&self) -> Services {
        Services { tonic: Arc::new(Housekeeping::clone(&self.tonic)) }
    }

    /// Answers health and reflection, and refuses an unknown method.
    fn keep_house(&self, request: Request<Received>) -> Answering {
        let Housekeeping { health, reflection } = &*self.tonic;
        let call = request.body().call();
        let kind = call.method.kind();
        // What tonic keeps is seen by nobody else.
        let held = match kind {
            // Health answers whether or not there is room.
            Kind::Health => call.hold(HEALTH_CALL_BYTES).or(Ok(())),
            Kind::Reflection | Kind::ReflectionAlpha => call.hold(REFLECTION_CALL_BYTES),
            _ => Ok(()),
        };
        if let Err(full) = held {
            return Answering::Decided(ready(Ok(call.shared().memory.refusal(full).into_http())));
        }
        Answering::Tonic(match (kind, reflection) {
            (Kind::Health, _) => health.clone().call(request.map(Body::new)),
            (Kind::Reflection, Some(reflection)) => reflection.clone().call_v1(request.map(Body::new)),
            (Kind::ReflectionAlpha, Some(reflection)) => reflection.clone().call_v1alpha(request.map(Body::new)),
            _ => return Answering::Decided(ready(Ok(status::unknown_method(request.uri().path()).into_http()))),
        })
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
        let form = match form_of_call(request.method(), request.body().call().language.form) {
            Ok(form) => form,
            Err(refused) => return Answering::Decided(ready(Ok(refused))),
        };
        let kind = request.body().call().method.kind();
        let calculation = match kind {
            Kind::Model(number) => CALCULATIONS[number],
            Kind::Batch => batch::begin_batch,
            Kind::Presets => list_presets,
            Kind::Study(study) => study::answering(study),
            Kind::Stream => return Answering::Decided(ready(Ok(stream::begun(request, form)))),
            Kind::Health | Kind::Reflection | Kind::ReflectionAlpha if form == Form::Json => {
                let refused =
                    status::not_grpc("health and reflection have no JSON: send protobuf", StatusCode::UNSUPPORTED_MEDIA_TYPE);
                return Answering::Decided(ready(Ok(refused)));
            }
            Kind::Health | Kind::Reflection | Kind::ReflectionAlpha | Kind::Unknown => return self.keep_house(request),
        };
        Answering::Unary(Unary::new(request, form, calculation))
    }
}

/// Replaces tonic's status for a message that cannot be read by one that says whose fault it is: tonic answers INTERNAL for bytes that are
/// no message, and OUT_OF_RANGE for a message above the limit. Only an answer without a message carries its status in the headers, so that
/// no other answer is changed.
fn remapped(response: Response<Body>) -> Response<Body> {
    let status = Status::from_header_map(response.headers());
    match status.and_then(|answered| status::of_unreadable_message(answered.code(), answered.message())) {
        Some(status) => status.into_http(),
        None => response,
    }
}

/// Returns the form of a call's messages, or the refusal of a request that is no gRPC call. Without this check, any request with the right
/// path and the right bytes would be computed.
#[expect(clippy::result_large_err, reason = "a response is returned in any case")]
fn form_of_call(verb: &Verb, form: Option<Form>) -> Result<Form, Response<Answer>> {
    if verb != Verb::POST {
        return Err(status::not_grpc("a call is made by POST", StatusCode::METHOD_NOT_ALLOWED));
    }
    form.ok_or_else(|| {
        let message = "a call has the content-type application/grpc, application/grpc+proto or application/grpc+json";
        status::not_grpc(message, StatusCode::UNSUPPORTED_MEDIA_TYPE)
    })
}

/// The future of an answer.
pub(crate) enum Answering {
    /// A call with one message and one answer.
    Unary(Unary),
    /// A call to health or reflection.
    Tonic(BoxFuture<Response<Body>, Infallible>),
    /// A refusal, or a stream, which answers in its body.
    Decided(Ready<Result<Response<Answer>, Infallible>>),
}

impl Future for Answering {
    type Output = Result<Response<Answer>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Answering::Unary(answer) => Pin::new(answer).poll(context),
            Answering::Tonic(answer) => answer.as_mut().poll(context).map_ok(|response| remapped(response).map(Answer::Boxed)),
            Answering::Decided(decided) => Pin::new(decided).poll(context),
        }
    }
}
