//! Figures in columns: thousands apart, and decimal points below each other. No digit is left out.

/// A cell of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Words, at the left of their column.
    Words(String),
    /// A number: its integer part with its sign, and the rest from the decimal point on.
    Number(String, String),
}

impl Cell {
    /// Returns the cell of a text: a number where it is a decimal as the engine writes them.
    pub fn of_decimal(text: &str) -> Cell {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, rest) = digits.find('.').map_or((digits, ""), |point| digits.split_at(point));
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || !(rest.is_empty() || are_digits(&rest[1..])) {
            return Cell::words(text);
        }
        let mut grouped = text[..text.len() - digits.len()].to_owned();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        Cell::Number(grouped, rest.to_owned())
    }

    /// Returns the cell of words, without characters that would move a terminal's cursor.
    pub fn words(text: &str) -> Cell {
        Cell::Words(text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect())
    }

    /// Returns the text of the cell alone.
    pub fn text(&self) -> String {
        match self {
            Cell::Words(words) => words.clone(),
            Cell::Number(whole, rest) => format!("{whole}{rest}"),
        }
    }
}

/// Appends rows, with their cells in columns.
pub(super) fn put_rows(rows: &[Vec<Cell>], indent: usize, text: &mut String) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    let length = |text: &str| text.chars().count();
    let widths: Vec<(usize, usize)> = (0..columns)
        .map(|column| {
            let whole = cells(column).map(|cell| if let Cell::Number(whole, _) = cell { length(whole) } else { 0 }).max();
            let whole = whole.unwrap_or_default();
            let all = cells(column).map(|cell| match cell {
                Cell::Words(words) => length(words),
                Cell::Number(_, rest) => whole + length(rest),
            });
            (whole, all.max().unwrap_or_default())
        })
        .collect();
    for row in rows {
        let mut line = " ".repeat(indent);
        for (cell, (whole, width)) in row.iter().zip(&widths) {
            let cell = match cell {
                Cell::Words(words) => words.clone(),
                Cell::Number(integer, rest) => format!("{integer:>whole$}{rest}"),
            };
            line.push_str(&format!("{cell:width$}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_grouped_and_other_texts_are_left_alone() {
        for (text, shown) in [
            ("0", "0"),
            ("-1234567.8901", "-1,234,567.8901"),
            ("123", "123"),
            ("1000", "1,000"),
            ("0.1166666666666666666666666667", "0.1166666666666666666666666667"),
            ("2026-12-31", "2026-12-31"),
            ("1.", "1."),
            (".5", ".5"),
            ("", ""),
            ("-", "-"),
            ("USD", "USD"),
            ("a\u{1b}[2Jb", "a\u{fffd}[2Jb"),
        ] {
            assert_eq!(Cell::of_decimal(text).text(), shown, "{text}");
        }
    }

    #[test]
    fn points_stand_below_each_other() {
        let row = |label: &str, value: &str| vec![Cell::words(label), Cell::of_decimal(value)];
        let rows = [row("currency", "USD"), row("revenue", "-1250.5"), row("ratio", "0.25"), row("periods", "12")];
        let mut text = String::new();
        put_rows(&rows, 1, &mut text);
        assert_eq!(text, " currency  USD\n revenue   -1,250.5\n ratio          0.25\n periods       12\n");
    }
}
