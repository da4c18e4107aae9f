//! An address to listen on, written as `127.0.0.1:50051`, `[::]:50051` or `localhost:50051`.

use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::str::FromStr;

/// An address and a port, or a name and a port. A name is resolved when the server begins to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenAddress(String);

impl ListenAddress {
    /// Returns the addresses, of which the first that can be listened on is taken. Those of IPv4 come first: who writes `localhost` means
    /// 127.0.0.1 at least as often as ::1, and clients that resolve the name try both.
    ///
    /// # Errors
    /// When the name cannot be resolved.
    pub fn resolved(&self) -> io::Result<Vec<SocketAddr>> {
        let mut addresses: Vec<_> = self.0.to_socket_addrs()?.collect();
        addresses.sort_by_key(SocketAddr::is_ipv6);
        if addresses.is_empty() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address"));
        }
        Ok(addresses)
    }
}

impl ListenAddress {
    /// Returns whether the address is reached from this machine alone, as far as its text says.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self.0.parse::<SocketAddr>() {
            Ok(address) => address.ip().to_canonical().is_loopback(),
            Err(_) => {
                let name = self.0.rsplit_once(':').map_or("", |(name, _)| name).trim_end_matches('.');
                name.rsplit('.').next().is_some_and(|last| last.eq_ignore_ascii_case("localhost"))
            }
        }
    }
}

impl From<SocketAddr> for ListenAddress {
    fn from(address: SocketAddr) -> ListenAddress {
        ListenAddress(address.to_string())
    }
}

impl FromStr for ListenAddress {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<ListenAddress, &'static str> {
        if text.parse::<SocketAddr>().is_ok() || is_name_and_port(text) {
            return Ok(ListenAddress(text.to_owned()));
        }
        Err("neither an address nor a name with a port; write 127.0.0.1:50051, [::1]:50051 or localhost:50051")
    }
}

/// Returns whether the text is a DNS name with a port. The last label of a name is not a number, so that `127.0.0.999` is no name.
fn is_name_and_port(text: &str) -> bool {
    let Some((name, port)) = text.rsplit_once(':') else { return false };
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let mut labels = name.trim_end_matches('.').split('.');
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    is_port && labels.clone().all(is_label) && !labels.next_back().is_none_or(is_number)
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_or_a_name_has_a_port() {
        for good in
            ["127.0.0.1:0", "[::]:50051", "[::1]:1", "localhost:50051", "a-1.example.com:65535", "example.com.:80", "x_y:1"]
        {
            assert_eq!(good.parse::<ListenAddress>().map(|address| address.to_string()), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "nowhere",
            ":50051",
            "localhost:",
            "localhost:65536",
            "localhost:+1",
            "::1:50051",
            "127.0.0.999:1",
            "a..b:1",
            "a b:1",
            ".:1",
            "http://localhost:1",
        ] {
            assert!(bad.parse::<ListenAddress>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_name_becomes_its_addresses() {
        let resolved = |text: &str| text.parse::<ListenAddress>().unwrap().resolved();
        assert_eq!(resolved("[::1]:7").unwrap(), ["[::1]:7".parse().unwrap()]);
        let local = resolved("localhost:7").unwrap();
        assert!(local.iter().all(|address| address.ip().is_loopback() && address.port() == 7), "{local:?}");
        assert!(local.is_sorted_by_key(SocketAddr::is_ipv6), "{local:?}");
        // RFC 6761 promises that nobody has this name.
        assert!(resolved("no-such-name.invalid:7").is_err());
    }
}
