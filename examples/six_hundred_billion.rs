//! The 600 billion dollar question, asked by a Rust client: what a caller copies from.
//!
//! `cargo run --release --example six_hundred_billion` asks the server on 127.0.0.1:50051, or the one that `PAYDIRT_ADDRESS` names
//! (`host:port`); where none is there it starts one in its own process.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use paydirt::server::config::Settings;
use paydirt::server::{self, Server};
use paydirt::wire::pb::break_even_service_client::BreakEvenServiceClient;
use paydirt::wire::pb::{CalculationOptions, ComputeRequiredRevenueRequest, Period, RevenueStream, Step};
use tonic::Request;
use tonic::transport::{Channel, Endpoint};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut client = BreakEvenServiceClient::new(connect().await?);

    // Billions are written as people say them; answers come back as exact decimals.
    let stream = |name: &str, annual_amount: &str| RevenueStream { name: name.into(), annual_amount: annual_amount.into() };
    let mut request = Request::new(ComputeRequiredRevenueRequest {
        currency_code: "USD".into(),
        accelerator_revenue: "37.5e9".into(),
        accelerator_revenue_period: Period::Quarter.into(),
        accelerator_cost_share: "0.5".into(),
        end_user_gross_margin: "0.5".into(),
        existing_revenue: vec![
            stream("Google", "10e9"),
            stream("Microsoft", "10e9"),
            stream("Apple", "10e9"),
            stream("Meta", "10e9"),
            stream("Oracle", "5e9"),
            stream("ByteDance", "5e9"),
            stream("Alibaba", "5e9"),
            stream("Tencent", "5e9"),
            stream("X", "5e9"),
            stream("Tesla", "5e9"),
        ],
        options: Some(CalculationOptions { explain: true, rounding: None }),
        ..ComputeRequiredRevenueRequest::default()
    });
    // A caller that has a deadline never hangs.
    request.set_timeout(Duration::from_secs(5));

    let answer = client.compute_required_revenue(request).await?.into_inner();
    println!("Required revenue: {} {}", answer.required_revenue, answer.currency_code);
    println!("Existing revenue: {} {}", answer.existing_annual_revenue, answer.currency_code);
    println!("Missing a year:   {} {}\n", answer.revenue_gap, answer.currency_code);
    let explanation = answer.explanation.unwrap_or_default();
    print_table(&explanation.steps);
    for assumption in explanation.assumptions {
        println!("\n{} = {}\n  {}", assumption.field, assumption.value, assumption.reason);
    }
    Ok(())
}

/// A connection to a running server, or to one that is started here.
async fn connect() -> Result<Channel, Box<dyn Error>> {
    let address = match std::env::var("PAYDIRT_ADDRESS") {
        Ok(named) => return Ok(endpoint(&named)?.connect().await?),
        Err(_) => server::config::DEFAULT_ADDRESS.to_string(),
    };
    if let Ok(channel) = endpoint(&address)?.connect().await {
        println!("asking the server on {address}\n");
        return Ok(channel);
    }
    let address = start()?;
    println!("no server on {}: asking one in this process, on {address}\n", server::config::DEFAULT_ADDRESS);
    Ok(endpoint(&address.to_string())?.connect().await?)
}

/// A server on a free port, which ends with this process.
fn start() -> Result<SocketAddr, Box<dyn Error>> {
    let settings =
        Settings::read(["paydirt", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--log-level", "off"])?;
    let log = server::start_log(&settings)?;
    let server = Server::prepare(settings)?;
    let address = server.address();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        let (_never_asked_to_end, signals) = tokio::sync::mpsc::channel(1);
        runtime.block_on(server.serve(&log, signals))
    });
    Ok(address)
}

fn endpoint(address: &str) -> Result<Endpoint, tonic::transport::Error> {
    Ok(Endpoint::from_shared(format!("http://{address}"))?.connect_timeout(Duration::from_secs(2)))
}

fn print_table(steps: &[Step]) {
    let rows: Vec<[String; 3]> = steps
        .iter()
        .map(|step| [step.name.to_string(), format!("{}  =  {}", step.formula, step.substitution), step.value.to_string()])
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (names, values) = (width(0), width(2));
    for [name, how, value] in &rows {
        println!("{name:<names$}  {value:>values$}  =  {how}");
    }
}
