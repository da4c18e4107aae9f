//! What there is only so much of: memory for messages, and threads for long calculations.

pub(crate) mod memory;
pub(crate) mod pool;
