//! Provider configurations that are not there are errors where Terraform 1.11.4 has them; it names no
//! place, and ours is the use.

use planward::check::{self, Input, Options};
use planward::diag::Level;
use planward::text::MemoryFiles;

/// The errors of a root module with a module `m`, each with what it points at and its hint.
fn errors(main: &str, module: &str) -> Vec<String> {
    let mut files = MemoryFiles::default();
    files.insert("r/main.tf", main);
    files.insert("r/m/main.tf", module);
    let inputs = vec![Input::Path("r".to_owned())];
    let report = check::check(&files, &Options { inputs, builtin: false, ..Options::default() });
    let errors = report.diagnostics.iter().filter(|said| said.level == Level::Error);
    let told = errors.map(|said| {
        let span = said.at.as_ref().expect("a place").span;
        let text = report.sources.text(span.file);
        let at = &text[span.start as usize..span.end as usize];
        format!("{at}: {} ({})", said.message, said.hint.as_deref().unwrap_or_default())
    });
    told.collect()
}

const WEST: &str = "provider \"aws\" {\n  alias = \"west\"\n}\n";
const PEER: &str = "terraform {\n  required_providers {\n    aws = {\n      source = \"hashicorp/aws\"\n      configuration_aliases = [aws.peer]\n    }\n  }\n}\n";
const OF_WEST: &str = "resource \"aws_vpc\" \"v\" {\n  provider = aws.west\n}\n";

fn call(providers: &str) -> String {
    format!("{WEST}module \"m\" {{\n  source = \"./m\"\n  providers = {{ {providers} }}\n}}\n")
}

#[test]
fn a_resource_with_a_misspelt_alias() {
    let of = |provider: &str, more: &str| {
        format!("{WEST}resource \"aws_vpc\" \"v\" {{\n  provider = {provider}\n{more}}}\n")
    };
    let told = |name: &str, provider: &str| {
        [format!(
            "{provider}: provider configuration `{name}` is not present (did you mean `aws.west`?)"
        )]
    };
    for more in ["", "  count = 0\n"] {
        assert_eq!(errors(&of("aws.wset", more), ""), told("aws.wset", "aws.wset"));
    }
    // In quotes, as of old.
    assert_eq!(errors(&of("\"aws.wset\"", ""), ""), told("aws.wset", "\"aws.wset\""));
    let data = "data \"aws_region\" \"r\" {\n  provider = aws.wset\n}\n";
    assert_eq!(errors(&format!("{WEST}{data}"), ""), told("aws.wset", "aws.wset"));
    for fine in ["aws.west", "aws", "google"] {
        assert_eq!(errors(&of(fine, ""), ""), [""; 0], "{fine}");
    }
    assert_eq!(
        errors(&of("google.x", ""), ""),
        [
            "google.x: provider configuration `google.x` is not present (a `provider \"google\"` block with `alias = \"x\"` declares it)"
        ]
    );
}

#[test]
fn a_call_that_passes_what_is_not_there() {
    let said =
        "aws.wset: provider configuration `aws.wset` is not present (did you mean `aws.west`?)";
    for (providers, module) in [
        ("aws = aws.wset", "resource \"aws_vpc\" \"v\" {}\n"),
        // Though nothing uses it.
        ("aws = aws.wset", "output \"o\" {\n  value = 1\n}\n"),
        ("aws.peer = aws.wset", PEER),
    ] {
        assert_eq!(errors(&call(providers), module), [said], "{providers}");
    }
    assert_eq!(errors(&call("aws.peer = aws.west"), PEER), [""; 0]);
    // Terraform only warns of a name that the module does not have.
    assert_eq!(errors(&call("aws.more = aws.west"), ""), [""; 0]);
}

#[test]
fn a_module_that_is_not_given_what_it_needs() {
    let wanting = "module \"m\": the module call `m` does not pass the provider configuration `aws.peer` \
                   (`providers = { aws.peer = .. }`: the called module has no other)";
    assert_eq!(errors(&call("aws.per = aws.west"), PEER), [wanting]);
    assert_eq!(errors(&call("aws = aws.west"), PEER), [wanting]);
    // A resource of it, where no call passes the configuration; and where one does.
    assert_eq!(
        errors(&call("aws = aws.west"), OF_WEST),
        [
            "aws.west: provider configuration `aws.west` is not present (a `provider \"aws\"` block with `alias = \"west\"` declares it)"
        ]
    );
    assert_eq!(errors(&call("aws.west = aws.west"), OF_WEST), [""; 0]);
}

/// Whoever calls them is not here.
#[test]
fn modules_for_others() {
    assert_eq!(errors("", OF_WEST), [""; 0]);
    assert_eq!(errors("", &format!("{PEER}{}", OF_WEST.replace("west", "peer"))), [""; 0]);
    let misspelt = format!("{PEER}{WEST}{}", OF_WEST.replace("west", "pear"));
    assert_eq!(
        errors("", &misspelt),
        ["aws.pear: provider configuration `aws.pear` is not present (did you mean `aws.peer`?)"]
    );
}

/// An override file mends what the file says.
#[test]
fn what_an_override_says_holds() {
    let mut files = MemoryFiles::default();
    files.insert("main.tf", format!("{WEST}{}", OF_WEST.replace("west", "wset")));
    files.insert("main_override.tf", OF_WEST);
    let inputs = vec![Input::Path(".".to_owned())];
    let report = check::check(&files, &Options { inputs, builtin: false, ..Options::default() });
    assert!(report.diagnostics.is_empty(), "{:?}", report.diagnostics);
}
