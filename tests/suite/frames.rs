//! A peer that sends whatever frames it likes: HTTP/2 by hand, on a socket.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::support::connect_from;

pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Kinds of frames.
pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const PRIORITY: u8 = 2;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PUSH_PROMISE: u8 = 5;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

/// Flags.
pub const END_STREAM: u8 = 1;
pub const ACK: u8 = 1;
pub const END_HEADERS: u8 = 4;
pub const PADDED: u8 = 8;

/// Settings.
pub const INITIAL_WINDOW_SIZE: u16 = 4;

/// An answer that does not come within this time does not come: more than any timeout of the server that is waited for here.
const SILENCE: Duration = Duration::from_secs(20);

/// A frame that has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

/// A frame as it is sent.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("it is short").to_be_bytes();
    let mut bytes = vec![length[1], length[2], length[3], kind, flags];
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

pub fn settings(values: &[(u16, u32)]) -> Vec<u8> {
    let payload = values.iter().flat_map(|(name, value)| [&name.to_be_bytes()[..], &value.to_be_bytes()].concat());
    frame(SETTINGS, 0, 0, &payload.collect::<Vec<_>>())
}

pub fn window_update(stream: u32, increment: u32) -> Vec<u8> {
    frame(WINDOW_UPDATE, 0, stream, &increment.to_be_bytes())
}

/// Literals that leave no trace in the table: HPACK at its simplest.
pub fn block(headers: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut text = |text: &str, first: bool| {
        if first {
            bytes.push(0);
        }
        match text.len() {
            short @ 0..127 => bytes.push(short as u8),
            long => {
                bytes.push(127);
                let mut rest = long - 127;
                while rest >= 128 {
                    bytes.push((rest % 128) as u8 | 128);
                    rest /= 128;
                }
                bytes.push(rest as u8);
            }
        }
        bytes.extend(text.as_bytes());
    };
    for (name, value) in headers {
        text(name, true);
        text(value, false);
    }
    bytes
}

/// The headers of a call.
pub fn call<'a>(path: &'a str, further: &[(&'a str, &'a str)]) -> Vec<u8> {
    let usual = [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "a"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ];
    block(&[&usual, further].concat())
}

/// A message as gRPC frames it.
pub fn message(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("it is short").to_be_bytes();
    [&[0], &length[..], bytes].concat()
}

/// A connection of such a peer.
pub struct Peer {
    stream: TcpStream,
}

impl Peer {
    /// Says nothing.
    pub fn silent(address: SocketAddr) -> Peer {
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_nodelay(true).expect("it is set");
        stream.set_read_timeout(Some(SILENCE)).expect("a time is set");
        stream.set_write_timeout(Some(SILENCE)).expect("a time is set");
        Peer { stream }
    }

    /// Says that it speaks HTTP/2, from one of this machine's addresses.
    pub fn from(address: Ipv4Addr, server: SocketAddr) -> Peer {
        let mut peer = Peer { stream: connect_from(address, server).expect("it listens") };
        peer.send(&[PREFACE, &settings(&[])].concat());
        peer
    }

    /// Says that it speaks HTTP/2, with these settings, and waits until it may send more than the 64 KB that everyone may.
    pub fn connect(address: SocketAddr, values: &[(u16, u32)]) -> Peer {
        let mut peer = Peer::silent(address);
        peer.send(&[PREFACE, &settings(values)].concat());
        peer.until(|frame| frame.kind == WINDOW_UPDATE && frame.stream == 0);
        peer
    }

    /// Does not mind when the server has closed already.
    pub fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    /// From a thread of its own, while answers are read here.
    pub fn send_meanwhile(&self, bytes: Vec<u8>) {
        let mut stream = self.stream.try_clone().expect("a descriptor");
        std::thread::spawn(move || stream.write_all(&bytes));
    }

    /// The next frame; nothing when the server has closed.
    pub fn next(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        self.read(&mut head)?;
        let [a, b, c, kind, flags, rest @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        self.read(&mut payload)?;
        Some(Frame { kind, flags, stream: u32::from_be_bytes(rest) & 0x7fff_ffff, payload })
    }

    /// All frames up to the first that is looked for, which is the last of them; without it when the server closes before.
    pub fn until(&mut self, mut is_it: impl FnMut(&Frame) -> bool) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next() {
            let is_last = is_it(&frame);
            frames.push(frame);
            if is_last {
                break;
            }
        }
        frames
    }

    /// Whether the server closes, whatever it sends before.
    pub fn is_closed(&mut self) -> bool {
        self.until(|_| false);
        true
    }

    /// Whether the server answers a ping.
    pub fn is_answered(&mut self) -> bool {
        self.send(&frame(PING, 0, 0, b"alright?"));
        self.until(is_alright).last().is_some_and(is_alright)
    }

    fn read(&mut self, bytes: &mut [u8]) -> Option<()> {
        match self.stream.read_exact(bytes) {
            Ok(()) => Some(()),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!("the server neither answers nor closes")
            }
            Err(_) => None,
        }
    }
}

/// The answer to the ping of [`Peer::is_answered`].
pub fn is_alright(frame: &Frame) -> bool {
    frame.kind == PING && frame.flags & ACK != 0 && frame.payload == b"alright?"
}

/// Why the server says that it closes.
pub fn reason_of_goaway(frames: &[Frame]) -> Option<u32> {
    let last = frames.iter().rfind(|frame| frame.kind == GOAWAY)?;
    last.payload.get(4..8)?.try_into().map(u32::from_be_bytes).ok()
}
