//! The services: the code that answers each method. `table.rs` takes a call from the innermost layer, finds its method, and hands it on to
//! the file or to the function of the engine that answers it.

mod batch;
pub(crate) mod health;
mod presets;
mod reflection;
mod stream;
mod study;
mod table;

pub(crate) use table::Services;
