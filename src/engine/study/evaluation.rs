//! One evaluation of a subject: the answer of each link, and figures of them.

use super::refusals::StudyRefusals;
use super::tally;
use crate::engine::calculation::compute;
use crate::engine::json;
use crate::engine::{MODELS, Refused, model_number};
use crate::models::input::{ModelError, Reason, Violations};
use crate::models::number::{Exact, Number};
use crate::wire::calculation::outcome;
use crate::wire::decimal;
use crate::wire::pb;
use crate::wire::reach::Reach;
use crate::wire::reach::generated::CALCULATION;
use crate::wire::short_text::Text;
use crate::wire::study::figures::SeenFigure;
use crate::wire::study::inputs::path_of;
use crate::wire::study::subject::{BoundInput, BoundSource, BoundTerm, StudyFigure, StudySubject};
use crate::wire::study::values::StudyValue;

/// The answer of a link.
#[derive(Debug)]
pub(super) enum LinkAnswer {
    Answered(Box<pb::CalculationResult>),
    Refused(Box<pb::CalculationError>),
    /// The link is bound to a figure that is no value.
    Missing {
        figure: Text,
        because: Because,
    },
}

/// The reason why a figure of an earlier link is no value.
#[derive(Clone, Debug)]
pub(super) enum Because {
    /// An outcome stands in its place.
    Outcome(Text),
    /// The link of that place has an error, or misses a figure itself.
    Link(usize),
}

/// Gives every calculation of a subject the options of the study.
pub(super) fn with_options(mut subject: StudySubject, options: Option<pb::CalculationOptions>) -> StudySubject {
    for link in &mut subject.links {
        if let Some(model) = &mut link.calculation.model {
            *json::options(model) = options;
        }
    }
    subject
}

/// Returns the options of a study that explains nothing.
pub(super) fn rounding_alone(options: Option<&pb::CalculationOptions>) -> Option<pb::CalculationOptions> {
    options.map(|options| pb::CalculationOptions { explain: false, ..*options })
}

/// Computes every link of a subject. `take` is handed the place of each link with bindings, and the values that they have set.
pub(super) fn evaluate(subject: &mut StudySubject, mut take: impl FnMut(usize, Vec<StudyValue>)) -> Vec<LinkAnswer> {
    let mut answers = Vec::with_capacity(subject.links.len());
    for number in 0..subject.links.len() {
        let answer = match bound(subject, number, &answers) {
            Err(answer) => answer,
            Ok(values) => {
                let link = &mut subject.links[number];
                for (bound, value) in link.bound.iter().zip(&values) {
                    link.calculation.set(&bound.place.way, &value.put);
                }
                if !values.is_empty() {
                    take(number, values);
                }
                answered(&subject.links[number].calculation)
            }
        };
        answers.push(answer);
    }
    answers
}

fn answered(calculation: &pb::Calculation) -> LinkAnswer {
    let Some(model) = &calculation.model else { return LinkAnswer::Refused(Box::default()) };
    tally::count(model_number(model));
    match compute(model) {
        Ok(answer) => LinkAnswer::Answered(Box::new(pb::CalculationResult { model: Some(answer) })),
        Err(refused) => refused_link(calculation, refused),
    }
}

fn refused_link(calculation: &pb::Calculation, refused: Refused) -> LinkAnswer {
    use pb::calculation_outcome::Result as Outcome;
    let model = calculation.model.as_ref().map(|model| MODELS[model_number(model)]);
    match outcome(Err(refused), model).result {
        Some(Outcome::Error(error)) => LinkAnswer::Refused(Box::new(error)),
        _ => LinkAnswer::Refused(Box::default()),
    }
}

/// Returns the values that bindings set in a link.
///
/// # Errors
/// The answer of the link, where a figure is missing, or where a value does not fit its field.
fn bound(subject: &StudySubject, number: usize, before: &[LinkAnswer]) -> Result<Vec<StudyValue>, LinkAnswer> {
    let link = &subject.links[number];
    let (mut values, mut violations) = (Vec::with_capacity(link.bound.len()), Violations::default());
    for bound in &link.bound {
        match value_of(subject, bound, before)? {
            Ok(value) => values.push(value),
            Err((reason, said)) => violations.add(reason, || path_of(&CALCULATION, &bound.place.way), || said),
        }
    }
    match violations.count() {
        0 => Ok(values),
        _ => Err(refused_link(&link.calculation, Refused::from(ModelError::Invalid(violations)))),
    }
}

type Fitting = Result<StudyValue, (Reason, String)>;

