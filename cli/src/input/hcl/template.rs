//! Strings, templates, and heredocs.

use std::collections::HashMap;

use hcl_edit::Span as _;
use hcl_edit::template::{Directive, Element, HeredocTemplate, Strip, Template};

use super::env::Env;
use super::module::place;
use super::value::{Kind, Place, Text, Unknown, Value};

/// How many bytes of indentation are dropped from the lines of a heredoc, by where the lines begin.
type Indents = HashMap<usize, usize>;

/// How the literals of a template are written.
#[derive(Clone, Copy)]
enum Written<'i> {
    /// Between quotes, with escapes.
    Quoted,
    /// As they are, but for the indentation.
    Raw(Option<&'i Indents>),
}

/// What is being written.
struct Out {
    text: Text,
    /// White space that follows is dropped.
    trims: bool,
    /// The first part that white space before a marker is dropped from: that of values stays.
    literals: usize,
}

impl Env<'_> {
    fn source(&self, at: Place) -> Option<std::sync::Arc<super::module::File>> {
        self.world.file(at.file)
    }

    /// A string without a template in it, which says this, with its quotes.
    pub(super) fn quoted(&self, says: &str, at: Place) -> Value {
        let mut out = Out {
            text: Text::default(),
            trims: false,
            literals: 0,
        };
        let inner = at.of(at.start + 1, at.end.saturating_sub(1));
        self.literal(&mut out, says, inner, Written::Quoted);
        Value::new(Kind::of_text(out.text), at)
    }

    /// A string with a template in it.
    pub(super) fn template(&self, template: &Template, at: Place) -> Value {
        // One expression is what it returns.
        if let Some(Element::Interpolation(only)) = template.as_single_element() {
            return self.value(&only.expr).through(at);
        }
        self.written(template, at, Written::Quoted)
    }

    pub(super) fn heredoc(&self, heredoc: &HeredocTemplate, at: Place) -> Value {
        let file = self.source(at);
        let text = file.as_ref().map_or("", |file| file.text.as_str());
        let is_indented = text
            .get(at.start..)
            .is_some_and(|text| text.starts_with("<<-"));
        let indents = is_indented.then(|| indents(&heredoc.template, text));
        self.written(&heredoc.template, at, Written::Raw(indents.as_ref()))
    }

    /// A file that is a template, with the names that it may use bound.
    pub(super) fn bare(&self, template: &Template, at: Place) -> Value {
        if let Some(Element::Interpolation(only)) = template.as_single_element() {
            return self.value(&only.expr);
        }
        self.written(template, at, Written::Raw(None))
    }

    fn written(&self, template: &Template, at: Place, how: Written<'_>) -> Value {
        let mut out = Out {
            text: Text::default(),
            trims: false,
            literals: 0,
        };
        match self.elements(&mut out, template, how) {
            Ok(()) => Value::new(Kind::of_text(out.text), at),
            // Terraform refuses to put it into a text.
            Err(unknown) => Value::new(Kind::Unknown(unknown), at),
        }
    }

    fn elements(
        &self,
        out: &mut Out,
        template: &Template,
        how: Written<'_>,
    ) -> Result<(), Unknown> {
        for element in template {
            let at = place(self.file, element.span());
            match element {
                Element::Literal(literal) => self.literal(out, literal.value(), at, how),
                Element::Interpolation(interpolation) => {
                    out.strip_before(interpolation.strip);
                    let value = self.value(&interpolation.expr);
                    let text = (value.to_text()).ok_or_else(|| self.unknown_of(at))?;
                    out.text.append(text, self.place(&interpolation.expr));
                    out.after(interpolation.strip);
                }
                Element::Directive(directive) => self.directive(out, directive, at, how)?,
            }
            if out.text.len() > 1 << 20 {
                return Err(self.unknown_of(at));
            }
        }
        Ok(())
    }

    fn directive(
        &self,
        out: &mut Out,
        directive: &Directive,
        at: Place,
        how: Written<'_>,
    ) -> Result<(), Unknown> {
        match directive {
            Directive::If(directive) => {
                out.strip_before(directive.if_expr.strip);
                let condition = self.value(&directive.if_expr.cond_expr).as_bool();
                let condition = condition.ok_or_else(|| self.unknown_of(at))?;
                if condition {
                    out.after(directive.if_expr.strip);
                    self.elements(out, &directive.if_expr.template, how)?;
                }
                if let Some(other) = &directive.else_expr {
                    if condition {
                        out.strip_before(other.strip);
                    } else {
                        out.after(other.strip);
                        self.elements(out, &other.template, how)?;
                    }
                }
                out.strip_before(directive.endif_expr.strip);
                out.after(directive.endif_expr.strip);
            }
            Directive::For(directive) => {
                out.strip_before(directive.for_expr.strip);
                let collection = self.value(&directive.for_expr.collection_expr);
                let over = self.place(&directive.for_expr.collection_expr);
                let (pairs, more) = self.pairs(&collection, over);
                if more.is_some() || collection.as_unknown().is_some() {
                    return Err(self.unknown_of(at));
                }
                for (key, value) in pairs {
                    let mut names = Vec::new();
                    if let Some(name) = &directive.for_expr.key_var {
                        names.push((name.as_str().to_string(), key));
                    }
                    names.push((directive.for_expr.value_var.as_str().to_string(), value));
                    out.after(directive.for_expr.strip);
                    self.with(&names, |env| {
                        env.elements(out, &directive.for_expr.template, how)
                    })?;
                    out.strip_before(directive.endfor_expr.strip);
                }
                out.after(directive.endfor_expr.strip);
            }
        }
        Ok(())
    }

    /// Adds a literal in pieces that are the same in the file or are an escape.
    ///
    /// `says` is what the parser read there. A place in a wrong file must never become a wrong value.
    fn literal(&self, out: &mut Out, says: &str, at: Place, how: Written<'_>) {
        let Some(file) = self.source(at) else {
            return;
        };
        let raw = file.text.get(at.start..at.end).unwrap_or_default();
        match how {
            Written::Quoted => {
                let written: String = (pieces(raw, true).into_iter())
                    .map(|(text, ..)| text)
                    .collect();
                // The parser leaves escapes as they are in the parts of a directive.
                match written == says || raw == says {
                    true => out.pieces(raw, at, true),
                    false => out.text.push(says, at, false),
                }
            }
            Written::Raw(indents) => {
                let mut start = at.start;
                for line in raw.split_inclusive('\n') {
                    let dropped = indents.and_then(|indents| indents.get(&start).copied());
                    let dropped = dropped.unwrap_or_default();
                    let kept = line.get(dropped..).unwrap_or_default();
                    out.pieces(kept, at.of(start + dropped, start + line.len()), false);
                    start += line.len();
                }
            }
        }
    }
}

