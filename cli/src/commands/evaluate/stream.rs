//! `evaluate --stdin`: a line of standard input holds one request or several.

use std::collections::BTreeSet;
use std::io;

use rekognition_iam_runtime::evaluate::{Attached, Prepared};

use super::answer::{Answer, Answers};
use super::policies::{Policies, policy};
use super::question::{Asked, Question};
use super::summary::Summary;
use crate::json_lines::{self, Failure, Line, LineArgs, Wrong};
use crate::terminal::{CLEAN, UNUSABLE, print};

/// The documents of the command line: one set, or the old and the new one.
pub(super) struct Sides<'a> {
    /// The set, or the new one.
    now: Side<'a>,
    before: Option<Side<'a>>,
}

struct Side<'a> {
    attached: &'a [Attached<'static>],
    prepared: Prepared<'a>,
    open: &'a BTreeSet<String>,
}

impl<'a> Side<'a> {
    fn new(policies: &'a Policies) -> Self {
        Self {
            attached: &policies.attached,
            prepared: Prepared::new(&policies.attached),
            open: &policies.open,
        }
    }

    /// Puts a question to these documents and more.
    fn ask<T>(
        &self,
        more: &[Attached<'_>],
        question: &Question<'_>,
        read: impl FnOnce(&Answer<'_>) -> T,
    ) -> T {
        let several = question.resources.len() > 1;
        if more.is_empty() {
            return question.ask(Asked::Prepared(&self.prepared), self.open, |decision| {
                read(&Answer {
                    decision: &decision,
                    attached: self.attached,
                    several,
                })
            });
        }
        let all: Vec<Attached<'_>> = (self.attached.iter().map(Attached::borrowed))
            .chain(more.iter().map(Attached::borrowed))
            .collect();
        question.ask(Asked::Once(&all), self.open, |decision| {
            read(&Answer {
                decision: &decision,
                attached: &all,
                several,
            })
        })
    }
}

impl<'a> Sides<'a> {
    pub(super) fn new(now: &'a Policies, before: Option<&'a Policies>) -> Self {
        Self {
            now: Side::new(now),
            before: before.map(Side::new),
        }
    }

    /// Puts a question to all documents.
    pub(super) fn ask<T>(
        &self,
        more: &[Attached<'_>],
        question: &Question<'_>,
        read: impl FnOnce(Answers<'_>) -> T,
    ) -> T {
        self.now.ask(more, question, |now| match &self.before {
            None => read(Answers { now, before: None }),
            Some(side) => side.ask(more, question, |before| {
                read(Answers {
                    now,
                    before: Some(before),
                })
            }),
        })
    }
}

/// What a line asks.
struct Asks<'t> {
    id: Option<&'t str>,
    more: Vec<Attached<'static>>,
    questions: Vec<Question<'t>>,
    /// Whether the answers are in a list.
    several: bool,
}

impl<'t> Asks<'t> {
    /// Reads a line. Without documents of the command line it has to have its own.
    fn read(line: &Line<'t>, without: bool) -> Result<Self, Failure<'t>> {
        const NAMES: [&str; 3] = ["policies", "request", "requests"];
        let (mut more, mut questions) = (Vec::new(), Vec::new());
        let (id, seen) = line.members(&NAMES, |lexer, name| match name {
            "policies" => json_lines::items(lexer, "`policies`", |lexer, number| {
                more.push(policy(lexer, number)?);
                Ok(())
            }),
            "request" => {
                questions.push(Question::read(lexer, "request")?);
                Ok(())
            }
            _ => json_lines::items(lexer, "`requests`", |lexer, number| {
                questions.push(Question::read(lexer, &format!("requests[{number}]"))?);
                Ok(())
            }),
        })?;
        let has = |bit: u32| seen & (1 << bit) != 0;
        let wrong = if without && !has(0) {
            Some("the line has no member `policies`; add it, or give --policy")
        } else if !has(1) && !has(2) {
            Some("the line has no member `request`")
        } else if has(1) && has(2) {
            Some("the line has both `request` and `requests`; put all requests into `requests`")
        } else {
            None
        };
        match wrong {
            Some(wrong) => Err(line.refuse(Wrong::new(0, wrong))),
            None => Ok(Self {
                id,
                more,
                questions,
                several: has(2),
            }),
        }
    }
}

/// Answers each line with a line.
pub(super) fn lines(sides: &Sides<'_>, arguments: LineArgs, only_changed: bool) -> io::Result<u8> {
    json_lines::answer(arguments, |line, out| {
        answer(sides, only_changed, line, out)
    })
}

/// Answers one question.
#[cfg(feature = "mcp")]
pub(super) fn ask(sides: &Sides<'_>, question: &str) -> Result<String, String> {
    json_lines::answer_one(question, |line, out| answer(sides, false, line, out))
}

fn answer<'t>(
    sides: &Sides<'_>,
    only_changed: bool,
    line: &Line<'t>,
    out: &mut String,
) -> Result<Option<&'t str>, Failure<'t>> {
    let asks = Asks::read(line, sides.now.attached.is_empty())?;
    let mut changed = false;
    if asks.several {
        out.push_str("\"answers\":[");
    }
    for (number, question) in asks.questions.iter().enumerate() {
        if asks.several {
            out.push_str(if number == 0 { "{" } else { ",{" });
        }
        sides.ask(&asks.more, question, |answers| {
            changed |= answers.changed();
            answers.write(out);
        });
        if asks.several {
            out.push('}');
        }
    }
    if asks.several {
        out.push(']');
    }
    if only_changed && !changed {
        out.clear();
    }
    Ok(asks.id)
}

/// Counts the answers, and prints the counts at the end.
pub(super) fn summary(sides: &Sides<'_>, arguments: LineArgs) -> io::Result<u8> {
    let without = sides.now.attached.is_empty();
    let mut summary = Summary::default();
    let mut code = CLEAN;
    json_lines::each(|line, _| match Asks::read(line, without) {
        Ok(asks) => {
            summary.line();
            for question in &asks.questions {
                sides.ask(&asks.more, question, |answers| {
                    summary.add(&question.action, answers, asks.id);
                });
            }
        }
        Err(failure) => {
            summary.line();
            summary.fail(&failure);
            if !arguments.keep_going {
                code = UNUSABLE;
            }
        }
    })?;
    print(format!("{summary}\n").as_bytes())?;
    Ok(code)
}
