//! Numbers that look drawn, and are the same in each run.

/// A generator of numbers from a seed other than 0: xorshift64*.
pub struct Draws(pub u64);

impl Draws {
    /// Returns the next 64 bits, of which the upper ones are the better ones.
    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Returns a number below another, or 0 below 0.
    pub fn below(&mut self, end: u64) -> u64 {
        (self.bits() >> 11) % end.max(1)
    }
}
