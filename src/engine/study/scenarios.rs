//! Scenarios: figures of named sets of inputs beside a base, or of each value of the conventions that the models leave open.

use std::ops::Range;

use rust_decimal::Decimal;

use super::cost::subject_units;
use super::evaluation::{evaluate, figure_value, rounding_alone, warnings, with_options};
use super::refusals::{StudyRefusals, move_refusals};
use super::study_blocks::{BlockStudy, FIGURE_BYTES};
use crate::engine::Refused;
use crate::models::explanation::ENGINE_VERSION;
use crate::models::number::{Exact, Number};
use crate::models::work::{self, WhileAwaited};
use crate::wire::decimal;
use crate::wire::pb;
use crate::wire::reach::{Put, Reach};
use crate::wire::short_text::Text;
use crate::wire::study::levers::{StudyLever, path_in};
use crate::wire::study::listing::listed_inputs;
use crate::wire::study::requests;
use crate::wire::study::subject::{StudyFigure, StudySubject};
use crate::wire::study::values::StudyValue;

/// Scenarios that are computed in blocks.
#[derive(Debug)]
pub struct ScenarioStudy {
    base: StudySubject,
    figures: Vec<StudyFigure>,
    scenarios: Vec<(Text, ScenarioTurn)>,
}

/// The change that a scenario makes to the base.
#[derive(Debug)]
enum ScenarioTurn {
    Inputs(Vec<(StudyLever, StudyValue)>),
    /// A convention of a link, and the value of its enum.
    Convention(usize, Vec<u32>, i32),
}

/// Some scenarios, one behind the other. The base is the first of all.
#[derive(Debug)]
pub struct ScenarioBlock {
    figures: Vec<Vec<pb::FigureValue>>,
    warnings: Vec<pb::Warning>,
    refusals: StudyRefusals,
}

impl ScenarioStudy {
    /// Reads scenarios.
    ///
    /// # Errors
    /// [`Refused`] names every field that cannot be used.
    pub fn begin(request: &pb::CompareScenariosRequest) -> Result<ScenarioStudy, Refused> {
        let asked = requests::scenarios(request)?;
        let scenarios = match asked.scenarios.is_empty() {
            true => conventions(&asked.subject),
            false => asked.scenarios.into_iter().map(|(name, values)| (name, ScenarioTurn::Inputs(values))).collect(),
        };
        let base = with_options(asked.subject, rounding_alone(request.options.as_ref()));
        Ok(ScenarioStudy { base, figures: asked.figures, scenarios })
    }

    fn subject(&self, scenario: usize) -> StudySubject {
        let mut subject = self.base.clone();
        match scenario.checked_sub(1).and_then(|scenario| self.scenarios.get(scenario)) {
            None => {}
            Some((_, ScenarioTurn::Inputs(values))) => values.iter().for_each(|(lever, value)| lever.set(&mut subject, value)),
            Some((_, ScenarioTurn::Convention(link, way, number))) => {
                subject.links[*link].calculation.set(way, &Put::Enum(*number));
            }
        }
        subject
    }
}

/// Each value of each convention that the models of a subject leave open.
fn conventions(subject: &StudySubject) -> Vec<(Text, ScenarioTurn)> {
    let mut scenarios = Vec::new();
    for (number, link) in subject.links.iter().enumerate() {
        for input in listed_inputs(&link.calculation) {
            let Some(of) = input.convention() else { continue };
            for (name, value) in of.values.iter().filter(|(_, value)| *value != 0) {
                let path = path_in(subject, number, &input.path);
                scenarios.push((format!("{path}={name}").into(), ScenarioTurn::Convention(number, input.way.clone(), *value)));
            }
        }
    }
    scenarios
}

impl BlockStudy for ScenarioStudy {
    type Block = ScenarioBlock;
    type Answer = pb::CompareScenariosResponse;

    fn count(&self) -> usize {
        self.scenarios.len() + 1
    }

    fn units(&self) -> u64 {
        subject_units(&self.base).saturating_mul(2)
    }

    fn answer_bytes(&self) -> usize {
        // A figure, and its difference from the base in two texts.
        self.count() * (3 * self.figures.len() + 2) * FIGURE_BYTES
    }

