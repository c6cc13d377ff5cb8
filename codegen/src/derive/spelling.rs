//! How the Rust SDK writes the names of AWS.

/// Words that the Rust SDK keeps together whatever their case.
const WHOLE: [&str; 7] = ["ipv4", "ipv6", "sigv4", "mib", "gib", "kib", "ttl"];

/// The name of a setter, as the generator of the Rust SDK makes it of a member's name: `S3Object` is `s3_object`. The same
/// as in `codegen/data/operation_members.py`.
pub(super) fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let lower = !chars.iter().any(|c| c.is_uppercase());
    let at = |number: usize| chars.get(number).copied().unwrap_or(' ');
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for (number, &c) in chars.iter().enumerate() {
        let (next, after) = (at(number + 1), at(number + 2));
        if !c.is_alphanumeric() {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            continue;
        }
        let Some(last) = word.chars().last() else {
            word.push(c);
            continue;
        };
        let rest: String = word
            .chars()
            .chain(chars.iter().skip(number).copied())
            .collect();
        let rest = rest.to_lowercase();
        let is_whole = WHOLE.contains(&word.to_lowercase().as_str());
        let whole = WHOLE.iter().any(|known| rest.starts_with(known)) && !is_whole;
        // A plural or a version ends an acronym: `ARNs`, `IPv4`.
        let ends = next == 's' && !after.is_lowercase() || next == 'v' && after.is_ascii_digit();
        let acronym = last.is_uppercase() && c.is_uppercase() && next.is_lowercase() && !ends;
        let begins = (last.is_lowercase() || last.is_ascii_digit()) && c.is_uppercase()
            || lower && last.is_ascii_digit() && c.is_lowercase()
            || is_whole;
        if !whole && begins || acronym {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words.join("_").to_lowercase().replace("_mib_ps", "_mibps")
}
