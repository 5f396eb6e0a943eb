//! `yamlencode` and `yamldecode`. Encoding writes byte for byte what Terraform writes.

mod decode;
mod encode;

use crate::value::Value;

use super::arguments::{at, text};
use super::signature::{Class, Function, Gives, Parameter};

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "yamldecode",
        &[Parameter::new("src", Class::String)],
        Gives::Any,
        |args, services| decode::decode(text(args, 0), at(args, 0).origin(), services.elements),
    ),
    Function::new(
        "yamlencode",
        &[Parameter::new("value", Class::Any).or_null()],
        Gives::Class(Class::String),
        |args, _| Ok(Value::string(encode::encode(at(args, 0)))),
    ),
];
