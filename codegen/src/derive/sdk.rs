//! The AWS SDK for Rust: its clients, their methods, and the operations behind them, as the catalogue has them.

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use rekognition_iam_runtime::catalogue::{self, Operation, Service};

use super::{clients, members};
use crate::export::json;

/// The Rust crate of each SDK client.
const CRATES: &str = include_str!("../../data/sdk-crates.json");
/// The operation behind each waiter of an SDK client.
const WAITERS: &str = include_str!("../../data/waiters.json");
/// A client, by its number.
pub(super) type Client = usize;

/// All clients that the catalogue has operations of.
#[derive(Debug)]
pub(super) struct Sdk {
    clients: Vec<ClientInfo>,
    /// By the name of a crate in source code.
    by_crate: HashMap<String, Client>,
}

#[derive(Debug)]
struct ClientInfo {
    /// AWS's name: `rekognition`, `events`.
    name: String,
    /// The package: `aws-sdk-rekognition`.
    package: String,
    methods: HashMap<&'static str, Op>,
    waiters: HashMap<String, Op>,
}

/// An operation of a client.
#[derive(Clone, Copy)]
pub(super) struct Op {
    pub(super) client: Client,
    /// AWS's name of the client.
    pub(super) client_name: &'static str,
    pub(super) service: &'static Service,
    pub(super) operation: &'static Operation,
    /// The client's method.
    pub(super) method: &'static str,
    /// Of a service without a module.
    pub(super) other: Option<&'static clients::Entry>,
}

impl fmt::Debug for Op {
    /// The names alone: the service's tables have thousands of lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service.prefix, self.operation.name)
    }
}

impl PartialEq for Op {
    fn eq(&self, other: &Self) -> bool {
        self.client == other.client && self.method == other.method
    }
}

