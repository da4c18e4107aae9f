//! TLS and mutual TLS on the real program: certificates change while calls go on, and who may call.

use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::json;
use tempfile::TempDir;
use tokio_rustls::TlsConnector;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint};
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::authority::{Authority, Identity, replace};
use crate::program::{Program, eventually};
use crate::support::{Client, runtime};

pub const NAME: &str = "paydirt.test";

/// The program with its files.
pub struct Place {
    directory: TempDir,
    pub program: Program,
}

impl Place {
    pub fn new(identity: &Identity, client_ca: Option<&Authority>, flags: &[&str]) -> Place {
        let directory = tempfile::tempdir().expect("a directory");
        identity.write(directory.path());
        let file = |name: &str| directory.path().join(name).display().to_string();
        let (certificate, key, client_ca_file) = (file("certificate.pem"), file("key.pem"), file("client_ca.pem"));
        let mut all = vec!["--tls-certificate", &certificate, "--tls-key", &key];
        if let Some(client_ca) = client_ca {
            replace(Path::new(&client_ca_file), client_ca.pem());
            all.extend(["--tls-client-ca", &client_ca_file]);
        }
        all.extend(flags);
        let program = Program::start(&all);
        Place { directory, program }
    }

    /// On a connection of its own. A client of TLS 1.3 may learn by its first call only that it is refused.
    pub fn client(&self, server_cas: &[&Authority], identity: Option<&Identity>) -> Result<Client, tonic::transport::Error> {
        let roots = server_cas.iter().map(|authority| Certificate::from_pem(authority.pem()));
        let mut tls = ClientTlsConfig::new().domain_name(NAME).ca_certificates(roots);
        if let Some(Identity { certificate, key }) = identity {
            tls = tls.identity(tonic::transport::Identity::from_pem(certificate, key));
        }
        let endpoint = Endpoint::from_shared(format!("https://{}", self.program.address())).expect("an address is a URI");
        let runtime = runtime();
        let channel = runtime.block_on(endpoint.tls_config(tls)?.connect())?;
        Ok(Client { runtime, channel })
    }

    /// One call on a connection of its own.
    pub fn call(&self, server_cas: &[&Authority], identity: Option<&Identity>) -> Result<(), Status> {
        let client = self.client(server_cas, identity).map_err(|error| Status::unavailable(error.to_string()))?;
        call(&client)
    }

    /// 0 where there is none.
    fn metric(&self, name: &str) -> f64 {
        self.program.metric(name).unwrap_or(0.0)
    }

    fn reloads(&self, result: &str) -> f64 {
        self.metric(&format!("paydirt_tls_reloads_total{{result=\"{result}\"}}"))
    }

    fn until(&self, result: &str, count: f64) {
        eventually(&format!("{result} {count}"), || (self.reloads(result) >= count).then_some(()));
    }
}

pub fn call(client: &Client) -> Result<(), Status> {
    let request = json!({
        "currency_code": "USD", "accelerator_revenue": "150e9", "accelerator_revenue_period": "PERIOD_YEAR",
        "accelerator_cost_share": "0.5", "end_user_gross_margin": "0.5"
    });
    client.call("paydirt.v1.BreakEvenService/ComputeRequiredRevenue", &request).map(|_| ())
}

#[test]
fn calls_go_on_while_certificates_change() {
    let (first, second) = (Authority::new("first"), Authority::new("second"));
    let place = Place::new(&first.issue(&[NAME]), None, &["--tls-poll", "100ms"]);
    let (is_over, calls) = (AtomicBool::new(false), AtomicU32::new(0));
    let more_calls = |count: u32| {
        let aim = calls.load(Ordering::Relaxed) + count;
        eventually("more calls", || (calls.load(Ordering::Relaxed) >= aim).then_some(()));
    };
    std::thread::scope(|scope| {
        // Ends the load also when something below fails.
        let _end = Last(&is_over);
        scope.spawn(|| {
            let client = place.client(&[&first], None).expect("the first certificate");
            while !is_over.load(Ordering::Relaxed) {
                call(&client).expect("an old connection goes on");
                calls.fetch_add(1, Ordering::Relaxed);
            }
        });
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                place.call(&[&first, &second], None).expect("one certificate or the other");
                calls.fetch_add(1, Ordering::Relaxed);
            }
        });
        more_calls(20);
        second.issue(&[NAME]).write(place.directory.path());
        place.until("success", 1.0);
        more_calls(20);
        place.call(&[&second], None).expect("the second certificate is in use");
        place.call(&[&first], None).expect_err("the first is no more");
        first.issue(&[NAME]).write(place.directory.path());
        place.until("success", 2.0);
        more_calls(20);
        place.call(&[&first], None).expect("it is in use again");
    });
}

