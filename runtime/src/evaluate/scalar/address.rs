//! IP addresses and ranges of them.

#![expect(
    clippy::indexing_slicing,
    reason = "`get` cannot be used in a `const fn`; each index is compared with a length first"
)]

use super::{digits, fixed};
use crate::evaluate::text::{byte, find, part, rest};

/// An address with the length of its prefix: a range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    /// Whether it is IPv6.
    pub(crate) six: bool,
    /// The address, in the low 32 bits for IPv4.
    pub(crate) bits: u128,
    /// How many leading bits count.
    pub(crate) length: u8,
}

impl Range {
    /// How many bits an address of its family has.
    pub(crate) const fn width(&self) -> u8 {
        if self.six { 128 } else { 32 }
    }

    /// The first address.
    pub(crate) const fn first(&self) -> u128 {
        self.bits & !self.tail()
    }

    /// The last address.
    pub(crate) const fn last(&self) -> u128 {
        self.bits | self.tail()
    }

    const fn tail(&self) -> u128 {
        let free = (self.width() - self.length) as u32;
        if free == 128 {
            u128::MAX
        } else {
            (1_u128 << free) - 1
        }
    }

    /// Whether the address lies in the range. Addresses of the other family never do.
    pub(crate) const fn holds(&self, six: bool, bits: u128) -> bool {
        self.six == six && self.first() <= bits && bits <= self.last()
    }
}

/// Reads an address or a range in CIDR notation.
pub(crate) const fn range(text: &[u8]) -> Option<Range> {
    let slash = find(text, b'/', 0);
    let Some((six, bits)) = address(part(text, 0, slash)) else {
        return None;
    };
    let width: u8 = if six { 128 } else { 32 };
    if slash == text.len() {
        return Some(Range {
            six,
            bits,
            length: width,
        });
    }
    let length = rest(text, slash + 1);
    if length.is_empty() || length.len() > 3 {
        return None;
    }
    match fixed(length, 0, length.len()) {
        Some(found) if found <= width as i64 => Some(Range {
            six,
            bits,
            length: found as u8,
        }),
        _ => None,
    }
}

/// Reads an IPv4 or IPv6 address: whether it is IPv6, and its bits.
pub(crate) const fn address(text: &[u8]) -> Option<(bool, u128)> {
    if find(text, b':', 0) == text.len() {
        return match four(text) {
            Some(bits) => Some((false, bits as u128)),
            None => None,
        };
    }
    match six(text) {
        Some(bits) => Some((true, bits)),
        None => None,
    }
}

const fn four(text: &[u8]) -> Option<u32> {
    let mut bits = 0_u32;
    let mut from = 0;
    let mut count = 0;
    while count < 4 {
        let end = digits(text, from);
        let length = end - from;
        if length == 0 || length > 3 || (length > 1 && text[from] == b'0') {
            return None;
        }
        match fixed(text, from, length) {
            Some(found) if found <= 255 => bits = bits << 8 | found as u32,
            _ => return None,
        }
        count += 1;
        if count < 4 && byte(text, end) != b'.' {
            return None;
        }
        from = if count < 4 { end + 1 } else { end };
    }
    if from == text.len() { Some(bits) } else { None }
}

const fn six(text: &[u8]) -> Option<u128> {
    let mut groups = [0_u16; 8];
    let mut count = 0;
    // Where `::` stands among the groups.
    const NONE: usize = 9;
    let mut gap = NONE;
    let mut at = 0;
    if byte(text, 0) == b':' {
        if byte(text, 1) != b':' {
            return None;
        }
        gap = 0;
        at = 2;
    }
    while at < text.len() {
        if count == 8 {
            return None;
        }
        let mut end = at;
        while end < text.len() && text[end].is_ascii_hexdigit() {
            end += 1;
        }
        if byte(text, end) == b'.' {
            if count > 6 {
                return None;
            }
            let Some(bits) = four(rest(text, at)) else {
                return None;
            };
            groups[count] = (bits >> 16) as u16;
            groups[count + 1] = bits as u16;
            count += 2;
            break;
        }
        if end == at || end - at > 4 {
            return None;
        }
        let mut value = 0_u16;
        while at < end {
            let digit = match text[at] {
                digit @ b'0'..=b'9' => digit - b'0',
                letter => letter.to_ascii_lowercase() - b'a' + 10,
            };
            value = value << 4 | digit as u16;
            at += 1;
        }
        groups[count] = value;
        count += 1;
        if at == text.len() {
            break;
        }
        if text[at] != b':' {
            return None;
        }
        at += 1;
        if byte(text, at) == b':' {
            if gap != NONE {
                return None;
            }
            gap = count;
            at += 1;
        } else if at == text.len() {
            return None;
        }
    }
    if (gap == NONE) != (count == 8) {
        return None;
    }
    let mut bits = 0_u128;
    let mut group = 0;
    while group < 8 {
        // After the gap, the groups are at the end.
        let value = if group < gap {
            groups[group]
        } else if group + count >= 8 + gap {
            groups[group + count - 8]
        } else {
            0
        };
        bits = bits << 16 | value as u128;
        group += 1;
    }
    Some(bits)
}
