//! One test binary: a real server on a free port, and a real client.

mod cost;
mod explanations;
mod golden;
mod hostile;
mod internal_rate;
mod investment_laws;
mod laws;
mod readme;
mod rooms;
mod server;
mod support;
mod transcendentals;
