//! The search: the worst requests so far are changed again and again, and what is worse yet takes their place.

use std::cmp::Ordering;

use fastrand::Rng;
use prost_reflect::{DynamicMessage, Value};

use crate::change::changed;
use crate::request::{Measured, expected, measure};
use crate::seeds::seeds;

/// How many of the worst are kept to be changed further.
const KEPT: usize = 16;
/// One search is many, each of which begins with the seeds: none stays for good where the first one led.
const REQUESTS_A_SEARCH: usize = 5_000;
/// Above so many units a request is tried once in a while: it takes as long as hundreds of short ones.
const LARGE_UNITS: u64 = 100_000;
/// On average a request may take so much work, or the search ends before its number of requests: a million of them take some minutes.
const UNITS_A_REQUEST: u64 = 20_000;

/// A request and what came of it.
#[derive(Clone, Debug)]
pub struct Found {
    pub request: DynamicMessage,
    pub measured: Measured,
}

/// The end of a search.
#[derive(Debug)]
pub struct Climbed {
    /// The worst first, of each search one.
    pub worst: Vec<Found>,
    pub requests: usize,
    pub answered: usize,
    /// The work of all requests together.
    pub done: u64,
}

/// Looks for the requests of a model whose work is most above their estimates, among so many requests.
pub fn climb(model: &str, requests: usize, dice: &mut Rng) -> Climbed {
    let seeds = seeds(model);
    let mut climbed = Climbed { worst: Vec::new(), requests: 0, answered: 0, done: 0 };
    let units_max = requests as u64 * UNITS_A_REQUEST;
    while climbed.requests < requests && climbed.done < units_max {
        let budget = REQUESTS_A_SEARCH.min(requests - climbed.requests);
        let worst = search(model, &seeds, (budget, units_max), dice, &mut climbed);
        climbed.worst.extend(worst);
        climbed.worst.sort_by(worst_first);
        climbed.worst.truncate(KEPT);
    }
    climbed
}

fn worst_first(left: &Found, right: &Found) -> Ordering {
    right.measured.ratio().total_cmp(&left.measured.ratio())
}

fn search(
    model: &str,
    seeds: &[DynamicMessage],
    (requests, units_max): (usize, u64),
    dice: &mut Rng,
    climbed: &mut Climbed,
) -> Option<Found> {
    let mut kept: Vec<Found> = Vec::new();
    for count in 0..requests {
        if climbed.done > units_max {
            break;
        }
        let request = match kept.is_empty() || dice.u8(..12) == 0 {
            // The seeds themselves come first.
            _ if count < seeds.len() => seeds[count].clone(),
            true => changed(&seeds[dice.usize(..seeds.len())], dice),
            // The worse, the more often.
            false => {
                let place = dice.usize(..kept.len()).min(dice.usize(..kept.len()));
                changed(&kept[place].request, dice)
            }
        };
        climbed.requests += 1;
        if !is_of(model, &request) || (expected(&request) > LARGE_UNITS && dice.u8(..64) != 0) {
            continue;
        }
        let measured = measure(&request);
        climbed.done += measured.done;
        climbed.answered += usize::from(measured.is_answered);
        let found = Found { request, measured };
        // Of requests that are equally bad one is enough.
        let is_new = kept.iter().all(|other| other.measured.ratio() != found.measured.ratio());
        if is_new && (kept.len() < KEPT || worst_first(&found, &kept[kept.len() - 1]) == Ordering::Less) {
            kept.push(found);
            kept.sort_by(worst_first);
            kept.truncate(KEPT);
        }
    }
    kept.into_iter().next()
}

/// True where a change has left the calculation of this model, and not of none or of another.
fn is_of(model: &str, request: &DynamicMessage) -> bool {
    matches!(request.get_field_by_name(model).as_deref(), Some(Value::Message(_))) && request.has_field_by_name(model)
}
