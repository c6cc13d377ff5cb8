//! `rekognition-iam man`: the manual, as one page or as a page for each command.

use std::fs;
use std::io;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man;
use rekognition_iam_codegen::replace::replace;

use crate::terminal::{CLEAN, UNUSABLE, complain, print};

/// What the manual is written to.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples: rekognition-iam man > rekognition-iam.1\n          rekognition-iam man ~/.local/share/man/man1"
)]
pub(crate) struct ManArgs {
    /// Directory to write a page for each command to; by default, print the whole manual as one page
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
}

pub(crate) fn run(arguments: &ManArgs, command: Command) -> io::Result<u8> {
    let Some(directory) = &arguments.directory else {
        return print(&whole(&command)?);
    };
    let written = fs::create_dir_all(directory).and_then(|()| {
        for (name, page) in pages(command)? {
            replace(&directory.join(name), &page)?;
        }
        Ok(())
    });
    match written {
        Ok(()) => Ok(CLEAN),
        Err(error) => {
            let directory = directory.display();
            complain(&format!("cannot write the manual to {directory}: {error}"));
            Ok(UNUSABLE)
        }
    }
}

/// The manual as one page: the subcommands have few options each.
fn whole(command: &Command) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    Man::new(command.clone()).render(&mut out)?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let name = format!("rekognition-iam-{}", sub.get_name());
        let page = Man::new(sub.clone().name(name));
        page.render_synopsis_section(&mut out)?;
        page.render_description_section(&mut out)?;
        page.render_options_section(&mut out)?;
    }
    Ok(out)
}

/// File names and pages of the command and of each subcommand, as `git help` and `man` look for them.
fn pages(command: Command) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let subs: Vec<Command> = (command.get_subcommands())
        .filter(|sub| !sub.is_hide_set())
        .cloned()
        .collect();
    let mut pages = Vec::new();
    for command in subs.into_iter().chain([command]) {
        let man = Man::new(command);
        let mut page = Vec::new();
        man.render(&mut page)?;
        pages.push((man.get_filename(), page));
    }
    Ok(pages)
}
