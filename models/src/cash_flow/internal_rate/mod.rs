//! Internal rates of return: every rate above -1, each proven.
//!
//! No library that was tried finds all rates: libraries follow one rate from a guess, and are wrong, or silent, where there are
//! several. Here the growth of money is parted into intervals with one zero each ([`isolate`]), and each zero becomes a rate with a
//! proof ([`prove`]). The proof is made of signs of sums with bounded errors ([`terms`]), in doubles first, then in 128 bits
//! ([`binary`]). Rates that are near to each other are told apart in integers of 256 bits or more ([`near`]), and exact
//! integers settle the rest ([`settle`], [`polynomial`], [`descartes`]).
//!
//! Sources: Descartes' rule of signs; E. Laguerre, Sur la théorie des équations numériques, 1883, for sums of exponentials.

mod binary;
mod descartes;
mod enclosed;
mod explain;
mod isolate;
mod near;
mod points;
mod polynomial;
mod prove;
mod rates;
mod settle;
mod span;
mod terms;
#[cfg(test)]
mod ways;

pub use explain::explain_internal_rates;
pub use rates::{InternalRates, RateOfReturn, RateStatus, internal_rates};
