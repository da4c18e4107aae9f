//! A proxy before two real servers, each at an address of this machine, with the configuration of `docs/proxies.md`.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::connections::rehearsed;
use crate::fleet::Fleet;
use crate::program::eventually;
use crate::support::Client;
use crate::tools::{root, tool};

/// The servers of the page's configurations, and the addresses that two servers of a fleet have.
const SERVERS: [(&str, &str); 2] = [("192.0.2.11", "127.0.50.1"), ("192.0.2.12", "127.0.50.2")];
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Envoy,
    Nginx,
    Haproxy,
}

impl Kind {
    fn program(self) -> &'static str {
        match self {
            Kind::Envoy => "envoy",
            Kind::Nginx => "nginx",
            Kind::Haproxy => "haproxy",
        }
    }

    /// The file within `tests/proxies`.
    pub fn file(self) -> &'static str {
        match self {
            Kind::Envoy => "envoy.yaml",
            Kind::Nginx => "nginx.conf",
            Kind::Haproxy => "haproxy.cfg",
        }
    }

    /// The configuration that the page shows.
    pub fn configuration(self) -> String {
        std::fs::read_to_string(root().join("tests/proxies").join(self.file())).expect("it is there")
    }

    /// None, and a word about it, where the proxy is not there. It is not even required where the packages that it is taken from are not.
    fn installed(self) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let has_packages = std::env::split_paths(&path).any(|folder| folder.join("apt-get").is_file());
        let has_it = std::env::split_paths(&path).any(|folder| folder.join(self.program()).is_file());
        if self != Kind::Envoy && !has_packages && !has_it {
            println!("skipped: {} is not there, and no package of Debian's either", self.program());
            return None;
        }
        tool(self.program())
    }
}

/// A proxy before two servers, ended when dropped.
pub struct Proxy {
    child: Child,
    pub address: SocketAddr,
    _directory: TempDir,
}

impl Proxy {
    /// None, and a word about it, where the proxy is not there.
    pub fn start(kind: Kind, fleet: &Fleet) -> Option<Proxy> {
        Proxy::with(kind, fleet, &kind.configuration())
    }

    pub fn with(kind: Kind, fleet: &Fleet, configuration: &str) -> Option<Proxy> {
        let program = kind.installed()?;
        // A port that was free a moment ago may have been taken since.
        let proxy = (0..5).find_map(|_| Proxy::listening(kind, &program, |port| placed(configuration, port, fleet)));
        let proxy = proxy.unwrap_or_else(|| panic!("{kind:?} does not take its configuration"));
        // A proxy that checks its servers has to have found them.
        eventually("an answer through the proxy", || {
            let client = proxy.client();
            client.runtime.block_on(rehearsed(client.channel.clone(), "0ms")).ok()
        });
        Some(proxy)
    }

    /// None where it has ended.
    fn listening(kind: Kind, program: &Path, configuration: impl FnOnce(u16) -> String) -> Option<Proxy> {
        let directory = tempfile::tempdir().expect("a directory");
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let address = free.expect("a free port");
        let file = directory.path().join("configuration.yaml");
        std::fs::write(&file, configuration(address.port())).expect("it is written");
        let mut command = Command::new(program);
        match kind {
            Kind::Envoy => {
                command.args(["--use-dynamic-base-id", "--log-level", "error", "--concurrency", "2", "-c"]).arg(&file)
            }
            Kind::Haproxy => command.args(["-q", "-db", "-f"]).arg(&file),
            Kind::Nginx => nginx(&mut command, directory.path(), &file),
        };
        let child = command.stdin(Stdio::null()).spawn().expect("it starts");
        let mut proxy = Proxy { child, address, _directory: directory };
        eventually("a proxy that listens, or has ended", || {
            let has_ended = proxy.child.try_wait().expect("it is ours").is_some();
            if has_ended { Some(false) } else { TcpStream::connect(address).ok().map(|_| true) }
        })
        .then_some(proxy)
    }

    pub fn client(&self) -> Client {
        Client::of(self.address)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let end = Instant::now() + Duration::from_secs(5);
        while Instant::now() < end && self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The page's configuration with the addresses of this test.
fn placed(configuration: &str, port: u16, fleet: &Fleet) -> String {
    let places = [
        // This address alone: servers take the same port at others.
        ("0.0.0.0", "127.0.0.1".to_owned()),
        ("bind :50050", format!("bind 127.0.0.1:{port}")),
        ("listen 50050", format!("listen 127.0.0.1:{port}")),
        ("50050", port.to_string()),
        ("50051", fleet.port().to_string()),
        ("9464", fleet.admin_port().to_string()),
    ];
    let places: Vec<_> = places.into_iter().chain(SERVERS.map(|(from, to)| (from, to.to_owned()))).collect();
    // First marks, since a number that is put in may contain one that is looked for.
    let marked = places
        .iter()
        .enumerate()
        .fold(configuration.to_owned(), |text, (number, (from, _))| text.replace(from, &format!("\u{1}{number}\u{2}")));
    places.iter().enumerate().fold(marked, |text, (number, (_, to))| text.replace(&format!("\u{1}{number}\u{2}"), to))
}

/// The page's file is one of `conf.d`. What stands around it is the system's, here in a folder of the test.
fn nginx<'a>(command: &'a mut Command, folder: &Path, file: &Path) -> &'a mut Command {
    let folder = folder.display();
    let temporary =
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|name| format!("{name}_temp_path {folder}/{name};"));
    let whole = format!(
        "daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log stderr crit; events {{ worker_connections 1024; }}\n\
         http {{ access_log off; {} include {}; }}\n",
        temporary.join(" "),
        file.display(),
    );
    let main = Path::new(&folder.to_string()).join("nginx.main");
    std::fs::write(&main, whole).expect("it is written");
    command.args(["-e", "stderr", "-p"]).arg(folder.to_string()).arg("-c").arg(main)
}

pub fn fleet(flags: &[&str]) -> Fleet {
    let usual = ["--drain", "10s", "--max-wait", "1m", "--workers", "1"];
    // The default, unless a measurement says otherwise.
    let lame_duck: &[&str] = if flags.contains(&"--lame-duck") { &[] } else { &["--lame-duck", "3s"] };
    Fleet::start(2, &[&usual, lame_duck, flags].concat())
}
