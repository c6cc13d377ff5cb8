//! A replay over many files, on all cores, which can be interrupted and resumed file by file.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::decider::Sets;
use super::judge::Judge;
use super::partial::Partial;
use super::parts::{self, About};
use super::question::Question;
use crate::json_text::write_string;
use crate::terminal::Progress;
use crate::trail::events::{EventHash, Events};
use crate::trail::files::TrailFile;

/// Replays files and adds up what they come to.
pub(crate) fn run(
    question: &Question,
    files: &[TrailFile],
    resumed: Option<&Path>,
    progress: Progress,
) -> io::Result<Partial> {
    let sets = Sets::new(question);
    let about = About::of(question);
    let mut total = Partial::default();
    let mut left: Vec<&TrailFile> = files.iter().collect();
    let events = Events::default();
    let mut journal = None;
    if let Some(path) = resumed {
        let mut wanted: HashSet<String> = files.iter().filter_map(entry).collect();
        journal = Some(Journal::open(
            path,
            &about,
            &mut wanted,
            &mut total,
            &events,
        )?);
        left.retain(|file| entry(file).is_none_or(|entry| wanted.contains(&entry)));
    }
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(left.len())
        .max(1);
    let next = AtomicUsize::new(0);
    let shared = Mutex::new((total, journal, progress, Ok(())));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut judge = Judge::new(question, &sets, &events);
                loop {
                    let Some(file) = left.get(next.fetch_add(1, Ordering::Relaxed)) else {
                        return;
                    };
                    // As it was before it was read.
                    let entry = entry(file);
                    let (partial, read) = match resumed {
                        Some(_) => judge.file_with_events(file),
                        None => (judge.file(file), Vec::new()),
                    };
                    let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
                    let (total, journal, progress, failed) = &mut *shared;
                    if let (Some(journal), Some(entry), Ok(())) = (journal, entry, &failed) {
                        *failed = journal.write(&entry, &read, &about, &partial);
                    }
                    total.merge(partial);
                    if progress.advance(1) {
                        progress.show();
                    }
                }
            });
        }
    });
    let (total, _, mut progress, failed) =
        shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    progress.clear();
    failed.map(|()| total)
}

/// What a file is known by, on one line: its name, its size, and when it was changed. Standard input is not.
fn entry(file: &TrailFile) -> Option<String> {
    let (size, changed) = file.state()?;
    let mut name = String::new();
    write_string(&mut name, &file.name());
    Some(format!("{size} {changed} {name}"))
}

/// The file of a run that can be resumed: a line for each file that is done, with the events that were read from it.
struct Journal(File);

impl Journal {
    /// Adds up what is done of these files, takes them away from them, and goes on writing. A file of other policies or options is an
    /// error.
    fn open(
        path: &Path,
        about: &About,
        wanted: &mut HashSet<String>,
        total: &mut Partial,
        events: &Events,
    ) -> io::Result<Self> {
        let named = |error: &dyn std::fmt::Display| {
            io::Error::other(format!("{}: {error}", path.display()))
        };
        match File::open(path) {
            Ok(file) => {
                for line in BufReader::new(file).lines() {
                    let line = line.map_err(|error| named(&error))?;
                    let Some((entry, rest)) = line.split_once('\t') else {
                        continue;
                    };
                    let Some((read, result)) = rest.split_once('\t') else {
                        continue;
                    };
                    match parts::read(result) {
                        Ok((of, _)) if of.digest != about.digest => {
                            return Err(named(
                                &"this file is of a run with other policies, options, or another version; choose another file",
                            ));
                        }
                        Ok((_, partial)) => {
                            if wanted.remove(entry) {
                                total.merge(partial);
                                EventHash::read_all(read).for_each(|event| {
                                    events.is_new(event);
                                });
                            }
                        }
                        // The end of a line that an interrupted run began to write.
                        Err(_) => {}
                    }
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(named(&error)),
        }
        let opened = OpenOptions::new().create(true).append(true).open(path);
        let mut file = opened.map_err(|error| named(&error))?;
        // Ends a line that was interrupted.
        file.write_all(b"\n").map_err(|error| named(&error))?;
        Ok(Self(file))
    }

    fn write(
        &mut self,
        entry: &str,
        read: &[EventHash],
        about: &About,
        partial: &Partial,
    ) -> io::Result<()> {
        let mut line = format!("{entry}\t");
        read.iter().for_each(|event| event.write(&mut line));
        line.push('\t');
        line.push_str(&parts::write(about, partial));
        self.0.write_all(line.as_bytes())
    }
}
