//! A row of the table of declared courses.

/// The courses of one model's figures in one input.
#[derive(Clone, Copy, Debug)]
pub struct DeclaredCourse {
    /// The model.
    pub model: &'static str,
    /// The path of the input, `[]` for any member of a list.
    pub input: &'static str,
    /// The figures that never fall as the input rises.
    pub rising: &'static [&'static str],
    /// The figures that never rise as the input rises.
    pub falling: &'static [&'static str],
    /// The figures that go one way, which depends on the other inputs.
    pub one_way: &'static [&'static str],
    /// The figures that do not depend on the input.
    pub constant: &'static [&'static str],
    /// The figures that go one way as the inputs of all rows that name the figure here move along a straight line, each at a pace of its own.
    pub on_lines: &'static [&'static str],
    /// The condition of a calculation, whatever its decimals are.
    pub only_if: CourseCondition,
}

/// A condition of a row, which no decimal changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CourseCondition {
    /// The row holds of every calculation.
    Always,
    /// Losses are offset at once: tax is a share of each profit, and of each loss.
    LossesAtOnce,
    /// Losses are offset at once, and each depreciation is a share of its outlay, without a salvage value in money.
    SharesOfOutlays,
}

/// The way of a figure in an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureCourse {
    /// Never falls.
    Rises,
    /// Never rises.
    Falls,
    /// Never turns.
    OneWay,
    /// Never moves.
    Constant,
}

impl DeclaredCourse {
    /// Returns every figure of the row.
    pub fn figures(&self) -> impl Iterator<Item = &'static str> + use<> {
        [self.rising, self.falling, self.one_way, self.constant, self.on_lines].into_iter().flatten().copied()
    }

    /// Returns the way of a figure; `None` of one that the row does not name.
    #[must_use]
    pub fn of(&self, figure: &str) -> Option<FigureCourse> {
        let ways = [
            (self.rising, FigureCourse::Rises),
            (self.falling, FigureCourse::Falls),
            (self.one_way, FigureCourse::OneWay),
            (self.constant, FigureCourse::Constant),
            (self.on_lines, FigureCourse::OneWay),
        ];
        ways.into_iter().find(|(figures, _)| figures.contains(&figure)).map(|(_, way)| way)
    }

    /// Adds figures that go one way, which depends on the other inputs.
    pub(super) const fn one_way(mut self, figures: &'static [&'static str]) -> DeclaredCourse {
        self.one_way = figures;
        self
    }

    /// Returns true of a figure that goes one way along lines.
    #[must_use]
    pub fn is_on_lines(&self, figure: &str) -> bool {
        self.on_lines.contains(&figure)
    }

    /// Adds figures that go one way along lines.
    pub(super) const fn on_lines(mut self, figures: &'static [&'static str]) -> DeclaredCourse {
        self.on_lines = figures;
        self
    }

    /// Binds the row to a condition.
    pub(super) const fn only_if(mut self, condition: CourseCondition) -> DeclaredCourse {
        self.only_if = condition;
        self
    }

    /// Adds figures that do not depend on the input.
    pub(super) const fn constant(mut self, figures: &'static [&'static str]) -> DeclaredCourse {
        self.constant = figures;
        self
    }
}

pub(super) const fn declared(
    model: &'static str,
    input: &'static str,
    rising: &'static [&'static str],
    falling: &'static [&'static str],
) -> DeclaredCourse {
    DeclaredCourse {
        model,
        input,
        rising,
        falling,
        one_way: &[],
        constant: &[],
        on_lines: &[],
        only_if: CourseCondition::Always,
    }
}

pub(super) const fn one_way(model: &'static str, input: &'static str, figures: &'static [&'static str]) -> DeclaredCourse {
    declared(model, input, &[], &[]).one_way(figures)
}

/// A row of figures that go one way along lines, which depends on the other inputs.
pub(super) const fn on_lines(model: &'static str, input: &'static str, figures: &'static [&'static str]) -> DeclaredCourse {
    declared(model, input, &[], &[]).on_lines(figures)
}

/// A row of figures that do not depend on the input, without any that do.
pub(super) const fn constant(model: &'static str, input: &'static str, figures: &'static [&'static str]) -> DeclaredCourse {
    declared(model, input, &[], &[]).constant(figures)
}
