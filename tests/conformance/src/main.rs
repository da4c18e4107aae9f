//! The server under test of Connect's conformance suite: `connectrpc.conformance.v1.ConformanceService` behind Paydirt's web port. Its
//! messages are those of the suite's own files, read at the start; the folder of them is the one argument.
//!
//! The runner writes a `ServerCompatRequest` to standard input, reads a `ServerCompatResponse` from standard output, and ends the program.

mod messages;
mod service;

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use prost_reflect::Value;
use prost_reflect::prost::Message;

use messages::Contract;
use service::Conformance;

fn main() -> Result<(), Box<dyn Error>> {
    let protos = std::env::args().nth(1).ok_or("the folder of the suite's protos is missing")?;
    let contract = Arc::new(Contract::read(&protos)?);
    let mut length = [0; 4];
    let mut input = std::io::stdin();
    input.read_exact(&mut length)?;
    let mut request = vec![0; u32::from_be_bytes(length) as usize];
    input.read_exact(&mut request)?;

    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut answer = contract.new_message("ServerCompatResponse");
    answer.set_field_by_name("host", Value::String("127.0.0.1".to_owned()));
    answer.set_field_by_name("port", Value::U32(listener.local_addr()?.port().into()));
    let answer = answer.encode_to_vec();
    let mut output = std::io::stdout();
    output.write_all(&u32::try_from(answer.len())?.to_be_bytes())?;
    output.write_all(&answer)?;
    output.flush()?;

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(paydirt::server::conformance::serve(listener, Conformance::new(contract)))?;
    Ok(())
}
