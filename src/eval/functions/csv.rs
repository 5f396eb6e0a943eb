//! CSV as Go reads it: quotes only around whole fields, empty lines skipped, lines of one length.

use std::sync::Arc;

use crate::value::{Key, Value};

/// One object for each line after the first, whose fields are the names; or what is wrong.
pub(super) fn decode(text: &str) -> Result<Value, String> {
    // Line breaks are one character, in quoted fields too.
    let text = text.replace("\r\n", "\n");
    let mut reader = Reader { rest: &text, line: 1 };
    let names: Vec<Key> = match reader.record()? {
        Some(record) => record.iter().map(|name| Arc::from(&**name)).collect(),
        None => return Err("missing header line".to_owned()),
    };
    for (n, name) in names.iter().enumerate() {
        if names.get(..n).is_some_and(|before| before.contains(name)) {
            return Err(format!("duplicate column name `{name}`"));
        }
    }
    let mut rows = Vec::new();
    while let Some(record) = reader.record()? {
        if record.len() != names.len() {
            return Err(reader.wrong("wrong number of fields"));
        }
        let fields = record.iter().map(|field| Value::nfc(field));
        rows.push(Value::object(names.iter().cloned().zip(fields).collect::<Vec<_>>()));
    }
    Ok(Value::list(rows))
}

struct Reader<'t> {
    rest: &'t str,
    line: usize,
}

impl Reader<'_> {
    /// The next line that is not empty.
    fn record(&mut self) -> Result<Option<Vec<String>>, String> {
        while let Some(rest) = self.rest.strip_prefix('\n') {
            self.rest = rest;
            self.line += 1;
        }
        if self.rest.is_empty() {
            return Ok(None);
        }
        let mut fields = Vec::new();
        loop {
            fields.push(self.field()?);
            let mut chars = self.rest.chars();
            let end = chars.next();
            self.rest = chars.as_str();
            if end != Some(',') {
                self.line += 1;
                return Ok(Some(fields));
            }
        }
    }

    /// Up to a comma, a line break or the end, which stay.
    fn field(&mut self) -> Result<String, String> {
        if let Some(rest) = self.rest.strip_prefix('"') {
            self.rest = rest;
            return self.quoted();
        }
        let end = self.rest.find([',', '\n']).unwrap_or(self.rest.len());
        let (field, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        if field.contains('"') {
            return Err(self.wrong("bare \" in non-quoted field"));
        }
        self.rest = rest;
        Ok(field.to_owned())
    }

    fn quoted(&mut self) -> Result<String, String> {
        let mut field = String::new();
        loop {
            let Some((text, rest)) = self.rest.split_once('"') else {
                return Err(self.wrong("extraneous or missing \" in quoted field"));
            };
            self.line += text.matches('\n').count();
            field.push_str(text);
            self.rest = rest;
            if let Some(rest) = rest.strip_prefix('"') {
                field.push('"');
                self.rest = rest;
                continue;
            }
            if !rest.is_empty() && !rest.starts_with([',', '\n']) {
                return Err(self.wrong("extraneous or missing \" in quoted field"));
            }
            return Ok(field);
        }
    }

    fn wrong(&self, what: &str) -> String {
        format!("CSV parse error on line {}: {what}", self.line)
    }
}
