//! Decimals as texts: read by the grammar at the head of `common.proto`, written in canonical form.

use rust_decimal::{Decimal, RoundingStrategy};

use super::digits::{ASCII_ZEROS, DIGITS, Digits32, eight_digits};
use super::short_text::Text;
use crate::models::input::Reason;
use crate::models::work::tick;

/// Work of reading or writing a decimal.
const TEXT_UNITS: u64 = 4;

/// The most significant digits of a decimal, and the most digits after its point.
const DIGITS_MAX: i64 = 28;
/// Limit of a decimal's magnitude: 7.9e28.
const LIMIT: u128 = 79_000_000_000_000_000_000_000_000_000;
/// Largest exponent that is counted exactly. A larger exponent counts as this one, which refuses the decimal all the same, and sums
/// of exponents do not overflow.
const EXPONENT_LIMIT: i64 = 1_000_000_000_000;

/// Reads `["-"] digits ["." digits] [("e" | "E") ["+" | "-"] digits]`.
///
/// Digits are counted on the value, its exponent applied, without leading or trailing zeros; `1.50e3` has two digits, none of them
/// after the point.
///
/// # Errors
/// [`Reason::DecimalMalformed`] for a text outside the grammar, [`Reason::DecimalTooLarge`] for a magnitude of 7.9e28 or more,
/// [`Reason::DecimalTooPrecise`] for more than 28 significant digits, or more than 28 after the point.
///
/// ```
/// use paydirt::wire::decimal::read;
/// use rust_decimal::dec;
///
/// assert_eq!(read("150e9"), Ok(dec!(150000000000)));
/// assert!(read("1,000").is_err());
/// ```
pub fn read(text: &str) -> Result<Decimal, Reason> {
    read_bytes(text.as_bytes())
}

/// Reads a decimal from a text of a message, by the grammar of [`read`].
#[inline]
pub(super) fn read_text(text: &Text) -> Result<Decimal, Reason> {
    match text.first_eight().and_then(|(length, bytes)| read_eight(length, bytes)) {
        Some(decimal) => {
            tick(TEXT_UNITS);
            Ok(decimal)
        }
        None => read_bytes(text.as_bytes()),
    }
}

/// Reads a number of up to eight bytes within one register, the first of them the lowest: digits, perhaps a sign and a point. None for any other
/// text, valid or not. Bytes beyond the length have no meaning.
fn read_eight(mut length: usize, mut bytes: u64) -> Option<Decimal> {
    const LOWEST_BITS: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST_BITS: u64 = u64::from_le_bytes([0x80; 8]);
    const POINTS: u64 = u64::from_le_bytes([b'.'; 8]);
    let negative = length > 0 && bytes as u8 == b'-';
    (length, bytes) = if negative { (length - 1, bytes >> 8) } else { (length, bytes) };
    // The lowest byte that is 0 has its highest bit set, and none below it has.
    let others = bytes ^ POINTS;
    let points = others.wrapping_sub(LOWEST_BITS) & !others & HIGHEST_BITS;
    let whole = points.trailing_zeros() as usize / 8;
    let mut scale = 0;
    if whole < length {
        // The digits behind the point move up to those before it. At least one digit stands on either side.
        scale = length - whole - 1;
        if whole == 0 || scale == 0 {
            return None;
        }
        let before = (1 << (8 * whole)) - 1;
        bytes = bytes & before | bytes >> 8 & !before;
        length -= 1;
    }
    if length == 0 {
        return None;
    }
    // Zeros in front make up eight digits.
    let shift = 8 * (8 - length);
    let mut mantissa = eight_digits((bytes << shift | ASCII_ZEROS & ((1 << shift) - 1)).to_le_bytes())? as u32;
    if mantissa == 0 {
        return Some(Decimal::ZERO);
    }
    while scale > 0 && mantissa.is_multiple_of(10) {
        mantissa /= 10;
        scale -= 1;
    }
    Some(Decimal::from_parts(mantissa, 0, 0, negative, scale as u32))
}

/// Reads a decimal from bytes that need not be UTF-8, by the grammar of [`read`].
pub(super) fn read_bytes(text: &[u8]) -> Result<Decimal, Reason> {
    tick(TEXT_UNITS);
    read_short(text).or_else(|| read_with_exponent(text)).map_or_else(|| read_any(text), Ok)
}