fn value_of(subject: &StudySubject, bound: &BoundInput, before: &[LinkAnswer]) -> Result<Fitting, LinkAnswer> {
    let kind = bound.place.field.kind;
    if let [BoundTerm { source, factor: None }] = &bound.terms[..] {
        return Ok(StudyValue::read(kind, &text_of(subject, source, before)?));
    }
    let mut sum = Exact::ZERO;
    for BoundTerm { source, factor } in &bound.terms {
        let text = text_of(subject, source, before)?;
        match decimal::read(&text) {
            Ok(number) => sum = sum + Exact::of(number) * factor.map_or(Exact::ONE, Exact::of),
            Err(reason) => return Ok(Err((reason, "a value that is bound here is no decimal".to_owned()))),
        }
    }
    Ok(match sum.decimal() {
        Some(sum) => StudyValue::read(kind, &decimal::write(sum)),
        None => Err((Reason::DecimalTooLarge, "the sum of the bindings is too large: magnitudes are below 7.9e28".to_owned())),
    })
}

fn text_of(subject: &StudySubject, source: &BoundSource, before: &[LinkAnswer]) -> Result<Text, LinkAnswer> {
    let figure = match source {
        BoundSource::Assumption(number) => return Ok(subject.assumptions[*number].1.clone()),
        BoundSource::Figure(figure) => figure,
    };
    let because = match &before[figure.link] {
        LinkAnswer::Answered(answer) => match figure.way.of(answer) {
            SeenFigure::Value(text) => return Ok(text),
            SeenFigure::Outcome(outcome) => Because::Outcome(outcome),
        },
        LinkAnswer::Refused(_) | LinkAnswer::Missing { .. } => Because::Link(figure.link),
    };
    Err(LinkAnswer::Missing { figure: figure.path.clone(), because })
}

/// Returns a figure as a message, with the error that stands in its place among the refusals.
pub(super) fn figure_value(
    subject: &StudySubject,
    answers: &[LinkAnswer],
    figure: &StudyFigure,
    refusals: &mut StudyRefusals,
) -> pb::FigureValue {
    match &answers[figure.link] {
        LinkAnswer::Answered(answer) => written(figure.way.of(answer)),
        LinkAnswer::Refused(_) | LinkAnswer::Missing { .. } => unanswered(subject, answers, figure.link, refusals),
    }
}

/// Returns a figure that was seen as a message.
pub(super) fn written(figure: SeenFigure) -> pb::FigureValue {
    use pb::figure_value::Result as Value;
    let result = match figure {
        SeenFigure::Value(text) => Value::Value(text),
        SeenFigure::Outcome(outcome) => Value::Outcome(outcome),
    };
    pb::FigureValue { result: Some(result) }
}

/// Returns a figure in words.
pub(super) fn said(value: &pb::FigureValue) -> String {
    use pb::figure_value::Result as Value;
    match &value.result {
        Some(Value::Value(text) | Value::Outcome(text)) => text.as_str().to_owned(),
        _ => "refused".to_owned(),
    }
}

/// Returns what stands in the place of every figure of a link without an answer.
pub(super) fn unanswered(
    subject: &StudySubject,
    answers: &[LinkAnswer],
    mut link: usize,
    refusals: &mut StudyRefusals,
) -> pb::FigureValue {
    use pb::figure_value::Result as Value;
    let result = loop {
        match &answers[link] {
            LinkAnswer::Missing { because: Because::Outcome(outcome), .. } => break Value::Outcome(outcome.clone()),
            // Links are bound to earlier ones alone.
            LinkAnswer::Missing { because: Because::Link(earlier), .. } => link = *earlier,
            _ => break Value::Refusal(refusals.index(&error_of(subject, answers, link))),
        }
    };
    pb::FigureValue { result: Some(result) }
}

/// Returns the error of a link, with the name of the link before the paths of a chain.
pub(super) fn error_of(subject: &StudySubject, answers: &[LinkAnswer], link: usize) -> pb::CalculationError {
    let LinkAnswer::Refused(error) = &answers[link] else { return pb::CalculationError::default() };
    let mut error = pb::CalculationError::clone(error);
    if subject.is_chain {
        let name = &subject.links[link].name;
        for violation in error.field_violations.iter_mut().filter(|violation| !violation.field.is_empty()) {
            violation.field = format!("{name}.{}", violation.field).into();
        }
    }
    error
}

/// Returns the warnings of all links that are answered, with the name of the link before the paths of a chain.
pub(super) fn warnings(subject: &StudySubject, answers: &[LinkAnswer]) -> Vec<pb::Warning> {
    let mut warnings = Vec::new();
    for (link, answer) in subject.links.iter().zip(answers) {
        let LinkAnswer::Answered(answer) = answer else { continue };
        let Some(model) = &answer.model else { continue };
        warnings.extend(json::warnings(model).iter().cloned().map(|warning| match subject.is_chain {
            true => pb::Warning { field: format!("{}.{}", link.name, warning.field).into(), ..warning },
            false => warning,
        }));
    }
    warnings
}
