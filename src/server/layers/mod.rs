//! The layers that every call passes, outermost first: observation, panic guard, deadline, callers, admission. `process/worker.rs` puts
//! them around the services once for each connection; `grpc/front.rs` hands each request to the outermost one.

mod access_log;
mod admission;
mod callers;
mod cut;
mod deadline;
mod guard;
pub(super) mod observe;
#[cfg(debug_assertions)]
mod rehearsal;
mod trace;

use tower::ServiceBuilder;
use tower::layer::layer_fn;

use observe::{Observe, ObserveLayer};

/// The service inside the layers. In debug builds it is wrapped in the accidents that tests ask for.
#[cfg(debug_assertions)]
type Innermost<S> = rehearsal::Rehearsal<S>;
#[cfg(not(debug_assertions))]
type Innermost<S> = S;
/// The type of a service `S` with all layers around it.
pub(crate) type Stack<S> = Observe<guard::Guard<deadline::Deadline<callers::Callers<admission::Admission<Innermost<S>>>>>>;

/// Returns the service with all layers around it.
///
/// Nothing in the stack is shared with another thread, except by way of the call's connection: a reference count that two cores change
/// costs more than most of the work that is done here.
pub(crate) fn stack<S>(service: S, observe: ObserveLayer) -> Stack<S> {
    #[cfg(debug_assertions)]
    let service = rehearsal::Rehearsal::new(service);
    ServiceBuilder::new()
        // Outermost: it observes every outcome, also that of a call that is dropped, and the answer as the caller gets it.
        .layer(observe)
        // Above everything that may panic: a panic is answered too.
        .layer(layer_fn(guard::Guard::new))
        // Above every queue: the time spent waiting counts too.
        .layer(layer_fn(deadline::Deadline::new))
        // Health and reflection pass the next two layers unchecked: a probe has no certificate of an allowed caller, and a full server is
        // alive.
        .layer(layer_fn(callers::Callers::new))
        // Innermost: a call that another layer refuses never comes to admission, and takes no room.
        .layer(layer_fn(admission::Admission::new))
        .service(service)
}
