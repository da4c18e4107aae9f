//! The likely meaning of a text that is no decimal: the cause in a few words, and the decimal that the text can only have meant.

use rust_decimal::Decimal;

use crate::models::input::Reason;
use crate::wire::decimal;
use crate::wire::quoting::quoted;

/// Length of a text in bytes up to which its cause is looked for: longer than any decimal is.
const BYTES_MAX: usize = 80;

/// Words behind a number that multiply it, each with the exponent that takes its place.
const MULTIPLES: [(&str, &str, &str); 4] = [
    ("thousand", "e3", " k thousand thousands "),
    ("million", "e6", " m mm mn mio million millions "),
    ("billion", "e9", " b bn billion billions "),
    ("trillion", "e12", " t tn trillion trillions "),
];

/// Returns what is wrong with a text that [`decimal::read`] refuses, as a sentence.
pub(super) fn described(text: &str, reason: Reason) -> String {
    match reason {
        Reason::DecimalTooLarge => format!("{} is too large: magnitudes are below 7.9e28", quoted(text)),
        Reason::DecimalTooPrecise => {
            format!("{} is too precise: at most 28 significant digits, and 28 after the point", quoted(text))
        }
        _ => match cause(text) {
            Some(cause) => format!("{} is not a decimal: {cause}", quoted(text)),
            None => format!("{} is not a decimal, such as \"150e9\", \"0.35\" or \"-12\"", quoted(text)),
        },
    }
}

/// Returns why a text is no decimal, and what to write, as the end of a sentence; `None` of a text that nothing is known of.
fn cause(text: &str) -> Option<String> {
    if text.len() > BYTES_MAX {
        return None;
    }
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Some("the text is empty, so leave the field out, or write one such as \"0.35\"".to_owned());
    }
    let unquoted = trimmed.trim_matches(['"', '\'', '“', '”', '„', '‘', '’']);
    if unquoted != trimmed {
        return readable(unquoted).map(|decimal| format!("no quotes within the text, write \"{decimal}\""));
    }
    if let Some(inner) = trimmed.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return readable(inner).map(|decimal| format!("no parentheses, write \"-{decimal}\""));
    }
    if let Some(percent) = trimmed.strip_suffix('%').or_else(|| without_word(trimmed, "percent")) {
        return Some(match readable(percent.trim()).and_then(|percent| hundredth(&percent).map(|share| (percent, share))) {
            Some((percent, share)) => format!("no percent sign, {percent} % is \"{share}\""),
            None => "no percent sign, 50 % is \"0.5\"".to_owned(),
        });
    }
    if let Some(bare) = without_currency(trimmed) {
        return Some(match readable(bare).or_else(|| multiple(bare).map(|(decimal, _)| decimal)) {
            Some(decimal) => format!("no currency sign, write \"{decimal}\""),
            None => "no currency sign, the field currency_code names the currency".to_owned(),
        });
    }
    if let Some((decimal, word)) = multiple(trimmed) {
        return Some(format!("no letters for a {word}, write \"{decimal}\""));
    }
    if let Some(decimal) = meant(text) {
        let why = match trimmed {
            _ if has_comma_for_point(trimmed) => "the point stands before the fraction, ",
            _ if trimmed.contains([',', '_', ' ', '\u{a0}', '\u{202f}']) || trimmed.matches('.').count() > 1 => {
                "no separators, "
            }
            _ => "",
        };
        return Some(format!("{why}write \"{decimal}\""));
    }
    match trimmed.split_once(',') {
        Some((whole, rest)) if is_digits(whole.trim_start_matches('-')) && is_digits(rest) => {
            // Nobody can tell which, so nothing is there to be copied.
            Some(format!("no comma, either \"{whole}{rest}\" or, with a point before the fraction, \"{whole}.{rest}\""))
        }
        _ => None,
    }
}

/// Returns the hundredth of a decimal: the share that a percentage is.
pub(super) fn hundredth(percent: &str) -> Option<String> {
    let share = decimal::read(percent).ok()?.checked_div(Decimal::ONE_HUNDRED)?.normalize();
    // A division that rounds would suggest another figure than the one that was meant.
    (share.checked_mul(Decimal::ONE_HUNDRED) == decimal::read(percent).ok()).then(|| share.to_string())
}

/// Returns the text as a decimal, where it is one, or can only have meant one.
fn readable(text: &str) -> Option<String> {
    let text = text.trim();
    if decimal::read(text).is_ok() { Some(text.to_owned()) } else { meant(text) }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the text before a word at its end, in whatever case.
fn without_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let at = text.len().checked_sub(word.len())?;
    let (before, end) = (text.get(..at)?, text.get(at..)?);
    end.eq_ignore_ascii_case(word).then_some(before)
}

/// Returns the text without a currency before or behind its number: a sign, or three letters such as EUR.
fn without_currency(text: &str) -> Option<&str> {
    const SIGNS: [char; 8] = ['$', '€', '£', '¥', '₹', '₩', '₽', '₿'];
    let is_code = |word: &str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    if let Some(bare) = text.strip_prefix(SIGNS).or_else(|| text.strip_suffix(SIGNS)) {
        return Some(bare.trim());
    }
    let (first, rest) = text.split_at_checked(3)?;
    if is_code(first) && rest.trim_start().starts_with(|letter: char| letter.is_ascii_digit() || letter == '-') {
        return Some(rest.trim());
    }
    let (before, last) = text.split_at_checked(text.len() - 3)?;
    (is_code(last) && before.trim_end().ends_with(|letter: char| letter.is_ascii_digit())).then(|| before.trim())
}

