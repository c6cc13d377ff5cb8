//! Facts that AWS states in prose and that no service reference holds: what the values of condition keys look like, which
//! requests services make for their callers, how large policies may be, and where the features of Rekognition are.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::Error;
use super::files::HEADER;
use super::json::{Document, Node};
use super::lock;
use super::overlay::Overlay;
use super::reference::Reference;

/// A part of what a value looks like.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Region,
    Chars {
        chars: Vec<(char, char)>,
        min: u16,
        max: u16,
    },
}

/// What the values of a key look like.
#[derive(Debug)]
struct Format {
    words: Vec<String>,
    shapes: Vec<(String, Vec<Piece>)>,
    says: String,
    example: String,
}

/// A key whose values have a format.
#[derive(Debug)]
struct Values {
    format: String,
    sure: bool,
}

/// The largest size of a kind of policy.
#[derive(Debug)]
struct Quota {
    limit: u32,
    /// How far AWS raises the limit on request.
    most: Option<u32>,
    unit: &'static str,
    /// What has this limit.
    of: String,
    /// An alternative to a smaller document.
    instead: Option<String>,
    /// How many documents of this size one target can have.
    attached: Option<u32>,
}

/// A feature of Rekognition that not every region has.
#[derive(Debug)]
struct Feature {
    name: String,
    actions: Vec<String>,
    regions: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Prose {
    formats: BTreeMap<String, Format>,
    /// By the name of the key in lower case: the name and what its values are.
    values: BTreeMap<String, (String, Values)>,
    forwarded: Vec<(String, String)>,
    network_keys: Vec<String>,
    service_keys: Vec<String>,
    quotas: BTreeMap<String, Quota>,
    features: Vec<Feature>,
    features_as_of: String,
    features_page: String,
}

impl Prose {
    /// Where an action of Rekognition exists, for its documentation.
    pub(super) fn regions_of(&self, action: &str) -> String {
        let (page, day) = (&self.features_page, &self.features_as_of);
        let feature = self
            .features
            .iter()
            .find(|feature| (feature.actions.iter()).any(|of_feature| of_feature == action));
        match feature {
            Some(feature) => format!(
                "Regions: {} is in `{}`, by [AWS's list]({page}) of {day}.",
                feature.name,
                feature.regions.join("`, `")
            ),
            None => format!(
                "Regions: every region with Rekognition; [AWS's list]({page}) of {day} has no exception."
            ),
        }
    }

    pub(super) fn read(
        data: &Path,
        overlay: &Overlay,
        references: &[(PathBuf, Reference)],
    ) -> Result<Self, Error> {
        let document = Document::read(&data.join("value-formats.json"))?;
        let formats = (document.root().field("formats")?.entries()?.into_iter())
            .map(|(name, node)| Ok((name.to_owned(), read_format(&node)?)))
            .collect::<Result<BTreeMap<_, _>, Error>>()?;
        let mut values = BTreeMap::new();
        for (key, node) in document.root().field("keys")?.entries()? {
            let format = node.field("format")?;
            if !formats.contains_key(format.text()?) {
                return Err(format.error(format!("there is no format `{}`", format.text()?)));
            }
            known_key(key, overlay, references).map_err(|message| node.error(message))?;
            page(&node)?;
            let read = Values {
                format: format.text()?.to_owned(),
                sure: node.field("sure")?.flag()?,
            };
            values.insert(key.to_ascii_lowercase(), (key.to_owned(), read));
        }

        let document = Document::read(&data.join("forwarded-requests.json"))?;
        let root = document.root();
        page(&root)?;
        let mut forwarded = Vec::new();
        for (service, actions) in root.field("actions")?.entries()? {
            for (action, node) in actions.entries()? {
                known_action(service, action, references).map_err(|message| node.error(message))?;
                page(&node)?;
                forwarded.push((service.to_owned(), action.to_owned()));
            }
        }
        let keys = |name: &str| {
            for node in root.field(name)?.items()? {
                known_key(node.text()?, overlay, references)
                    .map_err(|message| node.error(message))?;
            }
            root.texts(name)
        };
        let (network_keys, service_keys) = (keys("network_keys")?, keys("service_keys")?);

        let document = Document::read(&data.join("size-quotas.json"))?;
        let quotas = (document.root().field("quotas")?.entries()?.into_iter())
            .map(|(name, node)| Ok((name.to_owned(), read_quota(&node)?)))
            .collect::<Result<BTreeMap<_, _>, Error>>()?;

        let document = Document::read(&data.join("rekognition-regions.json"))?;
        let root = document.root();
        page(&root)?;
        let features_page = root.field("evidence")?.text()?.to_owned();
        let features = (root.field("features")?.items()?.iter())
            .map(|node| read_feature(node, overlay, references))
            .collect::<Result<Vec<_>, Error>>()?;
        Ok(Self {
            formats,
            values,
            forwarded,
            network_keys,
            service_keys,
            quotas,
            features,
            features_as_of: root.field("as_of")?.text()?.to_owned(),
            features_page,
        })
    }

