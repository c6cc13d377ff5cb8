//! A command line of the AWS CLI, read as text. It is never run, and files that it names are not read.
//!
//! See <https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-commandstructure.html>.

use rekognition_iam_runtime::suggest;

use super::shell::{self, Word, plain};
use super::values::{self, Given};
use super::{Asked, Call, bare, call, operation, problem};
use crate::derive::call::How;
use crate::derive::needs;
use crate::derive::sdk::{Op, Sdk};
use crate::derive::spelling::snake;
use crate::derive::value::{Piece, Value};
use crate::derive::{clients, members};
use crate::export::Error;

/// Options of every command that are about the command line and not about the request, with whether a value follows. See
/// <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-options.html>.
const GLOBAL: [(&str, bool); 24] = [
    ("ca-bundle", true),
    ("cli-auto-prompt", false),
    ("cli-binary-format", true),
    ("cli-connect-timeout", true),
    ("cli-error-format", true),
    ("cli-input-yaml", true),
    ("cli-read-timeout", true),
    ("color", true),
    ("debug", false),
    ("endpoint-url", true),
    ("generate-cli-skeleton", true),
    ("max-items", true),
    ("no-cli-auto-prompt", false),
    ("no-cli-pager", false),
    ("no-paginate", false),
    ("no-sign-request", false),
    ("no-verify-ssl", false),
    ("output", true),
    ("page-size", true),
    ("profile", true),
    ("query", true),
    ("region", true),
    ("starting-token", true),
    ("version", false),
];

/// Whether a text has a command of the AWS CLI.
pub(super) fn is_command(text: &str) -> bool {
    shell::commands(text)
        .iter()
        .any(|words| start(words).is_some())
}

/// Where the words after `aws` begin. Assignments, prompts and keywords may come before it.
fn start(words: &[Word]) -> Option<usize> {
    let before = |word: &Word| match plain(word) {
        Some(
            "$" | "%" | "do" | "then" | "else" | "time" | "sudo" | "exec" | "command" | "!" | "{",
        ) => true,
        Some(text) => is_assignment(text),
        None => matches!(word.first(), Some(Piece::Text(text)) if is_assignment(text)),
    };
    let at = words.iter().position(|word| !before(word))?;
    let name = words.get(at).and_then(plain)?;
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    matches!(name, "aws" | "aws.exe" | "awslocal").then_some(at + 1)
}

fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && (name.bytes()).all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

pub(super) fn read(text: &str) -> Result<Asked, Error> {
    let commands = shell::commands(text);
    // Any word may be the name of a service: options come before it, too.
    let words = commands.iter().flatten().filter_map(plain);
    let crates: Vec<&str> = words.flat_map(clients::crates_of).collect();
    let sdk = Sdk::new(crates);
    let mut asked = Asked {
        calls: Vec::new(),
        notes: Vec::new(),
    };
    for words in commands {
        let Some(start) = start(&words) else {
            continue;
        };
        let (before, words) = words.split_at_checked(start).unwrap_or_default();
        let mut command = Command {
            sdk: &sdk,
            region: region_of(before),
            notes: Vec::new(),
        };
        let call = command.read(words)?;
        asked.calls.push(call);
        asked.notes.append(&mut command.notes);
    }
    Ok(asked)
}

/// The region of assignments before a command.
fn region_of(words: &[Word]) -> Option<String> {
    words.iter().rev().find_map(|word| {
        let (name, value) = plain(word)?.split_once('=')?;
        matches!(name, "AWS_REGION" | "AWS_DEFAULT_REGION").then(|| value.to_owned())
    })
}

struct Command<'s> {
    sdk: &'s Sdk,
    region: Option<String>,
    notes: Vec<String>,
}

