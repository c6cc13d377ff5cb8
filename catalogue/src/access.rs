//! What evaluation knows of requests: what each kind of caller carries, and the services that resource control policies
//! cover.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Error;
use super::files::HEADER;
use super::json::{Document, Node};
use super::lock::Facts;

/// The kinds of callers, in the order of the fields of `CallerKey` in the runtime.
const CALLERS: [&str; 6] = [
    "user",
    "session",
    "federated",
    "root",
    "anonymous",
    "service",
];

/// Kinds of callers that an action may be refused to.
const WHO: [(&str, &str); 8] = [
    ("anonymous", "Anonymous"),
    ("federated", "FederatedUser"),
    ("oidc", "Oidc"),
    ("role", "Role"),
    ("root", "Root"),
    ("saml", "Saml"),
    ("service", "Service"),
    ("user", "User"),
];

#[derive(Debug)]
pub(super) struct Access {
    /// Condition keys that every request has.
    always: Vec<String>,
    /// Actions that no policy can deny.
    allowed: Vec<String>,
    /// Actions that users and root users are always allowed.
    allowed_to_users: Vec<String>,
    /// By action: the callers that cannot take it, whatever policies say, as variants of `Who` in the runtime.
    refused: BTreeMap<String, Vec<&'static str>>,
    /// Services with gateway endpoints.
    gateways: Vec<String>,
    /// Services whose requests name resources of the region that they are sent to.
    one_region: Vec<String>,
    /// Actions without `aws:ResourceAccount` in their requests; `*` is all of a service.
    unowned: Vec<String>,
    /// Condition keys whose fixed values keep access from being public.
    restricting: Vec<String>,
    /// By pattern of actions: the policy of the resource itself that has to allow them.
    own_policies: BTreeMap<String, OwnPolicy>,
    /// Condition keys whose values stand in a field of an ARN, and so have no colon.
    fields: Vec<String>,
    /// Condition keys whose values are numbers from 0 on.
    counts: Vec<String>,
    /// Kinds of requests: each request is one of each group.
    kinds: Vec<Vec<Kind>>,
    /// By condition key: the value for each kind of caller.
    callers: BTreeMap<String, [Carried; 6]>,
    /// The service whose requests on ARNs have such a key, where no others do.
    callers_on: BTreeMap<String, String>,
    /// The services that resource control policies apply to.
    controlled: Vec<String>,
    /// Actions of those services that they never restrict.
    uncontrolled: Vec<String>,
}

#[derive(Debug)]
struct OwnPolicy {
    /// A variant of `Own` in the runtime.
    policy: &'static str,
    service: String,
    /// What the names of the actions begin with.
    prefix: String,
    page: String,
}

impl OwnPolicy {
    fn read(actions: &str, node: &Node<'_>) -> Result<Self, Error> {
        let field = node.field("policy")?;
        let policy = match field.text()? {
            "key" => "Key",
            "trust" => "Trust",
            other => return Err(field.error(format!("`{other}` is not a policy of a resource"))),
        };
        let parts = actions
            .strip_suffix('*')
            .and_then(|actions| actions.split_once(':'))
            .filter(|(_, prefix)| !prefix.contains(['*', '?']));
        let Some((service, prefix)) = parts else {
            return Err(node.error(format!(
                "`{actions}` is not the beginning of actions of one service"
            )));
        };
        Ok(Self {
            policy,
            service: service.to_owned(),
            prefix: prefix.to_owned(),
            page: node.field("evidence")?.text()?.to_owned(),
        })
    }
}

/// Where the value of a condition key comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Carried {
    /// From a part of the caller's name, as a variant of `Carried` in the runtime.
    Derived(&'static str),
    /// Always this text.
    Text(String),
}

impl Carried {
    fn read(node: &Node<'_>) -> Result<Self, Error> {
        let text = node.text()?;
        if let Some(text) = text.strip_prefix('=') {
            return Ok(Self::Text(text.to_owned()));
        }
        Ok(Self::Derived(match text {
            "account" => "Account",
            "arn" => "Arn",
            "name" => "Name",
            "role-arn" => "RoleArn",
            "service" => "Service",
            "hidden" => "Hidden",
            "id" => "Id",
            "given" => "Given",
            "absent" => "Absent",
            other => {
                return Err(node.error(format!("`{other}` is not a source of values")));
            }
        }))
    }

    fn render(&self) -> String {
        match self {
            Self::Derived(name) => format!("C::{name}"),
            Self::Text(text) => format!("C::Text({text:?})"),
        }
    }
}

/// What the requests of one kind have in common.
#[derive(Debug)]
struct Kind {
    /// Keys that they never have.
    absent: Vec<String>,
    /// Keys that they always have.
    present: Vec<String>,
    /// Keys with the only value that they have.
    values: Vec<(String, String)>,
    /// Keys that have the value of another key.
    same: Vec<(String, String)>,
    /// The service that they are sent to.
    on: Option<String>,
    /// They name no resource of this service.
    off: Option<String>,
}

