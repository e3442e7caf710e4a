//! The keeper as a program: see `keeper`.

use std::process::ExitCode;

fn main() -> ExitCode {
    wtb_test_postgres::keeper::main()
}
