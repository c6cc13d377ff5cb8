//! All differences between two policies, for people, as JSON, and as Markdown for a pull request.
//!
//! Policies and file names are untrusted input: in Markdown each of their texts is in a code span that it cannot leave, and
//! there are no tables, whose cells a `|` would end.

use std::fmt::Write as _;

use rekognition_iam_runtime::compare::{
    Change, Cited, Cut, Differences, Group, Guarantee, LostDeny, LostDenyOfSet, Open, Relation,
    Requests, Requirement, Scope,
};

use crate::json_text::{catalogue, write_number, write_optional, write_string};
use crate::plain::plain;
use crate::report::witness::{write_unsettled, write_witness};

/// Where a policy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// In both inputs.
    Both,
    /// In the new input only.
    Added,
    /// In the old input only.
    Removed,
}

impl Presence {
    const fn name(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// A policy and what became of it.
#[derive(Debug)]
pub(crate) struct Compared {
    /// The file, or the two files that were named.
    pub(crate) old: String,
    pub(crate) new: String,
    /// Where in the file the policy is; empty when it is the whole file.
    pub(crate) place: String,
    pub(crate) presence: Presence,
    pub(crate) differences: Differences,
    /// What the new policy no longer denies.
    pub(crate) lost_denies: Vec<LostDeny>,
    /// Why the answer may not hold.
    pub(crate) doubts: Vec<String>,
}

impl Compared {
    /// How the new policy lies to the old one. What is in doubt is not known to be the same, or less.
    pub(crate) fn relation(&self) -> Relation {
        match self.differences.relation() {
            Relation::Equivalent | Relation::Narrower if !self.doubts.is_empty() => {
                Relation::Unknown
            }
            relation @ (Relation::Equivalent
            | Relation::Narrower
            | Relation::Wider
            | Relation::Incomparable
            | Relation::Unknown) => relation,
        }
    }

    /// Whether it is certain that the new policy allows nothing new, and that it denies no less for other policies.
    pub(crate) fn has_nothing_new(&self) -> bool {
        self.allows_nothing_new() && self.lost_denies.is_empty()
    }

    fn allows_nothing_new(&self) -> bool {
        self.doubts.is_empty() && self.differences.has_none(Change::New)
    }

    fn is_quiet(&self) -> bool {
        self.presence == Presence::Both
            && self.relation() == Relation::Equivalent
            && self.lost_denies.is_empty()
    }

    /// The policy in words: its file and its place in it.
    fn title(&self, style: Style) -> String {
        let mut out = match self.presence {
            Presence::Added => style.code(&self.new),
            Presence::Removed => style.code(&self.old),
            Presence::Both if self.old == self.new => style.code(&self.new),
            Presence::Both => format!("{} -> {}", style.code(&self.old), style.code(&self.new)),
        };
        if !self.place.is_empty() {
            let _ = write!(out, ", {}", style.code(&self.place));
        }
        out
    }
}

/// What surrounds the texts of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Markdown,
}

impl Style {
    /// A text of a policy, on one line.
    fn code(self, text: &str) -> String {
        let text = plain(text);
        match self {
            Self::Plain => text.into_owned(),
            Self::Markdown => code_span(&text),
        }
    }

    fn strong(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_string(),
            Self::Markdown => format!("**{text}**"),
        }
    }

    /// Texts of a policy, not more than a reader wants to see.
    fn list(self, texts: &[String]) -> String {
        const MOST: usize = 12;
        let shown: Vec<String> = texts
            .iter()
            .take(MOST)
            .map(|text| self.code(text))
            .collect();
        let mut out = shown.join(", ");
        if texts.len() > MOST {
            let _ = write!(out, " and {} more", texts.len() - MOST);
        }
        out
    }

    fn scope(self, scope: &Scope) -> String {
        let mut out = self.list(&scope.any_of);
        for (head, texts) in [(" within ", &scope.all_of), (" except ", &scope.none_of)] {
            if !texts.is_empty() {
                out.push_str(head);
                out.push_str(&self.list(texts));
            }
        }
        out
    }

