//! Who meets whom: a client and the server, through memory.

use std::io;
use std::sync::Arc;

use rcgen::KeyPair;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, HandshakeKind, ProtocolVersion, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio_rustls::TlsConnector;

use super::{Authority, Identity, NAME, Place};
use crate::server::tls::certificate::Der;
use crate::server::tls::{Tls, peer_names};

const VERSIONS: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];
const BILLING: [&str; 2] = ["billing.example.com", "spiffe://example.com/billing"];

/// Result of a handshake, as seen from the server, without its certificate.
#[derive(Debug)]
struct Meeting {
    version: ProtocolVersion,
    protocol: Vec<u8>,
    kind: HandshakeKind,
    client_names: Vec<String>,
    certificate: CertificateDer<'static>,
}

fn certificate_of(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate")
}

/// A client that trusts an authority, and remembers its sessions.
fn client(version: &'static SupportedProtocolVersion, server_ca: &Authority, identity: Option<&Identity>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate_of(&server_ca.pem())).expect("an authority");
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_protocol_versions(&[version]).expect("known").with_root_certificates(roots);
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).expect("a key");
            builder.with_client_auth_cert(vec![certificate_of(&identity.certificate)], key).expect("a pair")
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config)
}

/// One connection and a byte through it: only then does a client of TLS 1.3 know whether it is let in.
async fn meet(tls: &Tls, client: &Arc<ClientConfig>) -> Result<Meeting, io::Error> {
    let (near, far) = duplex(64 * 1024);
    let server = async {
        let mut stream = tls.acceptor().accept(far).await?;
        stream.write_all(b"!").await?;
        stream.flush().await?;
        Ok::<_, io::Error>(stream)
    };
    let client = async {
        let name = ServerName::try_from(NAME).expect("a name");
        let mut stream = TlsConnector::from(Arc::clone(client)).connect(name, near).await?;
        stream.read_u8().await?;
        Ok::<_, io::Error>(stream)
    };
    let (server, client) = tokio::join!(server, client);
    let (server, client) = (server?, client?);
    let (server, client) = (server.get_ref().1, client.get_ref().1);
    Ok(Meeting {
        version: server.protocol_version().expect("a version"),
        protocol: server.alpn_protocol().expect("a protocol").to_vec(),
        kind: server.handshake_kind().expect("a handshake"),
        client_names: peer_names(server),
        certificate: client.peer_certificates().expect("a certificate")[0].clone(),
    })
}

/// Returns the error of the server for a client that it refuses.
async fn refusal(tls: &Tls, client: &Arc<ClientConfig>) -> String {
    meet(tls, client).await.expect_err("it is refused").to_string()
}

#[tokio::test]
async fn both_versions_speak_http_2_and_nothing_else() {
    let authority = Authority::new("issuer");
    let tls = Place::of(&authority.issue(&[NAME])).tls();
    for version in VERSIONS {
        let client = client(version, &authority, None);
        let meeting = meet(&tls, &client).await.expect("they agree");
        assert_eq!((meeting.version, meeting.protocol), (version.version, b"h2".to_vec()));
        assert!(meeting.client_names.is_empty());

        let mut older = (*client).clone();
        older.alpn_protocols = vec![b"http/1.1".to_vec()];
        assert!(refusal(&tls, &Arc::new(older)).await.contains("any known protocol"));
    }
}

#[tokio::test]
async fn keys_of_every_kind_sign() {
    let authority = Authority::new("issuer");
    let rsa = || KeyPair::from_pem(include_str!("../../../../tests/suite/rsa_key.pem")).expect("a key");
    let generate = |algorithm| KeyPair::generate_for(algorithm).expect("a key");
    let (ed25519, p256, p384) = (&rcgen::PKCS_ED25519, &rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ECDSA_P384_SHA384);
    let kinds = [
        (generate(ed25519), None),
        (generate(p256), None),
        (generate(p256), Some("EC PRIVATE KEY")),
        (generate(p384), None),
        (generate(p384), Some("EC PRIVATE KEY")),
        (rsa(), None),
        (rsa(), Some("RSA PRIVATE KEY")),
    ];
    for (key, older_label) in kinds {
        let inner = inner_key(&key);
        let mut identity = authority.issue_for(key, &[NAME], 2100);
        if let Some(label) = older_label {
            identity.key = pem(label, &inner);
        }
        let tls = Place::of(&identity).tls();
        for version in VERSIONS {
            meet(&tls, &client(version, &authority, None)).await.expect("they agree");
        }
    }
}

