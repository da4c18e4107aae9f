//! Clients that people use, each against the real program: grpcurl, Python's grpcio, Node's grpc-js. What each of them has to see stands in
//! `tests/clients`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::authority::{Authority, Identity, replace};
use crate::program::{Program, eventually};
use crate::tools::{root, tool};

/// The clients are given this name to connect to, so that the certificate is looked at as it is everywhere.
const HOST: &str = "localhost";
const CAHN: &str = r#"{"currency_code": "USD", "accelerator_revenue": "37.5e9", "accelerator_revenue_period": "PERIOD_QUARTER",
    "accelerator_cost_share": "0.5", "end_user_gross_margin": "0.5"}"#;
const REQUIRED_REVENUE: &str = "paydirt.v1.BreakEvenService/ComputeRequiredRevenue";

/// The program with certificates for itself and for a client, who is called `billing.example.com`.
struct Place {
    directory: TempDir,
    program: Program,
}

impl Place {
    fn new(flags: &[&str]) -> Place {
        let directory = tempfile::tempdir().expect("a directory");
        let (server_ca, client_ca) = (Authority::new("issuer"), Authority::new("issuer of clients"));
        server_ca.issue(&[HOST]).write(directory.path());
        let file = |name: &str| directory.path().join(name);
        replace(&file("ca.pem"), server_ca.pem());
        replace(&file("client_ca.pem"), client_ca.pem());
        let Identity { certificate, key } = client_ca.issue(&["billing.example.com"]);
        replace(&file("client.pem"), certificate);
        replace(&file("client_key.pem"), key);
        // Flags name files as they lie in the directory.
        let flags: Vec<String> = flags
            .iter()
            .map(|flag| if flag.ends_with(".pem") { file(flag).display().to_string() } else { (*flag).to_owned() })
            .collect();
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        let program = Program::start_with(&flags, |command| command.env("PAYDIRT_REHEARSAL", "1"));
        Place { directory, program }
    }

    fn with_tls(further: &[&str]) -> Place {
        Place::new(&[&["--tls-certificate", "certificate.pem", "--tls-key", "key.pem"], further].concat())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn address(&self) -> String {
        format!("{HOST}:{}", self.program.address().port())
    }
}

/// A client's script, and the language that runs it.
struct Script {
    language: PathBuf,
    path: &'static str,
}

/// None where its language or its libraries are not there.
fn python() -> Option<Script> {
    Some(Script { language: tool("grpc-python")?, path: "tests/clients/python_client.py" })
}

fn node() -> Option<Script> {
    Some(Script { language: tool("grpc-node")?, path: "tests/clients/node_client.js" })
}

impl Script {
    /// The script says itself what is wrong.
    fn run(&self, place: &Place, what: &str, files: &[&str]) {
        let mut command = Command::new(&self.language);
        command.arg(root().join(self.path)).arg(what).arg(place.address()).args(files.iter().map(|name| place.file(name)));
        // A proxy is for other places than this machine.
        for proxy in ["http_proxy", "https_proxy", "grpc_proxy", "HTTP_PROXY", "HTTPS_PROXY"] {
            command.env_remove(proxy);
        }
        let ran = command.stdin(Stdio::null()).output().expect("it runs");
        let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        println!("{} {what}\n{said}", self.path);
        assert!(ran.status.success(), "{} {what}: {}\n{said}", self.path, ran.status);
    }

    fn sees_what_it_should(&self) {
        let place = Place::new(&[]);
        self.run(&place, "plain", &[]);
        assert!(place.program.log().iter().all(|line| line["target"] != "paydirt::panic"));
    }

    fn does_not_notice_that_connections_end(&self) {
        let place = Place::new(&["--max-connection-age", "1s"]);
        self.run(&place, "aging", &[]);
        let connections = place.program.metric("paydirt_connections_accepted_total").unwrap_or_default();
        assert!(connections >= 3.0, "{connections} connections");
    }

