//! Decisions under uncertainty: which alternative is least regretted, and the value of perfect information.
//!
//! Sources: L. J. Savage, The Theory of Statistical Decision, 1951, for minimax regret; A. Wald, Statistical Decision Functions, 1950, for
//! maximin; L. Hurwicz, Optimality Criteria for Decision Making under Ignorance, 1951.
//!
//! | question | function |
//! |---|---|
//! | Which alternative is least regretted? | [`regret()`] |

mod dominance;
mod envelope;
mod explain;
mod inputs;
mod integer;
mod outcome;
mod regret;
mod table;

pub use explain::explain_regret;
pub use inputs::{Alternative, Distribution, RegretInputs};
pub use outcome::{AlternativeRegret, ChoiceInterval, Expectation, Expected, Regret};
pub use regret::regret;