/// Says that it is over when dropped.
struct Last<'a>(&'a AtomicBool);

impl Drop for Last<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_bad_pair_stays_unused_and_is_counted_once() {
    let authority = Authority::new("issuer");
    let place = Place::new(&authority.issue(&[NAME]), None, &["--tls-poll", "100ms"]);
    let expiry = || place.metric("paydirt_tls_certificate_expiry_timestamp_seconds");
    assert_eq!(eventually("the expiry", || Some(expiry()).filter(|expiry| *expiry > 0.0)), 4_102_444_800.0, "2100-01-01");

    replace(&place.directory.path().join("key.pem"), authority.issue(&[NAME]).key);
    place.until("failure", 1.0);
    let line = place.program.line("TLS files refused, those of before stay in use");
    assert!(line["error"].as_str().expect("why").contains("does not belong to the certificate in"), "{line}");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!((place.reloads("failure"), place.reloads("success")), (1.0, 0.0));
    place.call(&[&authority], None).expect("the old pair is in use");
}

#[test]
fn a_hang_up_reloads_at_once() {
    let (first, second) = (Authority::new("first"), Authority::new("second"));
    let place = Place::new(&first.issue(&[NAME]), None, &["--tls-poll", "1h"]);
    second.issue(&[NAME]).write(place.directory.path());
    place.call(&[&first], None).expect("nobody has looked yet");
    place.program.signal("HUP");
    place.until("success", 1.0);
    place.call(&[&second], None).expect("the second certificate is in use");
}

#[test]
fn under_mutual_tls_only_valid_certificates_are_let_in() {
    let (server_ca, client_ca) = (Authority::new("issuer"), Authority::new("issuer of clients"));
    let place = Place::new(&server_ca.issue(&[NAME]), Some(&client_ca), &[]);
    let names = ["billing.example.com"];
    place.call(&[&server_ca], Some(&client_ca.issue(&names))).expect("it is known");

    place.call(&[&server_ca], None).expect_err("no certificate");
    place.call(&[&server_ca], Some(&server_ca.issue(&names))).expect_err("of someone else");
    place.call(&[&server_ca], Some(&client_ca.issue_expired(&names))).expect_err("it has ended");
    let refused = || place.metric("paydirt_connections_refused_total{reason=\"handshake\"}");
    eventually("three refusals", || (refused() >= 3.0).then_some(()));
    place.call(&[&server_ca], Some(&client_ca.issue(&names))).expect("it is known as before");
}

/// A client's configuration for TLS, with these protocols in ALPN.
fn rustls_client(server_ca: &Authority, protocols: &[&str]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(server_ca.pem().as_bytes()).expect("a certificate")).expect("an authority");
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().expect("known").with_root_certificates(roots);
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    Arc::new(config)
}

/// Handshakes as such a client, and asks for health as Envoy's health checks do.
fn checks(place: &Place, config: &Arc<ClientConfig>) -> Result<ServingStatus, String> {
    let (config, address) = (Arc::clone(config), place.program.address());
    let connector = tower::service_fn(move |_: tonic::codegen::http::Uri| {
        let connector = TlsConnector::from(Arc::clone(&config));
        async move {
            let stream = tokio::net::TcpStream::connect(address).await?;
            let stream = connector.connect(ServerName::try_from(NAME).expect("a name"), stream).await?;
            Ok::<_, std::io::Error>(TokioIo::new(stream))
        }
    });
    runtime().block_on(async {
        let endpoint = Endpoint::from_static("http://paydirt.test");
        let channel = endpoint.connect_with_connector(connector).await.map_err(|error| format!("{error:?}"))?;
        let answer = HealthClient::new(channel).check(HealthCheckRequest::default()).await;
        Ok(answer.map_err(|status| format!("{status:?}"))?.into_inner().status())
    })
}

