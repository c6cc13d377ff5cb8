//! What the catalogue knows about a name, as Markdown.

use std::fmt::Write as _;

use rekognition_iam_runtime::catalogue::facts::{self, When};
use rekognition_iam_runtime::catalogue::{
    self, ActionInfo, ConditionKey, Lifecycle, ResourceType, Service, ValueType,
};
use rekognition_iam_runtime::{Operator, OperatorFamily, SetOperator};

/// Names of a list that are shown.
const SHOWN: usize = 12;

/// The AWS page with the actions, resources, and condition keys of a service.
fn page(service: &str) -> String {
    format!(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_{service}.html"
    )
}

const GLOBAL_KEYS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html";

const OPERATORS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html";

pub(super) fn action(service: &'static Service, action: &'static ActionInfo) -> String {
    let mut out = format!(
        "**`{}:{}`**\n\n* Access level: {}\n",
        service.prefix, action.name, action.level
    );
    let mut types = action.resources_of(service).peekable();
    if types.peek().is_none() {
        out.push_str("* Resources: only `*`\n");
        if let Some(pseudo) = catalogue::pseudo_resource(service.prefix, action.name) {
            let forms = listed(pseudo.evaluated_as.iter().copied());
            let _ = writeln!(out, "* AWS checks it against {forms}");
        }
    }
    for (resource, kind) in types {
        let forms = listed(kind.formats.iter().map(|format| format.text));
        let required = if resource.required { ", required" } else { "" };
        let _ = writeln!(out, "* Resource: {}{required}: {forms}", kind.name);
    }
    if action.required_together {
        out.push_str("* A request is checked against all of these resources\n");
    }
    let keys = listed(action.keys_for(service).map(|key| key.name));
    if !keys.is_empty() {
        let _ = writeln!(out, "* Condition keys: {keys}, and the global ones");
    }
    for companion in facts::companions(service.prefix, action.name) {
        let (service, name) = companion.needs;
        let when = match companion.when {
            When::Always => "",
            When::Notified => ", with a notification channel",
            When::Tagged => ", with tags",
            _ => ", in some requests",
        };
        let _ = writeln!(out, "* Also needs `{service}:{name}`{when}");
    }
    if let Some(feature) = facts::feature(service.prefix, action.name) {
        let regions = listed(feature.regions.iter().copied());
        let _ = writeln!(out, "* {} is available in {regions}", feature.name);
    }
    match action.lifecycle {
        Some(Lifecycle::Ended(day)) => {
            let _ = writeln!(out, "* Ended on {day}");
        }
        Some(Lifecycle::ClosedToNewCustomers(day)) => {
            let _ = writeln!(out, "* Closed to new customers since {day}");
        }
        Some(_) | None => {}
    }
    let _ = write!(out, "\n[AWS documentation]({})", page(service.prefix));
    as_of(&mut out);
    out
}

/// The actions that a pattern means.
pub(super) fn actions(
    pattern: &str,
    matches: &[(&'static Service, &'static ActionInfo)],
) -> String {
    let mut out = format!("**`{pattern}`**\n\n");
    let _ = match matches.len() {
        0 => write!(out, "No action of the catalogue matches."),
        1 => write!(out, "1 action matches today: "),
        count => write!(out, "{count} actions match today: "),
    };
    out.push_str(&listed(matches.iter().map(|(_, action)| action.name)));
    as_of(&mut out);
    out
}

pub(super) fn key(key: &'static ConditionKey) -> String {
    let mut out = format!("**`{}`**\n\n", key.name);
    let types: Vec<&str> = key.types.iter().map(|kind| kind.name()).collect();
    let _ = writeln!(out, "* Type: {}", types.join(" or "));
    if key.multivalued {
        out.push_str("* A request can have several values: write `ForAllValues:` or `ForAnyValue:` before the operator\n");
    }
    let operators = listed(operators_for(key).map(Operator::name));
    let _ = writeln!(out, "* Operators: {operators}");
    if let Some(values) = facts::values(key.name) {
        if !values.words.is_empty() {
            let _ = writeln!(out, "* Values: {}", listed(values.words.iter().copied()));
        } else if !values.says.is_empty() {
            let _ = writeln!(
                out,
                "* Values: {}, such as `{}`",
                values.says, values.example
            );
        }
        if !values.sure {
            out.push_str(
                "* AWS does not state the form of the values; all of its examples have it\n",
            );
        }
    }
    if key.sensitive {
        out.push_str("* A wildcard in a value has no valid use\n");
    }
    let page = match key.name.split_once(':') {
        Some((service, _)) if catalogue::service(service).is_some() => page(service),
        Some(_) | None => GLOBAL_KEYS.to_string(),
    };
    let _ = write!(out, "\n[AWS documentation]({page})");
    as_of(&mut out);
    out
}

