//! What names mean: a module's locals, variables, blocks, and module calls, each evaluated once, when it is first named.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use super::convert;
use super::env::Env;
use super::instances::{ANY, Index, Instance, entries};
use super::module::{Attribute, Block, Has, Unread};
use super::paths::normal;
use super::scope::{Caller, Calls, Scope};
use super::terragrunt::Input;
use super::value::{Form, Key, Kind, Place, Unknown, Value};
use super::world::Purpose;

/// The data source that makes a text of a template.
pub(super) const TEMPLATE_FILE: &str = "template_file";

/// Calls within calls.
const MAX_CALLS: usize = 8;

/// Instances of a block by `count` and `for_each` that are read.
const MAX_INSTANCES: usize = 200;

impl<'e> Env<'e> {
    /// `local.NAME`
    pub(super) fn local(&self, name: &str, place: Place) -> Value {
        let address = format!("local.{name}");
        let Some(attribute) = self.scope.module.local(name) else {
            return self.missing(&address, place);
        };
        if self.is_hidden(Unread::overrides) {
            return Value::unknown(self.address(&address), place);
        }
        (self.scope).cached(self.world, &address, place, || {
            self.of_module(attribute.file).value(&attribute.value)
        })
    }

    /// A name that the module does not have: Terraform rejects it, unless a file could not be read.
    fn missing(&self, address: &str, place: Place) -> Value {
        let says = self.address(address);
        let unknown = match self.is_hidden(|unread| unread.has != Has::Values) {
            true => Unknown::new(says),
            false => Unknown::invalid(says),
        };
        Value::new(Kind::Unknown(unknown), place)
    }

    /// Whether a file that could not be read may say what a name is, with a note of it.
    fn is_hidden(&self, may: impl Fn(&Unread) -> bool) -> bool {
        let unread = self.scope.module.unread.iter();
        let unread: Vec<&Unread> = unread.filter(|unread| may(unread)).collect();
        for unread in &unread {
            self.world.note(unread.note.clone());
        }
        !unread.is_empty()
    }

    /// `var.NAME`
    pub(super) fn variable(&self, name: &str, place: Place) -> Value {
        let address = format!("var.{name}");
        let Some(block) = self.scope.module.find(&format!("variable.{name}")) else {
            return self.missing(&address, place);
        };
        // A call of the module sets its variables, and no file does.
        let is_called = self.scope.caller.is_some();
        if self.is_hidden(|unread| match unread.has {
            Has::Values => !is_called,
            Has::Blocks { overrides } => overrides,
        }) {
            return Value::unknown(self.address(&address), place);
        }
        (self.scope).cached(self.world, &address, place, || {
            self.set(name, block)
                .unwrap_or_else(|| Value::unknown(self.address(&address), place))
        })
    }

    /// What a variable is set to: by the call of the module, by a file of values, or by its default.
    fn set(&self, name: &str, block: &Block) -> Option<Value> {
        let converted = |value: Value| match block.body.attribute("type") {
            Some(kind) => {
                let env = self.of_module(kind.file);
                convert::to_type(value, &kind.value, &|default| env.value(default))
            }
            None => value,
        };
        let default = block.body.attribute("default");
        let nullable = block.body.attribute("nullable").is_none_or(|attribute| {
            self.of_module(attribute.file)
                .value(&attribute.value)
                .as_bool()
                != Some(false)
        });
        let takes_default = |value: &Value| value.is_null() && !nullable && default.is_some();
        match (&self.scope.caller, self.input(name)) {
            (_, Some(Input::Given(value))) if !takes_default(&value) => {
                return Some(converted(value));
            }
            (_, Some(Input::Unknown)) => return None,
            (_, Some(Input::Given(_) | Input::Missing)) => {}
            (Some(caller), None) => {
                let call = caller.scope.module.find(&caller.block);
                if let Some(argument) = call.and_then(|call| call.body.attribute(name)) {
                    let value = self.as_caller(caller, argument);
                    if !takes_default(&value) {
                        return Some(converted(value));
                    }
                }
            }
            (None, None) => {
                if let Some(attribute) = self.scope.module.given.get(name) {
                    let value = self.of_module(attribute.file).value(&attribute.value);
                    if !takes_default(&value) {
                        return Some(converted(value));
                    }
                }
            }
        }
        let default = default?;
        let value = converted(self.of_module(default.file).value(&default.value));
        // A module calls another one without an argument, and so knows that the default is used.
        if self.scope.caller.is_none() {
            // An empty default usually means that a value is expected.
            if self.world.purpose == Purpose::Check && is_empty(&value) {
                return None;
            }
            (self.world.defaults.borrow_mut()).insert(format!("var.{name}"));
        }
        Some(value)
    }