/// Reads a whole number with an exponent of one digit, such as 150e9, that fits into 64 bits. None for any other text, valid or not.
fn read_with_exponent(text: &[u8]) -> Option<Decimal> {
    let [digits @ .., b'e' | b'E', exponent @ b'0'..=b'9'] = text else { return None };
    let whole = read_short(digits).filter(|whole| whole.scale() == 0)?;
    let power = *TENS.get(usize::from(exponent - b'0'))?;
    let mantissa = u64::try_from(whole.mantissa().unsigned_abs()).ok()?.checked_mul(power)?;
    let [low, high] = [mantissa, mantissa >> 32].map(|part| part as u32);
    Some(Decimal::from_parts(low, high, 0, whole.is_sign_negative(), 0))
}

/// The longest number, in digits and in bytes, that [`read_short`] reads: digits that fit into 64 bits, with a point.
const SHORT_BYTES_MAX: usize = 19;

/// Reads a short number: a few digits, perhaps a sign and a point, no exponent. None for any other text, valid or not.
fn read_short(text: &[u8]) -> Option<Decimal> {
    let (negative, unsigned) = match text {
        [b'-', rest @ ..] => (true, rest),
        all => (false, all),
    };
    if unsigned.len() > SHORT_BYTES_MAX {
        return None;
    }
    let (mut mantissa, mut rest, mut behind_point) = (0_u64, unsigned, None);
    loop {
        while let Some((eight, behind)) = rest.split_first_chunk()
            && let Some(digits) = eight_digits(*eight)
        {
            mantissa = mantissa * 100_000_000 + digits;
            rest = behind;
        }
        while let [digit @ b'0'..=b'9', behind @ ..] = rest {
            mantissa = mantissa * 10 + u64::from(digit - b'0');
            rest = behind;
        }
        rest = match rest {
            [] => break,
            // At least one digit stands on either side.
            [b'.', behind @ ..] if behind_point.is_none() && rest.len() < unsigned.len() && !behind.is_empty() => {
                behind_point = Some(behind.len());
                behind
            }
            _ => return None,
        };
    }
    if unsigned.is_empty() {
        return None;
    }
    let mut scale = behind_point.unwrap_or_default();
    if mantissa == 0 {
        return Some(Decimal::ZERO);
    }
    while scale > 0 && mantissa.is_multiple_of(10) {
        mantissa /= 10;
        scale -= 1;
    }
    // A scale of at most 17, and two of three parts.
    Some(Decimal::from_parts(mantissa as u32, (mantissa >> 32) as u32, 0, negative, scale as u32))
}

fn read_any(text: &[u8]) -> Result<Decimal, Reason> {
    let (negative, unsigned) = match text {
        [b'-', rest @ ..] => (true, rest),
        all => (false, all),
    };
    let mut digits = Digits::default();
    let rest = digits.take(unsigned)?;
    let (behind_point, rest) = match rest {
        [b'.', rest @ ..] => (rest.len(), digits.take(rest)?),
        rest => (0, rest),
    };
    let behind_point = behind_point.saturating_sub(if behind_point == 0 { 0 } else { rest.len() });
    let exponent = match rest {
        [] => 0,
        [b'e' | b'E', rest @ ..] => read_exponent(rest)?,
        _ => return Err(Reason::DecimalMalformed),
    };
    let behind_point = i64::try_from(behind_point).unwrap_or(EXPONENT_LIMIT);
    digits.value(negative, exponent.saturating_sub(behind_point))
}

/// Digits read so far: a mantissa without leading and trailing zeros, and the number of trailing zeros.
#[derive(Default)]
struct Digits {
    mantissa: u128,
    significant: i64,
    trailing_zeros: i64,
}

impl Digits {
    /// Reads at least one digit from the front of a text, and returns the rest.
    fn take<'a>(&mut self, text: &'a [u8]) -> Result<&'a [u8], Reason> {
        let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Err(Reason::DecimalMalformed);
        }
        let (digits, rest) = text.split_at(count);
        for byte in digits {
            match byte - b'0' {
                0 if self.mantissa == 0 => {}
                0 => self.trailing_zeros += 1,
                digit => {
                    self.significant += self.trailing_zeros + 1;
                    if self.significant <= DIGITS_MAX {
                        // Nearly always there are no zeros to make up for.
                        let shift = match self.trailing_zeros {
                            0 => 10,
                            zeros => 10_u128.pow(u32::try_from(zeros + 1).unwrap_or(0)),
                        };
                        self.mantissa = self.mantissa * shift + u128::from(digit);
                    }
                    self.trailing_zeros = 0;
                }
            }
        }
        Ok(rest)
    }

    fn value(self, negative: bool, exponent: i64) -> Result<Decimal, Reason> {
        if self.mantissa == 0 {
            return Ok(Decimal::ZERO);
        }
        let exponent = exponent.saturating_add(self.trailing_zeros);
        if self.significant.saturating_add(exponent) > DIGITS_MAX + 1 {
            return Err(Reason::DecimalTooLarge);
        }
        if self.significant > DIGITS_MAX || exponent < -DIGITS_MAX {
            return Err(Reason::DecimalTooPrecise);
        }
        let raised = u32::try_from(exponent.max(0)).unwrap_or(0);
        let scale = u32::try_from(-exponent.min(0)).unwrap_or(0);
        let mantissa = self.mantissa * 10_u128.pow(raised);
        if scale == 0 && mantissa >= LIMIT {
            return Err(Reason::DecimalTooLarge);
        }
        let signed = i128::try_from(mantissa).map_err(|_| Reason::DecimalTooLarge)?;
        Decimal::try_from_i128_with_scale(if negative { -signed } else { signed }, scale).map_err(|_| Reason::DecimalTooLarge)
    }
}

