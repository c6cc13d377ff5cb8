//! How a decision is written, for people and as JSON.

use rekognition_iam_runtime::evaluate::{Attached, Cause, Decision, Dependency, Origin, Reason};

use super::policies::Policies;
use crate::json_text::{write_number, write_optional, write_string};
use crate::plain::{plain, plain_lines};

/// A decision with the documents that it is by.
pub(super) struct Answer<'a> {
    pub(super) decision: &'a Decision<'a>,
    pub(super) attached: &'a [Attached<'a>],
    /// Whether the request is for several resources, so that the answer says which of them decided.
    pub(super) several: bool,
}

/// The explanation line by line, so that a text of a policy with a line end in it makes no line of its own.
pub(crate) fn explain(out: &mut String, decision: &Decision<'_>) {
    let explanation = decision.explain();
    let whole = explanation.to_string();
    let statements: Vec<String> = (explanation.statements())
        .map(|statement| format!("  {statement}\n"))
        .collect();
    let Some(head) = whole.strip_suffix(&statements.concat()) else {
        // It is put together in some other way: its line ends are not told apart.
        return out.push_str(&plain_lines(&whole));
    };
    for line in std::iter::once(head).chain(statements.iter().map(String::as_str)) {
        out.push_str(&plain(line.strip_suffix('\n').unwrap_or(line)));
        out.push('\n');
    }
}

