//! The signature of a request, as Standard Webhooks 1.0 says: HMAC-SHA256 over the id, the time and the body.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::model::WebhookSecret;

/// Returns the value of `webhook-signature`. The time is in seconds since the Unix epoch.
pub(super) fn signature(secret: &WebhookSecret, id: &str, seconds: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&secret.0).expect("a key of any length is taken");
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    let text = BASE64_STANDARD.encode(mac.finalize().into_bytes());
    format!("v1,{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by the program `openssl`: `printf 'msg_1.1674087231.{"a":1}' | openssl dgst -sha256 -hmac
    /// 'abcdefghijklmnopqrstuvwx' -binary | base64`.
    #[test]
    fn a_signature_is_that_of_another_program() {
        let secret = WebhookSecret(*b"abcdefghijklmnopqrstuvwx");
        let signature = signature(&secret, "msg_1", 1_674_087_231, b"{\"a\":1}");
        assert_eq!(signature, "v1,g6ldUKQEdQyAkNhlUN0Yh7G4+mSZ/SSzY12iHV5g2UM=");
    }
}