    /// An argument of the call of this module.
    fn as_caller(&self, caller: &Caller, argument: &Attribute) -> Value {
        let env = Env {
            world: self.world,
            scope: &caller.scope,
            file: argument.file,
            names: None,
        };
        env.with(&caller.names, |env| env.value(&argument.value))
    }

    /// Evaluates what decides how many instances there are, and says whether none of them are any: with other values than the
    /// defaults of the variables of the module that is read, there may be some. What they switch off is checked all the same.
    fn decided(&self, attribute: &Attribute) -> (Value, bool) {
        let before = self.world.defaults.take();
        let value = self.of_module(attribute.file).value(&attribute.value);
        let defaults = self.world.defaults.replace(before);
        let is_certain = self.world.purpose == Purpose::Read
            || (self.scope.caller.is_some() && defaults.is_empty());
        self.world.defaults.borrow_mut().extend(defaults);
        (value, is_certain)
    }

    /// The instances of a block.
    pub(super) fn instances(&self, block: &Block) -> Vec<Instance> {
        let any = |names: &[(&str, &[&str])], place: Place| {
            let names = names.iter().map(|(name, members)| {
                let members = members.iter().map(|member| {
                    let says = format!("{name}.{member}");
                    (Key::new(*member, place), Value::unknown(says, place))
                });
                let value = Value::new(Kind::of_object(members.collect(), None), place);
                ((*name).to_string(), value)
            });
            vec![Instance {
                index: Index::Any,
                names: names.collect(),
            }]
        };
        if let Some(count) = block.body.attribute("count") {
            let place = count.name_place;
            let (value, is_certain) = self.decided(count);
            let number = |number: usize| {
                let index = Value::new(Kind::Number(number as f64), place);
                let count = Kind::of_object(vec![(Key::new("index", place), index)], None);
                Instance {
                    index: Index::Number(number),
                    names: vec![("count".to_string(), Value::new(count, place))],
                }
            };
            return match value.as_number() {
                Some(0.0) if is_certain => Vec::new(),
                Some(count) if count >= 1.0 && count <= MAX_INSTANCES as f64 => {
                    (0..count as usize).map(number).collect()
                }
                _ => any(&[("count", &["index"])], place),
            };
        }
        if let Some(each) = block.body.attribute("for_each") {
            let place = each.name_place;
            let (value, is_certain) = self.decided(each);
            let is_read = |entries: &Vec<(String, Value)>| match entries.len() {
                0 => is_certain,
                count => count <= MAX_INSTANCES,
            };
            let Some(entries) = entries(&value).filter(is_read) else {
                return any(&[("each", &["key", "value"])], place);
            };
            return (entries.into_iter())
                .map(|(key, value)| {
                    let members = vec![
                        (Key::new("key", place), Value::text(key.clone(), place)),
                        (Key::new("value", place), value),
                    ];
                    let each = Value::new(Kind::of_object(members, None), place);
                    Instance {
                        index: Index::Key(key),
                        names: vec![("each".to_string(), each)],
                    }
                })
                .collect();
        }
        vec![Instance {
            index: Index::Only,
            names: Vec::new(),
        }]
    }

