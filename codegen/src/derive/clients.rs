//! The clients of services without a module in Rust: which crate has which operations, and what these authorize.
//!
//! `codegen/data/clients.txt` has a section for each client, which begins with its name, its crate, and the prefix of its
//! service. An operation authorizes the action of its own name unless a line says otherwise. Fields are separated by tabs: the
//! operation; the actions that it authorizes, of other services with their prefix, or `-` where AWS has published none; and the
//! members of its request that can name a resource, with a `*` behind those that are required.
//!
//! ```text
//! client<TAB>translate<TAB>aws-sdk-translate<TAB>translate
//! StartTextTranslationJob<TAB>:StartTextTranslationJob iam:PassRole>translate.amazonaws.com?data_access_role_arn*<TAB>job_name
//! ```
//!
//! The line of a waiter has `=` and the operation that it calls. Behind an action, `>` has the services that a role is passed to, and `?` the members that make the action necessary. An
//! action in addition to the operation's own without either is needed by some requests, and AWS does not say by which. Where no action
//! has the operation's name, a `!` is at the end of the one that each request needs.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use rekognition_iam_runtime::catalogue::{self, AuthorizedAction, Operation, Service};

use super::spelling::snake;

const CLIENTS: &str = include_str!("../../data/clients.txt");

/// When a request has a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// In the table with a `*` behind.
    Always,
    /// Whenever it has the structure around it; with a `!` behind.
    WithItsStructure,
    Sometimes,
}

/// A client of a service without a module.
#[derive(Debug)]
pub(super) struct Client {
    /// AWS's name: `translate`.
    pub(super) name: &'static str,
    prefix: &'static str,
    lines: &'static str,
    /// By method.
    operations: OnceLock<BTreeMap<&'static str, Entry>>,
}

/// An operation of a client.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) operation: &'static Operation,
    /// What it authorizes in addition to its base actions.
    pub(super) more: Vec<More>,
    /// What can name a resource, with whether it is required.
    members: HashMap<&'static str, bool>,
}

/// An action that some requests of an operation need.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct More {
    /// The prefix of the action's service.
    pub(super) service: &'static str,
    pub(super) action: &'static str,
    /// The services that a role is passed to.
    pub(super) to: Vec<String>,
    /// Whether each request needs it.
    is_main: bool,
    /// The paths of the members that make it necessary.
    pub(super) when: Vec<(Vec<String>, Given)>,
}

/// All clients, by their crates in source code.
fn clients() -> &'static HashMap<String, Client> {
    static CLIENTS_READ: OnceLock<HashMap<String, Client>> = OnceLock::new();
    CLIENTS_READ.get_or_init(|| {
        (CLIENTS.split("\nclient\t").skip(1))
            .filter_map(|section| {
                let (head, lines) = section.split_once('\n').unwrap_or((section, ""));
                let mut fields = head.split('\t');
                let (name, package, prefix) = (fields.next()?, fields.next()?, fields.next()?);
                let client = Client {
                    name,
                    prefix,
                    lines,
                    operations: OnceLock::new(),
                };
                Some((package.replace('-', "_"), client))
            })
            .collect()
    })
}

/// The client of a crate, by its name in source code.
pub(super) fn of_crate(krate: &str) -> Option<&'static Client> {
    clients().get(krate)
}

/// The crates of the clients that AWS calls this, or whose actions have this prefix; in source code.
pub(super) fn crates_of(name: &str) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = (clients().iter())
        .filter(|(_, client)| client.name == name || client.prefix == name)
        .map(|(krate, _)| krate.as_str())
        .collect();
    found.sort_unstable();
    found
}

/// AWS's names of all clients.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    clients().values().map(|client| client.name)
}