fn read_exponent(text: &[u8]) -> Result<i64, Reason> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Reason::DecimalMalformed);
    }
    let exponent = digits.iter().fold(0_i64, |sum, byte| (sum * 10 + i64::from(byte - b'0')).min(EXPONENT_LIMIT));
    Ok(if negative { -exponent } else { exponent })
}

/// Rounding of the decimals in a response, once, at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounding {
    /// The digits after the point of an amount of money, 0 to 28.
    pub decimal_places: u32,
    /// The digits after the point of every other decimal, 0 to 28.
    pub ratio_decimal_places: u32,
    /// The direction of rounding.
    pub strategy: RoundingStrategy,
}

/// Writes the canonical form of a decimal: no exponent, no trailing zeros, never "-0".
///
/// ```
/// use paydirt::wire::decimal::write;
/// use rust_decimal::dec;
///
/// assert_eq!(write(dec!(-0.500)), "-0.5");
/// assert_eq!(write(dec!(-0.00)), "0");
/// ```
#[must_use]
pub fn write(decimal: Decimal) -> Text {
    tick(TEXT_UNITS);
    let mantissa = decimal.mantissa().unsigned_abs();
    // What nearly every amount of money is, and many a product of one: whole, perhaps with zeros behind the point.
    let whole = match (u64::try_from(mantissa), decimal.scale()) {
        (Ok(whole), 0) => Some(whole),
        (Ok(mantissa), scale) => without_fraction(mantissa, scale),
        _ => None,
    };
    match whole {
        Some(whole) => write_whole(whole, decimal.is_sign_negative()),
        None => write_any(mantissa, decimal.is_sign_negative(), decimal.scale() as usize),
    }
}

fn write_whole(whole: u64, negative: bool) -> Text {
    let mut buffer = itoa::Buffer::new();
    match i64::try_from(whole) {
        Ok(magnitude) if negative => buffer.format(-magnitude).into(),
        Err(_) if negative => write_any(whole.into(), negative, 0),
        _ => buffer.format(whole).into(),
    }
}

/// Returns mantissa / 10^scale where that is a whole number.
#[inline]
fn without_fraction(mantissa: u64, scale: u32) -> Option<u64> {
    let power = *TENS.get(scale as usize)?;
    mantissa.is_multiple_of(power).then(|| mantissa / power)
}

/// Powers of ten within 64 bits.
static TENS: [u64; 20] = {
    let (mut tens, mut index) = ([1; 20], 1);
    while index < tens.len() {
        tens[index] = tens[index - 1] * 10;
        index += 1;
    }
    tens
};

/// Returns a number of up to 96 bits without zeros at its end, up to `scale` of them, and how many of `scale` are left.
fn without_zeros(mut mantissa: u128, mut scale: usize) -> (u128, usize) {
    // Most numbers end with another digit, and half of those are odd.
    if scale == 0 || mantissa & 1 == 1 {
        return (mantissa, scale);
    }
    // 10^n has n twos: most numbers have too few of them to be looked at further. A multiple of 5^n times the inverse of that modulo 2^128 is the
    // quotient, and any other number times the inverse is larger than every quotient.
    for (zeros, inverse, limit) in FIVES {
        while scale >= zeros as usize && mantissa.trailing_zeros() >= zeros {
            let quotient = mantissa.wrapping_mul(inverse);
            if quotient > limit {
                break;
            }
            mantissa = quotient >> zeros;
            scale -= zeros as usize;
        }
    }
    (mantissa, scale)
}

