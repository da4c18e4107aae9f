//! The routes by which a lever reaches a figure: directly, and through the bindings of a chain.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::facts::{FigureCourse, course_of, without_members};
use crate::wire::reach::ValueKind;
use crate::wire::reach::generated::CALCULATION;
use crate::wire::study::inputs::{model_of, path_of};
use crate::wire::study::levers::StudyLever;
use crate::wire::study::subject::{BoundInput, BoundSource, StudyFigure, StudyInput, StudySubject};

/// How a figure, or an input, goes as a lever rises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route {
    /// The lever does not move it.
    Still,
    /// A way that is known.
    Goes(FigureCourse),
    /// Nothing is known.
    Unknown,
}

impl Route {
    /// Both of two routes at once: a sum of what comes by either.
    fn beside(self, other: Route) -> Route {
        match (self, other) {
            (Route::Still, route) | (route, Route::Still) => route,
            (Route::Goes(one), Route::Goes(other)) if one == other && one != FigureCourse::OneWay => self,
            _ => Route::Unknown,
        }
    }

    /// One route behind the other.
    fn then(self, course: Option<FigureCourse>) -> Route {
        use FigureCourse::{Constant, Falls, OneWay, Rises};
        match (self, course) {
            (Route::Still, _) | (_, Some(Constant)) | (Route::Goes(Constant), _) => Route::Still,
            (Route::Unknown, _) | (_, None) => Route::Unknown,
            // What goes one way of its own goes one way behind any other that does.
            (Route::Goes(OneWay), _) | (_, Some(OneWay)) => Route::Goes(OneWay),
            (Route::Goes(Rises), Some(Rises)) | (Route::Goes(Falls), Some(Falls)) => Route::Goes(Rises),
            (Route::Goes(Rises), Some(Falls)) | (Route::Goes(Falls), Some(Rises)) => Route::Goes(Falls),
        }
    }

    /// The route through a factor.
    fn times(self, factor: Decimal) -> Route {
        match factor {
            factor if factor.is_zero() => Route::Still,
            factor if factor.is_sign_negative() => self.then(Some(FigureCourse::Falls)),
            _ => self,
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
        let route = Route::Goes(FigureCourse::Rises).times(step);
        match input {
            StudyInput::Field(link, place) => drop(moved.insert((*link, place.way.clone()), route)),
            StudyInput::Assumption(number) => drop(assumed.insert(*number, route)),
        }
    }
    let routes = Routes { subject, moved: &moved, assumed: &assumed };
    match routes.of_figure(figure) {
        Route::Still => Some(FigureCourse::Constant),
        Route::Goes(course) => Some(course),
        Route::Unknown => None,
    }
}

struct Routes<'a> {
    subject: &'a StudySubject,
    moved: &'a HashMap<(usize, Vec<u32>), Route>,
    assumed: &'a HashMap<usize, Route>,
}

impl Routes<'_> {
    /// The route to a figure: that of each input of its link that moves. Links are bound to earlier ones alone.
    fn of_figure(&self, figure: &StudyFigure) -> Route {
        let link = &self.subject.links[figure.link];
        let Some(model) = model_of(&link.calculation).map(|model| model.name) else { return Route::Unknown };
        let path = figure.path.as_str();
        let path = if self.subject.is_chain { path.split_once('.').map_or(path, |(_, rest)| rest) } else { path };
        let figure_path = without_members(path);
        let behind = |way: &[u32], route: Route| match route {
            Route::Still => Route::Still,
            route => route.then(course_of(model, &without_members(&path_of(&CALCULATION, way)), &figure_path)),
        };
        let own = self.moved.iter().filter(|((of, _), _)| *of == figure.link);
        let own = own.map(|((_, way), route)| behind(way, *route)).fold(Route::Still, Route::beside);
        link.bound.iter().fold(own, |route, bound| route.beside(behind(&bound.place.way, self.of_input(bound))))
    }

    /// The route to an input that is bound: a sum of multiples. A whole number is none for most values of a sum, and an outcome in the place
    /// of an earlier figure stands in the place of those that follow, whatever its place among them.
    fn of_input(&self, bound: &BoundInput) -> Route {
        let terms = bound.terms.iter().map(|term| {
            let route = match &term.source {
                BoundSource::Assumption(number) => self.assumed.get(number).copied().unwrap_or(Route::Still),
                BoundSource::Figure(figure) => match self.of_figure(figure) {
                    Route::Goes(_) if !figure.way.is_number() || figure.way.outcomes().next().is_some() => Route::Unknown,
                    route => route,
                },
            };
            route.times(term.factor.unwrap_or(Decimal::ONE))
        });
        match terms.fold(Route::Still, Route::beside) {
            Route::Goes(_) if !matches!(bound.place.field.kind, ValueKind::Decimal) => Route::Unknown,
            route => route,
        }
    }
}
