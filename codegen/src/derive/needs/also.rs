//! Actions that an operation needs in addition to its own when a member of its request is set, and those that AWS's service
//! reference has for some of its requests: `also` and `some` in `codegen/data/companions.json`.

use std::collections::HashMap;
use std::sync::OnceLock;

use rekognition_iam_runtime::catalogue;

use super::companions::{COMPANIONS, values_at};
use super::resource::{all_open, shown_in_part};
use super::setters::{self, Entry};
use super::{Needs, Resource};
use crate::derive::call::SdkCall;
use crate::export::json;

/// What some requests of an operation need.
#[derive(Debug)]
struct Also {
    /// `service:Action`
    actions: Vec<String>,
    /// The path of the member that makes it necessary; empty when each request needs it.
    when: Vec<String>,
    on: On,
    /// What of the call needs it: `for its replicas`.
    purpose: String,
    page: String,
}

/// The resources of actions.
#[derive(Debug)]
enum On {
    /// Those of the operation's own action.
    Own,
    Any,
    /// A resource type, and which setters name it.
    Type(String, Vec<Entry>),
    /// AWS documents that the actions are needed, and the request does not have all of their resources.
    Unnamed,
}

/// By service and operation: `sts AssumeRole`.
#[derive(Debug, Default)]
struct Table {
    also: HashMap<String, Vec<Also>>,
    some: HashMap<String, Vec<String>>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        json::parse(COMPANIONS).map_or_else(|_| Table::default(), |root| read(&root))
    })
}

fn read(root: &json::Value) -> Table {
    let part = |name: &str| root.get(name).map(json::Value::members).unwrap_or_default();
    let texts = |value: Option<&json::Value>| -> Vec<String> {
        (value
            .and_then(json::Value::as_array)
            .unwrap_or_default()
            .iter())
        .filter_map(|item| Some(item.as_str()?.to_owned()))
        .collect()
    };
    let one = |value: &json::Value| {
        let text = |name: &str| value.get(name).and_then(json::Value::as_str);
        let kinds = value
            .get("on")
            .map(json::Value::members)
            .unwrap_or_default();
        let on = match (text("on"), kinds.first()) {
            (Some("own"), _) => On::Own,
            (Some("*"), _) => On::Any,
            (_, Some((kind, entries))) => {
                let entries = texts(Some(entries));
                On::Type(
                    kind.clone(),
                    entries
                        .iter()
                        .filter_map(|entry| Entry::read(entry))
                        .collect(),
                )
            }
            (_, None) => On::Unnamed,
        };
        Also {
            actions: texts(value.get("actions")),
            when: (text("when").unwrap_or_default().split('.'))
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
            on,
            purpose: text("for").unwrap_or_default().to_owned(),
            page: text("evidence").unwrap_or_default().to_owned(),
        }
    };
    Table {
        also: (part("also").iter())
            .map(|(operation, list)| {
                let list = list.as_array().unwrap_or_default();
                (operation.clone(), list.iter().map(one).collect())
            })
            .collect(),
        some: (part("some").iter())
            .map(|(operation, list)| (operation.clone(), texts(Some(list))))
            .collect(),
    }
}

/// Whether AWS's service reference has an action for some requests of a call's operation.
pub(super) fn may_need(call: &SdkCall, action: &str) -> bool {
    (table().some.get(&key(call))).is_some_and(|some| some.iter().any(|known| known == action))
}

fn key(call: &SdkCall) -> String {
    format!("{} {}", call.op.service.prefix, call.op.operation.name)
}

