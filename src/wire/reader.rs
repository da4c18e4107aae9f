//! Reader of request fields, which collects every field that cannot be used, by its path.

use std::fmt;

use rust_decimal::Decimal;

use crate::models::calendar::{self, Date};
use crate::models::currency::Currency;
use crate::models::input::{Bounded, ModelError, Period, Reason, Violations};
use crate::models::warning::{WarningReason, Warnings};
use crate::models::work::WhileAwaited;
use crate::wire::short_text::Text;
use crate::wire::{decimal, pb};

/// Work of reading a member of a list, without its decimals.
const MEMBER_UNITS: u64 = 4;

/// Path of a field, written as text only when the field cannot be used.
#[derive(Clone, Copy)]
pub(super) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    name: &'static str,
    index: Option<usize>,
}

impl<'a> Path<'a> {
    /// Returns the path of a field of the request itself.
    pub const fn of(name: &'static str) -> Path<'static> {
        Path { parent: None, name, index: None }
    }

    /// Returns the path of a field within this message.
    pub const fn field(&'a self, name: &'static str) -> Path<'a> {
        Path { parent: Some(self), name, index: None }
    }

    /// Returns the path of a member of this list.
    pub const fn item(&self, index: usize) -> Path<'a> {
        Path { parent: self.parent, name: self.name, index: Some(index) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            write!(formatter, "{parent}.")?;
        }
        formatter.write_str(self.name)?;
        self.index.map_or(Ok(()), |index| write!(formatter, "[{index}]"))
    }
}

/// Reader of fields. A field that cannot be used gets a placeholder, so that reading goes on to the next field; [`Reader::finish`]
/// never returns a placeholder.
#[derive(Default)]
pub(super) struct Reader {
    violations: Violations,
    /// The suspicious fields that can be used.
    pub(super) warnings: Warnings,
}

impl Reader {
    /// Returns the inputs, if every field could be used.
    pub fn finish<T>(self, read: T) -> Result<T, ModelError> {
        if self.violations.count() == 0 { Ok(read) } else { Err(ModelError::Invalid(self.violations)) }
    }

    /// Returns the number of fields that were refused so far.
    pub fn refused(&self) -> usize {
        self.violations.count()
    }

    pub fn refuse(&mut self, path: Path<'_>, reason: Reason, description: impl FnOnce() -> String) {
        self.violations.add(reason, || path.to_string(), description);
    }

    #[inline]
    pub fn required<B: Bounded>(&mut self, path: Path<'_>, text: &Text) -> B {
        if text.is_empty() {
            self.refuse(path, Reason::Required, || format!("a decimal is required: {}", B::RANGE));
            return B::PLACEHOLDER;
        }
        self.decimal(path, text)
    }

    pub fn optional<B: Bounded>(&mut self, path: Path<'_>, text: Option<&Text>) -> Option<B> {
        text.map(|text| self.decimal(path, text))
    }

    /// Reads a decimal that is present: an empty text is malformed.
    #[inline]
    pub fn decimal<B: Bounded>(&mut self, path: Path<'_>, text: &Text) -> B {
        match decimal::read_bytes(text.as_bytes()).map(B::new) {
            Ok(Some(value)) => {
                if B::PERCENT_FROM.is_some_and(|from| value.get() >= from) {
                    self.warn_of_percent(path, value.get(), B::PER);
                }
                value
            }
            Ok(None) => {
                self.refuse_decimal(path, text, Reason::OutOfRange, B::RANGE);
                B::PLACEHOLDER
            }
            Err(reason) => {
                self.refuse_decimal(path, text, reason, B::RANGE);
                B::PLACEHOLDER
            }
        }
    }

    #[cold]
    fn refuse_decimal(&mut self, path: Path<'_>, text: &Text, reason: Reason, range: &str) {
        self.refuse(path, reason, || match reason {
            Reason::OutOfRange => format!("{} is out of range: {range}", quoted(text)),
            _ => unreadable(text, reason),
        });
    }

