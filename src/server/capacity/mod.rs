//! The limited resources that all calls share: memory for messages, and threads for long calculations.

pub(crate) mod caller;
pub(crate) mod memory;
pub(crate) mod pool;
