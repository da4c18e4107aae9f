//! The name that somebody may have meant: the nearest of those that there are.

/// Returns the name that a word is likely to stand for, if one is near. Upper and lower case, underscores, dashes and spaces make no
/// difference.
#[must_use]
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Likeness at which two names are near: 1 for the same name, 0 for names that share nothing.
    const NEAR: f64 = 0.7;
    let word = squeezed(word);
    let letters = word.chars().count();
    let likeness = |name: &str| {
        let name = squeezed(name);
        let (shorter, longer) = (letters.min(name.chars().count()), letters.max(name.chars().count()));
        // As many letters are missing as one is longer than the other. To compare two names takes a step for each pair of their letters.
        if (shorter as f64) < NEAR * longer as f64 { 0.0 } else { strsim::normalized_damerau_levenshtein(&word, &name) }
    };
    let (likeness, name) = names.into_iter().map(|name| (likeness(name), name)).max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (likeness >= NEAR).then_some(name)
}

/// Returns the likeness of two names: 1 for the same name, 0 for names that share nothing.
#[must_use]
pub fn likeness_of(one: &str, other: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(&squeezed(one), &squeezed(other))
}

/// The letters of a name that count.
fn squeezed(name: &str) -> String {
    /// No name is as long: what is longer is compared by its beginning, so that the work has a bound.
    const LETTERS_MAX: usize = 64;
    let letters = name.chars().filter(|letter| !matches!(letter, '_' | '-' | ' '));
    letters.take(LETTERS_MAX).map(|letter| letter.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_meant_where_one_is_near() {
        let names = ["runway", "capex_roi", "break_even_point"];
        for (word, meant) in [
            ("runwy", Some("runway")),
            ("CapexROI", Some("capex_roi")),
            ("breakeven-point", Some("break_even_point")),
            ("regret", None),
            ("", None),
            // As near as names of other lengths come: seven letters of ten.
            ("runwayxyz", None),
            ("runwayxy", Some("runway")),
            ("ruwy", None),
            ("runay", Some("runway")),
        ] {
            assert_eq!(nearest(word, names), meant, "{word}");
        }
        assert_eq!(nearest("a", []), None);
        assert_eq!(nearest(&"runway".repeat(1_000_000), names), None);
    }
}
