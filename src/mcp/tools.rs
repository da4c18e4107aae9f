//! The tools: one for each model and one for each kind of study, with the schema that the contract gives it.

use std::sync::LazyLock;

use super::object::list;
use crate::engine::study::{STUDIES, STUDY_SERVICE, StudyKind};
use crate::engine::{METHODS, MODELS};
use crate::wire::documents;
use crate::wire::nearest::nearest;

/// What a tool computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// The model at this place among the engine's models.
    Model(usize),
    /// A study of any model.
    Study(StudyKind),
}

/// The tools that are shown: all of them, or some.
#[derive(Clone, Debug)]
pub struct Tools {
    /// Places among all tools, ascending.
    shown: Vec<usize>,
}

/// The names of all tools: the engine's models, then the kinds of studies.
fn names() -> impl Iterator<Item = &'static str> {
    MODELS.iter().copied().chain(STUDIES.iter().map(|study| study.name))
}

impl Tool {
    fn at(place: usize) -> Tool {
        match place.checked_sub(MODELS.len()) {
            None => Tool::Model(place),
            Some(study) => Tool::Study(STUDIES[study].kind),
        }
    }

    /// Returns the service and the method that answer the tool's calls.
    #[must_use]
    pub fn method(self) -> (&'static str, &'static str) {
        match self {
            Tool::Model(model) => METHODS[model],
            Tool::Study(study) => (STUDY_SERVICE, study.row().method),
        }
    }
}

/// A name that is no tool's.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no tool called {name:?}{}", near.map(|near| format!("; did you mean {near:?}?")).unwrap_or_default())]
pub struct UnknownTool {
    name: String,
    near: Option<&'static str>,
}

/// Each tool as JSON, in the order of the names.
static WRITTEN: LazyLock<Vec<&str>> = LazyLock::new(|| documents::TOOLS.lines().collect());

impl Default for Tools {
    fn default() -> Tools {
        Tools { shown: (0..names().count()).collect() }
    }
}

impl Tools {
    /// Returns the tools with these names, in the order of all tools.
    ///
    /// # Errors
    /// [`UnknownTool`] of the first name that is no tool's.
    pub fn named(names: &[impl AsRef<str>]) -> Result<Tools, UnknownTool> {
        let all = Tools::default();
        let mut shown = names.iter().map(|name| all.place(name.as_ref())).collect::<Result<Vec<_>, _>>()?;
        shown.sort_unstable();
        shown.dedup();
        Ok(Tools { shown })
    }

    /// Returns the tool of this name.
    ///
    /// # Errors
    /// [`UnknownTool`], for a name that is none of those shown.
    pub fn find(&self, name: &str) -> Result<Tool, UnknownTool> {
        self.place(name).map(Tool::at)
    }

    /// Returns the place of a tool among all tools.
    fn place(&self, name: &str) -> Result<usize, UnknownTool> {
        let shown = || names().enumerate().filter(|(place, _)| self.shown.binary_search(place).is_ok());
        let found = shown().find(|(_, known)| *known == name).map(|(place, _)| place);
        found.ok_or_else(|| UnknownTool {
            name: name.chars().take(100).collect(),
            near: nearest(name, shown().map(|(_, known)| known)),
        })
    }

    /// The tools as a JSON list.
    pub(super) fn listed(&self) -> String {
        list(self.shown.iter().map(|place| WRITTEN[*place]))
    }
}