impl Sdk {
    /// The SDK, with these crates next to those that the catalogue has operations of.
    pub(super) fn new<'n>(more: impl IntoIterator<Item = &'n str>) -> Self {
        let (crates, waiters) = data();
        let mut clients: Vec<ClientInfo> = Vec::new();
        for (name, package) in strings(crates, "crates") {
            clients.push(ClientInfo {
                name,
                package,
                methods: HashMap::new(),
                waiters: HashMap::new(),
            });
        }
        let known: HashMap<String, Client> = (clients.iter().enumerate())
            .map(|(number, client)| (client.name.clone(), number))
            .collect();
        for service in catalogue::services_with_module() {
            for operation in service.operations {
                for (name, method) in operation.sdk {
                    let Some(&number) = known.get(*name) else {
                        continue;
                    };
                    let op = Op {
                        client: number,
                        client_name: name,
                        service,
                        operation,
                        method,
                        other: None,
                    };
                    if let Some(client) = clients.get_mut(number) {
                        client.methods.insert(method, op);
                    }
                }
            }
        }
        for client in &mut clients {
            for (waiter, operation) in strings(waiters, &client.name) {
                let op = (client.methods.values()).find(|op| op.operation.name == operation);
                if let Some(op) = op.copied() {
                    client.waiters.insert(format!("wait_until_{waiter}"), op);
                }
            }
        }
        let mut by_crate: HashMap<String, Client> = (clients.iter().enumerate())
            .map(|(number, client)| (client.package.replace('-', "_"), number))
            .collect();
        for krate in more {
            if let Some(service) = krate.strip_prefix("aws_sdk_")
                && !by_crate.contains_key(krate)
            {
                let number = clients.len();
                by_crate.insert(krate.to_owned(), number);
                let other = clients::of_crate(krate);
                clients.push(ClientInfo {
                    name: other.map_or(service, |other| other.name).to_owned(),
                    package: krate.replace('_', "-"),
                    methods: other.map_or_else(HashMap::new, |other| methods(number, other)),
                    waiters: HashMap::new(),
                });
                if let (Some(other), Some(client)) = (other, clients.last_mut()) {
                    for (waiter, operation) in other.waiters() {
                        let op =
                            (client.methods.values()).find(|op| op.operation.name == operation);
                        if let Some(op) = op.copied() {
                            client.waiters.insert(waiter.to_owned(), op);
                        }
                    }
                }
            }
        }
        Self { clients, by_crate }
    }

    /// The client of a crate, by the name that its package has in source code.
    pub(super) fn client(&self, krate: &str) -> Option<Client> {
        self.by_crate.get(krate).copied()
    }

    /// Whether the catalogue has the operations of a client.
    pub(super) fn is_known(&self, client: Client) -> bool {
        (self.clients.get(client)).is_some_and(|client| !client.methods.is_empty())
    }

    /// What the SDK calls the service of a client: `translate`.
    pub(super) fn name(&self, client: Client) -> &str {
        (self.clients.get(client)).map_or("", |client| client.name.as_str())
    }

    /// The operation that a client's method calls.
    pub(super) fn method(&self, client: Client, method: &str) -> Option<Op> {
        self.clients.get(client)?.methods.get(method).copied()
    }

    /// The operation that a client's waiter calls.
    pub(super) fn waiter(&self, client: Client, method: &str) -> Option<Op> {
        self.clients.get(client)?.waiters.get(method).copied()
    }

    /// The client that AWS calls this: `rekognition`, `stepfunctions`.
    pub(super) fn named(&self, name: &str) -> Option<Client> {
        (self.clients.iter()).position(|known| known.name == name && !known.methods.is_empty())
    }

    /// AWS's names of the clients that the catalogue has operations of.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        (self.clients.iter())
            .filter(|client| !client.methods.is_empty())
            .map(|client| client.name.as_str())
    }

    /// The operations of a client, in no order.
    pub(super) fn operations(&self, client: Client) -> impl Iterator<Item = Op> {
        (self.clients.get(client).into_iter()).flat_map(|client| client.methods.values().copied())
    }

    /// The waiters of a client.
    pub(super) fn waiters(&self, client: Client) -> impl Iterator<Item = &str> {
        (self.clients.get(client).into_iter())
            .flat_map(|client| client.waiters.keys().map(String::as_str))
    }

    /// The package of a client: `aws-sdk-rekognition`.
    pub(super) fn package(&self, client: Client) -> &str {
        (self.clients.get(client)).map_or("", |client| client.package.as_str())
    }

    /// The clients among these that have a method or waiter of this name.
    pub(super) fn clients_with<'s>(
        &'s self,
        clients: &'s [Client],
        method: &'s str,
    ) -> impl Iterator<Item = Op> + 's {
        clients.iter().filter_map(move |&client| {
            self.method(client, method)
                .or_else(|| self.waiter(client, method))
        })
    }

    /// Whether an operation's request has a member with a setter of this name.
    pub(super) fn is_member(&self, op: Op, field: &str) -> bool {
        // Of services without a module only those are known that can name a resource.
        op.other.is_some() || members::member(op, field).is_some()
    }

    /// The operation of the client of this name.
    #[cfg(test)]
    pub(super) fn by_name(&self, client: &str, method: &str) -> Option<Op> {
        let client = (self.clients.iter()).position(|known| known.name == client)?;
        self.method(client, method)
    }

    /// A client that has a method of this name.
    pub(super) fn any_with(&self, method: &str) -> Option<Op> {
        (0..self.clients.len()).find_map(|client| self.method(client, method))
    }

    /// All clients.
    pub(super) fn all(&self) -> Vec<Client> {
        (0..self.clients.len()).collect()
    }

    /// The clients of these crates.
    pub(super) fn among<'n>(&self, crates: impl IntoIterator<Item = &'n String>) -> Vec<Client> {
        let mut found: Vec<Client> = (crates.into_iter())
            .filter_map(|krate| self.client(krate))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The methods of a client of a service without a module.
fn methods(number: Client, other: &'static clients::Client) -> HashMap<&'static str, Op> {
    let op = |service, method: &'static str, entry: &'static clients::Entry| Op {
        client: number,
        client_name: other.name,
        service,
        operation: entry.operation,
        method,
        other: Some(entry),
    };
    let Some(service) = other.service() else {
        return HashMap::new();
    };
    (other.operations().iter())
        .map(|(method, entry)| (*method, op(service, method, entry)))
        .collect()
}

/// What a dependency is to the SDK. Crates by the names that their packages have in source code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Crate {
    /// A client of the SDK.
    Client(String),
    /// A package of another name that has the interface of this client.
    Fork(String),
    Other,
}

/// What a dependency of this name in source code and this package is.
pub(super) fn crate_of(name: &str, package: &str) -> Crate {
    let plain = package.replace('_', "-");
    if plain.ends_with("-transfer-manager") {
        return Crate::Other;
    }
    if let Some((before, rest)) = plain.split_once("aws-sdk-") {
        // No client of the SDK has another hyphen in its name.
        let (service, behind) = rest.split_once('-').unwrap_or((rest, ""));
        let client = format!("aws_sdk_{service}");
        return if before.is_empty() && behind.is_empty() {
            Crate::Client(client)
        } else {
            Crate::Fork(client)
        };
    }
    if name.starts_with("aws_sdk_") {
        return Crate::Fork(name.to_owned());
    }
    Crate::Other
}

/// The crates of the SDK that a text names: `aws_sdk_translate`.
pub(super) fn crates_in(text: &str) -> impl Iterator<Item = &str> {
    const SIGN: &str = "aws_sdk_";
    text.match_indices(SIGN).filter_map(move |(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let behind = text.get(at + SIGN.len()..).unwrap_or_default();
        let length = behind
            .find(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit())
            .unwrap_or(behind.len());
        // The name of a crate, and not of a variable.
        let is_path = behind
            .get(length..)
            .is_some_and(|rest| rest.starts_with("::"))
            || ["::", "use ", "extern crate "]
                .iter()
                .any(|word| before.ends_with(word));
        let name = text.get(at..at + SIGN.len() + length).unwrap_or_default();
        (is_path && length > 0).then_some(name)
    })
}

/// The crates of the SDK, and the waiters of each. They are long, so they are read once.
fn data() -> &'static (json::Value, json::Value) {
    static DATA: OnceLock<(json::Value, json::Value)> = OnceLock::new();
    let parsed = |text| json::parse(text).unwrap_or(json::Value::Other);
    DATA.get_or_init(|| (parsed(CRATES), parsed(WAITERS)))
}

