//! Solving against brute force: pairs of an input and a figure are drawn from golden requests, with the figure at a drawn input, or a number
//! between two of them, as the target. Figures at many inputs, each a calculation by itself, then say what the answer may not miss.
//!
//! `PAYDIRT_SOLVE_PAIRS` says how many pairs are drawn, `PAYDIRT_SOLVE_SEED` which ones; nightly checks ask for others every night.

use paydirt::engine::study::study_blocks::whole;
use paydirt::engine::study::{OutcomePlace, TableStudy, list_paths, outcome_place, solve_for_input};
use paydirt::models::number::{Exact, Number};
use paydirt::models::study::{TargetSide, is_narrow};
use paydirt::wire::decimal;
use paydirt::wire::json::read;
use paydirt::wire::pb;
use paydirt::wire::pb::figure_value::Result as Figure;
use paydirt::wire::pb::segment::Side;
use paydirt::wire::pb::solution::{Inputs, Proof};
use paydirt_fuzzed::seeds::golden_rows;
use rust_decimal::{Decimal, dec};
use serde_json::{Value, json};

use crate::draws::Draws;
use crate::support::{method_of_model, models};

/// Inputs of any pair, beside those around the value of the request; what the range leaves out is not asked.
const INPUTS: [&str; 24] = [
    "-1000", "-10", "-1", "-0.5", "-0.1", "-0.01", "0", "1e-12", "0.001", "0.01", "0.05", "0.1", "0.25", "0.5", "0.75", "0.9",
    "0.99", "1", "2", "10", "100", "1000", "1e6", "1e12",
];
/// Inputs around the value of the request.
const STEPS: u32 = 40;

struct Chance(Draws);

impl Chance {
    /// A number below another.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.bits() >> 32).expect("32 bits") % end.max(1)
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }
}

fn asked_for(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|number| number.parse().ok()).unwrap_or(otherwise)
}

/// A pair that was drawn.
struct Pair {
    model: String,
    calculation: Value,
    input: String,
    /// The path of the figure.
    figure: String,
    /// The path with `[]` for any member.
    bare: String,
    inputs: Vec<Decimal>,
    seen: Vec<pb::FigureValue>,
    target: Decimal,
    is_ranged: bool,
}

fn number(text: &str) -> Decimal {
    decimal::read(text).unwrap_or_else(|_| panic!("{text} is no decimal"))
}

fn text(value: Decimal) -> String {
    decimal::write(value).as_str().to_owned()
}

/// Figures at inputs, each a calculation by itself.
fn figures_at(calculation: &Value, input: &str, figure: &str, inputs: &[Decimal]) -> Option<Vec<pb::FigureValue>> {
    let values: Vec<String> = inputs.iter().map(|input| text(*input)).collect();
    let table =
        json!({"calculation": calculation, "figures": [figure], "axes": [{"lever": {"fields": [input]}, "values": values}]});
    let table: pb::ComputeTableRequest = read(table.to_string().as_bytes()).expect("a table");
    let answer = whole(&TableStudy::begin(&table).ok()?);
    Some(answer.cells.into_iter().filter_map(|mut cell| cell.figures.pop()).collect())
}

fn draw(chance: &mut Chance, rows: &[Value]) -> Option<Pair> {
    let models = models();
    let model = chance.of(&models)?.clone();
    let method = method_of_model(&model);
    let requests: Vec<&Value> = rows
        .iter()
        .filter(|row| row["method"] == method.as_str() && row["response"].is_object())
        .map(|row| &row["request"])
        .collect();
    let request = *chance.of(&requests)?;
    // Long series take long, and turn no other way than short ones.
    if request.to_string().len() > 4_000 {
        return None;
    }
    let calculation = json!({ model.as_str(): request });
    let question: pb::ListPathsRequest = read(json!({"calculation": calculation}).to_string().as_bytes()).expect("a question");
    let paths = list_paths(&question).ok()?;
    let is_decimal = |kind: i32| kind == i32::from(pb::PathKind::Decimal);
    let inputs: Vec<(&str, Decimal)> = paths
        .inputs
        .iter()
        .filter(|input| is_decimal(input.kind) && !input.path.contains("[*]"))
        .filter_map(|input| Some((input.path.as_str(), decimal::read(input.value.as_ref()?).ok()?)))
        .collect();
    let is_number = |figure: &&pb::FigurePath| {
        matches!(figure.value.as_ref().and_then(|value| value.result.as_ref()), Some(Figure::Value(_)))
    };
    let figures: Vec<&pb::FigurePath> =
        paths.figures.iter().filter(|figure| is_decimal(figure.kind) && is_number(figure)).collect();
    let (input, before) = *chance.of(&inputs)?;
    let figure = chance.of(&figures)?.path.to_string();
    let is_ranged = chance.below(2) == 0;
    let span = before.abs().max(dec!(0.01)).checked_mul(dec!(2))?;
    let (low, high) = (before.checked_sub(span)?, before.checked_add(span)?);
    let step = span.checked_mul(dec!(2))? / Decimal::from(STEPS);
    let mut places: Vec<Decimal> = (0..=STEPS).filter_map(|place| low.checked_add(step * Decimal::from(place))).collect();
    if !is_ranged {
        places.extend(INPUTS.iter().map(|input| number(input)));
    }
    places.push(before);
    places.retain(|place| !is_ranged || *place >= low && *place <= high);
    places.sort();
    places.dedup();
    let seen = figures_at(&calculation, input, &figure, &places)?;
    let numbers: Vec<Decimal> = seen
        .iter()
        .filter_map(|figure| match &figure.result {
            Some(Figure::Value(text)) => decimal::read(text).ok(),
            _ => None,
        })
        .collect();
    let one = *chance.of(&numbers)?;
    let target = match chance.below(2) {
        0 => one,
        // Four digits between two figures.
        _ => one.checked_add(*chance.of(&numbers)?)?.checked_div(dec!(2))?.round_sf(4)?,
    };
    let bare = paydirt::engine::study::facts::without_members(&figure);
    Some(Pair { model, calculation, input: input.to_owned(), figure, bare, inputs: places, seen, target, is_ranged })
}