/// Returns the decimal of a number with a word such as "bn" behind it, and the word in full.
fn multiple(text: &str) -> Option<(String, &'static str)> {
    let at = text.rfind(|letter: char| !letter.is_ascii_alphabetic())? + 1;
    let (number, word) = (text.get(..at)?.trim(), text.get(at..)?.to_ascii_lowercase());
    let found = MULTIPLES.iter().find(|(.., words)| !word.is_empty() && words.split(' ').any(|known| known == word));
    let (name, exponent, _) = found?;
    let decimal = format!("{}{exponent}", readable(number)?);
    decimal::read(&decimal).is_ok().then_some((decimal, name))
}

/// True of a text whose one comma stands where a point belongs: behind points, or before other than three digits.
fn has_comma_for_point(text: &str) -> bool {
    text.rsplit_once(',').is_some_and(|(before, behind)| {
        !before.contains(',')
            && is_digits(behind)
            && (before.contains('.') || behind.len() != 3 || before.ends_with('0') && before.len() == 1)
    })
}

/// Returns the decimal that a text can only have meant: without a plus and underscores, with the zero before its point or without the point at
/// its end, and without the commas or spaces between groups of three digits where there are several, or a point behind them. Points between
/// groups, and a comma before the fraction, are read as such where nothing else can be meant. One comma before three digits may be either.
fn meant(text: &str) -> Option<String> {
    if text.len() > BYTES_MAX || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let plain = text.trim().replace('_', "").replace([' ', '\u{a0}', '\u{202f}'], ",");
    if has_comma_for_point(text.trim()) || (plain.matches('.').count() > 1 && plain.matches(',').count() <= 1) {
        let swap = |letter| match letter {
            ',' => '.',
            '.' => ',',
            other => other,
        };
        let swapped: String = plain.chars().map(swap).collect();
        return with_point(&swapped);
    }
    with_point(&plain)
}

fn with_point(plain: &str) -> Option<String> {
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.strip_prefix('+').unwrap_or(plain)), |rest| ("-", rest));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_named_with_what_to_write() {
        for (text, said) in [
            ("50%", "no percent sign, 50 % is \"0.5\""),
            ("12.5 %", "no percent sign, 12.5 % is \"0.125\""),
            ("0,5%", "no percent sign, 0.5 % is \"0.005\""),
            ("5 percent", "no percent sign, 5 % is \"0.05\""),
            ("half%", "no percent sign, 50 % is \"0.5\""),
            ("37,500,000,000", "no separators, write \"37500000000\""),
            ("1 000 000", "no separators, write \"1000000\""),
            ("1_000", "no separators, write \"1000\""),
            ("1.000.000,00", "the point stands before the fraction, write \"1000000.00\""),
            ("1.000.000", "no separators, write \"1000000\""),
            ("0,5", "the point stands before the fraction, write \"0.5\""),
            ("1,5", "the point stands before the fraction, write \"1.5\""),
            ("1.000,5", "the point stands before the fraction, write \"1000.5\""),
            ("1,000", "no comma, either \"1000\" or, with a point before the fraction, \"1.000\""),
            ("37.5B", "no letters for a billion, write \"37.5e9\""),
            ("150bn", "no letters for a billion, write \"150e9\""),
            ("-3 million", "no letters for a million, write \"-3e6\""),
            ("1500k", "no letters for a thousand, write \"1500e3\""),
            ("$37.5e9", "no currency sign, write \"37.5e9\""),
            ("$1,000,000", "no currency sign, write \"1000000\""),
            ("$37.5B", "no currency sign, write \"37.5e9\""),
            ("20 €", "no currency sign, write \"20\""),
            ("USD 5", "no currency sign, write \"5\""),
            ("5 EUR", "no currency sign, write \"5\""),
            ("$many", "no currency sign, the field currency_code names the currency"),
            ("(100)", "no parentheses, write \"-100\""),
            ("\"37.5e9\"", "no quotes within the text, write \"37.5e9\""),
            ("", "the text is empty, so leave the field out, or write one such as \"0.35\""),
            (" 1000000 ", "write \"1000000\""),
            ("+5", "write \"5\""),
            (".5", "write \"0.5\""),
            ("5.", "write \"5\""),
        ] {
            assert_eq!(cause(text).as_deref(), Some(said), "{text}");
        }
        let digits = "1,".repeat(100);
        for text in ["ten", "NaN", "--5", "1e", "1,00,000", "1000,000,000", ",5", "1 5", "5 apples", "€$5", "%", &digits] {
            let said = cause(text).unwrap_or_default();
            assert!(!said.contains("write \"") || text == ",5", "{text}: {said}");
        }
    }

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
            ("-1.234.567,89", "-1234567.89"),
        ] {
            assert_eq!(meant(text).as_deref(), Some(decimal), "{text}");
        }
        let digits = "1,".repeat(100);
        for text in
            ["1,000", "1,00,000", "1,0000,000", "1000,000,000", "1 5", "5 %", "50%", "$5", "1e", "ten", "", "--5", "NaN"]
                .into_iter()
                .chain([&*digits])
        {
            assert_eq!(meant(text), None, "{text}");
        }
    }
}
