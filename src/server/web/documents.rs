//! The documents of the web port: bytes that are the same for every caller. A path is looked up in the table here, and in no file system.

use std::fmt::Write;
use std::sync::LazyLock;

use http::{HeaderMap, HeaderValue, Response, header};
use hyper::body::Bytes;

use super::framing::takes_gzip;
use super::mcp_head;
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
}

/// The table of documents.
static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(|| {
    let mut documents: Vec<_> = documents::DOCUMENTS
        .iter()
        .map(|document| Document {
            path: document.path,
            content_type: document.media_type,
            bytes: Bytes::from_static(document.plain),
            gzip: Some(Bytes::from_static(document.gzip)),
        })
        .collect();
    let bytes = Bytes::from(start(&documents));
    documents.push(Document { path: "/", content_type: "text/plain; charset=utf-8", bytes, gzip: None });
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
    let _ = writeln!(text, "{}", mcp_head::PATH);
    for method in Method::all().filter(|method| !method.is_housekeeping()) {
        let _ = writeln!(text, "/{}", method.name());
    }
    text
}

impl Document {
    /// Returns the answer to whoever asks for the document, without its bytes for a HEAD.
    pub fn answer(&self, headers: &HeaderMap, is_head: bool) -> Response<Bytes> {
        let gzip = self.gzip.as_ref().filter(|_| takes_gzip(headers, &header::ACCEPT_ENCODING));
        let bytes = gzip.unwrap_or(&self.bytes);
        let mut response = Response::new(if is_head { Bytes::new() } else { bytes.clone() });
        let answered = response.headers_mut();
        answered.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        answered.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        if gzip.is_some() {
            answered.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if self.gzip.is_some() {
            answered.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        response
    }
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
}