/// The strings of the object of this name.
fn strings(root: &json::Value, name: &str) -> Vec<(String, String)> {
    (root
        .get(name)
        .map(json::Value::members)
        .unwrap_or_default()
        .iter())
    .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sdk() -> Sdk {
        Sdk::new([])
    }

    #[test]
    fn methods_and_waiters() {
        let sdk = sdk();
        let rekognition = sdk.client("aws_sdk_rekognition").unwrap();
        let op = sdk.method(rekognition, "index_faces").unwrap();
        assert_eq!(op.operation.name, "IndexFaces");
        let waiter = "wait_until_project_version_running";
        let op = sdk.waiter(rekognition, waiter).unwrap();
        assert_eq!(op.method, "describe_project_versions");
        assert!(sdk.method(rekognition, "get_object").is_none());
        let events = sdk.client("aws_sdk_eventbridge").unwrap();
        assert_eq!(
            sdk.method(events, "put_events").unwrap().service.prefix,
            "events"
        );
    }

    #[test]
    fn clients_and_forks() {
        let client = |name: &str| Crate::Client(name.to_owned());
        let fork = |name: &str| Crate::Fork(name.to_owned());
        for (name, package, expected) in [
            ("aws_sdk_s3", "aws-sdk-s3", client("aws_sdk_s3")),
            ("rek", "aws-sdk-rekognition", client("aws_sdk_rekognition")),
            ("t", "aws-sdk-translate", client("aws_sdk_translate")),
            ("aws_sdk_s3", "my-fork", fork("aws_sdk_s3")),
            ("s3", "acme-aws-sdk-s3", fork("aws_sdk_s3")),
            ("s3", "aws_sdk_s3_patched", fork("aws_sdk_s3")),
            ("m", "aws-sdk-s3-transfer-manager", Crate::Other),
            ("aws_config", "aws-config", Crate::Other),
        ] {
            assert_eq!(crate_of(name, package), expected, "{name} {package}");
        }
    }

    #[test]
    fn crates_that_the_catalogue_does_not_have() {
        let text = "use aws_sdk_nowhere::Client; fn f(c: &bridge::aws_sdk_s3::Client) { aws_sdk_tracing.on(aws_sdk_); }";
        let found: Vec<&str> = crates_in(text).collect();
        assert_eq!(found, ["aws_sdk_nowhere", "aws_sdk_s3"]);
        let sdk = Sdk::new(found);
        let nowhere = sdk.client("aws_sdk_nowhere").unwrap();
        assert!(!sdk.is_known(nowhere) && sdk.is_known(sdk.client("aws_sdk_s3").unwrap()));
        assert_eq!(sdk.package(nowhere), "aws-sdk-nowhere");
    }

    /// Every waiter of the data is of an operation that the catalogue has, and every client has methods.
    #[test]
    fn the_data_fits_the_catalogue() {
        let sdk = sdk();
        for client in &sdk.clients {
            assert!(!client.methods.is_empty(), "{}", client.name);
            let expected = strings(&data().1, &client.name).len();
            assert_eq!(client.waiters.len(), expected, "{}", client.name);
        }
    }
}
