//! The timeout of a call in gRPC's notation: up to eight digits and a unit, such as `250m` for 250 milliseconds.

use std::time::Duration;

/// The error of a timeout that is not in gRPC's notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MalformedTimeout;

/// Reads a timeout from the text of the header `grpc-timeout`.
///
/// # Errors
/// [`MalformedTimeout`] for any text outside gRPC's grammar.
pub(crate) fn read(text: &[u8]) -> Result<Duration, MalformedTimeout> {
    let (unit, digits) = text.split_last().ok_or(MalformedTimeout)?;
    if !(1..=8).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return Err(MalformedTimeout);
    }
    let count = digits.iter().fold(0_u64, |count, digit| count * 10 + u64::from(digit - b'0'));
    match unit {
        b'H' => Ok(Duration::from_secs(count * 3600)),
        b'M' => Ok(Duration::from_secs(count * 60)),
        b'S' => Ok(Duration::from_secs(count)),
        b'm' => Ok(Duration::from_millis(count)),
        b'u' => Ok(Duration::from_micros(count)),
        b'n' => Ok(Duration::from_nanos(count)),
        _ => Err(MalformedTimeout),
    }
}

/// Reads a timeout from the text of Connect's header `connect-timeout-ms`: up to ten digits, in milliseconds.
///
/// # Errors
/// [`MalformedTimeout`] for any other text.
pub(crate) fn read_milliseconds(text: &[u8]) -> Result<Duration, MalformedTimeout> {
    if !(1..=10).contains(&text.len()) || !text.iter().all(u8::is_ascii_digit) {
        return Err(MalformedTimeout);
    }
    Ok(Duration::from_millis(text.iter().fold(0_u64, |count, digit| count * 10 + u64::from(digit - b'0'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_read_as_connect_writes_them() {
        let read = |text: &str| read_milliseconds(text.as_bytes());
        assert_eq!(read("0"), Ok(Duration::ZERO));
        assert_eq!(read("250"), Ok(Duration::from_millis(250)));
        assert_eq!(read("9999999999"), Ok(Duration::from_millis(9_999_999_999)));
        for malformed in ["", "-1", "+1", "1.5", "1m", " 1", "1 ", "10000000000", "0x1"] {
            assert_eq!(read(malformed), Err(MalformedTimeout), "{malformed:?}");
        }
    }

    #[test]
    fn timeouts_are_read_as_grpc_writes_them() {
        let read = |text: &str| read(text.as_bytes());
        assert_eq!(read("1H"), Ok(Duration::from_secs(3600)));
        assert_eq!(read("2M"), Ok(Duration::from_secs(120)));
        assert_eq!(read("3S"), Ok(Duration::from_secs(3)));
        assert_eq!(read("99999999m"), Ok(Duration::from_millis(99_999_999)));
        assert_eq!(read("5u"), Ok(Duration::from_micros(5)));
        assert_eq!(read("0n"), Ok(Duration::ZERO));
        for malformed in ["", "S", "1", "1s", "123456789S", "-1S", "+1S", "1.5S", " 1S", "1 S", "1S ", "0x1S"] {
            assert_eq!(read(malformed), Err(MalformedTimeout), "{malformed:?}");
        }
    }
}
