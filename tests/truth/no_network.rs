//! No network, ever: nothing in the lock file could talk, and a check does not miss what is not there.

use std::process::Command;

use crate::found;

/// Crates that open connections, or exist to serve those that do.
const DENIED: [&str; 40] = [
    "async-std",
    "attohttpc",
    "aws-config",
    "curl",
    "curl-sys",
    "dns-lookup",
    "h2",
    "h3",
    "hickory-resolver",
    "http-client",
    "hyper",
    "hyper-util",
    "isahc",
    "libssh2-sys",
    "mio",
    "minreq",
    "native-tls",
    "neli",
    "nix",
    "openssl",
    "openssl-sys",
    "polling",
    "quinn",
    "reqwest",
    "rustls",
    "schannel",
    "security-framework",
    "smol",
    "socket2",
    "ssh2",
    "surf",
    "tiny_http",
    "tokio",
    "tonic",
    "tower",
    "trust-dns-resolver",
    "tungstenite",
    "ureq",
    "webpki",
    "zmq",
];

#[test]
fn the_lock_file_holds_no_network_crate() {
    let lock = std::fs::read_to_string(found::project("Cargo.lock")).unwrap();
    let names: Vec<&str> =
        lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).collect();
    assert!(names.contains(&"serde_json"), "the lock file is read wrongly");
    let denied: Vec<&&str> = names.iter().filter(|name| DENIED.contains(name)).collect();
    assert!(denied.is_empty(), "network crates: {denied:?}");
}

#[test]
fn a_check_without_network() {
    let arguments = ["check", "fixtures/config/aws-storage", "--format", "json"];
    let planward = env!("CARGO_BIN_EXE_planward");
    let run = |command: &mut Command| command.current_dir(found::project("")).output();
    let with = run(Command::new(planward).args(arguments)).unwrap();
    assert_eq!(with.status.code(), Some(1), "{}", String::from_utf8_lossy(&with.stderr));
    // An empty namespace has not even a loopback device that is up.
    let isolated = ["--map-root-user", "--net"];
    let probe = run(Command::new("unshare").args(isolated).arg("true"));
    if !probe.is_ok_and(|probe| probe.status.success()) {
        found::skipped("`unshare` is missing or not permitted here, so the network stayed");
        return;
    }
    let without =
        run(Command::new("unshare").args(isolated).arg(planward).args(arguments)).unwrap();
    assert!(with == without, "{}", String::from_utf8_lossy(&without.stderr));
}
