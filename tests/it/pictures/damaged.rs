//! Files with random damage.

use proptest::{prelude::*, test_runner::Config};
use quartfeed::pictures::{PictureError, Purpose};

use crate::harness::{
    pictures::{corpus, make},
    samples::{animated_png, picture},
};

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: None, ..Config::default() })]

    /// Checks that decoders of damaged files answer, and that no image is larger than allowed.
    #[test]
    fn a_damaged_picture_never_does_harm(
        which in any::<prop::sample::Index>(),
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..4), 1..12),
    ) {
        let names = corpus();
        let mut file = match names.get(which.index(names.len() + 1)) {
            Some(name) => picture(name),
            None => animated_png(true),
        };
        for (at, byte, kind) in damages {
            if file.is_empty() {
                break;
            }
            let at = at.index(file.len());
            match kind {
                0 => file[at] = byte,
                1 => file[at] ^= 1 << (byte % 8),
                2 => { file.remove(at); }
                _ => file.insert(at, byte),
            }
        }
        match make(&file, Purpose::Post) {
            Ok(made) => prop_assert!(made.width <= 2_048 && made.height <= 2_048),
            Err(PictureError::Refused(_)) => {}
            Err(fault) => prop_assert!(false, "{fault:?}"),
        }
    }
}
