//! `rekognition-iam schema`: what the configuration can have, for editors.

use std::io;

use crate::config;
use crate::terminal::print;

pub(crate) fn run() -> io::Result<u8> {
    print(config::schema().as_bytes())
}
