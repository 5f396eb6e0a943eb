//! Completions, the manual page, `planward init`, and output on a terminal.

use std::process::{Command, Stdio};

use insta::assert_snapshot;

use crate::folder::Folder;

fn stdout(folder: &Folder, args: &str) -> String {
    let output = folder.output(args, b"");
    assert_eq!(output.status.code(), Some(0), "{args}");
    String::from_utf8(output.stdout).expect("text")
}

/// What a program prints; nothing where it is not installed.
fn printed(program: &str, args: &[&str], stdin: &str) -> Option<String> {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut pipe = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut pipe, stdin.as_bytes()).expect("written");
    drop(pipe);
    let output = child.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program}: {stderr}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn bash_completes() {
    let folder = Folder::with([]);
    let script = stdout(&folder, "completions bash");
    let complete = |words: &str, last: &str| {
        // As `readline` does it: the function is called with the words, and fills COMPREPLY.
        let asked = format!(
            "{script}\nCOMP_WORDS=({words} '{last}')\nCOMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n\
             name=$(complete -p planward | sed 's/.*-F \\([^ ]*\\) .*/\\1/')\n\
             \"$name\" planward '{last}' \"${{COMP_WORDS[COMP_CWORD-1]}}\"\n\
             printf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
        );
        printed("bash", &["--norc", "--noprofile"], &asked)
    };
    let Some(commands) = complete("planward", "com") else { return };
    assert_eq!(commands, "compare\ncompletions\n");
    assert_eq!(complete("planward check", "--chang").as_deref(), Some("--changed-since\n"));
    let formats = complete("planward check --format", "").unwrap_or_default();
    assert!(formats.lines().any(|format| format == "sarif"), "{formats}");
}

#[test]
fn other_shells_take_their_completions() {
    let folder = Folder::with([]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = stdout(&folder, &format!("completions {shell}"));
        assert!(script.contains("changed-since"), "{shell}");
    }
    // Read, not run: where the shell is at hand it says whether the script is right.
    for (shell, option) in [("zsh", "-n"), ("fish", "--no-execute")] {
        printed(shell, &[option], &stdout(&folder, &format!("completions {shell}")));
    }
    let wrong = folder.run("completions tcsh");
    assert!(wrong.contains("possible values: bash, elvish, fish, powershell, zsh"), "{wrong}");
}

