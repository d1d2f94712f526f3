//! Does what was planned, with the functions of the store that also serve people.

use std::{
    collections::HashMap,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    DemoError,
    history::Moment,
    painting::Painting,
    people::{Circle, Persona},
    scenes::Scene,
    teller::{Talk, TalkPlace},
};
use crate::{
    app::App,
    clock::Clock,
    config::Limits,
    error::{Error, Result},
    log::Log,
    model::{
        Actor, AltText, Attached, Bio, CommentId, CommentText, Destinations, DisplayName, GroupAct,
        GroupEdit, GroupName, ListEdit, Message, NewGroup, NewImage, NewUser, PostId, ProfileEdit,
        Role, SeenMark, UserId, UserName,
    },
    pictures::{ImageQueue, PictureError, PictureLimits, Purpose, sandbox},
    store::{
        Db, Tx, comments, events, groups, images, likes, lists, members, notifications, pins,
        posts, relationships, saves, seen, users,
    },
};

/// The time for encoding one picture.
const PICTURE_DEADLINE: Duration = Duration::from_mins(1);

/// The newest posts of which somebody who reads everything leaves a mark.
const MARKS: usize = 150;

/// The parts of the program that the demo uses. They stay when the program belongs to the server.
#[derive(Clone)]
pub(super) struct Tools {
    pub(super) db: Arc<Db>,
    pub(super) clock: Clock,
    pub(super) log: Arc<Log>,
    queue: Arc<ImageQueue>,
    pub(super) limits: Limits,
    directory: std::path::PathBuf,
}

impl Tools {
    pub(super) fn of(app: &App) -> Tools {
        Tools {
            db: app.db.clone(),
            clock: app.clock.clone(),
            log: app.log.clone(),
            queue: app.image_queue.clone(),
            limits: app.config.limits.clone(),
            directory: app.spool_directory.clone(),
        }
    }

    /// Returns the same tools with an image queue of its own, so that several pictures are encoded at once.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(super) fn with_own_queue(&self) -> io::Result<Tools> {
        let queue = ImageQueue::open(sandbox::this_program()?)?;
        Ok(Tools {
            queue: Arc::new(queue),
            ..self.clone()
        })
    }

    /// Encodes a picture as it would be uploaded. None if the program is about to end.
    pub(super) fn encoded(
        &self,
        painting: &Painting,
        purpose: Purpose,
    ) -> std::result::Result<Option<NewImage>, DemoError> {
        let file = painting.save(&self.directory).map_err(DemoError::of)?;
        let limits = PictureLimits {
            bytes: self.limits.image_bytes.into(),
            pixels: self.limits.image_pixels.into(),
        };
        let deadline = Instant::now() + PICTURE_DEADLINE;
        match self.queue.encode(file, purpose, limits, deadline) {
            Ok(encoded) => Ok(Some(encoded.into_image())),
            Err(PictureError::Busy) => Ok(None),
            Err(error) => Err(DemoError(format!("{error:?}"))),
        }
    }
}

/// The people, posts and pictures that exist on the site by now.
#[derive(Default)]
pub(super) struct Stage {
    pub(super) users: Vec<UserId>,
    pub(super) posts: HashMap<usize, PostId>,
    pub(super) comments: HashMap<(usize, usize), CommentId>,
    pub(super) portraits: HashMap<usize, NewImage>,
    pub(super) pictures: HashMap<Scene, NewImage>,
    pub(super) password_hash: String,
    pub(super) password: String,
    /// The posts in the order in which they were written.
    pub(super) order: Vec<usize>,
}

