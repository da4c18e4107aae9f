//! Tables: figures as one or two levers move.

use std::ops::Range;

use super::cost::subject_units;
use super::evaluation::{evaluate, figure_value, rounding_alone, warnings, with_options};
use super::refusals::{StudyRefusals, move_refusals};
use super::study_blocks::{BlockStudy, FIGURE_BYTES};
use crate::engine::Refused;
use crate::models::explanation::ENGINE_VERSION;
use crate::models::work::{self, tick};
use crate::wire::pb;
use crate::wire::study::requests::{self, TableAsked};

/// Work of writing a cell beside its figures, in units.
const CELL_UNITS: u64 = 20;

/// A table whose cells are computed in blocks.
#[derive(Debug)]
pub struct TableStudy {
    asked: TableAsked,
}

/// Some cells of a table, one behind the other.
#[derive(Debug)]
pub struct TableBlock {
    cells: Vec<pb::TableCell>,
    refusals: StudyRefusals,
}

impl TableStudy {
    /// Reads a table.
    ///
    /// # Errors
    /// [`Refused`] names every field that cannot be used.
    pub fn begin(request: &pb::ComputeTableRequest) -> Result<TableStudy, Refused> {
        let mut asked = requests::table(request)?;
        asked.subject = with_options(asked.subject, rounding_alone(request.options.as_ref()));
        Ok(TableStudy { asked })
    }
}

impl BlockStudy for TableStudy {
    type Block = TableBlock;
    type Answer = pb::ComputeTableResponse;

    fn count(&self) -> usize {
        self.asked.axes.iter().map(|(_, values)| values.len()).product()
    }

    fn units(&self) -> u64 {
        let turned: usize = self.asked.axes.iter().map(|(lever, _)| lever.count()).sum();
        let set = u64::try_from(turned).unwrap_or(u64::MAX).saturating_mul(4);
        subject_units(&self.asked.subject).saturating_add(set).saturating_add(CELL_UNITS)
    }

    fn answer_bytes(&self) -> usize {
        self.count() * (self.asked.axes.len() + self.asked.figures.len() + 1) * FIGURE_BYTES
    }

    fn block(&self, range: Range<usize>) -> TableBlock {
        let (mut subject, mut refusals) = (self.asked.subject.clone(), StudyRefusals::default());
        let mut cells = Vec::with_capacity(range.len());
        for cell in range {
            if work::is_over() {
                break;
            }
            tick(CELL_UNITS);
            let (mut rest, mut inputs) = (cell, Vec::with_capacity(self.asked.axes.len()));
            // The last axis moves fastest.
            for (_, values) in self.asked.axes.iter().rev() {
                inputs.push(&values[rest % values.len()]);
                rest /= values.len();
            }
            inputs.reverse();
            for ((lever, _), value) in self.asked.axes.iter().zip(&inputs) {
                lever.set(&mut subject, value);
            }
            let answers = evaluate(&mut subject, |_, _| {});
            let figures = self.asked.figures.iter();
            cells.push(pb::TableCell {
                inputs: inputs.iter().map(|value| value.text.clone()).collect(),
                figures: figures.map(|figure| figure_value(&subject, &answers, figure, &mut refusals)).collect(),
            });
        }
        TableBlock { cells, refusals }
    }

    fn answer(&self, blocks: Vec<TableBlock>) -> pb::ComputeTableResponse {
        let (mut cells, mut refusals) = (Vec::with_capacity(self.count()), StudyRefusals::default());
        for mut block in blocks {
            let places = refusals.add(&block.refusals);
            move_refusals(block.cells.iter_mut().flat_map(|cell| &mut cell.figures), &places);
            cells.append(&mut block.cells);
        }
        let mut subject = self.asked.subject.clone();
        let base = evaluate(&mut subject, |_, _| {});
        pb::ComputeTableResponse {
            cells,
            refusals: refusals.into_errors(),
            engine_version: ENGINE_VERSION.into(),
            warnings: warnings(&subject, &base),
        }
    }
}