impl Kind {
    fn read(node: &Node<'_>) -> Result<Self, Error> {
        let list = |name: &str| match node.optional(name)? {
            Some(_) => node.texts(name),
            None => Ok(Vec::new()),
        };
        let pairs = |name: &str| -> Result<Vec<(String, String)>, Error> {
            let Some(given) = node.optional(name)? else {
                return Ok(Vec::new());
            };
            (given.entries()?.into_iter())
                .map(|(key, value)| Ok((key.to_owned(), value.text()?.to_owned())))
                .collect()
        };
        let service = |name: &str| -> Result<Option<String>, Error> {
            (node.optional(name)?)
                .map(|service| Ok(service.text()?.to_owned()))
                .transpose()
        };
        Ok(Self {
            absent: list("absent")?,
            present: list("present")?,
            values: pairs("values")?,
            same: pairs("same")?,
            on: service("on")?,
            off: service("off")?,
        })
    }

    fn keys(&self) -> impl Iterator<Item = &str> {
        (self.absent.iter().chain(&self.present))
            .chain(self.values.iter().map(|(key, _)| key))
            .chain(self.same.iter().flat_map(|(key, other)| [key, other]))
            .map(String::as_str)
    }
}

impl Access {
    pub(super) fn read(context: &Document, control: &Document) -> Result<Self, Error> {
        let root = context.root();
        let mut always = root.field("always")?.texts("keys")?;
        always.sort();
        let mut allowed = root.field("always_allowed")?.texts("actions")?;
        allowed.sort();
        let to_users = root.field("allowed_with_long_term_keys")?;
        to_users.field("evidence")?.text()?;
        let mut allowed_to_users = to_users.texts("actions")?;
        allowed_to_users.sort();
        let mut refused = BTreeMap::new();
        for (action, row) in root.field("refused")?.entries()? {
            row.field("evidence")?.text()?;
            let mut to = Vec::new();
            for who in row.list("to")? {
                let text = who.text()?;
                let known = WHO.iter().find(|(name, _)| *name == text);
                let Some((_, variant)) = known else {
                    return Err(who.error(format!("`{text}` is not a kind of caller")));
                };
                to.push(*variant);
            }
            refused.insert(action.to_owned(), to);
        }
        let gateway = root.field("gateway_endpoints")?;
        gateway.field("evidence")?.text()?;
        let mut gateways = gateway.texts("services")?;
        gateways.sort();
        let one_region = root.field("one_region")?;
        one_region.field("evidence")?.text()?;
        let mut one_region = one_region.texts("services")?;
        one_region.sort();
        let without = root.field("without_resource_account")?;
        without.field("evidence")?.text()?;
        let mut unowned = without.texts("actions")?;
        unowned.sort();
        let public = root.field("restricting")?;
        public.field("evidence")?.text()?;
        let mut restricting = public.texts("keys")?;
        restricting.sort();
        let mut own_policies = BTreeMap::new();
        for (actions, node) in root.field("own_policies")?.entries()? {
            own_policies.insert(actions.to_owned(), OwnPolicy::read(actions, &node)?);
        }
        let in_arns = root.field("fields")?;
        in_arns.field("evidence")?.text()?;
        let mut fields = in_arns.texts("keys")?;
        fields.sort();
        let numbers = root.field("counts")?;
        numbers.field("evidence")?.text()?;
        let mut counts = numbers.texts("keys")?;
        counts.sort();
        let related = root.field("kinds")?;
        related.field("evidence")?.text()?;
        let mut kinds = Vec::new();
        for group in related.field("alternatives")?.items()? {
            let mut group_kinds = Vec::new();
            for kind in group.items()? {
                group_kinds.push(Kind::read(&kind)?);
            }
            kinds.push(group_kinds);
        }
        let mut callers = BTreeMap::new();
        let mut callers_on = BTreeMap::new();
        for (key, node) in root.field("callers")?.entries()? {
            node.field("evidence")?.text()?;
            if let Some(service) = node.optional("on")? {
                callers_on.insert(key.to_owned(), service.text()?.to_owned());
            }
            let mut values = Vec::new();
            for caller in CALLERS {
                values.push(Carried::read(&node.field(caller)?)?);
            }
            let values = <[Carried; 6]>::try_from(values)
                .map_err(|_| node.error("expected a value for each kind of caller"))?;
            callers.insert(key.to_owned(), values);
        }
        let root = control.root();
        root.field("evidence")?.text()?;
        let mut controlled = root.texts("services")?;
        controlled.sort();
        let mut uncontrolled = root.texts("not_restricted")?;
        uncontrolled.sort();
        Ok(Self {
            always,
            allowed,
            allowed_to_users,
            refused,
            gateways,
            one_region,
            unowned,
            restricting,
            own_policies,
            fields,
            counts,
            kinds,
            callers,
            callers_on,
            controlled,
            uncontrolled,
        })
    }

