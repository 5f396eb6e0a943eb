//! Text in other clothes: base64, CSV, URLs, and OpenTofu's `base64gunzip` and `urldecode`. JSON and
//! YAML have their own files.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

use crate::diag::Problem;
use crate::value::Value;

use super::Services;
use super::arguments::{text, too_large};
use super::csv;
use super::signature::{Class, Function, Gives, Parameter, invalid};

const STR: Parameter = Parameter::new("str", Class::String);
const STRING: Gives = Gives::Class(Class::String);
const ENCODING: Parameter = Parameter::new("encoding", Class::String);

pub(super) const TABLE: &[Function] = &[
    Function::new("base64decode", &[STR], STRING, |args, _| {
        let bytes = bytes(text(args, 0), "str")?;
        let text = String::from_utf8(bytes).map_err(|_| {
            invalid("str", "the result of decoding the provided string is not valid UTF-8")
        })?;
        Ok(Value::nfc(&text))
    }),
    Function::new("base64encode", &[STR], STRING, |args, _| {
        Ok(Value::string(STANDARD.encode(text(args, 0))))
    }),
    Function::new("base64gunzip", &[STR], STRING, |args, services| {
        gunzip(&bytes(text(args, 0), "str")?, services)
    }),
    Function::new("csvdecode", &[STR], Gives::Class(Class::List), |args, _| {
        csv::decode(text(args, 0)).map_err(|message| invalid("str", &message))
    }),
    Function::new(
        "textdecodebase64",
        &[Parameter::new("source", Class::String), ENCODING],
        STRING,
        |args, _| {
            let bytes = bytes(text(args, 0), "source")?;
            let decoded = Charset::named(text(args, 1))?.decode(&bytes).ok_or_else(|| {
                invalid("source", "the given string contains symbols that are not of the encoding")
            })?;
            Ok(Value::nfc(&decoded))
        },
    ),
    Function::new(
        "textencodebase64",
        &[Parameter::new("string", Class::String), ENCODING],
        STRING,
        |args, _| {
            let encoded =
                Charset::named(text(args, 1))?.encode(text(args, 0)).ok_or_else(|| {
                    invalid(
                        "string",
                        "the given string contains characters that the encoding lacks",
                    )
                })?;
            Ok(Value::string(STANDARD.encode(encoded)))
        },
    ),
    Function::new("urldecode", &[STR], STRING, |args, _| {
        Ok(Value::nfc(&url_decode(text(args, 0)).map_err(|why| invalid("str", &why))?))
    }),
    Function::new("urlencode", &[STR], STRING, |args, _| {
        Ok(Value::string(url_encode(text(args, 0))))
    }),
];

/// As Go reads base64: line breaks do not count, nor bits left over at the end.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

fn bytes(text: &str, parameter: &str) -> Result<Vec<u8>, Problem> {
    let joined: String = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
    LENIENT.decode(joined).map_err(|_| invalid(parameter, "the string does not decode as base64"))
}

/// A few bytes may hold very many, so no more are read than may come out. Members that follow one
/// another are one text.
fn gunzip(compressed: &[u8], services: &Services<'_>) -> Result<Value, Problem> {
    let most = u64::try_from(services.bytes).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    flate2::read::MultiGzDecoder::new(compressed)
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|_| invalid("str", "the decoded bytes are not a whole gzip stream"))?;
    if bytes.len() > services.bytes {
        return Err(too_large("bytes", services.bytes));
    }
    Ok(Value::nfc(&String::from_utf8_lossy(&bytes)))
}

/// Undoes [`url_encode`]: `%` begins two hexadecimal digits, `+` is a space.
fn url_decode(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => escaped(&mut rest).ok_or("a `%` must be followed by two hexadecimal digits")?,
            b'+' => b' ',
            other => other,
        });
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn escaped(digits: &mut std::str::Bytes<'_>) -> Option<u8> {
    let mut digit = || char::from(digits.next()?).to_digit(16);
    let (high, low) = (digit()?, digit()?);
    u8::try_from(high * 16 + low).ok()
}

/// Letters, digits, `-`, `_`, `.` and `~` stay; space becomes `+`.
fn url_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

/// Encodings of text; others of the IANA list are refused.
enum Charset {
    Utf8,
    Utf16 { little: bool },
    Ascii,
    Latin1,
}

impl Charset {
    fn named(name: &str) -> Result<Self, Problem> {
        Ok(match name.to_ascii_uppercase().as_str() {
            "UTF-8" | "UTF8" => Self::Utf8,
            "UTF-16LE" => Self::Utf16 { little: true },
            "UTF-16BE" => Self::Utf16 { little: false },
            "US-ASCII" | "ASCII" => Self::Ascii,
            "ISO-8859-1" | "LATIN1" => Self::Latin1,
            _ => {
                let message = format!("`{name}` is not an encoding that is known here");
                return Err(invalid("encoding", &message)
                    .with_hint("known are UTF-8, UTF-16LE, UTF-16BE, US-ASCII and ISO-8859-1"));
            }
        })
    }

    fn encode(&self, text: &str) -> Option<Vec<u8>> {
        let narrow = |limit: u32| -> Option<Vec<u8>> {
            text.chars()
                .map(|c| u8::try_from(u32::from(c)).ok().filter(|_| u32::from(c) <= limit))
                .collect()
        };
        match self {
            Self::Utf8 => Some(text.as_bytes().to_vec()),
            Self::Utf16 { little: true } => {
                Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect())
            }
            Self::Utf16 { little: false } => {
                Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect())
            }
            Self::Ascii => narrow(0x7f),
            Self::Latin1 => narrow(0xff),
        }
    }

    fn decode(&self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
            Self::Utf16 { little } => {
                let unit = |pair: &[u8]| match *pair {
                    [a, b] if *little => Some(u16::from_le_bytes([a, b])),
                    [a, b] => Some(u16::from_be_bytes([a, b])),
                    _ => None,
                };
                let units: Option<Vec<u16>> = bytes.chunks(2).map(unit).collect();
                String::from_utf16(&units?).ok()
            }
            Self::Ascii => {
                bytes.is_ascii().then(|| bytes.iter().copied().map(char::from).collect())
            }
            Self::Latin1 => Some(bytes.iter().copied().map(char::from).collect()),
        }
    }
}
