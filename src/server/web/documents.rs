//! The documents of the web port, the files of the page among them: bytes that are the same for every caller. A path is looked up in the table
//! here, and in no file system.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use hyper::body::Bytes;

use super::framing::takes_gzip;
use super::page;
use crate::server::telemetry::labels::WebRequest;
use crate::wire::documents;

/// The policy of every page that is shown here: scripts and styles are files of this server, nothing comes from elsewhere, nothing is sent
/// elsewhere, no other page frames it, and no script makes markup of a text.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
);
static OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// A document, or a file of the page.
#[derive(Debug)]
pub(super) struct Document {
    /// The kind that requests for the document are counted as.
    pub kind: WebRequest,
    content_type: &'static str,
    bytes: Bytes,
    /// The bytes compressed by gzip, where that makes them shorter.
    gzip: Option<Bytes>,
    /// The entity tag of the bytes, and that of the compressed ones.
    tags: [HeaderValue; 2],
}

/// The table of documents, by their paths.
static DOCUMENTS: LazyLock<HashMap<&str, Document>> = LazyLock::new(|| {
    let documents = documents::DOCUMENTS.iter().map(|document| {
        (document.path, Document::new(WebRequest::Document, document.media_type, document.plain, document.gzip))
    });
    let files =
        page::FILES.iter().map(|file| (file.path, Document::new(WebRequest::Page, file.media_type, file.plain, file.gzip)));
    documents.chain(files).collect()
});

/// Returns the document at a path.
pub(super) fn at(path: &str) -> Option<&'static Document> {
    DOCUMENTS.get(path)
}

impl Document {
    fn new(kind: WebRequest, content_type: &'static str, plain: &'static [u8], gzip: &'static [u8]) -> Document {
        let (bytes, gzip) =
            (Bytes::from_static(plain), Some(gzip).filter(|gzip| gzip.len() < plain.len()).map(Bytes::from_static));
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        let tags = ["", "-gzip"].map(|suffix| {
            // Hexadecimal digits are good in every header.
            HeaderValue::try_from(format!("\"{:016x}{suffix}\"", hasher.finish())).unwrap_or(HeaderValue::from_static("\"\""))
        });
        Document { kind, content_type, bytes, gzip, tags }
    }

    /// Returns the answer to whoever asks for the document, without its bytes for a HEAD, and without them for whoever has them already.
    pub fn answer(&self, headers: &HeaderMap, is_head: bool) -> Response<Bytes> {
        let gzip = self.gzip.as_ref().filter(|_| takes_gzip(headers, &header::ACCEPT_ENCODING));
        let bytes = gzip.unwrap_or(&self.bytes);
        let tag = &self.tags[usize::from(gzip.is_some())];
        let is_known = has(headers, tag);
        let mut response = Response::new(if is_head || is_known { Bytes::new() } else { bytes.clone() });
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let answered = response.headers_mut();
        answered.insert(header::ETAG, tag.clone());
        answered.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        answered.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        if !is_known {
            answered.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        }
        if gzip.is_some() {
            answered.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if self.content_type.starts_with("text/html") {
            answered.insert(header::CONTENT_SECURITY_POLICY, POLICY);
            answered.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
            answered.insert(OPENER_POLICY.clone(), HeaderValue::from_static("same-origin"));
        }
        if self.gzip.is_some() {
            answered.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        response
    }
}

/// Returns whether a request names this tag among those that its sender has the bytes of.
fn has(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let lists = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|list| list.to_str().ok());
    let mut named = lists.flat_map(|list| list.split(',')).map(|named| named.trim().trim_start_matches("W/"));
    named.any(|named| named == "*" || named.as_bytes() == tag.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_that_of_a_document_or_of_nothing() {
        for path in ["/", "/app.js", "/lib/preact.js", "/contract.json", "/errors"] {
            assert!(at(path).is_some(), "{path}");
        }
        for path in [
            "",
            "//",
            "/index.html",
            "/page/app.js",
            "/lib",
            "/lib/",
            "/../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "/app.js.gz",
            "/APP.JS",
        ] {
            assert!(at(path).is_none(), "{path}");
        }
    }

    #[test]
    fn whoever_has_a_document_is_not_sent_it_again() {
        let document = at("/errors").expect("a document");
        let asked = |encoding: &'static str, known: &HeaderValue| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(encoding));
            headers.insert(header::IF_NONE_MATCH, known.clone());
            document.answer(&headers, false)
        };
        let [plain, gzip] = &document.tags;
        assert_ne!(plain, gzip);
        assert_ne!(*plain, at("/").expect("a start").tags[0]);
        let list = HeaderValue::try_from(format!("\"other\", W/{}", plain.to_str().expect("text"))).expect("a header");
        for (encoding, known, is_known) in [
            ("identity", plain, true),
            ("gzip", gzip, true),
            ("identity", &list, true),
            ("identity", &HeaderValue::from_static("*"), true),
            ("gzip", plain, false),
            ("identity", gzip, false),
            ("identity", &HeaderValue::from_static("\"other\""), false),
        ] {
            let answer = asked(encoding, known);
            let tag = if encoding == "gzip" { gzip } else { plain };
            assert_eq!(answer.headers()[header::ETAG], tag, "{encoding} {known:?}");
            assert_eq!(answer.status() == StatusCode::NOT_MODIFIED, is_known, "{encoding} {known:?}");
            assert_eq!(answer.body().is_empty(), is_known, "{encoding} {known:?}");
        }
    }
}
