//! Where a value of JSON ends, by its quotes and brackets alone.

use memchr::{memchr2, memchr3};

pub(super) enum End {
    At(usize),
    Open,
    Wrong,
}

/// Where the value ends that the bytes begin with. Only strings and brackets are looked at.
pub(super) fn end_of_value(bytes: &[u8], whole: bool) -> End {
    match bytes.first() {
        None => End::Open,
        Some(b'"') => match end_of_string(bytes, 1) {
            Some(end) => End::At(end),
            None => End::Open,
        },
        Some(b'[') => list(bytes),
        Some(b'{') => {
            let mut at = 0;
            let mut depth = 0_usize;
            // Lists in an object are balanced like it, or it is not JSON, which its reader will say.
            while let Some(found) = memchr3(b'"', b'{', b'}', bytes.get(at..).unwrap_or_default()) {
                at += found + 1;
                match bytes.get(at - 1) {
                    Some(b'"') => match end_of_string(bytes, at) {
                        Some(end) => at = end,
                        None => return End::Open,
                    },
                    Some(b'{') => depth += 1,
                    _ if depth == 1 => return End::At(at),
                    _ => depth -= 1,
                }
            }
            End::Open
        }
        Some(b']' | b'}') => End::Wrong,
        Some(_) => {
            let end = bytes.iter().position(|byte| b",]}: \t\r\n".contains(byte));
            match end {
                // A colon in a list: nothing begins here, and an item without a byte would be found again and again.
                Some(0) => End::Wrong,
                Some(end) => End::At(end),
                None if whole => End::At(bytes.len()),
                None => End::Open,
            }
        }
    }
}

/// The same for a list, bracket by bracket.
fn list(bytes: &[u8]) -> End {
    let mut open: Vec<u8> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let Some(end) = end_of_string(bytes, at + 1) else {
                    return End::Open;
                };
                at = end;
                continue;
            }
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b'}' | b']' => {
                if open.pop() != Some(byte) {
                    return End::Wrong;
                }
                if open.is_empty() {
                    return End::At(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    End::Open
}

fn end_of_string(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        match bytes.get(at) {
            Some(b'"') => return Some(at + 1),
            _ => at += 2,
        }
    }
}
