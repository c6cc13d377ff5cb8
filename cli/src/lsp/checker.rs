//! Checks texts while the server answers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::documents::Document;
use super::workspaces::Rules;
use crate::checking;
use crate::input::files::Input;
use crate::report::finding::{FileReport, Unusable};

/// A text to check.
#[derive(Debug)]
struct Job {
    uri: String,
    revision: u64,
    text: Arc<str>,
    input: Input,
    rules: Arc<Rules>,
}

/// What was found in a text.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) uri: String,
    pub(super) revision: u64,
    pub(super) report: Arc<FileReport>,
}

/// A thread that checks one text after the other.
#[derive(Debug)]
pub(super) struct Checker(Sender<Job>);

impl Checker {
    /// `done` is called with each result, on that thread.
    pub(super) fn start(done: impl Fn(Checked) + Send + 'static) -> Self {
        let (sender, receiver) = channel();
        thread::spawn(move || work(&receiver, done));
        Self(sender)
    }

    pub(super) fn check(&self, document: &Document, rules: Arc<Rules>) {
        // The thread ends with the server.
        let _ = self.0.send(Job {
            uri: document.uri.as_str().to_string(),
            revision: document.revision,
            text: Arc::clone(&document.text),
            input: document.input.clone(),
            rules,
        });
    }
}

fn work(receiver: &Receiver<Job>, done: impl Fn(Checked)) {
    let mut waiting: Vec<Job> = Vec::new();
    while let Some(first) = (!waiting.is_empty())
        .then(|| waiting.remove(0))
        .or_else(|| receiver.recv().ok())
    {
        let mut next = first;
        // Only the last text of each file matters.
        for job in receiver.try_iter() {
            if job.uri == next.uri {
                next = job;
            } else if let Some(known) = waiting.iter_mut().find(|known| known.uri == job.uri) {
                *known = job;
            } else {
                waiting.push(job);
            }
        }
        let report = Arc::new(report(&next.text, &next.input, &next.rules));
        done(Checked {
            uri: next.uri,
            revision: next.revision,
            report,
        });
    }
}

/// What `check` finds in a text.
pub(super) fn report(text: &str, input: &Input, rules: &Rules) -> FileReport {
    let checked = || {
        let mut report = checking::check_open(text.to_string(), input, &rules.settings);
        if let Some(baseline) = &rules.baseline {
            baseline.accept(&mut report);
        }
        report
    };
    // A bug must not end the session of an editor.
    catch_unwind(AssertUnwindSafe(checked)).unwrap_or_else(|_| FileReport {
        name: input.name(),
        text: text.to_string(),
        unusable: Some(Unusable::whole(
            "this text cannot be checked; this is a bug in rekognition-iam".to_string(),
        )),
        ..FileReport::default()
    })
}