impl Stage {
    /// Does something at the time of `tx`.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) fn perform(
        &mut self,
        tx: &mut Tx<'_>,
        cast: &Cast<'_>,
        moment: Moment,
    ) -> Result<()> {
        let circle = cast.circle;
        match moment {
            Moment::Arrive(who) => self.arrive(tx, cast, who),
            Moment::Follow(who, other) => {
                let name = username(&circle.people[other])?;
                relationships::follow(tx, self.users[who], &name).map(|_| ())
            }
            Moment::Found(group) => self.found(tx, circle, group),
            Moment::Enter(group, who) => self.enter(tx, circle, group, who),
            Moment::Promote(group, who) => self.act(tx, circle, group, who, GroupAct::Promote),
            Moment::Post(nth) => {
                let talk = &cast.talks[nth];
                let image = talk
                    .picture
                    .as_ref()
                    .and_then(|(scene, _)| self.pictures.get(scene));
                let post = post(tx, cast, self.users[talk.author], talk, image)?;
                self.posts.insert(nth, post);
                self.order.push(nth);
                Ok(())
            }
            Moment::Answer(nth, answer) => {
                let (by, text) = &cast.talks[nth].answers[answer];
                let comment = comment(tx, cast.limits, self.users[*by], self.post(nth)?, text)?;
                self.comments.insert((nth, answer), comment);
                Ok(())
            }
            Moment::Like(nth, who) => likes::like(tx, self.users[who], self.post(nth)?),
            Moment::LikeAnswer(nth, answer, who) => {
                let comment = self.comments.get(&(nth, answer)).ok_or(Error::NotFound)?;
                likes::like_comment(tx, self.users[who], *comment).map(|_| ())
            }
            Moment::Save(nth, who) => saves::save(tx, self.users[who], self.post(nth)?),
            Moment::Read(who) => self.read(tx, cast, who),
            Moment::List(who) => self.list(tx, circle, who),
            Moment::Pin(nth) => {
                let author = self.users[cast.talks[nth].author];
                pins::pin(tx, author, self.post(nth)?, Destinations::OWN).map(|_| ())
            }
        }
    }

    fn post(&self, nth: usize) -> Result<PostId> {
        self.posts.get(&nth).copied().ok_or(Error::NotFound)
    }

    /// Registers somebody with a bio and a profile picture. The first one is the admin of the site.
    fn arrive(&mut self, tx: &mut Tx<'_>, cast: &Cast<'_>, who: usize) -> Result<()> {
        let person = &cast.circle.people[who];
        let field = |name: &str| match name {
            "username" => person.username.as_str(),
            "password" => self.password.as_str(),
            "name" => person.name.as_str(),
            _ => "",
        };
        let new = NewUser::parse(field, &crate::model::PasswordRules::LEAST)?;
        let role = if who == 0 { Role::Admin } else { Role::Member };
        let user = members::add(tx, &Actor::CommandLine, &new, &self.password_hash, role)?;
        self.users.push(user);
        let edit = ProfileEdit {
            username: username(person)?,
            name: DisplayName::parse(&person.name).map_err(Error::internal)?,
            bio: Bio::parse(&person.bio).map_err(Error::internal)?,
        };
        users::edit(tx, user, &edit)?;
        match self.portraits.get(&who) {
            Some(portrait) => {
                images::create_avatar(tx, user, portrait, cast.limits.storage_per_user)
            }
            None => Ok(()),
        }
    }

    fn found(&self, tx: &mut Tx<'_>, circle: &Circle, group: usize) -> Result<()> {
        let club = &circle.clubs[group];
        let new = NewGroup {
            name: group_name(club.name)?,
            edit: GroupEdit {
                title: DisplayName::parse(club.title).map_err(Error::internal)?,
                about: Bio::parse(club.about).map_err(Error::internal)?,
                is_private: club.is_private,
                is_announcements: club.is_announcements,
            },
        };
        groups::create(tx, self.users[club.founder], &new).map(|_| ())
    }

    /// Joins a group. Its founder lets people into a private one.
    fn enter(&self, tx: &mut Tx<'_>, circle: &Circle, group: usize, who: usize) -> Result<()> {
        let club = &circle.clubs[group];
        groups::members::join(tx, self.users[who], &group_name(club.name)?)?;
        if club.is_private {
            self.act(tx, circle, group, who, GroupAct::Accept)?;
        }
        Ok(())
    }

    fn act(
        &self,
        tx: &mut Tx<'_>,
        circle: &Circle,
        group: usize,
        who: usize,
        act: GroupAct,
    ) -> Result<()> {
        let club = &circle.clubs[group];
        let (by, name) = (self.users[club.founder], username(&circle.people[who])?);
        groups::members::act(tx, by, &group_name(club.name)?, &name, act).map(|_| ())
    }

    /// Marks the newest posts that somebody sees as read, and their notifications.
    fn read(&self, tx: &mut Tx<'_>, cast: &Cast<'_>, who: usize) -> Result<()> {
        let newest = |nth: usize| {
            let answers = 0..cast.talks[nth].answers.len();
            let written = answers.filter_map(|answer| self.comments.get(&(nth, answer)));
            written.max().copied().unwrap_or(SeenMark::NO_COMMENT)
        };
        let posts = self.order.iter().rev().take(MARKS);
        let marks = posts.filter_map(|nth| {
            let talk = &cast.talks[*nth];
            let is_seen = talk.readers.contains(&who) || talk.author == who;
            let post = *self.posts.get(nth)?;
            let comment = newest(*nth);
            is_seen.then_some((self.users[who], SeenMark { post, comment }))
        });
        let marks: Vec<_> = marks.collect();
        seen::write(tx, &marks)?;
        let newest = events::newest(tx)?;
        notifications::mark_read(tx, self.users[who], newest)
    }

    /// Makes a list of some of those whom somebody follows.
    fn list(&self, tx: &mut Tx<'_>, circle: &Circle, who: usize) -> Result<()> {
        let titles = ["Neighbours", "Close by", "Makers", "Sunday people"];
        let followed = circle.follows[who].iter().skip(who % 3).step_by(2).take(4);
        let here = followed.filter(|other| **other < self.users.len());
        let mut chosen: Vec<String> = here
            .map(|other| format!("@{}", circle.people[*other].username))
            .collect();
        chosen.push("#garden".to_owned());
        let title = titles[who % titles.len()];
        let field = |name: &str| if name == "title" { title } else { "" };
        let new = ListEdit::parse(field, chosen.iter().map(String::as_str))?;
        lists::create(tx, self.users[who], &new).map(|_| ())
    }
}