    fn speaks_tls(&self) {
        self.run(&Place::with_tls(&[]), "tls", &["ca.pem"]);
    }

    fn speaks_mutual_tls(&self) {
        let identity = ["ca.pem", "client.pem", "client_key.pem"];
        let with_list = |name| Place::with_tls(&["--tls-client-ca", "client_ca.pem", "--tls-allowed-names", name]);
        self.run(&with_list("billing.example.com"), "mutual", &identity);
        self.run(&with_list("planning.example.com"), "refused", &identity);
    }
}

#[test]
fn python_sees_what_it_should() {
    if let Some(script) = python() {
        script.sees_what_it_should();
    }
}

#[test]
fn python_does_not_notice_that_connections_end() {
    if let Some(script) = python() {
        script.does_not_notice_that_connections_end();
    }
}

#[test]
fn python_speaks_tls() {
    if let Some(script) = python() {
        script.speaks_tls();
    }
}

#[test]
fn python_speaks_mutual_tls() {
    if let Some(script) = python() {
        script.speaks_mutual_tls();
    }
}

#[test]
fn node_sees_what_it_should() {
    if let Some(script) = node() {
        script.sees_what_it_should();
    }
}

#[test]
fn node_does_not_notice_that_connections_end() {
    if let Some(script) = node() {
        script.does_not_notice_that_connections_end();
    }
}

#[test]
fn node_speaks_tls() {
    if let Some(script) = node() {
        script.speaks_tls();
    }
}

#[test]
fn node_speaks_mutual_tls() {
    if let Some(script) = node() {
        script.speaks_mutual_tls();
    }
}

/// What grpcurl prints, refusals included, and whether it was content.
struct Printed {
    is_success: bool,
    text: String,
}

/// grpcurl with one server.
struct Grpcurl<'a> {
    program: PathBuf,
    place: &'a Place,
    /// How it connects.
    security: Vec<String>,
}

