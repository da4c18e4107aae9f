//! Any bytes for `paydirt_fuzzed::internal_rate`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paydirt_fuzzed::internal_rate::check(bytes));
