//! One statement that allows one action on one resource, in a policy of any kind.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::{self, Severity};
use rekognition_iam_runtime::document::{Document, PolicyKind};
use rekognition_iam_runtime::json;

use super::hcl::{self, Variables};
use super::least::Parameter;
use super::needs::{self, Arg, Resource};
use super::value::Origin;
use super::write;
use crate::dsl::{self, Evaluated};
use crate::export::json::quoted;
use crate::export::{Error, Problem};
use crate::import::layout::{self, Expr};
use crate::import::{self, Options, arn};

/// A statement that allows one action on one resource and nothing else: in Rust, as JSON, and for Terraform.
///
/// ```
/// use rekognition_iam_codegen::derive::{Grant, Target};
/// use rekognition_iam_runtime::document::PolicyKind;
///
/// let collection = "arn:aws:rekognition:us-east-1:111122223333:collection/staff";
/// let grant = Grant::new(PolicyKind::Identity, "rekognition:IndexFaces", Target::Arn(collection.to_owned()));
/// let source = grant.rust()?;
/// assert!(source.contains("rekognition::collection(") && source.contains("\"staff\""));
/// assert!(grant.terraform()?.contains("rekognition:IndexFaces"));
/// # Ok::<(), rekognition_iam_codegen::export::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Grant {
    kind: PolicyKind,
    action: String,
    target: Target,
    principals: Vec<String>,
    /// `aws:PrincipalArn`
    only_for: Option<String>,
    /// `iam:PassedToService`
    passed_to: Option<String>,
    name: String,
    values: BTreeMap<String, String>,
}

/// Why the source accepts what the rules find in the statement.
const REASON: &str = "needed for a request that was denied";

/// The resource of a [`Grant`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// An ARN or `*`, as it belongs in a policy.
    Arn(String),
    /// An ARN with `${Region}` or `${Account}` for what is not known, which become parameters.
    Form(String),
    /// Not known: a parameter for each part of the ARN, or for all of it.
    Open,
    /// The statement has no `Resource`, as in a trust policy.
    Own,
}

/// What a grant is made of.
enum Draft {
    /// Everything is known: the document.
    Closed(String),
    Open(Box<Open>),
}

struct Open {
    entry: Expr,
    modules: BTreeSet<&'static str>,
    parameters: Vec<Parameter>,
}

impl Grant {
    /// A grant of this action, `service:Name`, in a policy of this kind.
    pub fn new(kind: PolicyKind, action: impl Into<String>, target: Target) -> Self {
        Self {
            kind,
            action: action.into(),
            target,
            principals: Vec::new(),
            only_for: None,
            passed_to: None,
            name: "needed".to_owned(),
            values: BTreeMap::new(),
        }
    }

    /// Who is allowed, for kinds of policies that name principals: ARNs, accounts, or service principals.
    pub fn principal(mut self, principal: impl Into<String>) -> Self {
        self.principals.push(principal.into());
        self
    }

    /// For requests of this user or role only, by a condition on `aws:PrincipalArn`: for policies that have to name everyone as
    /// their principal, as those of gateway endpoints do. See
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>.
    pub fn only_for(mut self, arn: impl Into<String>) -> Self {
        self.only_for = Some(arn.into());
        self
    }

    /// For a role that is passed to this service only, by a condition on `iam:PassedToService`. See
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>.
    pub fn passed_to(mut self, service: impl Into<String>) -> Self {
        self.passed_to = Some(service.into());
        self
    }

    /// The name of the static or function, and of the document in Terraform, instead of `needed`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// A value for a parameter, as in [`Derive::value`](super::Derive::value).
    pub fn value(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.insert(name.into(), value.into());
        self
    }

    /// The kind of the policy.
    #[must_use]
    pub const fn kind(&self) -> PolicyKind {
        self.kind
    }

    /// The parameters that are open.
    #[must_use]
    pub fn parameters(&self) -> Vec<Parameter> {
        match self.draft() {
            Draft::Closed(_) => Vec::new(),
            Draft::Open(open) => open.parameters,
        }
    }

    /// What the rules report as an error of the statement, such as a resource that the action does not have.
    #[must_use]
    pub fn errors(&self) -> Vec<String> {
        let Draft::Closed(text) = self.draft() else {
            return Vec::new();
        };
        // By its own kind, which the language may not have.
        let options = check::Options::new(self.kind);
        (check::check(&parsed(&text), &options).iter())
            .filter(|finding| finding.severity >= Severity::Error)
            .map(|finding| finding.message.render(&check::Iam))
            .collect()
    }