impl Command<'_> {
    fn read(&mut self, words: &[Word]) -> Result<Call, Error> {
        let mut names: Vec<&str> = Vec::new();
        let mut options: Vec<(String, Vec<&Word>)> = Vec::new();
        let mut at = 0;
        let mut attached: Vec<(String, Word)> = Vec::new();
        while let Some(word) = words.get(at) {
            at += 1;
            let Some((option, value)) = option(word) else {
                // Names come first; what follows options is a file for the output.
                if options.is_empty() || names.len() < 2 {
                    match plain(word) {
                        Some(name) => names.push(name),
                        None => {
                            return Err(problem("the command's name is filled in by the shell")
                                .help("write the names of the service and the operation")
                                .into());
                        }
                    }
                }
                continue;
            };
            if let Some(value) = value {
                attached.push((option.clone(), value));
                continue;
            }
            let global = GLOBAL.iter().find(|(name, _)| *name == option);
            // Lists have names in the plural; whatever else follows a value is not part of it.
            let most = match global {
                Some((_, false)) => 0,
                Some((_, true)) => 1,
                None if option.ends_with('s') => usize::MAX,
                None => 1,
            };
            let mut given = Vec::new();
            while given.len() < most
                && let Some(word) = words.get(at).filter(|word| self::option(word).is_none())
            {
                given.push(word);
                at += 1;
            }
            options.push((option, given));
        }
        let op = self.op(&names)?;
        self.fields(op, options, &attached)
    }

    /// The operation of a command.
    fn op(&self, names: &[&str]) -> Result<(Op, How), Error> {
        let (Some(service), Some(name)) = (names.first(), names.get(1)) else {
            return Err(problem("the command line names no operation")
                .help("write it as `aws rekognition detect-labels ..`")
                .into());
        };
        if *service == "s3" {
            return Err(problem(format!(
                "`aws s3 {name}` is a command of the CLI's own that calls several operations"
            ))
            .help("ask for the operations that it calls, such as `aws s3api get-object`")
            .into());
        }
        let client = match *service {
            "s3api" => "s3",
            name => name,
        };
        let Some(client) = self.sdk.named(client) else {
            return Err(operation::unknown_service(service, self.sdk).into());
        };
        let waiter = (*name == "wait").then(|| names.get(2).copied().unwrap_or_default());
        let method = match waiter {
            Some(waiter) => format!("wait_until_{}", waiter.replace('-', "_")),
            None => name.replace('-', "_"),
        };
        let found = match waiter {
            Some(_) => self.sdk.waiter(client, &method).map(|op| (op, How::Waiter)),
            None => self.sdk.method(client, &method).map(|op| (op, How::Method)),
        };
        found.ok_or_else(|| {
            let known: Vec<&str> = match waiter {
                Some(_) => self.sdk.waiters(client).collect(),
                None => self.sdk.operations(client).map(|op| op.method).collect(),
            };
            let shown = waiter.unwrap_or(name);
            match suggest::nearest(&method, known) {
                Some(near) => {
                    let near = near.strip_prefix("wait_until_").unwrap_or(near);
                    problem(format!("`aws {service}` has no command `{shown}`"))
                        .help(format!("did you mean `{}`?", near.replace('_', "-")))
                }
                // The CLI has commands of its own, such as `aws logs tail`.
                None => problem(format!(
                    "the catalogue has no operation for `aws {service} {shown}`"
                ))
                .help("if it is one of the CLI's own commands, ask for the operations that it calls, such as `aws logs filter-log-events`"),
            }
            .into()
        })
    }

    fn fields(
        &mut self,
        (op, how): (Op, How),
        options: Vec<(String, Vec<&Word>)>,
        attached: &[(String, Word)],
    ) -> Result<Call, Error> {
        let members = members::of_operation(op);
        let mut fields: Vec<(String, Value)> = Vec::new();
        let mut all: Vec<(String, Vec<&Word>)> = options;
        all.extend(
            attached
                .iter()
                .map(|(name, word)| (name.clone(), vec![word])),
        );
        let mut any = false;
        let mut unread = false;
        let mut inputs = Vec::new();
        for (option, words) in &all {
            match option.as_str() {
                "region" => {
                    self.region = (words.first())
                        .and_then(|word| plain(word))
                        .map(str::to_owned);
                    continue;
                }
                "cli-input-json" => {
                    any = true;
                    match words.first().and_then(|word| values::object(word)) {
                        Some(members) => inputs.extend(members),
                        None => {
                            unread = true;
                            self.notes.push(
                                "the input of `--cli-input-json` is not read: it is a file, or not a JSON object"
                                    .to_owned(),
                            );
                        }
                    }
                    continue;
                }
                "cli-input-yaml" => {
                    any = true;
                    unread = true;
                    self.notes
                        .push("the input of `--cli-input-yaml` is not read".to_owned());
                    continue;
                }
                option if GLOBAL.iter().any(|(name, _)| *name == option) => continue,
                _ => {}
            }
            any = true;
            let Some(name) = member(option, &members) else {
                self.unknown(op, option, words, &members, &mut fields);
                continue;
            };
            let is_text = needs::names_directly(op, &name);
            let given: Vec<Given> = words
                .iter()
                .map(|word| values::read(word, is_text))
                .collect();
            for file in given.iter().filter_map(|given| match given {
                Given::File(file) => Some(file),
                Given::Text(_) | Given::Structure(_) | Given::List(_) | Given::Unread => None,
            }) {
                self.notes
                    .push(format!("`{file}`, the value of `--{option}`, is not read"));
            }
            if given.contains(&Given::Unread) {
                self.notes.push(format!(
                    "the value of `--{option}` is not read: it begins as JSON does and is not JSON; the shell removes quotes \
                     that are not quoted themselves"
                ));
            }
            set(&mut fields, &name, given, is_text);
        }
        for (written, value) in inputs {
            let name = snake(&written);
            // Options override the input.
            if fields.iter().any(|(field, _)| *field == name) {
                continue;
            }
            if !members.iter().any(|(known, _)| *known == name) {
                self.notes
                    .push(format!("`{written}` is not a member of the request"));
                continue;
            }
            fields.push((name, value));
        }
        if !any {
            return Ok(Call {
                region: self.region.clone(),
                ..bare(op, how)
            });
        }
        let mut sdk = call(op, how, fields);
        sdk.open = unread;
        Ok(Call {
            sdk,
            bare: false,
            region: self.region.clone(),
        })
    }

    /// An option that is not a member of the request: one that the CLI adds, or a typing mistake.
    fn unknown(
        &mut self,
        op: Op,
        option: &str,
        words: &[&Word],
        members: &[(String, bool)],
        fields: &mut Vec<(String, Value)>,
    ) {
        // `--image-bytes fileb://..` is the image without an object in S3.
        let bytes = option
            .strip_suffix("-bytes")
            .and_then(|name| member(name, members));
        if let Some(name) = bytes {
            let inner = vec![("Bytes".to_owned(), Value::Unknown)];
            fields.push((name.clone(), values::built(&name, inner)));
            return;
        }
        let names = members.iter().map(|(name, _)| name.as_str());
        let near = suggest::nearest(&option.replace('-', "_"), names);
        let help = near.map_or_else(String::new, |near| {
            format!("; did you mean `--{}`?", near.replace('_', "-"))
        });
        let values = match words.is_empty() {
            true => "",
            false => ", and its value was not used",
        };
        // Of a service without a module, the catalogue has only the members that can name a resource.
        let what = match op.other {
            Some(_) => "is not a member that the catalogue knows to name a resource",
            None => "is not a member of the request",
        };
        self.notes
            .push(format!("`--{option}` {what}{values}{help}"));
    }
}

