//! The pages that lead through something: their files are written, their commands run, and what they
//! print is what the page says.

use crate::folder::Folder;

#[test]
fn every_command_of_writing_policies_prints_what_it_says() {
    let commands = walk_through(include_str!("../../docs/writing-policies.md"));
    assert!(commands > 8, "{commands} commands were found");
}

#[test]
fn every_command_of_validating_policies_prints_what_it_says() {
    let commands = walk_through(include_str!("../../docs/validating-policies.md"));
    assert!(commands > 1, "{commands} commands were found");
}

/// Does what a page tells; gives the number of commands.
fn walk_through(page: &str) -> usize {
    let folder = Folder::with([]);
    folder.write("rules/.keep", b"");
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
                commands += session(&folder, &block);
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
        assert_eq!(printed.trim_end(), after[..end].join("\n").trim_end(), "{command}");
        rest = &after[end..];
        commands += 1;
    }
    commands
}
