//! Webhooks: addresses to which this site sends new posts and comments, signed as Standard Webhooks 1.0 says
//! (<https://www.standardwebhooks.com>).

use std::{fmt, str::FromStr, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use url::Url;

use super::{
    Comment, CommentId, DeliveryId, FeedId, Post, PostId, Problems, Timestamp, TokenName, UserId,
    UserName, WebhookId,
};

/// An address to which something is sent.
#[derive(Debug, Clone)]
pub struct Webhook {
    pub id: WebhookId,
    pub owner: UserId,
    pub owner_name: UserName,
    /// The group whose posts are sent; none for what its owner reads.
    pub group: Option<FeedId>,
    pub name: String,
    pub url: String,
    pub body: WebhookBody,
    pub topic: WebhookTopic,
    /// The first failure since the last success.
    pub failing_since: Option<Timestamp>,
    /// The reason why nothing is sent, in words; none if it is on.
    pub off_because: Option<String>,
    pub created_at: Timestamp,
}

/// The people whose webhooks these are: a person, who acts, or the admins of a group, of whom one acts.
#[derive(Debug, Clone, Copy)]
pub struct WebhookHolder {
    pub by: UserId,
    pub group: Option<FeedId>,
}

/// The form that makes a webhook.
#[derive(Debug)]
pub struct NewWebhook {
    pub name: TokenName,
    pub url: WebhookUrl,
    pub body: WebhookBody,
    pub topic: WebhookTopic,
}

/// An address of the web, with at most [`WebhookUrl::CHARS_MAX`] characters.
#[derive(Debug, Clone)]
pub struct WebhookUrl(String);

/// The secret that requests are signed with. Its `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(pub [u8; WebhookSecret::BYTES]);

/// Declares an enum whose values have names in forms and in the database.
macro_rules! named {
    ($(#[$doc:meta])* $enum:ident { $($(#[$what:meta])* $value:ident: $name:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $enum {
            $($(#[$what])* $value),*
        }

        impl $enum {
            pub const ALL: &[$enum] = &[$($enum::$value),*];

            /// Returns the name in forms and in the database.
            pub fn name(self) -> &'static str {
                match self {
                    $($enum::$value => $name),*
                }
            }
        }

        impl FromStr for $enum {
            type Err = ();

            fn from_str(text: &str) -> Result<$enum, ()> {
                $enum::ALL.iter().copied().find(|one| one.name() == text).ok_or(())
            }
        }
    };
}

named! {
    /// The kind of a request.
    WebhookBody {
        /// JSON, as Standard Webhooks says.
        Standard: "standard",
        /// Plain text with a title, for a server of ntfy.
        Ntfy: "ntfy",
    }
}

named! {
    /// The things that are sent.
    WebhookTopic {
        /// New posts of others that reach the owner's home river.
        Home: "home",
        /// New posts in the owner's feed, and comments on them.
        Feed: "feed",
        /// New posts and comments that notify the owner.
        Notifications: "notifications",
        /// New posts in a group, and comments on them.
        Group: "group",
    }
}

named! {
    /// The state of a delivery.
    DeliveryState {
        Waiting: "waiting",
        Sent: "sent",
        /// It was given up.
        Failed: "failed",
        /// It must not be sent any more.
        Withdrawn: "withdrawn",
    }
}

/// The thing that a delivery is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliverySubject {
    Test,
    Post(PostId),
    Comment(PostId, CommentId),
}

/// The content of a delivery, as its reader may see it.
#[derive(Debug)]
pub enum WebhookContent {
    Test,
    Post(Box<Post>),
    Comment(Box<Comment>, Box<Post>),
}

/// A delivery, as its log shows it.
#[derive(Debug, Clone)]
pub struct WebhookDelivery {
    pub id: DeliveryId,
    pub subject: DeliverySubject,
    pub state: DeliveryState,
    pub tries: u32,
    pub tried_at: Option<Timestamp>,
    pub next_at: Option<Timestamp>,
    pub status: Option<u16>,
    pub reason: String,
    pub created_at: Timestamp,
}

/// A delivery whose time has come, with everything that is needed to send it.
#[derive(Debug, Clone)]
pub struct DueDelivery {
    pub id: DeliveryId,
    pub message_id: String,
    pub subject: DeliverySubject,
    pub created_at: Timestamp,
    pub webhook: Webhook,
    pub secret: WebhookSecret,
}

/// The result of a try.
#[derive(Debug, Clone)]
pub struct SendReport {
    pub outcome: SendOutcome,
    pub status: Option<u16>,
    /// The reason in words, or the beginning of the answer.
    pub reason: String,
}

/// The meaning of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendOutcome {
    Accepted,
    Failed,
    /// The address wants nothing any more (410).
    Gone,
    /// It must not be sent any more: the post is gone, or its reader may not see it.
    Withdrawn,
}

