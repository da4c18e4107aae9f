//! Month in which an asset is placed in service.

/// Month of the year in which an asset is placed in service, 1 to 12.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceMonth(u32);

impl ServiceMonth {
    /// January.
    pub const JANUARY: ServiceMonth = ServiceMonth(1);
    /// Range in words, for the description of a violation.
    pub const RANGE: &'static str = "1 to 12";

    /// Creates the month, if the number is 1 to 12.
    #[must_use]
    pub fn new(month: u32) -> Option<ServiceMonth> {
        (1..=12).contains(&month).then_some(ServiceMonth(month))
    }

    /// Returns the number of the month, 1 to 12.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// Returns the number of the quarter, 1 to 4.
    #[must_use]
    pub fn quarter(self) -> u32 {
        self.0.div_ceil(3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_lies_in_its_quarter() {
        let quarters: Vec<u32> = (1..=12).map(|month| ServiceMonth::new(month).unwrap().quarter()).collect();
        assert_eq!(quarters, [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
        assert!(ServiceMonth::new(0).is_none() && ServiceMonth::new(13).is_none());
    }
}
