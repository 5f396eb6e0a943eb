//! Templates: quoted strings with `${}` and `%{}`, and heredocs.
//!
//! A heredoc that holds JSON remembers where its text stands, so that a statement inside it can be
//! pointed at. When part of it is unknown, the known part is kept as a document all the same.

use std::sync::Arc;

use crate::diag::Problem;
use crate::hcl::{Expr, Part, Parts, Template};
use crate::text::Span;
use crate::value::{
    self, Content, Document, Key, Kind, Marks, Origin, Segment, Text, Type, Unknown, Value,
};

use super::{Evaluated, Evaluator, Fault};

/// Stand around the number of an unknown part while a template is put together. Private use code
/// points: a template that contains them itself only loses the reading of its unknown parts.
const OPEN: char = '\u{F0F0A}';
const CLOSE: char = '\u{F0F0B}';

/// Stands in a rendered message for what cannot be evaluated.
pub const BROKEN_PART: &str = "<error>";

#[derive(Default)]
struct Builder {
    text: String,
    /// Pieces of the text and their places.
    segments: Vec<Segment>,
    /// Values that are not known, in the order of their stand-ins in the text.
    unknowns: Vec<Value>,
    /// A directive whose condition or collection is unknown: nothing after it is certain.
    undecided: Option<Value>,
    marks: Marks,
    origins: Vec<Origin>,
}

impl Evaluator<'_> {
    pub(super) fn template(&mut self, expr: Expr<'_>, template: Template<'_>) -> Evaluated {
        let mut parts = template.parts;
        if let (Some(Part::Interpolation { expr: inner, span }), None) = (parts.next(), parts.next())
            // A whole file may be one sequence, the text of a heredoc ends in a line break.
            && (!template.heredoc || span == expr.span())
        {
            return self.evaluate(inner);
        }
        let mut builder = Builder::default();
        self.parts(template.parts, &mut builder)?;
        let value = builder.finish(template.heredoc && self.trace.is_none());
        Ok(match self.trace {
            Some(trace) => value.with_origin(trace.derived(builder.origins, Vec::new())),
            None => self.made(value, expr, []),
        })
    }

    fn parts(&mut self, parts: Parts<'_>, builder: &mut Builder) -> Evaluated<()> {
        for part in parts {
            match part {
                Part::Literal { text, span } => builder.literal(&text, span),
                Part::Interpolation { expr, span } => {
                    let value = self.evaluate(expr)?;
                    self.interpolate(&value, expr, span, builder)?;
                }
                part @ (Part::If { .. } | Part::For { .. }) => self.directive(part, builder)?,
            }
        }
        Ok(())
    }

    fn directive(&mut self, part: Part<'_>, builder: &mut Builder) -> Evaluated<()> {
        match part {
            Part::If { condition, then, otherwise, .. } => {
                let test = self.evaluate(condition)?;
                builder.marks = builder.marks.and(test.marks().travelling());
                match (self.truth(&test, condition)?, otherwise) {
                    (Some(true), _) => self.parts(then, builder),
                    (Some(false), Some(otherwise)) => self.parts(otherwise, builder),
                    (Some(false), None) => Ok(()),
                    (None, _) => {
                        builder.undecided(&test);
                        Ok(())
                    }
                }
            }
            Part::For { key, value, collection, body, .. } => {
                self.repeat(key, value, collection, body, builder)
            }
            Part::Literal { .. } | Part::Interpolation { .. } => Ok(()),
        }
    }

    fn truth(&self, test: &Value, at: Expr<'_>) -> Evaluated<Option<bool>> {
        if test.is_null() {
            let problem = Problem::new("condition of a template directive is null");
            return Err(self.fault(problem, at, &[test]));
        }
        let test = value::convert(test, &Type::Bool).map_err(|p| self.fault(p, at, &[test]))?;
        Ok(test.as_bool())
    }

    fn repeat(
        &mut self,
        key: Option<&str>,
        name: &str,
        collection: Expr<'_>,
        body: Parts<'_>,
        builder: &mut Builder,
    ) -> Evaluated<()> {
        let source = self.evaluate(collection)?;
        builder.marks = builder.marks.and(source.marks().travelling());
        let Some(rounds) = self.rounds(&source, collection)? else {
            builder.undecided(&source);
            return Ok(());
        };
        for round in rounds {
            self.count(1, collection.span())?;
            let bound = self.bound.len();
            if let Some(key) = key {
                self.bound.push((Key::from(key), round.key));
            }
            self.bound.push((Key::from(name), round.value));
            let result = self.parts(body, builder);
            self.bound.truncate(bound);
            result?;
            self.bounded(builder, collection)?;
        }
        Ok(())
    }

    /// Texts that double themselves know no end, nor do those that repeat.
    fn bounded(&self, builder: &Builder, at: Expr<'_>) -> Evaluated<()> {
        let longest = self.text_bytes();
        if builder.text.len() <= longest {
            return Ok(());
        }
        let problem = Problem::new(format!("a text of more than {longest} bytes"))
            .with_hint("`--limit text-bytes=N` allows more");
        Err(Fault::new(problem, at.span()))
    }

    fn interpolate(
        &self,
        value: &Value,
        expr: Expr<'_>,
        span: Span,
        builder: &mut Builder,
    ) -> Evaluated<()> {
        if let Some(trace) = self.trace {
            builder.origins.push(trace.of(value));
        }
        if value.is_null() {
            let problem = Problem::new("cannot include a null value in a string template");
            return Err(self.fault(problem, expr, &[value]));
        }
        let text = value::convert(value, &Type::String).map_err(|_| {
            let problem = Problem::new(format!(
                "cannot include a value of type {} in a string template: string required",
                value.ty().friendly_name()
            ))
            .with_hint("`jsonencode(...)` or `join(\", \", ...)` make a string of it");
            Fault::new(problem, expr.span())
        })?;
        builder.marks = builder.marks.and(text.marks().travelling());
        match text.as_str() {
            Some(text) => builder.interpolated(text, span),
            None => builder.unknown(text, span),
        }
        self.bounded(builder, expr)
    }
}

