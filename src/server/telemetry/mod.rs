//! What the server says of itself: metrics, traces, logs. Never a caller's figure.

pub(super) mod metrics;