impl Out {
    /// What follows an expression or a directive that ends with this marker.
    fn after(&mut self, strip: Strip) {
        self.trims = matches!(strip, Strip::End | Strip::Both);
        self.literals = self.text.0.len();
    }

    fn strip_before(&mut self, strip: Strip) {
        if !matches!(strip, Strip::Start | Strip::Both) {
            return;
        }
        while self.text.0.len() > self.literals
            && let Some(super::value::Part::Known { text, .. }) = self.text.0.last_mut()
        {
            text.truncate(text.trim_end().len());
            if !text.is_empty() {
                break;
            }
            self.text.0.pop();
        }
    }

    fn pieces(&mut self, raw: &str, at: Place, escapes: bool) {
        for (text, start, end, same) in pieces(raw, escapes) {
            let mut text = text;
            let mut start = start;
            if self.trims {
                let trimmed = text.trim_start();
                if trimmed.is_empty() {
                    continue;
                }
                if same {
                    start += text.len() - trimmed.len();
                }
                text = trimmed.to_string();
                self.trims = false;
            }
            self.text
                .push(text, at.of(at.start + start, at.start + end), same);
        }
    }
}

/// The pieces of a literal: what it says, where it is written, and whether that is the same.
pub(super) fn pieces(raw: &str, escapes: bool) -> Vec<(String, usize, usize, bool)> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(found) = raw.get(at..).and_then(|rest| rest.find(['\\', '$', '%'])) {
        let sign = at + found;
        let rest = raw.get(sign..).unwrap_or_default();
        let (text, length) = if rest.starts_with("$${") {
            ("${".to_string(), 3)
        } else if rest.starts_with("%%{") {
            ("%{".to_string(), 3)
        } else if escapes && rest.starts_with('\\') {
            escape(rest)
        } else {
            at = sign + 1;
            continue;
        };
        if sign > start {
            let text = raw.get(start..sign).unwrap_or_default();
            out.push((text.to_string(), start, sign, true));
        }
        out.push((text, sign, sign + length, false));
        at = sign + length;
        start = at;
    }
    if start < raw.len() {
        let text = raw.get(start..).unwrap_or_default();
        out.push((text.to_string(), start, raw.len(), true));
    }
    out
}