    fn requests(self, requests: &Requests) -> String {
        let mut out = format!(
            "{} on {}",
            self.scope(&requests.actions),
            self.scope(&requests.resources)
        );
        if let Some(principals) = &requests.principals {
            let _ = write!(out, " by {}", self.scope(principals));
        }
        for (number, condition) in requests.conditions.iter().enumerate() {
            let head = if number == 0 { " when " } else { " and " };
            let _ = write!(out, "{head}{}", self.requirement(condition));
        }
        out
    }

    fn requirement(self, condition: &Requirement) -> String {
        let Requirement {
            operator,
            key,
            values,
            holds,
            ..
        } = condition;
        let values: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
        let text = match values.as_slice() {
            [one] => format!("{operator} {key} = {one}"),
            several => format!("{operator} {key} = [{}]", several.join(", ")),
        };
        let not = if *holds { "" } else { "not " };
        format!("{not}{}", self.code(&text))
    }

    fn cited(self, cited: &Cited) -> String {
        let mut out = format!("statement {}", cited.number + 1);
        if let Some(sid) = &cited.sid {
            let _ = match self {
                Self::Plain => write!(out, " `{}`", plain(sid)),
                Self::Markdown => write!(out, " {}", self.code(sid)),
            };
        }
        out
    }

    fn several(self, cited: &[Cited]) -> String {
        const MOST: usize = 6;
        let shown: Vec<String> = (cited.iter().take(MOST))
            .map(|cited| self.cited(cited))
            .collect();
        let mut out = shown.join(", ");
        if cited.len() > MOST {
            let _ = write!(out, " and {} more", cited.len() - MOST);
        }
        out
    }

    /// A group: what it is, who allows and denies it, and an example.
    fn group(self, group: &Group) -> [String; 3] {
        let (here, there) = match group.change {
            Change::New => ("new", "old"),
            Change::Lost => ("old", "new"),
        };
        let head = format!(
            "{} {}",
            self.strong(&format!("{} access:", group.change.name())),
            self.requests(&group.requests)
        );
        let mut why = format!(
            "{} of the {here} policy allows it; ",
            self.cited(&group.requests.statement)
        );
        let _ = match &group.denied_by {
            Some(deny) => write!(why, "{} of the {there} policy denies it", self.cited(deny)),
            None if group.exact => write!(why, "no statement of the {there} policy allows it"),
            None if group.overlaps.is_empty() => {
                write!(why, "the {there} policy does not allow it to callers like ")
                    .and_then(|()| write!(why, "{}", self.list(&group.requests.callers)))
            }
            None => write!(
                why,
                "the {there} policy allows a part of it: {}",
                self.several(&group.overlaps)
            ),
        };
        let example = format!("for example {}", self.code(&group.witness.to_string()));
        [head, why, example]
    }
}

/// Text in a code span of Markdown, which begins and ends with more backticks than the text has in a row.
pub(crate) fn code_span(text: &str) -> String {
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let edge = |c: Option<char>| matches!(c, Some('`' | ' ') | None);
    let pad = if edge(text.chars().next()) || edge(text.chars().last()) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// What is said about a policy as a whole.
fn headline(compared: &Compared) -> &'static str {
    match (compared.presence, compared.relation()) {
        (Presence::Added, _) => "new policy",
        (Presence::Removed, _) => "removed policy",
        (Presence::Both, relation) => verdict(relation, !compared.lost_denies.is_empty()),
    }
}

/// How a new policy compares to an old one. If it denies less, what it allows by itself is not the whole answer.
pub(crate) const fn verdict(relation: Relation, has_lost_denies: bool) -> &'static str {
    match (relation, has_lost_denies) {
        (Relation::Equivalent, true) => "equivalent by itself, but it denies less",
        (Relation::Narrower, true) => "narrower by itself, but it denies less",
        (relation, _) => relation.name(),
    }
}

