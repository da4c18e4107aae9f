//! The TLS handshake of a connection, with a timeout, and the log of handshakes that fail. A worker thread performs the handshake before
//! it serves the connection.

use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};
use tokio_rustls::server::TlsStream;

use crate::server::config;
use crate::server::stage::{self, Watcher};
use crate::server::telemetry::per_minute::PerMinute;
use crate::server::tls::Tls;

/// Performs the TLS handshake with a peer. The timeout is [`config::HANDSHAKE_TIMEOUT`].
///
/// A peer without ALPN is taken to speak HTTP/2, as Envoy's health checks do: the preface shows whether it does. A peer whose ALPN does not
/// offer HTTP/2 is refused by the handshake.
///
/// # Errors
/// When the handshake fails or takes too long; `None` when the process drains meanwhile.
pub(crate) async fn handshake(
    tls: &Tls,
    stream: tokio::net::TcpStream,
    stage: Watcher,
) -> Result<TlsStream<tokio::net::TcpStream>, Option<Failure>> {
    let handshake = async {
        // A peer that leaves without a byte, as a TCP probe does, has cost nothing.
        match stream.peek(&mut [0]).await {
            Ok(1..) => tls.acceptor().accept(stream).await.map_err(|error| Failure::of(&error)),
            _ => Err(Failure::Silent),
        }
    };
    tokio::select! {
        stream = tokio::time::timeout(config::HANDSHAKE_TIMEOUT, handshake) => match stream {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(failure)) => Err(Some(failure)),
            Err(_) => Err(Some(Failure::Late)),
        },
        () = stage::draining(stage) => Err(None),
    }
}

/// The reason why a handshake has failed. It says nothing that the peer has sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The peer does not speak TLS.
    PlainText,
    /// The peer has no certificate, and mutual TLS asks for one.
    NoCertificate,
    /// The peer's certificate is not of one of the issuers that are known.
    UnknownIssuer,
    /// The peer's certificate has ended, or has not begun.
    NotNow,
    /// The peer's certificate cannot be used for another reason.
    BadCertificate,
    /// The peer does not accept the server's certificate.
    Distrust,
    /// The peer's ALPN does not offer HTTP/2.
    NoCommonProtocol,
    /// The peer shares no version of TLS, or no algorithm, with the server.
    NoCommonVersion,
    /// The handshake took too long.
    Late,
    /// The peer has left without a byte.
    Silent,
    /// The peer has left amid the handshake.
    Left,
    /// Another violation of TLS.
    Broken,
}

impl Failure {
    /// The number of reasons.
    const COUNT: usize = Failure::Broken as usize + 1;

    /// Returns whether the peer has made the server work for nothing.
    pub fn is_misbehaviour(self) -> bool {
        self != Failure::Silent
    }

    fn of(error: &io::Error) -> Failure {
        match error.get_ref().and_then(|error| error.downcast_ref::<Error>()) {
            Some(error) => Failure::of_tls(error),
            None => Failure::Left,
        }
    }

    fn of_tls(error: &Error) -> Failure {
        match error {
            Error::InvalidMessage(InvalidMessage::InvalidContentType) => Failure::PlainText,
            Error::NoCertificatesPresented => Failure::NoCertificate,
            Error::InvalidCertificate(error) => match error {
                CertificateError::UnknownIssuer => Failure::UnknownIssuer,
                CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. } => Failure::NotNow,
                _ => Failure::BadCertificate,
            },
            Error::AlertReceived(
                AlertDescription::UnknownCA
                | AlertDescription::BadCertificate
                | AlertDescription::CertificateUnknown
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateRevoked
                | AlertDescription::UnsupportedCertificate,
            ) => Failure::Distrust,
            Error::NoApplicationProtocol => Failure::NoCommonProtocol,
            Error::PeerIncompatible(_) => Failure::NoCommonVersion,
            _ => Failure::Broken,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Failure::PlainText => "plain text on a port for TLS",
            Failure::NoCertificate => "no client certificate",
            Failure::UnknownIssuer => "a client certificate of an unknown issuer",
            Failure::NotNow => "a client certificate that is not valid now",
            Failure::BadCertificate => "a client certificate that cannot be used",
            Failure::Distrust => "the client does not accept the server's certificate",
            Failure::NoCommonProtocol => "no common protocol: the client's ALPN does not offer h2",
            Failure::NoCommonVersion => "no common version of TLS, or no common algorithm",
            Failure::Late => "no handshake in time",
            Failure::Silent => "the client left without a word",
            Failure::Left => "the client left during the handshake",
            Failure::Broken => "broken TLS",
        }
    }
}

/// The log of failed handshakes. One value serves the whole process.
#[derive(Debug)]
pub(crate) struct FailedHandshakes {
    /// The limits by reason, so that a probe that connects and leaves does not displace a client whose certificate has ended.
    limits: [PerMinute; Failure::COUNT],
}

impl FailedHandshakes {
    /// The number of lines about one reason in one minute.
    const LINES_PER_MINUTE_MAX: u32 = 3;

    pub fn new() -> FailedHandshakes {
        FailedHandshakes { limits: std::array::from_fn(|_| PerMinute::new(FailedHandshakes::LINES_PER_MINUTE_MAX)) }
    }

    /// Logs a handshake that has failed, unless there are too many of the same reason.
    pub fn log(&self, peer: SocketAddr, failure: Failure) {
        let limit = &self.limits[failure as usize];
        if !limit.admits(Instant::now()) {
            return;
        }
        let left_out = limit.left_out();
        let left_out = (left_out > 0).then_some(left_out);
        tracing::warn!(%peer, reason = failure.text(), left_out, "TLS handshake failed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_by_its_error() {
        let of = |error: Error| Failure::of(&io::Error::new(io::ErrorKind::InvalidData, error));
        for (error, failure) in [
            (Error::InvalidMessage(InvalidMessage::InvalidContentType), Failure::PlainText),
            (Error::NoCertificatesPresented, Failure::NoCertificate),
            (Error::InvalidCertificate(CertificateError::UnknownIssuer), Failure::UnknownIssuer),
            (Error::InvalidCertificate(CertificateError::NotValidYet), Failure::NotNow),
            (Error::InvalidCertificate(CertificateError::BadSignature), Failure::BadCertificate),
            (Error::AlertReceived(AlertDescription::UnknownCA), Failure::Distrust),
            (Error::AlertReceived(AlertDescription::HandshakeFailure), Failure::Broken),
            (Error::NoApplicationProtocol, Failure::NoCommonProtocol),
        ] {
            assert_eq!(of(error.clone()), failure, "{error}");
        }
        assert_eq!(Failure::of(&io::ErrorKind::UnexpectedEof.into()), Failure::Left);
        assert_eq!(Failure::of(&io::ErrorKind::ConnectionReset.into()), Failure::Left);
    }
}