    /// The condition keys that every request has, anyone who makes it.
    pub(super) fn always_present(&self) -> Vec<&str> {
        let carried = (self.callers.iter())
            .filter(|(key, values)| {
                !values.contains(&Carried::Derived("Absent")) && !self.callers_on.contains_key(*key)
            })
            .map(|(key, _)| key.as_str());
        let mut keys: Vec<&str> = (self.always.iter().map(String::as_str))
            .chain(carried)
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The services that resource control policies apply to, sorted.
    pub(super) fn controlled(&self) -> &[String] {
        &self.controlled
    }

    pub(super) fn render(&self) -> String {
        let mut out = format!(
            "{HEADER}//! What evaluation knows of requests.\n\n\
             use crate::catalogue::access::{{CallerKey, Carried as C, Kind, Own, OwnPolicy, Who}};\n\n\
             pub(crate) static CALLER_KEYS: &[CallerKey] = &[\n"
        );
        for (key, values) in &self.callers {
            let (name, prefix) = match key.split_once("${") {
                Some((before, _)) => (before, true),
                None => (key.as_str(), false),
            };
            let on = self.callers_on.get(key);
            let _ = write!(
                out,
                "    CallerKey {{ name: {name:?}, prefix: {prefix}, on: {on:?}"
            );
            for (caller, value) in CALLERS.iter().zip(values) {
                let _ = write!(out, ", {caller}: {}", value.render());
            }
            out += " },\n";
        }
        let lists = [
            ("ALWAYS", &self.always),
            ("ALLOWED", &self.allowed),
            ("ALLOWED_TO_USERS", &self.allowed_to_users),
            ("GATEWAYS", &self.gateways),
            ("ONE_REGION", &self.one_region),
            ("UNOWNED", &self.unowned),
            ("UNCONTROLLED", &self.uncontrolled),
            ("RESTRICTING", &self.restricting),
            ("FIELDS", &self.fields),
            ("COUNTS", &self.counts),
        ];
        for (name, texts) in lists {
            let _ = write!(out, "];\n\npub(crate) static {name}: &[&str] = &[\n");
            for text in texts {
                let _ = writeln!(out, "    {text:?},");
            }
        }
        out += "];\n\npub(crate) static REFUSED: &[(&str, &[Who])] = &[\n";
        for (action, to) in &self.refused {
            let to: Vec<String> = to.iter().map(|who| format!("Who::{who}")).collect();
            let _ = writeln!(out, "    ({action:?}, &[{}]),", to.join(", "));
        }
        out += "];\n\npub(crate) static OWN_POLICIES: &[OwnPolicy] = &[\n";
        for own in self.own_policies.values() {
            let OwnPolicy {
                policy,
                service,
                prefix,
                page,
            } = own;
            let _ = writeln!(
                out,
                "    OwnPolicy {{ service: {service:?}, prefix: {prefix:?}, policy: Own::{policy}, page: {page:?} }},"
            );
        }
        out += "];\n\npub(crate) static KINDS: &[&[Kind]] = &[\n";
        for group in &self.kinds {
            out += "    &[\n";
            for Kind {
                absent,
                present,
                values,
                same,
                on,
                off,
            } in group
            {
                let _ = writeln!(
                    out,
                    "        Kind {{ absent: &{absent:?}, present: &{present:?}, values: &{values:?}, same: &{same:?}, on: {on:?}, off: {off:?} }},"
                );
            }
            out += "    ],\n";
        }
        out += "];\n";
        out
    }

    pub(super) fn facts(&self, facts: &mut Facts) {
        for key in &self.always {
            facts.insert(format!("always {key}"), String::new());
        }
        for action in &self.allowed {
            facts.insert(format!("allowed {action}"), String::new());
        }
        for (action, to) in &self.refused {
            facts.insert(format!("refused {action}"), to.join(" "));
        }
        for key in &self.restricting {
            facts.insert(format!("restricting {key}"), String::new());
        }
        for key in &self.counts {
            facts.insert(format!("count {key}"), String::new());
        }
        for key in &self.fields {
            facts.insert(format!("field {key}"), String::new());
        }
        for key in self.kinds.iter().flatten().flat_map(Kind::keys) {
            facts.insert(format!("kind of request {key}"), String::new());
        }
        for (actions, own) in &self.own_policies {
            facts.insert(format!("own policy {actions}"), own.policy.to_owned());
        }
        for (key, values) in &self.callers {
            let text: Vec<String> = (CALLERS.iter().zip(values))
                .map(|(caller, value)| format!("{caller} {}", value.render()))
                .chain(
                    self.callers_on
                        .get(key)
                        .map(|service| format!("on {service}")),
                )
                .collect();
            facts.insert(format!("carried {key}"), text.join("; "));
        }
        for service in &self.controlled {
            facts.insert(format!("controlled {service}"), String::new());
        }
        for action in &self.uncontrolled {
            facts.insert(format!("uncontrolled {action}"), String::new());
        }
    }
}