impl Builder {
    fn literal(&mut self, text: &str, span: Span) {
        let copied = text.len() == span.len() as usize;
        self.push(text, span, copied);
    }

    fn interpolated(&mut self, text: &str, span: Span) {
        self.push(text, span, false);
    }

    fn unknown(&mut self, value: Value, span: Span) {
        let stand_in = format!("{OPEN}{}{CLOSE}", self.unknowns.len());
        self.unknowns.push(value);
        self.push(&stand_in, span, false);
    }

    fn push(&mut self, text: &str, span: Span, copied: bool) {
        let at = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.text.push_str(text);
        self.segments.push(Segment { at, span, len, copied });
    }

    fn undecided(&mut self, value: &Value) {
        self.undecided.get_or_insert_with(|| value.clone());
    }

    fn finish(&mut self, keep_places: bool) -> Value {
        let marks = self.marks;
        let first = self.unknowns.first().or(self.undecided.as_ref());
        let Some(unknown) = first.and_then(Value::first_unknown) else {
            return self.known(keep_places).with_marks(marks);
        };
        let mut result = Unknown::new(Type::String, unknown.reason.clone()).not_null();
        if self.undecided.is_none() {
            let prefix = self.text.split(OPEN).next().unwrap_or_default();
            result.prefix = value::certain_prefix(prefix).into();
            result.document = self.document();
            if keep_places && result.document.is_some() {
                let content = Content::Segments(std::mem::take(&mut self.segments).into());
                let text = Arc::from(self.text.as_str());
                result.layout = Some(Arc::new(Document { text, content }));
            }
        }
        Value::unknown(result).with_marks(marks)
    }