    /// What each instance of a block is, as a reference to the block returns them.
    fn each_instance(
        &self,
        block: &Block,
        place: Place,
        mut value: impl FnMut(&Instance) -> Value,
    ) -> Value {
        let instances = self.instances(block);
        let mut members = Vec::with_capacity(instances.len());
        for instance in &instances {
            let value = value(instance);
            match &instance.index {
                Index::Only => return value,
                Index::Any => {
                    // Whichever of them is named has this form.
                    return match value.as_unknown() {
                        Some(_) => value,
                        None => Value::new(
                            Kind::of_object(
                                vec![(Key::new(ANY, place), value)],
                                Some(Unknown::new(ANY)),
                            ),
                            place,
                        ),
                    };
                }
                Index::Number(number) => members.push((number.to_string(), value)),
                Index::Key(key) => members.push((key.clone(), value)),
            }
        }
        let kind = match block.body.attribute("count").is_some() {
            true => Kind::of_list(
                members.into_iter().map(|(_, value)| value).collect(),
                None,
                Form::Structure,
            ),
            false => Kind::of_object(
                (members.into_iter())
                    .map(|(key, value)| (Key::new(key, place), value))
                    .collect(),
                None,
            ),
        };
        Value::new(kind, place)
    }

    /// `TYPE.NAME`: its attributes are what only a plan has.
    pub(super) fn resource(&self, section: &str, kind: &str, name: &str, place: Place) -> Value {
        let shown = match section {
            "resource" => format!("{kind}.{name}"),
            section => format!("{section}.{kind}.{name}"),
        };
        let says = self.address(&shown);
        let Some(block) = self.scope.module.find(&format!("{section}.{kind}.{name}")) else {
            return Value::unknown(says, place);
        };
        if section == "data" && kind == "aws_iam_policy_document" {
            return (self.scope).cached(self.world, &shown, place, || {
                self.each_instance(block, place, |instance| {
                    self.document_attributes(block, instance, &says, place)
                })
            });
        }
        let is_template = section == "data" && kind == TEMPLATE_FILE;
        self.each_instance(block, place, |instance| {
            let index = instance.index.named();
            let says = format!("{says}{index}");
            let rendered = match is_template {
                true => self.with(&instance.names, |env| env.template_file(block, block.head)),
                false => None,
            };
            match rendered {
                Some(rendered) => {
                    let members = vec![(Key::new("rendered", place), rendered)];
                    let more = Unknown::new(says);
                    Value::new(Kind::of_object(members, Some(more)), place)
                }
                None => Value::unknown(says, place),
            }
        })
    }

    /// The attributes of a document that references read.
    fn document_attributes(
        &self,
        block: &Block,
        instance: &Instance,
        says: &str,
        place: Place,
    ) -> Value {
        let document = self.document(block, instance);
        let json = |name: &str| {
            let json = Kind::of_json(document.clone(), Some(says.into()));
            (Key::new(name, place), Value::new(json, block.head))
        };
        let members = vec![json("json"), json("minified_json")];
        Value::new(Kind::of_object(members, Some(Unknown::new(says))), place)
    }

