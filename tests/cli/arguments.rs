//! Help, version and mistakes in arguments.

use insta::assert_snapshot;

use crate::folder::Folder;

#[test]
fn version() {
    assert_snapshot!(Folder::with([]).run("--version"), @r#"
    --- stdout
    planward [VERSION]
    --- exit code 0
    "#);
}

#[test]
fn help() {
    assert_snapshot!(Folder::with([]).run("--help"), @r#"
    --- stdout
    Checks Terraform and OpenTofu configurations and plans against policies

    Exit code: 0 nothing to complain about, 1 findings, 2 something could not be checked.

    Usage: planward <COMMAND>

    Commands:
      check        Check configurations and plans
      baseline     Write down the findings there are, so that only new ones count
      settings     Tell the settings that are in force for a folder
      values       Show the values of variables, and where they come from
      compare      Compare what a folder evaluates to with the plan that Terraform made of it
      policies     List the policies that would run
      explain      Tell everything about one policy
      test         Run the tests of policies
      validate     Tell what is wrong with policies and their tests, without running them
      migrate      Rewrite suppressions of other tools as planward's own
      new          Begin something new
      init         Set planward up in a repository: settings, a hook, a step in CI
      completions  Print completions for a shell
      man          Print the manual page

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version
    --- exit code 0
    "#);
}

#[test]
fn help_of_check() {
    assert_snapshot!(Folder::with([]).run("check -h"), @r#"
    --- stdout
    Check configurations and plans

    Usage: planward check [OPTIONS] [PATH]...

    Arguments:
      [PATH]...  Folders with configuration, single files of it, plans as JSON, or `-` for a plan on
                 standard input [default: .]

    Options:
          --format <FORMAT>       How to tell the findings [default: pretty on a terminal, else concise]
                                  [possible values: pretty, concise, json, sarif, github]
          --output <FORMAT=FILE>  Write the report to a file, too: `json=report.json`; may be repeated
          --trace <ID> <ADDRESS>  Tell how one policy came to its verdict on one resource, step by step
          --around <WHAT>         How much is told of single files that are named [default: file]
                                  [possible values: file, module, root]
      -h, --help                  Print help (see more with '--help')

    Output:
      -q, --quiet    Tell findings and what else decides the exit code, and nothing more
      -v, --verbose  Tell what findings rest on, what was looked at, and everything that is otherwise
                     shortened
          --stats    Tell on standard error where the time went

    Policies:
          --policies <PATH>   Files and folders with policies of your own; may be repeated
          --select <GLOB>     Run only policies whose id matches, such as `aws-s3-*`; may be repeated
          --skip <GLOB>       Do not run policies whose id matches; may be repeated
          --no-builtin        Leave out the policies that come with planward
          --compat <MODE>     Whose rules hold for your own policies [default: 0.4] [possible values:
                              0.4, engine, 0.1]
          --level <SEVERITY>  Do not run policies that are milder [possible values: critical, high,
                              medium, low, info]

    Settings:
          --settings <FILE>  The settings, instead of the `planward.hcl` nearest to each root
          --no-settings      Look for no settings

    Plans:
          --plan <FILE>   A plan of the folders that are checked, to be joined with its source
          --source <DIR>  The folder that the plans were made in
          --no-source     Check plans by themselves, without looking for their source

    Suppressions:
          --require-reason   Suppressions without a reason do not hold
          --locked           Suppressions in the source are told, but do not hold; only settings given
                             by --settings count
          --show-suppressed  Show suppressed findings, too
          --baseline <FILE>  Findings in this file do not count; `planward baseline` writes it
          --prune            Take findings that are gone out of the baseline

    Variables:
          --var <NAME=VALUE>               A variable's value, as Terraform's option of that name; may
                                           be repeated
          --var-file <FILE>                A file of variable values (`.tfvars`, `.tfvars.json`); may be
                                           repeated
          --assume <NAME=VALUE>            A fact about the account, such as
                                           `aws.account_id=123456789012`; may be repeated
          --var-set <NAME=FILE[,FILE...]>  A set of values: every root module is evaluated once with
                                           each set; may be repeated
          --workspace <NAME>               The workspace [default: `TF_WORKSPACE`, else the selected
                                           one, else not known]
          --limit <NAME=N>                 How much is read and evaluated, such as `instances=500000`;
                                           may be repeated

    Exit code:
          --fail-on <SEVERITY>        The mildest severity that makes the exit code 1 [default: low]
                                      [possible values: critical, high, medium, low, none]
          --fail-on-advisory          Findings of advisory policies count too
          --unknown <HOW>             What a check means that cannot be decided [default: warn]
                                      [possible values: warn, fail, ignore]
          --require-complete          Anything that was not checked makes the exit code 2
          --only <CHANGE>             Which findings of a plan count and are shown, against what is
                                      there before; with commas [possible values: introduced, worsened,
                                      existing]
          --changed-since <REVISION>  Only root modules that changed since this git revision, and only
                                      what is new in them, count

    Editors:
          --stdin-filename <FILE>  Check this file as `-` gives it, unsaved, among the others on disk;
                                   tell about it only
          --watch                  Check again whenever a file changes
    --- exit code 0
    "#);
}

#[test]
fn no_command() {
    let output = Folder::with([]).output("", b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}

#[test]
fn a_severity_that_is_none() {
    assert_snapshot!(Folder::with([]).run("check --fail-on severe"), @r#"
    --- stderr
    error: invalid value 'severe' for '--fail-on <SEVERITY>'
      [possible values: critical, high, medium, low, none]

    For more information, try '--help'.
    --- exit code 2
    "#);
}

#[test]
fn source_and_no_source() {
    assert_snapshot!(Folder::with([]).run("check p.json --source . --no-source"), @r#"
    --- stderr
    error: the argument '--source <DIR>' cannot be used with '--no-source'

    Usage: planward check --source <DIR> <PATH>...

    For more information, try '--help'.
    --- exit code 2
    "#);
}

#[test]
fn patterns_that_name_nothing() {
    let folder = Folder::with([("main.tf", "")]);
    assert_snapshot!(folder.run("check --no-builtin --select aws-s4-* --skip nothing"), @r#"
    --- stdout
    error: `--select aws-s4-*` names no policy (`planward policies` lists them) *
    error: `--skip nothing` names no policy (`planward policies` lists them) *
    no findings; 0 policies on 0 resources in 1 file; exit code 2 for 2 errors, marked *
    --- exit code 2
    "#);
}
