//! The settings of the web port: where it listens, which hosts and pages it answers, and what it may do.

use std::fmt;
use std::str::FromStr;

use clap::Args;
use http::uri::Authority;

use super::limits::DEFAULT_WEB_ADDRESS;
use super::listen_address::ListenAddress;

/// The web port: HTTP/1.1 and HTTP/2 in plain text, for curl, browsers and clients without gRPC.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct WebSettings {
    /// Where to listen for calls by HTTP/1.1 and HTTP/2 (Connect, gRPC-Web, gRPC), in plain text; empty: nowhere. By default 127.0.0.1:8080, or
    /// a free port where that is taken.
    #[arg(id = "web_listen", long = "web-listen", env = "PAYDIRT_WEB_LISTEN", value_name = "ADDRESS:PORT")]
    pub listen: Option<WebListen>,
    /// Host names that requests to the web port may carry beside localhost, *.localhost, 127.0.0.1 and [::1], separated by commas.
    #[arg(long = "web-hosts", env = "PAYDIRT_WEB_HOSTS", value_delimiter = ',', value_name = "NAMES")]
    pub hosts: Vec<HostName>,
    /// Origins of other pages that may call the web port from a browser (CORS), such as https://models.example.com, separated by commas.
    #[arg(long = "web-allow-origin", env = "PAYDIRT_WEB_ALLOW_ORIGIN", value_delimiter = ',', value_name = "ORIGINS")]
    pub allow_origin: Vec<Origin>,
    /// Whether the web port answers Connect's GET, whose query, with the figures in it, is what proxies log.
    #[arg(long = "web-get", env = "PAYDIRT_WEB_GET", default_value_t = false, action = clap::ArgAction::Set, value_name = "BOOL")]
    pub get: bool,
    /// Whether the web port may be reached from other machines although calls to --listen need a client certificate.
    #[arg(long = "web-anonymous", env = "PAYDIRT_WEB_ANONYMOUS", default_value_t = false, action = clap::ArgAction::Set, value_name = "BOOL")]
    pub anonymous: bool,
}

impl WebSettings {
    /// Returns the contradictions with the other settings. `has_callers` says whether clients need a certificate.
    pub(super) fn contradictions(&self, has_callers: bool) -> Vec<String> {
        let mut wrong = Vec::new();
        if let Some(WebListen::At(address)) = &self.listen
            && has_callers
            && !self.anonymous
            && !address.is_loopback()
        {
            wrong.push(format!(
                "--web-listen is {address}, and asks nobody for the certificate that --tls-client-ca asks for: listen on 127.0.0.1, or say \
                 --web-anonymous true"
            ));
        }
        wrong
    }

    /// Returns each of these settings by its flag's name, as it stands.
    pub(super) fn effective(&self) -> Vec<(&'static str, String)> {
        let listen = match &self.listen {
            None => DEFAULT_WEB_ADDRESS.to_string(),
            Some(WebListen::At(address)) => address.to_string(),
            Some(WebListen::Nowhere) => String::new(),
        };
        let all = |texts: Vec<String>| texts.join(",");
        vec![
            ("web-listen", listen),
            ("web-hosts", all(self.hosts.iter().map(ToString::to_string).collect())),
            ("web-allow-origin", all(self.allow_origin.iter().map(ToString::to_string).collect())),
            ("web-get", self.get.to_string()),
            ("web-anonymous", self.anonymous.to_string()),
        ]
    }
}

/// Where the web port listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebListen {
    /// There is no web port.
    Nowhere,
    /// The web port listens here.
    At(ListenAddress),
}

impl FromStr for WebListen {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<WebListen, &'static str> {
        if text.is_empty() { Ok(WebListen::Nowhere) } else { text.parse().map(WebListen::At) }
    }
}

/// A host name or an IP address, without a port, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName(String);

impl HostName {
    /// Returns whether a host, as a request carries it, is this one.
    #[must_use]
    pub fn is(&self, host: &str) -> bool {
        self.0.eq_ignore_ascii_case(host)
    }
}

impl FromStr for HostName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<HostName, &'static str> {
        let error = "no host name; write paydirt.example.com or 192.0.2.1, without a port";
        let authority = Authority::from_str(text).map_err(|_| error)?;
        let is_name = authority.host() == text && !text.contains(['*', '@']);
        if is_name { Ok(HostName(text.to_ascii_lowercase())) } else { Err(error) }
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The origin of a page: scheme, host, and the port where that is not the scheme's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: Scheme,
    host: String,
    port: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    fn name(self) -> &'static str {
        if self == Scheme::Http { "http" } else { "https" }
    }

    fn port(self) -> u16 {
        if self == Scheme::Http { 80 } else { 443 }
    }
}

impl Origin {
    /// Returns whether this is the origin of a page that the host itself serves. A host without a port has that of the page's scheme.
    #[must_use]
    pub fn is_of(&self, host: &Authority) -> bool {
        self.host.eq_ignore_ascii_case(host.host()) && self.port == host.port_u16().unwrap_or_else(|| self.scheme.port())
    }
}

impl FromStr for Origin {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Origin, &'static str> {
        let error = "no origin; write https://models.example.com, with a port where there is one, and without a path";
        let (scheme, authority) = text.split_once("://").ok_or(error)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return Err(error),
        };
        let authority = Authority::from_str(authority).map_err(|_| error)?;
        if authority.as_str().contains(['*', '@']) || authority.host().is_empty() {
            return Err(error);
        }
        let port = match authority.port_u16() {
            Some(port) => port,
            None if authority.as_str() == authority.host() => scheme.port(),
            None => return Err(error),
        };
        Ok(Origin { scheme, host: authority.host().to_ascii_lowercase(), port })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}", self.scheme.name(), self.host)?;
        if self.port != self.scheme.port() {
            write!(formatter, ":{}", self.port)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_read_and_compared_by_scheme_host_and_port() {
        for (text, shown) in [
            ("https://models.example.com", "https://models.example.com"),
            ("HTTPS://Models.Example.com:443", "https://models.example.com"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(text.parse::<Origin>().map(|origin| origin.to_string()).as_deref(), Ok(shown), "{text}");
        }
        for text in [
            "",
            "*",
            "null",
            "example.com",
            "https://",
            "https://*",
            "https://a/",
            "https://a/b",
            "https://u@a",
            "ftp://a",
            "https://a:b",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
        let origin: Origin = "https://a.example".parse().expect("an origin");
        let is_of = |host: &str| origin.is_of(&host.parse().expect("an authority"));
        assert!(is_of("a.example") && is_of("A.example:443"));
        assert!(!is_of("a.example:80") && !is_of("b.example") && !is_of("a.example:8443"));
    }

    #[test]
    fn a_host_name_has_no_port() {
        for text in ["paydirt.example.com", "192.0.2.1", "[2001:db8::1]", "A.example"] {
            let name = text.parse::<HostName>().expect(text);
            assert!(name.is(text) && name.is(&text.to_uppercase()) && !name.is("b.example"));
        }
        for text in ["", "a:80", "http://a", "a/b", "*.example.com", "u@a", "a b"] {
            assert!(text.parse::<HostName>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_empty_address_is_no_port() {
        assert_eq!("".parse(), Ok(WebListen::Nowhere));
        assert!(matches!("127.0.0.1:0".parse(), Ok(WebListen::At(_))));
        assert!("8080".parse::<WebListen>().is_err());
    }
}
