//! Decimal digits, read and written eight at a time within one register.

/// Reads eight digits within one register: neighbours are joined to pairs, pairs to fours, fours to eight.
pub(super) fn eight_digits(text: [u8; 8]) -> Option<u64> {
    let digits = u64::from_le_bytes(text) ^ u64::from_le_bytes([b'0'; 8]);
    // A byte above 9 reaches its highest bit, or has it.
    if (digits.wrapping_add(u64::from_le_bytes([0x76; 8])) | digits) & u64::from_le_bytes([0x80; 8]) != 0 {
        return None;
    }
    let pairs = digits.wrapping_mul(10 << 8 | 1) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100 << 16 | 1) >> 16 & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(10_000 << 32 | 1) >> 32)
}

/// Digits that are written of a number, zeros before the first one included.
pub(super) const DIGITS: usize = 32;

/// The digits of a number of up to 96 bits.
pub(super) struct Digits32 {
    /// Digits as ASCII, and as many bytes behind them.
    pub text: [u8; 2 * DIGITS],
    /// Place of the first digit other than 0.
    pub first: usize,
}

impl Digits32 {
    pub fn of(mantissa: u128) -> Digits32 {
        let (high, low) = by_ten_to_the_16th(mantissa);
        let eights = [high / EIGHT_DIGITS, high % EIGHT_DIGITS, low / EIGHT_DIGITS, low % EIGHT_DIGITS];
        let [first, second, third, last] = eights.map(digits_of_eight);
        let zeros = match (first, second, third) {
            (1.., _, _) => first.trailing_zeros(),
            (0, 1.., _) => 64 + second.trailing_zeros(),
            (0, 0, 1..) => 128 + third.trailing_zeros(),
            (0, 0, 0) => 192 + last.trailing_zeros(),
        };
        let mut text = [0; 2 * DIGITS];
        for (eight, digits) in text.chunks_exact_mut(8).zip([first, second, third, last]) {
            eight.copy_from_slice(&(digits | ASCII_ZEROS).to_le_bytes());
        }
        Digits32 { text, first: zeros as usize / 8 }
    }
}

/// The number 10^8: eight digits are written within one register.
const EIGHT_DIGITS: u64 = 100_000_000;
pub(super) const ASCII_ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);

/// Divides a number of up to 96 bits by 10^16, and returns the quotient and the rest.
fn by_ten_to_the_16th(number: u128) -> (u64, u64) {
    /// The odd part of 10^16, which has 38 bits.
    const FIVES: u64 = 5_u64.pow(16);
    const TWOS: u32 = 16;
    /// Bits of the second step: with 38 bits that are left they are 62.
    const STEP: u32 = 24;
    let number_by_twos = number >> TWOS;
    let upper = (number_by_twos >> STEP) as u64;
    let (first, left) = (upper / FIVES, upper % FIVES);
    let lower = left << STEP | number_by_twos as u64 & ((1 << STEP) - 1);
    let rest = (lower % FIVES) << TWOS | number as u64 & ((1 << TWOS) - 1);
    ((first << STEP) | (lower / FIVES), rest)
}

/// Returns the eight digits of a number below 10^8, the first one in the lowest byte: halves, quarters and digits are split off within one
/// register, each by a product in place of a division.
fn digits_of_eight(number: u64) -> u64 {
    let fours = (number / 10_000) | ((number % 10_000) << 32);
    // 10486 / 2^20 is 1 / 100 for four digits, and 103 / 2^10 is 1 / 10 for two.
    let hundreds = (fours * 10_486) >> 20 & 0x0000_007f_0000_007f;
    let pairs = hundreds | (fours - hundreds * 100) << 16;
    let tens = (pairs * 103) >> 10 & 0x000f_000f_000f_000f;
    tens | (pairs - tens * 10) << 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn digits_are_written_as_they_are_read(mantissa in 1_u128..1 << 96, shift in 0_u32..96) {
            let mantissa = (mantissa >> shift).max(1);
            let digits = Digits32::of(mantissa);
            let expected = mantissa.to_string();
            prop_assert_eq!(std::str::from_utf8(&digits.text[digits.first..DIGITS]), Ok(expected.as_str()));
            prop_assert_eq!(by_ten_to_the_16th(mantissa), ((mantissa / 10_u128.pow(16)) as u64, (mantissa % 10_u128.pow(16)) as u64));
        }

        #[test]
        fn eight_bytes_are_read_as_one_by_one(text in "[0-9]{8}|[!-:]{8}", bytes: [u8; 8]) {
            for bytes in [text.as_bytes().try_into().expect("eight"), bytes] {
                let expected = bytes.iter().all(u8::is_ascii_digit).then(|| std::str::from_utf8(&bytes).expect("digits").parse().expect("a number"));
                prop_assert_eq!(eight_digits(bytes), expected);
            }
        }
    }
}
