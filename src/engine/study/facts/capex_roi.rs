//! Courses of investments and depreciation.

use super::declared::{DeclaredCourse, declared};

/// Every declared course of the family.
pub(super) const DECLARED: &[DeclaredCourse] = &[
    // Each charge is a share of the cost, or of the cost less a salvage value; where a book value may not fall below that, charge and book value
    // are the least or the greatest of terms that rise with the book value before.
    declared("depreciation", "cost", &["years[].depreciation", "years[].book_value"], &[]),
];


