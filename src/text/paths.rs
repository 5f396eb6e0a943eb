//! Paths as text: nothing is looked up, so a path that leads nowhere can be named, too.

/// `folder/path` with `.` and `..` resolved as text.
#[must_use]
pub fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> =
        folder.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if folder.starts_with('/') { format!("/{joined}") } else { joined }
}

/// The path itself, resolved as text, so that one file has one name; empty for the working folder.
#[must_use]
pub fn plain(path: &str) -> String {
    join(if path.starts_with('/') { "/" } else { "" }, path)
}

/// The folder of a file, resolved as text; empty for the working folder.
#[must_use]
pub fn folder_of(path: &str) -> String {
    match path.rsplit_once('/') {
        Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => plain(folder),
        None => String::new(),
    }
}

/// An absolute path as it is seen from an absolute folder; empty for the folder itself.
#[must_use]
pub fn seen_from(folder: &str, path: &str) -> String {
    let parts =
        |path| plain(path).split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let (folder, path): (Vec<String>, Vec<String>) = (parts(folder), parts(path));
    let shared = folder.iter().zip(&path).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", folder.len() - shared);
    let down = path.iter().skip(shared).map(String::as_str);
    up.chain(down).collect::<Vec<&str>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::{folder_of, join, plain, seen_from};

    #[test]
    fn joins_as_text() {
        assert_eq!(join("", "./modules/a"), "modules/a");
        assert_eq!(join("modules/a", "../b/"), "modules/b");
        assert_eq!(join("", "../b"), "../b");
        assert_eq!(join("../a", "../../b"), "../../b");
        assert_eq!(join("/x/y", "../z"), "/x/z");
    }

    #[test]
    fn paths_from_elsewhere() {
        assert_eq!(seen_from("/x/y", "/x/y"), "");
        assert_eq!(seen_from("/x/y", "/x/z/a"), "../z/a");
        assert_eq!(seen_from("/x", "/x/y"), "y");
        assert_eq!(seen_from("/", "/x"), "x");
        assert_eq!(seen_from("/xy", "/x"), "../x");
    }

    #[test]
    fn folders_of_files() {
        assert_eq!(folder_of("main.tf"), "");
        assert_eq!(folder_of("./a//b/../main.tf"), "a");
        assert_eq!(plain("/x/./y/../z"), "/x/z");
        assert_eq!(folder_of("/main.tf"), "/");
        assert_eq!(folder_of("/x/main.tf"), "/x");
    }
}
