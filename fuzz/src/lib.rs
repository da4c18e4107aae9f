//! What the fuzz targets compare with: slow, exact, and sharing no code with the engine.

pub mod flows;
pub mod grammar;
pub mod zeros;

use num_rational::BigRational;
use rust_decimal::Decimal;

/// The same number.
pub fn fraction(decimal: Decimal) -> BigRational {
    BigRational::new(decimal.mantissa().into(), 10_i128.pow(decimal.scale()).into())
}
