//! Tests of access tokens: our own, forged ones, and malformed ones.

use serde_json::{Value, json};

use super::*;
use crate::model::UserName;

const NOW: Timestamp = Timestamp(1_790_000_000_000);
const ISSUER: &str = "quartfeed:1";

fn key() -> Key {
    Key::new(&[7; 32])
}

fn good() -> Value {
    let now = seconds(NOW);
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "1", "username": "alice", "role": "member", "jti": "x",
        "iat": now, "nbf": now, "exp": now + 900, "typ": KIND, "fresh": true, "family": 3,
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = good();
    claims[name] = value;
    claims
}

/// Signs a token with an arbitrary header.
fn signed(header: &str, claims: &str) -> String {
    let encoded = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    let signed = format!("{}.{}", encoded(header), encoded(claims));
    let tag = key().tag(&signed).finalize().into_bytes();
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag))
}

const HEADER: &str = r#"{"typ":"JWT","alg":"HS256"}"#;

fn verdict(token: &str) -> Result<(), TokenFault> {
    key().verify(token, ISSUER, NOW).map(|_| ())
}

#[test]
fn a_token_reads_back_until_it_expires() {
    let user = User {
        id: crate::model::UserId(42),
        username: UserName::parse("alice").expect("a name"),
        name: String::new(),
        created_at: NOW,
        avatar: None,
        feed: crate::model::FeedId(42),
    };
    let subject = TokenSubject {
        user: &user,
        role: Role::Admin,
        family: FamilyId(3),
        fresh: true,
    };
    let token = key().issue(ISSUER, &subject, NOW, 900);
    let claims = key().verify(&token, ISSUER, NOW).expect("it is good");
    assert_eq!(
        (claims.sub.as_str(), claims.role.as_str(), claims.family),
        ("42", "admin", 3)
    );
    for (after, good) in [(0, true), (904, true), (905, false), (1_000_000, false)] {
        let then = Timestamp(NOW.0 + after * 1_000);
        let expected = if good {
            Ok(())
        } else {
            Err(TokenFault::Expired)
        };
        let found = key().verify(&token, ISSUER, then).map(|_| ());
        assert_eq!(found, expected, "after {after} s");
    }
}

/// Checks the example of RFC 7515, appendix A.1.
#[test]
fn the_example_of_the_rfc_has_its_signature() {
    let secret =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let secret = BASE64_URL_SAFE_NO_PAD.decode(secret).expect("base64url");
    let signed = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
                  eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let tag = Key::new(&secret).tag(signed).finalize().into_bytes();
    assert_eq!(
        BASE64_URL_SAFE_NO_PAD.encode(tag),
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    );
}

#[test]
fn only_our_signature_and_algorithm_are_accepted() {
    let claims = good().to_string();
    let token = signed(HEADER, &claims);
    assert_eq!(verdict(&token), Ok(()));
    let (front, tag) = token.rsplit_once('.').expect("three parts");
    let forged = with("sub", json!("2")).to_string();
    let edited = format!(
        "{}.{}.{tag}",
        front.split('.').next().expect("a header"),
        BASE64_URL_SAFE_NO_PAD.encode(forged)
    );
    for (token, what) in [
        (signed(r#"{"alg":"none"}"#, &claims), "none, signed"),
        (signed(r#"{"alg":"hs256"}"#, &claims), "another case"),
        (signed(r#"{"alg":"HS384"}"#, &claims), "HS384"),
        (signed(r#"{"alg":"RS256"}"#, &claims), "RS256"),
        (edited, "edited"),
        (format!("{front}."), "no signature"),
        (format!("{front}.AAAA"), "a short signature"),
    ] {
        assert_eq!(verdict(&token), Err(TokenFault::Signature), "{what}");
    }
    let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    let none = format!("{none}.{}.", BASE64_URL_SAFE_NO_PAD.encode(&claims));
    assert_eq!(verdict(&none), Err(TokenFault::Signature));
    assert_eq!(
        Key::new(&[8; 32]).verify(&token, ISSUER, NOW),
        Err(TokenFault::Signature),
        "another key"
    );
    assert_ne!(Key::new(&[8; 32]).id, key().id);
}

#[test]
fn a_token_of_another_kind_is_malformed() {
    let token = signed(HEADER, &good().to_string());
    let (front, tag) = token.rsplit_once('.').expect("three parts");
    let last = tag.chars().last().expect("a letter");
    // The last letter of 32 bytes carries two meaningless bits; only one spelling leaves them empty.
    let other = char::from(u8::try_from(u32::from(last)).expect("ASCII") + 1);
    let not_canonical = format!("{front}.{}{other}", &tag[..tag.len() - 1]);
    for (wrong, what) in [
        (String::new(), "nothing"),
        ("x".into(), "one part"),
        (front.to_owned(), "two parts"),
        (format!("{token}.x"), "four parts"),
        ("..".into(), "empty parts"),
        (format!("{token}="), "padding"),
        (token.replace('.', " . "), "spaces"),
        (not_canonical, "bits left over"),
        ("a".repeat(1024 * 1024), "a mebibyte"),
        (signed(HEADER, &"x".repeat(4_096)), "too long"),
        (signed("{}", &good().to_string()), "no algorithm"),
        (signed("[]", &good().to_string()), "a list for a header"),
        (
            signed(r#"{"alg":"HS256","crit":["exp"]}"#, &good().to_string()),
            "critical extensions",
        ),
        (signed(HEADER, "{}"), "no claims"),
        (signed(HEADER, &"[".repeat(2_000)), "deep claims"),
    ] {
        assert_eq!(verdict(&wrong), Err(TokenFault::Malformed), "{what}");
    }
}

#[test]
fn a_token_for_another_purpose_is_malformed() {
    let now = seconds(NOW);
    for (name, value) in [
        ("aud", json!("somebody-else")),
        ("aud", json!([AUDIENCE])),
        ("iss", json!("quartfeed:2")),
        ("typ", json!("refresh")),
        ("nbf", json!(now + 6)),
        ("iat", json!(now + 6)),
        ("exp", json!("tomorrow")),
        ("exp", Value::Null),
        ("family", json!("3")),
    ] {
        let token = signed(HEADER, &with(name, value.clone()).to_string());
        assert_eq!(
            verdict(&token),
            Err(TokenFault::Malformed),
            "{name} {value}"
        );
    }
    for (name, value) in [("nbf", now + 5), ("iat", now + 5), ("exp", i64::MAX)] {
        let token = signed(HEADER, &with(name, json!(value)).to_string());
        assert_eq!(verdict(&token), Ok(()), "{name} {value}");
    }
}
