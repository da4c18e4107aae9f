//! A server on a free port, and a client that speaks to it in JSON, as grpcurl does.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::LazyLock;
use std::thread::JoinHandle;
use std::time::Duration;

use paydirt::server::Log;
use paydirt::server::config::Settings;
use paydirt::server::signals::Signal;
use paydirt::wire::pb;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, MethodDescriptor, SerializeOptions};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

/// The server that tests share, on a free port of this machine alone.
pub static SERVER: LazyLock<Server> = LazyLock::new(Server::start);

/// One for the whole process, and silent: the real program's is looked at where it runs.
static LOG: LazyLock<Log> = LazyLock::new(|| {
    let settings = Settings::read(["paydirt", "--log-level", "off"]).expect("good settings");
    // Panics here are those of tests, and belong on the terminal.
    let hook = std::panic::take_hook();
    let log = paydirt::server::start_log(&settings).expect("nobody else has");
    std::panic::set_hook(hook);
    log
});

static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    let mut pool = DescriptorPool::decode(pb::FILE_DESCRIPTOR_SET).expect("the contract's descriptors are whole");
    pool.decode_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET).expect("so are health's");
    pool
});

/// A real server, in a thread of its own, stopped when dropped.
pub struct Server {
    address: SocketAddr,
    web_address: SocketAddr,
    signals: mpsc::Sender<Signal>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start() -> Server {
        Server::with(&[])
    }

    /// With further flags.
    pub fn with(flags: &[&str]) -> Server {
        let anywhere = "127.0.0.1:0";
        let ports = ["paydirt", "--listen", anywhere, "--admin-listen", anywhere, "--web-listen", anywhere];
        let basic = ports.iter().chain(&["--lame-duck", "0s", "--max-wait", "1m"]);
        let settings = Settings::read(basic.chain(flags)).expect("good settings");
        let server = paydirt::server::Server::prepare(settings).expect("a free port");
        let (address, web_address) = (server.address(), server.web_address().expect("a web port"));
        let (signals, asked) = mpsc::channel(1);
        let thread = std::thread::spawn(move || runtime().block_on(server.serve(&LOG, asked)).expect("the server serves"));
        Server { address, web_address, signals, thread: Some(thread) }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn web_address(&self) -> SocketAddr {
        self.web_address
    }

    pub fn client(&self) -> Client {
        Client::of(self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that has ended already needs no word.
        let _ = self.signals.try_send(Signal::Interrupt);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server ends without a panic");
        }
    }
}

pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// A connection from one of this machine's addresses, which waits no longer than half a minute for anything.
pub fn connect_from(from: Ipv4Addr, server: SocketAddr) -> std::io::Result<TcpStream> {
    connect_often_from(from, server, 1).pop().expect("one of them")
}

/// So many connections from one of this machine's addresses, as fast as they can be had.
pub fn connect_often_from(from: Ipv4Addr, server: SocketAddr, count: usize) -> Vec<std::io::Result<TcpStream>> {
    let connect = async || {
        let socket = tokio::net::TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((from, 0)))?;
        let connected = socket.connect(server).await?.into_std()?;
        connected.set_nonblocking(false)?;
        connected.set_nodelay(true)?;
        connected.set_read_timeout(Some(Duration::from_secs(30)))?;
        connected.set_write_timeout(Some(Duration::from_secs(30)))?;
        Ok(connected)
    };
    runtime().block_on(async {
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(connect().await);
        }
        all
    })
}

/// A client on one connection.
pub struct Client {
    pub runtime: Runtime,
    pub channel: Channel,
}

impl Client {
    /// Of a server in plain text.
    pub fn of(address: SocketAddr) -> Client {
        let runtime = runtime();
        let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address is a URI");
        let channel = runtime.block_on(endpoint.connect()).expect("the server listens");
        Client { runtime, channel }
    }

