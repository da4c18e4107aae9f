//! Texts for fields of any meaning: decimals at the edges of what is served, dates, currencies, and texts that are none of these.

use paydirt::wire::decimal::{read, write};
use rust_decimal::Decimal;

use crate::choices::Choices;

/// Texts that some field takes, at the edge of what it takes.
const EDGES: &[&str] = &[
    "0",
    "-0",
    "0.0",
    "-0e5",
    "1",
    "-1",
    "0.5",
    "2",
    "12",
    "100",
    "1200",
    "1e-28",
    "-1e-28",
    "7.8e28",
    "-7.8e28",
    "7.9e28",
    "1e28",
    "0.9999999999999999999999999999",
    "-0.9999999999999999999999999999",
    "1.000000000000000000000000001",
    "1e-12",
    "78999999999999999999999999990",
    "0.3333333333333333333333333333",
    "150e9",
    "0.1",
    "-0.5",
    "-0.000001",
    "1e14",
    "0000000000000001",
    "2024-01-31",
    "2024-02-29",
    "0001-01-01",
    "9898-12-31",
    "USD",
    "JPY",
    "KWD",
    "XAU",
];

/// Texts that no field takes but a name.
const HOSTILE: &[&str] = &[
    "",
    " ",
    "1,000",
    "NaN",
    "Infinity",
    "1e99999999999999999999",
    "1e-99999999999999999999",
    "--1",
    "+5",
    ".5",
    "5.",
    "50%",
    "1_000",
    "٣",
    "1e-29",
    "0x10",
    "\u{0}",
    "1\u{0}",
    "\u{1F600}",
    "\u{202e}1",
    "\u{feff}1",
    "−1",
    "usd",
    "USDX",
    "ZZZ",
    "2023-02-29",
    "9999-12-31",
    "0000-01-01",
    "2024-1-1",
    "2024-01-31T00:00:00Z",
    "-2024-01-31",
    "a.b[0]",
    "\"quoted\"\n",
    "%s{}${x}",
];

/// Currencies with 0, 2 and 3 digits behind the point.
const CURRENCIES: &[&str] = &["USD", "EUR", "JPY", "KWD", "CHF"];

/// Returns a text that fits no field better than another.
pub fn wild(choices: &mut Choices<'_>, known: &[String]) -> String {
    match choices.below(8) {
        0..=2 => (*choices.one_of(EDGES)).to_owned(),
        3 | 4 => (*choices.one_of(HOSTILE)).to_owned(),
        5 => decimal(choices).to_string(),
        6 => choices.of_some(known).cloned().unwrap_or_default(),
        _ => {
            let long = choices.one_of(HOSTILE).repeat(choices.below(300));
            long.chars().take(4_000).collect()
        }
    }
}

/// Returns a decimal of up to 28 digits.
fn decimal(choices: &mut Choices<'_>) -> Decimal {
    let mut digits = 0_i128;
    for _ in 0..choices.below(28) {
        digits = digits * 10 + choices.below(10) as i128;
    }
    let scale = choices.below(29) as u32;
    Decimal::from_i128_with_scale(if choices.one_in(3) { -digits } else { digits }, scale)
}

/// Returns a text of the kind that the given one is: another decimal near it, another currency, another name.
pub fn like(choices: &mut Choices<'_>, text: &str) -> String {
    if let Ok(value) = read(text) {
        return near(choices, value).map_or_else(|| text.to_owned(), |near| write(near).as_str().to_owned());
    }
    if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return (*choices.one_of(CURRENCIES)).to_owned();
    }
    another_day(choices, text).unwrap_or_else(|| format!("{text}{}", choices.below(100)))
}

/// Returns a text unlike the given one, which has to be unique in its list: a decimal or a date stays as it is.
pub fn unlike(text: &str, number: usize) -> Option<String> {
    let is_name = !text.is_empty() && !text.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    is_name.then(|| format!("{}{number}", text.trim_end_matches(|last: char| last.is_ascii_digit())))
}

fn near(choices: &mut Choices<'_>, value: Decimal) -> Option<Decimal> {
    match choices.below(10) {
        0 => value.checked_mul(Decimal::TWO),
        1 => value.checked_div(Decimal::TWO),
        2 => Some(-value),
        3 => value.checked_add(Decimal::ONE),
        4 => value.checked_mul(Decimal::TEN),
        5 => value.checked_div(Decimal::TEN),
        6 => Some(Decimal::ZERO),
        7 => Some(Decimal::ONE),
        8 => value.checked_sub(Decimal::new(1, value.scale())),
        _ => value.checked_mul(Decimal::from_i128_with_scale(1_000_000_007, 9)),
    }
}

/// Returns a date with another day; `None` of a text that is no date.
fn another_day(choices: &mut Choices<'_>, text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return None };
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || ![year, month, day].into_iter().all(is_number) {
        return None;
    }
    Some(format!("{year}-{:02}-{:02}", choices.below(12) + 1, choices.below(28) + 1))
}
