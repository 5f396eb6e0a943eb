//! A file's bytes as text.

use std::sync::Arc;

use super::parse;
use crate::text::{FileId, Span};

/// Why a file is not text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Utf8Problem {
    /// Windows tools write it; Terraform does not read it either.
    #[error("file is UTF-16, expected UTF-8")]
    Utf16,
    /// Outside a comment; `offset` is the first such byte.
    #[error("byte at offset {offset} is not UTF-8")]
    Invalid {
        /// Counted from the start of the file.
        offset: usize,
    },
}

/// Turns a file's bytes into text with unchanged offsets. Bytes that are not UTF-8 become `?`, one
/// for one, when they stand in a comment of native syntax, where Terraform does not mind them.
///
/// # Errors
/// When the file is UTF-16, or such a byte stands outside comments.
pub fn decode(bytes: Vec<u8>) -> Result<String, Utf8Problem> {
    if is_utf16(&bytes) {
        return Err(Utf8Problem::Utf16);
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error.into_bytes(),
    };
    let (text, replaced) = replace(&bytes);
    let (tree, _) = parse(FileId(0), Arc::from(text.as_str()));
    let outside = replaced.into_iter().find(|&offset| !is_in_comment(tree.comments(), offset));
    match outside {
        Some(offset) => Err(Utf8Problem::Invalid { offset }),
        None => Ok(text),
    }
}

fn is_in_comment(comments: &[Span], offset: usize) -> bool {
    let after = comments.partition_point(|comment| comment.start as usize <= offset);
    let before = after.checked_sub(1).and_then(|n| comments.get(n));
    before.is_some_and(|comment| offset < comment.end as usize)
}

/// A byte order mark, or every other byte zero at the start.
fn is_utf16(bytes: &[u8]) -> bool {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [a, 0, b, 0, ..] | [0, a, 0, b, ..] => *a != 0 && *b != 0,
        _ => false,
    }
}

/// The text with `?` for each bad byte, and where those stand.
fn replace(bytes: &[u8]) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(bytes.len());
    let mut replaced = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for _ in chunk.invalid() {
            replaced.push(text.len());
            text.push('?');
        }
    }
    (text, replaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_utf8() {
        assert_eq!(decode(b"a = 1 # \xff\xfe!\n".to_vec()), Ok("a = 1 # ??!\n".to_owned()));
        let problem = Err(Utf8Problem::Invalid { offset: 12 });
        assert_eq!(decode(b"# \xff\nx = \"a# \xff\"\n".to_vec()), problem);
        assert_eq!(decode(b"\xff\xfea\0 \0=\0".to_vec()), Err(Utf8Problem::Utf16));
        assert_eq!(decode(b"a\0 \0=\0".to_vec()), Err(Utf8Problem::Utf16));
    }
}
