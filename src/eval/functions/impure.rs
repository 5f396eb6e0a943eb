//! Functions whose result depends on the time or on chance: always unknown, and said so.

use crate::diag::Problem;
use crate::value::{Cause, Reason, Type, Unknown, Value};

use super::signature::{Class, Function, Gives, Parameter};

const STRING: Gives = Gives::Class(Class::String);

pub(super) const TABLE: &[Function] = &[
    // The compressed bytes depend on the compressor, so another one's would be a wrong answer.
    Function::new("base64gzip", &[Parameter::new("str", Class::String)], STRING, |_, _| {
        unknown("base64gzip", 1)
    }),
    Function::new(
        "bcrypt",
        &[Parameter::new("str", Class::String), Parameter::new("cost", Class::Number)],
        STRING,
        |_, _| unknown("bcrypt", 60),
    )
    .with_optional(1),
    Function::new("plantimestamp", &[], STRING, |_, _| unknown("plantimestamp", 20)),
    Function::new(
        "rsadecrypt",
        &[Parameter::new("ciphertext", Class::String), Parameter::new("privatekey", Class::String)],
        STRING,
        |_, _| unknown("rsadecrypt", 0),
    ),
    Function::new("timestamp", &[], STRING, |_, _| unknown("timestamp", 20)),
    Function::new("uuid", &[], STRING, |_, _| unknown("uuid", 36)),
];

fn unknown(name: &str, min_length: usize) -> Result<Value, Problem> {
    let reason = Reason::new(Cause::Impure, format!("{name}()"), None);
    Ok(Value::unknown(Unknown { min_length, ..Unknown::new(Type::String, reason).not_null() }))
}
