//! The course of a figure as a lever moves: declared courses along every route from the lever's inputs to the figure.
//!
//! Signs multiply along a route: a figure that falls in an input which falls with the lever rises. Several routes go one way together if each
//! goes that way. What is not declared on any route is unknown.

use super::facts::{FigureCourse, course_of, without_members};
use crate::wire::reach::generated::CALCULATION;
use crate::wire::study::inputs::{model_of, path_of};
use crate::wire::study::levers::StudyLever;
use crate::wire::study::subject::{BoundSource, BoundTerm, StudyFigure, StudyInput, StudySubject};

/// The way of a figure as a lever rises, whatever the other inputs are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeverCourse {
    /// The figure does not move.
    Still,
    /// The figure never falls.
    Rises,
    /// The figure never rises.
    Falls,
    /// The figure never turns; which way it goes depends on the other inputs.
    OneWay,
}

use LeverCourse::{Falls, OneWay, Rises, Still};

impl LeverCourse {
    fn turned_round(self) -> LeverCourse {
        match self {
            Rises => Falls,
            Falls => Rises,
            course => course,
        }
    }

    /// The course of a figure that goes this way in an input, which goes another way in a lever.
    fn after(self, input: LeverCourse) -> LeverCourse {
        match (self, input) {
            (Still, _) | (_, Still) => Still,
            (OneWay, _) | (_, OneWay) => OneWay,
            (course, Rises) => course,
            (course, Falls) => course.turned_round(),
        }
    }

    /// The course where two routes lead from the lever to the figure.
    fn beside(self, other: LeverCourse) -> Option<LeverCourse> {
        match (self, other) {
            (Still, course) | (course, Still) => Some(course),
            (Rises, Rises) | (Falls, Falls) => Some(self),
            _ => None,
        }
    }
}

/// Returns the declared course of a figure as a lever rises; `None` where a part of it is not declared.
pub(super) fn course_of_lever(subject: &StudySubject, lever: &StudyLever, figure: &StudyFigure) -> Option<LeverCourse> {
    let link = subject.links.get(figure.link)?;
    let model = model_of(&link.calculation)?.name;
    let path = figure.path.as_str();
    let path = if subject.is_chain { path.split_once('.').map_or(path, |(_, rest)| rest) } else { path };
    let of_input = |way: &[u32]| match course_of(model, &without_members(&path_of(&CALCULATION, way)), &without_members(path))?
    {
        FigureCourse::Rises => Some(Rises),
        FigureCourse::Falls => Some(Falls),
        FigureCourse::OneWay => Some(OneWay),
    };
    let mut all = Still;
    for (input, step) in lever.inputs() {
        let StudyInput::Field(of, place) = input else { continue };
        if *of != figure.link || step.is_zero() {
            continue;
        }
        let input = if step.is_sign_negative() { Falls } else { Rises };
        all = all.beside(of_input(&place.way)?.after(input))?;
    }
    for bound in &link.bound {
        let mut input = Still;
        for term in &bound.terms {
            input = input.beside(course_of_term(subject, lever, term)?)?;
        }
        if input != Still {
            all = all.beside(of_input(&bound.place.way)?.after(input))?;
        }
    }
    Some(all)
}

/// The course of a value that is bound. A value that is no number, or that several levers' inputs move against each other, is unknown.
fn course_of_term(subject: &StudySubject, lever: &StudyLever, term: &BoundTerm) -> Option<LeverCourse> {
    let course = match &term.source {
        BoundSource::Figure(figure) => course_of_lever(subject, lever, figure)?,
        BoundSource::Assumption(number) => {
            let mut course = Still;
            for (input, step) in lever.inputs() {
                if matches!(input, StudyInput::Assumption(own) if own == number) && !step.is_zero() {
                    course = course.beside(if step.is_sign_negative() { Falls } else { Rises })?;
                }
            }
            course
        }
    };
    Some(match term.factor {
        Some(factor) if factor.is_zero() => Still,
        Some(factor) if factor.is_sign_negative() => course.turned_round(),
        _ => course,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_multiply_along_a_route_and_routes_have_to_agree() {
        assert_eq!((Falls.after(Falls), Falls.after(Rises), OneWay.after(Falls)), (Rises, Falls, OneWay));
        assert_eq!((Still.after(Rises), Rises.after(Still)), (Still, Still));
        assert_eq!((Rises.beside(Still), Rises.beside(Rises), Rises.beside(Falls)), (Some(Rises), Some(Rises), None));
        // Two inputs that each go one way may go against each other.
        assert_eq!((OneWay.beside(OneWay), OneWay.beside(Rises), Still.beside(OneWay)), (None, None, Some(OneWay)));
    }
}
