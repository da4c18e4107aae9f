//! The host that a request names, and the page from which the request comes.
//!
//! A page of a stranger can reach every server that its reader's browser reaches. By a name of its own that leads to this machine, such a
//! page would be of the same origin as the server (DNS rebinding); so a request names a host that is on the list. A browser says in `Origin`
//! of which page a request is; so a page of another origin is refused, whatever the request.

use http::request::Parts;
use http::uri::Authority;
use http::{HeaderValue, header};

use super::refusal::DoorRefusal;
use crate::server::config::{HostName, Origin, WebSettings};

/// The hosts and the pages that are answered.
#[derive(Debug)]
pub(super) struct Hosts {
    hosts: Vec<HostName>,
    origins: Vec<Origin>,
}

impl Hosts {
    pub fn new(settings: &WebSettings) -> Hosts {
        Hosts { hosts: settings.hosts.clone(), origins: settings.allow_origin.clone() }
    }

    /// Returns the other origin that the answer has to allow, if the request is of a page of another origin.
    ///
    /// # Errors
    /// The refusal of a host or of a page that is not on the list.
    pub fn admit(&self, parts: &Parts) -> Result<Option<HeaderValue>, DoorRefusal> {
        let host = host(parts)?;
        if !self.knows(host.host()) {
            return Err(DoorRefusal::unknown_host(host.as_str()));
        }
        let mut origins = parts.headers.get_all(header::ORIGIN).iter();
        let Some(written) = origins.next() else { return Ok(None) };
        let origin = written.to_str().ok().filter(|_| origins.next().is_none()).and_then(|text| text.parse::<Origin>().ok());
        match origin {
            Some(origin) if origin.is_of(&host) => Ok(None),
            Some(origin) if self.origins.contains(&origin) => Ok(Some(written.clone())),
            _ => Err(DoorRefusal::other_origin(written)),
        }
    }

    fn knows(&self, host: &str) -> bool {
        let last_label = host.rsplit('.').next().unwrap_or_default();
        last_label.eq_ignore_ascii_case("localhost")
            || ["127.0.0.1", "[::1]"].contains(&host)
            || self.hosts.iter().any(|known| known.is(host))
    }
}

/// Returns the one host that a request names: in the target, in `Host`, or in both alike.
fn host(parts: &Parts) -> Result<Authority, DoorRefusal> {
    let mut written = parts.headers.get_all(header::HOST).iter();
    let in_header = match (written.next(), written.next()) {
        (Some(host), None) => Some(Authority::try_from(host.as_bytes()).map_err(|_| DoorRefusal::no_host())?),
        (None, None) => None,
        _ => return Err(DoorRefusal::no_host()),
    };
    let in_target = parts.uri.authority();
    let is_one = in_header.as_ref().zip(in_target).is_none_or(|(header, target)| header == target);
    let host = in_target.cloned().or(in_header).filter(|host| is_one && !host.as_str().contains('@'));
    host.filter(|host| !host.host().is_empty()).ok_or_else(DoorRefusal::no_host)
}

#[cfg(test)]
mod tests {
    use http::{Request, StatusCode};

    use super::*;

    /// Returns the HTTP status of the refusal of a request, or 0; and the origin that the answer allows.
    fn answer(target: &str, headers: &[(&str, &str)]) -> (u16, Option<String>) {
        let hosts = Hosts {
            hosts: vec!["paydirt.example".parse().expect("a name"), "[2001:db8::1]".parse().expect("an address")],
            origins: vec!["https://models.example".parse().expect("an origin")],
        };
        let request =
            headers.iter().fold(Request::builder().uri(target), |request, (name, value)| request.header(*name, *value));
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        match hosts.admit(&parts) {
            Ok(origin) => (0, origin.map(|origin| origin.to_str().expect("text").to_owned())),
            Err(refusal) => (refusal.status.as_u16(), None),
        }
    }

    #[test]
    fn a_request_names_one_host_that_is_known() {
        for host in [
            "localhost",
            "localhost:8080",
            "LOCALHOST:1",
            "a.localhost:8080",
            "127.0.0.1",
            "127.0.0.1:50051",
            "[::1]:8080",
            "paydirt.example",
            "Paydirt.Example:443",
            "[2001:db8::1]:80",
        ] {
            assert_eq!(answer("/", &[("host", host)]).0, 0, "{host}");
            assert_eq!(answer(&format!("http://{host}/"), &[]).0, 0, "{host} in the target");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "notlocalhost",
            "127.0.0.1.evil.example",
            "127.0.0.2",
            "0.0.0.0:8080",
            "[::]:8080",
            "xpaydirt.example",
            "a.paydirt.example",
        ] {
            assert_eq!(answer("/", &[("host", host)]).0, StatusCode::MISDIRECTED_REQUEST, "{host}");
        }
        for host in ["", "user@localhost", "localhost@evil.example", "local host", ":8080"] {
            assert_eq!(answer("/", &[("host", host)]).0, StatusCode::BAD_REQUEST, "{host}");
        }
        assert_eq!(answer("/", &[]).0, StatusCode::BAD_REQUEST, "no host");
        assert_eq!(answer("/", &[("host", "localhost"), ("host", "localhost")]).0, StatusCode::BAD_REQUEST, "twice");
        assert_eq!(answer("http://localhost/", &[("host", "127.0.0.1")]).0, StatusCode::BAD_REQUEST, "two that differ");
        assert_eq!(answer("http://evil.example/", &[("host", "localhost")]).0, StatusCode::BAD_REQUEST);
    }

    #[test]
    fn a_page_is_of_this_host_or_on_the_list() {
        let of = |host: &str, origin: &str| answer("/", &[("host", host), ("origin", origin)]);
        assert_eq!(of("localhost:8080", "http://localhost:8080"), (0, None));
        assert_eq!(of("paydirt.example", "https://paydirt.example"), (0, None), "behind a gateway with TLS");
        assert_eq!(of("localhost", "http://localhost"), (0, None));
        assert_eq!(of("localhost:8080", "https://models.example"), (0, Some("https://models.example".to_owned())));
        for origin in [
            "http://localhost",
            "http://localhost:8081",
            "http://127.0.0.1:8080",
            "http://models.example",
            "https://models.example:8443",
            "https://models.example.evil.example",
            "null",
            "",
            "file://",
            "https://models.example/",
        ] {
            assert_eq!(of("localhost:8080", origin).0, StatusCode::FORBIDDEN, "{origin}");
        }
        let twice = [("host", "localhost"), ("origin", "http://localhost"), ("origin", "https://evil.example")];
        assert_eq!(answer("/", &twice).0, StatusCode::FORBIDDEN);
    }
}
