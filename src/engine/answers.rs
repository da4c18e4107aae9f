//! The answer to a request: read, compute, write. The list of models says by which functions. The server's table of methods answers single
//! calls so; `calculation.rs` answers the calculations of batches and streams.

use super::Refused;
use crate::models::input::ModelError;
use crate::wire::Asked;

/// Answers a request of a model by the model's three functions: the one that reads the request, the one that computes the outcome from
/// the inputs, and the one that writes the response.
///
/// # Errors
/// [`Refused`] names every field that cannot be used, or the result that is too large.
pub fn answer<Request, Inputs, Currency, Outcome, Response>(
    request: &Request,
    read: impl FnOnce(&Request) -> Result<Asked<Inputs, Currency>, ModelError>,
    compute: impl FnOnce(&Inputs) -> Result<Outcome, ModelError>,
    write: impl FnOnce(&Asked<Inputs, Currency>, &Outcome) -> Response,
) -> Result<Response, Refused> {
    let asked = read(request)?;
    let outcome = compute(&asked.inputs)?;
    Ok(write(&asked, &outcome))
}
