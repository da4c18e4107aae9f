//! Any bytes for `paydirt_fuzzed::mcp`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paydirt_fuzzed::mcp::check(bytes));
