//! The types of the site and their rules, without SQL, HTTP or a clock.

mod accounts;
mod attempts;
mod base;
mod bells;
mod best;
mod bodies;
mod characters;
mod checkups;
mod comments;
mod days;
mod destinations;
mod directs;
mod event_kinds;
mod events;
mod exports;
mod feed_keys;
mod feeds;
mod groups;
mod hides;
mod hooks;
mod id;
mod idempotency;
mod images;
mod imaginary;
mod import_runs;
mod imports;
mod initials;
mod invitations;
mod journal;
mod language;
mod likes;
mod link_targets;
mod links;
mod lists;
mod members;
mod moves;
mod notifications;
mod orders;
mod pages;
mod passwords;
mod pins;
mod posts;
mod problems;
mod profiles;
mod quotes;
mod readership;
mod reasons;
mod relationships;
mod reserved;
mod roles;
mod saves;
mod search;
mod searches;
mod seen;
mod sessions;
mod shares;
mod sizes;
mod sources;

mod syndication;
mod text;
mod text_lines;
mod theme;
mod timestamp;
mod tokens;
mod topics;
mod usernames;
mod users;
mod webhooks;
mod whereabouts;

pub use accounts::{Credentials, NewUser, PasswordChange};
pub use attempts::{AddressCounter, Attempt, NameHash};
pub use base::{BasePath, BaseUrl};
pub use bells::BellTarget;
pub use best::{BestOf, best_score};
pub use bodies::{Body, Piece, Tag, shown_link};
pub(crate) use characters::{composed, folded};
pub use checkups::{Checkup, CheckupState};
pub use comments::{Comment, CommentText, Comments, OwnComment};
pub use days::{CalendarDay, DaySpan};
pub use destinations::{Destinations, PostPlace};
pub(crate) use destinations::{nobody, not_yours};
pub use directs::{DirectsFrom, Participation};
pub use event_kinds::{
    Carries, Changes, EventFacts, EventField, EventKind, Notifies, Removes, Reveals, StreamEvent,
};
pub use events::{Epoch, Event, EventId, EventRef};
pub use exports::{Account, ExportPart, PartFacts, PartPlace};
pub use feed_keys::{FeedKey, FeedPurpose};
pub use feeds::{Feed, FeedKind};
pub use groups::{
    Group, GroupAct, GroupActivity, GroupEdit, GroupMember, GroupName, GroupProfile, GroupStanding,
    ListedGroup, Membership, NewGroup, OwnGroup,
};
pub use hides::{
    HiddenPost, Hide, HideCandidate, HideKind, HideName, HidePage, HideScope, HideSpan,
    HideSubject, HideTarget, Hides, ListedHide, NewHide, Phrase, RiverPage,
};
pub use hooks::{Hook, NewHook};
pub(crate) use id::with_row_ids;
pub use id::{
    BlobId, CommentId, DeliveryId, FamilyId, FeedId, FeedKeyId, HookId, ImageId, InvitationId,
    ListId, PersonalTokenId, PostId, SearchId, SessionId, SourceId, UserId, WarningId, WebhookId,
};
pub use idempotency::IdempotencyKey;
pub use images::{
    AVATAR_SIDES, AltText, Attached, BlobHash, CHARGE_MIN, FULL_SIDE_MAX, Fit, Image, MediaType,
    NewImage, NewRendition, OwnImage, ROW, Rendition,
};
pub use imaginary::{FriendName, ImaginaryFriend};
pub use import_runs::{ImportRun, RunProgress, RunReport, RunState};
pub use imports::{ImportKey, ImportOutcome, ImportReport, ImportedPost, LeftOut, parts};
pub use initials::{HUES, Hue, Initials};
pub use invitations::{Invitation, InvitationState, NewInvitation};
pub use journal::{Actor, Entry, JournalAct};
pub use language::Language;
pub use likes::{Liker, Likes, OwnLike, Standing};
pub use link_targets::{LinkCount, LinkTarget};
pub use links::{Link, LinkKind};
pub use lists::{List, ListEdit, ListMember, ListMembers, ListSlug, ListStep, ListTitle, OwnList};
pub use members::MemberSummary;
pub use moves::{
    MovedComment, MovedGroup, MovedImage, MovedMember, MovedPerson, MovedPlace, MovedPost,
    MovedTies,
};
pub use notifications::{
    GroupDeed, Notification, NotificationGroup, NotificationKind, NotificationPost, UNREAD_MAX,
    UnreadCounts,
};
pub use orders::HomeOrder;
pub use pages::{Cursor, Page, Slice};
pub use passwords::{Password, PasswordRules};
pub use pins::PinPlace;
pub(crate) use posts::slug;
pub use posts::{Message, OwnPost, Post, PostAddress, PostKind, Revision};
pub use problems::Problems;
pub use profiles::{Bio, DisplayName, Email, Profile, ProfileEdit};
pub use quotes::Quote;
pub use readership::{Cause, FeedAccess, ReaderScope, Readership};
pub use reasons::{Act, ActKind, Via};
pub use relationships::{RelatedUser, Relationship, Tied, Ties};
pub use reserved::RESERVED_USERNAMES;
pub use roles::{Role, Viewer};
pub use saves::SavedPost;
pub(crate) use search::{
    Clause, Condition, SearchedText, Somebody, Term, has_link, marked_places, search_path,
};
pub use search::{SearchPhrase, SearchQuery, TextWord, words};
pub use searches::{KeptSearch, NewSearch};
pub use seen::{SeenMark, Unread};
pub use sessions::{
    Life, Lifetimes, NewSession, Session, SessionSeen, Token, TokenHash, TokenState, Warning,
};
pub use shares::SharedText;
pub use sizes::Bytes;

pub use sources::{ReadEntry, ReadFeed, Reading, Source, SourceAttempt};
pub use syndication::{PictureFile, SyndicatedPage, SyndicationIds};
pub(crate) use text::{counted, hex};
pub use text_lines::{TextLine, WrittenComment, WrittenPost};
pub use theme::Theme;
pub use timestamp::Timestamp;
pub use tokens::{
    Bearer, Family, Holder, NewToken, PersonalToken, RefreshToken, Scope, TokenFault, TokenName,
};
pub use topics::{Topic, Topics};
pub use usernames::UserName;
pub use users::User;
pub use webhooks::{
    DeliveryState, DeliverySubject, DueDelivery, NewWebhook, SendOutcome, SendReport, Webhook,
    WebhookBody, WebhookContent, WebhookDelivery, WebhookHolder, WebhookSecret, WebhookTopic,
    WebhookUrl,
};
pub use whereabouts::{Browser, Network, Whereabouts};
