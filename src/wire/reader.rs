//! Reader of request fields, which collects every field that cannot be used, by its path.

use std::fmt;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::models::calendar::{self, Date};
use crate::models::currency::Currency;
use crate::models::input::{Bounded, ModelError, Period, Reason, Violations};
use crate::models::warning::{WarningReason, Warnings};
use crate::models::work::WhileAwaited;
use crate::wire::quoting::quoted;
use crate::wire::short_text::Text;
use crate::wire::{decimal, malformed, pb};

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
        match decimal::read_text(text).map(B::new) {
            Ok(Some(value)) => {
                if B::PERCENT_FROM.is_some_and(|from| value.get() >= from) {
                    self.warn_of_percent(path, value.get(), B::PER);
                }
                value
            }
            Ok(None) => {
                self.refuse_out_of_range::<B>(path, text);
                B::PLACEHOLDER
            }
            Err(reason) => {
                self.refuse_unreadable(path, text, reason);
                B::PLACEHOLDER
            }
        }
    }

    #[cold]
    fn refuse_unreadable(&mut self, path: Path<'_>, text: &Text, reason: Reason) {
        self.refuse(path, reason, || malformed::described(text, reason));
    }

    #[cold]
    fn refuse_out_of_range<B: Bounded>(&mut self, path: Path<'_>, text: &Text) {
        self.refuse(path, Reason::OutOfRange, || {
            // A share that was typed as a percentage.
            let share = malformed::hundredth(text).filter(|share| {
                let of_share = decimal::read(share).ok().and_then(B::new);
                B::IS_SHARE && !text.starts_with('-') && of_share.is_some()
            });
            let percent = share.map_or_else(String::new, |share| format!("; {} % is \"{share}\"", text.as_str()));
            format!("{} is out of range: {}{percent}", quoted(text), B::RANGE)
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
    pub fn enumerator<E: TryFrom<i32> + Serialize>(&mut self, path: Path<'_>, number: i32) -> Option<E> {
        let value = E::try_from(number).ok();
        if value.is_none() {
            self.refuse(path, Reason::EnumUnknown, || {
                format!("{number} is no value of this enum: {}", words::<E>().join(", "))
            });
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

/// Returns the names of an enum's values, but for that of 0, which stands for a field that is not given.
fn words<E: TryFrom<i32> + Serialize>() -> Vec<String> {
    /// More than any enum of the contract has.
    const NUMBERS: std::ops::Range<i32> = 1..100;
    let values = NUMBERS.filter_map(|number| E::try_from(number).ok());
    values.filter_map(|value| Some(serde_json::to_value(value).ok()?.as_str()?.to_owned())).collect()
}
