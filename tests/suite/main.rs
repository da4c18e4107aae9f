//! One test binary: a real server on a free port, and a real client.

mod attacks;
mod authority;
mod clients;
mod connections;
mod cost;
mod deadlines;
mod decision_laws;
mod explanations;
mod frames;
mod golden;
mod hostile;
mod internal_rate;
mod investment_laws;
mod laws;
mod operations;
mod presets;
mod program;
mod readme;
mod rooms;
mod server;
mod shutdown;
mod support;
mod telemetry;
mod tls;
mod tools;
mod transcendentals;
