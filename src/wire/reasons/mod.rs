//! The list of all reasons with which a call is refused: the page at `/errors` is made of it, and so is a resource for agents. `build.rs`
//! compiles this folder too, so it names nothing of the crate.
//!
//! A test holds the list against the reasons that the code can give, and sends each request here.

mod at_the_door;
mod listed;
mod of_calls;
mod of_fields;

pub use at_the_door::AT_THE_DOOR;
pub use listed::{ListedReason, Provocation};
pub use of_calls::OF_CALLS;
pub use of_fields::OF_FIELDS;
