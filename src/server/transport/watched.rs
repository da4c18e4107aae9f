//! The bytes that a peer sends, counted between the socket and hyper.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::server::call::connection::Connection;

/// The byte stream of a connection, which counts the bytes that the peer sends. A flood of bytes without content becomes an I/O
/// error, which ends the connection.
pub(super) struct Watched<IO> {
    pub io: IO,
    /// Bytes of the peer that have been read from `io` already, and come first.
    pub first_bytes: Bytes,
    pub connection: Arc<Connection>,
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
        let may_go_on = self.connection.may_go_on_after(buffer.filled().len() - before);
        Poll::Ready(if may_go_on { Ok(()) } else { Err(io::Error::other("more bytes that carry nothing than are allowed")) })
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for Watched<IO> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}