    fn known(&mut self, keep_places: bool) -> Value {
        let text = std::mem::take(&mut self.text);
        let value = Value::nfc(&text);
        let is_json = text.trim_start().starts_with(['{', '[']);
        // NFC may move bytes; then places no longer fit and are dropped.
        if keep_places && is_json && value.as_str() == Some(text.as_str()) {
            let content = Content::Segments(std::mem::take(&mut self.segments).into());
            let document = Document { text: text.into(), content };
            return Value::new(Kind::String(Text::Document(Arc::new(document))));
        }
        value
    }

    /// The JSON that the text will be, unknown where its parts are.
    fn document(&self) -> Option<Value> {
        if !self.text.trim_start().starts_with(['{', '[']) {
            return None;
        }
        let decoded = value::from_json(&self.text).ok()?;
        Some(self.filled(&decoded))
    }

    fn filled(&self, value: &Value) -> Value {
        let kind = match value.kind() {
            Kind::String(text) if text.as_str().contains(OPEN) => {
                return self.stand_in(text.as_str());
            }
            Kind::Tuple(items) => Kind::Tuple(items.iter().map(|item| self.filled(item)).collect()),
            Kind::Object(entries) => Kind::Object(
                entries.iter().map(|(name, item)| (name.clone(), self.filled(item))).collect(),
            ),
            other => other.clone(),
        };
        Value::new(kind)
    }

    fn stand_in(&self, text: &str) -> Value {
        let number = text.split(OPEN).nth(1).and_then(|rest| rest.split(CLOSE).next());
        let part = number.and_then(|n| n.parse::<usize>().ok()).and_then(|n| self.unknowns.get(n));
        let Some(part) = part else { return Value::NULL };
        if text.starts_with(OPEN) && text.ends_with(CLOSE) && text.matches(OPEN).count() == 1 {
            return part.clone();
        }
        let Some(unknown) = part.first_unknown() else { return part.clone() };
        let mut result = Unknown::new(Type::String, unknown.reason.clone()).not_null();
        let prefix = text.split(OPEN).next().unwrap_or_default();
        result.prefix = value::certain_prefix(prefix).into();
        Value::unknown(result).with_marks(part.marks())
    }
}

impl Evaluator<'_> {
    /// A message as a person reads it: never fails. What is not known, null or broken is said so;
    /// what is sensitive is not shown.
    pub fn render(&mut self, expr: Expr<'_>) -> String {
        if let crate::hcl::Kind::Template(template) = expr.kind() {
            let mut text = String::new();
            self.render_parts(template.parts, &mut text);
            return text;
        }
        let value = self.evaluate(expr);
        shown(&value)
    }

    fn render_parts(&mut self, parts: Parts<'_>, text: &mut String) {
        for part in parts {
            match part {
                Part::Literal { text: literal, .. } => text.push_str(&literal),
                Part::Interpolation { expr, .. } => {
                    let value = self.evaluate(expr);
                    text.push_str(&shown(&value));
                }
                part @ (Part::If { .. } | Part::For { .. }) => {
                    let mut builder = Builder::default();
                    match self.directive(part, &mut builder) {
                        Ok(()) => text.push_str(&shown(&Ok(builder.finish(false)))),
                        Err(_) => text.push_str(BROKEN_PART),
                    }
                }
            }
        }
    }
}

fn shown(value: &Evaluated) -> String {
    let Ok(value) = value else { return BROKEN_PART.to_owned() };
    if value.deep_marks().has(Marks::SENSITIVE) {
        return "(sensitive value)".to_owned();
    }
    match value.kind() {
        Kind::Null => "null".to_owned(),
        _ if !value.is_wholly_known() => "(known after apply)".to_owned(),
        _ => match value::convert(value, &Type::String) {
            Ok(text) => text.as_str().unwrap_or_default().to_owned(),
            Err(_) => value::to_json(value),
        },
    }
}
