//! The report as one page of HTML, which loads nothing.
//!
//! What the page shows is data in it, as JSON that no text of a policy can leave. Its own script, the only one that its content
//! security policy lets run, makes text nodes of it.

pub(crate) mod access;

use std::fmt::Write as _;
use std::str::Chars;

use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::Severity;
use sha2::{Digest as _, Sha256};

use super::differences::{Compared, said};
use super::finding::{FileReport, Problem};
use super::placed;
use crate::input::rules;
use crate::json_text::quoted;
use crate::plain::plain_line;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The most characters of a source line, and of it before the place of a finding.
const WIDTH: usize = 240;
const BEFORE: usize = 80;

/// What a page is made of, piece by piece.
#[derive(Debug, Default)]
pub(crate) struct Page {
    findings: Vec<String>,
    notes: Vec<String>,
    policies: Vec<String>,
    files: usize,
    access: access::Access,
    pub(crate) errors: Vec<String>,
    base: Option<Base>,
}

/// What the policies were compared with.
#[derive(Debug)]
struct Base {
    name: String,
    changes: Vec<String>,
    notes: Vec<String>,
    errors: Vec<String>,
}

impl Page {
    /// Adds the findings of a file.
    pub(crate) fn file(&mut self, report: &FileReport) {
        self.files += 1;
        let lines: Vec<&str> = report.text.lines().collect();
        for (problem, start, end) in placed(report) {
            let to = if end.line == start.line {
                Some(end.column)
            } else {
                None
            };
            let shown = shown(&lines, start.line, start.column, to);
            self.findings.push(finding(
                &report.name,
                problem,
                (start.line, start.column),
                &shown,
            ));
        }
        for note in &report.notes {
            self.note(&report.name, note);
        }
        if let Some(reason) = &report.unusable {
            self.errors.push(format!("{}: {reason}", report.name));
        }
    }

    /// Adds what was not checked. A note on the whole run has no file.
    pub(crate) fn note(&mut self, file: &str, text: &str) {
        self.notes.push(format!(
            "{{\"file\":{},\"text\":{}}}",
            quoted(file),
            quoted(text)
        ));
    }

    /// Adds a policy.
    pub(crate) fn policy(&mut self, policy: &access::Shown<'_>) {
        let text = self.access.policy(policy);
        self.policies.push(text);
    }

    /// How many policies the page has.
    pub(crate) const fn count(&self) -> usize {
        self.policies.len()
    }

    /// Adds what became of the policies since a base.
    pub(crate) fn changes(
        &mut self,
        base: &str,
        compared: &[Compared],
        notes: &[String],
        errors: &[String],
    ) {
        let change = |compared: &Compared| {
            let (title, verdict, lines) = said(compared);
            let lines: Vec<_> = (lines.iter())
                .map(|(depth, text)| format!("[{depth},{}]", quoted(text)))
                .collect();
            format!(
                "{{\"title\":{},\"verdict\":{},\"grows\":{},\"lines\":[{}]}}",
                quoted(&title),
                quoted(verdict),
                !compared.has_nothing_new(),
                lines.join(",")
            )
        };
        self.base = Some(Base {
            name: base.to_string(),
            changes: compared.iter().map(change).collect(),
            notes: notes.iter().map(|note| quoted(note)).collect(),
            errors: errors.iter().map(|error| quoted(error)).collect(),
        });
    }

    /// The page.
    pub(crate) fn render(&self) -> String {
        let list = |items: &[String]| format!("[{}]", items.join(","));
        let errors: Vec<_> = self.errors.iter().map(|error| quoted(error)).collect();
        let base = self.base.as_ref();
        let of_base = |part: fn(&Base) -> &[String]| list(base.map_or(&[], part));
        let data = format!(
            "{{\"tool\":{},\"catalogue\":{},\"files\":{},\"base\":{},\"errors\":{},\"findings\":{},\"notes\":{},\"policies\":{},{},\"changes\":{},\"change_notes\":{},\"change_errors\":{}}}",
            quoted(concat!("rekognition-iam ", env!("CARGO_PKG_VERSION"))),
            quoted(catalogue::as_of()),
            self.files,
            base.map_or_else(|| "null".to_string(), |base| quoted(&base.name)),
            list(&errors),
            list(&self.findings),
            list(&self.notes),
            list(&self.policies),
            self.access.tables(),
            of_base(|base| &base.changes),
            of_base(|base| &base.notes),
            of_base(|base| &base.errors),
        );
        filled(&[
            ("{script-hash}", &hash(SCRIPT)),
            ("{style-hash}", &hash(STYLE)),
            ("{style}", STYLE),
            ("{data}", &embedded(&data)),
            ("{script}", SCRIPT),
        ])
    }
}

