//! A name that has the addresses of those who serve, as a headless Service has: by a small DNS server, and by a file as the JDK reads it.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::authority::replace;
use crate::fleet::Listed;

pub const NAME: &str = "paydirt-headless.finance.svc.cluster.local";

/// Tells whoever asks which addresses are listed, until it is dropped.
pub struct Names {
    pub address: SocketAddr,
    pub file: PathBuf,
    is_over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Names {
    pub fn of(listed: &Listed, directory: &Path) -> Names {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        let address = socket.local_addr().expect("it is bound");
        let file = directory.join("hosts");
        write(&file, &listed.now());
        let is_over = Arc::new(AtomicBool::new(false));
        let answering = {
            let (listed, is_over) = (listed.clone(), Arc::clone(&is_over));
            socket.set_read_timeout(Some(Duration::from_millis(100))).expect("a time is set");
            move || {
                let mut query = [0; 512];
                while !is_over.load(Ordering::Relaxed) {
                    let Ok((length, peer)) = socket.recv_from(&mut query) else { continue };
                    if let Some(answer) = answer(&query[..length], &listed.now()) {
                        // One that has gone asks no more.
                        let _ = socket.send_to(&answer, peer);
                    }
                }
            }
        };
        let writing = {
            let (listed, is_over, file) = (listed.clone(), Arc::clone(&is_over), file.clone());
            move || {
                let mut written = listed.now();
                while !is_over.load(Ordering::Relaxed) {
                    let now = listed.now();
                    if now != written {
                        write(&file, &now);
                        written = now;
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
            }
        };
        Names { address, file, is_over, threads: vec![std::thread::spawn(answering), std::thread::spawn(writing)] }
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // What it panicked of is on the terminal already.
            let _ = thread.join();
        }
    }
}

fn write(file: &Path, listed: &[Ipv4Addr]) {
    replace(file, listed.iter().map(|address| format!("{address} {NAME}\n")).collect::<String>());
}

/// RFC 1035: the question again, and an address for each that is listed. Of other types than A there is nothing, which is no error.
fn answer(query: &[u8], listed: &[Ipv4Addr]) -> Option<Vec<u8>> {
    const HEADER: usize = 12;
    let name = query.get(HEADER..)?.iter().position(|byte| *byte == 0)?;
    let end = HEADER + name + 1 + 4;
    let question = query.get(HEADER..end)?;
    let kind = u16::from_be_bytes([question[name + 1], question[name + 2]]);
    let listed = if kind == 1 { listed } else { &[] };
    let mut answer = query[..2].to_vec();
    // An answer, with authority, and no error; one question, so many answers, and nothing else.
    answer.extend([0x84, 0x00, 0, 1, 0, u8::try_from(listed.len()).ok()?, 0, 0, 0, 0]);
    answer.extend(question);
    for address in listed {
        // The name of the question, type A, class IN, for no time, four bytes.
        answer.extend([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
        answer.extend(address.octets());
    }
    Some(answer)
}