/// Powers of five with their inverses modulo 2^128: exponent, inverse, and the largest quotient.
static FIVES: [(u32, u128, u128); 5] = {
    let mut fives = [(16, 0, 0), (8, 0, 0), (4, 0, 0), (2, 0, 0), (1, 0, 0)];
    let mut index = 0;
    while index < fives.len() {
        let power = 5_u128.pow(fives[index].0);
        // Newton's steps double the right bits: an odd number is its own inverse modulo 8, and 3 bits become 192.
        let (mut inverse, mut step) = (power, 0);
        while step < 6 {
            inverse = inverse.wrapping_mul(2_u128.wrapping_sub(power.wrapping_mul(inverse)));
            step += 1;
        }
        fives[index].1 = inverse;
        fives[index].2 = u128::MAX / power;
        index += 1;
    }
    fives
};

/// Bytes that two copies of 32 digits may reach, with a sign and a point.
const WRITTEN_BYTES: usize = 2 * DIGITS + 2;

/// Writes mantissa / 10^scale, for a mantissa of up to 96 bits and a scale of up to 28, without zeros at the end.
fn write_any(mantissa: u128, negative: bool, scale: usize) -> Text {
    let (mantissa, scale) = without_zeros(mantissa, scale);
    if mantissa == 0 {
        return Text::from("0");
    }
    let digits = Digits32::of(mantissa);
    // At least one digit stands before the point.
    let (point, start) = (DIGITS - scale, digits.first.min(DIGITS - scale - 1));
    let (sign, whole) = (usize::from(negative), point - start);
    // Copies of fixed length are fast; what they copy too much is overwritten, or beyond the end.
    let mut text = [0; WRITTEN_BYTES];
    text[0] = b'-';
    text[sign..][..DIGITS].copy_from_slice(&digits.text[start..][..DIGITS]);
    let mut length = sign + whole;
    if scale > 0 {
        text[length] = b'.';
        text[length + 1..][..DIGITS].copy_from_slice(&digits.text[point..][..DIGITS]);
        length += 1 + scale;
    }
    Text::ascii(&text, length)
}

/// Writer for the decimals of one response.
#[derive(Clone, Copy, Debug)]
pub(super) struct Writer {
    pub rounding: Option<Rounding>,
}

impl Writer {
    /// Writes an amount of money.
    pub fn money(self, amount: Decimal) -> Text {
        self.rounded(amount, |rounding| rounding.decimal_places)
    }

    /// Writes an amount of money where there is one.
    pub fn optional_money(self, amount: Option<Decimal>) -> Option<Text> {
        amount.map(|amount| self.money(amount))
    }

    /// Writes a figure that is no amount of money: a rate, a ratio, a share, a factor, a time, a number of units, money per piece.
    pub fn ratio(self, figure: Decimal) -> Text {
        self.rounded(figure, |rounding| rounding.ratio_decimal_places)
    }

    /// Writes a figure that is no amount of money, where there is one.
    pub fn optional_ratio(self, figure: Option<Decimal>) -> Option<Text> {
        figure.map(|figure| self.ratio(figure))
    }

