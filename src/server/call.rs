//! What is known of a call from its headers on: it travels in the request's extensions.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::connection::Peer;
use super::method::Method;

/// A call, from the moment its headers are here.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub method: Method,
    pub arrived: Instant,
    /// When its answer is worth nothing any more. Health/Watch and reflection, which go on for as long as their caller wants, have none
    /// unless their caller says one.
    pub deadline: Option<Instant>,
    pub peer: Arc<Peer>,
    pub patience: Patience,
}

/// Whether anyone still waits for the answer: looked at by a calculation while it runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Patience(Arc<AtomicBool>);

impl Patience {
    pub fn is_over(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub fn end(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
