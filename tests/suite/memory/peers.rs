//! Peers that want the server's memory: they hold messages, ask and do not read, send halves, have gzip inflated, and begin TLS handshakes.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use prost::Message;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use socket2::{Domain, Socket, Type};

use crate::compression::gzip;
use crate::frames::{
    DATA, END_HEADERS, END_STREAM, HEADERS, INITIAL_WINDOW_SIZE, PREFACE, WINDOW_UPDATE, call, frame, message, settings,
    window_update,
};
use crate::program::PATIENCE;
use crate::stream::{STREAM, short};
use crate::tls::NAME;
use paydirt::wire::pb;

/// A method of questions that may be long.
pub const LONG: &str = "/paydirt.v1.CashFlowService/ComputeNetPresentValue";

/// Where the server listens, and how it is spoken to.
#[derive(Clone, Copy)]
pub struct Server<'a> {
    pub address: SocketAddr,
    pub tls: Option<&'a Arc<ClientConfig>>,
}

/// A socket, or TLS on one.
trait Stream: Read + Write + Send {
    fn socket(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

impl Stream for StreamOwned<ClientConnection, TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref()
    }
}

/// A socket that takes little of what it does not read. None when the server does not take the connection.
fn socket(from: u8, server: SocketAddr) -> Option<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.bind(&SocketAddr::from((Ipv4Addr::new(127, 0, 0, from), 0)).into()).expect("an address of this machine");
    // It takes little of what it does not read.
    socket.set_recv_buffer_size(8 << 10).expect("it is set");
    socket.connect_timeout(&server.into(), Duration::from_secs(2)).ok()?;
    let stream = TcpStream::from(socket);
    stream.set_nodelay(true).expect("it is set");
    stream.set_write_timeout(Some(Duration::from_millis(200))).expect("a time is set");
    stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a time is set");
    Some(stream)
}

/// A peer that asks, and reads nothing after the server's first words.
pub struct Deaf {
    stream: Box<dyn Stream>,
    /// Whether all that was to be sent has gone out so far. A frame that is cut would break the rules.
    is_heard: bool,
}

impl Deaf {
    /// None when the server does not take the connection.
    pub fn connect(from: u8, server: Server, window: u32) -> Option<Deaf> {
        let stream = socket(from, server.address)?;
        let stream: Box<dyn Stream> = match server.tls {
            None => Box::new(stream),
            Some(config) => {
                let name = ServerName::try_from(NAME).expect("a name");
                let connection = ClientConnection::new(Arc::clone(config), name).expect("a client");
                Box::new(StreamOwned::new(connection, stream))
            }
        };
        Deaf::speaks(stream, window)
    }

    fn speaks(stream: Box<dyn Stream>, window: u32) -> Option<Deaf> {
        let mut deaf = Deaf { stream, is_heard: true };
        deaf.send(&[PREFACE, &settings(&[(INITIAL_WINDOW_SIZE, window)]), &window_update(0, 1 << 30)].concat());
        // The window of the connection, behind the server's settings: before that no more than 64 KB may be sent.
        let (mut said, mut piece) = (Vec::<u8>::new(), [0; 256]);
        while !said.windows(5).any(|bytes| bytes == [0, 0, 4, WINDOW_UPDATE, 0]) {
            match deaf.stream.read(&mut piece) {
                Ok(0) | Err(_) => return None,
                Ok(length) => said.extend(&piece[..length]),
            }
        }
        Some(deaf)
    }

    /// Waits longer for a server that is busy.
    pub fn patient(self) -> Deaf {
        self.stream.socket().set_write_timeout(Some(PATIENCE)).expect("a time is set");
        self
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.is_heard = self.is_heard && self.stream.write_all(bytes).is_ok();
    }

    pub fn opens(&mut self, path: &str, streams: u32) {
        let headers = call(path, &[]);
        let opened = (0..streams).flat_map(|number| frame(HEADERS, END_HEADERS, 2 * number + 1, &headers));
        self.send(&opened.collect::<Vec<_>>());
    }

    /// Sends this data on each of so many streams.
    pub fn sends(&mut self, streams: u32, data: &[u8]) {
        for number in 0..streams {
            let frames = data.chunks(16_384).flat_map(|piece| frame(DATA, 0, 2 * number + 1, piece));
            self.send(&frames.collect::<Vec<_>>());
        }
    }
}

