//! A server of a test's own, which the program asks.

use std::{
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// A server on this machine, until it is dropped.
pub(crate) struct LocalServer {
    port: u16,
    is_stopped: Arc<AtomicBool>,
}

impl LocalServer {
    /// Starts a server that hands each connection to `take`, in a thread of its own.
    pub(crate) fn start(take: impl Fn(TcpStream) + Send + Sync + 'static) -> LocalServer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("an address").port();
        let (take, is_stopped) = (Arc::new(take), Arc::new(AtomicBool::new(false)));
        let is_over = is_stopped.clone();
        thread::spawn(move || {
            for socket in listener.incoming() {
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
                let take = take.clone();
                thread::spawn(move || take(socket.expect("a client")));
            }
        });
        LocalServer { port, is_stopped }
    }

    /// Returns the address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        self.is_stopped.store(true, Ordering::SeqCst);
        // Wakes the listener.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}