    /// One line of the lock file for each fact.
    pub(super) fn facts(&self, facts: &mut lock::Facts) {
        for (key, values) in self.values.values() {
            let Some(format) = self.formats.get(&values.format) else {
                continue;
            };
            let shapes: Vec<&str> = (format.shapes.iter())
                .map(|(text, _)| text.as_str())
                .chain(format.words.iter().map(String::as_str))
                .collect();
            let sure = if values.sure { "" } else { " likely" };
            facts.insert(
                format!("values of {key}"),
                format!("{}{sure}", shapes.join(" | ")),
            );
        }
        for (service, action) in &self.forwarded {
            facts.insert(format!("forwarded {service}:{action}"), String::from("yes"));
        }
        for (name, quota) in &self.quotas {
            facts.insert(
                format!("quota {name}"),
                format!("{} {}", quota.limit, quota.unit),
            );
        }
        for feature in &self.features {
            facts.insert(
                format!("feature {}", feature.name),
                format!(
                    "{}; {}",
                    feature.actions.join(" "),
                    feature.regions.join(" ")
                ),
            );
        }
    }

    /// The regions that have every feature.
    fn full_regions(&self) -> Vec<&str> {
        let mut full = Vec::new();
        for region in self.features.iter().flat_map(|feature| &feature.regions) {
            let is_full = (self.features.iter()).all(|feature| feature.regions.contains(region));
            if is_full && !full.contains(&region.as_str()) {
                full.push(region.as_str());
            }
        }
        full
    }

    /// The file of the runtime.
    pub(super) fn render(&self) -> String {
        let mut out = format!(
            "{HEADER}//! Facts that AWS states in prose.\n\n\
             use crate::catalogue::facts::Feature;\n\
             use crate::catalogue::prose::{{KeyValues, Quota, ShapePiece, Size, Unit, ValueFormat}};\n"
        );
        for (name, format) in &self.formats {
            let _ = write!(
                out,
                "\nstatic {}: ValueFormat = ValueFormat {{\n    name: {name:?},\n    words: &{:?},\n    shapes: &[\n",
                ident(name, "FORMAT"),
                format.words
            );
            for (_, pieces) in &format.shapes {
                let pieces: Vec<String> = pieces.iter().map(render_piece).collect();
                let _ = writeln!(out, "        &[{}],", pieces.join(", "));
            }
            let _ = write!(
                out,
                "    ],\n    says: {:?},\n    example: {:?},\n}};\n",
                format.says, format.example
            );
        }
        out += "\n/// Sorted by name in lower case.\npub(crate) static VALUES: &[KeyValues] = &[\n";
        for (key, values) in self.values.values() {
            let _ = writeln!(
                out,
                "    KeyValues {{ key: {key:?}, format: &{}, sure: {} }},",
                ident(&values.format, "FORMAT"),
                values.sure
            );
        }
        let _ = write!(
            out,
            "];\n\n/// Actions that services call for their callers.\n\
             pub(crate) static FORWARDED: &[(&str, &str)] = &{:?};\n\n\
             /// Keys that say from which network a caller comes.\n\
             pub(crate) const NETWORK_KEYS: &[&str] = &{:?};\n\n\
             /// Keys that tell the requests that a service makes for its caller.\n\
             pub(crate) const SERVICE_KEYS: &[&str] = &{:?};\n\n\
             /// The day of the pages that [`FEATURES`] are from.\n\
             pub(crate) const FEATURES_AS_OF: &str = {:?};\n\n\
             /// The page that [`FEATURES`] are from.\n\
             pub(crate) const FEATURES_PAGE: &str = {:?};\n\n\
             pub(crate) static FEATURES: &[Feature] = &[\n",
            self.forwarded,
            self.network_keys,
            self.service_keys,
            self.features_as_of,
            self.features_page
        );
        for feature in &self.features {
            let _ = writeln!(
                out,
                "    Feature {{ name: {:?}, actions: &{:?}, regions: &{:?} }},",
                feature.name, feature.actions, feature.regions
            );
        }
        let _ = write!(
            out,
            "];\n\n/// The regions that have every feature. Nearly every policy asks for one of them.\n\
             pub(crate) static FULL_REGIONS: &[&str] = &{:?};\n\n",
            self.full_regions()
        );
        for (name, quota) in &self.quotas {
            let _ = writeln!(
                out,
                "pub(crate) const {}: Quota = Quota {{ size: Size {{ limit: {}, unit: Unit::{} }}, most: {:?}, of: {:?}, instead: {:?}, attached: {:?} }};",
                ident(name, "QUOTA"),
                quota.limit,
                quota.unit,
                quota.most,
                quota.of,
                quota.instead,
                quota.attached
            );
        }
        out
    }
}

/// The name of a constant.
fn ident(name: &str, suffix: &str) -> String {
    let plain: String = (name.chars())
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    format!("{}_{suffix}", plain.to_ascii_uppercase())
}

fn render_piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => format!("ShapePiece::Text({text:?})"),
        Piece::Region => "ShapePiece::Region".to_owned(),
        Piece::Chars { chars, min, max } => {
            format!("ShapePiece::Chars {{ chars: &{chars:?}, min: {min}, max: {max} }}")
        }
    }
}