impl Grpcurl<'_> {
    fn run(&self, before: &[&str], after: &[&str]) -> Printed {
        let mut command = Command::new(&self.program);
        command.args(&self.security).args(before).arg(self.place.address()).args(after);
        let ran = command.stdin(Stdio::null()).output().expect("it runs");
        let text = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        println!("grpcurl {before:?} {after:?}\n{text}");
        Printed { is_success: ran.status.success(), text }
    }

    #[track_caller]
    fn prints(&self, before: &[&str], after: &[&str], expected: &[&str]) {
        let Printed { is_success, text } = self.run(before, after);
        assert!(is_success && expected.iter().all(|part| text.contains(part)), "{expected:?} in\n{text}");
    }

    #[track_caller]
    fn refuses(&self, before: &[&str], after: &[&str], expected: &[&str]) {
        let Printed { is_success, text } = self.run(before, after);
        assert!(!is_success && expected.iter().all(|part| text.contains(part)), "{expected:?} in\n{text}");
    }

    fn one_round(&self) {
        self.is_serving();
        self.prints(&[], &["list"], paydirt::server::served());
        self.prints(&["-d", CAHN], &[REQUIRED_REVENUE], &[r#""requiredRevenue": "600000000000""#]);
        let bad = CAHN.replace("37.5e9", "1,000").replace("\"USD\"", "\"\"");
        let expected = ["Code: InvalidArgument", "INVALID_FIELDS", "\"accelerator_revenue\"", "DECIMAL_MALFORMED", "REQUIRED"];
        self.refuses(&["-d", &bad], &[REQUIRED_REVENUE], &expected);
    }

    fn is_serving(&self) {
        for service in [""].iter().chain(paydirt::server::served()) {
            let request = format!(r#"{{"service": "{service}"}}"#);
            // The self-test is done within moments of the listener.
            eventually("SERVING", || {
                let said = self.run(&["-d", &request], &["grpc.health.v1.Health/Check"]);
                said.text.contains(r#""status": "SERVING""#).then_some(())
            });
        }
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn grpcurl_sees_what_it_should() {
    let Some(program) = tool("grpcurl") else { return };
    let place = Place::new(&[]);
    let grpcurl = Grpcurl { program, place: &place, security: words(&["-plaintext"]) };
    grpcurl.one_round();
    grpcurl.refuses(
        &["-max-time", "3", "-d", r#"{"service": "paydirt.v1.RunwayService"}"#],
        &["grpc.health.v1.Health/Watch"],
        &[r#""status": "SERVING""#, "Code: DeadlineExceeded"],
    );
    let described = ["message ComputeRequiredRevenueRequest", "string accelerator_revenue = 2;", "// Required."];
    grpcurl.prints(&[], &["describe", "paydirt.v1.ComputeRequiredRevenueRequest"], &described);
    // Its time is from the connection on: one of a millisecond would end before there is a call.
    let slow = ["-max-time", "3", "-rpc-header", "paydirt-rehearsal: 30s", "-d", CAHN];
    grpcurl.refuses(&slow, &[REQUIRED_REVENUE], &["Code: DeadlineExceeded"]);

    // What reflection does not know has to come from somewhere else.
    let proto = place.file("invented.proto");
    let invented = "syntax = \"proto3\"; package paydirt.v1; message Nothing {}
        service RunwayService { rpc Invented(Nothing) returns (Nothing); }
        service Invented { rpc Invented(Nothing) returns (Nothing); }";
    replace(&proto, invented);
    let folder = place.directory.path().display().to_string();
    let from_file = ["-import-path", &folder, "-proto", "invented.proto"];
    grpcurl.refuses(&from_file, &["paydirt.v1.RunwayService/Invented"], &["Code: Unimplemented", "no method is called"]);
    grpcurl.refuses(&from_file, &["paydirt.v1.Invented/Invented"], &["Code: Unimplemented", "no method is called"]);

    let large = place.file("large.json");
    replace(&large, CAHN.replace("USD", &"U".repeat(4 << 20)));
    let ran = with_input(grpcurl.program.as_path(), &["-plaintext", "-d", "@", &place.address(), REQUIRED_REVENUE], &large);
    assert!(ran.contains("Code: ResourceExhausted") && ran.contains("MESSAGE_TOO_LARGE"), "{ran}");

    let header = format!("x-large: {}", "m".repeat(20_000));
    let refused = grpcurl.run(&["-rpc-header", &header, "-d", CAHN], &[REQUIRED_REVENUE]);
    assert!(!refused.is_success, "{}", refused.text);
}

fn with_input(program: &Path, arguments: &[&str], input: &Path) -> String {
    let input = std::fs::File::open(input).expect("it was written");
    let ran = Command::new(program).args(arguments).stdin(input).output().expect("it runs");
    let text = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    println!("grpcurl {arguments:?}\n{text}");
    text
}

#[test]
fn grpcurl_speaks_tls_and_mutual_tls() {
    let Some(program) = tool("grpcurl") else { return };
    let file = |place: &Place, name: &str| place.file(name).display().to_string();

    let place = Place::with_tls(&[]);
    let security = vec!["-cacert".to_owned(), file(&place, "ca.pem")];
    Grpcurl { program: program.clone(), place: &place, security }.one_round();

    let place = Place::with_tls(&["--tls-client-ca", "client_ca.pem"]);
    let mut security = vec!["-cacert".to_owned(), file(&place, "ca.pem")];
    let stranger = Grpcurl { program: program.clone(), place: &place, security: security.clone() };
    stranger.refuses(&[], &["list"], &[]);
    security.extend(["-cert".to_owned(), file(&place, "client.pem"), "-key".to_owned(), file(&place, "client_key.pem")]);
    Grpcurl { program, place: &place, security }.one_round();
}
