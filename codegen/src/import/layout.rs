//! Where the lines of an expression end: as rustfmt ends them, with its default settings and the style of edition 2024.
//!
//! rustfmt knows Rust; this knows calls, lists and chains of methods, which is all that a policy is made of. A test
//! holds it to the real rustfmt. What rustfmt cannot fit into its width it leaves as it is written, and so there any
//! layout will do.

use std::collections::BTreeSet;

/// An expression of the language.
#[derive(Debug, Clone)]
pub(crate) enum Expr {
    /// A literal.
    Literal(String),
    /// A path of more than one name.
    Path(String),
    /// `name(..)`
    Call(String, Vec<Expr>),
    /// `[..]`
    List(Vec<Expr>),
    /// `receiver.name(..).name(..)`
    Chain(Box<Expr>, Vec<(String, Vec<Expr>)>),
}

impl Expr {
    pub(crate) fn string(text: &str) -> Self {
        Self::Literal(format!("{text:?}"))
    }

    /// The expression with a method call after it.
    pub(crate) fn method(self, name: &str, args: Vec<Self>) -> Self {
        let call = (name.to_owned(), args);
        match self {
            Self::Chain(receiver, mut calls) => {
                calls.push(call);
                Self::Chain(receiver, calls)
            }
            other @ (Self::Literal(_) | Self::Path(_) | Self::Call(..) | Self::List(_)) => {
                Self::Chain(Box::new(other), vec![call])
            }
        }
    }

    pub(crate) fn only_if(self, condition: bool) -> Option<Self> {
        condition.then_some(self)
    }

    /// On one line, however long.
    pub(crate) fn flat(&self, out: &mut String) {
        match self {
            Self::Literal(text) | Self::Path(text) => out.push_str(text),
            Self::Call(name, args) => {
                out.push_str(name);
                flat_list("(", args, ")", out);
            }
            Self::List(items) => flat_list("[", items, "]", out),
            Self::Chain(receiver, calls) => {
                receiver.flat(out);
                for (name, args) in calls {
                    out.push('.');
                    out.push_str(name);
                    flat_list("(", args, ")", out);
                }
            }
        }
    }
}

fn flat_list(open: &str, items: &[Expr], close: &str, out: &mut String) {
    out.push_str(open);
    for (number, item) in items.iter().enumerate() {
        if number > 0 {
            out.push_str(", ");
        }
        item.flat(out);
    }
    out.push_str(close);
}

pub(crate) const LINE: usize = 100;
/// How much of a line the arguments of a call, the items of a list and a chain take.
const SHORT: usize = 60;
/// Items up to this width share lines.
const SHORT_ITEM: usize = 10;
pub(crate) const TAB: usize = 4;

/// The room for an expression: it begins `offset` columns after the indentation, and its first line has `width`.
#[derive(Debug, Clone, Copy)]
struct Shape {
    width: usize,
    indent: usize,
    offset: usize,
}

impl Shape {
    /// Further to the right.
    const fn behind(self, columns: usize) -> Option<Self> {
        match self.width.checked_sub(columns) {
            Some(width) => Some(Self {
                width,
                offset: self.offset + columns,
                ..self
            }),
            None => None,
        }
    }

    const fn narrower(self, columns: usize) -> Option<Self> {
        match self.width.checked_sub(columns) {
            Some(width) => Some(Self { width, ..self }),
            None => None,
        }
    }

    /// On lines of its own, further in.
    const fn block(self, columns: usize) -> Self {
        let indent = self.indent + columns;
        Self {
            width: LINE.saturating_sub(indent),
            indent,
            offset: 0,
        }
    }

    /// What is kept free after the expression.
    const fn reserved(self) -> usize {
        LINE.saturating_sub(self.indent + self.offset + self.width)
    }
}

/// `pub static NAME: Type = macro![..];`, with comments above the items.
pub(crate) fn item(head: &str, name: &str, items: &[(Vec<String>, Expr)]) -> String {
    let shape = Shape {
        width: LINE - 1,
        indent: 0,
        offset: 0,
    };
    let written = on_line_or_next(head, shape, |shape| {
        list(name, "[", items, "]", shape, false)
    });
    written.unwrap_or_else(|| {
        // Too long for any layout: rustfmt lets it be.
        let mut out = format!("{head} {name}[\n");
        for (comments, item) in items {
            for comment in comments {
                out.push_str(&format!("    {comment}\n"));
            }
            out.push_str("    ");
            out.push_str(&loose(item));
            out.push_str(",\n");
        }
        out.push(']');
        out
    }) + ";"
}

