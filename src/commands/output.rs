//! Where a request comes from and where an answer goes.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;

use super::ending::CommandEnd;

/// The most bytes of a request, as for a call.
pub(super) const REQUEST_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A request's source.
pub(super) struct Input {
    pub reader: Box<dyn Read>,
    /// The name for messages.
    pub name: String,
    /// The length of a file, where it is one.
    pub bytes: Option<u64>,
}

impl Input {
    /// Opens a file, or standard input.
    pub fn of(file: Option<&Path>) -> Result<Input, CommandEnd> {
        let Some(file) = file.filter(|file| *file != Path::new("-")) else {
            if io::stdin().is_terminal() {
                eprintln!("paydirt: reading from the terminal; Ctrl-D ends the request");
            }
            return Ok(Input { reader: Box::new(io::stdin()), name: "standard input".to_owned(), bytes: None });
        };
        let name = file.display().to_string();
        let opened = File::open(file).and_then(|opened| Ok((opened.metadata()?, opened)));
        let (metadata, opened) = opened.map_err(|error| CommandEnd::unread(&name, &error))?;
        Ok(Input { reader: Box::new(opened), name, bytes: metadata.is_file().then_some(metadata.len()) })
    }

    /// Reads one request.
    pub fn request(self) -> Result<Vec<u8>, CommandEnd> {
        let mut text = Vec::new();
        let read = self.reader.take(REQUEST_BYTES_MAX as u64 + 1).read_to_end(&mut text);
        read.map_err(|error| CommandEnd::unread(&self.name, &error))?;
        if text.len() > REQUEST_BYTES_MAX {
            return Err(CommandEnd::Refused(vec![too_long()]));
        }
        Ok(text)
    }
}

/// Returns the refusal of a request that is too long.
pub(super) fn too_long() -> String {
    format!("the request has more than {REQUEST_BYTES_MAX} bytes")
}

/// Writes to standard output, all of it at once.
pub(super) fn print(text: &[u8]) -> Result<(), CommandEnd> {
    let mut output = io::stdout().lock();
    output.write_all(text).and_then(|()| output.flush()).map_err(|error| CommandEnd::unwritten(&error))
}
