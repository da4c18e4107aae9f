//! JSON as it was written: numbers with all of their digits, fields in their order, and fields that stand twice.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::unreadable::at;

/// Depth of nested lists and objects at which the text is refused: serde_json goes no deeper either.
const DEPTH_MAX: usize = 128;

/// A value of JSON. A number is kept as it was written.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it was written.
    Number(&'a str),
    /// A text, without quotes and escapes.
    Text(String),
    /// A list.
    List(Vec<Tree<'a>>),
    /// An object: each field with its value, in the order of the text.
    Object(Vec<(String, Tree<'a>)>),
}

impl<'a> Tree<'a> {
    /// Reads JSON.
    ///
    /// # Errors
    /// The place where the text is no JSON, and why.
    pub fn of(text: &'a str) -> Result<Tree<'a>, String> {
        if text.trim().is_empty() {
            return Err("there is no text, and {} is the shortest request".to_owned());
        }
        // Whether this is JSON is decided by serde_json alone. Numbers and the insides of texts are not looked at there.
        let mut json = serde_json::Deserializer::from_str(text);
        IgnoredAny::deserialize(&mut json).and_then(|_| json.end()).map_err(|error| {
            let why = error.to_string();
            let why = why.split(" at line ").next().unwrap_or_default();
            at(text, error.line(), error.column(), &in_words(text, why))
        })?;
        Parser { text, position: 0 }.value(0)
    }
}

fn in_words(text: &str, why: &str) -> String {
    if text.starts_with('\u{feff}') {
        return "a byte order mark stands before the text".to_owned();
    }
    why.replace('`', "\"")
}

/// A parser of text that is known to be JSON, but for the insides of its texts and its depth.
struct Parser<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Parser<'a> {
    fn value(&mut self, depth: usize) -> Result<Tree<'a>, String> {
        if depth > DEPTH_MAX {
            return Err(self.here(&format!("lists and objects are nested deeper than {DEPTH_MAX} levels")));
        }
        match self.next() {
            b'{' => {
                self.position += 1;
                let mut fields = Vec::new();
                while self.has_member(b'}') {
                    let name = self.quoted()?;
                    self.next();
                    self.position += 1;
                    fields.push((name, self.value(depth + 1)?));
                }
                Ok(Tree::Object(fields))
            }
            b'[' => {
                self.position += 1;
                let mut items = Vec::new();
                while self.has_member(b']') {
                    items.push(self.value(depth + 1)?);
                }
                Ok(Tree::List(items))
            }
            b'"' => self.quoted().map(Tree::Text),
            _ => Ok(match self.word() {
                "null" => Tree::Null,
                "true" => Tree::Bool(true),
                "false" => Tree::Bool(false),
                number => Tree::Number(number),
            }),
        }
    }

    /// Goes to the next byte that is no space, and returns it; 0 at the end.
    fn next(&mut self) -> u8 {
        let rest = &self.text.as_bytes()[self.position..];
        let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.position += spaces;
        rest.get(spaces).copied().unwrap_or(0)
    }

    /// Goes to the next member of a list or an object, or behind its end.
    fn has_member(&mut self, end: u8) -> bool {
        if self.next() == b',' {
            self.position += 1;
            self.next();
        }
        let is_end = [end, 0].contains(&self.next());
        self.position += usize::from(is_end);
        !is_end
    }

    fn word(&mut self) -> &'a str {
        let rest = &self.text[self.position..];
        let is_end = |character| matches!(character, ',' | ']' | '}' | ' ' | '\t' | '\n' | '\r');
        let word = &rest[..rest.find(is_end).unwrap_or(rest.len())];
        self.position += word.len();
        word
    }

    fn quoted(&mut self) -> Result<String, String> {
        self.next();
        let rest = &self.text[self.position..];
        let mut is_escaped = true;
        let end = rest.bytes().position(|byte| {
            let is_end = byte == b'"' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            is_end
        });
        let quoted = &rest[..end.map_or(rest.len(), |end| end + 1)];
        let text = serde_json::from_str(quoted).map_err(|error| {
            self.position += error.column().saturating_sub(1).min(quoted.len());
            let why = error.to_string();
            self.here(why.split(" at line ").next().unwrap_or_default())
        })?;
        self.position += quoted.len();
        Ok(text)
    }

    fn here(&self, why: &str) -> String {
        let before = self.text.get(..self.position).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = self.position - before.rfind('\n').map_or(0, |end| end + 1) + 1;
        at(self.text, line, column, why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_kept_as_it_was_written() {
        let text = "\u{20}{ \"a\" : [1.50,-0e+1 , true,null,[],{}],\n\"a\":\"\\\"\\u00e9\\\\\" } ";
        let list = vec![
            Tree::Number("1.50"),
            Tree::Number("-0e+1"),
            Tree::Bool(true),
            Tree::Null,
            Tree::List(Vec::new()),
            Tree::Object(Vec::new()),
        ];
        let fields = vec![("a".to_owned(), Tree::List(list)), ("a".to_owned(), Tree::Text("\"é\\".to_owned()))];
        assert_eq!(Tree::of(text), Ok(Tree::Object(fields)));
        assert_eq!(Tree::of("12"), Ok(Tree::Number("12")));
    }

    #[test]
    fn text_that_is_no_json_says_where_and_why() {
        for (text, why) in [
            ("", "there is no text, and {} is the shortest request"),
            ("{\n \"a\": \"b\"\n \"c\": 1}", "line 3, column 2: expected \",\" or \"}\": \""),
            ("{\"a\" 1}", "line 1, column 6: expected \":\": {\"a\" 1"),
            ("{\"a\": NaN}", "line 1, column 7: expected value: {\"a\": N"),
            ("{} {}", "line 1, column 4: trailing characters: {} {"),
            ("\u{feff}{}", "line 1, column 1: a byte order mark stands before the text"),
            ("{\"a\": \"\\ud800\"}", "line 1, column 14: unexpected end of hex escape: {\"a\": \"\\ud800\""),
            ("[1,]", "line 1, column 4: expected value: [1,]"),
        ] {
            assert_eq!(Tree::of(text).expect_err(text), why, "{text}");
        }
        let deep = |levels| "[".repeat(levels) + &"]".repeat(levels);
        assert!(Tree::of(&deep(128)).is_ok());
        assert!(Tree::of(&deep(100_000)).expect_err("deep").starts_with("line 1, column 130: lists and objects are nested"));
    }
}
