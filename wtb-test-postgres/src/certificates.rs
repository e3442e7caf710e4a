//! Certificates for servers that speak TLS.

use crate::ProvideError;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use std::io::Write;
use std::path::Path;
use tempfile::NamedTempFile;

/// An authority made for one test, and the certificate that it gave to 127.0.0.1 and `localhost`.
pub struct Certificates {
    authority: NamedTempFile,
    chain: String,
    key: String,
}

impl Certificates {
    /// New ones, which nobody else trusts.
    ///
    /// # Errors
    /// [`ProvideError`] if they cannot be made or written.
    pub fn new() -> Result<Self, ProvideError> {
        let failed = |error: rcgen::Error| ProvideError::because("cannot make certificates", &error);
        let mut authority = named("WTB test authority").map_err(failed)?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().map_err(failed)?;
        let authority = CertifiedIssuer::self_signed(authority, key).map_err(failed)?;
        let key = KeyPair::generate().map_err(failed)?;
        let server =
            named("WTB test server").and_then(|server| server.signed_by(&key, &authority)).map_err(failed)?;
        let failed = |error: std::io::Error| ProvideError::because("cannot write a certificate", &error);
        let mut file = tempfile::Builder::new().suffix(".pem").tempfile().map_err(failed)?;
        file.write_all(authority.pem().as_bytes()).map_err(failed)?;
        Ok(Self { authority: file, chain: server.pem(), key: key.serialize_pem() })
    }

    /// The file with the certificate of the authority, for `sslrootcert`; removed with this value.
    pub fn authority(&self) -> &Path {
        self.authority.path()
    }

    pub(crate) fn server_chain(&self) -> &str {
        &self.chain
    }

    pub(crate) fn server_key(&self) -> &str {
        &self.key
    }
}

fn named(name: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut parameters = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()])?;
    parameters.distinguished_name.push(DnType::CommonName, name);
    Ok(parameters)
}
