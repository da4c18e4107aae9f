//! Any bytes for `paydirt_fuzzed::web`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paydirt_fuzzed::web::check(bytes));
