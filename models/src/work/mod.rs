//! Work: how much a computation has done, and whether anyone still waits for it.
//!
//! Work is counted in units where it is done, and not guessed beforehand. The arithmetic of 76 digits counts itself, so that a loop over it
//! only asks [`is_over`] now and then. What is no such arithmetic (searches in doubles, big integers, texts) says with [`tick`] what it took.
//!
//! The count belongs to the thread, and is no argument. Whether someone waits changes no answer; it decides only whether there is
//! one. As an
//! argument it would stand in every kernel, and as an error in every sum, on the way from the request to the loop that takes time, and
//! none of them has anything to say about it. A computation runs on one thread from its beginning to its end, so the thread can know:
//! [`within`] says it, and takes it back at the end.
//!
//! [`up_to`] grants a computation so much work and no more, whoever waits.
//!
//! A loop that notices simply ends early, and what follows from it is worth nothing. So nothing of it comes out: [`within`] answers
//! [`Abandoned`] instead. Outside of it every loop goes on to its end.

mod count;
mod scope;

pub use count::{UNIT_NANOSECONDS, tick};
pub use scope::{Abandoned, Exceeded, LOOK_UNITS, WhileAwaited, done, is_over, is_over_after, up_to, within};

#[cfg(test)]
mod tests;
