//! All policies of a file.

use crate::input::language::Language;
use crate::input::search::{Extract, Search, Strings};
use crate::input::shape::Shape;
use crate::input::stack::Stack;
use crate::input::tree::{Id, Tree, join};
use crate::input::{serverless, terraform};

/// All policies of a tree.
pub(crate) fn find<'t>(tree: &'t Tree<'t>, shape: Shape, language: &'t Language<'t>) -> Extract {
    let mut search = Search::new(tree, language);
    for &root in &tree.roots {
        match shape {
            Shape::CloudFormation => cloudformation(&mut search, root, language),
            Shape::Serverless => {
                cloudformation(&mut search, root, language);
                serverless::find(&mut search, root);
            }
            Shape::Terraform => terraform::configuration(&mut search, root),
            Shape::Hcl => {
                terraform::configuration(&mut search, root);
                terraform::called(&mut search, false);
            }
            Shape::Plan => terraform::plan(&mut search, root),
            Shape::Policy | Shape::Other => search.documents(root, "", None, Strings::Certain),
            Shape::Pulumi | Shape::PulumiState => {
                search.documents(root, "", None, Strings::Read);
            }
            Shape::CdkTree => {}
        }
    }
    search.out
}

/// The policies of the modules that a file of Terraform calls, as they are without its arguments.
pub(crate) fn of_modules<'t>(tree: &'t Tree<'t>, language: &'t Language<'t>) -> Extract {
    let mut search = Search::new(tree, language);
    terraform::called(&mut search, true);
    search.out
}

/// The policies of other files of the module that the rules between resources need to know.
pub(crate) fn elsewhere<'t>(tree: &'t Tree<'t>, language: &'t Language<'t>) -> Extract {
    let mut search = Search::new(tree, language);
    terraform::elsewhere(&mut search);
    search.out
}

fn cloudformation<'t>(search: &mut Search<'t>, root: Id, language: &'t Language<'t>) {
    let tree = search.tree;
    // What holds for all functions and APIs of a template of SAM.
    if let Some(globals) = tree.get(root, "Globals") {
        for &(section, values) in tree.map(globals) {
            let section = tree.text(section).unwrap_or_default();
            let path = join("Globals", section);
            search.properties(values, &path, &format!("AWS::Serverless::{section}"));
        }
    }
    // Resources of another file, which CloudFormation includes.
    let resources = tree.get(root, "Resources");
    for (map, path) in [(Some(root), ""), (resources, "Resources")] {
        for name in ["Fn::Transform", "Transform"] {
            let is_include = |id| {
                let name = tree.get(id, "Name").and_then(|name| tree.text(name));
                name == Some("AWS::Include")
            };
            let transforms = map.and_then(|map| tree.get(map, name));
            if transforms.is_some_and(|id| tree.items(id).into_iter().any(is_include)) {
                search.out.notes.push(format!(
                    "{}: the resources that it includes were not checked",
                    join(path, name)
                ));
            }
        }
    }
    let resources = language.stack().map(|stack| stack.resources.as_slice());
    for resource in resources.unwrap_or_default() {
        search.resource(resource);
    }
}

/// The language of a file, with what its references can be to.
pub(crate) fn language<'t>(tree: &'t Tree<'t>, shape: Shape) -> Language<'t> {
    match shape {
        Shape::CloudFormation => {
            let maps: Vec<(Id, String)> = (tree.roots.iter())
                .filter_map(|&root| tree.get(root, "Resources"))
                .map(|map| (map, "Resources".to_string()))
                .collect();
            Language::CloudFormation(Stack::of(tree, &maps))
        }
        Shape::Serverless => {
            let maps: Vec<(Id, String)> = (tree.roots.iter())
                .flat_map(|&root| serverless::resources(tree, root))
                .collect();
            Language::Serverless(Stack::of(tree, &maps))
        }
        Shape::Terraform | Shape::Hcl => Language::Terraform(terraform::resources(tree)),
        Shape::Pulumi => Language::Pulumi,
        // AWS has no policies in YAML, so that a tool reads them first.
        Shape::Other if !tree.is_json() => Language::Replaced,
        Shape::Policy | Shape::Plan | Shape::PulumiState | Shape::CdkTree | Shape::Other => {
            Language::Plain
        }
    }
}
