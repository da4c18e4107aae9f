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
/// The beginning of HTTP/2's connection preface, as long as no method of HTTP/1 begins so.
const PREFACE: &[u8] = b"PRI ";
/// The number of bytes that are discarded of a request in HTTP/1: a system that closes a connection with unread bytes may take back the
/// answer.
const DISCARDED_BYTES_MAX: usize = 64 * 1024;

/// Returns the first bytes that the peer sends, however long that takes; `None` when the peer leaves without a byte.
pub(super) async fn first_bytes(io: &mut (impl AsyncRead + Unpin)) -> Option<Bytes> {
    let mut bytes = [0; FIRST_BYTES];
    match io.read(&mut bytes).await {
        Ok(length @ 1..) => Some(Bytes::copy_from_slice(&bytes[..length])),
        _ => None,
    }
}

/// Returns the first bytes that the peer sends, enough to tell HTTP/2 from HTTP/1; `None` when the peer leaves before that.
pub(super) async fn first_bytes_of_either(io: &mut (impl AsyncRead + Unpin)) -> Option<Bytes> {
    let (mut bytes, mut length) = ([0; FIRST_BYTES], 0);
    while length < PREFACE.len() && PREFACE.starts_with(&bytes[..length]) {
        match io.read(&mut bytes[length..]).await {
            Ok(more @ 1..) => length += more,
            _ => return None,
        }
    }
    Some(Bytes::copy_from_slice(&bytes[..length]))
}

/// Returns whether a connection that begins with these bytes speaks HTTP/2, as far as they tell.
pub(super) fn is_http_2(first_bytes: &[u8]) -> bool {
    first_bytes.starts_with(PREFACE)
}

/// Returns whether a connection that begins with these bytes speaks HTTP/1. HTTP/2's preface has a method of its own, `PRI`.
pub(super) fn is_http_1(first_bytes: &[u8]) -> bool {
    ["GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "OPTIONS ", "CONNECT ", "TRACE ", "PATCH "]
        .iter()
        .any(|method| first_bytes.starts_with(method.as_bytes()))
}

/// Returns the answer to a request in HTTP/1 on the port for gRPC, which names the web port where there is one.
fn refusal(web_port: Option<u16>) -> String {
    let line = match web_port {
        Some(port) => format!("this port speaks gRPC over HTTP/2; HTTP/1.1 and JSON are spoken on port {port}\n"),
        None => "this port speaks gRPC over HTTP/2\n".to_owned(),
    };
    let length = line.len();
    format!(
        "HTTP/1.1 505 HTTP Version Not Supported\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{line}"
    )
}

/// Tells a peer that speaks HTTP/1 that this port speaks HTTP/2, and closes its way in. Takes [`config::CLOSE_TIMEOUT`] at the most.
pub(super) async fn refuse_http_1(mut io: impl AsyncRead + AsyncWrite + Unpin, web_port: Option<u16>) {
    let refused = async {
        io.write_all(refusal(web_port).as_bytes()).await?;
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
        for web_port in [None, Some(8080)] {
            let refusal = refusal(web_port);
            let (head, body) = refusal.split_once("\r\n\r\n").unwrap();
            assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{refusal}");
            assert_eq!(body.lines().count(), 1);
            assert_eq!(body.contains("8080"), web_port.is_some());
        }
    }

    #[tokio::test]
    async fn as_many_bytes_are_read_as_tell_http_2_from_http_1() {
        for (pieces, is_2, length) in [
            (&["P", "RI * HTTP/2.0"][..], true, 14),
            (&["PRI "], true, 4),
            (&["P", "OST / HTTP/1.1\r\n"], false, 17),
            (&["PR", "OPFIND / HTTP/1.1"], false, 19),
            (&["GET"], false, 3),
            (&["\0"], false, 1),
        ] {
            let (mut theirs, mut ours) = tokio::io::duplex(64);
            let read = tokio::spawn(async move { first_bytes_of_either(&mut ours).await });
            for piece in pieces {
                theirs.write_all(piece.as_bytes()).await.expect("it is read");
                tokio::task::yield_now().await;
            }
            let bytes = read.await.expect("no panic").expect("bytes");
            assert_eq!((is_http_2(&bytes), bytes.len()), (is_2, length), "{pieces:?}");
        }
        let (theirs, mut ours) = tokio::io::duplex(64);
        drop(theirs);
        assert_eq!(first_bytes_of_either(&mut ours).await, None);
    }
}
