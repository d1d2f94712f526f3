//! Tests of families of refresh tokens: how a new key or a revocation ends them.

use super::*;
use crate::store::tests::{NOW, person, site};

const IDLE: Duration = Duration::from_hours(24);

#[test]
fn a_new_secret_ends_every_program_and_says_so() {
    let (db, _directory) = site();
    let (ann, bo) = (person(&db, "ann"), person(&db, "bo"));
    let old = db.read(secret).expect("made at the first start");
    assert_eq!(old.len(), 32);
    let ended = db.write(NOW, move |tx| {
        let families = [
            start(tx, ann, &RefreshToken::random(), 1, IDLE)?,
            start(tx, bo, &RefreshToken::random(), 1, IDLE)?,
        ];
        tx.effects.ended.clear();
        rotate_secret(tx, &Actor::CommandLine)?;
        Ok((families, tx.effects.ended.clone()))
    });
    let (families, ended) = ended.expect("written");
    assert_eq!(ended, families.map(Holder::Family));
    assert_ne!(db.read(secret).expect("there is one"), old);
    for family in families {
        assert!(
            db.read(|conn| bearer(conn, family))
                .expect("read")
                .is_none()
        );
    }
}

#[test]
fn everything_of_one_person_ends_and_nothing_of_others() {
    let (db, _directory) = site();
    let (ann, bo) = (person(&db, "ann"), person(&db, "bo"));
    let left = db.write(NOW, move |tx| {
        start(tx, ann, &RefreshToken::random(), 1, IDLE)?;
        let other = start(tx, bo, &RefreshToken::random(), 1, IDLE)?;
        revoke_all(tx, ann)?;
        assert_eq!(tx.effects.ended.len(), 1);
        assert!(families(tx, ann)?.is_empty());
        Ok(families(tx, bo)?.iter().map(|family| family.id).eq([other]))
    });
    assert!(left.expect("written"));
}