    /// `module.NAME`: the outputs of a module on disk.
    pub(super) fn call(&self, name: &str, place: Place) -> Value {
        let says = self.address(&format!("module.{name}"));
        let Some(calls) = self.calls(name) else {
            return Value::unknown(says, place);
        };
        let outputs = |scope: &Rc<Scope>| {
            let env = Env {
                world: self.world,
                scope,
                file: self.file,
                names: None,
            };
            let blocks = (scope.module.blocks.iter())
                .filter(|block| block.ident == "output")
                .filter_map(|block| Some((block.labels.first()?, block.body.attribute("value")?)));
            let members = blocks.map(|(name, attribute)| {
                let value = scope.cached(self.world, &format!("output.{name}"), place, || {
                    env.of_module(attribute.file).value(&attribute.value)
                });
                (Key::new(name, place), value)
            });
            Value::new(Kind::of_object(members.collect(), None), place)
        };
        match calls.as_slice() {
            [(Index::Only, scope)] => outputs(scope),
            [(Index::Any, _)] | [] => Value::unknown(says, place),
            [(Index::Number(_), _), ..] => Value::tuple(
                calls.iter().map(|(_, scope)| outputs(scope)).collect(),
                place,
            ),
            calls => {
                let members = calls.iter().map(|(index, scope)| {
                    let key = match index {
                        Index::Key(key) => key.as_str(),
                        Index::Only | Index::Number(_) | Index::Any => ANY,
                    };
                    (Key::new(key, place), outputs(scope))
                });
                Value::new(Kind::of_object(members.collect(), None), place)
            }
        }
    }

    /// The instances of a call of a module on disk.
    pub(super) fn calls(&self, name: &str) -> Option<Calls> {
        let block = self.scope.module.find(&format!("module.{name}"))?;
        if let Some(known) = self.scope.calls.borrow().get(name) {
            return known.clone();
        }
        (self.scope.calls.borrow_mut()).insert(name.to_string(), None);
        let calls = self.called(name, block);
        (self.scope.calls.borrow_mut()).insert(name.to_string(), calls.clone());
        calls
    }

    fn called(&self, name: &str, block: &Block) -> Option<Calls> {
        let address = self.address(&format!("module.{name}"));
        let elsewhere = || {
            (self.world.elsewhere.borrow_mut()).insert(address.clone());
            None
        };
        let source = block.body.attribute("source")?;
        let source = self.of_module(source.file).value(&source.value);
        let Some(source) = source.as_string() else {
            return elsewhere();
        };
        let key = format!("{}{name}", self.scope.key);
        let is_local = source.starts_with("./") || source.starts_with("../");
        let (directory, path) = match is_local {
            true => (
                self.scope.module.directory.join(&source),
                Path::new(&self.scope.path).join(&source),
            ),
            false => match self.world.installed(&self.scope.root, &key, &source) {
                Some(path) => (self.scope.root.join(&path), path),
                None => return elsewhere(),
            },
        };
        let depth = self.scope.caller.as_ref().map_or(0, |caller| caller.depth) + 1;
        if depth > MAX_CALLS {
            self.world.note(format!(
                "{address} was not read: calls nest deeper than {MAX_CALLS} levels"
            ));
            return None;
        }
        let directory = normal(&directory);
        let Some(module) = self.world.load(&directory) else {
            self.world.note(format!(
                "{address} was not read: `{source}` is not a directory with a module"
            ));
            return None;
        };
        if !is_local {
            (self.world.as_installed.borrow_mut()).insert(address.clone());
        }
        let path = normal(&path);
        let calls = self.instances(block).into_iter().map(|instance| {
            let index = instance.index.named();
            let scope = Scope {
                module: Rc::clone(&module),
                address: format!("{}module.{name}{index}.", self.scope.address),
                key: format!("{key}."),
                path: path.display().to_string(),
                root: self.scope.root.clone(),
                caller: Some(Caller {
                    scope: Rc::clone(self.scope),
                    block: format!("module.{name}"),
                    inputs: None,
                    names: instance.names,
                    depth,
                }),
                cache: RefCell::default(),
                calls: RefCell::default(),
            };
            (instance.index, Rc::new(scope))
        });
        Some(Rc::new(calls.collect()))
    }
}

/// Whether a value is what a variable has as its default when a value is expected.
fn is_empty(value: &Value) -> bool {
    match &value.kind {
        Kind::Null => true,
        Kind::Text(text) => text.len() == 0,
        Kind::List(list) => list.items.is_empty(),
        Kind::Map(map) => map.members.is_empty(),
        Kind::Bool(_) | Kind::Number(_) | Kind::Json(_) | Kind::Unknown(_) => false,
    }
}
