//! Figures of messages as decimals, and decimals as figures.

use std::fmt;

use rust_decimal::Decimal;

/// Text of a message that is read as a decimal.
///
/// ```
/// use paydirt_client::{Figure, text};
/// use rust_decimal::dec;
///
/// assert_eq!("37.5e9".figure()?, dec!(37500000000));
/// assert_eq!(text(dec!(0.50)), "0.5");
/// # Ok::<(), paydirt_client::NoFigure>(())
/// ```
pub trait Figure {
    /// Reads the text as a decimal. Each decimal of an answer can be read: the engine writes no more digits than a [`Decimal`] holds.
    ///
    /// # Errors
    /// [`NoFigure`] for a text that is no decimal, such as a name or an absent field.
    fn figure(&self) -> Result<Decimal, NoFigure>;
}

impl Figure for str {
    fn figure(&self) -> Result<Decimal, NoFigure> {
        let read = if self.contains(['e', 'E']) { Decimal::from_scientific(self) } else { Decimal::from_str_exact(self) };
        read.map_err(|_| NoFigure(self.to_owned()))
    }
}

impl Figure for Option<String> {
    fn figure(&self) -> Result<Decimal, NoFigure> {
        self.as_deref().unwrap_or_default().figure()
    }
}

/// Writes a decimal as a message holds it, without trailing zeros.
#[must_use]
pub fn text(decimal: Decimal) -> String {
    decimal.normalize().to_string()
}

/// Error of a text that is no decimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoFigure(String);

impl fmt::Display for NoFigure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_str() {
            "" => formatter.write_str("the figure is absent"),
            text => write!(formatter, "{text:?} is no decimal"),
        }
    }
}

impl std::error::Error for NoFigure {}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;

    #[test]
    fn a_figure_is_read_with_all_its_digits() {
        for (text, decimal) in [
            ("0.1166666666666666666666666667", dec!(0.1166666666666666666666666667)),
            ("-24133.70323553597112282452022", dec!(-24133.70323553597112282452022)),
            ("79228162514264337593543950335", Decimal::MAX),
            ("150e9", dec!(150000000000)),
            ("1E-3", dec!(0.001)),
        ] {
            assert_eq!(text.figure(), Ok(decimal));
        }
        assert_eq!(Some("2.50".to_owned()).figure().map(text), Ok("2.5".to_owned()));
        assert_eq!(None.figure().unwrap_err().to_string(), "the figure is absent");
        assert_eq!("match".figure().unwrap_err().to_string(), "\"match\" is no decimal");
        // No digit is rounded away without a word.
        assert!("0.11666666666666666666666666670001".figure().is_err());
    }
}
