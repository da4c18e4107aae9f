//! Calendar dates, and months added to them.

use jiff::ToSpan;
pub use jiff::civil::Date;

use super::input::ModelError;

/// Years of the dates in a request. A century of months after the last of these years still lies within the calendar.
pub const YEARS: std::ops::RangeInclusive<i16> = 1..=9898;

/// Parses a calendar date of the form YYYY-MM-DD, of any year that the form can hold.
#[must_use]
pub fn parse(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let is_form = bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(index, byte)| if matches!(index, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() });
    if !is_form {
        return None;
    }
    Date::new(text.get(..4)?.parse().ok()?, text.get(5..7)?.parse().ok()?, text.get(8..)?.parse().ok()?).ok()
}

/// Adds months to a date. Where the month has no such day, the last day of the month stands in: 31 January plus one month is the
/// last day of February.
///
/// # Errors
/// [`ModelError::ResultTooLarge`] after the year 9999, which no date within [`YEARS`] reaches in a century.
pub fn add_months(date: Date, months: u32) -> Result<Date, ModelError> {
    date.checked_add(i64::from(months).months()).map_err(|_| ModelError::too_large("date"))
}

/// Returns the date on which so many months after a date end: the last day of that month where the date is the last day of its own,
/// else the date's own day, or the last day of a month that has no such day.
///
/// # Errors
/// [`ModelError::ResultTooLarge`] after the year 9999, which no date within [`YEARS`] reaches in a century.
pub fn month_end(date: Date, months: u32) -> Result<Date, ModelError> {
    let end = add_months(date, months)?;
    Ok(if date == date.last_of_month() { end.last_of_month() } else { end })
}

/// Adds days to a date, or takes days away where `days` is negative.
///
/// # Errors
/// [`ModelError::ResultTooLarge`] after the year 9999.
pub fn add_days(date: Date, days: i64) -> Result<Date, ModelError> {
    date.checked_add(days.days()).map_err(|_| ModelError::too_large("date"))
}

/// Counts the days between two dates.
#[must_use]
pub fn days_between(from: Date, to: Date) -> u32 {
    // A difference of instants: without months and years to be worked out, ten times as fast as a span.
    const HOURS_A_DAY: u64 = 24;
    let hours = to.duration_since(from).as_hours().unsigned_abs();
    hours.checked_div(HOURS_A_DAY).and_then(|days| u32::try_from(days).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_last_day_of_january_plus_a_month_is_the_last_day_of_february() {
        assert_eq!(add_months(date(2025, 1, 31), 1), Ok(date(2025, 2, 28)));
        assert_eq!(add_months(date(2024, 1, 31), 1), Ok(date(2024, 2, 29)));
        assert_eq!(add_months(date(2024, 1, 31), 2), Ok(date(2024, 3, 31)));
    }

    #[test]
    fn months_after_a_last_day_end_on_last_days() {
        for (from, ends) in [
            (date(2025, 12, 31), [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]),
            (date(2025, 11, 30), [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28)]),
            (date(2023, 2, 28), [date(2023, 3, 31), date(2023, 4, 30), date(2023, 5, 31)]),
            (date(2024, 2, 28), [date(2024, 3, 28), date(2024, 4, 28), date(2024, 5, 28)]),
            (date(2025, 12, 30), [date(2026, 1, 30), date(2026, 2, 28), date(2026, 3, 30)]),
        ] {
            assert_eq!([1, 2, 3].map(|months| month_end(from, months).unwrap()), ends);
            assert_eq!(month_end(from, 0), Ok(from));
        }
    }

    #[test]
    fn only_the_written_form_is_a_date() {
        assert_eq!(parse("2024-02-29"), Some(date(2024, 2, 29)));
        for text in [
            "2023-02-29",
            "2024-2-29",
            "24-02-29",
            "2024/02/29",
            " 2024-02-29",
            "2024-02-29T00:00",
            "",
            "2024-00-10",
            "2024-01-32",
            "+024-01-01",
            "２024-01-01",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_century_of_months_fits_behind_every_allowed_year() {
        let last = date(*YEARS.end(), 12, 31);
        assert!(add_months(last, 1201).is_ok());
    }

    #[test]
    fn days_between_two_dates_are_all_of_them() {
        assert_eq!(days_between(date(2024, 1, 31), date(2024, 3, 1)), 30);
    }
}
