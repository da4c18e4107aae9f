//! Certificates made up for the purpose, in directories of their own.

#[path = "../../../../tests/suite/authority.rs"]
mod authority;
mod handshakes;
mod reading;
mod reloading;

use std::fs;
use std::time::Duration;

use self::authority::{Authority, Identity, replace};
use super::{Look, Tls, TlsError};
use crate::server::config::TlsSettings;

/// Whom the server is known as.
const NAME: &str = "paydirt.test";

impl Tls {
    /// Whether the files hold something new, which is now in use.
    fn reload(&self) -> Result<bool, TlsError> {
        match self.look() {
            Look::Same => Ok(false),
            Look::New => Ok(true),
            Look::Bad(error, _) => Err(error),
        }
    }
}

/// A directory with the server's files, removed when dropped.
struct Place {
    directory: tempfile::TempDir,
    settings: TlsSettings,
}

impl Place {
    fn of(identity: &Identity) -> Place {
        let directory = tempfile::tempdir().expect("a directory");
        identity.write(directory.path());
        let file = |name: &str| Some(directory.path().join(name));
        let settings = TlsSettings {
            certificate: file("certificate.pem"),
            key: file("key.pem"),
            poll: Duration::from_millis(10),
            ..TlsSettings::default()
        };
        Place { directory, settings }
    }

    /// Under mutual TLS.
    fn with_client_ca(identity: &Identity, client_ca: &Authority) -> Place {
        let mut place = Place::of(identity);
        place.write("client_ca.pem", client_ca.pem());
        place.settings.client_ca = Some(place.directory.path().join("client_ca.pem"));
        place
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        replace(&self.directory.path().join(name), content);
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.directory.path().join(name)).expect("it was there");
    }

    fn read(&self) -> Result<Tls, TlsError> {
        Tls::read(&self.settings).map(|tls| tls.expect("the settings name a certificate"))
    }

    fn tls(&self) -> Tls {
        self.read().expect("the files can be used")
    }

    /// Returns the complaint about the files, without the name of their directory.
    fn complaint(&self) -> String {
        let Err(error) = self.read() else { panic!("nothing is wrong") };
        let complaint = error.to_string();
        assert!(!complaint.contains('\n'), "{complaint}");
        complaint.replace(&format!("{}/", self.directory.path().display()), "")
    }
}
