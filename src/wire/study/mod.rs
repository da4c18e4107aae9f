//! Studies: paths of inputs and figures, levers, and the requests that have them. The engine computes what is read here.

pub mod figures;
mod grammar;
pub mod inputs;
pub mod levers;
pub mod listing;
pub mod ranges;
pub mod ranging;
pub mod requests;
pub mod solving;
pub mod subject;
pub mod values;