    /// Calls a method, named as for grpcurl, with a request in JSON.
    pub fn call(&self, method: &str, request: &Value) -> Result<Value, Status> {
        self.call_with(method, request, &[])
    }

    /// With headers of the caller's own.
    pub fn call_with(&self, method: &str, request: &Value, headers: &[(&'static str, &str)]) -> Result<Value, Status> {
        let mut request = Request::new(message_of(method, request));
        for (name, value) in headers {
            request.metadata_mut().insert(*name, value.parse().expect("visible characters"));
        }
        let response = self.send(method, request)?;
        Ok(json_of(method_of(method).output(), &response))
    }

    /// Calls a method with whatever bytes.
    pub fn call_with_bytes(&self, method: &str, request: Vec<u8>) -> Result<Vec<u8>, Status> {
        self.send(method, Request::new(request))
    }

    fn send(&self, method: &str, request: Request<Vec<u8>>) -> Result<Vec<u8>, Status> {
        let path = PathAndQuery::try_from(format!("/{method}")).expect("a method is a path");
        self.runtime.block_on(async {
            let mut client = Grpc::new(self.channel.clone()).max_decoding_message_size(64 << 20);
            client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
            client.unary(request, path, Bytes).await.map(tonic::Response::into_inner)
        })
    }
}

/// A request in JSON, as it travels.
pub fn message_of(method: &str, request: &Value) -> Vec<u8> {
    let message = DynamicMessage::deserialize(method_of(method).input(), request);
    message.unwrap_or_else(|error| panic!("{request} is no request of {method}: {error}")).encode_to_vec()
}

/// A message in the contract's own spelling of its fields, decimals as strings, only what is there.
pub fn json_of(descriptor: MessageDescriptor, bytes: &[u8]) -> Value {
    let message = DynamicMessage::decode(descriptor, bytes).expect("a message of its type");
    let options = SerializeOptions::new().use_proto_field_name(true);
    message.serialize_with_options(serde_json::value::Serializer, &options).expect("a message is JSON")
}

pub fn method_of(name: &str) -> MethodDescriptor {
    let (service, method) = name.split_once('/').expect("package.Service/Method");
    let service = POOL.get_service_by_name(service).unwrap_or_else(|| panic!("the contract has no {service}"));
    let found = service.methods().find(|candidate| candidate.name() == method);
    found.unwrap_or_else(|| panic!("the contract has no {name}"))
}

/// The method that computes a calculation by the name of its model in the contract's union: `runway`.
pub fn method_of_model(model: &str) -> String {
    let calculation = POOL.get_message_by_name("paydirt.v1.Calculation").expect("the contract has calculations");
    let field = calculation.get_field_by_name(model).unwrap_or_else(|| panic!("the contract has no {model}"));
    let request = field.kind();
    let request = request.as_message().expect("a calculation is a request");
    let mut methods = POOL.services().flat_map(|service| service.methods().collect::<Vec<_>>());
    let method = methods.find(|method| method.input() == *request).expect("a request is some method's");
    format!("{}/{}", method.parent_service().full_name(), method.name())
}

/// The models of the contract, as they are called in its union.
pub fn models() -> Vec<String> {
    let calculation = POOL.get_message_by_name("paydirt.v1.Calculation").expect("the contract has calculations");
    calculation.fields().map(|field| field.name().to_owned()).collect()
}

/// Bytes as they are.
#[derive(Clone, Copy, Default)]
pub struct Bytes;

impl Codec for Bytes {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Bytes;
    type Decoder = Bytes;

    fn encoder(&mut self) -> Bytes {
        Bytes
    }

    fn decoder(&mut self) -> Bytes {
        Bytes
    }
}

impl Encoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        bytes::BufMut::put_slice(buffer, &item);
        Ok(())
    }
}

impl Decoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        use bytes::Buf;
        Ok(Some(buffer.copy_to_bytes(buffer.remaining()).to_vec()))
    }
}
