//! Actions: the entries of `allow(..)` and `deny(..)`.

use proc_macro2::Span;
use quote::quote;
use rekognition_iam_runtime::AccessLevel;
use rekognition_iam_runtime::catalogue::Service;
use rekognition_iam_runtime::document::Text;

use super::common::{Name, Wanted, level_of, module_and_name, services_for_suggestions, string};
use super::draft::{Draft, Parts};
use super::lowerer::{Lowerer, service_by_ident};
use crate::dsl::dialect;
use crate::dsl::errors::{Read, Reported};
use crate::dsl::syntax::{Expr, Items, Path, Primary};

impl Lowerer<'_> {
    pub(super) fn actions(&mut self, args: &Items, result: &mut Draft) {
        let entries = self.entries(args);
        let mut actions = ActionSink {
            items: Vec::with_capacity(entries.items.len()),
            spans: Vec::with_capacity(entries.items.len()),
            origin: 0,
        };
        if entries.items.is_empty() && !entries.bracketed {
            let reported = (self.errors)
                .push(entries.span, "the list of actions is empty")
                .help("name an action, as in `rekognition::DetectLabels`, or all of a service with `rekognition::all()`")
                .reported();
            actions.reported(reported, entries.span);
        }
        for (origin, item) in entries.items.iter().enumerate() {
            actions.origin = origin;
            if let Err(reported) = self.action(item, &mut actions) {
                actions.reported(reported, item.span());
            }
        }
        result.actions = Parts {
            not: entries.not,
            bracketed: entries.bracketed,
            items: actions.items,
        };
        result.spans.actions = actions.spans;
        result.spans.lists.actions = entries.list;
    }

    /// Adds what the expression names, unless it is an error.
    fn action(&mut self, expr: &Expr, actions: &mut ActionSink) -> Read<()> {
        let span = expr.span();
        let stray = match expr.calls.first() {
            Some(call) => self.stray_call(call, "an action"),
            None => Ok(()),
        };
        if let (Primary::Path(path) | Primary::Call(path, _), Err(reported)) =
            (&expr.primary, &stray)
            && module_and_name(path).is_none()
        {
            // `rekognition.DetectText`: what was reported is all that is wrong.
            return Err(*reported);
        }
        self.in_place(expr, "actions")?;
        match &expr.primary {
            Primary::Literal(..) => match string(expr) {
                Some((text, _)) if text.contains("::") => {
                    let own = text.replacen("::", ":", 1);
                    return (self.errors)
                        .push(span, "an action in a string has one colon")
                        .help(format!("write `\"{own}\"`, or `{text}` without quotes"))
                        .err();
                }
                Some((text, _)) => actions.push(text, span),
                None => {
                    return (self.errors)
                        .push(span, "expected an action")
                        .help("write, for example, `rekognition::DetectLabels` or `\"rekognition:DetectLabels\"`")
                        .err();
                }
            },
            Primary::Path(path) => self.action_path(path, actions)?,
            Primary::Call(path, args) => self.action_call(path, args, actions)?,
            Primary::Place(place) => {
                return (self.errors)
                    .push(span, format!("`{}` is not an action", place.text()))
                    .help("name each action; a variable could hold any action")
                    .err();
            }
            Primary::List(items) => return Err(self.misplaced_brackets(items, "actions")),
            Primary::Unknown(_, _, reported) => return Err(*reported),
        }
        stray
    }

    /// The service that a path to actions begins with, the module as it was written, and what it says about that service.
    fn service_of<'p>(&mut self, path: &'p Path) -> Read<(&'static Service, &'p str, &'p str)> {
        if let Some(reported) = path.told {
            return Err(reported);
        }
        let Some((module, name)) = module_and_name(path) else {
            return Err(self.not_an_action(path));
        };
        match self.service(module) {
            Some(service) => {
                self.typed.modules.add(path);
                Ok((service, module, name))
            }
            None => Err(self.unknown_module(path, module, name, Wanted::Action)),
        }
    }

    fn action_path(&mut self, path: &Path, actions: &mut ActionSink) -> Read<()> {
        let span = path.span();
        if let Some(reported) = path.told {
            let module = match path.complete().unwrap_or_default() {
                [module] | [.., module, _] => service_by_ident(&module.to_string()),
                [] => None,
            };
            if module.is_some() {
                self.mention(path);
            }
            return Err(reported);
        }
        let text = path.text();
        let (service, module, name) = self.service_of(path)?;
        if let Some(info) = service.action_by_ident(name) {
            self.typed.actions.all(&path.tokens);
            self.typed.actions.punct(',');
            let mut text = String::with_capacity(service.prefix.len() + info.name.len() + 1);
            text.push_str(service.prefix);
            text.push(':');
            text.push_str(info.name);
            actions.push(text, span);
            return Ok(());
        }
        self.mention(path);
        let pushed = if name == "all" || level_of(name).is_some() {
            self.errors
                .push(span, format!("`{text}` is a function"))
                .help(format!("call it: `{text}()`"))
        } else if name == "matching" {
            self.errors
                .push(span, format!("`{text}` is a function"))
                .help(format!("call it with a pattern: `{text}(\"Describe*\")`"))
        } else if service.resource_by_ident(name).is_some() {
            self.errors
                .push(
                    span,
                    format!("`{text}` is a type of resource, not an action"),
                )
                .help("move it to `.on(..)`")
        } else if service.key_by_ident(name).is_some() {
            self.errors
                .push(span, format!("`{text}` is a condition key, not an action"))
                .help("move it to `.when(..)`")
        } else if let Some(info) = service.action_ignore_case(name) {
            // IAM does not mind the case, so no rule is about it; Rust does.
            self.errors
                .push(span, format!("`{}` has no action `{name}`", service.prefix))
                .help(format!(
                    "did you mean `{module}::{}`?",
                    dialect::ident(info.name)
                ))
        } else {
            // Unknown: the rule says so, with the nearest right spelling.
            actions.push(format!("{}:{name}", service.prefix), span);
            return Ok(());
        };
        pushed.err()
    }

    fn action_call(&mut self, path: &Path, args: &Items, actions: &mut ActionSink) -> Read<()> {
        let span = path.span();
        if path.is("unlisted") {
            let (name, literal) = self.unlisted(path, args, &[Name::Action])?;
            actions.push(name, literal.span());
            return Ok(());
        }
        let text = path.text();
        let (service, module, name) = self.service_of(path)?;
        let tokens = &path.tokens;
        let level = level_of(name);
        if name == "all" {
            self.no_arguments_at(span, text, args)?;
            (self.typed.patterns).extend(quote!(let _: __ri::ActionPattern = #(#tokens)*();));
            actions.push(format!("{}:*", service.prefix), span);
        } else if name == "matching" {
            let (pattern, literal) = self.one_string_at(span, text, args)?;
            (self.typed.patterns)
                .extend(quote!(let _: __ri::ActionPattern = #(#tokens)*(#literal);));
            actions.push(format!("{}:{pattern}", service.prefix), literal.span());
        } else if let Some(level) = level {
            self.no_arguments_at(span, text, args)?;
            if !has_level(service, level) {
                let message = format!(
                    "`{}` has no action with access level {level}",
                    service.prefix
                );
                let reported = self.errors.push(span, message).err();
                let mut has = String::new();
                for level in &AccessLevel::ALL {
                    if has_level(service, *level) {
                        let separator = if has.is_empty() { "" } else { ", " };
                        has += &format!("{separator}`{module}::{}()`", level.group());
                    }
                }
                self.last_help(format!("its access levels are {has}"));
                return reported;
            }
            (self.typed.patterns).extend(quote!(let _: __ri::ActionGroup = #(#tokens)*();));
            for info in service.actions {
                if info.level == level {
                    actions.push(format!("{}:{}", service.prefix, info.name), span);
                }
            }
        } else if service.action_by_ident(name).is_some() {
            return (self.errors)
                .push(
                    span,
                    format!("`{text}` is an action and does not accept values"),
                )
                .help("remove the parentheses")
                .err();
        } else if service.resource_by_ident(name).is_some() {
            return (self.errors)
                .push(span, format!("`{text}(..)` is a resource, not an action"))
                .help("move it to `.on(..)`")
                .err();
        } else {
            let message = format!("`{}` has no function `{name}` for actions", service.prefix);
            let reported = self.errors.push(span, message).err();
            let mut names = vec!["all", "matching"];
            for level in &AccessLevel::ALL {
                names.push(level.group());
            }
            self.help_nearest(name, &names, &|near| match near {
                "matching" => format!("`{module}::matching(..)`"),
                near => format!("`{module}::{near}()`"),
            });
            return reported;
        }
        Ok(())
    }

    fn not_an_action(&mut self, path: &Path) -> Reported {
        let text = path.text();
        if let (true, segments) = (path.open, path.segments.as_slice()) {
            let help = match segments.last().map(ToString::to_string) {
                Some(name) => {
                    match service_by_ident(&name).and_then(|service| service.actions.first()) {
                        Some(info) => format!(
                            "write, for example, `{name}::{}`",
                            dialect::ident(info.name)
                        ),
                        None => "write, for example, `rekognition::DetectLabels`".to_string(),
                    }
                }
                None => "write, for example, `rekognition::DetectLabels`".to_string(),
            };
            let reported = self
                .errors
                .push(path.span(), format!("expected an action after `{text}`"))
                .help(help)
                .reported();
            if path.segments.len() == 1 {
                self.last_help(format!(
                    "for all actions of the service, write `{text}all()`"
                ));
            }
            return reported;
        }
        let reported = self
            .errors
            .push(path.span(), format!("`{text}` is not an action"))
            .reported();
        let owner =
            services_for_suggestions().find(|service| service.action_by_ident(text).is_some());
        if service_by_ident(text).is_some() {
            self.last_help(format!(
                "name one of its actions, or all of them with `{text}::all()`"
            ));
        } else if let Some(service) = owner {
            self.last_help(format!("did you mean `{}::{text}`?", service.module));
        } else {
            self.last_help("write an action as `service::Name`, as in `rekognition::DetectLabels`");
        }
        reported
    }
}

fn has_level(service: &Service, level: AccessLevel) -> bool {
    service.actions.iter().any(|info| info.level == level)
}

struct ActionSink {
    items: Vec<Read<Text<'static>>>,
    spans: Vec<(Span, usize)>,
    origin: usize,
}

impl ActionSink {
    fn push(&mut self, text: String, span: Span) {
        self.items.push(Ok(Text::Owned(text)));
        self.spans.push((span, self.origin));
    }

    fn reported(&mut self, reported: Reported, span: Span) {
        self.items.push(Err(reported));
        self.spans.push((span, self.origin));
    }
}
