//! JSON for people: a line for each field.

/// Returns JSON that was written without spaces with a line for each value, and a line end behind all.
pub(super) fn pretty(json: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(json.len() * 2);
    let (mut depth, mut in_quotes, mut is_escaped) = (0, false, false);
    let line = |text: &mut Vec<u8>, depth: usize| {
        text.push(b'\n');
        text.resize(text.len() + 2 * depth, b' ');
    };
    for (place, byte) in json.iter().copied().enumerate() {
        if in_quotes {
            text.push(byte);
            in_quotes = byte != b'"' || is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            continue;
        }
        match byte {
            b'{' | b'[' => {
                text.push(byte);
                depth += 1;
                if !matches!(json.get(place + 1), Some(b'}' | b']')) {
                    line(&mut text, depth);
                }
            }
            b'}' | b']' => {
                depth -= 1;
                if !matches!(text.last(), Some(b'{' | b'[')) {
                    line(&mut text, depth);
                }
                text.push(byte);
            }
            b',' => {
                text.push(byte);
                line(&mut text, depth);
            }
            b':' => text.extend_from_slice(b": "),
            _ => {
                in_quotes = byte == b'"';
                text.push(byte);
            }
        }
    }
    text.push(b'\n');
    text
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn a_value_has_a_line_and_texts_are_left_alone() {
        let json = r#"{"a":"{[,:\"\\","b":[],"c":{},"d":[1,{"e":true}]}"#;
        let lines = "{\n  \"a\": \"{[,:\\\"\\\\\",\n  \"b\": [],\n  \"c\": {},\n  \"d\": [\n    1,\n    {\n      \"e\": true\n    }\n  ]\n}\n";
        assert_eq!(String::from_utf8(pretty(json.as_bytes())).expect("text"), lines);
    }
}
