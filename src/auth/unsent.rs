//! Texts that were sent after the session of their writer had ended. They are kept in memory until the writer has signed in
//! again, so that nothing is lost in browsers without the script, which keeps drafts itself.

use std::{collections::VecDeque, net::IpAddr, sync::Mutex, time::Duration};

use crate::{
    model::{Timestamp, UserId},
    sync::lock,
};

/// The time for which a text is kept.
const KEPT: Duration = Duration::from_mins(30);

/// The most texts that are kept. The oldest one makes room for a further one.
const TEXTS_MAX: usize = 64;

/// The most texts that are kept for one address.
const TEXTS_PER_ADDRESS: usize = 8;

/// The most bytes of a text that is kept. The longest texts that a site may allow stay below it.
const TEXT_BYTES_MAX: usize = 256 << 10;

/// A form with a text, as far as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsentText {
    /// The path that the form was sent to.
    pub path: String,
    /// The name of the field with the text.
    pub field: &'static str,
    pub text: String,
}

/// The texts that are kept at the moment.
#[derive(Default)]
pub struct UnsentTexts(Mutex<VecDeque<Kept>>);

struct Kept {
    /// The name of the browser, which its cookie has.
    visitor: String,
    address: IpAddr,
    at: Timestamp,
    unsent: UnsentText,
    /// The first user who was shown the text. Nobody else in the same browser sees it.
    shown_to: Option<UserId>,
}

impl UnsentTexts {
    /// Keeps a text for this browser, instead of the one that was kept before. Returns false if the text is too long.
    pub fn keep(&self, visitor: &str, address: IpAddr, unsent: UnsentText, now: Timestamp) -> bool {
        if unsent.text.len() > TEXT_BYTES_MAX {
            return false;
        }
        let mut texts = lock(&self.0);
        texts.retain(|kept| kept.visitor != visitor && now.since(kept.at) < KEPT);
        let same_address = |kept: &Kept| kept.address == address;
        if texts.iter().filter(|kept| same_address(kept)).count() >= TEXTS_PER_ADDRESS {
            // The oldest is the last one.
            if let Some(place) = texts.iter().rposition(same_address) {
                texts.remove(place);
            }
        }
        texts.truncate(TEXTS_MAX - 1);
        texts.push_front(Kept {
            visitor: visitor.to_owned(),
            address,
            at: now,
            unsent,
            shown_to: None,
        });
        true
    }

    /// Returns the text that is kept for this browser, if it is not another user's.
    pub fn show(&self, visitor: &str, user: UserId, now: Timestamp) -> Option<UnsentText> {
        let mut texts = lock(&self.0);
        texts.retain(|kept| now.since(kept.at) < KEPT);
        let kept = texts.iter_mut().find(|kept| kept.visitor == visitor)?;
        let shown_to = *kept.shown_to.get_or_insert(user);
        (shown_to == user).then(|| kept.unsent.clone())
    }

    /// Forgets the text of a browser whose user signs out.
    pub fn forget(&self, visitor: &str) {
        let mut texts = lock(&self.0);
        texts.retain(|kept| kept.visitor != visitor);
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);
    const ANN: UserId = UserId(1);

    fn kept(texts: &UnsentTexts, visitor: &str, last: u8, text: &str) -> bool {
        let address = Ipv4Addr::new(192, 0, 2, last).into();
        let unsent = UnsentText {
            path: "/post".to_owned(),
            field: "message",
            text: text.to_owned(),
        };
        texts.keep(visitor, address, unsent, NOW)
    }

    fn shown(texts: &UnsentTexts, visitor: &str) -> Option<String> {
        texts.show(visitor, ANN, NOW).map(|unsent| unsent.text)
    }

    #[test]
    fn a_text_is_there_for_its_browser_and_one_user_for_half_an_hour() {
        let texts = UnsentTexts::default();
        assert!(kept(&texts, "a", 1, "first") && kept(&texts, "a", 1, "second"));
        assert_eq!(shown(&texts, "b"), None);
        assert_eq!(shown(&texts, "a").as_deref(), Some("second"));
        assert_eq!(texts.show("a", UserId(2), NOW), None, "another user");
        let late = NOW.plus(KEPT);
        assert!(
            texts
                .show("a", ANN, late.minus(Duration::from_secs(1)))
                .is_some()
        );
        assert_eq!(texts.show("a", ANN, late), None);

        assert!(kept(&texts, "a", 1, "third"));
        texts.forget("a");
        assert_eq!(shown(&texts, "a"), None, "signed out");
        assert!(!kept(&texts, "a", 1, &"x".repeat(TEXT_BYTES_MAX + 1)));
    }

    #[test]
    fn the_texts_of_one_address_and_of_all_are_limited() {
        let texts = UnsentTexts::default();
        for number in 0..=TEXTS_PER_ADDRESS {
            assert!(kept(&texts, &format!("one {number}"), 1, "text"));
        }
        // An early text goes, a late one stays.
        let missing = |texts: &UnsentTexts| {
            (0..=TEXTS_PER_ADDRESS)
                .filter(|number| shown(texts, &format!("one {number}")).is_none())
                .collect::<Vec<_>>()
        };
        assert_eq!(missing(&texts), [0]);
        for number in 0..TEXTS_MAX - 1 {
            let last = u8::try_from(10 + number).expect("few");
            assert!(kept(&texts, &format!("other {number}"), last, "text"));
        }
        assert_eq!(missing(&texts).len(), TEXTS_PER_ADDRESS);
        assert!(shown(&texts, "one 8").is_some() && shown(&texts, "other 0").is_some());
    }
}