/// Every fact has its page.
pub(super) fn page(node: &Node<'_>) -> Result<(), Error> {
    let evidence = node.field("evidence")?;
    match evidence.text()?.starts_with("https://") {
        true => Ok(()),
        false => Err(evidence.error("expected the address of a page")),
    }
}

fn known_action(
    service: &str,
    action: &str,
    references: &[(PathBuf, Reference)],
) -> Result<(), String> {
    let known = (references.iter()).any(|(_, reference)| {
        reference.name == service && reference.actions.iter().any(|known| known.name == action)
    });
    match known {
        true => Ok(()),
        false => Err(format!(
            "the service reference has no action `{service}:{action}`"
        )),
    }
}

/// The key is one of the catalogue, and compared as text or as an ARN.
fn known_key(
    key: &str,
    overlay: &Overlay,
    references: &[(PathBuf, Reference)],
) -> Result<(), String> {
    let global = (overlay.global_keys.iter()).any(|global| global.name == key);
    let declared = (references.iter())
        .any(|(_, reference)| reference.keys.iter().any(|known| known.name == key));
    match global || declared {
        true => Ok(()),
        false => Err(format!("the catalogue has no condition key `{key}`")),
    }
}

fn read_format(node: &Node<'_>) -> Result<Format, Error> {
    let mut shapes = Vec::new();
    for shape in node.list("shapes")? {
        let text = shape.text()?;
        let pieces = parse_shape(text).map_err(|message| shape.error(message))?;
        shapes.push((text.to_owned(), pieces));
    }
    let words = node.texts("words")?;
    if words.is_empty() == shapes.is_empty() {
        return Err(node.error("expected either `words` or `shapes`"));
    }
    let optional = |name: &str| {
        Ok::<_, Error>(match node.optional(name)? {
            Some(text) => text.text()?.to_owned(),
            None => String::new(),
        })
    };
    let (says, example) = (optional("says")?, optional("example")?);
    if !shapes.is_empty() && (says.is_empty() || example.is_empty()) {
        return Err(node.error("a format with `shapes` needs `says` and `example`"));
    }
    Ok(Format {
        words,
        shapes,
        says,
        example,
    })
}