/// `macro![..]` as the last line of a function's body.
#[cfg(feature = "derive")]
pub(crate) fn tail(name: &str, items: &[(Vec<String>, Expr)]) -> String {
    let shape = Shape {
        width: LINE - TAB,
        indent: TAB,
        offset: 0,
    };
    list(name, "[", items, "]", shape, false).unwrap_or_else(|| {
        let mut out = format!("{name}[\n");
        for (comments, item) in items {
            for comment in comments {
                out.push_str(&format!("        {comment}\n"));
            }
            out.push_str(&format!("        {},\n", loose(item)));
        }
        out + "    ]"
    })
}

/// `use root::{..};`
pub(crate) fn imports(root: &str, names: &BTreeSet<&str>) -> String {
    let names: Vec<&str> = names.iter().copied().collect();
    let line = format!("use {root}::{{{}}};", names.join(", "));
    if width(&line) <= LINE {
        return line + "\n";
    }
    let mut out = format!("use {root}::{{");
    let mut column = LINE;
    for name in names {
        if column + name.len() + 2 > LINE {
            out.push_str("\n    ");
            column = TAB;
        } else {
            out.push(' ');
            column += 1;
        }
        out.push_str(name);
        out.push(',');
        column += name.len() + 1;
    }
    out + "\n};\n"
}

/// A statement that is too long for rustfmt: a line for each method.
fn loose(item: &Expr) -> String {
    let mut out = String::new();
    match item {
        Expr::Chain(receiver, calls) => {
            receiver.flat(&mut out);
            for (name, args) in calls {
                out.push_str(&format!("\n        .{name}"));
                flat_list("(", args, ")", &mut out);
            }
        }
        other @ (Expr::Literal(_) | Expr::Path(_) | Expr::Call(..) | Expr::List(_)) => {
            other.flat(&mut out)
        }
    }
    out
}

/// Behind the head on its line, or on a line of its own when that is better.
fn on_line_or_next(
    head: &str,
    shape: Shape,
    write: impl Fn(Shape) -> Option<String>,
) -> Option<String> {
    let columns = width(head) + 1;
    let here = shape.behind(columns).unwrap_or(Shape {
        width: 0,
        offset: shape.offset + columns,
        ..shape
    });
    let same = write(here);
    if let Some(same) = &same
        && !same.contains('\n')
        && width(same) <= here.width
    {
        return Some(format!("{head} {same}"));
    }
    let below = here.block(TAB).narrower(here.reserved());
    let next = below.and_then(|below| Some((write(below)?, below)));
    let next_line = |next: &str| format!("{head}\n{}{next}", " ".repeat(shape.indent + TAB));
    match (same, next) {
        (Some(same), Some((next, below))) => {
            let better = !next.contains('\n')
                || lines(&same) > lines(&next) + 1
                || ['(', '['].into_iter().any(|open| {
                    first_line(&same).ends_with(open) && !first_line(&next).ends_with(open)
                });
            Some(if fits(&next, below) && better {
                next_line(&next)
            } else {
                format!("{head} {same}")
            })
        }
        (None, Some((next, _))) => Some(next_line(&next)),
        (Some(same), None) => Some(format!("{head} {same}")),
        (None, None) => None,
    }
}

/// An expression. `one_line` when its chains must not be broken.
fn write(expr: &Expr, shape: Shape, one_line: bool) -> Option<String> {
    match expr {
        Expr::Literal(text) | Expr::Path(text) => Some(text.clone()),
        Expr::Call(name, args) => list(name, "(", args, ")", shape, one_line),
        Expr::List(items) => list("", "[", items, "]", shape, one_line),
        Expr::Chain(receiver, calls) => chain(receiver, calls, shape, one_line),
    }
}

/// How the items of a list share lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tactic {
    OneLine,
    OneEach,
    Filled,
}

/// An item of a list, with the comments above it.
trait Item {
    fn comments(&self) -> &[String];
    fn expr(&self) -> &Expr;
}

impl Item for Expr {
    fn comments(&self) -> &[String] {
        &[]
    }

    fn expr(&self) -> &Expr {
        self
    }
}

impl Item for (Vec<String>, Expr) {
    fn comments(&self) -> &[String] {
        &self.0
    }

    fn expr(&self) -> &Expr {
        &self.1
    }
}

