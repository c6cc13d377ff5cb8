//! Markdown: a table for each outcome.

use super::{copies, heading, human::at, many, reason, resource, scope, span};
use crate::plain::plain;
use crate::replaying::partial::{Outcome, Partial};
use crate::replaying::parts::About;
use crate::replaying::reasons::words;

pub(super) fn text(about: &About, partial: &Partial) -> String {
    let mut out = String::from("## Replay\n\n");
    out.push_str(&escaped(&scope(partial)));
    if let Some(copies) = copies(partial) {
        out.push_str(&format!(". {copies}"));
    }
    out.push_str(".\n\n| outcome | requests |\n|---|---|\n");
    for outcome in Outcome::ALL {
        out.push_str(&format!(
            "| {} | {} |\n",
            heading(outcome, about),
            partial.count(outcome)
        ));
    }
    for outcome in Outcome::ALL {
        let groups = partial.groups(outcome);
        if groups.is_empty() {
            continue;
        }
        let head = heading(outcome, about);
        out.push_str(&format!(
            "\n### {head}\n\n| action | resource | caller | reason | count | first and last | example |\n|---|---|---|---|---|---|---|\n"
        ));
        for (group, tally) in groups {
            let example = tally.examples.first().map_or("", |(_, id)| id.as_str());
            out.push_str(&format!(
                "| {} | {} | {} | {} | {} | {} | {} |\n",
                code(&group.action),
                group
                    .resource
                    .as_deref()
                    .map_or_else(|| resource(group).to_owned(), code),
                code(&group.caller),
                escaped(&reason(group, about)),
                tally.count,
                escaped(&span(&tally.first, &tally.last)),
                code(example)
            ));
        }
    }
    if !partial.not_asked.is_empty() {
        out.push_str("\n### not asked about\n\n");
        for (why, count) in &partial.not_asked {
            out.push_str(&format!("* {count} {}\n", escaped(words(why))));
        }
        for (event, count) in &partial.unknown_events {
            out.push_str(&format!("  * {}: {count}\n", code(event)));
        }
    }
    if partial.unread > 0 {
        out.push_str(&format!(
            "\n### not read: {}\n\n",
            many(partial.unread, "place")
        ));
        for place in &partial.unread_places {
            out.push_str(&format!(
                "* {}: {}\n",
                code(&at(place)),
                escaped(&place.message)
            ));
        }
    }
    out
}

/// Text as code, which has no markup.
fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("`{}`", plain(text).replace('`', "'").replace('|', "\\|"))
}

/// Text without markup.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in plain(text).chars() {
        if "\\*_[]<>|#&".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
