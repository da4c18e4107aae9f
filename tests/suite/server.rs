//! The server as a process: where it listens, how it says so, health, reflection, and how it ends.

use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use paydirt::server::config::Settings;
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

use crate::program::Program;
use crate::support::{SERVER, Server};

#[test]
fn it_says_where_it_listens_and_how_to_ask() {
    let program = Program::start(&[]);
    assert!(program.address().ip().is_loopback());
    let said = program.line("listening");
    let ask = said["ask"].as_str().expect("a line to paste");
    assert!(ask.starts_with("grpcurl -plaintext -d '{"), "{ask}");
    assert!(ask.ends_with(&format!("}}' {} paydirt.v1.BreakEvenService/ComputeRequiredRevenue", program.address())), "{ask}");
    TcpStream::connect(program.address()).expect("it listens there");
}

#[test]
fn a_flag_stands_over_the_environment() {
    let program = Program::start_with(&["--listen", "127.0.0.2:0"], |command| command.env("PAYDIRT_LISTEN", "nonsense"));
    assert_eq!(program.address().ip().to_string(), "127.0.0.2");
    let program = Program::start_with(&["--listen", "127.0.0.1:0"], |command| command.env("PAYDIRT_MAX_CONNECTIONS", "17"));
    let settings = program.line("settings");
    assert!(settings["settings"].as_str().expect("text").contains(" max-connections=17 "), "{settings}");
}

#[test]
fn an_address_that_is_taken_is_said_and_ends_the_program() {
    let program = Program::start(&[]);
    let taken = program.address().to_string();
    let second = Command::new(env!("CARGO_BIN_EXE_paydirt")).args(["--listen", &taken]).output().expect("it runs");
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.starts_with(&format!("paydirt: cannot listen on {taken}: ")), "{said}");
}

#[test]
fn a_name_is_listened_on() {
    let program = Program::start(&["--listen", "localhost:0", "--admin-listen", "localhost:0"]);
    assert!(program.address().ip().is_loopback() && program.admin_address().ip().is_loopback());
    TcpStream::connect(program.address()).expect("it listens there");
    assert_eq!(program.ask("GET", "/livez", "").0, 200);
    let settings = program.line("settings");
    assert!(
        settings["settings"].as_str().expect("text").starts_with("listen=localhost:0 admin-listen=localhost:0 "),
        "{settings}"
    );

    // RFC 6761 promises that nobody has this name.
    let arguments = ["--listen", "no-such-name.invalid:0"];
    let output = Command::new(env!("CARGO_BIN_EXE_paydirt")).args(arguments).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "a name may be there at the next start");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("paydirt: cannot listen on no-such-name.invalid:0: "), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn a_default_admin_port_that_is_taken_is_a_warning() {
    // Taken here, or by someone else already.
    let _taken = std::net::TcpListener::bind("127.0.0.1:9464");
    let program = Program::start_with(&[], |command| {
        let program = command.get_program().to_owned();
        *command = Command::new(program);
        command.args(["--listen", "127.0.0.1:0", "--log-format", "json"])
    });
    let line = program.line("the default admin port is taken, another one is used");
    assert_eq!((&line["level"], &line["taken"]), (&"WARN".into(), &"127.0.0.1:9464".into()), "{line}");
    assert_eq!(line["admin_address"], program.admin_address().to_string());
    assert_eq!(program.ask("GET", "/livez", "").0, 200);
}

#[test]
fn a_bad_setting_is_one_line_and_exit_64() {
    let refused = |arguments: &[&str], variable: Option<(&str, &str)>, expected: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_paydirt"));
        let output = command.args(arguments).envs(variable).output().expect("it runs");
        let said = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(64), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.starts_with("paydirt: ") && said.contains(expected), "{said}");
    };
    refused(&["--listen", "nowhere"], None, "--listen");
    refused(&["--admin-listen", "localhost:70000"], None, "--admin-listen");
    refused(&[], Some(("PAYDIRT_DRAIN", "5 parsecs")), "--drain");
    refused(&["--default-deadline", "0s"], None, "--default-deadline");
    refused(&["--max-study", "2h"], None, "--max-study is 2h, and may be 1ms to 1h");
    refused(&["--tls-key", "key.pem"], None, "--tls-key needs --tls-certificate");
    refused(&["--tls-certificate", "no-such.pem", "--tls-key", "no-such.pem"], None, "no-such.pem");
    refused(&["--log-level", "debgu"], None, "--log-level");
    refused(&["--no-such-flag"], None, "--no-such-flag");
    refused(
        &["--check-config"],
        Some(("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4317")),
        "OTEL_EXPORTER_OTLP_ENDPOINT",
    );
    // Two mistakes are said at once.
    refused(&["--max-connection-age", "1ms", "--workers", "5000"], None, "--workers is 5000");
    refused(&["--max-connection-age", "1ms", "--workers", "5000"], None, "--max-connection-age is 1ms");
}

#[test]
fn settings_that_are_good_can_be_checked_without_a_start() {
    let output = Command::new(env!("CARGO_BIN_EXE_paydirt")).arg("--check-config").output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "paydirt: the settings are good\n");
}

#[test]
fn help_names_every_setting_and_its_variable() {
    let output = Command::new(env!("CARGO_BIN_EXE_paydirt")).arg("--help").output().expect("it runs");
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).expect("text");
    let effective = Settings::read(["paydirt"]).expect("the defaults are good").effective();
    assert!(effective.len() > 20);
    for (name, _) in effective {
        let variable = format!("PAYDIRT_{}", name.to_uppercase().replace('-', "_"));
        assert!(help.contains(&format!("--{name} ")) && help.contains(&variable), "--{name} or {variable} is not in the help");
    }
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
        let unknown = health.check(HealthCheckRequest { service: "paydirt.v1.NoSuchService".to_owned() }).await;
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
            "paydirt.v1.CalculationService",
            "paydirt.v1.CapexRoiService",
            "paydirt.v1.CashFlowService",
            "paydirt.v1.DecisionService",
            "paydirt.v1.RunwayService",
            "paydirt.v1.StudyService",
            "paydirt.v1.ValuationService"
        ]
    );
    assert!(files_with("paydirt.v1.NoSuchService").is_empty());
}

#[test]
fn reflection_shows_the_methods_of_calculations() {
    let files = files_with("paydirt.v1.CalculationService");
    let [file] = files.iter().filter(|file| !file.service.is_empty()).collect::<Vec<_>>()[..] else { panic!("one file") };
    let methods: Vec<_> = file.service[0].method.iter().map(prost_types::MethodDescriptorProto::name).collect();
    assert_eq!(methods, ["StreamCalculations", "BatchCalculations", "ListPresets"]);
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

#[test]
fn reflection_can_be_switched_off() {
    let server = Server::with(&["--reflection", "false"]);
    let client = server.client();
    client.runtime.block_on(async {
        let request = ServerReflectionRequest { host: String::new(), message_request: None };
        let mut reflection = ServerReflectionClient::new(client.channel.clone());
        let refused = reflection.server_reflection_info(tokio_stream::once(request)).await.expect_err("nobody answers");
        assert_eq!(refused.code(), Code::Unimplemented, "{refused:?}");
    });
}
