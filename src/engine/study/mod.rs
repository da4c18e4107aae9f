//! Studies: questions about a calculation, or a chain of calculations, instead of its answer. A study is a number of evaluations that
//! know nothing of each other: whoever drives it computes them in blocks, on any number of threads, and puts the blocks together in order.

mod chain;
mod cost;
mod evaluation;
pub mod facts;
mod kinds;
mod outcomes;
mod paths;
pub mod points;
mod range;
mod ranked;
mod refusals;
pub mod rounds;
mod routes;
mod scenarios;
mod sensitivity;
mod solve;
pub mod study_blocks;
pub mod study_work;
mod table;
pub mod tally;

pub use chain::compute_chain;
pub use kinds::{STUDIES, STUDY_SERVICE, StudyKind, StudyRow};
pub use outcomes::{OutcomePlace, place as outcome_place};
pub use paths::list_paths;
pub use range::RangeStudy;
pub use scenarios::ScenarioStudy;
pub use sensitivity::SensitivityStudy;
pub use solve::{SolveSearch, SolveStudy, solve_for_input};
pub use table::TableStudy;
