//! Functions of strings and numbers.

use super::Call;
use crate::input::hcl::value::{Kind, Part, Text, Value, number};

pub(super) fn call(call: &Call<'_>, name: &str) -> Option<Value> {
    let text = |change: fn(&str) -> String| Some(call.text(change(&call.string(0)?)));
    let test = |test: fn(&str, &str) -> bool| {
        let (text, other) = (call.string(0)?, call.string(1)?);
        Some(call.made(Kind::Bool(test(&text, &other))))
    };
    let compute = |compute: fn(f64) -> f64| Some(call.made(Kind::Number(compute(call.number(0)?))));
    match name {
        "format" => format(call, call.argument(0)?, call.arguments.get(1..)?),
        "formatlist" => formatlist(call),
        "join" => join(call),
        "split" => {
            let (separator, text) = (call.string(0)?, call.string(1)?);
            let items: Vec<Value> = match (separator.is_empty(), text.is_empty()) {
                (_, true) if !separator.is_empty() => vec![call.text("")],
                (true, _) => text.chars().map(|c| call.text(c.to_string())).collect(),
                (false, _) => text
                    .split(separator.as_str())
                    .map(|part| call.text(part))
                    .collect(),
            };
            Some(call.list_of(items, None))
        }
        "replace" => {
            let (text, from, to) = (call.string(0)?, call.string(1)?, call.string(2)?);
            // Between slashes, it is a regular expression.
            let is_pattern = from.len() > 1 && from.starts_with('/') && from.ends_with('/');
            (!is_pattern && !from.is_empty()).then(|| call.text(text.replace(&from, &to)))
        }
        "lower" => Some(call.text(each(&call.string(0)?, |c| only(c.to_lowercase()))?)),
        "upper" => Some(call.text(each(&call.string(0)?, |c| only(c.to_uppercase()))?)),
        "title" => title(&call.string(0)?).map(|text| call.text(text)),
        "trimspace" => text(|text| text.trim().to_string()),
        "chomp" => text(|text| text.trim_end_matches(['\n', '\r']).to_string()),
        "strrev" => text(|text| text.chars().rev().collect()),
        "trimprefix" => {
            let (text, end) = (call.string(0)?, call.string(1)?);
            Some(call.text(text.strip_prefix(&end).unwrap_or(&text)))
        }
        "trimsuffix" => trimsuffix(call),
        "trim" => {
            let (text, characters) = (call.string(0)?, call.string(1)?);
            Some(call.text(text.trim_matches(|c| characters.contains(c))))
        }
        "indent" => {
            let (spaces, text) = (call.number(0)?, call.string(1)?);
            let indent = format!("\n{}", " ".repeat(spaces.clamp(0.0, 1000.0) as usize));
            Some(call.text(text.replace('\n', &indent)))
        }
        "substr" => {
            let (text, offset, length) = (call.string(0)?, call.number(1)?, call.number(2)?);
            let characters: Vec<char> = text.chars().collect();
            let all = characters.len() as f64;
            let from = if offset < 0.0 { all + offset } else { offset };
            let to = if length < 0.0 {
                all
            } else {
                (from + length).min(all)
            };
            if from < 0.0 || from > all {
                return None;
            }
            let part = characters.get(from as usize..(to as usize).max(from as usize))?;
            Some(call.text(part.iter().collect::<String>()))
        }
        "startswith" => test(|text, start| text.starts_with(start)),
        "endswith" => test(|text, end| text.ends_with(end)),
        "strcontains" => test(|text, part| text.contains(part)),
        "abs" => compute(f64::abs),
        "ceil" => compute(f64::ceil),
        "floor" => compute(f64::floor),
        "max" | "min" => {
            let numbers: Option<Vec<f64>> = call.arguments.iter().map(Value::as_number).collect();
            let pick = if name == "max" { f64::max } else { f64::min };
            Some(call.made(Kind::Number(numbers?.into_iter().reduce(pick)?)))
        }
        _ => None,
    }
}

/// The text with each of its characters changed. Nothing when any of them has no change that is known.
fn each(text: &str, change: impl FnMut(char) -> Option<char>) -> Option<String> {
    text.chars().map(change).collect()
}