/// A policy in words, what is said about it as a whole, and the lines under that: how deep each is, and its text.
pub(crate) fn said(compared: &Compared) -> (String, &'static str, Vec<(usize, String)>) {
    let style = Style::Plain;
    (
        compared.title(style),
        headline(compared),
        lines(compared, style),
    )
}

/// The lines under the head of a policy: how deep each is, and its text.
fn lines(compared: &Compared, style: Style) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    for group in &compared.differences.groups {
        let [head, why, example] = style.group(group);
        out.push((1, head));
        out.push((2, why));
        out.push((2, example));
    }
    for open in &compared.differences.open {
        let head = format!("{} access, undetermined:", open.change.name());
        out.extend(open_lines(open, &head, style));
    }
    out.extend((compared.differences.cut.iter()).map(|cut| cut_line(cut, style)));
    out.extend((compared.lost_denies.iter()).flat_map(|lost| lost_lines(lost, style)));
    for doubt in &compared.doubts {
        out.push((
            1,
            format!("{} {}", style.strong("undetermined:"), style.code(doubt)),
        ));
    }
    out
}

fn open_lines(open: &Open, head: &str, style: Style) -> [(usize, String); 2] {
    let what = format!(
        "{} {} by {}",
        style.strong(head),
        style.requests(&open.requests),
        style.cited(&open.requests.statement)
    );
    [(1, what), (2, style.code(&open.reason.to_string()))]
}

fn cut_line(cut: &Cut, style: Style) -> (usize, String) {
    let what = style.strong("cut off:");
    (1, format!("{what} {}", style.code(&cut.to_string())))
}

/// What a statement no longer denies.
fn lost_lines(lost: &LostDeny, style: Style) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    for group in &lost.requests.groups {
        let head = style.strong("lost deny:");
        out.push((1, format!("{head} {}", style.requests(&group.requests))));
        let statement = style.cited(&lost.statement);
        out.push((
            2,
            format!("{statement} of the old policy denied it; other policies may now allow it"),
        ));
        let example = style.code(&group.witness.to_string());
        out.push((2, format!("for example {example}")));
    }
    for open in &lost.requests.open {
        out.extend(open_lines(open, "lost deny, undetermined:", style));
    }
    out.extend((lost.requests.cut.iter()).map(|cut| cut_line(cut, style)));
    out
}

/// The same lines under the answer for two documents.
pub(crate) fn human_lost_denies(lost: &[LostDeny]) -> String {
    (lost.iter().flat_map(|lost| lost_lines(lost, Style::Plain)))
        .map(|(depth, line)| format!("{:width$}{line}\n", "", width = depth * 2))
        .collect()
}

/// How many policies there are, and how many of them differ.
fn counted(all: &[Compared]) -> String {
    let quiet = all.iter().filter(|compared| compared.is_quiet()).count();
    let policies = |count| match count {
        1 => "1 policy".to_string(),
        _ => format!("{count} policies"),
    };
    format!(
        "{} compared, {} without differences",
        policies(all.len()),
        quiet
    )
}

/// The report for people.
pub(crate) fn human(all: &[Compared]) -> String {
    let mut out = String::new();
    for compared in all {
        if compared.is_quiet() && all.len() > 1 {
            continue;
        }
        let _ = writeln!(
            out,
            "{}: {}",
            headline(compared),
            compared.title(Style::Plain)
        );
        for (depth, line) in lines(compared, Style::Plain) {
            let _ = writeln!(out, "{:width$}{line}", "", width = depth * 2);
        }
    }
    if all.len() > 1 {
        let _ = writeln!(out, "{}", counted(all));
    }
    out
}

