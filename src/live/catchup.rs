//! The thread that reads for streams what they have missed, a bounded piece at a time.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::{self, JoinHandle},
};

use crossbeam_channel::Receiver;

use super::{
    frames::{Frame, Renderer},
    hub::StreamKey,
    subject::Subject,
};
use crate::{
    error::{Error, Result},
    log::Log,
    model::{EventId, Topics, UserId},
    store::{Db, events},
};

/// Events looked at for one piece, and bytes after which a piece is enough.
const PIECE_EVENTS_MAX: u32 = 256;
const PIECE_BYTES: usize = 32 * 1024;

/// A stream wants the events after one and up to another.
pub(super) struct Wish {
    pub(super) stream: StreamKey,
    pub(super) user: UserId,
    pub(super) topics: Arc<Topics>,
    pub(super) after: EventId,
    pub(super) up_to: EventId,
}

/// What a stream has missed, up to an event.
pub(super) struct Piece {
    pub(super) frames: Vec<Frame>,
    pub(super) reached: EventId,
}

pub(super) struct CatchUp {
    pub(super) db: Arc<Db>,
    pub(super) renderer: Arc<Renderer>,
    pub(super) log: Arc<Log>,
}

impl CatchUp {
    /// `answer` brings a piece, or none if the log cannot be read, to the stream's thread.
    pub(super) fn start(
        self,
        wishes: Receiver<Wish>,
        answer: impl Fn(StreamKey, Option<Piece>) + Send + 'static,
    ) -> io::Result<JoinHandle<()>> {
        thread::Builder::new()
            .name("catch-up".into())
            .spawn(move || {
                for wish in wishes {
                    let piece = catch_unwind(AssertUnwindSafe(|| self.piece(&wish)));
                    let piece = piece.unwrap_or_else(|_| Err(Error::internal("a panic")));
                    let piece = piece.inspect_err(|error| {
                        self.log.error(
                            "a stream cannot catch up",
                            &[("cause", &format!("{error:?}"))],
                        );
                    });
                    answer(wish.stream, piece.ok());
                }
            })
    }

    fn piece(&self, wish: &Wish) -> Result<Piece> {
        self.db.read(|conn| {
            if wish.after < events::extent(conn)?.oldest_resumable {
                // What was missed is forgotten already.
                return Ok(Piece {
                    frames: vec![self.renderer.reset(wish.up_to)],
                    reached: wish.up_to,
                });
            }
            let missed = events::between(conn, wish.after, wish.up_to, PIECE_EVENTS_MAX)?;
            let all = missed.len() < PIECE_EVENTS_MAX as usize;
            let pages = vec![(0, wish.topics.clone())];
            let (mut frames, mut bytes, mut reached) = (Vec::new(), 0, wish.after);
            for event in missed {
                if bytes >= PIECE_BYTES {
                    return Ok(Piece { frames, reached });
                }
                reached = event.id;
                let mut subject = Subject::of(conn, event)?;
                let portion = self
                    .renderer
                    .portion(conn, &mut subject, wish.user, &pages)?;
                let told = portion
                    .iter()
                    .flat_map(|portion| portion.frames(&wish.topics));
                for frame in told.flatten() {
                    bytes += frame.len();
                    frames.push(frame.clone());
                }
            }
            Ok(Piece {
                frames,
                reached: if all { wish.up_to } else { reached },
            })
        })
    }
}