impl Webhook {
    /// Returns the address without its query, which may have a token.
    pub fn shown_url(&self) -> String {
        match self.url.split_once('?') {
            Some((address, _)) => format!("{address}?…"),
            None => self.url.clone(),
        }
    }

    /// The most webhooks of one person, and of one group.
    pub const COUNT_MAX: usize = 8;

    /// The most deliveries that wait for one webhook. The oldest are given up.
    pub const WAITING_MAX: u32 = 100;

    /// The number of deliveries that the log of a webhook shows.
    pub const SHOWN_MAX: u32 = 20;

    /// The most deliveries of one webhook that are kept, with those that wait.
    pub const KEPT_MAX: u32 = 300;

    /// The most of them that are tests.
    pub const TESTS_KEPT_MAX: u32 = 3;

    /// The time for which deliveries are kept.
    pub const KEPT_FOR: Duration = Duration::from_hours(14 * 24);

    /// The time after which a webhook is turned off if every try failed.
    pub const FAILING_MAX: Duration = Duration::from_hours(5 * 24);

    /// The longest time between two failures of a row. It is longer than all pauses.
    pub const UNTRIED_MAX: Duration = Duration::from_hours(24);

    /// The age from which an event is not delivered. Events are that old if webhooks were turned off for the whole site.
    pub const EVENT_AGE_MAX: Duration = Duration::from_hours(24);

    /// The bytes of an answer that the log keeps.
    pub const ANSWER_BYTES_MAX: usize = 200;

    /// The pauses between the tries of a delivery. It is given up when the last try has failed.
    pub const PAUSES: [Duration; 6] = [
        Duration::from_secs(5),
        Duration::from_mins(5),
        Duration::from_mins(30),
        Duration::from_hours(2),
        Duration::from_hours(5),
        Duration::from_hours(10),
    ];

    /// The longest time that a delivery waits: the last pause with its tenth, and an hour for a clock that is corrected.
    pub const WAIT_MAX: Duration = Duration::from_hours(12);

    /// The reason of a delivery that was given up before anything was sent.
    pub const UNREADABLE: &str = "This site could not read it. The log of the site says why.";

    /// Returns the pause after so many failed tries; none if there is no other try. `random`, from 0 to 1, makes it up to
    /// a tenth longer, so that not everything that failed together is tried again together.
    pub fn pause(tries: u32, random: f64) -> Option<Duration> {
        let place = usize::try_from(tries).ok()?.checked_sub(1)?;
        let pause = Webhook::PAUSES.get(place)?;
        Some(pause.mul_f64(1.0 + random.clamp(0.0, 1.0) / 10.0))
    }
}

impl SendReport {
    /// Returns the report of a try that failed.
    pub fn failed(status: Option<u16>, reason: String) -> SendReport {
        SendReport {
            outcome: SendOutcome::Failed,
            status,
            reason,
        }
    }

    /// The tries after which a refusal is believed.
    const REFUSALS_MAX: u32 = 2;

