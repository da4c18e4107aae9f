//! Texts of a caller within sentences: an error stays short, whatever the caller wrote.

/// Quotes a caller's text: its first 40 characters, control characters and marks that nobody sees as escapes.
pub(super) fn quoted(text: &str) -> String {
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
    fn a_long_text_is_quoted_by_its_first_40_characters_and_dots() {
        let (fits, long) = ("é".repeat(40), "é".repeat(41));
        assert_eq!(quoted(&fits), format!("\"{fits}\""));
        assert_eq!(quoted(&long), format!("\"{fits}\"…"));
    }
}
