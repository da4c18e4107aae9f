//! The door: hosts, origins, and what a browser asks before it calls.

use super::http::{CAHN, JSON, Peer, REQUIRED_REVENUE, assert_cahns};
use crate::support::{SERVER, Server};

#[test]
fn a_host_that_is_not_known_is_misdirected_whatever_is_asked() {
    let mut peer = Peer::of(SERVER.web_address());
    let port = SERVER.web_address().port();
    for host in ["localhost", "127.0.0.1", "[::1]", "a.localhost"] {
        for host in [host.to_owned(), format!("{host}:{port}"), format!("{host}:1")] {
            assert_cahns(&peer.post(REQUIRED_REVENUE, &[JSON, ("host", &host)], CAHN.as_bytes()));
        }
    }
    for host in ["evil.example", "127.0.0.1.evil.example", "0.0.0.0", "localhost.evil.example:80", "169.254.169.254"] {
        for (method, path) in [("POST", REQUIRED_REVENUE), ("GET", "/"), ("OPTIONS", REQUIRED_REVENUE), ("PUT", "/x")] {
            let answer = peer.ask(method, path, &[("host", host)], b"");
            assert_eq!(answer.status, 421, "{method} {host}");
            assert!(answer.text().contains("--web-hosts"), "{}", answer.text());
        }
    }
}

#[test]
fn a_request_that_names_no_host_or_two_is_refused() {
    for head in [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: localhost\r\nHost: evil.example\r\n\r\n",
        "GET http://evil.example/ HTTP/1.1\r\nhost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: user@localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: localhost, evil.example\r\n\r\n",
    ] {
        let mut peer = Peer::of(SERVER.web_address());
        peer.send(head);
        let answer = peer.answer().expect("an answer");
        assert_eq!(answer.status, 400, "{head}");
    }
}

#[test]
fn the_settings_name_further_hosts() {
    let server = Server::with(&["--web-hosts", "paydirt.example,192.0.2.7"]);
    for (host, status) in
        [("Paydirt.Example:443", 200), ("192.0.2.7:8080", 200), ("192.0.2.8", 421), ("a.paydirt.example", 421)]
    {
        assert_eq!(
            Peer::of(server.web_address()).post(REQUIRED_REVENUE, &[JSON, ("host", host)], CAHN.as_bytes()).status,
            status,
            "{host}"
        );
    }
}

#[test]
fn a_page_of_another_origin_may_not_call_unless_the_settings_name_it() {
    let server = Server::with(&["--web-allow-origin", "https://models.example,http://localhost:3000"]);
    let asked = |origin: &str, host: &str| {
        Peer::of(server.web_address()).post(REQUIRED_REVENUE, &[JSON, ("host", host), ("origin", origin)], CAHN.as_bytes())
    };
    for (origin, host) in [("http://localhost:8080", "localhost:8080"), ("https://127.0.0.1", "127.0.0.1")] {
        let answer = asked(origin, host);
        assert_cahns(&answer);
        assert_eq!(answer.header("access-control-allow-origin"), None, "it is its own page");
    }
    for origin in ["https://models.example", "http://localhost:3000"] {
        let answer = asked(origin, "localhost:8080");
        assert_cahns(&answer);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("vary"), Some("origin"));
        assert!(answer.header("access-control-expose-headers").is_some_and(|names| names.contains("grpc-status-details-bin")));
    }
    for origin in
        ["https://evil.example", "null", "http://models.example", "http://localhost", "https://models.example.evil.example"]
    {
        let answer = asked(origin, "localhost:8080");
        assert_eq!(answer.status, 403, "{origin}");
        assert!(answer.text().contains("--web-allow-origin"), "{}", answer.text());
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    // A read is no exception: a browser shows its answer to nobody, and would still have asked.
    assert_eq!(Peer::of(server.web_address()).ask("GET", "/", &[("origin", "https://evil.example")], b"").status, 403);
}

#[test]
fn a_browser_asks_before_a_page_calls() {
    let server = Server::with(&["--web-allow-origin", "https://models.example"]);
    let mut peer = Peer::of(server.web_address());
    let mut asked = |origin: &str, path: &str| {
        let headers =
            [("origin", origin), ("access-control-request-method", "POST"), ("access-control-request-headers", "content-type")];
        peer.ask("OPTIONS", path, &headers, b"")
    };
    let answer = asked("https://models.example", REQUIRED_REVENUE);
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, Some("https://models.example")));
    for (name, part) in [
        ("access-control-allow-methods", "POST"),
        ("access-control-allow-headers", "connect-timeout-ms"),
        ("access-control-allow-headers", "x-grpc-web"),
        ("access-control-max-age", "7200"),
    ] {
        assert!(answer.header(name).is_some_and(|value| value.contains(part)), "{name} has no {part}: {answer:?}");
    }
    assert_eq!(asked("https://evil.example", REQUIRED_REVENUE).status, 403);
    assert_eq!(asked("https://models.example", "/nowhere").status, 404);
    assert_eq!(peer.ask("OPTIONS", REQUIRED_REVENUE, &[], b"").status, 405, "nobody asks for a page");
}

#[test]
fn paths_are_names_and_never_files() {
    let mut peer = Peer::of(SERVER.web_address());
    for path in
        ["/../../etc/passwd", "/%2e%2e/Cargo.toml", "//", "/.git/HEAD", "/paydirt.v1.BreakEvenService", "/?a=b/../c/d", "*"]
    {
        let answer = peer.ask("GET", path, &[], b"");
        let expected = if path.starts_with("/?") { 200 } else { 404 };
        assert_eq!(answer.status, expected, "{path}");
    }
}