/// `o-[0-9a-z]{10,32}`: text, `<region>`, and classes with the least and the greatest number of characters. The class
/// `[*]` is every character; without a greatest number there is none.
fn parse_shape(shape: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = shape;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("<region>") {
            pieces.push(Piece::Region);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('[') {
            let (class, after) = after.split_once("]{").ok_or("expected `]{`")?;
            let (counts, after) = after.split_once('}').ok_or("expected `}`")?;
            let (min, max) = counts.split_once(',').ok_or("expected `min,max`")?;
            let number = |text: &str| {
                (text.parse::<u16>()).map_err(|_| format!("`{text}` is not a number of characters"))
            };
            pieces.push(Piece::Chars {
                chars: parse_class(class),
                min: number(min)?,
                max: match max {
                    "" => u16::MAX,
                    max => number(max)?,
                },
            });
            rest = after;
        } else {
            let end = rest.find(['[', '<']).unwrap_or(rest.len());
            if end == 0 {
                return Err("expected `<region>`".to_owned());
            }
            let (text, after) = rest.split_at(end);
            pieces.push(Piece::Text(text.to_owned()));
            rest = after;
        }
    }
    Ok(pieces)
}

fn parse_class(class: &str) -> Vec<(char, char)> {
    if class == "*" {
        return vec![('\0', char::MAX)];
    }
    let all: Vec<char> = class.chars().collect();
    let (mut ranges, mut at) = (Vec::new(), 0);
    while let Some(&first) = all.get(at) {
        match (all.get(at + 1), all.get(at + 2)) {
            (Some('-'), Some(&last)) if first < last => {
                ranges.push((first, last));
                at += 3;
            }
            _ => {
                ranges.push((first, first));
                at += 1;
            }
        }
    }
    ranges.sort_unstable();
    ranges
}

fn read_quota(node: &Node<'_>) -> Result<Quota, Error> {
    page(node)?;
    let unit = node.field("unit")?;
    Ok(Quota {
        limit: u32::from(node.field("limit")?.number()?),
        most: match node.optional("most")? {
            Some(most) => Some(u32::from(most.number()?)),
            None => None,
        },
        unit: match unit.text()? {
            "non_blank" => "NonBlank",
            "characters" => "Characters",
            "bytes" => "Bytes",
            other => return Err(unit.error(format!("`{other}` is not a unit"))),
        },
        of: node.field("of")?.text()?.to_owned(),
        instead: match node.optional("instead")? {
            Some(instead) => Some(instead.text()?.to_owned()),
            None => None,
        },
        attached: match node.optional("attached")? {
            Some(attached) => Some(u32::from(attached.number()?)),
            None => None,
        },
    })
}

fn read_feature(
    node: &Node<'_>,
    overlay: &Overlay,
    references: &[(PathBuf, Reference)],
) -> Result<Feature, Error> {
    for action in node.field("actions")?.items()? {
        known_action("rekognition", action.text()?, references)
            .map_err(|message| action.error(message))?;
    }
    for region in node.field("regions")?.items()? {
        let name = region.text()?;
        let has = |(known, rekognition): &(String, bool)| known == name && *rekognition;
        if !(overlay.partitions.iter()).any(|partition| partition.regions.iter().any(has)) {
            return Err(region.error(format!(
                "regions.json has no region `{name}` with Rekognition"
            )));
        }
    }
    let (mut actions, mut regions) = (node.texts("actions")?, node.texts("regions")?);
    actions.sort();
    regions.sort();
    Ok(Feature {
        name: node.field("name")?.text()?.to_owned(),
        actions,
        regions,
    })
}

#[cfg(test)]
mod tests {
    use super::{Piece, parse_shape};

    #[test]
    fn shapes() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let chars = |chars: &[(char, char)], min, max| Piece::Chars {
            chars: chars.to_vec(),
            min,
            max,
        };
        assert_eq!(
            parse_shape("o-[0-9a-z]{10,32}"),
            Ok(vec![text("o-"), chars(&[('0', '9'), ('a', 'z')], 10, 32)])
        );
        assert_eq!(
            parse_shape("[-+_a-c]{1,}.<region>.x"),
            Ok(vec![
                chars(
                    &[('+', '+'), ('-', '-'), ('_', '_'), ('a', 'c')],
                    1,
                    u16::MAX
                ),
                text("."),
                Piece::Region,
                text(".x")
            ])
        );
        assert_eq!(
            parse_shape("[*]{0,}"),
            Ok(vec![chars(&[('\0', char::MAX)], 0, u16::MAX)])
        );
        for wrong in [
            "[a",
            "[a]",
            "[a]{1}",
            "[a]{x,2}",
            "<account>",
            "[a]{70000,}",
        ] {
            assert!(parse_shape(wrong).is_err(), "{wrong}");
        }
    }
}
