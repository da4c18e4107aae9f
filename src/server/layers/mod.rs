//! What every call goes through, outermost first.

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

/// The service inside; in debug builds with the accidents that tests ask for.
#[cfg(debug_assertions)]
type Innermost<S> = rehearsal::Rehearsal<S>;
#[cfg(not(debug_assertions))]
type Innermost<S> = S;
/// All layers around a service.
pub(crate) type Stack<S> = Observe<guard::Guard<deadline::Deadline<callers::Callers<admission::Admission<Innermost<S>>>>>>;

/// Puts the layers around a service.
///
/// Nothing in the stack is shared with another thread, but by way of the call's connection: a count of references that two cores change costs
/// more than most of what is done here.
pub(crate) fn stack<S>(service: S, observe: ObserveLayer) -> Stack<S> {
    #[cfg(debug_assertions)]
    let service = rehearsal::Rehearsal::new(service);
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
        .service(service)
}
