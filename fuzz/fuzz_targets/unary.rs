//! Any bytes for `paydirt_fuzzed::unary`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paydirt_fuzzed::unary::check(bytes));