/// Adds what the tables have for a call.
pub(super) fn add(call: &SdkCall, needs: &mut Needs) {
    let (table, key) = (table(), key(call));
    for action in table.some.get(&key).into_iter().flatten() {
        needs.may_use(action);
    }
    for also in table.also.get(&key).into_iter().flatten() {
        if also.when.is_empty() {
            need(call, also, needs);
            continue;
        }
        let path: Vec<&str> = also.when.iter().map(String::as_str).collect();
        let (given, unseen) = values_at(call, &path);
        // A list to which nothing is added sets nothing.
        if !given.is_empty() {
            need(call, also, needs);
        } else if unseen || call.open {
            for action in &also.actions {
                needs.may_use(action);
            }
            if unseen {
                needs.unsure.push(format!(
                    "whether the request of `{}` has `{}` is not seen; if it does, it needs {}",
                    call.op.operation.name,
                    path.join("."),
                    listed(&also.actions)
                ));
            }
        }
    }
}

fn need(call: &SdkCall, also: &'static Also, needs: &mut Needs) {
    let operation = call.op.operation.name;
    for whole in &also.actions {
        let Some((prefix, action)) = whole.split_once(':') else {
            continue;
        };
        let resources = match &also.on {
            On::Unnamed => {
                needs.may_use(whole);
                continue;
            }
            On::Any => vec![Resource::Any],
            On::Own => {
                let own = |grant: &&super::Grant| {
                    grant.service == call.op.service.prefix && grant.purpose.is_none()
                };
                (needs.grants.iter().find(own)).map_or_else(Vec::new, |own| own.resources.clone())
            }
            On::Type(kind, entries) => of_type(call, prefix, kind, entries),
        };
        if resources.is_empty() {
            needs.may_use(whole);
            needs
                .unsure
                .push(format!("what `{operation}` needs `{whole}` on is not seen"));
            continue;
        }
        needs.add_for(prefix, action, resources, Some(&also.purpose));
    }
    if matches!(also.on, On::Unnamed) {
        let with = match also.when.is_empty() {
            true => String::new(),
            false => format!(" with `{}`", also.when.join(".")),
        };
        needs.unsure.push(format!(
            "`{operation}`{with} also needs {}, {}; see {}",
            listed(&also.actions),
            also.purpose,
            also.page
        ));
    }
}

/// The resources of a type that the setters name, or an open one.
fn of_type(call: &SdkCall, prefix: &str, kind: &str, entries: &[Entry]) -> Vec<Resource> {
    let Some(service) = catalogue::service(prefix) else {
        return Vec::new();
    };
    let Some(kind) = service.resources.iter().find(|known| known.name == kind) else {
        return Vec::new();
    };
    let rule = setters::rule(call.op, entries);
    let shown = shown_in_part(call, service, kind, &rule);
    match shown.is_empty() {
        true => all_open(service, kind),
        false => shown,
    }
}

/// `a`, `b`, and `c`
fn listed(actions: &[String]) -> String {
    let names: Vec<String> = actions.iter().map(|action| format!("`{action}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first, last] => format!("{first} and {last}"),
        [before @ .., last] => format!("{}, and {last}", before.join(", ")),
    }
}

/// The operations that the tables have an entry for, for the test that compares them with the catalogue.
#[cfg(test)]
pub(super) fn operations() -> Vec<(&'static str, &'static str)> {
    let table = table();
    (table.also.keys().chain(table.some.keys()))
        .filter_map(|operation| operation.split_once(' '))
        .collect()
}

/// What an entry is about.
#[cfg(test)]
pub(super) struct About {
    pub(super) operation: &'static str,
    /// The first setter of its member.
    pub(super) when: Option<&'static str>,
    pub(super) actions: &'static [String],
    /// The resource type.
    pub(super) kind: Option<&'static str>,
}

/// What each entry is about.
#[cfg(test)]
pub(super) fn entries() -> Vec<About> {
    (table().also.iter())
        .flat_map(|(operation, list)| {
            list.iter().map(move |also| About {
                operation,
                when: also.when.first().map(String::as_str),
                actions: &also.actions,
                kind: match &also.on {
                    On::Type(kind, _) => Some(kind.as_str()),
                    On::Own | On::Any | On::Unnamed => None,
                },
            })
        })
        .collect()
}
