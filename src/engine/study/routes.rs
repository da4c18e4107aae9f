//! The routes by which a lever reaches a figure: directly, and through the bindings of a chain.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::facts::{CourseCondition, DeclaredCourse, FigureCourse, row_of, without_members};
use crate::wire::reach::ValueKind;
use crate::wire::reach::generated::CALCULATION;
use crate::wire::study::inputs::path_of;
use crate::wire::study::levers::StudyLever;
use crate::wire::study::subject::{BoundInput, BoundSource, StudyFigure, StudyInput, StudyLink, StudySubject};

/// How a figure, or an input, goes as a lever rises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route {
    /// The lever does not move it.
    Still,
    /// A way that is known, and whether it is a straight line in the lever.
    Goes(FigureCourse, bool),
    /// Nothing is known.
    Unknown,
}

impl Route {
    /// A sum of what comes by two routes.
    fn plus(self, other: Route) -> Route {
        match (self, other) {
            (Route::Still, route) | (route, Route::Still) => route,
            (Route::Goes(one, is_line), Route::Goes(other, is_other_line)) => {
                let are_lines = is_line && is_other_line;
                match () {
                    () if one == other && one != FigureCourse::OneWay => Route::Goes(one, are_lines),
                    () if are_lines => Route::Goes(FigureCourse::OneWay, true),
                    () => Route::Unknown,
                }
            }
            _ => Route::Unknown,
        }
    }

    /// A figure that goes its way behind an input that comes by this route.
    fn then(self, course: Option<FigureCourse>) -> Route {
        use FigureCourse::{Constant, Falls, OneWay, Rises};
        match (self, course) {
            (Route::Still, _) | (_, Some(Constant)) => Route::Still,
            (Route::Unknown, _) | (_, None) => Route::Unknown,
            (Route::Goes(own, _), Some(course)) => {
                let way = match (own, course) {
                    (Rises, Rises) | (Falls, Falls) => Rises,
                    (Rises, Falls) | (Falls, Rises) => Falls,
                    // What goes one way of its own goes one way behind any other that does.
                    _ => OneWay,
                };
                Route::Goes(way, false)
            }
        }
    }

    /// A multiple of what comes by this route.
    fn times(self, factor: Decimal) -> Route {
        use FigureCourse::{Falls, Rises};
        match self {
            _ if factor.is_zero() => Route::Still,
            Route::Goes(Rises, is_line) if factor.is_sign_negative() => Route::Goes(Falls, is_line),
            Route::Goes(Falls, is_line) if factor.is_sign_negative() => Route::Goes(Rises, is_line),
            route => route,
        }
    }
}

/// Returns true where it is declared that the figure never turns as the lever moves.
pub(super) fn goes_one_way(subject: &StudySubject, lever: &StudyLever, figure: &StudyFigure) -> bool {
    course_by(subject, lever, figure).is_some()
}

/// Returns the way that a figure goes as a lever rises, where that is declared; `None` where it is not.
///
/// Several inputs go one way together if each goes that way. An assumption goes the way of every input that is bound to it, and a figure of an
/// earlier link the way of every input that is bound to that: signs are multiplied along a route, and where routes disagree, nothing is
/// declared.
pub(super) fn course_by(subject: &StudySubject, lever: &StudyLever, figure: &StudyFigure) -> Option<FigureCourse> {
    let mut moved: HashMap<(usize, Vec<u32>), Route> = HashMap::new();
    let mut assumed: HashMap<usize, Route> = HashMap::new();
    for (input, step) in lever.inputs() {
        let route = Route::Goes(FigureCourse::Rises, true).times(step);
        match input {
            StudyInput::Field(link, place) => drop(moved.insert((*link, place.way.clone()), route)),
            StudyInput::Assumption(number) => drop(assumed.insert(*number, route)),
        }
    }
    let routes = Routes { subject, moved: &moved, assumed: &assumed };
    match routes.of_figure(figure) {
        Route::Still => Some(FigureCourse::Constant),
        Route::Goes(course, _) => Some(course),
        Route::Unknown => None,
    }
}

struct Routes<'a> {
    subject: &'a StudySubject,
    moved: &'a HashMap<(usize, Vec<u32>), Route>,
    assumed: &'a HashMap<usize, Route>,
}

impl Routes<'_> {
    /// The route to a figure, through each input of its link that moves. Links are bound to earlier ones alone.
    ///
    /// Several inputs move a figure one way if it rises with each of them, or falls; and if it goes one way along lines and each of them moves
    /// along one.
    fn of_figure(&self, figure: &StudyFigure) -> Route {
        let link = &self.subject.links[figure.link];
        let path = figure.path.as_str();
        let path = if self.subject.is_chain { path.split_once('.').map_or(path, |(_, rest)| rest) } else { path };
        let figure_path = without_members(path);
        let own = self.moved.iter().filter(|((of, _), _)| *of == figure.link).map(|((_, way), route)| (way.as_slice(), *route));
        let bound = link.bound.iter().map(|bound| (bound.place.way.as_slice(), self.of_input(bound)));
        let moving = own.chain(bound).filter(|(_, route)| *route != Route::Still);
        let mut moving: Vec<(Option<&DeclaredCourse>, Route)> =
            moving.map(|(way, route)| (self.row(link, way), route)).collect();
        moving.retain(|(row, _)| row.and_then(|row| row.of(&figure_path)) != Some(FigureCourse::Constant));
        let behind = |(row, route): &(Option<&DeclaredCourse>, Route)| route.then(row.and_then(|row| row.of(&figure_path)));
        match moving.iter().map(behind).fold(Route::Still, Route::plus) {
            Route::Unknown
                if moving.iter().all(|(row, route)| {
                    matches!(route, Route::Goes(_, true)) && row.is_some_and(|row| row.is_on_lines(&figure_path))
                }) =>
            {
                Route::Goes(FigureCourse::OneWay, false)
            }
            route => route,
        }
    }

    /// The row of an input. What bindings set may be what a condition looks at.
    fn row(&self, link: &StudyLink, way: &[u32]) -> Option<&'static DeclaredCourse> {
        let row = row_of(&link.calculation, &without_members(&path_of(&CALCULATION, way)))?;
        (link.bound.is_empty() || row.only_if == CourseCondition::Always).then_some(row)
    }

    /// The route to an input that is bound: a sum of multiples. A whole number is none for most values of a sum, and an outcome in the place
    /// of an earlier figure stands in the place of those that follow, whatever its place among them.
    fn of_input(&self, bound: &BoundInput) -> Route {
        let terms = bound.terms.iter().map(|term| {
            let route = match &term.source {
                BoundSource::Assumption(number) => self.assumed.get(number).copied().unwrap_or(Route::Still),
                BoundSource::Figure(figure) => match self.of_figure(figure) {
                    Route::Goes(..) if !figure.way.is_number() || figure.way.outcomes().next().is_some() => Route::Unknown,
                    route => route,
                },
            };
            route.times(term.factor.unwrap_or(Decimal::ONE))
        });
        match terms.fold(Route::Still, Route::plus) {
            Route::Goes(..) if !matches!(bound.place.field.kind, ValueKind::Decimal) => Route::Unknown,
            route => route,
        }
    }
}
