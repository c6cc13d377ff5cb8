//! The blocks that only configurations of Terragrunt have.

use std::rc::Rc;

use super::sections::Sections;
use super::texts::holds_policy;
use super::{Emitter, MAX_CALLED, span, span_in};
use crate::input::hcl::arguments;
use crate::input::hcl::env::Env;
use crate::input::hcl::module::{Attribute, Block};
use crate::input::hcl::terragrunt::INPUTS;
use crate::input::hcl::value::{Kind, Place};
use crate::input::tree::{Called, Id};

/// The attribute of a unit or stack that its configuration reads.
const VALUES: &str = "values";

impl Emitter<'_, '_> {
    /// Writes the module that a configuration deploys, and the files that it generates.
    pub(in crate::input::hcl) fn configuration(&mut self) {
        let module = Rc::clone(&self.env.scope.module);
        let head = |ident: &str| {
            let block = (module.blocks.iter()).find(|block| block.ident == ident);
            block.map(|block| block.head)
        };
        if let Some(scope) = self.env.deployed()
            && let Some(head) = head("terraform").or_else(|| head(INPUTS))
        {
            self.called(&scope, "terraform", head);
        }
        for block in &module.blocks {
            let ("generate", [name]) = (block.ident.as_str(), block.labels.as_slice()) else {
                continue;
            };
            if self.tree.calls.len() >= MAX_CALLED {
                self.env.world.note(format!(
                    "more than {MAX_CALLED} files are generated; the rest was not checked"
                ));
                return;
            }
            let Some(generated) = self.env.generated(block, name) else {
                continue;
            };
            let contents = block.body.attribute("contents");
            let head = contents.map_or(block.head, |contents| contents.name_place);
            let root = self.blocks_of(&generated.scope, head);
            self.tree.calls.push(Called {
                path: format!("generate.{name}"),
                address: generated.scope.address.clone(),
                directory: generated.path,
                root,
                alone: None,
            });
        }
    }

    /// Writes a block, if it is one that only configurations have.
    pub(super) fn of_configuration(
        &mut self,
        env: &Env<'_>,
        sections: &mut Sections,
        block: &Block,
    ) -> bool {
        match (block.ident.as_str(), block.labels.as_slice()) {
            (INPUTS, []) => {
                for attribute in &block.body.attributes {
                    for (name, place, id) in self.arguments(env, attribute, INPUTS) {
                        sections.add(INPUTS, "", &name, id, place);
                    }
                }
            }
            ("unit" | "stack", [name]) if block.body.attribute(VALUES).is_some() => {
                if let Some(attribute) = block.body.attribute(VALUES) {
                    let address = format!("{}.{name}.{VALUES}", block.ident);
                    let members = self.arguments(env, attribute, &address);
                    let id = self.map(members, span(attribute.name_place));
                    let id = self.map(vec![(VALUES, attribute.name_place, id)], span(block.place));
                    sections.add(&block.ident, "", name, id, block.head);
                }
            }
            // The outputs of others, and what is used for them where these are not deployed.
            ("dependency", _) => {}
            // Its file is checked as one of a module.
            ("generate", _) => {}
            _ => return false,
        }
        true
    }

    /// The members of an object of which each may be a policy, or statements of one.
    fn arguments(
        &mut self,
        env: &Env<'_>,
        attribute: &Attribute,
        address: &str,
    ) -> Vec<(String, Place, Id)> {
        let env = Env {
            file: attribute.file,
            ..*env
        };
        let value = env.value(&attribute.value);
        let Kind::Map(map) = &value.kind else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for (key, value) in &map.members {
            let Some(name) = key.text.all_known() else {
                continue;
            };
            let documents = arguments::with_documents(&env, value);
            if documents.is_some() {
                self.assumed.insert(format!("{address}.{name}"));
            }
            let value = documents.as_ref().unwrap_or(value);
            if !holds_policy(value) {
                continue;
            }
            let around = match key.place.file == self.own {
                true => span_in(key.place, self.own),
                false => span(attribute.name_place),
            };
            let id = self.value(value, around);
            out.push((name, key.place, id));
        }
        out
    }
}