/// The operators that compare values of a key, without those that only invert another one.
fn operators_for(key: &'static ConditionKey) -> impl Iterator<Item = Operator> {
    (Operator::ALL.into_iter()).filter(|operator| {
        let family = operator.family();
        !operator.is_negated() && key.types.iter().any(|&kind| family.suits(kind))
    })
}

/// An operator with what is before and after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spelled {
    set: Option<SetOperator>,
    pub(super) operator: Operator,
    if_exists: bool,
}

impl Spelled {
    /// Reads `ForAllValues:StringEqualsIfExists`.
    pub(super) fn read(name: &str) -> Option<Self> {
        let (set, name) = match name.split_once(':') {
            None => (None, name),
            Some((set, name)) => {
                let sets = [SetOperator::ForAllValues, SetOperator::ForAnyValue];
                (
                    Some(sets.into_iter().find(|known| known.name() == set)?),
                    name,
                )
            }
        };
        let (name, if_exists) = match name.strip_suffix("IfExists") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let operator = Operator::from_name(name)?;
        let is_null = operator.family() == OperatorFamily::Null;
        (!(is_null && (if_exists || set.is_some()))).then_some(Self {
            set,
            operator,
            if_exists,
        })
    }

    /// Whether it is true if the key is not in the request. `Null` depends on its value.
    ///
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
    fn is_true_without_key(self) -> Option<bool> {
        if self.operator.family() == OperatorFamily::Null {
            return None;
        }
        Some(match self.set {
            _ if self.if_exists => true,
            Some(SetOperator::ForAllValues) => true,
            Some(SetOperator::ForAnyValue) => false,
            None => self.operator.is_negated(),
        })
    }

    /// What it is if the key is not in the request.
    pub(super) fn without_key(self) -> &'static str {
        match self.is_true_without_key() {
            Some(true) => "true without the key",
            Some(false) => "false without the key",
            None => "",
        }
    }
}

pub(super) fn operator(spelled: &Spelled) -> String {
    let operator = spelled.operator;
    let set = spelled
        .set
        .map_or_else(String::new, |set| format!("{}:", set.name()));
    let if_exists = if spelled.if_exists { "IfExists" } else { "" };
    let mut out = format!("**`{set}{}{if_exists}`**\n\n", operator.name());
    let family = operator.family();
    let types: Vec<&str> = (ValueType::ALL.into_iter())
        .filter(|&kind| family.suits(kind))
        .map(ValueType::name)
        .collect();
    match family {
        OperatorFamily::Null => {
            out.push_str("* `true` if the key is not in the request, `false` if it is\n")
        }
        OperatorFamily::String
        | OperatorFamily::Numeric
        | OperatorFamily::Date
        | OperatorFamily::Bool
        | OperatorFamily::IpAddress
        | OperatorFamily::Arn
        | OperatorFamily::Binary => {
            let _ = writeln!(out, "* For keys of type {}", types.join(", "));
        }
    }
    if operator.has_wildcards() {
        out.push_str("* `*` and `?` in values are wildcards\n");
    }
    match spelled.set {
        Some(SetOperator::ForAllValues) => {
            out.push_str("* For keys with several values: each value of the request has to pass\n")
        }
        Some(SetOperator::ForAnyValue) => {
            out.push_str("* For keys with several values: one value of the request has to pass\n")
        }
        None => {}
    }
    match spelled.is_true_without_key() {
        Some(true) => out.push_str("* **True** if the key is not in the request\n"),
        Some(false) => out.push_str("* False if the key is not in the request\n"),
        None => {}
    }
    let _ = write!(out, "\n[AWS documentation]({OPERATORS})");
    out
}

pub(super) fn resource(service: &'static Service, kind: &'static ResourceType) -> String {
    let forms = listed(kind.formats.iter().map(|format| format.text));
    let mut out = format!(
        "**{}** of `{}`\n\n* ARN: {forms}\n",
        kind.name, service.prefix
    );
    let actions = (service.actions.iter()).filter(|action| {
        action
            .resources_of(service)
            .any(|(_, of)| std::ptr::eq(of, kind))
    });
    let _ = writeln!(
        out,
        "* Actions: {}",
        listed(actions.map(|action| action.name))
    );
    let _ = write!(out, "\n[AWS documentation]({})", page(service.prefix));
    as_of(&mut out);
    out
}

fn as_of(out: &mut String) {
    let _ = write!(out, "\n\nAWS data of {}", catalogue::as_of());
}

/// Some names, and how many more there are.
fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    let shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    let mut out = shown.join(", ");
    if names.len() > SHOWN {
        let _ = write!(out, ", and {} more", names.len() - SHOWN);
    }
    out
}

/// An operator without what can be before and after it.
pub(super) fn base_operator(name: &str) -> Option<Operator> {
    Spelled::read(name).map(|spelled| spelled.operator)
}
