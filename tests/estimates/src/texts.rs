//! Texts that a request may hold where a field of some name asks for one: mostly good, often at an edge.

use fastrand::Rng;
use paydirt::wire::decimal::{read, write};
use rust_decimal::Decimal;

/// Meaning of a field's text, as far as the field's name tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Currency,
    Date,
    Name,
    /// A decimal that is mostly between -1 and 1.
    Share,
    Decimal,
}

fn kind(field: &str) -> Kind {
    match field {
        "currency_code" => Kind::Currency,
        "name" => Kind::Name,
        _ if field.contains("date") => Kind::Date,
        _ if ["rate", "share", "margin", "probability", "ratio", "return", "optimism"]
            .iter()
            .any(|word| field.contains(word)) =>
        {
            Kind::Share
        }
        _ => Kind::Decimal,
    }
}

/// Decimals at an edge: of what can be written, of what a model takes, of what doubles can tell.
const EDGES: &[&str] = &[
    "0",
    "1",
    "2",
    "10",
    "100",
    "1000",
    "12",
    "0.5",
    "-1",
    "-100",
    "1e-28",
    "-1e-28",
    "1e-14",
    "1e-10",
    "7.9e28",
    "-7.9e28",
    "1e28",
    "79228162514264337593543950335",
    "9999999999999999999999999999",
    "0.9999999999999999999999999999",
    "1.000000000000000000000000001",
    "0.3333333333333333333333333333",
    "12345678901234.56789012345678",
    "9066.3523",
    "1e9",
    "1e18",
    "100.01",
    "99.99",
];
const SHARES: &[&str] = &[
    "0",
    "0.1",
    "0.01",
    "0.07",
    "0.5",
    "0.9",
    "1",
    "-0.1",
    "-0.01",
    "-0.5",
    "-0.9",
    "-0.99",
    "-0.9999999999999999999999999999",
    "1e-28",
    "-1e-28",
    "1e-14",
    "-1e-14",
    "1.1e-14",
    "0.00000000000001",
    "1e-9",
    "-1e-9",
    "0.9999999999999999999999999999",
    "10",
    "100",
    "1e6",
    "7.9e28",
    "0.0712345678901234567890123456",
    "0.005",
    "0.001",
    "2",
    "-0.999",
];
const DATES: &[&str] = &[
    "2000-01-01",
    "2024-02-29",
    "1999-12-31",
    "2026-11-27",
    "0001-01-01",
    "9898-12-31",
    "2001-03-01",
    "2100-02-28",
    "1900-01-31",
];

/// A text for a field of this name.
pub fn text(field: &str, dice: &mut Rng) -> String {
    let pick = |texts: &[&str], dice: &mut Rng| texts[dice.usize(..texts.len())].to_owned();
    match kind(field) {
        Kind::Currency => "USD".to_owned(),
        Kind::Name => format!("n{}", dice.u32(..1000)),
        Kind::Date if dice.bool() => format!("{:04}-{:02}-{:02}", dice.u32(1990..2040), dice.u32(1..=12), dice.u32(1..=28)),
        Kind::Date => pick(DATES, dice),
        Kind::Share if dice.bool() => pick(SHARES, dice),
        Kind::Share => write(Decimal::from_i128_with_scale(dice.i128(-99..=999), dice.u32(2..=16))).to_string(),
        Kind::Decimal if dice.bool() => pick(EDGES, dice),
        Kind::Decimal => write(Decimal::from_i128_with_scale(digits(dice), dice.u32(0..=28))).to_string(),
    }
}

/// A mantissa of a length by chance.
fn digits(dice: &mut Rng) -> i128 {
    let length = dice.u32(1..=28);
    dice.i128(0..10_i128.pow(length))
}

/// The text of a field of this name, changed a little or a lot. `other` is a text from elsewhere in the request.
pub fn changed(field: &str, old: &str, other: Option<&str>, dice: &mut Rng) -> String {
    let kind = kind(field);
    if !matches!(kind, Kind::Share | Kind::Decimal) || dice.u8(..8) == 0 {
        return text(field, dice);
    }
    let Ok(decimal) = read(old) else { return text(field, dice) };
    // Few figures may be below 0, and a text from elsewhere is rarely a share.
    let (negated, other) = (dice.u8(..4) == 0, other.filter(|_| kind == Kind::Decimal || dice.u8(..4) == 0));
    let changed = match dice.u8(..8) {
        0 if negated => Some(-decimal),
        0 => decimal.checked_add(Decimal::new(dice.i64(-9..=9), decimal.scale())),
        1 => decimal.checked_add(Decimal::new(dice.i64(-9..=9), dice.u32(..=28))),
        // The last digit that it has.
        2 => decimal.checked_add(Decimal::new(if dice.bool() { 1 } else { -1 }, decimal.scale())),
        3 => decimal.checked_mul(Decimal::from(10_u64.pow(dice.u32(1..=6)))),
        4 => decimal.checked_div(Decimal::from(10_u64.pow(dice.u32(1..=6)))),
        5 => decimal.checked_mul(Decimal::new(dice.i64(1..=2_000), 3)),
        // Equal to another one, or near to it.
        6 => other.and_then(|other| read(other).ok()),
        _ => other.and_then(|other| read(other).ok()?.checked_add(Decimal::new(dice.i64(-9..=9), dice.u32(8..=28)))),
    };
    changed.map_or_else(|| text(field, dice), |changed| write(changed).to_string())
}

/// The text of a field, moved by so many steps of a size: near texts that all differ.
pub fn stepped(old: &str, steps: i64, scale: u32) -> Option<String> {
    read(old).ok()?.checked_add(Decimal::new(steps, scale)).map(|moved| write(moved).to_string())
}
