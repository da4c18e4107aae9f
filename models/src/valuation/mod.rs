//! Valuation: the worth of a company, the growth, the margin and the multiple behind a price, and the rule of 40.
//!
//! | question | function |
//! |---|---|
//! | How much can a market share still grow? | [`share_ceiling()`] |
//! | What becomes of a price when the multiple of earnings changes? | [`rerating()`] |
//! | What did a price gain or lose, and what would make up for it? | [`price_change()`] |
//! | Which growth does a price take for granted? | [`implied_growth()`] |
//! | Which margin would give a price back in so many years? | [`required_margin()`] |
//! | Do growth and free cash flow add up to 40 %? | [`rule_of_forty()`] |
//! | How much is a company worth by its free cash flows? | [`discounted_value()`] |

mod discounted_value;
mod explain_discounted_value;
mod implied_growth;
mod price_change;
mod required_margin;
mod rerating;
mod rule_of_forty;
mod share_ceiling;
mod years;

pub use discounted_value::{DiscountedValue, DiscountedValueInputs, FreeCashFlows, Shares, Terminal, discounted_value};
pub use explain_discounted_value::explain_discounted_value;
pub use implied_growth::*;
pub use price_change::*;
pub use required_margin::*;
pub use rerating::*;
pub use rule_of_forty::*;
pub use share_ceiling::*;
pub use years::Years;
