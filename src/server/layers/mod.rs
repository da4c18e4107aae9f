//! What every call goes through, outermost first.

mod admission;
mod callers;
mod deadline;
mod guard;
mod remap;

use std::sync::Arc;

use http::Request;
use tonic::body::Body;
use tower::layer::layer_fn;
use tower::{Service, ServiceBuilder};

use super::services::Services;
use super::shared::Shared;

/// All layers around the services.
pub(super) type Stack = guard::Guard<remap::Remap<deadline::Deadline<callers::Callers<admission::Admission<Services>>>>>;
/// An answer that is awaited.
pub(super) type Answer = <Stack as Service<Request<Body>>>::Future;
/// The body of an answer, as each layer has wrapped it.
pub(super) type AnswerBody = guard::Guarded<deadline::Limited<Body>>;

pub(super) fn stack(services: Services, shared: &Arc<Shared>) -> Stack {
    ServiceBuilder::new()
        // Above all that may panic: a panic is an answer too.
        .layer(layer_fn(|inner| guard::Guard::new(inner, Arc::clone(&shared.metrics))))
        // Below what logs and counts, so that it logs and counts what the caller gets.
        .layer(layer_fn(remap::Remap::new))
        // Above every queue: waiting takes time too.
        .layer(layer_fn(deadline::Deadline::new))
        // Health and reflection pass both of the following by: probes have no certificate of a caller, and a full server is alive.
        .layer(layer_fn(callers::Callers::new))
        // Last: what is refused above takes no room.
        .layer(layer_fn(|inner| admission::Admission::new(inner, Arc::clone(&shared.metrics))))
        .service(services)
}