/// The report as a comment on a pull request, which takes no more than 65,536 characters.
pub(crate) fn markdown(all: &[Compared], notes: &[String], errors: &[String]) -> String {
    const MOST: usize = 60_000;
    let count = |holds: fn(&Compared) -> bool| all.iter().filter(|one| holds(one)).count();
    let new = match count(|one| !one.allows_nothing_new()) {
        0 => None,
        1 => Some("1 policy with new or undetermined access"),
        _ => Some("new or undetermined access"),
    };
    let lost = match count(|one| !one.lost_denies.is_empty()) {
        0 => None,
        1 => Some("1 policy with a lost `Deny`"),
        _ => Some("lost `Deny` statements"),
    };
    let mut out = format!(
        "### IAM access: {}\n\n{}.\n",
        match (new, lost) {
            (None, None) => "nothing new".to_string(),
            (Some(one), None) | (None, Some(one)) => one.to_string(),
            (Some(new), Some(lost)) => format!("{new}, {lost}"),
        },
        counted(all)
    );
    let mut hidden = 0;
    let mut put = |out: &mut String, text: &str| {
        if hidden > 0 || out.len() + text.len() > MOST {
            hidden += 1;
        } else {
            out.push_str(text);
        }
    };
    let told = |what: &str, text: &str| format!("\n**{what}** {}\n", Style::Markdown.code(text));
    for error in errors {
        put(&mut out, &told("not compared:", error));
    }
    for note in notes {
        put(&mut out, &told("note:", note));
    }
    for compared in all {
        if compared.is_quiet() {
            continue;
        }
        let title = compared.title(Style::Markdown);
        put(
            &mut out,
            &format!("\n#### {}: {title}\n\n", headline(compared)),
        );
        for (depth, line) in lines(compared, Style::Markdown) {
            let indent = " ".repeat((depth - 1) * 2);
            put(&mut out, &format!("{indent}- {line}\n"));
        }
    }
    if hidden > 0 {
        let _ = write!(
            out,
            "\n**{hidden} more lines do not fit into a comment; `--format json` has all of them.**\n"
        );
    }
    out
}

/// One line for each policy.
pub(crate) fn json(all: &[Compared]) -> String {
    let mut out = String::new();
    for compared in all {
        out.push_str(&format!("{{{},\"old\":", catalogue()));
        write_optional(
            &mut out,
            (compared.presence != Presence::Added).then_some(compared.old.as_str()),
        );
        out.push_str(",\"new\":");
        write_optional(
            &mut out,
            (compared.presence != Presence::Removed).then_some(compared.new.as_str()),
        );
        out.push_str(",\"path\":");
        write_string(&mut out, &compared.place);
        out.push_str(",\"in\":");
        write_string(&mut out, compared.presence.name());
        out.push_str(",\"relation\":");
        write_string(&mut out, compared.relation().name());
        let differences = &compared.differences;
        let complete = differences.is_complete()
            && (compared.lost_denies.iter()).all(|lost| lost.requests.is_complete())
            && compared.doubts.is_empty();
        let _ = write!(out, ",\"complete\":{complete},\"differences\":");
        write_differences(&mut out, differences);
        write_lost_denies(&mut out, &compared.lost_denies);
        out.push_str(",\"doubts\":");
        write_array(&mut out, &compared.doubts, |out, doubt| {
            write_string(out, doubt)
        });
        out.push_str("}\n");
    }
    out
}

/// The groups of differences as a list, and what is open and cut.
fn write_differences(out: &mut String, differences: &Differences) {
    write_array(out, &differences.groups, |out, group| {
        out.push_str("{\"change\":");
        write_string(out, group.change.name());
        write_requests(out, &group.requests);
        out.push_str(",\"denied_by\":");
        match &group.denied_by {
            Some(deny) => write_cited(out, deny),
            None => out.push_str("null"),
        }
        let _ = write!(out, ",\"exact\":{},\"overlaps\":", group.exact);
        write_array(out, &group.overlaps, write_cited);
        out.push_str(",\"witness\":");
        write_witness(out, &group.witness);
        out.push('}');
    });
    out.push_str(",\"open\":");
    write_array(out, &differences.open, |out, open| {
        out.push_str("{\"change\":");
        write_string(out, open.change.name());
        write_requests(out, &open.requests);
        out.push_str(",\"reason\":");
        write_unsettled(out, &open.reason);
        out.push('}');
    });
    out.push_str(",\"cut\":");
    write_array(out, &differences.cut, |out, cut| {
        out.push_str("{\"change\":");
        write_string(out, cut.change.name());
        out.push_str(",\"from\":");
        write_cited(out, &cut.from);
        out.push_str(",\"bound\":");
        write_string(out, cut.bound.name());
        out.push('}');
    });
}

