//! `jsonencode` and `jsondecode`, which keep the places and the known parts of what they turn.

use std::ops::Range;
use std::sync::Arc;

use crate::diag::Problem;
use crate::text::Span;
use crate::value::{
    Content, Document, Kind, Origin, Segment, Text, Type, Unknown, Value, from_json_with, to_json,
};

use super::arguments::{at, text};
use super::signature::{Class, Function, Gives, Parameter, invalid, unknown_like};
use super::{Locate, Services};

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "jsonencode",
        &[Parameter::new("val", Class::Any).or_null().or_unknown()],
        Gives::Class(Class::String),
        |args, _| Ok(encode(at(args, 0))),
    ),
    Function::new(
        "jsondecode",
        &[Parameter::new("str", Class::String).or_unknown()],
        Gives::Any,
        decode,
    ),
];

/// A string that remembers the value; with an unknown part an unknown string that does.
fn encode(value: &Value) -> Value {
    let marks = value.deep_marks();
    let encoded = match value.first_unknown() {
        Some(unknown) => Value::unknown(Unknown {
            prefix: prefix(value).into(),
            document: Some(value.clone()),
            ..unknown_like(unknown, Type::String).not_null()
        }),
        None => Value::new(Kind::String(Text::Document(Arc::new(Document {
            text: to_json(value).into(),
            content: Content::Value(value.clone()),
        })))),
    };
    encoded.with_marks(marks)
}

/// How the text of a value with unknown parts will begin.
fn prefix(value: &Value) -> &'static str {
    match value.kind() {
        Kind::Map(_) | Kind::Object(_) => "{",
        Kind::List(_) | Kind::Tuple(_) | Kind::Set(_) => "[",
        _ => "",
    }
}

fn decode(args: &[Value], services: &Services<'_>) -> Result<Value, Problem> {
    let argument = at(args, 0);
    match argument.kind() {
        Kind::Unknown(unknown) => Ok(match &unknown.document {
            Some(content) if !services.exact => as_json(content),
            _ => Value::unknown(unknown_like(unknown, Type::Any)),
        }),
        Kind::String(Text::Document(document)) => match &document.content {
            Content::Value(content) => Ok(as_json(content)),
            Content::Segments(segments) => {
                let place = Place { segments, origin: argument.origin(), locate: services.locate };
                read(&document.text, &mut |range| place.origin(range))
            }
        },
        _ => read(text(args, 0), &mut |_| argument.origin()),
    }
}

fn read(text: &str, origin: &mut dyn FnMut(Range<usize>) -> Origin) -> Result<Value, Problem> {
    from_json_with(text, origin).map_err(|error| {
        let before = text.get(..error.offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
        invalid("str", &format!("not JSON at line {line}, column {column}: {}", error.message))
    })
}

/// A value with the types that JSON has, its origins and marks kept.
fn as_json(value: &Value) -> Value {
    let kind = match value.kind() {
        Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) => {
            Kind::Tuple(items.iter().map(as_json).collect())
        }
        Kind::Map(entries) | Kind::Object(entries) => {
            Kind::Object(entries.iter().map(|(key, value)| (key.clone(), as_json(value))).collect())
        }
        Kind::Unknown(unknown) if !unknown.ty.is_primitive() => {
            let ty = Type::Any;
            Kind::Unknown(Arc::new(Unknown { ty, ..Unknown::clone(unknown) }))
        }
        kind => kind.clone(),
    };
    Value::new(kind).with_origin(value.origin()).with_marks(value.marks())
}

/// Turns ranges of a text into places of the source that it was copied from.
struct Place<'a> {
    segments: &'a [Segment],
    origin: Origin,
    locate: Option<&'a dyn Locate>,
}

