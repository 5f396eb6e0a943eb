//! The pages that are tutorials: their files are written, their commands run, and what these print is what
//! the page says.

use crate::folder::Folder;

const WRITING_POLICIES: &str = include_str!("../../docs/writing-policies.md");
const VALIDATING_POLICIES: &str = include_str!("../../docs/validating-policies.md");
const GETTING_STARTED: &str = include_str!("../../docs/getting-started.md");

#[test]
fn writing_policies() {
    let folder = Folder::with([]);
    folder.write("rules/.keep", b"");
    let commands = follow(&folder, WRITING_POLICIES);
    assert!(commands > 8, "{commands} commands were found");
}

const TESTING_POLICIES: &str = include_str!("../../docs/testing-policies.md");
const SPANS: &str = include_str!("../../docs/spans.md");

#[test]
fn testing_policies() {
    let commands = follow(&Folder::with([]), TESTING_POLICIES);
    assert!(commands > 4, "{commands} commands were found");
}

#[test]
fn where_findings_point() {
    let commands = follow(&Folder::with([]), SPANS);
    assert!(commands >= 10, "{commands} commands were found");
}

#[test]
fn validating_policies() {
    let folder = Folder::with([]);
    folder.write("rules/.keep", b"");
    let commands = follow(&folder, VALIDATING_POLICIES);
    assert!(commands > 1, "{commands} commands were found");
}

#[test]
fn getting_started() {
    let commands = follow(&Folder::with([]), GETTING_STARTED);
    assert!(commands > 8, "{commands} commands were found");
}

/// Does what a page says; gives the number of commands.
fn follow(folder: &Folder, page: &str) -> usize {
    let mut commands = 0;
    let mut path = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(named) = line.strip_prefix("<!-- file: ") {
            path = named.strip_suffix(" -->");
        }
        let Some(language) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match path.take() {
            Some(path) => folder.write(path, (block.join("\n") + "\n").as_bytes()),
            None => {
                assert_eq!(language, "console", "a block is a file or a session");
                commands += session(folder, &block);
            }
        }
    }
    commands
}

/// Runs the lines that begin with `$`; what follows each is compared.
fn session(folder: &Folder, lines: &[&str]) -> usize {
    let mut commands = 0;
    let mut rest = lines;
    while let [first, after @ ..] = rest {
        let command = first.strip_prefix("$ planward ").expect("a command");
        let end = after.iter().position(|line| line.starts_with("$ ")).unwrap_or(after.len());
        let output = folder.output(command, b"");
        let mut printed = output.stdout;
        printed.extend(output.stderr);
        let printed = String::from_utf8(printed).expect("text");
        let shown = after[..end].join("\n");
        assert_eq!(counted(printed.trim_end()), counted(shown.trim_end()), "{command}");
        rest = &after[end..];
        commands += 1;
    }
    commands
}

/// Without the number of policies: a page does not change with every policy that is added.
fn counted(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let is_count =
        |at: usize| words.get(at + 1) == Some(&"policies") && words[at].parse::<u32>().is_ok();
    let word =
        |(at, word): (usize, &&str)| if is_count(at) { "N".to_owned() } else { (*word).to_owned() };
    words.iter().enumerate().map(word).collect::<Vec<_>>().join(" ")
}