/// The name of an option, and its value where the two are one word.
fn option(word: &Word) -> Option<(String, Option<Word>)> {
    let (first, rest) = word.split_first()?;
    let Piece::Text(text) = first else {
        return None;
    };
    let text = text.strip_prefix("--")?;
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && (name.bytes()).all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match text.split_once('=') {
        Some((name, value)) if is_name(name) => {
            let mut word = Word::new();
            if !value.is_empty() {
                word.push(Piece::Text(value.into()));
            }
            word.extend(rest.iter().cloned());
            Some((name.to_owned(), Some(word)))
        }
        _ => (rest.is_empty() && is_name(text)).then(|| (text.to_owned(), None)),
    }
}

/// The member of an option. The CLI divides some names into words in another way, and has `--no-..` for Booleans.
fn member(option: &str, members: &[(String, bool)]) -> Option<String> {
    let find = |option: &str| {
        let plain = option.replace('-', "");
        (members.iter())
            .find(|(name, _)| name.replace('_', "") == plain)
            .map(|(name, _)| name.clone())
    };
    find(option).or_else(|| find(option.strip_prefix("no-")?))
}

/// Sets a member as a chain of setters does.
fn set(fields: &mut Vec<(String, Value)>, name: &str, given: Vec<Given>, is_text: bool) {
    // Maps whose keys name resources, and maps of attributes.
    for one in &given {
        if let Given::Structure(members) = one {
            for (key, value) in members {
                fields.push((format!("{name}:{key}"), value.clone()));
            }
        }
    }
    let values: Vec<Value> = (given.into_iter())
        .flat_map(|given| match given {
            Given::Structure(members) if is_text => (members.into_iter())
                .map(|(key, _)| Value::text(key))
                .collect(),
            given => vec![given.value(name)],
        })
        .collect();
    let value = match values.is_empty() {
        true => Value::text("true"),
        false => Value::any(values),
    };
    fields.push((name.to_owned(), value));
}