    /// The policy as Rust source in the language of `policy!` or a related macro.
    ///
    /// # Errors
    /// When the language cannot express it.
    pub fn rust(&self) -> Result<String, Error> {
        match self.draft() {
            Draft::Closed(text) => {
                let mut imported = import::import(&text, &self.options())
                    .map_err(|error| Problem::new("the statement", error.message))?;
                imported.name = self.name.to_uppercase();
                Ok(import::source(&[imported]))
            }
            Draft::Open(open) => {
                self.evaluated(&open, true)?;
                Ok(self.function(&open))
            }
        }
    }

    /// The policy document.
    ///
    /// # Errors
    /// When parameters are open.
    pub fn json(&self) -> Result<String, Error> {
        match self.draft() {
            Draft::Closed(text) => Ok(json::to_pretty(&parsed(&text))),
            Draft::Open(open) => Err(write::open(&open.parameters)),
        }
    }

    /// The policy as Terraform: a `variable` for each parameter, and an `aws_iam_policy_document`.
    ///
    /// # Errors
    /// When the language cannot express it.
    pub fn terraform(&self) -> Result<String, Error> {
        let name = self.name.to_lowercase();
        match self.draft() {
            Draft::Closed(text) => {
                let document = parsed(&text);
                Ok(hcl::document(&document, &name, &Variables::new(), |_| {
                    Vec::new()
                }))
            }
            Draft::Open(open) => {
                let evaluated = self.evaluated(&open, false)?;
                let mut variables = Variables::new();
                let document = evaluated
                    .filled(|parameter| hcl::marker(&mut variables, &parameter.name).to_string())
                    .ok_or_else(write::not_understood)?;
                let declared = write::declared(&open.parameters, false);
                let document = hcl::document(&document, &name, &variables, |_| Vec::new());
                Ok(declared + &document)
            }
        }
    }

    fn options(&self) -> Options {
        Options::new().kind(self.kind).because(REASON)
    }

    fn draft(&self) -> Draft {
        let resources = match &self.target {
            Target::Arn(text) => {
                let text = needs::arn_in_policy(&self.action, text);
                Some(vec![Resource::Text(text)])
            }
            Target::Own => None,
            Target::Open => Some(open_resources(&self.action)),
            Target::Form(text) => match self.form(&needs::arn_in_policy(&self.action, text)) {
                Some(open) => return open,
                None => Some(vec![any_arn()]),
            },
        };
        let resources = resources.map(|resources| -> Vec<Resource> {
            (resources.into_iter())
                .map(|resource| self.filled(resource))
                .collect()
        });
        let known: Option<Vec<String>> = match &resources {
            None => Some(Vec::new()),
            Some(resources) => resources.iter().map(whole).collect(),
        };
        match known {
            Some(known) => Draft::Closed(self.document(resources.is_some(), &known)),
            None => {
                let resources = resources.unwrap_or_default();
                let expressions = resources.iter().map(write::resource).collect();
                let mut modules = BTreeSet::new();
                for resource in &resources {
                    if let Resource::Built { service, .. } = resource {
                        modules.extend(write::module(service));
                    }
                }
                let parameters = open_parameters(&resources);
                self.open(expressions, modules, parameters)
            }
        }
    }

    /// An ARN with some fields open, when a constructor has it.
    fn form(&self, text: &str) -> Option<Draft> {
        const SAMPLES: [(&str, &str, &str, &str); 2] = [
            ("${Region}", "us-east-1", "region", "Region"),
            ("${Account}", "111122223333", "account", "AccountId"),
        ];
        let mut sample = text.to_owned();
        let mut open = Vec::new();
        for (placeholder, value, name, kind) in SAMPLES {
            if !text.contains(placeholder) {
                continue;
            }
            match self.values.get(name) {
                Some(given) => sample = sample.replace(placeholder, given),
                None => {
                    sample = sample.replace(placeholder, value);
                    open.push((value, name, kind));
                }
            }
        }
        if sample.contains("${") {
            return None;
        }
        if open.is_empty() {
            return Some(Draft::Closed(self.document(true, &[sample])));
        }
        let (module, expr) = arn::constructor(&sample)?;
        let expr = with_parameters(expr, &open);
        let parameters = (open.into_iter())
            .map(|(_, name, kind)| Parameter {
                name: name.to_owned(),
                kind,
                like: Vec::new(),
            })
            .collect();
        Some(self.open(vec![expr], BTreeSet::from([module]), parameters))
    }

