//! The documents of the web port: bytes that are the same for every caller. A path is looked up in the table here, and in no file system.

use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use hyper::body::Bytes;

use super::asked::AGENTS_PATH;
use super::framing::takes_gzip;
use crate::server::method::Method;
use crate::wire::documents;

/// A document.
#[derive(Debug)]
pub(super) struct Document {
    pub path: &'static str,
    pub content_type: &'static str,
    pub bytes: Bytes,
    /// The bytes compressed by gzip, where that makes them shorter.
    pub gzip: Option<Bytes>,
    /// The entity tag of the bytes, and that of the compressed ones.
    tags: [HeaderValue; 2],
}

/// The table of documents.
static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(|| {
    let mut documents: Vec<_> = documents::DOCUMENTS
        .iter()
        .map(|document| {
            let (bytes, gzip) = (Bytes::from_static(document.plain), Some(Bytes::from_static(document.gzip)));
            Document::new(document.path, document.media_type, bytes, gzip)
        })
        .collect();
    let bytes = Bytes::from(start(&documents));
    documents.push(Document::new("/", "text/plain; charset=utf-8", bytes, None));
    documents
});

/// Returns the document at a path.
pub(super) fn at(path: &str) -> Option<&'static Document> {
    DOCUMENTS.iter().find(|document| document.path == path)
}

/// Returns the text at `/`: the other documents, and the methods.
fn start(documents: &[Document]) -> String {
    let mut text = "Paydirt answers questions of finance with exact figures. Calls are made by POST: Connect, gRPC-Web, and gRPC over HTTP/2.\n\n".to_owned();
    for document in documents {
        // A text in memory takes every write.
        let _ = writeln!(text, "{}", document.path);
    }
    let _ = writeln!(text, "{}", AGENTS_PATH);
    for method in Method::all().filter(|method| !method.is_housekeeping()) {
        let _ = writeln!(text, "/{}", method.name());
    }
    text
}

impl Document {
    fn new(path: &'static str, content_type: &'static str, bytes: Bytes, gzip: Option<Bytes>) -> Document {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        let tags = ["", "-gzip"].map(|suffix| {
            // Hexadecimal digits are good in every header.
            HeaderValue::try_from(format!("\"{:016x}{suffix}\"", hasher.finish())).unwrap_or(HeaderValue::from_static("\"\""))
        });
        Document { path, content_type, bytes, gzip, tags }
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
    fn the_start_lists_what_there_is() {
        let start = at("/").expect("a start");
        let text = std::str::from_utf8(&start.bytes).expect("text");
        assert!(text.contains("\n/paydirt.v1.RunwayService/ComputeRunway\n") && !text.contains("grpc.health"), "{text}");
        for document in DOCUMENTS.iter().filter(|document| document.path != "/") {
            assert!(text.contains(&format!("\n{}\n", document.path)), "{}", document.path);
        }
        assert!(at("/../Cargo.toml").is_none() && at("").is_none() && at("//").is_none());
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