#[test]
fn a_client_without_alpn_is_served_and_one_of_http_1_is_not() {
    let authority = Authority::new("issuer");
    let place = Place::new(&authority.issue(&[NAME]), None, &[]);
    eventually("it is ready", || (place.program.ask("GET", "/readyz", "").0 == 200).then_some(()));
    for _ in 0..10 {
        assert_eq!(checks(&place, &rustls_client(&authority, &[])), Ok(ServingStatus::Serving));
        assert_eq!(checks(&place, &rustls_client(&authority, &["h2"])), Ok(ServingStatus::Serving));
    }
    assert_eq!(place.program.refused("handshake"), 0.0);
    checks(&place, &rustls_client(&authority, &["http/1.1"])).expect_err("another protocol");
    eventually("a refusal", || (place.program.refused("handshake") == 1.0).then_some(()));
}

#[test]
fn a_handshake_that_fails_is_a_warning_with_its_reason() {
    let (server_ca, client_ca, other) =
        (Authority::new("issuer"), Authority::new("issuer of clients"), Authority::new("other"));
    let place = Place::new(&server_ca.issue(&[NAME]), Some(&client_ca), &[]);
    // The names are the caller's data, and stand in no line.
    let names = ["secret.example.com"];
    place.call(&[&server_ca], None).expect_err("no certificate");
    place.call(&[&server_ca], Some(&other.issue(&names))).expect_err("of an unknown issuer");
    place.call(&[&server_ca], Some(&client_ca.issue_expired(&names))).expect_err("it has ended");
    place.call(&[&other], Some(&client_ca.issue(&names))).expect_err("it does not know the server");
    checks(&place, &rustls_client(&server_ca, &["http/1.1"])).expect_err("no common protocol");
    let mut plain = TcpStream::connect(place.program.address()).expect("it listens");
    plain.write_all(b"GET /secret.example.com HTTP/1.1\r\n\r\n").expect("it is sent");
    for reason in [
        "no client certificate",
        "a client certificate of an unknown issuer",
        "a client certificate that is not valid now",
        "the client does not accept the server's certificate",
        "no common protocol: the client's ALPN does not offer h2",
        "plain text on a port for TLS",
    ] {
        let line = eventually(reason, || place.program.log().into_iter().find(|line| line["reason"] == reason));
        assert_eq!((&line["level"], &line["message"]), (&"WARN".into(), &"TLS handshake failed".into()), "{line}");
        assert!(line["peer"].as_str().is_some_and(|peer| peer.starts_with("127.0.0.1:")), "{line}");
    }
    assert!(!place.program.log().iter().any(|line| line.to_string().contains("secret")), "{:?}", place.program.log());

    // A few lines, whatever comes. From one address a hundred may fail before the rest is refused unread.
    for _ in 0..90 {
        let mut plain = TcpStream::connect(place.program.address()).expect("it listens");
        let _ = plain.write_all(b"GET / HTTP/1.1\r\n\r\n");
    }
    eventually("all of them", || (place.program.refused("handshake") >= 96.0).then_some(()));
    let lines = place.program.log().iter().filter(|line| line["message"] == "TLS handshake failed").count();
    assert!((6..40).contains(&lines), "{lines} lines");
}

#[test]
fn who_is_not_on_the_list_may_ask_for_health_and_nothing_else() {
    let (server_ca, client_ca) = (Authority::new("issuer"), Authority::new("issuer of clients"));
    let flags = ["--tls-allowed-names", "billing.example.com,spiffe://example.com/planning"];
    let place = Place::new(&server_ca.issue(&[NAME]), Some(&client_ca), &flags);
    for name in ["billing.example.com", "spiffe://example.com/planning"] {
        place.call(&[&server_ca], Some(&client_ca.issue(&[name]))).expect("it is on the list");
    }
    let client = place.client(&[&server_ca], Some(&client_ca.issue(&["mail.example.com"]))).expect("it is known");
    assert_eq!(call(&client).expect_err("it is not on the list").code(), Code::PermissionDenied);
    let mut health = HealthClient::new(client.channel.clone());
    client.runtime.block_on(health.check(HealthCheckRequest::default())).expect("health is for everyone");
}

#[test]
fn settings_that_cannot_be_used_are_said_and_end_the_program() {
    let authority = Authority::new("issuer");
    let directory = tempfile::tempdir().expect("a directory");
    authority.issue(&[NAME]).write(directory.path());
    let key = directory.path().join("key.pem");
    replace(&key, authority.issue(&[NAME]).key);
    let flags = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--tls-certificate"];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_paydirt"));
    let output = command.args(flags).arg(directory.path().join("certificate.pem")).arg("--tls-key").arg(&key).output();
    let output = output.expect("it runs");
    assert!(!output.status.success());
    let said = format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    assert!(said.contains("does not belong to the certificate in"), "{said}");
}
