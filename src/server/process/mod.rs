//! The process: it accepts connections, hands them over to the workers, and drains when it is asked to end.

mod door;
pub(crate) mod drain;
pub(crate) mod memory_watch;
pub(crate) mod open_files;
pub mod signals;
pub(crate) mod worker;