impl Answer<'_> {
    fn kind(&self, origin: Origin) -> &'static str {
        (self.attached.get(origin.document)).map_or("", |attached| attached.kind().name())
    }

    /// For people: why, and what it depends on.
    pub(super) fn human(&self, out: &mut String, policies: &Policies) {
        let decision = self.decision;
        explain(out, decision);
        for found in decision.depends_on() {
            let statements: Vec<String> = (found.statements().iter())
                .map(|&origin| self.statement(origin))
                .collect();
            let line = format!("depends on {found}: {}", statements.join("; "));
            out.push_str(&format!("  {}\n", plain(&line)));
        }
        if let Some(note) = decision.note() {
            out.push_str(&format!("  note: {note}; see {}\n", note.page()));
        }
        // The explanation counts documents; this says which they are.
        if let [_, _, ..] = policies.names.as_slice() {
            for (number, (name, attached)) in
                (1..).zip(policies.names.iter().zip(&policies.attached))
            {
                let kind = attached.kind().name();
                out.push_str(&format!("  policy {number}: {}, {kind}\n", plain(name)));
            }
        }
    }

    /// A statement in words, counted from 1, as the messages of the rules do; the fields of JSON count from 0.
    pub(super) fn statement(&self, origin: Origin) -> String {
        let sid = match self.decision.sid(origin) {
            Some(sid) => format!(" `{sid}`"),
            None => String::new(),
        };
        format!(
            "statement {}{sid} of {} policy {}",
            origin.statement + 1,
            self.kind(origin),
            origin.document + 1
        )
    }

    /// `"decision":..,"code":..,"by":..`, which is what answers of one group have in common.
    pub(super) fn group(&self, out: &mut String) {
        let decision = self.decision;
        out.push_str("\"decision\":\"");
        out.push_str(decision.verdict().name());
        out.push_str("\",\"code\":\"");
        out.push_str(decision.reason().name());
        out.push_str("\",\"by\":");
        match decision.by() {
            None => out.push_str("null"),
            Some(origin) => self.place(out, origin),
        }
    }

    /// The members of its group, `"reason":..` and what else there is.
    pub(super) fn members(&self, out: &mut String) {
        let decision = self.decision;
        self.group(out);
        out.push_str(",\"reason\":");
        write_string(out, &self.reason());
        if let Some(open) = decision.undetermined() {
            out.push_str(",\"unknown\":[{");
            self.place_members(out, open.origin());
            out.push_str(",\"element\":");
            write_string(out, open.element());
            out.push_str(",\"key\":");
            write_optional(out, open.key());
            out.push_str(",\"cause\":");
            write_string(out, open.cause().name());
            out.push_str("}]");
            // Anyone who looks for an answer and finds none finds out why, unless the request itself says that it does not know.
            if open.cause() != Cause::Unknown {
                out.push_str(",\"error\":");
                write_string(out, &format!("cannot be determined: {open}"));
            }
        }
        out.push_str(",\"depends_on\":[");
        for (number, found) in decision.depends_on().iter().enumerate() {
            out.push_str(if number == 0 { "{" } else { ",{" });
            self.dependency(out, found);
            out.push('}');
        }
        out.push(']');
        if let Some(note) = decision.note() {
            out.push_str(",\"note\":");
            write_string(out, &format!("{note}; see {}", note.page()));
            out.push_str(",\"note_code\":\"");
            out.push_str(note.name());
            out.push('"');
        }
    }

    fn dependency(&self, out: &mut String, found: &Dependency<'_>) {
        out.push_str("\"key\":");
        write_string(out, found.key());
        out.push_str(",\"lack\":\"");
        out.push_str(found.lack().name());
        out.push_str("\",\"statements\":[");
        for (number, &origin) in found.statements().iter().enumerate() {
            if number > 0 {
                out.push(',');
            }
            self.place(out, origin);
        }
        out.push(']');
    }

    pub(super) fn place(&self, out: &mut String, origin: Origin) {
        out.push('{');
        self.place_members(out, origin);
        out.push('}');
    }

    fn place_members(&self, out: &mut String, origin: Origin) {
        out.push_str("\"policy\":");
        write_number(out, origin.document);
        out.push_str(",\"kind\":\"");
        out.push_str(self.kind(origin));
        out.push_str("\",\"statement\":");
        write_number(out, origin.statement);
        out.push_str(",\"sid\":");
        write_optional(out, self.decision.sid(origin));
    }

    fn reason(&self) -> String {
        let decision = self.decision;
        let mut reason = decision
            .by()
            .map_or_else(String::new, |by| self.statement(by));
        match decision.reason() {
            Reason::Denied => reason.push_str(" denies it"),
            Reason::Granted | Reason::GrantedByResource { .. } => reason.push_str(" allows it"),
            Reason::Root => reason.push_str("the account's root user needs no statement"),
            Reason::NothingAllows => reason.push_str("no statement allows it"),
            Reason::IdentityDoesNotAllow => {
                reason.push_str(
                    "no identity policy allows it, and the resource belongs to another account",
                );
            }
            Reason::ResourceDoesNotAllow => {
                reason.push_str("no policy of the resource allows it, and one must");
            }
            Reason::BoundaryDoesNotAllow => {
                reason.push_str("the permissions boundary does not allow it");
            }
            Reason::SessionDoesNotAllow => reason.push_str("the session policies do not allow it"),
            Reason::EndpointDoesNotAllow => {
                reason.push_str("the policy of the VPC endpoint does not allow it");
            }
            Reason::ServiceControlDoesNotAllow { level } => {
                reason.push_str(&format!(
                    "no service control policy of level {level} allows it"
                ));
            }
            Reason::NeedsNoPermission => reason.push_str("the operation needs no permission"),
            Reason::RefusedToCaller => {
                reason.push_str(
                    "AWS lets no root user assume a role and no session get a session token",
                );
            }
            Reason::Undetermined(cause) => {
                reason.push_str(&format!(" may or may not apply: {cause}; {}", cause.help()));
            }
            // Reasons of a later runtime: what they come to is known.
            _ => reason.push_str(if decision.is_allowed() {
                "it is allowed"
            } else {
                "it is not allowed"
            }),
        }
        if self.several {
            reason.push_str(", on ");
            reason.push_str(decision.resource());
        }
        reason
    }

    /// The explanation, statement by statement.
    pub(super) fn statements(&self, out: &mut String) {
        for (number, statement) in self.decision.explain().statements().enumerate() {
            out.push_str(if number == 0 { "{" } else { ",{" });
            self.place_members(out, statement.origin());
            out.push_str(",\"effect\":\"");
            out.push_str(&statement.effect().to_string());
            out.push_str("\",\"failed\":");
            write_optional(out, statement.failed().map(|failed| failed.name()));
            out.push_str(",\"text\":");
            write_string(out, &statement.to_string());
            out.push('}');
        }
    }
}

/// The answers to one request.
#[derive(Clone, Copy)]
pub(super) struct Answers<'a> {
    pub(super) now: &'a Answer<'a>,
    pub(super) before: Option<&'a Answer<'a>>,
}

impl Answers<'_> {
    /// Whether the old and the new documents give different answers.
    pub(super) fn changed(&self) -> bool {
        self.before
            .is_some_and(|before| before.decision.verdict() != self.now.decision.verdict())
    }

    /// Writes the members of the answer.
    pub(super) fn write(&self, out: &mut String) {
        let Some(before) = self.before else {
            return self.now.members(out);
        };
        out.push_str(if self.changed() {
            "\"changed\":true,\"old\":{"
        } else {
            "\"changed\":false,\"old\":{"
        });
        before.members(out);
        out.push_str("},\"new\":{");
        self.now.members(out);
        out.push('}');
    }
}