/// PKCS#8 wraps what PKCS#1 and SEC1 have bare.
fn inner_key(key: &KeyPair) -> Vec<u8> {
    let (_, wrapped) = Der(key.serialized_der()).next().expect("a sequence");
    let mut elements = Der(wrapped);
    let [_version, _algorithm, (_, key)] = [(); 3].map(|()| elements.next().expect("an element"));
    key.to_vec()
}

fn pem(label: &str, der: &[u8]) -> String {
    let whole = pem_encode(der);
    format!("-----BEGIN {label}-----\n{whole}-----END {label}-----\n")
}

/// In lines of 64, as PEM has them.
fn pem_encode(der: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<char> = der
        .chunks(3)
        .flat_map(|bytes| {
            let bits = (0..3).fold(0_usize, |bits, index| bits << 8 | usize::from(bytes.get(index).copied().unwrap_or(0)));
            let digit =
                move |index: usize| if index > bytes.len() { '=' } else { DIGITS[bits >> (18 - 6 * index) & 63].into() };
            (0..4).map(digit)
        })
        .collect();
    digits.chunks(64).flat_map(|line| line.iter().chain(&['\n'])).collect()
}

#[tokio::test]
async fn under_mutual_tls_a_client_is_known_by_its_certificate() {
    let (server_ca, client_ca) = (Authority::new("issuer"), Authority::new("issuer of clients"));
    let tls = Place::with_client_ca(&server_ca.issue(&[NAME]), &client_ca).tls();
    for version in VERSIONS {
        let known = client(version, &server_ca, Some(&client_ca.issue(&BILLING)));
        let meeting = meet(&tls, &known).await.expect("it is known");
        assert_eq!((meeting.version, meeting.client_names), (version.version, BILLING.map(str::to_owned).to_vec()));

        let nobody = client(version, &server_ca, None);
        assert_eq!(refusal(&tls, &nobody).await, "peer sent no certificates");
        let stranger = client(version, &server_ca, Some(&server_ca.issue(&BILLING)));
        assert_eq!(refusal(&tls, &stranger).await, "invalid peer certificate: UnknownIssuer");
        let late = client(version, &server_ca, Some(&client_ca.issue_expired(&BILLING)));
        assert!(refusal(&tls, &late).await.contains("certificate expired"));
    }
}

#[tokio::test]
async fn the_next_connection_has_the_new_certificate() {
    let authority = Authority::new("issuer");
    let (old, new) = (authority.issue(&[NAME]), authority.issue(&[NAME]));
    let place = Place::of(&old);
    let tls = place.tls();
    let client = client(&TLS13, &authority, None);
    assert_eq!(meet(&tls, &client).await.expect("they agree").certificate, certificate_of(&old.certificate));
    place.write("certificate.pem", &new.certificate);
    tls.reload().expect_err("the key is still the old one");
    assert_eq!(meet(&tls, &client).await.expect("they agree").certificate, certificate_of(&old.certificate));
    place.write("key.pem", &new.key);
    tls.reload().expect("the pair is complete");
    assert_eq!(meet(&tls, &client).await.expect("they agree").certificate, certificate_of(&new.certificate));
}

#[tokio::test]
async fn a_session_is_resumed_until_the_certificate_changes() {
    let authority = Authority::new("issuer");
    let place = Place::of(&authority.issue(&[NAME]));
    let tls = place.tls();
    for version in VERSIONS {
        let client = client(version, &authority, None);
        assert_eq!(meet(&tls, &client).await.expect("they agree").kind, HandshakeKind::Full);
        assert_eq!(meet(&tls, &client).await.expect("they agree").kind, HandshakeKind::Resumed);
        authority.issue(&[NAME]).write(place.directory.path());
        assert!(tls.reload().expect("a good pair"));
        assert_eq!(meet(&tls, &client).await.expect("they agree").kind, HandshakeKind::Full);
    }
}

#[tokio::test]
async fn no_session_outlives_its_authority() {
    let (server_ca, old, new) = (Authority::new("issuer"), Authority::new("old"), Authority::new("new"));
    let place = Place::with_client_ca(&server_ca.issue(&[NAME]), &old);
    let tls = place.tls();
    for version in VERSIONS {
        place.write("client_ca.pem", old.pem());
        tls.reload().expect("a good bundle");
        let client = client(version, &server_ca, Some(&old.issue(&BILLING)));
        for _ in 0..3 {
            assert_eq!(meet(&tls, &client).await.expect("it is known").kind, HandshakeKind::Full, "each shows its certificate");
        }
        place.write("client_ca.pem", new.pem());
        assert!(tls.reload().expect("a good bundle"));
        assert_eq!(refusal(&tls, &client).await, "invalid peer certificate: UnknownIssuer");
    }
}
