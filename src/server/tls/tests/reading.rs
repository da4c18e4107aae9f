//! Faults of certificates and keys that are found before the first client comes.

use std::io::Write;

use super::{Authority, NAME, Place};
use crate::server::config::TlsSettings;
use crate::server::tls::Tls;
use crate::server::tls::error::FILE_BYTES_MAX;

fn good() -> (Authority, Place) {
    let authority = Authority::new("issuer");
    let place = Place::of(&authority.issue(&[NAME]));
    (authority, place)
}

#[test]
fn a_pair_can_be_used_and_says_when_it_ends() {
    let (authority, place) = good();
    let tls = place.tls();
    assert_eq!(tls.certificate_expiry(), 4_102_444_800, "2100-01-01");
    assert_eq!(tls.warning(), None);

    let identity = authority.issue(&[NAME]);
    place.write("certificate.pem", format!("{}{}", identity.certificate, authority.pem()));
    place.write("key.pem", format!("a comment\n{}", identity.key));
    place.tls();
}

#[test]
fn without_settings_there_is_plain_text_and_with_half_of_them_there_is_not() {
    assert!(Tls::read(&TlsSettings::default()).expect("nothing to read").is_none());
    let (_authority, place) = good();
    let TlsSettings { certificate, key, .. } = place.settings.clone();
    for half in [
        TlsSettings { key: None, ..place.settings.clone() },
        TlsSettings { certificate: None, ..place.settings.clone() },
        TlsSettings { client_ca: certificate.or(key), ..TlsSettings::default() },
    ] {
        assert!(Tls::read(&half).is_err(), "{half:?}");
    }
}

#[test]
fn a_key_of_another_certificate_is_found_out() {
    let (authority, place) = good();
    place.write("key.pem", authority.issue(&[NAME]).key);
    assert_eq!(place.complaint(), "the private key in key.pem does not belong to the certificate in certificate.pem");
}

#[test]
fn a_chain_out_of_order_is_found_out() {
    let (authority, place) = good();
    let identity = authority.issue(&[NAME]);
    place.write("key.pem", &identity.key);
    place.write("certificate.pem", format!("{}{}", authority.pem(), identity.certificate));
    assert_eq!(
        place.complaint(),
        "the private key in key.pem belongs to certificate 2 in certificate.pem, and not to the first"
    );

    place.write("certificate.pem", format!("{}{}", identity.certificate, Authority::new("a stranger").pem()));
    assert_eq!(place.complaint(), "certificate 2 in certificate.pem is not the issuer of the one before it");
}

#[test]
fn what_is_no_pem_is_found_out_without_being_quoted() {
    let (authority, place) = good();
    let identity = authority.issue(&[NAME]);
    let body = &identity.key[28..40];

    for nothing in ["", "garbage", &identity.key] {
        place.write("certificate.pem", nothing);
        assert_eq!(place.complaint(), "certificate.pem has no certificate in PEM");
    }
    place.write("certificate.pem", &identity.certificate[..200]);
    assert_eq!(place.complaint(), "certificate.pem has a damaged PEM section");
    place.write("certificate.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let complaint = place.complaint();
    assert!(complaint.starts_with("certificate 1 in certificate.pem cannot be used: "), "{complaint}");

    identity.write(place.directory.path());
    let encrypted = identity.key.replace("PRIVATE", "ENCRYPTED PRIVATE");
    for nothing in ["", "garbage", &identity.certificate, &encrypted] {
        place.write("key.pem", nothing);
        assert_eq!(place.complaint(), "key.pem has no unencrypted private key in PEM");
    }
    for damaged in [&identity.key[..100], &identity.key.replace(body, "*"), &format!("-----BEGIN {}", identity.key)] {
        place.write("key.pem", damaged);
        assert_eq!(place.complaint(), "key.pem has a damaged PEM section");
    }
    place.write("key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assert!(place.complaint().starts_with("the private key in key.pem is neither RSA"));
}

#[test]
fn what_cannot_be_read_is_named() {
    let (_authority, place) = good();
    place.remove("key.pem");
    assert_eq!(place.complaint(), "cannot read key.pem: No such file or directory (os error 2)");
    std::fs::create_dir(place.directory.path().join("key.pem")).expect("a directory");
    assert_eq!(place.complaint(), "key.pem is no regular file");

    let mut file = std::fs::File::create(place.directory.path().join("certificate.pem")).expect("a file");
    file.write_all(&vec![b'\n'; FILE_BYTES_MAX + 1]).expect("room");
    assert_eq!(place.complaint(), "certificate.pem is longer than 1048576 bytes");
}

#[test]
fn a_client_ca_has_certificates() {
    let authority = Authority::new("issuer");
    let place = Place::with_client_ca(&authority.issue(&[NAME]), &authority);
    place.tls();
    place.write("client_ca.pem", "");
    assert_eq!(place.complaint(), "client_ca.pem has no certificate in PEM");
    place.write("client_ca.pem", format!("{}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", authority.pem()));
    let complaint = place.complaint();
    assert!(complaint.starts_with("certificate 2 in client_ca.pem cannot be used: "), "{complaint}");
    place.remove("client_ca.pem");
    assert!(place.complaint().starts_with("cannot read client_ca.pem: "));
}

#[test]
fn an_expired_certificate_is_accepted_with_a_warning() {
    let authority = Authority::new("issuer");
    let place = Place::of(&authority.issue_expired(&[NAME]));
    let warning = place.tls().warning().expect("a warning");
    assert!(warning.ends_with("is valid from 1975-01-01T00:00:00Z to 2001-01-01T00:00:00Z, and not now"), "{warning}");
}
