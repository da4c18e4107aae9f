//! Valuation: the worth of a company, and the growth, the margin and the multiple behind a price.

mod discounted_value;
mod explain_discounted_value;
mod implied_growth;
mod price_change;
mod required_margin;
mod rerating;
mod share_ceiling;
mod years;

pub use discounted_value::{DiscountedValue, DiscountedValueInputs, FreeCashFlows, Shares, Terminal, discounted_value};
pub use explain_discounted_value::explain_discounted_value;
pub use implied_growth::*;
pub use price_change::*;
pub use required_margin::*;
pub use rerating::*;
pub use share_ceiling::*;
pub use years::Years;