    fn open(
        &self,
        resources: Vec<Expr>,
        mut modules: BTreeSet<&'static str>,
        parameters: Vec<Parameter>,
    ) -> Draft {
        let (prefix, name) = self.action.split_once(':').unwrap_or((&self.action, ""));
        let known = catalogue::service(prefix).filter(|service| service.action(name).is_some());
        let action = match known {
            Some(service) => {
                modules.extend(write::module(service.prefix));
                write::action(service.prefix, name)
            }
            None => {
                let args = [self.action.as_str(), "not in the catalogue"];
                Expr::Call("unlisted".to_owned(), args.map(Expr::string).into())
            }
        };
        let mut entry = Expr::Call("allow".to_owned(), vec![action]);
        if self.kind.has_principals() {
            let to = self.principals.iter().map(|name| principal(name)).collect();
            entry = entry.method("to", to);
        }
        entry = entry.method("on", resources);
        if let Some(arn) = &self.only_for {
            modules.insert("aws");
            let key = Expr::Path("aws::PrincipalArn".to_owned());
            let condition = key.method("arn_equals", vec![Expr::string(arn)]);
            entry = entry.method("when", vec![condition]);
        }
        if let Some(service) = &self.passed_to {
            modules.insert("iam");
            let key = Expr::Path("iam::PassedToService".to_owned());
            let condition = key.method("string_equals", vec![Expr::string(service)]);
            entry = entry.method("when", vec![condition]);
        }
        Draft::Open(Box::new(Open {
            entry,
            modules,
            parameters,
        }))
    }

    /// The document as text.
    fn document(&self, has_resource: bool, resources: &[String]) -> String {
        let one = |texts: &[String]| match texts {
            [only] => quoted(only),
            texts => {
                let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
                format!("[{}]", texts.join(","))
            }
        };
        let principal = match self.kind.has_principals() {
            true => format!("\"Principal\":{},", self.principals_json()),
            false => String::new(),
        };
        let resource = match has_resource {
            true => format!(",\"Resource\":{}", one(resources)),
            false => String::new(),
        };
        let conditions: Vec<String> = [
            ("ArnEquals", "aws:PrincipalArn", &self.only_for),
            ("StringEquals", "iam:PassedToService", &self.passed_to),
        ]
        .into_iter()
        .filter_map(|(operator, key, value)| {
            let value = quoted(value.as_deref()?);
            Some(format!("\"{operator}\":{{\"{key}\":{value}}}"))
        })
        .collect();
        let condition = match conditions.is_empty() {
            true => String::new(),
            false => format!(",\"Condition\":{{{}}}", conditions.join(",")),
        };
        format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",{principal}\"Action\":{}{resource}{condition}}}]}}",
            quoted(&self.action)
        )
    }

    fn principals_json(&self) -> String {
        if self.principals.iter().any(|name| name == "*") {
            return "\"*\"".to_owned();
        }
        let list = |service: bool| -> Option<String> {
            let names: Vec<String> = (self.principals.iter())
                .filter(|name| is_service(name) == service)
                .map(|name| quoted(name))
                .collect();
            match names.as_slice() {
                [] => None,
                [only] => Some(only.clone()),
                names => Some(format!("[{}]", names.join(","))),
            }
        };
        let aws = list(false).map(|names| format!("\"AWS\":{names}"));
        let service = list(true).map(|names| format!("\"Service\":{names}"));
        let kinds: Vec<String> = aws.into_iter().chain(service).collect();
        format!("{{{}}}", kinds.join(","))
    }

    /// The resource with the values that were given.
    fn filled(&self, resource: Resource) -> Resource {
        let fill = |arg: Arg| match arg {
            Arg::Open {
                hint,
                kind,
                like,
                origin,
            } => match self.values.get(&hint) {
                Some(value) => Arg::Text(value.clone()),
                None => Arg::Open {
                    hint,
                    kind,
                    like,
                    origin,
                },
            },
            text => text,
        };
        match resource {
            Resource::Open(arg) => match fill(arg) {
                Arg::Text(text) => Resource::Text(text),
                open => Resource::Open(open),
            },
            Resource::Built {
                service,
                format,
                partition,
                args,
            } => {
                let head = args.len() - format.0.variables().count();
                let args = args.into_iter().enumerate().map(|(number, arg)| {
                    let was_open = matches!(arg, Arg::Open { .. });
                    let variable = number.checked_sub(head);
                    let variable = variable.and_then(|number| format.0.variables().nth(number));
                    match (fill(arg), variable) {
                        // A name, as the ARN of its resource has it.
                        (Arg::Text(name), Some(variable)) if was_open => {
                            Arg::Text(needs::completed(&name, variable))
                        }
                        (arg, _) => arg,
                    }
                });
                Resource::Built {
                    service,
                    format,
                    partition,
                    args: args.collect(),
                }
            }
            other => other,
        }
    }

    /// The policy as the macro reads it.
    fn evaluated(&self, open: &Open, is_source: bool) -> Result<Evaluated, Error> {
        let mut input = String::new();
        open.entry.flat(&mut input);
        let wrong = |message: String| Error::from(Problem::new("the statement", message));
        let tokens: TokenStream =
            (input.parse()).map_err(|error: proc_macro2::LexError| wrong(error.to_string()))?;
        let evaluated = dsl::evaluate(in_language(self.kind), tokens);
        match evaluated.diagnostics.iter().find(|found| found.denied) {
            // The rules are those of another kind where the language does not have this one.
            Some(denied) if is_source || self.kind.language().is_some() => {
                Err(wrong(denied.message.clone()))
            }
            _ => Ok(evaluated),
        }
    }

    fn function(&self, open: &Open) -> String {
        let kind = in_language(self.kind);
        let macro_name = kind
            .language()
            .map_or("policy", |language| language.macro_name);
        let mut names = open.modules.clone();
        names.extend([macro_name, "PolicyBuf"]);
        let mut result = "PolicyBuf".to_owned();
        if kind != PolicyKind::Identity {
            names.insert("kind");
            result = format!("PolicyBuf<kind::{kind:?}>");
        }
        let kinds: BTreeSet<&str> = (open.parameters.iter())
            .map(|parameter| parameter.kind)
            .collect();
        let mut out = match kinds.first() {
            Some(only) if kinds.len() == 1 => format!("use rekognition_iam::values::{only};\n"),
            _ => layout::imports("rekognition_iam::values", &kinds),
        };
        out.push_str(&layout::imports("rekognition_iam", &names));
        out.push('\n');
        out.push_str(&write::head(&self.name, &open.parameters, &result));
        out.push_str("    ");
        let entries = [(Vec::new(), open.entry.clone())];
        out.push_str(&layout::tail(&format!("{macro_name}!"), &entries));
        out.push_str("\n}\n");
        out
    }
}

