//! The 600 billion dollar question, asked by a Rust client: what a caller copies from.
//!
//! `cargo run --package paydirt-client --example six_hundred_billion` asks the server on 127.0.0.1:50051, or the one that `PAYDIRT_ADDRESS`
//! names (`host:port`).

use std::error::Error;
use std::time::Duration;

use paydirt_client::pb::break_even_service_client::BreakEvenServiceClient;
use paydirt_client::pb::{CalculationOptions, ComputeRequiredRevenueRequest, Period, RevenueStream, Step};
use paydirt_client::tonic::Request;
use paydirt_client::tonic::transport::Endpoint;
use paydirt_client::{Figure, violations};
use rust_decimal::Decimal;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::var("PAYDIRT_ADDRESS").unwrap_or_else(|_| "127.0.0.1:50051".to_owned());
    let endpoint = Endpoint::from_shared(format!("http://{address}"))?.connect_timeout(Duration::from_secs(2));
    let channel = endpoint.connect().await.map_err(|error| format!("no server at {address}, `paydirt` starts one: {error}"))?;
    let mut client = BreakEvenServiceClient::new(channel);

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

    let answer = match client.compute_required_revenue(request).await {
        Ok(answer) => answer.into_inner(),
        Err(status) => {
            // Every field that cannot be used is named at once.
            violations(&status).iter().for_each(|violation| println!("{}: {}", violation.field, violation.description));
            return Err(status.into());
        }
    };
    println!("Required revenue: {} {}", answer.required_revenue, answer.currency_code);
    println!("Existing revenue: {} {}", answer.existing_annual_revenue, answer.currency_code);
    println!("Missing a year:   {} {}", answer.revenue_gap, answer.currency_code);
    // Text becomes a decimal where it is calculated with.
    let share = answer.existing_annual_revenue.figure()? / answer.required_annual_revenue.figure()?;
    println!("That is there:    {} %\n", (share * Decimal::ONE_HUNDRED).round_dp(1));
    let explanation = answer.explanation.unwrap_or_default();
    print_table(&explanation.steps);
    for assumption in explanation.assumptions {
        println!("\n{} = {}\n  {}", assumption.field, assumption.value, assumption.reason);
    }
    Ok(())
}

fn print_table(steps: &[Step]) {
    let rows: Vec<[String; 3]> = steps
        .iter()
        .map(|step| [step.name.clone(), format!("{}  =  {}", step.formula, step.substitution), step.value.clone()])
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (names, values) = (width(0), width(2));
    for [name, how, value] in &rows {
        println!("{name:<names$}  {value:>values$}  =  {how}");
    }
}
