//! The identity of a caller, by which capacity is shared: whoever asks for much gets no more than whoever else asks.
//!
//! A caller is an address, or under mutual TLS a name. Below the caller stands the connection, so that the connections of one
//! caller share alike as well. A proxy is one caller, whoever calls through it.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// A caller and one of its connections. The value is small, so that a calculation carries a copy of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CallerId {
    pub caller: CallerKey,
    /// The number of the connection, which no other connection of this process has.
    pub connection: u64,
}

/// A caller, without its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum CallerKey {
    V4([u8; 4]),
    /// The first 64 bits of an IPv6 address: whoever has one address of such a network has all of them.
    V6([u8; 8]),
    /// The hash of a name in the certificate of the client. The hash has a secret key, so nobody can look for a name with the
    /// hash of another one.
    Name(u64),
}

impl CallerId {
    /// Returns the identity of a new connection. `name` is the first name in the certificate of the client, if there is one.
    pub fn of_connection(address: SocketAddr, name: Option<&str>) -> CallerId {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let caller = name.map_or_else(|| CallerKey::of_address(address.ip()), CallerKey::of_name);
        CallerId { caller, connection: NEXT.fetch_add(1, Ordering::Relaxed) }
    }
}

impl CallerKey {
    /// Returns the caller that an address is, as long as nothing else is known of it.
    pub fn of_address(address: IpAddr) -> CallerKey {
        // A socket that listens on IPv6 shows an IPv4 peer as a mapped address. All mapped addresses are in one network of 64
        // bits, and would be one caller.
        match address.to_canonical() {
            IpAddr::V4(address) => CallerKey::V4(address.octets()),
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                CallerKey::V6([a, b, c, d, e, f, g, h])
            }
        }
    }

    fn of_name(name: &str) -> CallerKey {
        static HASHES: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        CallerKey::Name(HASHES.hash_one(name))
    }
}

impl fmt::Display for CallerKey {
    /// Writes an address, or a network of IPv6. The name that a hash stands for is known to `places.rs`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            CallerKey::V4(octets) => Ipv4Addr::from(octets).fmt(formatter),
            CallerKey::V6([a, b, c, d, e, f, g, h]) => {
                write!(formatter, "{}/64", Ipv6Addr::from([a, b, c, d, e, f, g, h, 0, 0, 0, 0, 0, 0, 0, 0]))
            }
            CallerKey::Name(_) => formatter.write_str("a name without a connection"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(address: &str, name: Option<&str>) -> CallerKey {
        CallerId::of_connection(SocketAddr::new(address.parse().expect("an address"), 1), name).caller
    }

    #[test]
    fn a_caller_is_an_address_or_a_network_of_64_bits() {
        assert_eq!(caller("192.0.2.1", None), caller("192.0.2.1", None));
        assert_ne!(caller("192.0.2.1", None), caller("192.0.2.2", None));
        assert_eq!(caller("::ffff:192.0.2.1", None), caller("192.0.2.1", None));
        assert_eq!(caller("2001:db8::1", None), caller("2001:db8:0:0:ffff::2", None));
        assert_ne!(caller("2001:db8::1", None), caller("2001:db8:0:1::1", None));
    }

    #[test]
    fn a_caller_with_a_name_is_its_name_wherever_it_calls_from() {
        assert_eq!(caller("192.0.2.1", Some("a")), caller("192.0.2.2", Some("a")));
        assert_ne!(caller("192.0.2.1", Some("a")), caller("192.0.2.1", Some("b")));
        assert_ne!(caller("192.0.2.1", Some("a")), caller("192.0.2.1", None));
    }

    #[test]
    fn a_caller_is_written_as_an_operator_looks_for_it() {
        assert_eq!(caller("192.0.2.1", None).to_string(), "192.0.2.1");
        assert_eq!(caller("::ffff:192.0.2.1", None).to_string(), "192.0.2.1");
        assert_eq!(caller("2001:db8:0:1:2:3:4:5", None).to_string(), "2001:db8:0:1::/64");
    }

    #[test]
    fn each_connection_has_a_number_of_its_own() {
        let address = SocketAddr::from(([192, 0, 2, 1], 1));
        let [first, second] = [0, 1].map(|_| CallerId::of_connection(address, None));
        assert!(first.caller == second.caller && first.connection != second.connection);
    }
}
