//! The limited resources that all calls share: memory for messages, threads for long calculations, turns on a worker thread, and
//! places for connections.

pub(crate) mod account;
pub(crate) mod caller;
pub(crate) mod greedy;
pub(crate) mod holding;
pub(crate) mod level;
pub(crate) mod memory;
pub(crate) mod places;
pub(crate) mod pool;
pub(crate) mod reconnects;
pub(crate) mod size_class;
pub(crate) mod turns;
pub(crate) mod usage;
