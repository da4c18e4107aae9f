//! Fields of a certificate in the server's own files, which rustls does not tell: subject, issuer and validity.

use std::time::{SystemTime, UNIX_EPOCH};

use rustls::pki_types::CertificateDer;

const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
/// `[0]`, which the version stands in; certificates of version 1 have none.
const VERSION: u8 = 0xa0;

/// The front of a certificate: RFC 5280, 4.1.
pub(super) struct Certificate<'a> {
    /// As DER has it, like the next one.
    pub subject: &'a [u8],
    pub issuer: &'a [u8],
    pub validity: Validity,
}

impl<'a> Certificate<'a> {
    /// None for what is no certificate as X.509 describes it.
    pub fn read(certificate: &'a CertificateDer<'_>) -> Option<Certificate<'a>> {
        // The whole of it is read by the library that rustls verifies with, to the last extension.
        webpki::anchor_from_trusted_cert(certificate).ok()?;
        let mut signed = Der(Der(certificate).next_of(SEQUENCE)?);
        let mut fields = Der(signed.next_of(SEQUENCE)?);
        let _version = fields.next_of(VERSION);
        let _serial_number = fields.next_of(INTEGER)?;
        let _signature = fields.next_of(SEQUENCE)?;
        let issuer = fields.next_of(SEQUENCE)?;
        let mut validity = Der(fields.next_of(SEQUENCE)?);
        let subject = fields.next_of(SEQUENCE)?;
        let validity = Validity { from: seconds(validity.next()?)?, to: seconds(validity.next()?)? };
        Some(Certificate { subject, issuer, validity })
    }
}

/// The first and the last second of a certificate's validity, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Validity {
    pub from: i64,
    pub to: i64,
}

impl Validity {
    /// Returns whether the certificate is valid now.
    pub fn is_now(self) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        i64::try_from(now).is_ok_and(|now| (self.from..=self.to).contains(&now))
    }
}

/// Elements one after the other, in the distinguished encoding: X.690.
pub(super) struct Der<'a>(pub &'a [u8]);

impl<'a> Der<'a> {
    /// The content of the next element, if it has this tag; otherwise the element stays.
    fn next_of(&mut self, tag: u8) -> Option<&'a [u8]> {
        let here = self.0;
        match self.next() {
            Some((found, content)) if found == tag => Some(content),
            _ => {
                self.0 = here;
                None
            }
        }
    }

    /// The tag and the content of the next element. Lengths of more than two bytes are none of a certificate.
    pub fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (length, rest) = match *self.0.get(1..)? {
            [length @ ..=0x7f, ref rest @ ..] => (usize::from(length), rest),
            [0x81, length, ref rest @ ..] => (usize::from(length), rest),
            [0x82, high, low, ref rest @ ..] => (usize::from(u16::from_be_bytes([high, low])), rest),
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        let tag = self.0[0];
        self.0 = rest;
        Some((tag, content))
    }
}

/// A time in seconds since 1970: `YYMMDDHHMMSSZ` from 1950 to 2049, `YYYYMMDDHHMMSSZ` in other years.
fn seconds((tag, content): (u8, &[u8])) -> Option<i64> {
    let (&b'Z', digits) = content.split_last()? else { return None };
    let digits: Vec<i8> =
        digits.iter().map(|byte| byte.is_ascii_digit().then(|| (byte - b'0') as i8)).collect::<Option<_>>()?;
    let pairs: Vec<i8> = digits.chunks_exact(2).map(|pair| pair[0] * 10 + pair[1]).collect();
    let (year, pairs) = match (tag, digits.len()) {
        (UTC_TIME, 12) => (i16::from(pairs[0]) + if pairs[0] < 50 { 2000 } else { 1900 }, &pairs[1..]),
        (GENERALIZED_TIME, 14) => (i16::from(pairs[0]) * 100 + i16::from(pairs[1]), &pairs[2..]),
        _ => return None,
    };
    let &[month, day, hour, minute, second] = pairs else { return None };
    let time = jiff::civil::DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    Some(jiff::tz::TimeZone::UTC.to_timestamp(time).ok()?.as_second())
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn both_forms_of_a_time_are_read() {
        for (from, to) in [((1975, 2, 28), (2049, 12, 31)), ((1950, 1, 1), (2050, 1, 1)), ((2024, 2, 29), (9998, 12, 31))] {
            let mut parameters = CertificateParams::default();
            let [from, to] = [from, to].map(|(year, month, day)| date_time_ymd(year, month, day));
            (parameters.not_before, parameters.not_after) = (from, to);
            let certificate = parameters.self_signed(&KeyPair::generate().unwrap()).unwrap();
            let read = Certificate::read(certificate.der()).unwrap();
            assert_eq!(read.validity, Validity { from: from.unix_timestamp(), to: to.unix_timestamp() });
        }
    }

    #[test]
    fn an_issuer_is_the_subject_of_its_own_certificate() {
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // Long enough for each form of a length.
        parameters.distinguished_name.push(DnType::CommonName, "issuer ".repeat(40));
        let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
        let leaf = CertificateParams::default().signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap();
        let (of_issuer, of_leaf) = (Certificate::read(issuer.der()).unwrap(), Certificate::read(leaf.der()).unwrap());
        assert_eq!(of_leaf.issuer, of_issuer.subject);
        assert_ne!(of_leaf.subject, of_issuer.subject);
        assert!(of_issuer.subject.len() > 255, "{}", of_issuer.subject.len());
    }

    #[test]
    fn what_is_cut_short_or_goes_on_is_none() {
        let certificate = CertificateParams::default().self_signed(&KeyPair::generate().unwrap()).unwrap();
        let whole = certificate.der().to_vec();
        for length in 0..whole.len() {
            assert!(Certificate::read(&CertificateDer::from(&whole[..length])).is_none(), "{length}");
        }
        assert!(Certificate::read(&CertificateDer::from([&whole[..], &[0]].concat())).is_none());
    }

    #[test]
    fn what_is_no_time_is_none() {
        let utc = |text: &str| seconds((UTC_TIME, text.as_bytes()));
        assert_eq!(utc("700101000000Z"), Some(0));
        for text in ["", "Z", "7001010000Z", "700101000000", "700101000000+", "701301000000Z", "7001010000é", "19700101000000Z"]
        {
            assert_eq!(utc(text), None, "{text}");
        }
        assert_eq!(seconds((GENERALIZED_TIME, b"19700101000001Z")), Some(1));
        assert_eq!(seconds((GENERALIZED_TIME, b"19700101000000.5Z")), None);
        assert_eq!(seconds((INTEGER, b"700101000000Z")), None);
    }
}