/// Terraform changes one character into one. What is longer here, such as `SS` for `ß`, is something else there.
fn only(mut changed: impl Iterator<Item = char>) -> Option<char> {
    changed.next().filter(|_| changed.next().is_none())
}

/// The first letter of each word in upper case, by the words of `strings.Title` of Go.
fn title(text: &str) -> Option<String> {
    let mut is_first = true;
    each(text, |c| {
        let changed = match is_first {
            true => only(c.to_uppercase()),
            false => Some(c),
        };
        is_first = match c.is_ascii() {
            true => !(c.is_ascii_alphanumeric() || c == '_'),
            false => c.is_whitespace(),
        };
        changed
    })
}

/// A text may be open where its end is known.
fn trimsuffix(call: &Call<'_>) -> Option<Value> {
    let end = call.string(1)?;
    let mut text = call.argument(0)?.to_text()?;
    if let Some(Part::Known { text: last, .. }) = text.0.last_mut()
        && last.len() >= end.len()
    {
        if let Some(rest) = last.strip_suffix(&end) {
            *last = rest.to_string();
        }
        return Some(call.made(Kind::Text(text)));
    }
    None
}

/// `%s`, `%d`, `%v`, `%q`, and `%%`.
fn format(call: &Call<'_>, pattern: &Value, arguments: &[Value]) -> Option<Value> {
    let pattern = pattern.as_string()?;
    let mut arguments = arguments.iter();
    let mut out = Text::default();
    let mut rest = pattern.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        out.push(before, call.at, false);
        let verb = after.chars().next()?;
        rest = after.get(verb.len_utf8()..)?;
        match verb {
            '%' => out.push("%", call.at, false),
            's' | 'v' => {
                let value = arguments.next()?;
                match &value.kind {
                    Kind::List(_) | Kind::Map(_) if verb == 'v' => {
                        out.append(crate::input::hcl::value::text(value), call.at);
                    }
                    _ => out.append(value.to_text()?, call.at),
                }
            }
            'd' => {
                let value = arguments.next()?;
                match value.as_number() {
                    Some(value) if value.fract() != 0.0 => return Some(call.invalid()),
                    Some(value) => out.push(number(value), call.at, false),
                    None => out.append(value.to_text().filter(|text| !text.is_known())?, call.at),
                }
            }
            'q' => {
                let text = arguments.next()?.as_string()?;
                out.push(crate::json_text::quoted(&text), call.at, false);
            }
            _ => return None,
        }
    }
    out.push(rest, call.at, false);
    arguments
        .next()
        .is_none()
        .then(|| call.made(Kind::of_text(out)))
}

/// A text for each item of the lists.
fn formatlist(call: &Call<'_>) -> Option<Value> {
    let (pattern, arguments) = call.arguments.split_first()?;
    let lists: Vec<_> = (arguments.iter()).filter_map(super::listed).collect();
    if arguments.iter().any(|value| value.as_unknown().is_some())
        || lists.iter().any(|list| list.more.is_some())
    {
        return None;
    }
    let Some(length) = lists.first().map(|list| list.items.len()) else {
        return Some(call.list_of(vec![format(call, pattern, arguments)?], None));
    };
    if lists.iter().any(|list| list.items.len() != length) {
        return Some(call.invalid());
    }
    let items: Option<Vec<Value>> = (0..length)
        .map(|number| {
            let arguments: Option<Vec<Value>> = (arguments.iter())
                .map(|value| match super::listed(value) {
                    Some(list) => list.items.get(number).cloned(),
                    None => Some(value.clone()),
                })
                .collect();
            format(call, pattern, &arguments?)
        })
        .collect();
    Some(call.list_of(items?, None))
}

fn join(call: &Call<'_>) -> Option<Value> {
    let separator = call.string(0)?;
    let mut out = Text::default();
    let mut first = true;
    for number in 1..call.arguments.len() {
        for item in &call.list(number)?.items {
            if !std::mem::take(&mut first) {
                out.push(separator.clone(), call.at, false);
            }
            out.append(item.to_text()?, call.at);
        }
    }
    Some(call.made(Kind::of_text(out)))
}
