//! For people, on a terminal.

use super::{copies, heading, many, reason, resource, span};
use crate::plain::plain;
use crate::replaying::partial::{Outcome, Partial};
use crate::replaying::parts::About;
use crate::replaying::reasons::words;

/// Groups of an outcome that are listed.
const LISTED: usize = 50;

pub(super) fn text(about: &About, partial: &Partial) -> String {
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(&plain(text));
        out.push('\n');
    };
    let when = match partial.first.is_empty() {
        true => String::new(),
        false => format!(", {}", span(&partial.first, &partial.last)),
    };
    line(&format!(
        "{} in {}, {}{when}",
        many(partial.records, "record"),
        many(partial.files, "file"),
        many(partial.requests, "request"),
    ));
    for outcome in [Outcome::StillAllowed, Outcome::StillDenied] {
        if partial.count(outcome) > 0 {
            line(&format!(
                "{}: {}",
                heading(outcome, about),
                many(partial.count(outcome), "request")
            ));
        }
    }
    for outcome in Outcome::ALL
        .into_iter()
        .filter(|outcome| outcome.is_listed())
    {
        let count = partial.count(outcome);
        // What changes is said even when nothing does.
        if count == 0 && matches!(outcome, Outcome::Depends | Outcome::Contradicted) {
            continue;
        }
        line(&format!(
            "{}: {}",
            heading(outcome, about),
            many(count, "request")
        ));
        let groups = partial.groups(outcome);
        for (group, tally) in groups.iter().take(LISTED) {
            line(&format!("  {} on {}", group.action, resource(group)));
            line(&format!(
                "    by {}: {}",
                group.caller,
                reason(group, about)
            ));
            let example = (tally.examples.first())
                .map_or_else(String::new, |(_, id)| format!(", for example event {id}"));
            line(&format!(
                "    {}, {}{example}",
                many(tally.count, "time"),
                span(&tally.first, &tally.last)
            ));
        }
        if groups.len() > LISTED {
            line(&format!(
                "  and {} more; --format json lists all",
                groups.len() - LISTED
            ));
        }
    }
    let not_asked: u64 = partial.not_asked.values().sum();
    if not_asked > 0 {
        line(&format!("not asked about: {}", many(not_asked, "record")));
        for (why, count) in &partial.not_asked {
            line(&format!("  {count} {}", words(why)));
        }
        for (event, count) in partial.unknown_events.iter().take(LISTED) {
            line(&format!("    {event}: {count}"));
        }
        if partial.unknown_events.len() > LISTED {
            line(&format!(
                "    and {} more",
                partial.unknown_events.len() - LISTED
            ));
        }
    }
    if let Some(copies) = copies(partial) {
        line(&copies);
    }
    if partial.other_files > 0 {
        line(&format!(
            "skipped: {} with digests or Insights",
            many(partial.other_files, "file")
        ));
    }
    if partial.unread > 0 {
        line(&format!("not read: {}", many(partial.unread, "place")));
        for place in &partial.unread_places {
            line(&format!("  {}: {}", at(place), place.message));
        }
        if partial.unread > partial.unread_places.len() as u64 {
            line(&format!(
                "  and {} more",
                partial.unread - partial.unread_places.len() as u64
            ));
        }
    }
    out
}

/// File, line, and number of the record.
pub(super) fn at(place: &crate::replaying::partial::Unread) -> String {
    match (place.line, place.item) {
        (0, _) => place.file.clone(),
        (line, item) => format!("{}:{line}, record {item}", place.file),
    }
}
