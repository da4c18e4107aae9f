//! The life of the process: settings, listen, serve, end.

use std::process::ExitCode;

use clap::Parser;
use paydirt::server::{self, ServeError, config::Settings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Settings::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("paydirt: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(settings: Settings) -> Result<(), ServeError> {
    let asked_to_end = server::asked_to_end()?;
    let listener = server::listen(settings.listen).await?;
    let address = listener.local_addr()?;
    println!("paydirt {} listens on {address}", env!("CARGO_PKG_VERSION"));
    println!("{}", how_to_ask(&address.to_string()));
    server::serve(listener, asked_to_end).await
}

/// Cahn's question, ready to be pasted.
fn how_to_ask(address: &str) -> String {
    let request = concat!(
        r#"{"currency_code": "USD", "accelerator_revenue": "150e9", "accelerator_revenue_period": "PERIOD_YEAR", "#,
        r#""accelerator_cost_share": "0.5", "end_user_gross_margin": "0.5"}"#
    );
    format!("ask: grpcurl -plaintext -d '{request}' {address} paydirt.v1.BreakEvenService/ComputeRequiredRevenue")
}
