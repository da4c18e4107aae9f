//! The bytes of a connection, counted between the socket and hyper: what the peer sends, and whether the peer reads.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::data_frames::DataFrames;
use super::exchange::Exchange;
use crate::server::call::connection::Connection;

/// The byte stream of a connection, which counts the bytes that the peer sends. A flood of bytes without content becomes an I/O
/// error, which ends the connection.
///
/// HTTP/2 keeps the data that no call has read yet, and the kernel what the peer does not read. Both are counted here as memory of
/// the connection, because nobody else sees them.
pub(super) struct Watched<IO> {
    io: IO,
    /// Bytes of the peer that have been read from `io` already, and come first.
    first_bytes: Bytes,
    connection: Arc<Connection>,
    speech: Speech,
    /// Whether HTTP/2 has been told how the stream is written to.
    is_told: Cell<bool>,
}

/// The facts that the bytes tell, by the version of HTTP.
enum Speech {
    /// In HTTP/1.1: whether the head of a request is on its way. hyper keeps no more than its buffer.
    Http1(Arc<Exchange>),
    /// In HTTP/2: how much of the bytes is data of request bodies.
    Http2(DataFrames),
}

impl<IO> Watched<IO> {
    pub fn of_http_2(io: IO, first_bytes: Bytes, connection: Arc<Connection>) -> Watched<IO> {
        let speech = Speech::Http2(DataFrames::default());
        Watched { io, first_bytes, connection, speech, is_told: Cell::new(false) }
    }

    pub fn of_http_1(io: IO, first_bytes: Bytes, connection: Arc<Connection>, exchange: Arc<Exchange>) -> Watched<IO> {
        Watched { io, first_bytes, connection, speech: Speech::Http1(exchange), is_told: Cell::new(true) }
    }

    pub fn into_inner(self) -> IO {
        self.io
    }

    /// Counts what the kernel and HTTP/2 keep while the socket takes no more.
    fn written(&mut self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Pending => self.connection.is_stuck(),
            Poll::Ready(bytes) => self.connection.has_written(*bytes.as_ref().unwrap_or(&0)),
        }
        written
    }
}

impl<IO: AsyncRead + Unpin> AsyncRead for Watched<IO> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        if self.first_bytes.is_empty() {
            ready!(Pin::new(&mut self.io).poll_read(context, buffer))?;
        } else {
            let length = self.first_bytes.len().min(buffer.remaining());
            buffer.put_slice(&self.first_bytes.split_to(length));
        }
        let come = &buffer.filled()[before..];
        let Watched { speech, connection, .. } = &mut *self;
        match speech {
            Speech::Http1(exchange) => exchange.bytes_come(come.len()),
            Speech::Http2(frames) => frames.begin_in(come, |length| connection.data_comes(length)),
        }
        let may_go_on = self.connection.may_go_on_after(come.len());
        Poll::Ready(if may_go_on { Ok(()) } else { Err(io::Error::other("more bytes that carry nothing than are allowed")) })
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for Watched<IO> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(context, bytes);
        self.written(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(context, slices);
        self.written(written)
    }

    /// Returns false where HTTP/2 asks for the first time. By that answer h2 decides up to which length it copies the data of frames behind each
    /// other: 1 KiB, or 256 bytes where several pieces can be written at once. Data that h2 does not copy costs a call of the system for each
    /// frame, 6 µs, and an answer in JSON has some 400 bytes. From then on the answer is the stream's, so that longer data goes out with its head.
    fn is_write_vectored(&self) -> bool {
        self.is_told.replace(true) && self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}
