//! The two eras of the protocol: since 2026-07-28 every request says its version and its client's capabilities, and before that a
//! handshake says so.

use std::borrow::Cow;

use super::envelope::{Envelope, fields, text_of};

/// The revision without a handshake.
pub const STATELESS: &str = "2026-07-28";
/// The revisions with a handshake, newest first.
pub const WITH_HANDSHAKE: [&str; 3] = ["2025-11-25", "2025-06-18", "2025-03-26"];

const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

/// The way by which a message came.
#[derive(Clone, Copy, Debug)]
pub enum Way<'a> {
    /// Standard input and output.
    Streams,
    /// A request of HTTP with these headers.
    Http(RoutingHeaders<'a>),
}

/// The headers that repeat what the body says, for those who route by headers.
#[derive(Clone, Copy, Debug, Default)]
pub struct RoutingHeaders<'a> {
    /// `MCP-Protocol-Version`.
    pub version: Option<&'a str>,
    /// `Mcp-Method`.
    pub method: Option<&'a str>,
    /// `Mcp-Name`.
    pub name: Option<&'a str>,
    /// True where one of them stands there twice, or is no text.
    pub is_unclear: bool,
}

/// The era of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    Stateless,
    WithHandshake,
}

/// Why a request of the stateless era is refused before its method is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadContext {
    /// The part of `_meta` that is missing.
    Missing(&'static str),
    /// The header that does not say what the body says.
    Mismatch(&'static str),
    /// The version that is none of ours.
    Version(String),
}

/// Returns the era of a request.
///
/// # Errors
/// [`BadContext`] of a request whose era is stateless.
pub fn era_of(envelope: &Envelope<'_>, door: Way<'_>) -> Result<Era, BadContext> {
    let [version, capabilities] =
        envelope.params.meta.and_then(|meta| fields(meta.get().as_bytes(), [VERSION, CAPABILITIES]).ok()).unwrap_or_default();
    let in_header = match door {
        Way::Streams => None,
        Way::Http(headers) => headers.version,
    };
    if version.is_none() && in_header.is_none_or(|version| WITH_HANDSHAKE.contains(&version)) {
        return Ok(Era::WithHandshake);
    }
    let Some(version) = version.and_then(text_of) else { return Err(BadContext::Missing(VERSION)) };
    if !capabilities.is_some_and(|capabilities| capabilities.get().starts_with('{')) {
        return Err(BadContext::Missing(CAPABILITIES));
    }
    if let Way::Http(headers) = door {
        agree(envelope, &version, headers)?;
    }
    if version != STATELESS {
        return Err(BadContext::Version(version.chars().take(100).collect()));
    }
    Ok(Era::Stateless)
}

/// Compares the headers with the body.
fn agree(envelope: &Envelope<'_>, version: &str, headers: RoutingHeaders<'_>) -> Result<(), BadContext> {
    if headers.is_unclear {
        return Err(BadContext::Mismatch(
            "one of MCP-Protocol-Version, Mcp-Method and Mcp-Name stands there twice, or is no text",
        ));
    }
    if headers.version != Some(version) {
        return Err(BadContext::Mismatch("MCP-Protocol-Version is not the version in _meta"));
    }
    if headers.method != Some(&envelope.method) {
        return Err(BadContext::Mismatch("Mcp-Method is not the method of the body"));
    }
    let in_body = match &*envelope.method {
        "tools/call" | "prompts/get" => envelope.params.name,
        "resources/read" => envelope.params.uri,
        _ => return Ok(()),
    };
    // A body without a name is refused for that.
    let Some(in_body) = in_body.and_then(text_of) else { return Ok(()) };
    match headers.name.and_then(decoded) {
        Some(name) if name == in_body => Ok(()),
        _ => Err(BadContext::Mismatch("Mcp-Name is not the name in the body")),
    }
}

/// Returns the text of a header, which may be wrapped as `=?base64?…?=`.
fn decoded(header: &str) -> Option<Cow<'_, str>> {
    let Some(wrapped) = header.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?=")) else {
        return Some(Cow::Borrowed(header));
    };
    String::from_utf8(base64(wrapped.as_bytes())?).ok().map(Cow::Owned)
}

/// Returns the bytes of padded base64; `None` of anything else, and of bits that no writer leaves behind.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let (groups, []) = text.as_chunks::<4>() else { return None };
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for (place, group) in groups.iter().enumerate() {
        let padding = group.iter().rev().take_while(|byte| **byte == b'=').count();
        if padding > 2 || (padding > 0 && place + 1 < groups.len()) {
            return None;
        }
        let mut bits = 0u32;
        for byte in &group[..4 - padding] {
            bits = bits << 6 | sextet(*byte)?;
        }
        bits <<= 6 * u32::try_from(padding).ok()?;
        let [_, three @ ..] = bits.to_be_bytes();
        let (kept, left) = three.split_at(3 - padding);
        if left.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(kept);
    }
    Some(bytes)
}

fn sextet(byte: u8) -> Option<u32> {
    Some(match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_may_be_wrapped() {
        assert_eq!(decoded("runway").as_deref(), Some("runway"));
        assert_eq!(decoded("=?base64?SGVsbG8sIOS4lueVjA==?=").as_deref(), Some("Hello, 世界"));
        assert_eq!(decoded("=?base64?IHBhZGRlZCA=?=").as_deref(), Some(" padded "));
        assert_eq!(decoded("=?base64??=").as_deref(), Some(""));
        for bad in
            ["=?base64?SGVsbG8?=", "=?base64?SGVs=G8=?=", "=?base64?SGVsbG9=?=", "=?base64?====?=", "=?base64?/////w==?="]
        {
            assert_eq!(decoded(bad), None, "{bad}");
        }
    }
}