impl Pair {
    /// The side of the target on which a figure is; `None` where it has no place in the order.
    fn side(&self, figure: &pb::FigureValue) -> Option<TargetSide> {
        match figure.result.as_ref()? {
            Figure::Value(text) => decimal::read(text).ok().map(|value| match value.cmp(&self.target) {
                std::cmp::Ordering::Less => TargetSide::Below,
                std::cmp::Ordering::Equal => TargetSide::At,
                std::cmp::Ordering::Greater => TargetSide::Above,
            }),
            Figure::Outcome(outcome) => match outcome_place(&self.model, &self.bare, outcome) {
                OutcomePlace::Above => Some(TargetSide::Above),
                OutcomePlace::Below => Some(TargetSide::Below),
                OutcomePlace::Apart => None,
            },
            Figure::Refusal(_) => None,
        }
    }

    fn solved(&self) -> pb::SolveForInputResponse {
        let mut request = json!({
            "calculation": self.calculation, "lever": {"fields": [self.input]}, "figure": self.figure, "target": text(self.target),
            "include_segments": true,
        });
        if self.is_ranged {
            let (low, high) = (self.inputs[0], self.inputs[self.inputs.len() - 1]);
            (request["low"], request["high"]) = (json!(text(low)), json!(text(high)));
        }
        let request: pb::SolveForInputRequest = read(request.to_string().as_bytes()).expect("a question");
        solve_for_input(&request).unwrap_or_else(|refused| panic!("{request:?}: {refused:?}"))
    }