    /// The statuses of a client's faults that may be over later: the address may have been set up wrongly for a while.
    const PASSING: [u16; 7] = [401, 403, 404, 408, 410, 425, 429];

    /// Checks whether the answer says, after so many tries, that the request itself is refused and always will be.
    pub fn is_final(&self, tries: u32) -> bool {
        let is_refusal =
            |status| (400..500).contains(&status) && !SendReport::PASSING.contains(&status);
        tries >= SendReport::REFUSALS_MAX && self.status.is_some_and(is_refusal)
    }
}

impl WebhookTopic {
    /// Returns the topics that a person or a group can choose.
    pub fn of_holder(is_group: bool) -> impl Iterator<Item = WebhookTopic> {
        let all = WebhookTopic::ALL.iter().copied();
        all.filter(move |topic| (*topic == WebhookTopic::Group) == is_group)
    }
}

impl DeliverySubject {
    /// Returns the post that it is about.
    pub fn post(self) -> Option<PostId> {
        match self {
            DeliverySubject::Test => None,
            DeliverySubject::Post(post) | DeliverySubject::Comment(post, _) => Some(post),
        }
    }

    /// Returns the comment that it is about.
    pub fn comment(self) -> Option<CommentId> {
        match self {
            DeliverySubject::Test | DeliverySubject::Post(_) => None,
            DeliverySubject::Comment(_, comment) => Some(comment),
        }
    }
}

impl NewWebhook {
    /// Parses the form of a person or of a group.
    ///
    /// # Errors
    /// All problems, field by field.
    pub fn parse<'f>(
        field: impl Fn(&str) -> &'f str,
        is_group: bool,
    ) -> Result<NewWebhook, Problems> {
        let mut problems = Problems::default();
        let name = problems.check("name", TokenName::parse(field("name")));
        let url = problems.check("url", WebhookUrl::parse(field("url")));
        let body = field("body").parse();
        let body = problems.check(
            "body",
            body.map_err(|()| "Choose what the address understands.".to_owned()),
        );
        let topic = WebhookTopic::of_holder(is_group).find(|topic| {
            // A group has no choice.
            is_group || topic.name() == field("topic")
        });
        let topic = problems.check(
            "topic",
            topic.ok_or_else(|| "Choose what is sent.".to_owned()),
        );
        match (name, url, body, topic) {
            (Some(name), Some(url), Some(body), Some(topic)) => Ok(NewWebhook {
                name,
                url,
                body,
                topic,
            }),
            _ => Err(problems),
        }
    }
}

impl WebhookUrl {
    pub const CHARS_MAX: usize = 2_000;

    /// Parses an address.
    ///
    /// # Errors
    /// A sentence for the user.
    pub fn parse(text: &str) -> Result<WebhookUrl, String> {
        let wrong = "Enter a whole address that begins with https:// or http://.";
        let text = text.trim();
        if text.chars().count() > WebhookUrl::CHARS_MAX {
            let most = WebhookUrl::CHARS_MAX;
            return Err(format!("Field cannot be longer than {most} characters."));
        }
        let mut url = Url::parse(text).map_err(|_| wrong.to_owned())?;
        url.set_fragment(None);
        let is_web = matches!(url.scheme(), "http" | "https");
        if !is_web || url.host_str().is_none_or(str::is_empty) {
            return Err(wrong.into());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("The address must not contain a name or a password.".into());
        }
        Ok(WebhookUrl(url.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl WebhookSecret {
    pub const BYTES: usize = 24;
    const PREFIX: &str = "whsec_";

    /// Makes a new secret.
    pub fn random() -> WebhookSecret {
        WebhookSecret(rand::random())
    }

    /// Returns the secret as its receiver needs it.
    pub fn shown(&self) -> String {
        let text = BASE64_STANDARD.encode(self.0);
        format!("{}{text}", WebhookSecret::PREFIX)
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

#[cfg(test)]
mod tests;