/// The kind that the language writes a policy as: what it has no kind for is written as the policy of a resource.
fn in_language(kind: PolicyKind) -> PolicyKind {
    match kind.language() {
        Some(_) => kind,
        None => PolicyKind::Resource,
    }
}

fn parsed(text: &str) -> Document<'_> {
    json::parse(text, &json::Limits::default()).document
}

fn is_service(principal: &str) -> bool {
    !principal.starts_with("arn:") && principal.contains(".amazonaws.com")
}

fn principal(name: &str) -> Expr {
    if name == "*" {
        Expr::Call("anyone".to_owned(), Vec::new())
    } else if is_service(name) {
        Expr::Call("service".to_owned(), vec![Expr::string(name)])
    } else {
        arn::principal(name).unwrap_or_else(|| Expr::string(name))
    }
}

/// A parameter for the whole ARN.
fn any_arn() -> Resource {
    Resource::Open(Arg::Open {
        hint: "resource_arn".to_owned(),
        kind: "Arn",
        like: None,
        origin: Origin::Nameless,
    })
}

/// The only resource type of an action with a parameter for each part, else a parameter for an ARN.
fn open_resources(action: &str) -> Vec<Resource> {
    let known = action.split_once(':').and_then(|(prefix, name)| {
        let service = catalogue::service(prefix)?;
        let action = service.action(name)?;
        let mut kinds = action.resources_of(service).map(|(_, kind)| kind);
        match (kinds.next(), kinds.next()) {
            (Some(only), None) => Some(needs::open_in_policy(service, action, only)),
            _ => None,
        }
    });
    (known.filter(|known| !known.is_empty())).unwrap_or_else(|| vec![any_arn()])
}

/// The ARN of a resource that has no open parameter.
fn whole(resource: &Resource) -> Option<String> {
    let is_open = match resource {
        Resource::Any | Resource::Text(_) => false,
        Resource::Open(_) => true,
        Resource::Built { args, .. } => (args.iter()).any(|arg| matches!(arg, Arg::Open { .. })),
    };
    (!is_open).then(|| super::reach::shown(resource))
}

fn open_parameters(resources: &[Resource]) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for resource in resources {
        let args = match resource {
            Resource::Built { args, .. } => args.as_slice(),
            Resource::Open(arg) => std::slice::from_ref(arg),
            Resource::Any | Resource::Text(_) => &[],
        };
        for arg in args {
            if let Arg::Open { hint, kind, .. } = arg
                && !parameters.iter().any(|known| known.name == *hint)
            {
                parameters.push(Parameter {
                    name: hint.clone(),
                    kind,
                    like: Vec::new(),
                });
            }
        }
    }
    parameters
}

/// The constructor with parameters for these values.
fn with_parameters(expr: Expr, open: &[(&str, &str, &str)]) -> Expr {
    let replaced = |args: Vec<Expr>| -> Vec<Expr> {
        (args.into_iter())
            .map(|arg| match &arg {
                Expr::Literal(text) => (open.iter())
                    .find(|(value, ..)| *text == format!("{value:?}"))
                    .map_or(arg.clone(), |(_, name, _)| {
                        Expr::Literal((*name).to_owned())
                    }),
                _ => arg,
            })
            .collect()
    };
    match expr {
        Expr::Call(name, args) => Expr::Call(name, replaced(args)),
        Expr::Chain(receiver, calls) => {
            Expr::Chain(Box::new(with_parameters(*receiver, open)), calls)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests;