    fn rounded(self, decimal: Decimal, places: impl FnOnce(Rounding) -> u32) -> Text {
        write(match self.rounding {
            Some(rounding) => decimal.round_dp_with_strategy(places(rounding), rounding.strategy),
            None => decimal,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::dec;

    use super::*;

    proptest! {
        /// Fast readings and writings agree with the slow ones.
        #[test]
        fn what_is_read_and_written_fast_is_read_and_written_the_same(text in "-?[0-9]{0,12}([.][0-9]{0,9})?", exponent in "[eE][-+]?[0-9]{0,2}", decimal: i64, zeros in 0_u32..19, scale in 0_u32..=28) {
            if let Some(short) = read_short(text.as_bytes()) {
                prop_assert_eq!(read_any(text.as_bytes()).map(|any| (any.mantissa(), any.scale())), Ok((short.mantissa(), short.scale())));
            } else {
                prop_assert!(read_any(text.as_bytes()).is_err() || text.len() > SHORT_BYTES_MAX, "{}", text);
            }
            let with_exponent = text + &exponent;
            if let Some(fast) = read_with_exponent(with_exponent.as_bytes()) {
                prop_assert_eq!(read_any(with_exponent.as_bytes()).map(|any| (any.mantissa(), any.scale())), Ok((fast.mantissa(), fast.scale())));
            }
            let tens = 10_i64.pow(zeros);
            let decimal = Decimal::from_i128_with_scale((decimal / tens * tens).into(), scale);
            prop_assert_eq!(write(decimal), write_any(decimal.mantissa().unsigned_abs(), decimal.is_sign_negative(), scale as usize));
        }
    }

    #[test]
    fn the_grammar_is_that_of_the_contract() {
        for (text, value) in [
            ("0", dec!(0)),
            ("-0", dec!(0)),
            ("150e9", dec!(150000000000)),
            ("0.35", dec!(0.35)),
            ("00012.500", dec!(12.5)),
            ("-1.5E+3", dec!(-1500)),
            ("1e-28", dec!(0.0000000000000000000000000001)),
            ("10e-29", dec!(0.0000000000000000000000000001)),
            ("0e999999999999999999999", dec!(0)),
            ("0.00000000000000000000000000000000000000000000", dec!(0)),
            ("1.0000000000000000000000000000000000000000000", dec!(1)),
            ("7.8e28", dec!(78000000000000000000000000000)),
            ("78999999999999999999999999990", dec!(78999999999999999999999999990)),
            ("0.000000000000000000000000000001e10", dec!(0.00000000000000000001)),
        ] {
            assert_eq!(read(text), Ok(value), "{text}");
        }
        for text in [
            "", "-", "+5", ".5", "5.", "1_000", "1,000", "50%", "NaN", "inf", "1e", "1e+", "1e1.5", " 1", "1 ", "--1", "0x10",
            "１", "1.2.3", "e5", "1-",
        ] {
            assert_eq!(read(text), Err(Reason::DecimalMalformed), "{text}");
        }
        for text in [
            "7.9e28",
            "79000000000000000000000000000",
            "1e29",
            "-1e400",
            "1e99999999999999999999",
            "123456789012345678901234567890",
        ] {
            assert_eq!(read(text), Err(Reason::DecimalTooLarge), "{text}");
        }
        for text in [
            "1e-29",
            "12345678901234567890123456789",
            "0.12345678901234567890123456789",
            "1.00000000000000000000000000001",
            "1e-99999999999999999999",
        ] {
            assert_eq!(read(text), Err(Reason::DecimalTooPrecise), "{text}");
        }
    }

    #[test]
    fn the_canonical_form_has_no_trailing_zeros_and_no_negative_zero() {
        for (value, text) in [
            (dec!(0), "0"),
            (-Decimal::ZERO, "0"),
            (dec!(600000000000), "600000000000"),
            (dec!(0.350), "0.35"),
            (dec!(-0.0000000000000000000000000001), "-0.0000000000000000000000000001"),
            (dec!(7.922816251426433759354395033), "7.922816251426433759354395033"),
            (dec!(10000000000000000000.5), "10000000000000000000.5"),
            (Decimal::MAX, "79228162514264337593543950335"),
        ] {
            assert_eq!(write(value), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_rust_decimal_writes(mantissa in -9_999_999_999_999_999_999_999_999_999_i128..=9_999_999_999_999_999_999_999_999_999, zeros in 0_u32..28, scale in 0_u32..=28) {
            let decimal = Decimal::from_i128_with_scale(mantissa / 10_i128.pow(zeros) * 10_i128.pow(zeros), scale);
            let normal = decimal.normalize();
            let expected = if normal.is_zero() { "0".to_owned() } else { normal.to_string() };
            prop_assert!(write(decimal) == expected, "{} {}", write(decimal), expected);
        }

        /// Texts of up to eight bytes, whatever follows them, valid or not.
        #[test]
        fn what_is_read_within_a_register_is_read_the_same(text in "-?[0-9]{0,7}([.][0-9]{0,4})?|[-.0-9e+ a]{0,8}", behind: u64) {
            let short = &text[..text.len().min(8)];
            let mut bytes = behind.to_le_bytes();
            bytes[..short.len()].copy_from_slice(short.as_bytes());
            let parts = |decimal: Decimal| (decimal.mantissa(), decimal.scale(), decimal.is_sign_negative());
            if let Some(decimal) = read_eight(short.len(), u64::from_le_bytes(bytes)) {
                prop_assert_eq!(read_any(short.as_bytes()).map(parts), Ok(parts(decimal)), "{}", short);
            } else {
                prop_assert!(read_any(short.as_bytes()).is_err() || short.contains(['e', 'E']), "{}", short);
            }
            prop_assert_eq!(read_text(&Text::from(text.as_str())).map(parts), read_any(text.as_bytes()).map(parts));
        }

        #[test]
        fn what_is_written_is_read_back(mantissa in -9_999_999_999_999_999_999_999_999_999_i128..=9_999_999_999_999_999_999_999_999_999, scale in 0_u32..=28) {
            let decimal = Decimal::from_i128_with_scale(mantissa, scale);
            prop_assert_eq!(read(&write(decimal)), Ok(decimal));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "[-+0-9.eE ]{0,60}|.{0,20}") {
            let _ = read(&text);
        }
    }
}
