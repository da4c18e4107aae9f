//! New files while the server runs.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::{Authority, NAME, Place};
use crate::server::telemetry::metrics::Metrics;

#[test]
fn what_has_changed_is_taken_once() {
    let authority = Authority::new("issuer");
    let place = Place::of(&authority.issue(&[NAME]));
    let tls = place.tls();
    assert!(!tls.reload().expect("the same"));
    authority.issue_for(rcgen::KeyPair::generate().expect("a key"), &[NAME], 2101).write(place.directory.path());
    assert!(tls.reload().expect("a good pair"));
    assert_eq!(tls.certificate_expiry(), 4_133_980_800, "2101-01-01");
    assert!(!tls.reload().expect("the same"));
}

#[test]
fn what_cannot_be_used_leaves_the_old_in_use() {
    let authority = Authority::new("issuer");
    let old = authority.issue(&[NAME]);
    let place = Place::with_client_ca(&old, &authority);
    let tls = place.tls();
    let config = Arc::clone(&tls.current.load().config);
    for (name, content) in
        [("key.pem", authority.issue(&[NAME]).key), ("certificate.pem", String::new()), ("client_ca.pem", String::new())]
    {
        place.write(name, content);
        tls.reload().expect_err(name);
        tls.reload().expect_err("as bad as before");
    }
    place.remove("key.pem");
    tls.reload().expect_err("there is no key");
    assert!(Arc::ptr_eq(&config, tls.acceptor().config()));

    old.write(place.directory.path());
    place.write("client_ca.pem", authority.pem());
    assert!(!tls.reload().expect("what is in use"));
}

#[test]
fn a_valid_certificate_stays_where_the_new_one_is_not_valid() {
    let authority = Authority::new("issuer");
    let place = Place::of(&authority.issue(&[NAME]));
    let tls = place.tls();
    authority.issue_expired(&[NAME]).write(place.directory.path());
    let error = tls.reload().expect_err("it has expired").to_string();
    assert!(error.ends_with("to 2001-01-01T00:00:00Z, and not now as the one in use is"), "{error}");
    assert_eq!(tls.warning(), None);
}

#[test]
fn an_expired_certificate_keeps_nothing_else_from_being_renewed() {
    let authority = Authority::new("issuer");
    let place = Place::with_client_ca(&authority.issue_expired(&[NAME]), &authority);
    let tls = place.tls();
    place.write("client_ca.pem", Authority::new("another").pem());
    assert!(tls.reload().expect("a good bundle"));
}

#[test]
fn the_content_counts_and_not_the_time_or_the_length() {
    let authority = Authority::new("issuer");
    let place = Place::with_client_ca(&authority.issue(&[NAME]), &authority);
    let tls = place.tls();
    let path = place.directory.path().join("client_ca.pem");
    let modified = fs::metadata(&path).expect("it is there").modified().expect("a time");

    place.write("client_ca.pem", authority.pem());
    assert!(!tls.reload().expect("the same"));
    place.write("client_ca.pem", Authority::new("issues").pem());
    File::options().write(true).open(&path).expect("it is there").set_modified(modified).expect("a time");
    assert!(tls.reload().expect("another authority"));
}

/// Kubernetes mounts a secret as links into `..data`, which is a link to a directory with the time in its name, and swaps that link.
#[test]
fn a_secret_that_kubernetes_swaps_is_seen() {
    let authority = Authority::new("issuer");
    let mut place = Place::of(&authority.issue(&[NAME]));
    let volume = place.directory.path().join("volume");
    let publish = |version: &str| {
        let directory = volume.join(version);
        fs::create_dir_all(&directory).expect("a directory");
        authority.issue(&[NAME]).write(&directory);
        symlink(version, volume.join("..data_tmp")).expect("a link");
        fs::rename(volume.join("..data_tmp"), volume.join("..data")).expect("a swap");
    };
    publish("..2026_07_01");
    for name in ["certificate.pem", "key.pem"] {
        symlink(format!("..data/{name}"), volume.join(name)).expect("a link");
    }
    place.settings.certificate = Some(volume.join("certificate.pem"));
    place.settings.key = Some(volume.join("key.pem"));

    let tls = place.tls();
    assert!(!tls.reload().expect("the same"));
    publish("..2026_07_02");
    assert!(tls.reload().expect("the new pair"));
    fs::remove_dir_all(volume.join("..2026_07_01")).expect("it is of no use");
    assert!(!tls.reload().expect("the same"));
}

#[tokio::test]
async fn the_watch_takes_what_is_good_and_counts_what_is_bad_once() {
    let authority = Authority::new("issuer");
    let place = Place::of(&authority.issue(&[NAME]));
    let (tls, metrics, hang_up) = (Arc::new(place.tls()), Metrics::new().expect("metrics"), Notify::new());
    let reloads = |result: &str| metrics.tls_reloads.with_label_values(&[result]).get();
    let until = async |result: &str, count: u64| {
        while reloads(result) < count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let story = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(metrics.tls_certificate_expiry.get(), 4_102_444_800.0);
        assert_eq!((reloads("success"), reloads("failure")), (0, 0), "nothing has changed");

        place.write("key.pem", authority.issue(&[NAME]).key);
        until("failure", 1).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(reloads("failure"), 1, "many polls have seen the same");
        hang_up.notify_one();
        until("failure", 2).await;
        place.write("key.pem", authority.issue(&[NAME]).key);
        until("failure", 3).await;

        // The certificate without its key may be seen too, which counts as bad.
        authority.issue_for(rcgen::KeyPair::generate().expect("a key"), &[NAME], 2101).write(place.directory.path());
        until("success", 1).await;
        assert_eq!(metrics.tls_certificate_expiry.get(), 4_133_980_800.0);
    };
    let watch = Arc::clone(&tls).watch(&metrics, &hang_up);
    let both = async {
        tokio::select! {
            () = story => {}
            () = watch => unreachable!("it never ends"),
        }
    };
    tokio::time::timeout(Duration::from_secs(30), both).await.expect("it does not take so long");
}

#[tokio::test]
async fn the_watch_need_not_wait_for_a_poll() {
    let authority = Authority::new("issuer");
    let mut place = Place::of(&authority.issue(&[NAME]));
    place.settings.poll = Duration::from_secs(3600);
    let (tls, metrics, hang_up) = (Arc::new(place.tls()), Metrics::new().expect("metrics"), Notify::new());
    authority.issue(&[NAME]).write(place.directory.path());
    // Said before anyone listens, and heard all the same.
    hang_up.notify_one();
    let taken = async {
        while metrics.tls_reloads.with_label_values(&["success"]).get() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        () = taken => {}
        () = Arc::clone(&tls).watch(&metrics, &hang_up) => unreachable!("it never ends"),
        () = tokio::time::sleep(Duration::from_secs(30)) => panic!("it was not heard"),
    }
}
