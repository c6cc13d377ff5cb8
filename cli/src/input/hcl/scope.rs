//! A module as it is called, with what its names were evaluated to.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::rc::Rc;

use super::instances::Index;
use super::module::Module;
use super::value::{Place, Value};
use super::world::World;

/// A module as it is called.
pub(super) struct Scope {
    pub(super) module: Rc<Module>,
    /// `module.x.`, and nothing for the module that is read.
    pub(super) address: String,
    /// What the list of installed modules has before the names of calls: `lambda.`
    pub(super) key: String,
    /// What `path.module` is.
    pub(super) path: String,
    /// The directory that Terraform runs in, which file names start from.
    pub(super) root: PathBuf,
    pub(super) caller: Option<Caller>,
    pub(super) cache: RefCell<HashMap<String, Cached>>,
    pub(super) calls: RefCell<HashMap<String, Option<Calls>>>,
}

pub(super) struct Caller {
    pub(super) scope: Rc<Scope>,
    /// `module.x`
    pub(super) block: String,
    /// The inputs of a configuration of Terragrunt, which deploys the module instead of a block.
    pub(super) inputs: Option<Inputs>,
    pub(super) names: Vec<(String, Value)>,
    pub(super) depth: usize,
}

/// The variables that a configuration of Terragrunt sets.
pub(super) struct Inputs {
    pub(super) value: Option<Value>,
    /// Whether others may be set elsewhere.
    pub(super) is_open: bool,
}

pub(super) enum Cached {
    /// It is being evaluated, so that a name in it is itself.
    Busy,
    Done(Value, BTreeSet<String>),
}

/// The instances of a call.
pub(super) type Calls = Rc<Vec<(Index, Rc<Scope>)>>;

impl Scope {
    /// The module that Terraform runs in.
    pub(super) fn root(module: Rc<Module>) -> Rc<Self> {
        Rc::new(Self::of(module))
    }

    /// The same, for one that differs in something.
    pub(super) fn of(module: Rc<Module>) -> Self {
        let root = module.directory.clone();
        Self {
            module,
            address: String::new(),
            key: String::new(),
            path: ".".to_string(),
            root,
            caller: None,
            cache: RefCell::default(),
            calls: RefCell::default(),
        }
    }

    /// The same module without its names.
    pub(super) fn without_names(&self) -> Rc<Self> {
        Rc::new(Self {
            module: Rc::new(Module::new(&self.module.directory)),
            address: self.address.clone(),
            key: self.key.clone(),
            path: self.path.clone(),
            root: self.root.clone(),
            caller: None,
            cache: RefCell::default(),
            calls: RefCell::default(),
        })
    }

    /// What a name of the module is, evaluated once.
    pub(super) fn cached(
        &self,
        world: &World<'_>,
        name: &str,
        place: Place,
        evaluate: impl FnOnce() -> Value,
    ) -> Value {
        if let Some(known) = self.cache.borrow().get(name) {
            return match known {
                // Terraform refuses what depends on itself.
                Cached::Busy => Value::unknown(format!("{}{name}", self.address), place),
                Cached::Done(value, defaults) => {
                    world.defaults.borrow_mut().extend(defaults.iter().cloned());
                    value.clone()
                }
            };
        }
        (self.cache.borrow_mut()).insert(name.to_string(), Cached::Busy);
        let before = world.defaults.take();
        let value = evaluate();
        let defaults = world.defaults.replace(before);
        world.defaults.borrow_mut().extend(defaults.iter().cloned());
        (self.cache.borrow_mut()).insert(name.to_string(), Cached::Done(value.clone(), defaults));
        value
    }
}