    #[cold]
    fn warn_of_percent(&mut self, path: Path<'_>, value: Decimal, per: &str) {
        self.warnings.add(WarningReason::RateLooksLikePercent, path.to_string(), || {
            let percent = value
                .checked_mul(Decimal::ONE_HUNDRED)
                .map_or_else(String::new, |percent| format!(" is {} % a {per}", percent.normalize()));
            format!("{}{percent}: a rate is a fraction, so that ten per cent is 0.1", value.normalize())
        });
    }

    /// Reads a currency code of ISO 4217. A code that was withdrawn is a currency, with a warning.
    pub fn currency(&mut self, path: Path<'_>, code: &str) -> Currency {
        if code.is_empty() {
            self.refuse(path, Reason::Required, || "a currency code of ISO 4217 is required, such as USD".to_owned());
            return Currency::PLACEHOLDER;
        }
        let currency = Currency::new(code);
        if let Some(withdrawal) = currency.and_then(Currency::withdrawal) {
            self.warnings.add(WarningReason::CurrencyWithdrawn, path.to_string(), || {
                let successor = withdrawal.successor.map_or_else(String::new, |code| format!("; its successor is {code}"));
                format!("{} was withdrawn from ISO 4217 in {}{successor}", withdrawal.code, withdrawal.month)
            });
        }
        currency.unwrap_or_else(|| {
            self.refuse(path, Reason::CurrencyUnknown, || {
                format!("{} is no currency code of ISO 4217: three upper-case letters, such as USD", quoted(code))
            });
            Currency::PLACEHOLDER
        })
    }

    pub fn name(&mut self, path: Path<'_>, name: &Text) {
        if name.is_empty() {
            self.refuse(path, Reason::Required, || "a name is required".to_owned());
        }
    }

    pub fn period(&mut self, path: Path<'_>, number: i32) -> Period {
        match self.enumerator::<pb::Period>(path, number) {
            Some(pb::Period::Month) => Period::Month,
            Some(pb::Period::Quarter) => Period::Quarter,
            Some(pb::Period::HalfYear) => Period::HalfYear,
            Some(pb::Period::Year) => Period::Year,
            Some(pb::Period::Week) => Period::Week,
            Some(pb::Period::Day) => Period::Day,
            Some(pb::Period::Unspecified) => {
                self.refuse(path, Reason::Required, || "a period is required, such as PERIOD_MONTH or PERIOD_YEAR".to_owned());
                Period::Year
            }
            None => Period::Year,
        }
    }

    /// Reads a period that has to be a whole number of months.
    pub fn period_of_months(&mut self, path: Path<'_>, number: i32) -> Period {
        let period = self.period(path, number);
        if period.months().is_some() {
            return period;
        }
        self.refuse(path, Reason::NotApplicable, || {
            format!("a {} is no whole number of months: this model takes months, quarters, half-years and years", period.name())
        });
        Period::Year
    }

    /// Reads an enum value, if the contract has one of this number.
    pub fn enumerator<E: TryFrom<i32>>(&mut self, path: Path<'_>, number: i32) -> Option<E> {
        let value = E::try_from(number).ok();
        if value.is_none() {
            self.refuse(path, Reason::EnumUnknown, || format!("{number} is no value of this enum"));
        }
        value
    }

    pub fn date(&mut self, path: Path<'_>, text: &str) -> Option<Date> {
        let Some(date) = calendar::parse(text) else {
            self.refuse(path, Reason::DateMalformed, || format!("{} is no calendar date, YYYY-MM-DD", quoted(text)));
            return None;
        };
        if !calendar::YEARS.contains(&date.year()) {
            self.refuse(path, Reason::OutOfRange, || {
                format!("{} is out of range: years {} to {}", quoted(text), calendar::YEARS.start(), calendar::YEARS.end())
            });
            return None;
        }
        Some(date)
    }

    /// Checks a list that must have members.
    pub fn some(&mut self, path: Path<'_>, count: usize, limit: usize) {
        if count == 0 {
            self.refuse(path, Reason::Required, || format!("the list is empty: 1 to {limit} items are required"));
        }
    }

