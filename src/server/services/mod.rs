//! The services: what answers each method.

mod batch;
pub(crate) mod health;
mod presets;
mod reflection;
mod stream;
mod table;

pub(crate) use table::Services;
