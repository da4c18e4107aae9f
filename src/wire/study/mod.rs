//! Studies: paths of inputs and figures, levers, and the requests that have them. The engine computes what is read here.

pub mod figure_listing;
pub mod figures;
mod grammar;
pub mod inputs;
mod lever_reading;
pub mod levers;
pub mod listing;
pub mod ranges;
pub mod ranging;
pub mod requests;
pub mod solving;
pub mod subject;
mod subject_reading;
pub mod values;
