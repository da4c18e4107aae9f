//! The life of the process: signals, settings, listen, serve, end.

use std::process::ExitCode;

use paydirt::server::config::Settings;
use paydirt::server::{ServeError, Server, signals};

/// A call makes some hundred small allocations; this one makes them in two thirds of the time that the C library's takes.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A setting cannot be used: `EX_USAGE` of sysexits.h.
const BAD_SETTING: u8 = 64;

fn main() -> ExitCode {
    let settings = match Settings::read(std::env::args_os()) {
        Ok(settings) => settings,
        Err(error) if error.use_stderr() => {
            eprintln!("paydirt: {}", on_one_line(&error.to_string()));
            return ExitCode::from(BAD_SETTING);
        }
        Err(help) => {
            print!("{help}");
            return ExitCode::SUCCESS;
        }
    };
    match run(settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("paydirt: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(settings: Settings) -> Result<(), ServeError> {
    let signals = signals::listen()?;
    let server = Server::prepare(settings)?;
    let address = server.address();
    println!("paydirt {} listens on {address}", env!("CARGO_PKG_VERSION"));
    println!("{}", how_to_ask(&address.to_string()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let served = runtime.block_on(server.serve(signals));
    runtime.shutdown_background();
    served
}

/// What clap writes over several lines.
fn on_one_line(text: &str) -> String {
    let text = text.trim_start_matches("error: ");
    let lines =
        text.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Cahn's question, ready to be pasted.
fn how_to_ask(address: &str) -> String {
    let request = concat!(
        r#"{"currency_code": "USD", "accelerator_revenue": "150e9", "accelerator_revenue_period": "PERIOD_YEAR", "#,
        r#""accelerator_cost_share": "0.5", "end_user_gross_margin": "0.5"}"#
    );
    format!("ask: grpcurl -plaintext -d '{request}' {address} paydirt.v1.BreakEvenService/ComputeRequiredRevenue")
}