/// `name(..)` or `name[..]`.
fn list(
    name: &str,
    open: &str,
    items: &[impl Item],
    close: &str,
    shape: Shape,
    one_line: bool,
) -> Option<String> {
    let room = shape.width.saturating_sub(width(name) + 2);
    let inside = (shape.behind(width(name) + 1))
        .and_then(|shape| shape.narrower(1))
        .unwrap_or(Shape { width: 0, ..shape });
    let nested = Shape {
        // One for the comma.
        width: shape.block(TAB).width.saturating_sub(1),
        ..shape.block(TAB)
    };
    let mut written: Vec<Option<String>> = (items.iter())
        .map(|item| write(item.expr(), nested, one_line))
        .collect();
    let commented = items.iter().any(|item| !item.comments().is_empty());
    let tactic = last_over_lines(
        name,
        items,
        &mut written,
        commented,
        (room, inside, nested),
        one_line,
    );

    let mut out = String::new();
    let indent = format!("\n{}", " ".repeat(nested.indent));
    let mut column = 0;
    let last = items.len().saturating_sub(1);
    for (number, (item, text)) in items.iter().zip(&written).enumerate() {
        let text = text.as_deref()?;
        match tactic {
            Tactic::OneLine if number > 0 => out.push(' '),
            Tactic::OneEach if number > 0 => out.push_str(&indent),
            Tactic::Filled => {
                let needed = width(text) + usize::from(number < last);
                if column > 0 && column + 1 + needed > nested.width {
                    out.push_str(&indent);
                    column = 0;
                }
                if column > 0 {
                    out.push(' ');
                    column += 1;
                }
                column += needed;
            }
            Tactic::OneLine | Tactic::OneEach => {}
        }
        for comment in item.comments() {
            out.push_str(comment);
            out.push_str(&indent);
        }
        out.push_str(text);
        if number < last || tactic == Tactic::OneEach {
            out.push(',');
        }
    }
    let first = if out.is_empty() {
        2
    } else {
        width(first_line(&out)) + 1
    };
    Some(
        if tactic == Tactic::OneLine && first <= shape.width.saturating_sub(width(name)) {
            format!("{name}{open}{out}{close}")
        } else {
            format!(
                "{name}{open}{}{out}\n{}{close}",
                if out.is_empty() { "" } else { &indent },
                " ".repeat(shape.indent)
            )
        },
    )
}

/// Decides on the tactic, and lets the last item run over several lines where that keeps the others on one.
fn last_over_lines(
    name: &str,
    items: &[impl Item],
    written: &mut [Option<String>],
    commented: bool,
    (room, inside, nested): (usize, Shape, Shape),
    one_line: bool,
) -> Tactic {
    let (Some(last), Some(slot)) = (items.last().map(Item::expr), items.len().checked_sub(1))
    else {
        return Tactic::OneLine;
    };
    let alone = items.len() == 1;
    // A name shorter than a step of indentation and its only argument are as one.
    let as_one = alone && name.len() < TAB;
    let may_run_over =
        as_one || alone && matches!(last, Expr::Call(..) | Expr::List(_) | Expr::Chain(..));
    let mut run_over = None;
    if may_run_over {
        let shape = if alone && !matches!(last, Expr::Call(..)) {
            Some(inside)
        } else {
            // Calls in calls get no more than they would alone, so that they do not nest deeply.
            Some(Shape {
                width: inside.width.min(SHORT),
                ..inside
            })
        };
        let unbroken = one_line || !as_one && matches!(last, Expr::Chain(..));
        run_over = shape.and_then(|shape| write(last, shape, unbroken));
        if let (Some(text), Some(slot)) = (&run_over, written.get_mut(slot)) {
            *slot = Some(first_line(text).to_owned());
        }
    }
    let tactic = tactic(written, commented, room);
    match run_over {
        Some(text) if tactic == Tactic::OneLine => {
            let one_line = (lines(&text) == 1)
                .then(|| write(last, nested, one_line))
                .flatten()
                .filter(|text| !text.contains('\n'));
            if let Some(slot) = written.get_mut(slot) {
                *slot = Some(one_line.unwrap_or(text));
            }
            tactic
        }
        _ => {
            let text = write(last, nested, one_line);
            let fits_alone = alone
                && room > 0
                && !commented
                && text
                    .as_ref()
                    .is_some_and(|text| !text.contains('\n') && width(text) <= room);
            if let Some(slot) = written.get_mut(slot) {
                *slot = text;
            }
            if fits_alone {
                return Tactic::OneLine;
            }
            let tactic = self::tactic(written, commented, room);
            let simple = || {
                (items.iter()).all(|item| matches!(item.expr(), Expr::Literal(_)))
                    && (written.iter())
                        .all(|text| text.as_ref().is_none_or(|text| text.len() <= SHORT_ITEM))
            };
            if tactic == Tactic::OneEach && simple() {
                Tactic::Filled
            } else {
                tactic
            }
        }
    }
}