/// Messages that are announced with four megabytes, and never whole: eight connections of four callers, each with 31 calls.
pub fn hold_messages(server: Server) -> Vec<Deaf> {
    let connect = |number: u8| Deaf::connect(2 + number % 4, server, 65_535);
    let mut peers: Vec<_> = (0..8).filter_map(connect).collect();
    for peer in &mut peers {
        peer.opens(LONG, 31);
        peer.sends(31, &[&[0, 0, 64, 0, 0][..], &[10; 60_000]].concat());
    }
    // The server reads on, and so the windows open again.
    for _ in 0..16 {
        std::thread::sleep(Duration::from_millis(50));
        peers.iter_mut().for_each(|peer| peer.sends(31, &[10; 30_000]));
    }
    peers
}

/// Streams of calculations whose answers nobody reads: 64 connections with 128 of them each.
pub fn ask_and_do_not_read(server: Server, until: Instant) -> Vec<Deaf> {
    let calculation = message(&short(1));
    let calculations = calculation.repeat(60_000 / calculation.len());
    many(64, until, |number| {
        let mut peer = Deaf::connect(10 + (number % 8) as u8, server, 1 << 30)?;
        peer.opens(&format!("/{STREAM}"), 128);
        peer.sends(33, &calculations);
        Some(peer)
    })
}

/// Halves of short messages, a hundred on each of as many connections as there may be.
pub fn send_halves(server: Server, until: Instant) -> Vec<Deaf> {
    let half = [&[0, 0, 0, 64, 0][..], &[10; 8_000]].concat();
    many(1000, until, |number| {
        let mut peer = Deaf::connect(20 + (number % 100) as u8, server, 0)?;
        peer.opens(LONG, 100);
        peer.sends(100, &half);
        Some(peer)
    })
}

/// So many peers, made by some threads at once, as far as the time allows.
fn many<P: Send>(count: usize, until: Instant, make: impl Fn(usize) -> Option<P> + Sync) -> Vec<P> {
    const THREADS: usize = 16;
    std::thread::scope(|scope| {
        let make = &make;
        let of_thread =
            move |thread| (thread..count).step_by(THREADS).take_while(move |_| Instant::now() < until).filter_map(make);
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || of_thread(thread).collect::<Vec<_>>())).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    })
}

/// The densest message of four megabytes: fields as many as a request may have, of one byte each, and padding.
fn dense() -> Vec<u8> {
    let amounts = vec!["1".into(); 200_000];
    let periodic = pb::PeriodicCashFlows { amounts, period: pb::Period::Month.into() };
    let cash_flows = Some(pb::CashFlows { schedule: Some(pb::cash_flows::Schedule::Periodic(periodic)) });
    let mut message = pb::ComputeNetPresentValueRequest { cash_flows, ..Default::default() }.encode_to_vec();
    // Field 2047, which no message knows, up to the end.
    let padding = (4 << 20) - message.len() - 6;
    message.extend([0xfa, 0x7f]);
    prost::encoding::encode_varint(padding as u64, &mut message);
    message.resize(4 << 20, 0);
    message
}

/// Some kilobytes of gzip that inflate to four megabytes: so many connections, each with 16 calls of them.
pub fn inflate(server: Server, connections: usize, until: Instant) -> Vec<Deaf> {
    let packed = gzip(&dense());
    let framed = [&[1][..], &message(&packed)[1..]].concat();
    let headers = call(LONG, &[("grpc-encoding", "gzip")]);
    many(connections, until, |number| {
        let mut peer = Deaf::connect(130 + (number % 8) as u8, server, 65_535)?;
        for number in 0..16 {
            let stream = 2 * number + 1;
            peer.send(&frame(HEADERS, END_HEADERS, stream, &headers));
            let mut pieces = framed.chunks(16_384).peekable();
            while let Some(piece) = pieces.next() {
                peer.send(&frame(DATA, if pieces.peek().is_none() { END_STREAM } else { 0 }, stream, piece));
            }
        }
        Some(peer)
    })
}

/// Handshakes of TLS that stop in their first record, of which ten thousand bytes have come.
pub fn begin_handshakes(server: Server, count: usize, until: Instant) -> Vec<TcpStream> {
    let hello = [&[22, 3, 1, 0x3f, 0xff, 1, 0, 0x3f, 0xfb, 3, 3][..], &[7; 10_000]].concat();
    many(count, until, |number| {
        let mut stream = socket(150 + (number % 100) as u8, server.address)?;
        stream.write_all(&hello).ok()?;
        Some(stream)
    })
}
