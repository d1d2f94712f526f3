//! The mailbox of a connection thread, which waits for its sockets and its messages at once.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crossbeam_channel::{Receiver, Sender, bounded};
use mio::{Poll, Token, Waker};

use super::messages::HubCommand;

/// Messages that may wait for one connection thread.
const COMMANDS_MAX: usize = 1_024;

/// The token of a thread's waker among those of its sockets.
pub(super) const WAKER: Token = Token(usize::MAX);

/// The receiving end, for the thread itself.
pub(super) struct Mailbox {
    commands: Receiver<HubCommand>,
    is_woken: Arc<AtomicBool>,
}

/// The sending end.
pub(super) struct MailboxSender {
    commands: Sender<HubCommand>,
    waker: Waker,
    /// True if the thread was woken and has not looked since. Waking it again would cost a system call for nothing.
    is_woken: Arc<AtomicBool>,
}

/// Makes a mailbox whose messages wake `poll`.
pub(super) fn mailbox(poll: &Poll) -> io::Result<(MailboxSender, Mailbox)> {
    let (sender, receiver) = bounded(COMMANDS_MAX);
    let is_woken = Arc::<AtomicBool>::default();
    let sender = MailboxSender {
        commands: sender,
        waker: Waker::new(poll.registry(), WAKER)?,
        is_woken: is_woken.clone(),
    };
    let mailbox = Mailbox {
        commands: receiver,
        is_woken,
    };
    Ok((sender, mailbox))
}

impl Mailbox {
    /// Begins to read. Messages that come from here on wake the thread again.
    pub(super) fn open(&self) {
        self.is_woken.store(false, Ordering::Release);
    }

    /// Takes out the next message, if there is one.
    pub(super) fn next(&self) -> Option<HubCommand> {
        self.commands.try_recv().ok()
    }
}

impl MailboxSender {
    /// Sends a message, and waits if the mailbox is full. A thread that has ended needs no messages.
    pub(super) fn send(&self, command: HubCommand) {
        if self.commands.send(command).is_ok() && !self.is_woken.swap(true, Ordering::AcqRel) {
            // It can fail only if the thread's poll is gone.
            let _ = self.waker.wake();
        }
    }
}
