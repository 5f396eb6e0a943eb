//! `planward:ignore ID["key"], ID until=2026-01-31 reason`, and the same for a whole file.

use super::{Dialect, Malformed, Named, Reach, Wish, Wishes, reason};
use crate::diag::did_you_mean;
use crate::finding::Date;

const FORM: &str = "write `planward:ignore POLICY reason`, or `*` for every policy";

/// Reads what follows `planward:`.
pub(super) fn read(rest: &str) -> Wishes {
    match wish(rest) {
        Ok(wish) => Wishes { wishes: vec![wish], malformed: Vec::new() },
        Err(malformed) => Wishes { wishes: Vec::new(), malformed: vec![malformed] },
    }
}

fn wish(rest: &str) -> Result<Wish, Malformed> {
    let rest = rest.trim_start();
    let end = rest.find(|c: char| c.is_whitespace() || c == ':').unwrap_or(rest.len());
    let (verb, rest) = rest.split_at(end);
    let reach = match verb {
        "ignore" => Reach::Here,
        "ignore-file" => Reach::File,
        _ => return Err(unknown_verb(verb)),
    };
    let mut text = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ':');
    let mut names = Vec::new();
    loop {
        let (name, after) = named(text)?;
        names.push(name);
        let after_blanks = after.trim_start();
        match after_blanks.strip_prefix(',') {
            Some(more) => text = more.trim_start(),
            None => {
                text = after_blanks;
                break;
            }
        }
    }
    let (until, text) = until(text)?;
    Ok(Wish {
        dialect: Dialect::Planward,
        reach,
        named: names,
        until,
        reason: reason(text),
        parameters: Vec::new(),
        workspace: None,
    })
}

fn unknown_verb(verb: &str) -> Malformed {
    let message = format!("`planward:{verb}` is no word of a suppression");
    let hint = match did_you_mean(verb, ["ignore", "ignore-file"]) {
        Some(close) => format!("did you mean `planward:{close}`?"),
        None => FORM.to_owned(),
    };
    Malformed { message, hint }
}

/// An id, with `["key"]` or `[0]` after it for one instance.
fn named(text: &str) -> Result<(Named, &str), Malformed> {
    let is_id = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '*');
    let end = text.find(|c| !is_id(c)).unwrap_or(text.len());
    let (id, rest) = text.split_at(end);
    let follows = rest.chars().next();
    let ends_well = follows.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '[' | ':'));
    if id.is_empty() || !ends_well {
        let shown: String = text.chars().take_while(|c| !c.is_whitespace()).take(40).collect();
        let message = match shown.as_str() {
            "" => "suppression names no policy".to_owned(),
            shown => format!("`{shown}` is not a policy id"),
        };
        return Err(Malformed { message, hint: FORM.to_owned() });
    }
    let Some(rest) = rest.strip_prefix('[') else {
        return Ok((Named { id: id.to_owned(), key: None }, rest));
    };
    let (key, rest) = key(rest).ok_or_else(|| Malformed {
        message: format!("the instance key after `{id}` is not closed by `]`"),
        hint: format!("write `{id}[\"key\"]` or `{id}[0]`"),
    })?;
    Ok((Named { id: id.to_owned(), key: Some(key.to_owned()) }, rest))
}

/// What stands in brackets; a quoted key may hold brackets itself.
fn key(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ']' if !quoted => {
                let key = text[..at].trim();
                return (!key.is_empty()).then_some((key, &text[at + 1..]));
            }
            _ => {}
        }
    }
    None
}

fn until(text: &str) -> Result<(Option<Date>, &str), Malformed> {
    let Some(rest) = text.strip_prefix("until=") else { return Ok((None, text)) };
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (day, rest) = rest.split_at(end);
    match Date::parse(day) {
        Some(date) => Ok((Some(date), rest)),
        None => Err(Malformed {
            message: format!("`{day}` is not a day"),
            hint: "write the last day on which it holds: `until=2026-01-31`".to_owned(),
        }),
    }
}
