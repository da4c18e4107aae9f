//! Who a client is by its certificate, and whether it may call.

use rustls::ServerConnection;
use rustls::pki_types::CertificateDer;
use webpki::EndEntityCert;

/// The DNS names and URIs of the client's certificate, empty where there is none. The common name is no name: nobody who issues
/// certificates promises anything about it.
pub(crate) fn peer_names(connection: &ServerConnection) -> Vec<String> {
    connection.peer_certificates().and_then(<[_]>::first).map_or_else(Vec::new, names_of)
}

/// Empty for what cannot be read too, so that it is on no list. Read by the library that verified the certificate: what it takes for the names
/// is what the issuer's constraints were held against.
fn names_of(certificate: &CertificateDer<'_>) -> Vec<String> {
    let Ok(certificate) = EndEntityCert::try_from(certificate) else { return Vec::new() };
    // A name with a colon is a URI and one without is not, so that neither passes for the other.
    let dns_names = certificate.valid_dns_names().filter(|name| !name.contains(':'));
    let uris = certificate.valid_uri_names().filter(|name| name.contains(':'));
    dns_names.chain(uris).map(str::to_owned).collect()
}

/// Whether one of the names is on the list; everyone is on an empty one. There are no patterns: `*.example.com` is only itself, because
/// whoever writes a list wants to know who is on it. DNS names are the same in upper and lower case, URIs are not.
pub(crate) fn is_allowed(names: &[String], allowed: &[String]) -> bool {
    let same = |name: &String, allowed: &String| match allowed.contains(':') {
        true => name == allowed,
        false => name.eq_ignore_ascii_case(allowed),
    };
    allowed.is_empty() || names.iter().any(|name| allowed.iter().any(|allowed| same(name, allowed)))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, SanType};

    use super::*;

    fn list(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn certificate(names: Vec<SanType>) -> CertificateDer<'static> {
        let mut parameters = CertificateParams::default();
        parameters.subject_alt_names = names;
        parameters.self_signed(&KeyPair::generate().expect("a key")).expect("a certificate").der().clone()
    }

    #[test]
    fn dns_names_and_uris_are_names() {
        let dns = |name: &str| SanType::DnsName(name.try_into().expect("a name"));
        let uri = |name: &str| SanType::URI(name.try_into().expect("a name"));
        let mail = SanType::Rfc822Name("cfo@example.com".try_into().expect("a name"));
        let address = SanType::IpAddress([127, 0, 0, 1].into());
        let names = names_of(&certificate(vec![dns("api.example.com"), mail, address, uri("spiffe://example.com/billing")]));
        assert_eq!(names, ["api.example.com", "spiffe://example.com/billing"]);

        assert!(names_of(&certificate(vec![dns("spiffe://example.com/billing"), uri("api.example.com")])).is_empty());
        assert!(names_of(&certificate(vec![])).is_empty());
        assert!(names_of(&CertificateDer::from(&b"no certificate"[..])).is_empty());
    }

    #[test]
    fn only_who_is_on_the_list_is_allowed() {
        let allowed = list(&["API.example.com", "spiffe://example.com/billing", "*.example.org"]);
        for name in ["api.example.com", "Api.Example.Com", "spiffe://example.com/billing", "*.example.org"] {
            assert!(is_allowed(&list(&["other.example.com", name]), &allowed), "{name}");
        }
        let others = [
            "example.com",
            "x.api.example.com",
            "api.example.com.",
            "spiffe://example.com/Billing",
            "spiffe://example.com/billing/x",
            "a.example.org",
            "",
        ];
        for name in others {
            assert!(!is_allowed(&list(&[name]), &allowed), "{name}");
        }
        assert!(!is_allowed(&[], &allowed));
    }

    #[test]
    fn everyone_is_on_an_empty_list() {
        assert!(is_allowed(&[], &[]));
        assert!(is_allowed(&list(&["anyone"]), &[]));
    }
}
