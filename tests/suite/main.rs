//! One test binary: a real server on a free port, and a real client.

mod authority;
mod cost;
mod deadlines;
mod decision_laws;
mod explanations;
mod golden;
mod hostile;
mod internal_rate;
mod investment_laws;
mod laws;
mod program;
mod readme;
mod rooms;
mod server;
mod support;
mod telemetry;
mod tls;
mod transcendentals;
