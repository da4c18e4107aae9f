//! The server as a process: where it listens, how it says so, health, reflection, and how it ends.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use prost::Message;
use prost_types::FileDescriptorProto;
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1alpha;

use crate::support::SERVER;

#[test]
fn it_says_where_it_listens_and_how_to_ask() {
    let program = Program::start(|command| command.args(["--listen", "127.0.0.1:0"]));
    assert!(program.lines[0].starts_with("paydirt "), "{:?}", program.lines);
    assert!(program.address().ip().is_loopback());
    let ask = &program.lines[1];
    assert!(ask.starts_with("ask: grpcurl -plaintext -d '{"), "{ask}");
    assert!(ask.ends_with(&format!("}}' {} paydirt.v1.BreakEvenService/ComputeRequiredRevenue", program.address())), "{ask}");
    TcpStream::connect(program.address()).expect("it listens there");
}

#[test]
fn a_flag_stands_over_the_environment() {
    let program = Program::start(|command| command.env("PAYDIRT_LISTEN", "127.0.0.1:0"));
    assert_ne!(program.address().port(), 50051);
    let program = Program::start(|command| command.env("PAYDIRT_LISTEN", "nonsense").args(["--listen", "127.0.0.2:0"]));
    assert_eq!(program.address().ip().to_string(), "127.0.0.2");
}

#[test]
fn an_address_that_is_taken_is_said_and_ends_the_program() {
    let program = Program::start(|command| command.args(["--listen", "127.0.0.1:0"]));
    let taken = program.address().to_string();
    let second = Command::new(env!("CARGO_BIN_EXE_paydirt")).args(["--listen", &taken]).output().expect("it runs");
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.starts_with(&format!("paydirt: cannot listen on {taken}: ")), "{said}");
}

#[test]
fn it_ends_cleanly_on_either_signal() {
    for signal in ["TERM", "INT"] {
        let program = Program::start(|command| command.args(["--listen", "127.0.0.1:0"]));
        program.signal(signal);
        let (success, _) = program.ended();
        assert!(success, "SIG{signal}");
    }
}

#[test]
fn it_ends_although_a_peer_never_says_a_word() {
    let program = Program::start(|command| command.args(["--listen", "127.0.0.1:0"]));
    let silent = TcpStream::connect(program.address()).expect("it listens");
    std::thread::sleep(Duration::from_millis(100));
    program.signal("TERM");
    let (success, time) = program.ended();
    assert!(success);
    assert!(time < Duration::from_secs(15), "{time:?}");
    drop(silent);
}

#[test]
fn every_service_is_serving_after_the_self_test() {
    let client = SERVER.client();
    client.runtime.block_on(async {
        let mut health = HealthClient::new(client.channel.clone());
        for service in [""].iter().chain(paydirt::server::served()) {
            let request = HealthCheckRequest { service: (*service).to_owned() };
            // The self-test is done within moments of the listener.
            let mut status = ServingStatus::NotServing;
            for _ in 0..200 {
                status = health.check(request.clone()).await.expect("it is known").into_inner().status();
                if status == ServingStatus::Serving {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            assert_eq!(status, ServingStatus::Serving, "{service}");
        }
        let unknown = health.check(HealthCheckRequest { service: "paydirt.v1.ValuationService".to_owned() }).await;
        assert_eq!(unknown.expect_err("not served").code(), Code::NotFound);
    });
}

/// One question to reflection v1.
fn reflect(question: MessageRequest) -> Result<MessageResponse, Status> {
    let client = SERVER.client();
    client.runtime.block_on(async {
        let request = ServerReflectionRequest { host: String::new(), message_request: Some(question) };
        let mut answers = ServerReflectionClient::new(client.channel.clone())
            .server_reflection_info(tokio_stream::once(request))
            .await
            .expect("reflection is there")
            .into_inner();
        Ok(answers.message().await?.expect("an answer").message_response.expect("of some kind"))
    })
}

fn files_with(symbol: &str) -> Vec<FileDescriptorProto> {
    match reflect(MessageRequest::FileContainingSymbol(symbol.to_owned())) {
        Ok(MessageResponse::FileDescriptorResponse(files)) => {
            let files = files.file_descriptor_proto.iter();
            files.map(|file| FileDescriptorProto::decode(file.as_slice()).expect("a file")).collect()
        }
        Ok(_) => panic!("an answer of another kind"),
        Err(status) => {
            assert_eq!(status.code(), Code::NotFound, "{status:?}");
            Vec::new()
        }
    }
}

#[test]
fn reflection_lists_what_is_served_and_nothing_else() {
    let Ok(MessageResponse::ListServicesResponse(list)) = reflect(MessageRequest::ListServices(String::new())) else {
        panic!("no list");
    };
    let mut names: Vec<_> = list.service.into_iter().map(|service| service.name).collect();
    names.sort();
    assert_eq!(
        names,
        [
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "paydirt.v1.BreakEvenService",
            "paydirt.v1.CapexRoiService",
            "paydirt.v1.CashFlowService",
            "paydirt.v1.RunwayService"
        ]
    );
    assert!(files_with("paydirt.v1.CalculationService").is_empty());
    assert!(files_with("paydirt.v1.ComputeReratingRequest").is_empty());
}

#[test]
fn reflection_shows_the_comments_of_the_contract() {
    let files = files_with("paydirt.v1.ComputeRunwayRequest");
    let comments = files
        .iter()
        .flat_map(|file| &file.source_code_info.as_ref().expect("source info").location)
        .filter_map(|location| location.leading_comments.as_deref());
    assert!(comments.into_iter().any(|comment| comment.contains("The balance below which the company counts as out of cash")));
}

#[test]
fn reflection_knows_the_error_details() {
    for symbol in ["google.rpc.BadRequest", "google.rpc.ErrorInfo"] {
        assert!(!files_with(symbol).is_empty(), "{symbol}");
    }
}

#[test]
fn clients_that_have_not_moved_on_find_reflection_too() {
    let client = SERVER.client();
    client.runtime.block_on(async {
        let request = v1alpha::ServerReflectionRequest {
            host: String::new(),
            message_request: Some(v1alpha::server_reflection_request::MessageRequest::ListServices(String::new())),
        };
        let mut reflection = v1alpha::server_reflection_client::ServerReflectionClient::new(client.channel.clone());
        let answers = reflection.server_reflection_info(tokio_stream::once(request)).await.expect("v1alpha is there");
        assert!(answers.into_inner().message().await.expect("an answer").is_some());
    });
}
