//! Texts and decimals: nothing panics, a text means what it says or is refused with a reason that holds, and what is written is read
//! back.

use paydirt::models::input::Reason;
use paydirt::wire::decimal::{read, write};
use rust_decimal::Decimal;

use crate::fraction;
use crate::grammar::{Meaning, is_canonical, is_too_large, is_too_precise, meaning};

/// Takes the bytes as a text, and as the parts of a decimal. Panics where one of them is treated wrongly.
pub fn check(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        a_text_means_what_it_says(text);
    }
    if let Some((parts, [scale, sign])) =
        bytes.split_first_chunk::<12>().map(|(parts, rest)| (parts, rest.first_chunk().copied().unwrap_or_default()))
    {
        let part = |index: usize| u32::from_le_bytes([parts[index], parts[index + 1], parts[index + 2], parts[index + 3]]);
        any_decimal_is_written(Decimal::from_parts(part(0), part(4), part(8), sign & 1 == 1, u32::from(scale) % 29));
    }
}

fn a_text_means_what_it_says(text: &str) {
    match (read(text), meaning(text)) {
        (Ok(decimal), Meaning::Number(number)) => {
            assert_eq!(fraction(decimal), number, "{text}");
            assert!(!is_too_large(&number) && !is_too_precise(&number), "{text}");
            assert_canonical(decimal);
            assert_eq!(read(&write(decimal)), Ok(decimal), "{text}");
        }
        (Err(Reason::DecimalTooLarge), Meaning::Number(number)) => assert!(is_too_large(&number), "{text}"),
        (Err(Reason::DecimalTooPrecise), Meaning::Number(number)) => assert!(is_too_precise(&number), "{text}"),
        (Err(Reason::DecimalTooLarge | Reason::DecimalTooPrecise), Meaning::Decimal) => {}
        (Err(Reason::DecimalMalformed), Meaning::Nothing) => {}
        (read, _) => panic!("{text}: {read:?}"),
    }
}

fn any_decimal_is_written(decimal: Decimal) {
    assert_canonical(decimal);
    match read(&write(decimal)) {
        Ok(back) => assert_eq!(back, decimal),
        Err(Reason::DecimalTooLarge) => assert!(is_too_large(&fraction(decimal)), "{decimal}"),
        Err(Reason::DecimalTooPrecise) => assert!(is_too_precise(&fraction(decimal)), "{decimal}"),
        Err(reason) => panic!("{decimal}: {reason:?}"),
    }
}

/// The only text of its number, which means that number.
fn assert_canonical(decimal: Decimal) {
    let text = write(decimal);
    assert!(is_canonical(&text), "{text}");
    match meaning(&text) {
        Meaning::Number(number) => assert_eq!(number, fraction(decimal), "{text}"),
        _ => panic!("{text} is no number"),
    }
}