/// The member with what the new policy no longer denies, if there is anything.
pub(crate) fn write_lost_denies(out: &mut String, lost: &[LostDeny]) {
    if lost.is_empty() {
        return;
    }
    out.push_str(",\"lost_denies\":");
    write_array(out, lost, |out, lost| {
        out.push_str("{\"statement\":");
        write_cited(out, &lost.statement);
        out.push_str(",\"differences\":");
        write_differences(out, &lost.requests);
        out.push('}');
    });
}

/// The same of sets.
pub(crate) fn write_lost_denies_of_sets(out: &mut String, lost: &[LostDenyOfSet]) {
    if lost.is_empty() {
        return;
    }
    out.push_str(",\"lost_denies\":");
    write_array(out, lost, |out, lost| {
        out.push_str("{\"policy\":");
        write_number(out, lost.policy);
        out.push_str(",\"statement\":");
        write_cited(out, &lost.statement);
        out.push_str(",\"example\":");
        match &lost.example {
            Guarantee::Broken(witness) => write_witness(out, witness),
            Guarantee::Unknown(reason) => write_unsettled(out, reason),
            Guarantee::Holds => out.push_str("null"),
        }
        out.push('}');
    });
}

fn write_array<T>(out: &mut String, items: &[T], mut write: impl FnMut(&mut String, &T)) {
    out.push('[');
    for (number, item) in items.iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

fn write_cited(out: &mut String, cited: &Cited) {
    out.push_str("{\"number\":");
    write_number(out, cited.number);
    out.push_str(",\"sid\":");
    write_optional(out, cited.sid.as_deref());
    out.push('}');
}

fn write_scope(out: &mut String, scope: &Scope) {
    for (number, (name, texts)) in [
        ("any_of", &scope.any_of),
        ("all_of", &scope.all_of),
        ("none_of", &scope.none_of),
    ]
    .into_iter()
    .enumerate()
    {
        out.push(if number == 0 { '{' } else { ',' });
        write_string(out, name);
        out.push(':');
        write_array(out, texts, |out, text| write_string(out, text));
    }
    out.push('}');
}

/// The members of a group or of what is open that say which requests they are about.
fn write_requests(out: &mut String, requests: &Requests) {
    out.push_str(",\"statement\":");
    write_cited(out, &requests.statement);
    out.push_str(",\"actions\":");
    write_scope(out, &requests.actions);
    out.push_str(",\"resources\":");
    write_scope(out, &requests.resources);
    out.push_str(",\"principals\":");
    match &requests.principals {
        Some(principals) => write_scope(out, principals),
        None => out.push_str("null"),
    }
    out.push_str(",\"callers\":");
    write_array(out, &requests.callers, |out, caller| {
        write_string(out, caller)
    });
    out.push_str(",\"conditions\":");
    write_array(out, &requests.conditions, |out, condition| {
        out.push_str("{\"operator\":");
        write_string(out, &condition.operator);
        out.push_str(",\"key\":");
        write_string(out, &condition.key);
        out.push_str(",\"values\":");
        write_array(out, &condition.values, |out, value| {
            write_string(out, value)
        });
        let _ = write!(out, ",\"holds\":{}}}", condition.holds);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_code_span() {
        for (text, expected) in [
            ("s3:Get*", "`s3:Get*`"),
            ("a`b", "``a`b``"),
            ("`", "`` ` ``"),
            ("a``", "``` a`` ```"),
            ("", "`  `"),
            (" x", "`  x `"),
            ("<img src=x>|@user", "`<img src=x>|@user`"),
        ] {
            assert_eq!(code_span(text), expected);
        }
        assert_eq!(Style::Markdown.code("a\n# b"), "`a\\n# b`");
    }
}
