//! The configuration of each directory that an editor has open.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::documents::OpenFiles;
use crate::checking::Settings;
use crate::checking::baseline::Baseline;
use crate::config::{self, Config};

/// What a file is checked with.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) settings: Settings,
    pub(super) baseline: Option<Baseline>,
}

/// The directories that are open, and what their configurations say.
#[derive(Debug, Default)]
pub(super) struct Workspaces {
    pub(super) roots: Vec<PathBuf>,
    /// The configuration for all of them, where the command line names one.
    config: Option<PathBuf>,
    no_config: bool,
    known: HashMap<Option<PathBuf>, Known>,
}

#[derive(Debug)]
struct Known {
    stamps: Vec<Option<Stamp>>,
    rules: Arc<Rules>,
}

/// When a file was last changed, and how long it is.
type Stamp = (SystemTime, u64);

fn stamp(path: &Path) -> Option<Stamp> {
    let data = std::fs::metadata(path).ok()?;
    Some((data.modified().ok()?, data.len()))
}

impl Workspaces {
    pub(super) fn new(config: Option<PathBuf>, no_config: bool) -> Self {
        Self {
            config,
            no_config,
            ..Self::default()
        }
    }

    /// The file with the configuration for a file: the one that `check` finds when it runs in the root of the workspace.
    fn file(&self, path: &Path) -> Option<PathBuf> {
        if self.no_config {
            return None;
        }
        if let Some(file) = &self.config {
            return Some(file.clone());
        }
        let root = (self.roots.iter())
            .filter(|root| path.starts_with(root))
            .max_by_key(|root| root.as_os_str().len());
        let directory = match root {
            Some(root) => Some(root.as_path()),
            None => path.parent(),
        };
        config::nearest(directory?)
    }

    /// The configuration that names the catalogue, which is the same for all files.
    pub(super) fn first(&self) -> Result<Config, String> {
        let first = self
            .roots
            .first()
            .and_then(|root| self.file(&root.join("x")));
        first.map_or_else(|| Ok(Config::default()), config::read)
    }

    /// What a file is checked with, as the configuration is now.
    pub(super) fn rules(
        &mut self,
        path: &Path,
        open: &Arc<OpenFiles>,
    ) -> Result<Arc<Rules>, String> {
        let file = self.file(path);
        if let Some(known) = self.known.get(&file)
            && known.stamps == stamps(file.as_deref(), &known.rules.settings.config)
        {
            return Ok(Arc::clone(&known.rules));
        }
        // What cannot be used is read again the next time: whatever is wrong with it may have been repaired, in any file.
        self.known.remove(&file);
        let known = read(file.as_deref(), open)?;
        let rules = Arc::clone(&known.rules);
        self.known.insert(file, known);
        Ok(rules)
    }
}

/// The stamps of the files that the settings are made of.
fn stamps(file: Option<&Path>, config: &Config) -> Vec<Option<Stamp>> {
    [file, config.baseline.as_deref()]
        .map(|path| path.and_then(stamp))
        .to_vec()
}

fn read(file: Option<&Path>, open: &Arc<OpenFiles>) -> Result<Known, String> {
    // Before it is read: a change in between is seen the next time.
    let of_file = file.and_then(stamp);
    let config = file.map_or_else(
        || Ok(Config::default()),
        |file| config::read(file.to_path_buf()),
    )?;
    let mut stamps = stamps(None, &config);
    if let Some(first) = stamps.first_mut() {
        *first = of_file;
    }
    let baseline = (config.baseline.as_deref())
        .map(|path| Baseline::read(path, false))
        .transpose()?;
    let mut settings = Settings::validated(config)?;
    // What a fix does is compared with what was there.
    settings.keep = true;
    settings.sources = Arc::<OpenFiles>::clone(open);
    Ok(Known {
        stamps,
        rules: Arc::new(Rules { settings, baseline }),
    })
}
