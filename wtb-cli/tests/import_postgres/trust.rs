//! Servers that prove who they are.

use crate::bench::Bench;
use crate::python::{TABLES, execute};
use wtb_test_postgres::{Certificates, OwnServer};

#[tokio::test]
async fn the_url_says_whom_to_trust() {
    let (certificates, strangers) = (Certificates::new().unwrap(), Certificates::new().unwrap());
    let server = OwnServer::with_tls(&certificates).await.unwrap();
    execute(server.url(), TABLES).await.unwrap();
    let bench = Bench::new();
    let import = |authority: &Certificates| {
        let authority = authority.authority().to_str().unwrap();
        bench.wtb(&["import", &format!("{}?sslmode=verify-full&sslrootcert={authority}", server.url())])
    };
    import(&certificates).assert_done();
    let refused = import(&strangers);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""));
    assert!(refused.stderr.contains(": invalid peer certificate: "), "{}", refused.stderr);
}
