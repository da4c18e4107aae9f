//! The tools: one for each model, with the schema that the contract gives it.

use std::sync::LazyLock;

use super::object::list;
use crate::engine::MODELS;
use crate::wire::documents;
use crate::wire::nearest::nearest;

/// The tools that are shown: all models, or some of them.
#[derive(Clone, Debug)]
pub struct Tools {
    /// Places among the engine's models, ascending.
    shown: Vec<usize>,
}

/// A name that is no tool's.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no tool called {name:?}{}", near.map(|near| format!("; did you mean {near:?}?")).unwrap_or_default())]
pub struct UnknownTool {
    name: String,
    near: Option<&'static str>,
}

/// Each tool as JSON, in the order of the engine's models.
static WRITTEN: LazyLock<Vec<&str>> = LazyLock::new(|| documents::TOOLS.lines().collect());

impl Default for Tools {
    fn default() -> Tools {
        Tools { shown: (0..MODELS.len()).collect() }
    }
}

impl Tools {
    /// Returns the tools with these names, in the order of the engine's models.
    ///
    /// # Errors
    /// [`UnknownTool`] of the first name that is no model's.
    pub fn named(names: &[impl AsRef<str>]) -> Result<Tools, UnknownTool> {
        let all = Tools::default();
        let mut shown = names.iter().map(|name| all.find(name.as_ref())).collect::<Result<Vec<_>, _>>()?;
        shown.sort_unstable();
        shown.dedup();
        Ok(Tools { shown })
    }

    /// Returns the model of a tool, by its place among the engine's models.
    ///
    /// # Errors
    /// [`UnknownTool`], for a name that is none of those shown.
    pub fn find(&self, name: &str) -> Result<usize, UnknownTool> {
        let names = || self.shown.iter().map(|model| MODELS[*model]);
        let found = self.shown.iter().copied().find(|model| MODELS[*model] == name);
        found.ok_or_else(|| UnknownTool { name: name.chars().take(100).collect(), near: nearest(name, names()) })
    }

    /// The tools as a JSON list.
    pub(super) fn listed(&self) -> String {
        list(self.shown.iter().map(|model| WRITTEN[*model]))
    }
}
