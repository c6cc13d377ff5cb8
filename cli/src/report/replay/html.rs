//! One HTML page that loads nothing.

use super::{copies, heading, human::at, many, reason, resource, scope, span};
use crate::plain::plain;
use crate::replaying::partial::{Outcome, Partial};
use crate::replaying::parts::About;
use crate::replaying::reasons::words;

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Replay</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
th, td { border-bottom: 1px solid #8886; padding: .35rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { white-space: nowrap; }
td.number { text-align: right; white-space: nowrap; }
code { font: 13px/1.4 ui-monospace, monospace; }
</style>
</head>
<body>
<h1>Replay</h1>
"#;

pub(super) fn text(about: &About, partial: &Partial) -> String {
    let mut out = String::from(HEAD);
    out.push_str(&format!("<p>{}", escaped(&scope(partial))));
    if let Some(copies) = copies(partial) {
        out.push_str(&format!("<br>{copies}"));
    }
    out.push_str("</p>\n<table>\n<tr><th>outcome</th><th>requests</th></tr>\n");
    for outcome in Outcome::ALL {
        out.push_str(&format!(
            "<tr><td>{}</td><td class=\"number\">{}</td></tr>\n",
            heading(outcome, about),
            partial.count(outcome)
        ));
    }
    out.push_str("</table>\n");
    for outcome in Outcome::ALL {
        let groups = partial.groups(outcome);
        if groups.is_empty() {
            continue;
        }
        out.push_str(&format!(
            "<h2>{}</h2>\n<table>\n<tr><th>action</th><th>resource</th><th>caller</th><th>reason</th><th>count</th><th>first and last</th><th>example</th></tr>\n",
            heading(outcome, about)
        ));
        for (group, tally) in groups {
            let example = tally.examples.first().map_or("", |(_, id)| id.as_str());
            let shown = match &group.resource {
                Some(resource) => code(resource),
                None => escaped(resource(group)),
            };
            out.push_str(&format!(
                "<tr><td>{}</td><td>{shown}</td><td>{}</td><td>{}</td><td class=\"number\">{}</td><td>{}</td><td>{}</td></tr>\n",
                code(&group.action),
                code(&group.caller),
                escaped(&reason(group, about)),
                tally.count,
                escaped(&span(&tally.first, &tally.last)),
                code(example)
            ));
        }
        out.push_str("</table>\n");
    }
    if !partial.not_asked.is_empty() {
        out.push_str("<h2>not asked about</h2>\n<ul>\n");
        for (why, count) in &partial.not_asked {
            out.push_str(&format!("<li>{count} {}</li>\n", escaped(words(why))));
        }
        for (event, count) in &partial.unknown_events {
            out.push_str(&format!("<li>{}: {count}</li>\n", code(event)));
        }
        out.push_str("</ul>\n");
    }
    if partial.unread > 0 {
        out.push_str(&format!(
            "<h2>not read: {}</h2>\n<ul>\n",
            many(partial.unread, "place")
        ));
        for place in &partial.unread_places {
            out.push_str(&format!(
                "<li>{}: {}</li>\n",
                code(&at(place)),
                escaped(&place.message)
            ));
        }
        out.push_str("</ul>\n");
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn code(text: &str) -> String {
    match text.is_empty() {
        true => String::new(),
        false => format!("<code>{}</code>", escaped(text)),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in plain(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
