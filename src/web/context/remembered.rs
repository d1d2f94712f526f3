//! Answers that are drawn once and shown again until somebody changes what they show.

use std::sync::Arc;

use super::Context;
use crate::{
    cache::{Answer, AnswerKey, Basis},
    error::Result,
    http::{Response, ResponseBody},
    web::Audience,
};

impl<Who: Audience> Context<'_, Who> {
    /// Answers with what was drawn before, if it is still right; else draws it and remembers it. `draw` also returns what
    /// it was drawn from. Only compressed answers are remembered: all browsers ask for them.
    ///
    /// In a debug build each remembered answer is compared with one that is drawn anew, so every test of a page is also
    /// a test of this.
    pub(crate) fn remembered(
        &self,
        key: AnswerKey,
        draw: impl Fn() -> Result<(Response, Basis)>,
    ) -> Result<Response> {
        // A page must say so if the file of the database is gone.
        let may_be_remembered = self.request.accepts_gzip && self.app.db.is_in_place();
        let (Some(signals), true) = (self.caller.signals(), may_be_remembered) else {
            return draw().map(|(response, _)| response);
        };
        let answers = &self.app.answers;
        if let Some(answer) = answers.get(&key, signals, self.now()) {
            #[cfg(debug_assertions)]
            compare::check(self.app, &answer, &draw)?;
            return Ok(shown_again(&answer));
        }
        let drawn_at = answers.now();
        let (response, basis) = draw()?;
        let response = response.compressed();
        if let ResponseBody::Bytes(body) = &response.body
            && response.is_compressed()
        {
            let answer = (response.headers.clone(), Arc::from(&**body));
            answers.put(key, answer, basis, signals, drawn_at);
        }
        Ok(response)
    }
}

fn shown_again(answer: &Answer) -> Response {
    let response = Response::bytes(answer.body.to_vec());
    let headers = answer.headers.iter().cloned();
    headers.fold(response, |response, (name, value)| {
        response.header(name, value)
    })
}

#[cfg(debug_assertions)]
mod compare {
    //! The comparison of a remembered answer with one that is drawn anew.

    use std::{io::Read, thread, time::Duration, time::Instant};

    use flate2::read::GzDecoder;

    use crate::{
        app::App,
        cache::{Answer, Basis},
        error::{Error, Result},
        http::{Response, ResponseBody},
    };

    /// What is new in each answer: the event up to which it is drawn, and the secrets of its forms. Each is followed by
    /// its value in quotes.
    const NEW_EACH_TIME: [&str; 5] = [
        "data-last-event-id=",
        "\"last_event_id\":",
        "name=\"csrf-token\" content=",
        "name=\"csrf_token\" value=",
        "name=\"form_key\" value=",
    ];

    /// The time for a commit that is on the disk already to be noted.
    const NOTED_WITHIN: Duration = Duration::from_secs(5);

    /// Compares a remembered answer with a new one.
    ///
    /// # Panics
    /// If they differ, and no commit between the two explains it.
    pub(super) fn check(
        app: &App,
        answer: &Answer,
        draw: impl Fn() -> Result<(Response, Basis)>,
    ) -> Result<()> {
        let (fresh, _) = draw()?;
        let ResponseBody::Bytes(fresh) = &fresh.body else {
            return Ok(());
        };
        let mut text = String::new();
        GzDecoder::new(&*answer.body)
            .read_to_string(&mut text)
            .map_err(Error::internal)?;
        let (remembered, fresh) = (lasting(&text), lasting(&String::from_utf8_lossy(fresh)));
        let started = Instant::now();
        while remembered != fresh && app.answers.is_valid(answer) {
            assert!(
                started.elapsed() < NOTED_WITHIN,
                "an outdated answer is remembered:\n{remembered}\n\nnow it is:\n{fresh}"
            );
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Returns an answer without what is new each time.
    fn lasting(text: &str) -> String {
        NEW_EACH_TIME.iter().fold(text.to_owned(), |text, name| {
            let mut parts = text.split(name);
            let first = parts.next().unwrap_or_default().to_owned();
            parts.fold(first, |lasting, part| {
                let behind = part.splitn(3, '"').nth(2).unwrap_or_default();
                lasting + name + behind
            })
        })
    }
}
