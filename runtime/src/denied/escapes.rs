//! What the text around a message has escaped: Rust's `Debug`, JSON, and XML.

use alloc::string::String;

/// The text with one level of the escapes of Rust's `Debug` and of JSON undone; none when it has none.
pub(super) fn unescaped(text: &str) -> Option<String> {
    if !text.contains('\\') {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(rest.get(..at)?);
        rest = rest.get(at + 1..)?;
        let Some(letter) = rest.chars().next() else {
            out.push('\\');
            break;
        };
        let behind = rest.get(letter.len_utf8()..)?;
        let (c, behind) = match letter {
            'n' => ('\n', behind),
            'r' => ('\r', behind),
            't' => ('\t', behind),
            '0' => ('\0', behind),
            'u' => match code_point(behind) {
                Some(found) => found,
                None => ('u', behind),
            },
            other => (other, behind),
        };
        out.push(c);
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

/// The character of `{e9}`, of `00e9`, or of a pair such as `d83d\ude00`.
fn code_point(text: &str) -> Option<(char, &str)> {
    if let Some(rest) = text.strip_prefix('{') {
        let (digits, rest) = rest.split_once('}')?;
        return Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, rest));
    }
    let unit = |text: &str| u32::from_str_radix(text.get(..4)?, 16).ok();
    let first = unit(text)?;
    let rest = text.get(4..)?;
    if let Some(c) = char::from_u32(first) {
        return Some((c, rest));
    }
    let low = rest.strip_prefix("\\u")?;
    let second = unit(low).filter(|unit| (0xdc00..0xe000).contains(unit))?;
    let high = first.checked_sub(0xd800)?;
    let c = char::from_u32(0x1_0000 + (high << 10) + (second - 0xdc00))?;
    Some((c, low.get(4..)?))
}

/// The text with the entities of XML undone.
pub(super) fn without_entities(text: &str) -> String {
    const ENTITIES: [(&str, char); 6] = [
        ("&quot;", '"'),
        ("&apos;", '\''),
        ("&#39;", '\''),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&amp;", '&'),
    ];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        match (ENTITIES.iter()).find_map(|(entity, c)| Some((from.strip_prefix(entity)?, *c))) {
            Some((behind, c)) => {
                out.push(c);
                rest = behind;
            }
            None => {
                out.push('&');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}
