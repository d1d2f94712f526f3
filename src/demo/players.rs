//! The people who go on writing while a demo runs: they post, answer each other and the visitor, like and follow.

use std::{
    collections::{HashMap, VecDeque},
    io,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use jiff::tz::TimeZone;

use super::{
    Demo,
    dice::Dice,
    open_talks::{OpenTalk, TALKS_MAX, unfinished},
    people::Circle,
    sign_in::SignInLinks,
    stage::{self, Cast, Tools},
    stories,
    teller::{Occasion, Teller},
};
use crate::{
    error::{Error, Result},
    model::{CommentId, Post, PostId, Slice, UserId, UserName},
    pictures::Purpose,
    store::{likes, relationships, rivers, sessions, users},
};

/// The mean time between two acts at speed 1.
const PAUSE: Duration = Duration::from_mins(1);

/// The time between two looks at the sign-in links.
const LINKS_EVERY: Duration = Duration::from_millis(500);

/// The newest posts that people look at.
const LOOKED_AT: u32 = 12;

/// The comments that the visitor's post gets.
const WELCOMES_MAX: usize = 3;

/// The posts of these people that are told from those of a visitor, the newest ones. It is more than are looked at.
const OURS_MAX: usize = 200;

/// The posts of visitors whose comments are counted.
const WELCOMES_KEPT_MAX: usize = 1_000;

/// The purpose of chance.
const PLAYING: u64 = 7;

/// A thread that lets people act until it is stopped.
pub struct Players {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Player {
    tools: Tools,
    links: SignInLinks,
    circle: Circle,
    users: Vec<UserId>,
    teller: Teller,
    open: Vec<OpenTalk>,
    /// The newest posts that are written by these people.
    ours: VecDeque<PostId>,
    /// The number of comments on posts of the visitor.
    welcomes: HashMap<PostId, usize>,
    replies: Vec<&'static str>,
    dice: Dice,
    seed: u64,
    zone: TimeZone,
    pause: Option<Duration>,
}

impl Players {
    pub(super) fn start(demo: Demo, speed: u32) -> io::Result<Players> {
        let (stop, stopped) = bounded(0);
        let mut player = Player::new(demo, speed);
        let thread = thread::Builder::new()
            .name("players".to_owned())
            .spawn(move || player.run(&stopped))?;
        Ok(Players {
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Asks the people to stop. The server is stopped next, which ends what they wait for.
    pub fn leave(&mut self) {
        self.stop.take();
    }
}

impl Drop for Players {
    fn drop(&mut self) {
        self.leave();
        if let Some(thread) = self.thread.take() {
            // A panic is on standard error already.
            let _ = thread.join();
        }
    }
}

impl Player {
    fn new(demo: Demo, speed: u32) -> Player {
        let Demo {
            tools,
            stage,
            plan,
            teller,
            links,
            seed,
            zone,
        } = demo;
        let open = unfinished(&stage, &plan.talks);
        let ours = stage.order.iter().rev().take(OURS_MAX).rev();
        Player {
            tools,
            links,
            circle: plan.circle.clone(),
            users: stage.users,
            teller,
            open,
            ours: ours.map(|nth| stage.posts[nth]).collect(),
            welcomes: HashMap::new(),
            replies: stories::replies(),
            dice: Dice::new(seed, PLAYING),
            seed,
            zone,
            pause: PAUSE.checked_div(speed),
        }
    }

    fn run(&mut self, stopped: &Receiver<()>) {
        let mut next = self.next_act(Instant::now());
        loop {
            let soon = Instant::now() + LINKS_EVERY;
            let until = next.map_or(soon, |next| next.min(soon));
            match stopped.recv_deadline(until) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
            }
            let mut done = self.links.renew(&self.tools);
            if next.is_some_and(|next| next <= Instant::now()) {
                done = done.and_then(|()| self.act());
                next = self.next_act(Instant::now());
            }
            if let Err(error) = done {
                // The database is closed before this thread ends, and that is no fault.
                if !matches!(
                    stopped.try_recv(),
                    Err(crossbeam_channel::TryRecvError::Disconnected)
                ) {
                    self.note(&error);
                }
            }
        }
    }

    /// Logs what went wrong. A visitor may have changed what somebody wanted to answer, which is none of it.
    fn note(&self, error: &Error) {
        let is_usual = matches!(
            error,
            Error::NotFound | Error::Forbidden | Error::Invalid(_) | Error::Busy { .. }
        );
        if !is_usual {
            let cause = format!("{error:?}");
            self.tools
                .log
                .error("somebody in the demo could not act", &[("cause", &cause)]);
        }
    }

    /// Returns the time of the next act; none if nobody acts.
    fn next_act(&mut self, now: Instant) -> Option<Instant> {
        let pause = self.pause?;
        Some(now + pause.mul_f32(self.dice.between(0.3, 1.7)))
    }

    /// Lets somebody do something.
    fn act(&mut self) -> Result<()> {
        let here = self.free()?;
        let Some(who) = self.dice.pick(&here).copied() else {
            return Ok(());
        };
        let newest = self.newest(who)?;
        if let Some(post) = self.unanswered(&newest) {
            return self.welcome(who, post);
        }
        match self.dice.weighted(&[16, 40, 30, 8, 2]) {
            0 => self.post(who),
            1 if self.open.is_empty() => self.post(who),
            1 => self.answer(&here),
            2 => self.like(who, &newest),
            3 => self.like_comment(who),
            _ => self.follow(who, &here),
        }
    }

    /// Returns the people whom no visitor plays, and who may act.
    fn free(&self) -> Result<Vec<usize>> {
        let (people, users) = (&self.circle.people, &self.users);
        self.tools.db.read(|conn| {
            let mut free = Vec::new();
            for (who, user) in users.iter().enumerate() {
                // A person who is suspended or gone has no password.
                let may_act = users::password_hash(conn, &people[who].username)?.is_some();
                if may_act && sessions::of(conn, *user)?.is_empty() {
                    free.push(who);
                }
            }
            Ok(free)
        })
    }

    /// Returns the newest posts that somebody may see.
    fn newest(&self, who: usize) -> Result<Vec<Post>> {
        let (user, slice) = (
            self.users[who],
            Slice::first(LOOKED_AT, (self.tools.clock)()),
        );
        let page = self
            .tools
            .db
            .read(|conn| rivers::everything(conn, user, slice))?;
        Ok(page.posts.items)
    }

    /// Returns a post that the visitor wrote and that should get a comment.
    fn unanswered(&mut self, newest: &[Post]) -> Option<PostId> {
        let of_visitor = newest.iter().map(|post| post.id);
        let mut of_visitor = of_visitor.filter(|post| !self.ours.contains(post));
        let post = of_visitor.find(|post| {
            self.welcomes
                .get(post)
                .is_none_or(|count| *count < WELCOMES_MAX)
        })?;
        self.dice.percent(60).then_some(post)
    }

    /// Writes something that fits nearly every post.
    fn welcome(&mut self, who: usize, post: PostId) -> Result<()> {
        if self.welcomes.len() > WELCOMES_KEPT_MAX {
            self.welcomes.clear();
        }
        // A post that nobody can comment on is not tried for ever.
        *self.welcomes.entry(post).or_default() += 1;
        let text = self.dice.pick(&self.replies).copied().unwrap_or_default();
        self.comment(who, post, text).map(|_| ())
    }

    fn comment(&self, who: usize, post: PostId, text: &str) -> Result<CommentId> {
        let (user, limits, text) = (self.users[who], self.tools.limits.clone(), text.to_owned());
        let now = (self.tools.clock)();
        self.tools.db.write(now, move |tx| {
            stage::comment(tx, &limits, user, post, &text)
        })
    }

    /// Tells a new story.
    fn post(&mut self, author: usize) -> Result<()> {
        let now = (self.tools.clock)();
        let there = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
        let there = there.to_zoned(self.zone.clone());
        let occasion = Occasion {
            author,
            month: there.month(),
            hour: there.hour(),
        };
        let Some(talk) = self.teller.tell(&self.circle, occasion) else {
            return Ok(());
        };
        let image = match &talk.picture {
            Some((scene, _)) => {
                let encoded = self.tools.encoded(&scene.paint(self.seed), Purpose::Post);
                // Without its picture the story makes no sense.
                let encoded = encoded.map_err(|error| Error::internal(error.0))?;
                Some(encoded.ok_or(Error::Busy { retry_after: 1 })?)
            }
            None => None,
        };
        let (circle, limits, user) = (
            self.circle.clone(),
            self.tools.limits.clone(),
            self.users[author],
        );
        let told = talk.clone();
        let post = self.tools.db.write(now, move |tx| {
            let cast = Cast {
                circle: &circle,
                talks: &[],
                limits: &limits,
            };
            stage::post(tx, &cast, user, &told, image.as_ref())
        })?;
        self.open.push(OpenTalk {
            post,
            talk,
            written: 0,
            comments: Vec::new(),
        });
        if self.open.len() > TALKS_MAX {
            self.open.remove(0);
        }
        self.ours.push_back(post);
        if self.ours.len() > OURS_MAX {
            self.ours.pop_front();
        }
        Ok(())
    }

    /// Writes the next comment in a conversation. The people who are not free say nothing.
    fn answer(&mut self, free: &[usize]) -> Result<()> {
        let nth = self.dice.below(self.open.len());
        let talk = &self.open[nth];
        let Some((by, text)) = talk.talk.answers.get(talk.written).cloned() else {
            self.open.remove(nth);
            return Ok(());
        };
        let post = talk.post;
        self.open[nth].written += 1;
        if free.contains(&by) {
            let comment = self.comment(by, post, &text)?;
            self.open[nth].comments.push((comment, by));
        }
        Ok(())
    }

    fn like(&mut self, who: usize, newest: &[Post]) -> Result<()> {
        let user = self.users[who];
        let others: Vec<PostId> = newest
            .iter()
            .filter(|post| post.author.id != user && !post.likes.is_mine)
            .map(|post| post.id)
            .collect();
        let Some(post) = self.dice.pick(&others).copied() else {
            return Ok(());
        };
        let now = (self.tools.clock)();
        self.tools
            .db
            .write(now, move |tx| likes::like(tx, user, post))
    }

    fn like_comment(&mut self, who: usize) -> Result<()> {
        let comments = self.open.iter().flat_map(|talk| &talk.comments);
        let others: Vec<CommentId> = comments
            .filter(|(_, by)| *by != who)
            .map(|(comment, _)| *comment)
            .collect();
        let Some(comment) = self.dice.pick(&others).copied() else {
            return Ok(());
        };
        let (now, user) = ((self.tools.clock)(), self.users[who]);
        let liked = self
            .tools
            .db
            .write(now, move |tx| likes::like_comment(tx, user, comment));
        liked.map(|_| ())
    }

    /// Follows somebody new, if there is somebody.
    fn follow(&mut self, who: usize, free: &[usize]) -> Result<()> {
        let followed = &self.circle.follows[who];
        let strangers: Vec<usize> = free
            .iter()
            .copied()
            .filter(|other| *other != who && !followed.contains(other))
            .collect();
        let Some(other) = self.dice.pick(&strangers).copied() else {
            return Ok(());
        };
        self.circle.follows[who].push(other);
        let name = self.circle.people[other].username.parse::<UserName>();
        let name = name.map_err(|()| Error::NotFound)?;
        let (now, user) = ((self.tools.clock)(), self.users[who]);
        let followed = self
            .tools
            .db
            .write(now, move |tx| relationships::follow(tx, user, &name));
        followed.map(|_| ())
    }
}
