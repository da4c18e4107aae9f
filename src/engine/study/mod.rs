//! Studies: questions about a calculation, or a chain of calculations, instead of its answer. A study is a number of evaluations that
//! know nothing of each other: whoever drives it computes them in blocks, on any number of threads, and puts the blocks together in order.

mod boundary;
mod chain;
mod cost;
mod evaluation;
pub mod facts;
mod line;
mod outcomes;
mod paths;
pub mod points;
mod range;
mod range_bounds;
mod range_explained;
mod range_plan;
mod ranked;
mod rates;
mod refusals;
pub mod rounds;
mod routes;
mod scenarios;
mod sensitivity;
mod sensitivity_explained;
mod sensitivity_weight;
mod sighting;
mod solution;
mod solve;
mod solve_explained;
mod solve_proof;
mod solve_search;
mod solve_way;
mod standing;
pub mod study_blocks;
mod table;

pub use chain::compute_chain;
pub use outcomes::{OutcomePlace, place as outcome_place};
pub use paths::list_paths;
pub use range::RangeStudy;
pub use scenarios::ScenarioStudy;
pub use sensitivity::SensitivityStudy;
pub use solve::{SolveStudy, solve_for_input};
pub use solve_search::SolveSearch;
pub use table::TableStudy;
