//! The life of the process: a command; or signals, settings, log, listen, serve, end.

use std::io::Write;
use std::process::ExitCode;

use clap::CommandFactory;
use paydirt::commands;
use paydirt::server::config::Settings;
use paydirt::server::{self, Log, ServeError, Server, signals};

/// A call makes some hundred small allocations; this one makes them in two thirds of the time that the C library's takes.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A setting cannot be used: `EX_USAGE` of sysexits.h.
const BAD_SETTING: u8 = 64;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let whole = || commands::beside(Settings::command());
    match commands::asked(&arguments) {
        Ok(Some(command)) => return commands::run(command, whole()).report(),
        Ok(None) => {}
        Err(error) => return told(&error),
    }
    let settings = match Settings::read_by(whole(), arguments) {
        Ok(settings) => settings,
        Err(error) => return told(&error),
    };
    match if settings.check_config { check(&settings) } else { run(settings) } {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("paydirt: {error}");
            if error.is_bad_setting() { ExitCode::from(BAD_SETTING) } else { ExitCode::FAILURE }
        }
    }
}

/// Says what clap says: help on standard output, and an error on one line.
fn told(said: &clap::Error) -> ExitCode {
    if said.use_stderr() {
        eprintln!("paydirt: {}", on_one_line(&said.to_string()));
        return ExitCode::from(BAD_SETTING);
    }
    // Whoever has read enough of the help may close it.
    let _ = std::io::stdout().write_all(said.to_string().as_bytes());
    ExitCode::SUCCESS
}

fn check(settings: &Settings) -> Result<(), ServeError> {
    if let Some(warning) = server::check(settings)? {
        eprintln!("paydirt: {warning}");
    }
    println!("paydirt: the settings are good");
    Ok(())
}

fn run(settings: Settings) -> Result<(), ServeError> {
    // First: process 1 of a container has no handlers but these.
    let signals = signals::listen()?;
    paydirt::models::precision::always_in_full(settings.full_precision);
    let effective = settings.effective();
    let server = Server::prepare(settings.clone())?;
    let log = server::start_log(&settings)?;
    server::log_panics();
    announce(&server, &effective);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let served = runtime.block_on(server.serve(&log, signals));
    // A look at a file on a network that hangs is left behind.
    runtime.shutdown_background();
    end(log, &served);
    served
}

fn announce(server: &Server, effective: &[(&str, String)]) {
    let (address, admin_address) = (server.address(), server.admin_address());
    let web_address = server.web_address().map(tracing::field::display);
    let settings = effective.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ");
    tracing::info!(%settings, "settings");
    let version = env!("CARGO_PKG_VERSION");
    // The last field, and displayed rather than debugged: a text line then ends with a command that a shell runs as it stands.
    let ask = how_to_ask(&address.to_string());
    let ask_web = server.web_address().map(|address| tracing::field::display(how_to_ask_the_web_port(&address.to_string())));
    tracing::info!(%address, %admin_address, web_address, version, ask_web, %ask, "listening");
}

fn end(log: Log, served: &Result<(), ServeError>) {
    match served {
        Ok(()) => tracing::info!("ended"),
        Err(error) => tracing::error!(%error, "ended"),
    }
    drop(log);
}

/// What clap writes over several lines.
fn on_one_line(text: &str) -> String {
    let text = text.trim_start_matches("error: ");
    let lines = text.lines().map(str::trim);
    let lines = lines.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Cahn's question as a command for a shell. The request stands in single quotes and has none of its own.
fn how_to_ask(address: &str) -> String {
    format!("grpcurl -plaintext -d '{CAHN}' {address} {CAHNS_METHOD}")
}

/// Cahn's question to the web port.
fn how_to_ask_the_web_port(address: &str) -> String {
    format!("curl --json '{CAHN}' {address}/{CAHNS_METHOD}")
}

const CAHNS_METHOD: &str = "paydirt.v1.BreakEvenService/ComputeRequiredRevenue";
const CAHN: &str = concat!(
    r#"{"currency_code": "USD", "accelerator_revenue": "150e9", "accelerator_revenue_period": "PERIOD_YEAR", "#,
    r#""accelerator_cost_share": "0.5", "end_user_gross_margin": "0.5"}"#
);
