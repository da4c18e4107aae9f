//! What every call goes through, outermost first.

mod access_log;
mod admission;
mod callers;
mod deadline;
mod guard;
pub(super) mod observe;
#[cfg(debug_assertions)]
mod rehearsal;
mod trace;

use http::Request;
use tower::layer::layer_fn;
use tower::{Service, ServiceBuilder};

use observe::{Observe, ObserveLayer, ObservedBody};

use crate::server::body::Received;
use crate::server::services::Services;
use crate::server::unary;

/// The services; in debug builds with the accidents that tests ask for.
#[cfg(debug_assertions)]
type Innermost = rehearsal::Rehearsal<Services>;
#[cfg(not(debug_assertions))]
type Innermost = Services;
/// All layers around the services.
pub(super) type Stack = Observe<guard::Guard<deadline::Deadline<callers::Callers<admission::Admission<Innermost>>>>>;
/// An answer that is awaited.
pub(super) type Answer = <Stack as Service<Request<Received>>>::Future;
/// The body of an answer, as each layer has wrapped it.
pub(super) type AnswerBody = ObservedBody<guard::Guarded<deadline::Limited<unary::Answer>>>;

/// Nothing in it is shared with another thread, but by way of the call's connection: a count of references that two cores change costs more
/// than most of what is done here.
pub(super) fn stack(services: Services, observe: ObserveLayer) -> Stack {
    #[cfg(debug_assertions)]
    let services = rehearsal::Rehearsal::new(services);
    ServiceBuilder::new()
        // Outermost: sees every outcome, also of a call that is dropped, and what the caller gets.
        .layer(observe)
        // Above all that may panic: a panic is an answer too.
        .layer(layer_fn(guard::Guard::new))
        // Above every queue: waiting takes time too.
        .layer(layer_fn(deadline::Deadline::new))
        // Health and reflection pass both of the following by: probes have no certificate of a caller, and a full server is alive.
        .layer(layer_fn(callers::Callers::new))
        // Last: what is refused above takes no room.
        .layer(layer_fn(admission::Admission::new))
        .service(services)
}