#[test]
fn the_manual_page_is_right() {
    let folder = Folder::with([]);
    let page = stdout(&folder, "man check");
    assert!(page.contains(".TH") && page.contains("stdin\\-filename"), "{page}");
    if let Some(shown) = printed("groff", &["-man", "-Tascii", "-ww", "-P-cbou"], &page) {
        assert!(shown.contains("--changed-since"), "{shown}");
    }
    let whole = stdout(&folder, "man");
    assert!(whole.contains("planward\\-check(1)"), "{whole}");
    assert_snapshot!(folder.run("man chek"), @r#"
    --- stderr
    error: there is no command `chek`; did you mean `check`?
    --- exit code 2
    "#);
}

#[test]
fn setting_up_a_repository() {
    let folder = Folder::with([(".github/workflows/test.yml", "on: push\n")]);
    assert_snapshot!(folder.run("init"), @r#"
    --- stdout
    --- /dev/null
    +++ b/planward.hcl
    @@ -0,0 +1,8 @@
    +# What planward checks here, and what counts. `planward settings` tells what is in force.
    +
    +fail_on = "low"    # the mildest severity that makes the exit code 1
    +unknown = "warn"   # what a check means that cannot be decided: "warn", "fail", "ignore"
    +
    +# policies = ["policies/"]                 # policies of your own
    +# baseline = "planward.baseline.json"      # `planward baseline` writes it
    +# exclude  = ["examples"]                  # not searched for root modules
    --- /dev/null
    +++ b/.pre-commit-config.yaml
    @@ -0,0 +1,9 @@
    +repos:
    +  - repo: local
    +    hooks:
    +      - id: planward
    +        name: planward
    +        language: system
    +        entry: planward check
    +        files: '\.(tf|tofu)(\.json)?$|\.tfvars(\.json)?$|\.policy\.hcl$'
    +        require_serial: true
    --- /dev/null
    +++ b/.github/workflows/planward.yml
    @@ -0,0 +1,15 @@
    +name: planward
    +
    +on: [push, pull_request]
    +
    +permissions:
    +  contents: read
    +
    +jobs:
    +  planward:
    +    runs-on: ubuntu-latest
    +    steps:
    +      - uses: actions/checkout@v5   # pin by commit
    +      # A line such as `planward==X.Y.Z --hash=sha256:...`
    +      - run: python3 -m pip install --no-deps --require-hashes --requirement planward.txt
    +      - run: planward check --format github
    --- stderr
    nothing was written; `--write` does it
    --- exit code 0
    "#);
    assert!(folder.run("check").contains("no configuration"), "nothing was written");
    assert_snapshot!(folder.run("init --write"), @r#"
    --- stdout
    wrote planward.hcl
    wrote .pre-commit-config.yaml
    wrote .github/workflows/planward.yml
    --- exit code 0
    "#);
    assert!(folder.read("planward.hcl").contains("fail_on = \"low\""));
    assert_snapshot!(folder.run("init --write"), @r#"
    --- stderr
    nothing to do: planward is set up
    --- exit code 0
    "#);
    // What was written is understood.
    folder.write("main.tf", b"");
    assert_snapshot!(folder.run("settings"), @r#"
    --- stdout
    settings of planward.hcl
    policies = []  # default
    builtin = true  # default
    level = "info"  # default
    select = []  # default
    skip = []  # default
    fail_on = "low"  # planward.hcl:3
    fail_on_advisory = false  # default
    unknown = "warn"  # planward.hcl:4
    require_complete = false  # default
    require_reason = false  # default
    variable_files = []  # default
    exclude = []  # default
    outside_modules = true  # default
    baseline = null  # default
    --- exit code 0
    "#);
}

#[test]
fn what_is_there_stays() {
    let hooks = "# ours\nrepos:\n  - repo: a\n    hooks:\n      - id: x\n\n# the end\nci:\n  autofix: false\n";
    let folder = Folder::with([
        (".pre-commit-config.yaml", hooks),
        ("planward.hcl", "fail_on = \"high\"\n"),
        (".gitlab-ci.yml", "test:\n  script: true"),
    ]);
    assert_snapshot!(folder.run("init"), @r#"
    --- stdout
    --- a/.pre-commit-config.yaml
    +++ b/.pre-commit-config.yaml
    @@ -3,6 +3,14 @@
       - repo: a
         hooks:
           - id: x
    +  - repo: local
    +    hooks:
    +      - id: planward
    +        name: planward
    +        language: system
    +        entry: planward check
    +        files: '\.(tf|tofu)(\.json)?$|\.tfvars(\.json)?$|\.policy\.hcl$'
    +        require_serial: true
     
     # the end
     ci:
    --- a/.gitlab-ci.yml
    +++ b/.gitlab-ci.yml
    @@ -1,2 +1,9 @@
     test:
       script: true
    +
    +planward:
    +  image: python:3.13
    +  script:
    +    # A line such as `planward==X.Y.Z --hash=sha256:...`
    +    - pip install --no-deps --require-hashes --requirement planward.txt
    +    - planward check
    --- stderr
    nothing was written; `--write` does it
    --- exit code 0
    "#);
    folder.run("init --write");
    assert_eq!(folder.read("planward.hcl"), "fail_on = \"high\"\n");
    assert_snapshot!(folder.read(".pre-commit-config.yaml"), @r#"
    # ours
    repos:
      - repo: a
        hooks:
          - id: x
      - repo: local
        hooks:
          - id: planward
            name: planward
            language: system
            entry: planward check
            files: '\.(tf|tofu)(\.json)?$|\.tfvars(\.json)?$|\.policy\.hcl$'
            require_serial: true

    # the end
    ci:
      autofix: false
    "#);
    assert!(folder.read(".gitlab-ci.yml").starts_with("test:\n  script: true\n\nplanward:\n"));
    let odd = Folder::with([(".pre-commit-config.yaml", "repos: []\n"), ("planward.hcl", "")]);
    assert_snapshot!(odd.run("init --write"), @r#"
    --- stderr
    `.pre-commit-config.yaml` has no list `repos:` that can be added to; by hand:
      - repo: local
        hooks:
          - id: planward
            name: planward
            language: system
            entry: planward check
            files: '\.(tf|tofu)(\.json)?$|\.tfvars(\.json)?$|\.policy\.hcl$'
            require_serial: true
    --- exit code 0
    "#);
    assert_eq!(odd.read(".pre-commit-config.yaml"), "repos: []\n");
}

const MAIN: &str = "resource \"aws_kms_key\" \"a\" {\n  enable_key_rotation = false\n}\n";

/// Runs planward on a terminal of its own, by Python.
fn on_terminal(folder: &Folder, columns: u16, set: &str) -> Option<String> {
    let script = format!(
        r#"
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    os.chdir({folder:?})
    env = dict(pair.split("=") for pair in {set:?}.split())
    os.execvpe({exe:?}, ["planward", "check", "--select", "aws-kms-*"], env)
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, {columns}, 0, 0))
out = b""
while True:
    try:
        part = os.read(fd, 65536)
    except OSError:
        break
    if not part:
        break
    out += part
os.waitpid(pid, 0)
sys.stdout.buffer.write(out)
"#,
        folder = folder.path(),
        exe = env!("CARGO_BIN_EXE_planward"),
    );
    printed("python3", &["-c", &script], "").map(|text| text.replace("\r\n", "\n"))
}

#[test]
fn colours_and_links_where_they_belong() {
    let folder = Folder::with([("main.tf", MAIN)]);
    let Some(plain) = on_terminal(&folder, 100, "TERM=xterm-256color LANG=C.UTF-8 NO_COLOR=1")
    else {
        return;
    };
    assert!(!plain.contains('\u{1b}') && plain.contains("╭─[main.tf:2:3]"), "{plain}");
    let coloured =
        on_terminal(&folder, 100, "TERM=xterm-256color LANG=C.UTF-8").expect("as before");
    assert!(coloured.contains("\u{1b}[") && !coloured.contains("\u{1b}]8;"), "{coloured}");
    let linked = "TERM=xterm-256color LANG=C.UTF-8 VTE_VERSION=7600";
    let linked = on_terminal(&folder, 100, linked).expect("as before");
    assert!(
        linked.contains("\u{1b}]8;;file:///") && linked.contains("/main.tf\u{1b}\\"),
        "{linked}"
    );
    let dumb = on_terminal(&folder, 100, "TERM=dumb LANG=C.UTF-8 VTE_VERSION=7600").expect("again");
    assert!(!dumb.contains('\u{1b}'), "{dumb}");
    let ascii = on_terminal(&folder, 100, "TERM=xterm LANG=C NO_COLOR=1").expect("again");
    assert!(ascii.is_ascii(), "{ascii}");
}

#[test]
fn colours_can_be_forced_into_a_pipe() {
    let folder = Folder::with([("main.tf", MAIN)]);
    let run = |set: &[(&str, &str)]| {
        let output = Command::new(env!("CARGO_BIN_EXE_planward"))
            .args(["check", "--format", "pretty"])
            .current_dir(folder.path())
            .env_clear()
            .envs(set.iter().copied())
            .output();
        String::from_utf8(output.expect("planward runs").stdout).expect("text")
    };
    assert!(!run(&[]).contains('\u{1b}'));
    assert!(run(&[("CLICOLOR_FORCE", "1")]).contains("\u{1b}["));
    assert!(!run(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\u{1b}'));
    assert!(!run(&[("VTE_VERSION", "7600"), ("CLICOLOR_FORCE", "1")]).contains("\u{1b}]8"));
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let many: String = (0..3000).map(|n| MAIN.replace("\"a\"", &format!("\"k{n}\""))).collect();
    let folder = Folder::with([("main.tf", &many)]);
    let script = "\"$0\" check --format pretty | head -n 1; echo ${PIPESTATUS[0]}";
    let output = Command::new("bash")
        .args(["-c", script, env!("CARGO_BIN_EXE_planward")])
        .current_dir(folder.path())
        .output()
        .expect("bash runs");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.ends_with("\n1\n"), "{stdout}");
}
