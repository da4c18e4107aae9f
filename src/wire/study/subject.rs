//! The subject of a study: a calculation, or a chain of calculations, with what its paths mean.

use rust_decimal::Decimal;

use super::figures::FigureWay;
use super::inputs::InputPlace;
use crate::wire::pb;
use crate::wire::short_text::Text;

/// The most inputs that the paths of a study name: every cash flow of the longest series, twice over.
pub const INPUTS_MAX: usize = 100_000;
/// The first part of a path to an assumption.
pub(super) const ASSUMPTIONS: &str = "assumptions";

/// The subject as it was given.
#[derive(Clone, Copy, Debug)]
pub enum GivenSubject<'a> {
    /// A calculation.
    Calculation(&'a pb::Calculation),
    /// A chain of calculations.
    Chain(&'a pb::Chain),
}

macro_rules! given_by {
    ($($request:ident $subject:path;)*) => {
        $(impl<'a> From<&'a pb::$request> for Option<GivenSubject<'a>> {
            fn from(request: &'a pb::$request) -> Self {
                use $subject as Subject;
                match request.subject.as_ref()? {
                    Subject::Calculation(calculation) => Some(GivenSubject::Calculation(calculation)),
                    Subject::Chain(chain) => Some(GivenSubject::Chain(chain)),
                }
            }
        })*
    };
}
given_by! {
    ListPathsRequest pb::list_paths_request::Subject;
    ComputeTableRequest pb::compute_table_request::Subject;
    CompareScenariosRequest pb::compare_scenarios_request::Subject;
    SolveForInputRequest pb::solve_for_input_request::Subject;
    ComputeSensitivityRequest pb::compute_sensitivity_request::Subject;
    ComputeRangeRequest pb::compute_range_request::Subject;
}

/// A subject that was read. A calculation by itself is a chain of one link without a name.
#[derive(Clone, Debug, Default)]
pub struct StudySubject {
    /// The assumptions, by name and value.
    pub assumptions: Vec<(Text, Text)>,
    /// The calculations, in their order.
    pub links: Vec<StudyLink>,
    /// True of a chain: paths then begin with the name of a link.
    pub is_chain: bool,
}

/// A calculation of a subject.
#[derive(Clone, Debug)]
pub struct StudyLink {
    /// The name; empty of a calculation by itself.
    pub name: Text,
    /// The calculation.
    pub calculation: pb::Calculation,
    /// The inputs that are set before the calculation runs, each once.
    pub bound: Vec<BoundInput>,
}

/// An input that bindings set.
#[derive(Clone, Debug)]
pub struct BoundInput {
    /// The input.
    pub place: InputPlace,
    /// The values that are added up; one without a factor is set as it is.
    pub terms: Vec<BoundTerm>,
}

/// A value of a binding.
#[derive(Clone, Debug)]
pub struct BoundTerm {
    /// Where the value comes from.
    pub source: BoundSource,
    /// The factor, where there is one.
    pub factor: Option<Decimal>,
}

/// The source of a binding's value.
#[derive(Clone, Debug)]
pub enum BoundSource {
    /// The assumption of this place.
    Assumption(usize),
    /// A figure of an earlier link.
    Figure(StudyFigure),
}

/// A figure of a subject.
#[derive(Clone, Debug)]
pub struct StudyFigure {
    /// The place of the link.
    pub link: usize,
    /// The way to the figure in the link's answer.
    pub way: FigureWay,
    /// The path, as it was given.
    pub path: Text,
}

/// An input of a subject.
#[derive(Clone, Debug)]
pub enum StudyInput {
    /// The assumption of this place.
    Assumption(usize),
    /// A field of the calculation of this link.
    Field(usize, InputPlace),
}