impl Client {
    /// The service of the client's actions, where the catalogue has it.
    pub(super) fn service(&self) -> Option<&'static Service> {
        catalogue::service(self.prefix)
    }

    /// The operations by the names of their methods: all actions of the service are treated as operations, since source that
    /// compiles calls only those that the client has.
    pub(super) fn operations(&'static self) -> &'static BTreeMap<&'static str, Entry> {
        self.operations.get_or_init(|| {
            let Some(service) = self.service() else {
                return BTreeMap::new();
            };
            let mut found: BTreeMap<&'static str, Entry> = (service.actions.iter())
                .map(|action| self.entry(service, action.name, "", ""))
                .collect();
            for line in self.lines.lines() {
                let mut fields = line.split('\t');
                let mut next = || fields.next().unwrap_or_default();
                let (operation, actions, members) = (next(), next(), next());
                if actions.starts_with('=') {
                    continue;
                }
                let (method, entry) = self.entry(service, operation, actions, members);
                found.insert(method, entry);
            }
            found
        })
    }

    /// The waiters by the names of their methods, with the operation that each calls.
    pub(super) fn waiters(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        (self.lines.lines()).filter_map(|line| line.split_once("\t="))
    }

    fn entry(
        &self,
        service: &'static Service,
        operation: &'static str,
        actions: &'static str,
        members: &'static str,
    ) -> (&'static str, Entry) {
        let all: Vec<More> = match actions {
            "-" => Vec::new(),
            "" => vec![More::read(operation, service.prefix)],
            actions => (actions.split(' '))
                .map(|action| More::read(action, service.prefix))
                .collect(),
        };
        // Of the service itself, or of another as of `es` for `opensearch`.
        let is_own = |more: &More| more.action == operation || more.is_main;
        let has_own = all.iter().any(is_own);
        let is_free = |more: &&More| more.when.is_empty() && more.action != "PassRole";
        let only = all.iter().filter(is_free).count() == 1;
        let (base, more): (Vec<More>, Vec<More>) =
            (all.into_iter()).partition(|more| is_own(more) || !has_own && only && is_free(&more));
        let authorizes: Vec<AuthorizedAction> = (base.iter())
            .map(|more| AuthorizedAction {
                service: more.service,
                name: more.action,
                context: &[],
            })
            .collect();
        let method: &'static str = Box::leak(snake(operation).into_boxed_str());
        let sdk: Vec<(&'static str, &'static str)> = vec![(self.name, method)];
        // Once in the life of the program, for each client that it asks for.
        let operation = Box::leak(Box::new(Operation {
            name: operation,
            sdk: Box::leak(sdk.into_boxed_slice()),
            authorizes: Box::leak(authorizes.into_boxed_slice()),
        }));
        let members = (members.split_whitespace())
            .map(|member| match member.strip_suffix('*') {
                Some(member) => (member, true),
                None => (member, false),
            })
            .collect();
        let entry = Entry {
            operation,
            more,
            members,
        };
        (method, entry)
    }
}

impl Entry {
    /// Whether a request has a member that can name a resource, and whether that is required.
    pub(super) fn member(&self, field: &str) -> Option<bool> {
        self.members.get(field).copied()
    }

    /// The member that has this name but for its underscores: AWS's types are `targetgroup` where a setter is `target_group_arn`.
    pub(super) fn like(&self, field: &str) -> Option<&'static str> {
        let plain = |name: &str| name.replace('_', "");
        let wanted = plain(field);
        let mut found: Vec<&'static str> = (self.members.keys().copied())
            .filter(|member| plain(member) == wanted)
            .collect();
        found.sort_unstable();
        found.first().copied()
    }

    /// How much is known of the operation.
    pub(super) fn size(&self) -> usize {
        self.members.len() + self.more.len()
    }

    /// The members that can name a resource, by name, with whether each is required.
    pub(super) fn members(&self) -> Vec<(String, bool)> {
        let mut members: Vec<(String, bool)> = (self.members.iter())
            .map(|(name, required)| ((*name).to_owned(), *required))
            .collect();
        members.sort();
        members
    }
}

impl More {
    /// `:TagResource?tags`, `iam:PassRole>translate.amazonaws.com?data_access_role_arn*`, `TranslateText`
    fn read(text: &'static str, prefix: &'static str) -> Self {
        let (text, is_main) = match text.strip_suffix('!') {
            Some(text) => (text, true),
            None => (text, false),
        };
        let (text, when) = text.split_once('?').unwrap_or((text, ""));
        let (text, to) = text.split_once('>').unwrap_or((text, ""));
        let (service, action) = match text.split_once(':') {
            Some(("", action)) => (prefix, action),
            Some((service, action)) => (service, action),
            None => (prefix, text),
        };
        let items = |list: &'static str| list.split(',').filter(|item| !item.is_empty());
        Self {
            service,
            action,
            is_main,
            to: items(to).map(str::to_owned).collect(),
            when: (items(when))
                .map(|path| {
                    let (path, given) = match path.strip_suffix('*') {
                        Some(path) => (path, Given::Always),
                        None => (path, Given::Sometimes),
                    };
                    (path.split('.').map(str::to_owned).collect(), given)
                })
                .collect(),
        }
    }
}
