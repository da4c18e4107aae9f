//! The frames with data of request bodies in what a peer sends: the heads of HTTP/2's frames are found in the bytes, and nothing else is
//! read.

/// The length of HTTP/2's connection preface, in bytes.
const PREFACE_BYTES: usize = 24;
/// The length of the head of a frame: three bytes of length, one of the kind, one of flags, four of the stream.
const HEAD_BYTES: usize = 9;
/// The kind of a frame with data.
const DATA: u8 = 0;

/// The place between two frames, or within one, that the bytes so far have come to.
#[derive(Debug)]
pub(super) struct DataFrames {
    head: [u8; HEAD_BYTES],
    /// The bytes of the head that have come.
    head_bytes: usize,
    /// The bytes that are left of the frame, or of the preface.
    left: usize,
}

impl Default for DataFrames {
    fn default() -> Self {
        DataFrames { head: [0; HEAD_BYTES], head_bytes: 0, left: PREFACE_BYTES }
    }
}

impl DataFrames {
    /// Calls `begins` with the length of each frame with data that begins within the next bytes, padding included.
    pub fn begin_in(&mut self, mut bytes: &[u8], mut begins: impl FnMut(usize)) {
        while !bytes.is_empty() {
            if self.left > 0 {
                let here = self.left.min(bytes.len());
                self.left -= here;
                bytes = &bytes[here..];
                continue;
            }
            let here = (HEAD_BYTES - self.head_bytes).min(bytes.len());
            self.head[self.head_bytes..self.head_bytes + here].copy_from_slice(&bytes[..here]);
            self.head_bytes += here;
            bytes = &bytes[here..];
            if self.head_bytes == HEAD_BYTES {
                let [a, b, c, kind, ..] = self.head;
                self.head_bytes = 0;
                self.left = u32::from_be_bytes([0, a, b, c]) as usize;
                if kind == DATA {
                    begins(self.left);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_found_whatever_the_pieces() {
        let frame = |kind: u8, length: usize| {
            let [_, a, b, c] = u32::try_from(length).expect("short").to_be_bytes();
            [&[a, b, c, kind, 0, 0, 0, 0, 1][..], &vec![7; length]].concat()
        };
        let bytes = [
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
            frame(4, 12),
            frame(1, 60),
            frame(DATA, 300),
            frame(DATA, 0),
            frame(8, 4),
            frame(DATA, 70_000),
        ]
        .concat();
        for size in [1, 2, 8, 9, 10, 100, 16_384, bytes.len()] {
            let mut frames = DataFrames::default();
            let mut begun = Vec::new();
            bytes.chunks(size).for_each(|piece| frames.begin_in(piece, |length| begun.push(length)));
            assert_eq!(begun, [300, 0, 70_000], "in pieces of {size}");
        }
    }
}