/// Those who are on the stage, and what they say.
pub(super) struct Cast<'c> {
    pub(super) circle: &'c Circle,
    pub(super) talks: &'c [Talk],
    pub(super) limits: &'c Limits,
}

/// Writes a post.
///
/// # Errors
/// Those of the store.
pub(super) fn post(
    tx: &mut Tx<'_>,
    cast: &Cast<'_>,
    author: UserId,
    talk: &Talk,
    image: Option<&NewImage>,
) -> Result<PostId> {
    let message = Message::parse(&talk.text, cast.limits.post_chars).map_err(Error::internal)?;
    let mut attached = Vec::new();
    if let (Some(image), Some((_, alt))) = (image, &talk.picture) {
        let alt = AltText::parse(alt).map_err(Error::internal)?;
        let id = images::create(tx, author, image, &alt, cast.limits.storage_per_user)?;
        attached.push((id, alt));
    }
    let attached =
        Attached::parse(attached, cast.limits.images_per_post).map_err(Error::internal)?;
    let to = match talk.place {
        TalkPlace::Feed => Destinations::own(),
        TalkPlace::Group(group) => Destinations::Feeds {
            own: false,
            groups: vec![group_name(cast.circle.clubs[group].name)?],
        },
        TalkPlace::Direct => {
            let names = talk
                .readers
                .iter()
                .map(|who| username(&cast.circle.people[*who]));
            Destinations::People(names.collect::<Result<_>>()?)
        }
    };
    posts::create_in(tx, author, &to, &message, &attached, None)
}

/// Writes a comment.
///
/// # Errors
/// Those of the store.
pub(super) fn comment(
    tx: &mut Tx<'_>,
    limits: &Limits,
    by: UserId,
    post: PostId,
    text: &str,
) -> Result<CommentId> {
    let text = CommentText::parse(text, limits.comment_chars).map_err(Error::internal)?;
    comments::create(tx, by, post, &text, None)
}

fn username(person: &Persona) -> Result<UserName> {
    UserName::parse(&person.username).map_err(Error::internal)
}

fn group_name(name: &str) -> Result<GroupName> {
    GroupName::parse(name).map_err(Error::internal)
}