    /// The faults of an answer.
    fn faults(&self, answer: &pb::SolveForInputResponse) -> Vec<String> {
        let mut faults = Vec::new();
        let ends = |solution: &pb::Solution| match solution.inputs.as_ref().expect("inputs") {
            Inputs::Input(input) => (number(input), number(input)),
            Inputs::Range(range) => (number(&range.low), number(&range.high)),
        };
        let solutions: Vec<(Decimal, Decimal)> = answer.solutions.iter().map(ends).collect();
        if solutions.windows(2).any(|pair| pair[0].1 >= pair[1].0) {
            faults.push("solutions are not ascending".to_owned());
        }
        for (solution, (low, high)) in answer.solutions.iter().zip(&solutions) {
            faults.extend(self.fault_of(solution, *low, *high));
        }
        let is_near = |one: Decimal, other: Decimal| one == other || is_narrow(one.min(other), one.max(other));
        let jumps: Vec<Decimal> = answer.jumps.iter().map(|jump| number(&jump.input)).collect();
        let is_in = |input: Decimal, range: &pb::InputRange| input >= number(&range.low) && input <= number(&range.high);
        let is_undecided = |input: Decimal| answer.undecided.iter().any(|range| is_in(input, range));
        let range = answer.segments.first().zip(answer.segments.last()).map(|(first, last)| {
            let end = |segment: &pb::Segment| segment.range.clone().expect("a range");
            (number(&end(first).low), number(&end(last).high))
        });
        let (low, high) = range.expect("segments");
        let seen: Vec<(Decimal, Option<TargetSide>)> = self
            .inputs
            .iter()
            .copied()
            .zip(self.seen.iter().map(|figure| self.side(figure)))
            .filter(|(input, _)| *input >= low && *input <= high)
            .collect();
        for (input, side) in &seen {
            let is_found = solutions
                .iter()
                .any(|(low, high)| *input >= *low && *input <= *high || is_near(*input, *low) || is_near(*input, *high));
            if *side == Some(TargetSide::At) && !is_found && !is_undecided(*input) {
                faults.push(format!("{input} is a solution, and missed"));
            }
            if answer.complete && !is_undecided(*input) {
                let near = answer.segments.iter().filter(|segment| is_in(*input, segment.range.as_ref().expect("a range")));
                let sides: Vec<Side> = near.map(pb::Segment::side).collect();
                let own = match side {
                    Some(TargetSide::Below) => Side::Below,
                    Some(TargetSide::Above) => Side::Above,
                    Some(TargetSide::At) => Side::Equal,
                    _ => continue,
                };
                let is_boundary = solutions.iter().any(|(low, high)| is_near(*input, *low) || is_near(*input, *high));
                if !sides.contains(&own) && !sides.contains(&Side::Undecided) && !is_boundary {
                    faults.push(format!("{input} is {own:?}, and said to be {sides:?}"));
                }
            }
        }
        for pair in seen.windows(2) {
            let passes = matches!(
                (pair[0].1, pair[1].1),
                (Some(TargetSide::Below), Some(TargetSide::Above)) | (Some(TargetSide::Above), Some(TargetSide::Below))
            );
            let (low, high) = (pair[0].0, pair[1].0);
            let is_between = |input: Decimal| input >= low && input <= high;
            let is_known = solutions.iter().any(|(first, last)| is_between(*first) || is_between(*last))
                || jumps.iter().any(|jump| is_between(*jump));
            let is_open = answer.undecided.iter().any(|range| number(&range.low) < high && number(&range.high) > low);
            if passes && !is_known && !is_open {
                faults.push(format!("the target is passed between {low} and {high}, and nothing is said of it"));
            }
        }
        faults
    }

    /// The fault of a solution that is put back into the calculation.
    fn fault_of(&self, solution: &pb::Solution, low: Decimal, high: Decimal) -> Option<String> {
        let at = |input: Decimal| {
            let figures = figures_at(&self.calculation, &self.input, &self.figure, &[input])?;
            self.side(figures.first()?).map(|side| (side, figures[0].clone()))
        };
        let is_right = match solution.proof() {
            Proof::Equal => [low, high].into_iter().all(|input| at(input).is_some_and(|(side, _)| side == TargetSide::At)),
            Proof::Passed => {
                let (below, above) = (number(solution.below.as_ref()?), number(solution.above.as_ref()?));
                let sides = [below, above].map(|input| at(input).map(|(side, _)| side));
                sides == [Some(TargetSide::Below), Some(TargetSide::Above)] && is_narrow(below.min(above), below.max(above))
            }
            // An amount has a rate of 12 digits; a rate of 12 digits has a worth near the target, by the slope.
            _ => match at(low).map(|(_, figure)| figure.result) {
                Some(Some(Figure::Value(text))) => {
                    let (lower, upper) = (low - dec!(1e-12), low + dec!(1e-12));
                    let around = [lower, upper].map(|input| at(input).map(|(side, _)| side));
                    let distance = (Exact::of(number(&text)) - Exact::of(self.target)).absolute();
                    distance <= Exact::power_of_ten(-12) || around[0] != around[1] || around.contains(&Some(TargetSide::At))
                }
                _ => false,
            },
        };
        (!is_right).then(|| format!("the solution {low} to {high} by {:?} does not hold", solution.proof()))
    }
}

#[test]
fn no_solution_of_random_pairs_is_missed_or_wrong() {
    let mut chance = Chance(Draws(asked_for("PAYDIRT_SOLVE_SEED", 20_240_620).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1));
    let rows = golden_rows();
    let count = usize::try_from(asked_for("PAYDIRT_SOLVE_PAIRS", 60)).expect("a number of pairs");
    let (mut faults, mut pairs, mut complete, mut found) = (Vec::new(), 0, 0, 0);
    while pairs < count {
        let Some(pair) = draw(&mut chance, &rows) else { continue };
        pairs += 1;
        let answer = pair.solved();
        complete += usize::from(answer.complete);
        found += answer.solutions.len();
        for fault in pair.faults(&answer) {
            faults.push(format!("{fault}: {} by {} = {} of {}", pair.figure, pair.input, pair.target, pair.calculation));
        }
    }
    println!("{pairs} pairs, {complete} complete, {found} solutions");
    assert!(complete * 2 > pairs && found * 2 > pairs, "{pairs} pairs, {complete} complete, {found} solutions");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.iter().take(10).cloned().collect::<Vec<_>>().join("\n"));
}
