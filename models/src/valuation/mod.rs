//! Valuation: the growth, the margin and the multiple behind a price.

mod implied_growth;
mod price_change;
mod required_margin;
mod rerating;
mod share_ceiling;
mod years;

pub use implied_growth::*;
pub use price_change::*;
pub use required_margin::*;
pub use rerating::*;
pub use share_ceiling::*;
pub use years::Years;