/// One line when all items fit on it.
fn tactic(written: &[Option<String>], commented: bool, room: usize) -> Tactic {
    let texts = || written.iter().flatten();
    let total =
        texts().map(|text| width(text)).sum::<usize>() + 2 * written.len().saturating_sub(1);
    if !commented && total <= room.min(SHORT) && !texts().any(|text| text.contains('\n')) {
        Tactic::OneLine
    } else {
        Tactic::OneEach
    }
}

/// `receiver.name(..).name(..)`
fn chain(
    receiver: &Expr,
    calls: &[(String, Vec<Expr>)],
    shape: Shape,
    one_line: bool,
) -> Option<String> {
    let call = |(name, args): &(String, Vec<Expr>), shape| {
        list(&format!(".{name}"), "(", args, ")", shape, one_line)
    };
    let mut root = write(receiver, shape, one_line)?;
    let mut is_block = root.contains('\n') && !matches!(receiver, Expr::Literal(_) | Expr::Path(_));
    let count = calls.len();
    let mut calls = calls;
    // A short receiver is not alone on its line.
    while let Some((first, rest)) = calls.split_first()
        && root.len() <= TAB.saturating_sub(shape.offset)
        && !root.contains('\n')
    {
        let Some(text) = call(first, shape.behind(root.len())?) else {
            break;
        };
        root.push_str(&text);
        is_block = ends_in_brackets(&root);
        calls = rest;
    }
    let Some((last, middle)) = calls.split_last() else {
        return Some(root).filter(|root| fits(root, shape));
    };
    let below = shape.block(if is_block { 0 } else { TAB });
    let mut texts = vec![root];
    for middle in middle {
        texts.push(call(middle, below)?);
    }

    let extendable = texts.first().is_some_and(|root| ends_in_brackets(root));
    let before: usize = if extendable {
        texts.first().map_or(0, |root| width(last_line(root)))
    } else {
        texts.iter().map(|text| width(text)).sum()
    };
    let budget = if count == 1 {
        shape.width
    } else {
        shape.width.min(SHORT)
    }
    .saturating_sub(before);
    let joined = texts.iter().all(|text| !text.contains('\n')) && budget > 0;
    let own_line = below.narrower(shape.reserved());
    let last_shape = if joined {
        shape
    } else if extendable {
        below
    } else {
        own_line?
    };
    let mut on_one_line = false;
    let mut last_text = None;
    if (joined || extendable)
        && let Some(behind) = last_shape.behind(before)
        && let Some(text) = call(last, behind)
    {
        let height = text.lines().count();
        let short = width(first_line(&text)) <= budget;
        if short && height >= 5 {
            last_text = Some(text);
            on_one_line = joined;
        } else {
            match call(last, own_line?) {
                Some(alone) if !short => last_text = Some(alone),
                Some(alone) if alone.lines().count() < height => last_text = Some(alone),
                _ => {
                    last_text = Some(text);
                    on_one_line = short && joined;
                }
            }
        }
    }
    let last_text = match last_text {
        Some(text) => text,
        None => call(last, last_shape)?,
    };
    texts.push(last_text);
    if !on_one_line && one_line {
        return None;
    }
    let connector = if on_one_line {
        String::new()
    } else {
        format!("\n{}", " ".repeat(below.indent))
    };
    Some(texts.join(&connector)).filter(|text| fits(text, shape))
}

/// Whether the text stays inside its room: the first line in its own, the others in the line's.
fn fits(text: &str, shape: Shape) -> bool {
    if width(first_line(text)) > shape.width {
        return false;
    }
    !text.contains('\n')
        || (text.lines().skip(1))
            // Comments may be as long as they like.
            .filter(|line| !line.trim_start().starts_with("//"))
            .all(|line| width(line) <= LINE)
            && width(last_line(text)) <= shape.indent + shape.offset + shape.width
}

/// Whether the last line is closing brackets alone, so that more can be after them.
fn ends_in_brackets(text: &str) -> bool {
    (text.chars().rev())
        .find(|c| !matches!(c, '(' | ')' | ']' | '}' | '?' | '>' | ' '))
        .is_none_or(|c| c == '\n')
}

fn first_line(text: &str) -> &str {
    text.split('\n').next().unwrap_or_default()
}

fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or_default()
}

fn lines(text: &str) -> usize {
    text.matches('\n').count()
}

/// Columns that the text takes on a screen: two for the wide characters of East Asia.
pub(crate) fn width(text: &str) -> usize {
    text.chars()
        .map(|c| match u32::from(c) {
            0x1100..=0x115f
            | 0x2e80..=0x303e
            | 0x3041..=0xa4cf
            | 0xac00..=0xd7a3
            | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f
            | 0xff00..=0xff60
            | 0xffe0..=0xffe6
            | 0x1f300..=0x1faff
            | 0x20000..=0x3fffd => 2,
            _ => 1,
        })
        .sum()
}
