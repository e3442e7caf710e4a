//! Servers that cannot be imported from: each is one sentence, soon, and without a secret.

use crate::bench::{Answer, Bench};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};

/// The answer to importing from a server at `port`, with as many causes and log lines as there are.
#[track_caller]
fn refusal(port: u16, parameters: &str) -> (Answer, String) {
    let bench = Bench::new();
    let url = format!("postgresql+psycopg://wtb:canary-4711@127.0.0.1:{port}/wtb{parameters}");
    let answer = bench.wtb(&["import", &url, "-vv"]);
    assert_eq!(answer.stdout, "");
    assert!(!answer.stderr.contains("canary"), "{}", answer.stderr);
    assert!(!bench.path("store.db").exists(), "the store was not even made");
    let sentence = answer.stderr.lines().find_map(|line| line.strip_prefix("wtb: ")).unwrap_or_default();
    let sentence = sentence.replace(&port.to_string(), "PORT");
    (answer, sentence)
}

#[test]
fn a_server_that_is_not_there_is_named_without_the_password() {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let (answer, sentence) = refusal(port, "");
    assert_eq!(answer.code, Some(1));
    let expected = "cannot connect to postgresql://127.0.0.1:PORT/wtb: Connection refused";
    assert!(sentence.starts_with(expected), "{sentence}");
}

#[test]
fn what_is_not_a_postgresql_server_is_told_apart() {
    let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = other.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = other.accept().unwrap();
        let question = stream.read(&mut [0; 1024]).unwrap();
        assert!(question > 0);
        stream.write_all(b"220 mail.example ready\r\n").unwrap();
    });
    let (answer, sentence) = refusal(port, "?sslmode=disable");
    assert_eq!(answer.code, Some(1));
    assert_eq!(
        sentence,
        "cannot connect to postgresql://127.0.0.1:PORT/wtb: what answers there is not a PostgreSQL server, or it \
         hung up"
    );
}

#[test]
fn a_parameter_that_cannot_be_read_is_a_mistake_in_typing() {
    let (answer, _) = refusal(5432, "?sslmode=canary");
    assert_eq!(answer.code, Some(64), "{}", answer.stderr);
}

#[cfg(unix)]
#[test]
fn a_file_of_passwords_with_a_mistake_in_it_is_not_shown() {
    use std::os::unix::fs::PermissionsExt;

    let bench = Bench::new();
    let file = bench.path(".pgpass");
    std::fs::write(&file, "no colons but canary-4711\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    for arguments in [
        &["import", "postgresql://wtb@127.0.0.1:9/wtb", "-vv"][..],
        &["doctor", "--store", "postgresql://wtb@127.0.0.1:9/wtb", "-vv"],
    ] {
        let mut command = bench.command(arguments);
        let command = command.env("HOME", bench.path("")).env("WTB_STORAGE__WAIT_MS", "50");
        let answer = Answer::from(command.output().unwrap());
        assert_eq!(answer.code, Some(1), "{}", answer.stderr);
        assert!(!answer.stderr.contains("canary"), "{}", answer.stderr);
    }
}
