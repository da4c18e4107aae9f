//! A JSON object that is written field by field. What is large, such as an answer, is JSON already and is put in as it stands.

/// A JSON object in the making.
#[derive(Debug)]
pub struct Object(String);

impl Object {
    pub fn new() -> Object {
        Object("{".to_owned())
    }

    /// Adds a field whose value is JSON already.
    #[must_use]
    pub fn json(mut self, name: &str, value: &str) -> Object {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(&quoted(name));
        self.0.push(':');
        self.0.push_str(value);
        self
    }

    /// Adds a field whose value is a text.
    #[must_use]
    pub fn text(self, name: &str, value: &str) -> Object {
        self.json(name, &quoted(value))
    }

    pub fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// A text as a JSON string.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A JSON list of values that are JSON already.
pub fn list(items: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut written = "[".to_owned();
    for item in items {
        if written.len() > 1 {
            written.push(',');
        }
        written.push_str(item.as_ref());
    }
    written.push(']');
    written
}
