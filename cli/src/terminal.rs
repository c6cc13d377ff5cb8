//! What leaves the program: standard output, standard error, and the exit codes.

use std::io::{self, Write};

use crate::plain;

/// Done, and nothing was found.
pub(crate) const CLEAN: u8 = 0;
/// Something was found, or the answer is no.
pub(crate) const FOUND: u8 = 1;
/// Input that cannot be used.
pub(crate) const UNUSABLE: u8 = 2;

pub(crate) fn print_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

pub(crate) fn print(bytes: &[u8]) -> io::Result<u8> {
    print_bytes(bytes).map(|()| CLEAN)
}

pub(crate) fn complain(message: &str) {
    // Standard error is the last place to say anything.
    let _ = writeln!(io::stderr(), "rekognition-iam: {}", plain::plain(message));
}

/// The same for a message of several lines, each of them our own.
pub(crate) fn complain_in_lines(message: &str) {
    let _ = writeln!(
        io::stderr(),
        "rekognition-iam: {}",
        plain::plain_lines(message)
    );
}