    /// Reads the members of a list up to its limit, with their paths; a longer list is refused as a whole.
    pub fn items<'a, T>(
        &mut self,
        path: Path<'a>,
        items: &'a [T],
        limit: usize,
    ) -> impl Iterator<Item = (Path<'a>, &'a T)> + use<'a, T> {
        if items.len() > limit {
            self.refuse(path, Reason::TooManyItems, || {
                format!("{} items are too many: the list takes at most {limit}", items.len())
            });
        }
        let items = items.iter().take(limit).enumerate().map(move |(index, item)| (path.item(index), item));
        items.while_awaited_each(MEMBER_UNITS)
    }
}

fn unreadable(text: &str, reason: Reason) -> String {
    match reason {
        Reason::DecimalTooLarge => format!("{} is too large: magnitudes are below 7.9e28", quoted(text)),
        Reason::DecimalTooPrecise => {
            format!("{} is too precise: at most 28 significant digits, and 28 after the point", quoted(text))
        }
        _ => match meant(text) {
            Some(decimal) => format!("{} is not a decimal: write \"{decimal}\"", quoted(text)),
            None => format!("{} is not a decimal, such as \"150e9\", \"0.35\" or \"-12\"", quoted(text)),
        },
    }
}

/// Returns the decimal that a text can only have meant: without a plus and underscores, with the zero before its point or without the point at
/// its end, and without the commas or spaces between groups of three digits where there are several, or a point behind them. One comma alone
/// may be either.
fn meant(text: &str) -> Option<String> {
    /// More than any decimal has.
    const BYTES_MAX: usize = 80;
    if text.len() > BYTES_MAX || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let plain = text.trim().replace('_', "").replace([' ', '\u{a0}', '\u{202f}'], ",");
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.strip_prefix('+').unwrap_or(&plain)), |rest| ("-", rest));
    let (whole, rest) = digits.split_at(digits.find(['.', 'e', 'E']).unwrap_or(digits.len()));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let count = groups.clone().count();
    let are_thousands = groups.all(|group| group.len() == 3) && (1..=3).contains(&first.len());
    if count > 0 && !(are_thousands && (count > 1 || rest.starts_with('.'))) {
        return None;
    }
    let whole = if whole.is_empty() { "0".to_owned() } else { whole.replace(',', "") };
    let decimal = format!("{sign}{whole}{}", rest.strip_suffix('.').unwrap_or(rest));
    decimal::read(&decimal).is_ok().then_some(decimal)
}

/// Quotes a caller's text, shortened and without control characters.
fn quoted(text: &str) -> String {
    const SHOWN_MAX: usize = 40;
    let mut characters = text.chars();
    let shown: String = characters.by_ref().take(SHOWN_MAX).collect();
    let more = if characters.next().is_some() { "…" } else { "" };
    format!("{shown:?}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_suggested_where_the_text_can_mean_no_other() {
        for (text, decimal) in [
            ("1,000,000", "1000000"),
            ("-1,250,000.50", "-1250000.50"),
            ("1,000.5", "1000.5"),
            ("1 000 000", "1000000"),
            ("1_000", "1000"),
            ("+5", "5"),
            (" 5 ", "5"),
            (".5", "0.5"),
            ("-.5", "-0.5"),
            ("5.", "5"),
            ("+1.5E9", "1.5E9"),
        ] {
            assert_eq!(meant(text).as_deref(), Some(decimal), "{text}");
        }
        let digits = "1,".repeat(100);
        for text in [
            "1,000",
            "1,5",
            "1.000,5",
            "1,00,000",
            "1,0000,000",
            "1000,000,000",
            ",5",
            "1 5",
            "5 %",
            "50%",
            "$5",
            "1e",
            "ten",
            "",
            "--5",
            "NaN",
        ]
        .into_iter()
        .chain([&*digits])
        {
            assert_eq!(meant(text), None, "{text}");
        }
    }

    #[test]
    fn a_long_text_is_quoted_by_its_first_40_characters_and_dots() {
        let (fits, long) = ("é".repeat(40), "é".repeat(41));
        assert_eq!(quoted(&fits), format!("\"{fits}\""));
        assert_eq!(quoted(&long), format!("\"{fits}\"…"));
    }
}
