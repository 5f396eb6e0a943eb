//! Hashes of text: `md5`, `sha1`, `sha256`, `sha512` and their base64 forms, `uuidv5`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Digest;
use uuid::Uuid;

use crate::diag::Problem;
use crate::value::Value;

use super::arguments::text;
use super::signature::{Class, Function, Gives, Parameter, invalid};

const STR: &[Parameter] = &[Parameter::new("str", Class::String)];
const STRING: Gives = Gives::Class(Class::String);

pub(super) const TABLE: &[Function] = &[
    Function::new("base64sha256", STR, STRING, |args, _| {
        Ok(Value::string(STANDARD.encode(sha2::Sha256::digest(text(args, 0)))))
    }),
    Function::new("base64sha512", STR, STRING, |args, _| {
        Ok(Value::string(STANDARD.encode(sha2::Sha512::digest(text(args, 0)))))
    }),
    Function::new("md5", STR, STRING, |args, _| Ok(hex(&md5::Md5::digest(text(args, 0))))),
    Function::new("sha1", STR, STRING, |args, _| Ok(hex(&sha1::Sha1::digest(text(args, 0))))),
    Function::new("sha256", STR, STRING, |args, _| Ok(hex(&sha2::Sha256::digest(text(args, 0))))),
    Function::new("sha512", STR, STRING, |args, _| Ok(hex(&sha2::Sha512::digest(text(args, 0))))),
    Function::new(
        "uuidv5",
        &[Parameter::new("namespace", Class::String), Parameter::new("name", Class::String)],
        STRING,
        |args, _| uuid_v5(text(args, 0), text(args, 1)),
    ),
];

/// The hash or base64 of bytes, by the function's name without the `file` that it begins with when it
/// reads one.
#[must_use]
pub fn digest(function: &str, bytes: &[u8]) -> Option<Value> {
    Some(match function {
        "base64" => Value::string(STANDARD.encode(bytes)),
        "base64sha256" => Value::string(STANDARD.encode(sha2::Sha256::digest(bytes))),
        "base64sha512" => Value::string(STANDARD.encode(sha2::Sha512::digest(bytes))),
        "md5" => hex(&md5::Md5::digest(bytes)),
        "sha1" => hex(&sha1::Sha1::digest(bytes)),
        "sha256" => hex(&sha2::Sha256::digest(bytes)),
        "sha512" => hex(&sha2::Sha512::digest(bytes)),
        _ => return None,
    })
}

fn hex(bytes: &[u8]) -> Value {
    Value::string(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

fn uuid_v5(namespace: &str, name: &str) -> Result<Value, Problem> {
    let namespace = match namespace {
        "dns" => Uuid::NAMESPACE_DNS,
        "url" => Uuid::NAMESPACE_URL,
        "oid" => Uuid::NAMESPACE_OID,
        "x500" => Uuid::NAMESPACE_X500,
        other => Uuid::parse_str(other).map_err(|_| {
            invalid(
                "namespace",
                &format!("`{other}` is neither `dns`, `url`, `oid`, `x500` nor a UUID"),
            )
        })?,
    };
    Ok(Value::string(Uuid::new_v5(&namespace, name.as_bytes()).to_string()))
}