impl Place<'_> {
    fn origin(&self, range: Range<usize>) -> Origin {
        match (self.locate, self.span(&range)) {
            (Some(locate), Some(span)) => locate.origin(span),
            _ => self.origin,
        }
    }

    fn span(&self, range: &Range<usize>) -> Option<Span> {
        let last = range.end.checked_sub(1)?;
        let first = self.at(range.start)?;
        let last = self.at(last)?;
        Some(first.to(last))
    }

    /// The place of one byte: itself where it was copied, else the whole interpolation.
    fn at(&self, byte: usize) -> Option<Span> {
        let byte = u32::try_from(byte).ok()?;
        let n = self.segments.partition_point(|segment| segment.at <= byte).checked_sub(1)?;
        let segment = self.segments.get(n)?;
        let into = byte - segment.at;
        if into >= segment.len {
            return None;
        }
        if !segment.copied {
            return Some(segment.span);
        }
        let start = segment.span.start + into;
        Some(Span::new(segment.span.file, start, start + 1))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::eval::functions::call;
    use crate::text::FileId;
    use crate::value::{Cause, Reason};

    fn run(name: &str, value: Value) -> Value {
        call(name, &[value], &Services::default()).unwrap()
    }

    #[test]
    fn decoding_what_was_encoded_gives_the_value_and_its_places() {
        let inner = Value::from("x").with_origin(Origin(7));
        let value = Value::object(vec![("a".into(), Value::list([inner]))]).with_origin(Origin(3));
        let text = run("jsonencode", value);
        assert_eq!(text.as_str(), Some(r#"{"a":["x"]}"#));
        let back = run("jsondecode", text);
        assert_eq!(back.origin(), Origin(3));
        let list = back.get("a").unwrap();
        assert!(matches!(list.kind(), Kind::Tuple(_)));
        assert_eq!(list.as_elements().unwrap()[0].origin(), Origin(7));
    }

    #[test]
    fn the_known_parts_of_an_unknown_document_stay() {
        let reason = Reason::new(Cause::ComputedAtApply, "aws_s3_bucket.a.arn", None);
        let arn = Value::unknown(Unknown::new(Type::String, reason));
        let value =
            Value::object(vec![("Effect".into(), "Allow".into()), ("Resource".into(), arn)]);
        let text = run("jsonencode", value);
        let unknown = text.as_unknown().unwrap();
        assert!(unknown.not_null && &*unknown.prefix == "{");
        assert_eq!(unknown.reason.subject(), "aws_s3_bucket.a.arn");
        let back = run("jsondecode", text);
        assert_eq!(back.get("Effect").unwrap().as_str(), Some("Allow"));
        assert!(back.get("Resource").unwrap().is_unknown());
    }

    struct Places(RefCell<Vec<Span>>);

    impl Locate for Places {
        fn origin(&self, span: Span) -> Origin {
            self.0.borrow_mut().push(span);
            Origin(u32::try_from(self.0.borrow().len()).unwrap())
        }
    }

    #[test]
    fn text_of_a_source_gives_places_to_its_parts() {
        let text = r#"{"a": "xy", "b": [1]}"#;
        let at = text.find('x').unwrap();
        let file = FileId(0);
        let copied = |at: usize, len: usize, start: u32| Segment {
            at: u32::try_from(at).unwrap(),
            span: Span::new(file, start, start + u32::try_from(len).unwrap()),
            len: u32::try_from(len).unwrap(),
            copied: true,
        };
        let interpolated = Segment { copied: false, ..copied(at, 2, 107) };
        let interpolated = Segment { span: Span::new(file, 107, 120), ..interpolated };
        let rest = copied(at + 2, text.len() - at - 2, 120);
        let document = Document {
            text: text.into(),
            content: Content::Segments([copied(0, at, 100), interpolated, rest].into()),
        };
        let value = Value::new(Kind::String(Text::Document(Arc::new(document))));
        let places = Places(RefCell::new(Vec::new()));
        let services = Services { locate: Some(&places), ..Services::default() };
        let back = call("jsondecode", &[value], &services).unwrap();
        let span = |value: &Value| places.0.borrow()[value.origin().0 as usize - 1];
        assert_eq!(span(back.get("a").unwrap()), Span::new(file, 106, 121));
        let one = &back.get("b").unwrap().as_elements().unwrap()[0];
        let offset = u32::try_from(text.find('1').unwrap() - at - 2).unwrap();
        assert_eq!(span(one), Span::new(file, 120 + offset, 121 + offset));
        assert_eq!(span(&back), Span::new(file, 100, 120 + rest.len));
    }

    #[test]
    fn errors_tell_the_line() {
        let problem = call("jsondecode", &["{\n  x".into()], &Services::default()).unwrap_err();
        assert!(problem.message.contains("line 2, column 3"), "{}", problem.message);
    }
}