    fn block(&self, range: Range<usize>) -> ScenarioBlock {
        let mut block = ScenarioBlock { figures: Vec::new(), warnings: Vec::new(), refusals: StudyRefusals::default() };
        for scenario in range {
            if work::is_over() {
                break;
            }
            let mut subject = self.subject(scenario);
            let answers = evaluate(&mut subject, |_, _| {});
            if scenario == 0 {
                block.warnings = warnings(&subject, &answers);
            }
            let values = self.figures.iter().map(|figure| figure_value(&subject, &answers, figure, &mut block.refusals));
            block.figures.push(values.collect());
        }
        block
    }

    fn answer(&self, blocks: Vec<ScenarioBlock>) -> pb::CompareScenariosResponse {
        let (mut rows, mut refusals, mut warnings) = (Vec::with_capacity(self.count()), StudyRefusals::default(), Vec::new());
        for mut block in blocks {
            let places = refusals.add(&block.refusals);
            move_refusals(block.figures.iter_mut().flatten(), &places);
            rows.append(&mut block.figures);
            warnings.append(&mut block.warnings);
        }
        let names = std::iter::once(Text::new()).chain(self.scenarios.iter().map(|(name, _)| name.clone()));
        let base: Vec<Option<Decimal>> = rows.first().map(|row| self.numbers(row)).unwrap_or_default();
        let numbers: Vec<Vec<Option<Decimal>>> = rows.iter().map(|row| self.numbers(row)).collect();
        let spreads = (0..self.figures.len()).map(|figure| self.spread(figure, &numbers)).collect();
        let scenarios = names.zip(rows).zip(&numbers).while_awaited_each(20).map(|((name, figures), numbers)| {
            let differences = base.iter().zip(numbers).map(|(base, number)| difference(*base, *number)).collect();
            pb::ScenarioResult { name, figures, differences }
        });
        pb::CompareScenariosResponse {
            scenarios: scenarios.collect(),
            spreads,
            refusals: refusals.into_errors(),
            engine_version: ENGINE_VERSION.into(),
            warnings,
        }
    }
}

impl ScenarioStudy {
    /// The figures of a row that are numbers.
    fn numbers(&self, row: &[pb::FigureValue]) -> Vec<Option<Decimal>> {
        let number = |(value, figure): (&pb::FigureValue, &StudyFigure)| match &value.result {
            Some(pb::figure_value::Result::Value(text)) if figure.way.is_number() => decimal::read(text).ok(),
            _ => None,
        };
        row.iter().zip(&self.figures).map(number).collect()
    }

    fn spread(&self, figure: usize, numbers: &[Vec<Option<Decimal>>]) -> pb::FigureSpread {
        let mut spread = pb::FigureSpread { figure: self.figures[figure].path.clone(), ..Default::default() };
        let name = |row: usize| row.checked_sub(1).map_or_else(Text::new, |scenario| self.scenarios[scenario].0.clone());
        let mut found: Option<((usize, Decimal), (usize, Decimal))> = None;
        for (row, number) in numbers.iter().enumerate().filter_map(|(row, numbers)| Some((row, (*numbers.get(figure)?)?))) {
            let (mut lowest, mut highest) = found.unwrap_or(((row, number), (row, number)));
            if number < lowest.1 {
                lowest = (row, number);
            }
            if number > highest.1 {
                highest = (row, number);
            }
            found = Some((lowest, highest));
        }
        if let Some((lowest, highest)) = found {
            spread.lowest = Some(decimal::write(lowest.1));
            spread.highest = Some(decimal::write(highest.1));
            spread.lowest_scenario = name(lowest.0);
            spread.highest_scenario = name(highest.0);
            spread.width = (Exact::of(highest.1) - Exact::of(lowest.1)).decimal().map(decimal::write);
        }
        spread
    }
}

fn difference(base: Option<Decimal>, number: Option<Decimal>) -> pb::Difference {
    let Some((base, number)) = base.zip(number) else { return pb::Difference::default() };
    let absolute = Exact::of(number) - Exact::of(base);
    let relative = (!base.is_zero()).then(|| (absolute / Exact::of(base).absolute()).decimal()).flatten();
    pb::Difference { absolute: absolute.decimal().map(decimal::write), relative: relative.map(decimal::write) }
}
