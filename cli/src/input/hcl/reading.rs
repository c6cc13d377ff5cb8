//! Functions that read files.

use super::env::Env;
use super::module::{Block, File};
use super::terragrunt;
use super::value::{Key, Kind, Place, Value};

impl Env<'_> {
    /// What a function returns that reads a file. The outer one is nothing for another function.
    pub(super) fn reads(
        &self,
        name: &str,
        arguments: &[Value],
        at: Place,
    ) -> Option<Option<Value>> {
        Some(match name {
            "file" => self.file(arguments).map(|text| Value::text(text, at)),
            "fileexists" => {
                let is_there = self.file(arguments).is_some();
                Some(Value::new(Kind::Bool(is_there), at))
            }
            "templatefile" => self.templatefile(arguments, at),
            name if terragrunt::DIRECTORY.contains(&name) => Some(Value::text(".", at)),
            _ => return None,
        })
    }

    fn file(&self, arguments: &[Value]) -> Option<String> {
        let name = arguments.first()?.as_string()?;
        let scope = self.scope;
        self.world
            .named_file(&scope.root, &scope.module.directory, &name)
    }

    fn templatefile(&self, arguments: &[Value], at: Place) -> Option<Value> {
        let text = self.file(arguments)?;
        // Terraform skips the mark of a template, and only of a template.
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_string(),
            None => text,
        };
        self.filled(text, arguments.get(1)?, at)
    }

    /// What `data.template_file.NAME.rendered` is: the data source that there was before the function, which many modules still have.
    ///
    /// <https://registry.terraform.io/providers/hashicorp/template/latest/docs/data-sources/file>
    pub(super) fn template_file(&self, block: &Block, at: Place) -> Option<Value> {
        let text = block.body.attribute("template")?;
        let text = self.of_module(text.file).value(&text.value).as_string()?;
        let vars = match block.body.attribute("vars") {
            Some(vars) => self.of_module(vars.file).value(&vars.value),
            // Terraform 0.11 had a block.
            None => {
                let vars = block.body.of("vars").flat_map(|vars| &vars.body.attributes);
                let members = vars.map(|var| {
                    let value = self.of_module(var.file).value(&var.value);
                    (Key::new(&var.name, var.name_place), value)
                });
                Value::new(Kind::of_object(members.collect(), None), at)
            }
        };
        self.filled(text, &vars, at)
    }

    /// A template with these values in it.
    fn filled(&self, text: String, names: &Value, at: Place) -> Option<Value> {
        let Kind::Map(names) = &names.kind else {
            return None;
        };
        let template = hcl_edit::parser::parse_template(&text).ok()?;
        let world = self.world;
        let file = world.add_file(text);
        let names: Vec<(String, Value)> = (names.members.iter())
            .filter_map(|(key, value)| Some((key.text.all_known()?, value.clone())))
            .collect();
        // A template has the names that it is given, and none of the module.
        let scope = self.scope.without_names();
        let env = Env {
            world,
            scope: &scope,
            file,
            names: None,
        };
        let value = env.with(&names, |env| {
            world.deeper(|| env.bare(&template, all_of(world.file(file).as_deref(), file)))
        })?;
        Some(value.through(at))
    }
}

/// All of a file.
fn all_of(file: Option<&File>, number: usize) -> Place {
    Place {
        file: number,
        start: 0,
        end: file.map_or(0, |file| file.text.len()),
    }
}
