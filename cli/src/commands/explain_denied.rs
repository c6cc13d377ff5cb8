//! `explain-denied`: what an AWS access denied message means, and what to change.

mod called;
mod unreadable;
mod words;

use std::ffi::OsString;
use std::io::{self, Read};

use clap::Args;
use rekognition_iam_codegen::derive::{Grant, Target};
use rekognition_iam_runtime::Layer;
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::denied::{AccessDenied, On, Why};
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::{Attached, Decision, Entry, Key, Values, evaluate};

use self::unreadable::{decode, unreadable};
use self::words::{
    a, effect, form, identity, is_service_linked, layer_of, layer_words, named, who_changes,
};
use super::evaluate::answer::explain;
use super::evaluate::policies::{Policies, standard_input};
use crate::input::context::{by_key, key_and_value, unlisted};
use crate::input::documents;
use crate::json_lines::Answer;
use crate::json_text::{quoted, write_string};
use crate::plain::{plain, plain_lines};
use crate::terminal::{CLEAN, complain, print};

// No comment on the struct itself: it would become the command's description.
#[derive(Debug, Args)]
#[command(
    after_help = HELP,
    after_long_help = format!("{}\n\n{HELP}", documents::kinds())
)]
pub(crate) struct ExplainDeniedArgs {
    /// Message, with any text around it; without it, or with -, standard input
    #[arg(value_name = "TEXT|-", allow_hyphen_values = true)]
    text: Option<String>,
    /// Policy that applies to the request; can be given several times. The policies then decide on the request
    #[arg(long = "policy", value_name = "[KIND=]FILE")]
    policies: Vec<OsString>,
    /// Resource, if the message does not name it
    #[arg(long, value_name = "ARN")]
    resource: Option<String>,
    /// Condition key of the request, which the message never contains; the same key again adds a value
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    context: Vec<(String, String)>,
    /// Account that owns the resource, if its ARN does not contain it
    #[arg(long, value_name = "ID")]
    resource_account: Option<String>,
    /// Value for a parameter of the printed statement, such as region=eu-west-1
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = key_and_value)]
    values: Vec<(String, String)>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Answer::Human)]
    format: Answer,
}

const HELP: &str = "\
Example: rekognition-iam explain-denied \"$(aws rekognition list-collections 2>&1)\" --policy role.json
Exit codes: 0 explained, 1 the message names no action (the output describes what to do instead),
2 the text is not about denied access, or unusable input.
With --format json: one object per line for each message.";

/// A statement to add.
struct Add {
    /// Where, as an imperative.
    to: String,
    grant: Grant,
}

/// What to do about a message.
#[derive(Default)]
struct Plan {
    add: Vec<Add>,
    advice: Vec<String>,
    /// The given policies allow the request, so a statement in one of these kinds changes nothing.
    allowed_by: Vec<PolicyKind>,
}

pub(crate) fn run(arguments: &ExplainDeniedArgs) -> io::Result<u8> {
    let is_input = matches!(arguments.text.as_deref(), None | Some("-"));
    let policies_input = standard_input(&[&arguments.policies]).map_err(io::Error::other)?;
    if is_input && policies_input {
        let error = "standard input holds the message; give the policies as files";
        return Err(io::Error::other(error));
    }
    let text = match arguments.text.as_deref() {
        None | Some("-") => {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes)?;
            // Logs are not always valid UTF-8, and the message in them is.
            String::from_utf8_lossy(&bytes).into_owned()
        }
        Some(text) => text.to_owned(),
    };
    let found = AccessDenied::all(&text);
    if found.is_empty() {
        return unreadable(&text, arguments.format);
    }
    let policies = Policies::open(&arguments.policies).map_err(io::Error::other)?;
    for note in (arguments.context.iter()).filter_map(|(key, _)| unlisted(key)) {
        complain(&format!("note: {note}"));
    }
    let mut out = String::new();
    for (number, denied) in found.iter().enumerate() {
        let one = Explained {
            denied,
            arguments,
            policies: &policies,
        };
        match arguments.format {
            Answer::Human => {
                if number > 0 {
                    out.push('\n');
                }
                one.human(&mut out, &policies.attached);
            }
            Answer::Json => one.json(&mut out, &policies.attached),
        }
    }
    print(out.as_bytes())?;
    Ok(CLEAN)
}

/// The name of the value that is the service which a role is passed to.
const SERVICE: &str = "service";

/// A message with what is known around it.
struct Explained<'e> {
    denied: &'e AccessDenied<'e>,
    arguments: &'e ExplainDeniedArgs,
    policies: &'e Policies,
}