/// The page with its parts, which are in this order. Only the page is searched for their places, never a part.
fn filled(parts: &[(&str, &str)]) -> String {
    let mut out =
        String::with_capacity(PAGE.len() + parts.iter().map(|(_, text)| text.len()).sum::<usize>());
    let mut rest = PAGE;
    for (place, text) in parts {
        if let Some((before, after)) = rest.split_once(place) {
            out.push_str(before);
            out.push_str(text);
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// JSON that cannot end the element that it is in, nor begin a comment there: only strings have these characters.
///
/// Strings have what cannot be seen as `\uXXXX`, which would come to life on the page: a character that turns the direction of
/// writing makes `a.exe.png` of `a.gnp.exe`. The page shows it as `\u{XXXX}`.
fn embedded(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut chars = json.chars();
    while let Some(c) = chars.next() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\\' => match chars.next() {
                Some('u') => out.push_str(&seen(&mut chars)),
                next => out.extend(std::iter::once(c).chain(next)),
            },
            c => out.push(c),
        }
    }
    out
}

/// The escape of a character whose escape in JSON goes on here, to be seen.
fn seen(json: &mut Chars<'_>) -> String {
    let unit = |json: &mut Chars<'_>| {
        let digits: String = json.take(4).collect();
        u16::from_str_radix(&digits, 16).unwrap_or_default()
    };
    let first = unit(json);
    let mut units = vec![first];
    // A character beyond the first plane is two escapes.
    if (0xd800..0xdc00).contains(&first) {
        json.nth(1);
        units.push(unit(json));
    }
    (char::decode_utf16(units))
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER).escape_unicode())
        .map(|c| format!("\\{c}"))
        .collect()
}

/// The hash of a script or style, as a content security policy names it.
///
/// See <https://www.w3.org/TR/CSP3/#grammardef-hash-source>.
fn hash(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::from("sha256-");
    for chunk in Sha256::digest(text.as_bytes()).chunks(3) {
        let bits = (chunk.iter().chain(&[0, 0]).take(3))
            .fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte));
        for at in 0..4 {
            let digit = (bits >> (18 - 6 * at)) as usize & 63;
            match DIGITS.get(digit) {
                Some(&digit) if at <= chunk.len() => out.push(char::from(digit)),
                _ => out.push('='),
            }
        }
    }
    out
}

/// Some lines around a place, cut when they are long.
struct Lines {
    first: usize,
    lines: Vec<String>,
    mark: (usize, usize),
}

fn shown(lines: &[&str], line: usize, column: usize, to: Option<usize>) -> Lines {
    let first = line.saturating_sub(1).max(1);
    let skip = |number: usize| match number == line {
        true => column.saturating_sub(BEFORE),
        false => 0,
    };
    let cut = |number: usize, text: &str| -> String {
        let mut out: String = text.chars().skip(skip(number)).take(WIDTH).collect();
        if text.chars().nth(skip(number) + WIDTH).is_some() {
            out.push('\u{2026}');
        }
        out
    };
    let from = column.saturating_sub(1) - skip(line).min(column.saturating_sub(1));
    let length = lines.get(line - 1).map_or(0, |text| text.chars().count());
    let end = to
        .map_or(length, |to| to.saturating_sub(1))
        .saturating_sub(skip(line))
        .min(WIDTH);
    // The mark is in characters of what is shown.
    let marked = lines
        .get(line - 1)
        .map_or_else(String::new, |text| cut(line, text));
    let shown = |count: usize| {
        let before: String = marked.chars().take(count).collect();
        count.saturating_sub(marked.chars().count()) + plain_line(&before).chars().count()
    };
    Lines {
        first,
        lines: (first..=line + 1)
            .filter_map(|number| {
                Some(plain_line(&cut(number, lines.get(number - 1)?)).into_owned())
            })
            .collect(),
        mark: (shown(from), shown(end.max(from + 1))),
    }
}

