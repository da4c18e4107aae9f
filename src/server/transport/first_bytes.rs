//! The first bytes of a connection, which tell a peer that speaks HTTP/1 from one that speaks HTTP/2.
//!
//! hyper closes a connection without HTTP/2's preface and says so in HTTP/2, which a person with curl cannot read.

use std::io;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use crate::server::config;

/// The length in bytes of HTTP/2's connection preface, and of the beginning of a connection that is looked at.
const FIRST_BYTES: usize = 24;
/// The number of bytes that are discarded of a request in HTTP/1: a system that closes a connection with unread bytes may take back the
/// answer.
const DISCARDED_BYTES_MAX: usize = 64 * 1024;

/// The answer to a request in HTTP/1.
const REFUSAL: &[u8] = b"HTTP/1.1 505 HTTP Version Not Supported\r\ncontent-type: text/plain; charset=utf-8\r\n\
    content-length: 34\r\nconnection: close\r\n\r\nthis port speaks gRPC over HTTP/2\n";

/// Returns the first bytes that the peer sends, however long that takes; `None` when the peer leaves without a byte.
pub(super) async fn first_bytes(io: &mut (impl AsyncRead + Unpin)) -> Option<Bytes> {
    let mut bytes = [0; FIRST_BYTES];
    match io.read(&mut bytes).await {
        Ok(length @ 1..) => Some(Bytes::copy_from_slice(&bytes[..length])),
        _ => None,
    }
}

/// Returns whether a connection that begins with these bytes speaks HTTP/1. HTTP/2's preface has a method of its own, `PRI`.
pub(super) fn is_http_1(first_bytes: &[u8]) -> bool {
    ["GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "OPTIONS ", "CONNECT ", "TRACE ", "PATCH "]
        .iter()
        .any(|method| first_bytes.starts_with(method.as_bytes()))
}

/// Tells a peer that speaks HTTP/1 that this port speaks HTTP/2, and closes its way in. Takes [`config::CLOSE_TIMEOUT`] at the most.
pub(super) async fn refuse_http_1(mut io: impl AsyncRead + AsyncWrite + Unpin) {
    let refused = async {
        io.write_all(REFUSAL).await?;
        io.shutdown().await?;
        let (mut bytes, mut discarded) = ([0; 1024], 0);
        while discarded < DISCARDED_BYTES_MAX {
            match io.read(&mut bytes).await? {
                0 => break,
                length => discarded += length,
            }
        }
        Ok::<_, io::Error>(())
    };
    // A peer that does not take its refusal is closed without it.
    let _ = timeout(config::CLOSE_TIMEOUT, refused).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_of_http_1_is_told_from_a_preface() {
        for first in
            ["GET / HTTP/1.1\r\nhost: a", "POST /paydirt.v1.RunwayS", "OPTIONS * HTTP/1.1\r\n", "HEAD /", "CONNECT a:1"]
        {
            assert!(is_http_1(first.as_bytes()), "{first}");
        }
        for first in ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "P", "GET", "get / HTTP/1.1", "\x16\x03\x01", "\0\0\0\0", "GETS a"] {
            assert!(!is_http_1(first.as_bytes()), "{first}");
        }
    }

    #[test]
    fn the_refusal_is_as_long_as_it_says() {
        let refusal = std::str::from_utf8(REFUSAL).unwrap();
        let (head, body) = refusal.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{refusal}");
        assert_eq!(body.lines().count(), 1);
    }
}