/// What an escape means, and how long it is.
fn escape(rest: &str) -> (String, usize) {
    let hex = |length: usize| {
        let code = rest.get(2..2 + length)?;
        char::from_u32(u32::from_str_radix(code, 16).ok()?)
    };
    let (c, length) = match rest.as_bytes().get(1) {
        Some(b'n') => (Some('\n'), 2),
        Some(b'r') => (Some('\r'), 2),
        Some(b't') => (Some('\t'), 2),
        Some(b'"') => (Some('"'), 2),
        Some(b'\\') => (Some('\\'), 2),
        Some(b'u') => (hex(4), 6),
        Some(b'U') => (hex(8), 10),
        _ => (None, 1),
    };
    match c {
        Some(c) => (c.to_string(), length),
        // The parser refuses any other.
        None => ("\\".to_string(), 1),
    }
}

/// The indentation that all lines of a heredoc have, as Terraform drops it: see `flushHeredocTemplateParts` of
/// <https://github.com/hashicorp/hcl>.
fn indents(template: &Template, text: &str) -> Indents {
    let mut lines = Vec::new();
    let mut new_line = true;
    tokens(template, text, &mut new_line, &mut lines);
    let least = lines
        .iter()
        .filter_map(|line| line.1)
        .min()
        .unwrap_or_default();
    (lines.into_iter())
        .filter_map(|(start, _)| {
            let rest = text.get(start?..)?;
            let dropped = rest.chars().take(least).map(char::len_utf8).sum();
            Some((start?, dropped))
        })
        .collect()
}

/// The lines of a template: where the literal at the beginning of each begins, and how many characters it is indented. Blank
/// lines do not count, and keep what they have.
fn tokens(
    template: &Template,
    text: &str,
    new_line: &mut bool,
    lines: &mut Vec<(Option<usize>, Option<usize>)>,
) {
    for element in template {
        let span = element.span().unwrap_or_default();
        match element {
            Element::Literal(_) => {
                let mut start = span.start;
                let raw = text.get(span.start..span.end).unwrap_or_default();
                for line in raw.split_inclusive('\n') {
                    if *new_line {
                        let rest = line.trim_start();
                        let is_blank = rest.is_empty() && line.ends_with('\n');
                        if !is_blank {
                            let spaces = line.len() - rest.len();
                            let spaces = line.get(..spaces).unwrap_or_default().chars().count();
                            lines.push((Some(start), Some(spaces)));
                        }
                    }
                    *new_line = line.ends_with('\n');
                    start += line.len();
                }
            }
            Element::Interpolation(_) => {
                if std::mem::take(new_line) {
                    lines.push((None, Some(0)));
                }
            }
            Element::Directive(directive) => {
                if std::mem::take(new_line) {
                    lines.push((None, Some(0)));
                }
                let mut inner = |template: &Template, new_line: &mut bool| {
                    tokens(template, text, new_line, lines);
                    if std::mem::take(new_line) {
                        lines.push((None, Some(0)));
                    }
                };
                match directive.as_ref() {
                    Directive::If(directive) => {
                        inner(&directive.if_expr.template, new_line);
                        if let Some(other) = &directive.else_expr {
                            inner(&other.template, new_line);
                        }
                    }
                    Directive::For(directive) => inner(&directive.for_expr.template, new_line),
                }
            }
        }
    }
}