impl Explained<'_> {
    fn human(&self, out: &mut String, attached: &[Attached<'_>]) {
        let denied = self.denied;
        let mut line = |label: &str, text: &str| {
            out.push_str(&format!("{label:<9} {}\n", plain(text)));
        };
        line("denied:", denied.action());
        line(
            "caller:",
            denied.principal().unwrap_or("not in the message"),
        );
        line("resource:", &self.resource_words());
        line("layer:", &layer_words(denied.why()));
        if let Why::Denied {
            policy: Some(policy),
            ..
        } = denied.why()
        {
            line("policy:", policy);
        }
        for hint in denied.hints() {
            line("note:", &hint.to_string());
        }
        if let Some(blob) = denied.encoded() {
            line("decode:", &decode(blob));
        }
        let mut plan = Plan::default();
        self.decided(attached, |decision| match decision {
            Ok(decision) => {
                out.push_str("\nwith the given policies:\n");
                explain(out, &decision);
                if let [_, _, ..] = self.policies.names.as_slice() {
                    for (number, name) in (1..).zip(&self.policies.names) {
                        out.push_str(&format!("  policy {number}: {}\n", plain(name)));
                    }
                }
                plan = self.plan(Some(&decision));
            }
            Err(why) => {
                if let Some(why) = why {
                    out.push_str(&format!("\nnot decided: {}\n", plain(&why)));
                }
                plan = self.plan(None);
            }
        });
        for advice in &plan.advice {
            out.push_str(&format!("\nhelp: {}\n", plain(advice)));
        }
        for add in &plan.add {
            self.statement(out, add);
        }
    }

    /// A statement in each language.
    fn statement(&self, out: &mut String, add: &Add) {
        out.push_str(&format!("\nhelp: {}\n", add.to));
        for error in add.grant.errors() {
            out.push_str(&format!("warning: {}\n", plain(&error)));
        }
        let open: Vec<String> = (add.grant.parameters().iter())
            .map(|parameter| format!("`{}`", parameter.name))
            .collect();
        if !open.is_empty() {
            out.push_str(&format!(
                "note: the message does not contain {}; give values with --set NAME=VALUE\n",
                open.join(", ")
            ));
        }
        for (name, text) in [
            ("Rust", add.grant.rust()),
            ("JSON", add.grant.json()),
            ("Terraform", add.grant.terraform()),
        ] {
            match text {
                Ok(text) => {
                    out.push_str(&format!("\n--- {name} ---\n{}", plain_lines(&text)));
                    if !text.ends_with('\n') {
                        out.push('\n');
                    }
                }
                // What is open was listed above.
                Err(_) if name == "JSON" && !open.is_empty() => {}
                Err(error) => out.push_str(&format!(
                    "\n--- {name} ---\n{}\n",
                    plain_lines(&error.to_string())
                )),
            }
        }
    }

    fn json(&self, out: &mut String, attached: &[Attached<'_>]) {
        let denied = self.denied;
        let mut member = |name: &str, value: String| {
            out.push_str(if out.is_empty() || out.ends_with('\n') {
                "{"
            } else {
                ","
            });
            write_string(out, name);
            out.push(':');
            out.push_str(&value);
        };
        let optional = |text: Option<&str>| text.map_or("null".to_owned(), quoted);
        let list = |items: Vec<String>| format!("[{}]", items.join(","));
        member("catalogue", quoted(catalogue::as_of()));
        member("action", quoted(denied.action()));
        member("principal", optional(denied.principal()));
        member("operation", optional(denied.operation()));
        member("resource", optional(self.resource().as_deref()));
        member("resource_in_message", quoted(form(denied.on())));
        member("effect", quoted(effect(denied.why())));
        member(
            "layer",
            optional(denied.layer().map(|layer| layer.kind().name())),
        );
        let (policy, through) = match denied.why() {
            Why::Denied {
                policy, through, ..
            } => (policy.as_deref(), *through),
            Why::Unstated
            | Why::NotAllowed(_)
            | Why::Either(_)
            | Why::BlockPublicAccess
            | Why::Unread(_) => (None, None),
        };
        member(
            "through",
            optional(through.map(|layer| layer.kind().name())),
        );
        member("policy", optional(policy));
        member("decode", optional(denied.encoded().map(decode).as_deref()));
        let hints = denied
            .hints()
            .iter()
            .map(|hint| quoted(&hint.to_string()))
            .collect();
        member("notes", list(hints));
        let mut plan = Plan::default();
        let mut evaluated = "null".to_owned();
        self.decided(attached, |decision| match decision {
            Ok(decision) => {
                let mut lines = String::new();
                explain(&mut lines, &decision);
                let lines = lines
                    .lines()
                    .map(|line| quoted(line.trim_start()))
                    .collect();
                let keys = decision.depends_on();
                let keys = keys.iter().map(|key| quoted(key.key())).collect();
                evaluated = format!(
                    "{{\"decision\":{},\"depends_on\":{},\"explanation\":{}}}",
                    quoted(decision.verdict().name()),
                    list(keys),
                    list(lines)
                );
                plan = self.plan(Some(&decision));
            }
            Err(why) => {
                if let Some(why) = why {
                    evaluated = format!("{{\"error\":{}}}", quoted(&why));
                }
                plan = self.plan(None);
            }
        });
        member("evaluation", evaluated);
        member(
            "help",
            list(plan.advice.iter().map(|text| quoted(text)).collect()),
        );
        let add = plan.add.iter().map(|add| {
            let text = |text: Result<String, _>| match text {
                Ok(text) => quoted(&text),
                Err(_) => "null".to_owned(),
            };
            let parameters = add.grant.parameters();
            let parameters = parameters.iter().map(|open| quoted(&open.name)).collect();
            let errors = add.grant.errors().iter().map(|error| quoted(error)).collect();
            format!(
                "{{\"kind\":{},\"help\":{},\"parameters\":{},\"errors\":{},\"rust\":{},\"json\":{},\"terraform\":{}}}",
                quoted(add.grant.kind().name()),
                quoted(&add.to),
                list(parameters),
                list(errors),
                text(add.grant.rust()),
                text(add.grant.json()),
                text(add.grant.terraform())
            )
        });
        member("add", list(add.collect()));
        out.push_str("}\n");
    }

    /// The resource of the request: of the command line, else of the message.
    fn resource(&self) -> Option<String> {
        if let Some(resource) = &self.arguments.resource {
            return Some(resource.clone());
        }
        match self.denied.on() {
            On::Arn(arn) => Some(arn.to_string()),
            On::Any => Some("*".to_owned()),
            On::Nothing | On::Unnamed | On::Words { .. } | On::Text(_) => {
                self.denied.resource().map(|resource| resource.into_owned())
            }
        }
    }

    fn resource_words(&self) -> String {
        if let Some(resource) = &self.arguments.resource {
            return format!("{resource} (as given)");
        }
        let denied = self.denied;
        match denied.on() {
            On::Arn(arn) => arn.to_string(),
            On::Any => "*".to_owned(),
            On::Words { kind, name } => match denied.resource() {
                Some(arn) => format!("{kind} {name}, read as {arn}"),
                None => format!("{kind} {name}"),
            },
            On::Text(text) => format!("`{text}`, which is not an ARN"),
            On::Unnamed => "not in the message, which only says `this resource`".to_owned(),
            On::Nothing => match (denied.resource(), denied.recorded()) {
                (Some(star), _) if star == "*" => {
                    "not in the message; the action has no resource types, so AWS checks `*`"
                        .to_owned()
                }
                (Some(form), _) => {
                    format!("not in the message; AWS checks this action against {form}")
                }
                (None, Some(form)) => {
                    format!("not in the message; AWS checks this action against {form}")
                }
                (None, None) => "not in the message".to_owned(),
            },
        }
    }

    /// Decides on the request by the given policies.
    fn decided(
        &self,
        attached: &[Attached<'_>],
        read: impl FnOnce(Result<Decision<'_>, Option<String>>),
    ) {
        if attached.is_empty() {
            return read(Err(None));
        }
        let Some(resource) = self.resource() else {
            return read(Err(Some(
                "the message does not name the resource; give it with --resource ARN".to_owned(),
            )));
        };
        let keys = by_key(&self.arguments.context);
        let entries =
            (keys.iter()).map(|(key, values)| Entry::new(Key::named(key), Values::Many(values)));
        let mut request = self.denied.request(&resource).with_all(entries);
        if let Some(account) = &self.arguments.resource_account {
            request = request.resource_account(account);
        }
        read(Ok(evaluate(attached, &request)));
    }

    /// What to change, by the message, and by the decision where the message gives no reason.
    fn plan(&self, decision: Option<&Decision<'_>>) -> Plan {
        let denied = self.denied;
        let mut plan = Plan::default();
        let told = matches!(
            denied.why(),
            Why::NotAllowed(_) | Why::Denied { .. } | Why::Either(_)
        );
        if let Some(decision) = decision {
            self.compare(decision, &mut plan);
            if !told && decision.is_denied_explicitly() {
                plan.advice.push(
                    "change or remove the statement that denies the request; no `Allow` overrides it"
                        .to_owned(),
                );
                return plan;
            }
        }
        let layer = match decision.map(Decision::reason) {
            Some(reason) if !told => layer_of(reason),
            _ => None,
        };
        match denied.why() {
            Why::NotAllowed(layer) => self.missing(*layer, &mut plan),
            Why::Denied { layer, policy, .. } => {
                let whose = match layer {
                    Some(layer @ Layer::ServiceControl) => {
                        format!("{}, and {}", a(*layer), who_changes(*layer))
                    }
                    Some(layer) => format!("{}: {}", a(*layer), who_changes(*layer)),
                    None => "one of the policies that apply".to_owned(),
                };
                plan.advice.push(match policy {
                    Some(policy) => format!(
                        "change or remove the statement that denies this in {policy}; no `Allow` overrides it"
                    ),
                    None => format!(
                        "find the statement that denies this in {whose}; no `Allow` overrides it"
                    ),
                });
            }
            Why::Either(Layer::RoleTrust) => plan.advice.push(
                "compare the role's trust policy with the token: the provider in `Principal`, and the conditions on `aud` and `sub`"
                    .to_owned(),
            ),
            Why::Either(layer) => {
                plan.advice.push(format!(
                    "check that the resource exists and that no statement of its policy denies this; if nothing allows it, add the statement below ({layer})"
                ));
                self.missing(*layer, &mut plan);
            }
            Why::BlockPublicAccess => plan.advice.push(
                "change S3 Block Public Access of the bucket, the account or the organization; no policy grants this"
                    .to_owned(),
            ),
            Why::Unread(_) => plan.advice.push(
                "the reason is not recognized, so no statement is suggested".to_owned(),
            ),
            Why::Unstated if layer.is_some() => {
                layer.into_iter().for_each(|layer| self.missing(layer, &mut plan));
            }
            Why::Unstated => self.unstated(decision.is_some(), &mut plan),
        }
        plan
    }

    /// The message gives no reason.
    fn unstated(&self, decided: bool, plan: &mut Plan) {
        let denied = self.denied;
        let assumes = denied.action() == "sts:AssumeRole";
        let at = plan.advice.len();
        if !decided {
            plan.advice
                .push("give the policies that apply with --policy to find out".to_owned());
        }
        if denied
            .principal()
            .is_some_and(|name| name.starts_with("arn:"))
        {
            self.missing(Layer::Identity, plan);
        }
        if assumes {
            self.missing(Layer::RoleTrust, plan);
        } else if denied.is_cross_account() && plan.add.len() < 2 {
            self.missing(Layer::Resource, plan);
        }
        let mut why = "the message does not say which policy denied this".to_owned();
        if !plan.add.is_empty() {
            why.push_str(
                "; the statements below help only if no policy explicitly denies the request",
            );
        }
        plan.advice.insert(at, why);
    }

    /// What the decision says that the message does not.
    fn compare(&self, decision: &Decision<'_>, plan: &mut Plan) {
        let implicit = matches!(self.denied.why(), Why::NotAllowed(_));
        let keys: Vec<String> = (decision.depends_on().iter())
            .map(|key| format!("`{}`", key.key()))
            .collect();
        if decision.is_allowed() {
            plan.advice.push(
                "the given policies allow the request, so check that these versions are attached, and give the other policies that apply, such as a permissions boundary or service control policies; a change of IAM takes a few seconds"
                    .to_owned(),
            );
            plan.allowed_by = (self.policies.attached.iter())
                .map(Attached::kind)
                .collect();
        } else if decision.is_denied_explicitly() && implicit {
            plan.advice.push(
                "the given policies deny the request, but the message says that nothing allows it; some policies or condition keys of the real request are missing"
                    .to_owned(),
            );
        }
        if !keys.is_empty() {
            plan.advice.push(format!(
                "the decision depends on keys that the message does not contain; give them with --context: {}",
                keys.join(", ")
            ));
        }
    }

    /// The statement that is missing in a layer.
    fn missing(&self, layer: Layer, plan: &mut Plan) {
        let denied = self.denied;
        // The statement is there already.
        if plan.allowed_by.contains(&layer.kind()) {
            return;
        }
        let caller = denied.principal().unwrap_or_default();
        let is_arn = caller.starts_with("arn:");
        if caller == "anonymous" || caller.is_empty() {
            plan.advice.push(
                "the caller did not sign in; sign the request, or decide who should have access to this resource"
                    .to_owned(),
            );
            return;
        }
        let kind = match layer {
            Layer::Resource => PolicyKind::of_resource(denied.action()),
            other => other.kind(),
        };
        let to = match layer {
            Layer::Identity if !is_arn => return,
            Layer::Identity if is_service_linked(caller) => {
                plan.advice.push(
                    "the caller is a service-linked role, whose policies nobody can edit; check the service's settings, and the policy of the resource"
                        .to_owned(),
                );
                return;
            }
            Layer::Identity => format!("add this statement to {}", identity(caller)),
            Layer::Resource if kind == PolicyKind::Project && !self.is_of_own_project() => {
                plan.advice.push(
                    "a project policy only covers the models of its own project; copy a model to a project of the caller's account, and allow the action on that project in an identity policy"
                        .to_owned(),
                );
                return;
            }
            Layer::Resource if kind == PolicyKind::Project => {
                "add this statement to the policy of the project that the model belongs to".to_owned()
            }
            Layer::Resource => "add this statement to the policy of the resource".to_owned(),
            Layer::PermissionsBoundary => "add this statement to the permissions boundary".to_owned(),
            Layer::Session => {
                "add this statement to the session policy, which the caller of `AssumeRole` or `GetFederationToken` passes".to_owned()
            }
            Layer::ServiceControl => {
                "have the organization's administrators add this statement to a service control policy of each level that does not allow it".to_owned()
            }
            Layer::VpcEndpoint => "add this statement to the policy of the VPC endpoint".to_owned(),
            Layer::RoleTrust => "add this statement to the trust policy of the role".to_owned(),
            Layer::ResourceControl => {
                plan.advice.push(format!(
                    "resource control policies grant nothing; {}",
                    who_changes(layer)
                ));
                return;
            }
        };
        let target = match layer {
            Layer::RoleTrust => Target::Own,
            // https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
            Layer::Resource if denied.action_parts().0 == "kms" => Target::Arn("*".to_owned()),
            Layer::Identity
            | Layer::Resource
            | Layer::PermissionsBoundary
            | Layer::Session
            | Layer::ServiceControl
            | Layer::ResourceControl
            | Layer::VpcEndpoint => self.target(),
        };
        let mut grant = Grant::new(kind, denied.action(), target);
        if layer == Layer::VpcEndpoint && is_arn {
            // The policy of a gateway endpoint cannot name users and roles as principals.
            grant = grant.principal("*").only_for(named(caller));
        } else if kind.has_principals() {
            grant = grant.principal(named(caller));
        }
        for (name, value) in &self.arguments.values {
            grant = grant.value(name, value);
        }
        if denied.action() == "iam:PassRole" {
            match self.arguments.values.iter().find(|(name, _)| name == SERVICE) {
                Some((_, service)) => grant = grant.passed_to(service),
                None => plan.advice.push(format!(
                    "to allow the role for one service only, give the service that gets it, as in `--set {SERVICE}=lambda.amazonaws.com`"
                )),
            }
        }
        plan.add.push(Add { to, grant });
        match layer {
            Layer::PermissionsBoundary
            | Layer::Session
            | Layer::ServiceControl
            | Layer::VpcEndpoint => {
                plan.advice.push(format!(
                    "{} grants nothing by itself; an identity policy or the policy of the resource must allow the action too",
                    a(layer)
                ));
            }
            Layer::Identity if denied.is_cross_account() && denied.action() != "sts:AssumeRole" => {
                self.missing(Layer::Resource, plan);
            }
            Layer::Resource
                if is_arn
                    && denied.resource_account().is_some()
                    && !denied.is_cross_account()
                    && denied.action_parts().0 != "kms" =>
            {
                plan.advice.push(
                    "the caller and the resource are in the same account, so an identity policy that allows the action on this resource works too"
                        .to_owned(),
                );
            }
            Layer::Identity | Layer::Resource | Layer::RoleTrust | Layer::ResourceControl => {}
        }
    }

    /// Whether the resource is a version of a project, which the policy of this project can be about.
    fn is_of_own_project(&self) -> bool {
        self.resource()
            .is_none_or(|resource| resource.contains("/version/"))
    }

    /// The resource of the statement.
    fn target(&self) -> Target {
        let denied = self.denied;
        if let Some(resource) = &self.arguments.resource {
            return Target::Arn(resource.clone());
        }
        match (denied.resource(), denied.recorded()) {
            // IAM's words for what it lists: which ARN a statement needs is not documented, and `*` is certain.
            (Some(_), _) if matches!(denied.on(), On::Words { kind, .. } if kind == "policy path") => {
                Target::Arn("*".to_owned())
            }
            (Some(resource), _) => Target::Arn(resource.into_owned()),
            (None, Some(form)) => Target::Form(form),
            (None, None) => Target::Open,
        }
    }
}
