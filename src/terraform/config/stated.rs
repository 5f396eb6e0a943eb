//! What is stated about the account that configurations are applied to.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, did_you_mean};
use crate::value::Value;

use super::account::{ASSUMABLE, FACTS};

/// The statements by name, of two for one name the later. A name that means nothing is an error: what
/// was meant would stay unknown without a word.
#[must_use]
pub fn assumed(
    stated: &[(String, String)],
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Value> {
    let mut facts = BTreeMap::new();
    let names = || ASSUMABLE.iter().chain(&FACTS).map(|(name, _)| *name);
    for (name, value) in stated {
        if names().any(|known| known == name) {
            // Nothing in a configuration asks for the others.
            facts.insert(name.clone(), Value::nfc(value));
            continue;
        }
        let diagnostic = Diagnostic::error(format!("nothing can be assumed under `{name}`"));
        let hint = match did_you_mean(name, names()) {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("names are {}", names().collect::<Vec<_>>().join(", ")),
        };
        diagnostics.push(diagnostic.with_hint(hint));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_or_an_error() {
        let mut diagnostics = Vec::new();
        let stated = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let given = [
            stated("aws.region", "eu-west-1"),
            stated("aws.acount_id", "123456789012"),
            stated("weather", "fine"),
            stated("aws.region", "eu-west-2"),
        ];
        let facts = assumed(&given, &mut diagnostics);
        assert_eq!(facts, BTreeMap::from([("aws.region".to_owned(), "eu-west-2".into())]));
        let hints: Vec<_> = diagnostics.iter().map(|d| d.hint.as_deref().unwrap_or("")).collect();
        assert_eq!(hints[0], "did you mean `aws.account_id`?");
        assert!(hints[1].starts_with("names are aws.account_id, aws.partition"), "{}", hints[1]);
    }
}