fn finding(file: &str, problem: &Problem, (line, column): (usize, usize), shown: &Lines) -> String {
    let severity = match problem.severity {
        Severity::Error => "error",
        Severity::SecurityWarning => "security-warning",
        Severity::Warning => "warning",
        Severity::Suggestion => "suggestion",
    };
    let list = |texts: &[String]| {
        let texts: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
        texts.join(",")
    };
    let mut out = format!(
        "{{\"file\":{},\"id\":{},\"severity\":\"{severity}\",\"url\":{},\"path\":{},\"line\":{line},\"column\":{column},\"message\":{},\"help\":[{}]",
        quoted(file),
        quoted(problem.id),
        rules::find(problem.id).map_or_else(|| "null".to_string(), |rule| quoted(&rule.url())),
        quoted(&problem.path),
        quoted(&problem.message),
        list(&problem.help),
    );
    match &problem.accepted {
        None => out.push_str(",\"accepted\":null"),
        Some(accepted) => {
            let _ = write!(
                out,
                ",\"accepted\":{{\"by\":\"{}\",\"reason\":{}}}",
                accepted.by(),
                quoted(&accepted.reason())
            );
        }
    }
    if shown.lines.is_empty() {
        out.push_str(",\"source\":null}");
    } else {
        let _ = write!(
            out,
            ",\"source\":{{\"first\":{},\"lines\":[{}],\"mark\":[{},{}]}}}}",
            shown.first,
            list(&shown.lines),
            shown.mark.0,
            shown.mark.1
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{PAGE, embedded, hash, shown};
    use crate::json_text::quoted;

    #[test]
    fn a_hash_is_that_of_other_tools() {
        // `printf %s abc | openssl dgst -sha256 -binary | base64`
        assert_eq!(
            hash("abc"),
            "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
        );
    }

    #[test]
    fn data_cannot_leave_its_element() {
        let text = embedded(r#"["</script><!--<script>&"]"#);
        assert!(!text.contains(['<', '>', '&']), "{text}");
    }

    #[test]
    fn what_cannot_be_seen_is_shown_as_an_escape() {
        for (text, expected) in [
            ("a\u{202e}gpj", r#""a\\u{202e}gpj""#),
            ("\u{1b}[m\u{0}", r#""\\u{1b}[m\\u{0}""#),
            ("\u{e0041}\u{1d173}x", r#""\\u{e0041}\\u{1d173}x""#),
            // Neither of these is an escape.
            ("a\\u202e", r#""a\\u202e""#),
            ("a\\\\\"u", r#""a\\\\\"u""#),
            ("line\n\ttab", r#""line\n\ttab""#),
        ] {
            assert_eq!(embedded(&quoted(text)), expected, "{text:?}");
        }
        let lines = shown(&["\t\u{202e}\u{202e}name"], 1, 4, Some(8));
        assert_eq!(lines.lines, ["\t\\u{202e}\\u{202e}name"]);
        assert_eq!(lines.lines[0].get(lines.mark.0..lines.mark.1), Some("name"));
    }

    #[test]
    fn each_part_has_one_place_and_they_are_in_order() {
        let mut at = 0;
        for place in [
            "{script-hash}",
            "{style-hash}",
            "{style}",
            "{data}",
            "{script}",
        ] {
            assert_eq!(PAGE.matches(place).count(), 1, "{place}");
            let found = PAGE.find(place).unwrap();
            assert!(found >= at);
            at = found;
        }
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let line = format!("{}needle{}", "a".repeat(1000), "b".repeat(1000));
        let lines = shown(&["first", &line, "last"], 2, 1001, Some(1007));
        assert_eq!((lines.first, lines.lines.len()), (1, 3));
        let (from, to) = lines.mark;
        assert_eq!(lines.lines[1].get(from..to), Some("needle"));
        assert!(lines.lines[1].chars().count() <= 241);
    }
}
