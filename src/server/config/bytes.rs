//! A number of bytes as a setting writes it: digits, or digits with a unit, as Kubernetes writes them too.

use std::fmt;
use std::str::FromStr;

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub u64);

/// The units, from the largest to the smallest.
const UNITS: [(&str, u64); 4] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("", 1)];

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Bytes, String> {
        let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
        let (digits, unit) = text.split_at(end);
        let unit = if unit.is_empty() { unit.to_owned() } else { format!("{}B", unit.trim_end_matches('B')) };
        let factor = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, factor)| factor);
        let bytes = digits.parse::<u64>().ok().zip(factor).and_then(|(count, factor)| count.checked_mul(*factor));
        bytes.map(Bytes).ok_or_else(|| "no number of bytes; write 402653184, 384MiB or 1GiB".to_owned())
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_whole = |(_, factor): &&(&str, u64)| self.0 > 0 && self.0.is_multiple_of(*factor);
        let (name, factor) = UNITS.iter().find(is_whole).unwrap_or(&("", 1));
        write!(formatter, "{}{name}", self.0 / factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_digits_with_or_without_a_unit() {
        for (text, bytes, shown) in [
            ("402653184", 402_653_184, "384MiB"),
            ("384MiB", 402_653_184, "384MiB"),
            ("384Mi", 402_653_184, "384MiB"),
            ("1GiB", 1 << 30, "1GiB"),
            ("1025KiB", 1025 << 10, "1025KiB"),
            ("7", 7, "7"),
            ("0", 0, "0"),
        ] {
            assert_eq!(text.parse(), Ok(Bytes(bytes)), "{text}");
            assert_eq!(Bytes(bytes).to_string(), shown);
        }
        for text in ["", "MiB", "-1", "1.5GiB", "384MB", "384 MiB", "384mib", "B", "18446744073709551616", "17179869184GiB"] {
            assert!(text.parse::<Bytes>().is_err(), "{text}");
        }
    }
}
