//! The functions of the module as statements, for the macro.

use alloc::string::String;
use alloc::vec::Vec;

use crate::document::{ConditionBlock, Effect, Element, List, Statement, Text, Value};

/// A function of this module, for the macro.
#[doc(hidden)]
#[derive(Debug)]
pub struct Definition {
    /// The function's name.
    pub name: &'static str,
    /// Each parameter and the type in [`values`](crate::values) that a variable in its place has.
    pub parameters: &'static [(&'static str, &'static str)],
    /// The statements, with `{partition}` and the parameters in braces.
    pub(super) grants: &'static [Grant],
}

#[derive(Debug)]
pub(super) struct Grant {
    pub(super) actions: &'static [&'static str],
    pub(super) resources: &'static [&'static str],
    pub(super) passed_to_rekognition: bool,
}

impl Definition {
    /// All functions.
    #[must_use]
    pub fn all() -> &'static [Self] {
        super::DEFINITIONS
    }

    /// The statements for these values, one for each parameter.
    #[must_use]
    pub fn statements(&self, partition: &str, values: &[String]) -> Vec<Statement<'static>> {
        let mut statements = Vec::new();
        for grant in self.grants {
            let mut actions = Vec::new();
            for action in grant.actions {
                actions.push(Text::Borrowed(*action));
            }
            let mut resources = Vec::new();
            for template in grant.resources {
                resources.push(Text::Owned(self.fill(template, partition, values)));
            }
            let mut conditions = Vec::new();
            if grant.passed_to_rekognition {
                let service = Value::String(Text::Borrowed("rekognition.amazonaws.com"));
                let key = (
                    Text::Borrowed("iam:PassedToService"),
                    List::shortest(alloc::vec![service]),
                );
                conditions.push(ConditionBlock {
                    operator: Text::Borrowed("StringEquals"),
                    keys: alloc::vec![key],
                });
            }
            statements.push(Statement {
                sid: None,
                effect: Effect::Allow,
                principals: None,
                actions: Element {
                    not: false,
                    values: List::shortest(actions),
                },
                resources: Some(Element {
                    not: false,
                    values: List::shortest(resources),
                }),
                conditions,
                empty_condition: false,
            });
        }
        statements
    }

    fn fill(&self, template: &str, partition: &str, values: &[String]) -> String {
        let mut out = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some((before, behind)) = rest.split_once('{') {
            out.push_str(before);
            let (name, behind) = behind.split_once('}').unwrap_or((behind, ""));
            let mut value = if name == "partition" { partition } else { "" };
            for (at, (parameter, _)) in self.parameters.iter().enumerate() {
                if *parameter == name
                    && let Some(given) = values.get(at)
                {
                    value = given;
                }
            }
            out.push_str(value);
            rest = behind;
        }
        out.push_str(rest);
        out
    }
}
