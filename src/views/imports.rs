//! The settings page to which people bring archives of other sites.

use maud::{Markup, html};

use super::{
    Layout, RenderContext, forms,
    settings::{self, Section},
};
use crate::{
    model::{Bytes, ImportRun, Language, Problems, RunProgress, RunState},
    words::{count, fill, say},
};

/// Seconds after which a browser without a script loads the page again while something moves.
const RELOAD_SECONDS: &str = "3";

/// What the page shows.
pub(crate) struct ImportPage<'a> {
    /// The archive that was brought last.
    pub(crate) run: Option<ImportRun>,
    pub(crate) progress: RunProgress,
    /// True if the password was entered a short while ago.
    pub(crate) is_fresh: bool,
    pub(crate) bytes_max: Bytes,
    pub(crate) problems: &'a Problems,
}

impl ImportPage<'_> {
    fn state(&self) -> Option<RunState> {
        self.run.as_ref().map(|run| run.state)
    }

    fn is_moving(&self) -> bool {
        self.state().is_some_and(RunState::is_moving)
    }
}

/// Renders the page.
pub(crate) fn page(layout: &Layout<'_>, page: &ImportPage<'_>) -> Markup {
    let head = html! {
        @if page.is_moving() {
            noscript { meta http-equiv="refresh" content=(RELOAD_SECONDS); }
        }
    };
    settings::page_with_head(
        layout,
        Section::Import,
        &head,
        &section(&layout.render, page),
    )
}

/// Renders the content of the page, which a script fetches again while something moves.
pub(crate) fn section(render: &RenderContext<'_>, page: &ImportPage<'_>) -> Markup {
    let is_open = page.state().is_some_and(RunState::is_open);
    html! {
        div data-progress[page.is_moving()] {
            @if let Some(run) = &page.run {
                section.card { (status(render, run, page.progress)) }
            }
            @if !is_open { (upload(render, page)) }
        }
    }
}

/// Renders how far the last archive is.
fn status(render: &RenderContext<'_>, run: &ImportRun, progress: RunProgress) -> Markup {
    html! {
        h2 { (title(run.state)) }
        @match run.state {
            RunState::WaitingForLook | RunState::WaitingForImport => p { (waiting(progress.before)) },
            RunState::Looking => p { (count(progress.looked_at, "{n} post so far.", "{n} posts so far.")) },
            RunState::Importing => (importing(progress)),
            RunState::Looked => (looked(render, run)),
            RunState::Done => (lines(render, run)),
            RunState::Cancelled => {
                p { (say("The archive is deleted. What had come in stays.")) }
                (lines(render, run))
            },
            RunState::Expired => p { (say("Nobody said within an hour that it be imported, so the archive is deleted. Nothing was imported.")) },
            RunState::Failed => {
                p { (say("The archive is deleted. What had come in stays, and does not come in twice if you send it again.")) }
                (lines(render, run))
            },
            RunState::Cut => p {
                (say("This site was stopped before the import had ended, and the archive is deleted. Send it again: what had come in does not come in twice."))
            },
        }
        @if run.state.is_moving() {
            p.hint { (say("You can close this page. The import goes on without it.")) }
            (cancel(render, run))
        }
    }
}

fn title(state: RunState) -> &'static str {
    match state {
        RunState::WaitingForLook | RunState::WaitingForImport => say("Your archive is waiting"),
        RunState::Looking => say("Your archive is being read"),
        RunState::Looked => say("What would come in"),
        RunState::Importing => say("Your posts are coming in"),
        RunState::Done => say("Your posts are here"),
        RunState::Cancelled => say("You cancelled the import"),
        RunState::Expired => say("Your archive was not imported"),
        RunState::Failed => say("The import did not work"),
        RunState::Cut => say("The import was cut off"),
    }
}

fn waiting(before: usize) -> String {
    match before {
        0 => say("Its turn comes in a moment.").to_owned(),
        before => count(
            before as u64,
            "One archive is read at a time. That of somebody else comes first.",
            "One archive is read at a time. {n} archives of other people come first.",
        ),
    }
}

fn importing(progress: RunProgress) -> Markup {
    let posts = count(progress.posts, "{n} post", "{n} posts");
    let pictures = count(progress.pictures, "{n} picture", "{n} pictures");
    let read = fill(
        "{n} of {all} read.",
        &[
            ("n", &progress.looked_at.to_string()),
            ("all", &count(progress.total, "{n} post", "{n} posts")),
        ],
    );
    html! {
        @if progress.total > 0 {
            progress aria-label=(say("Posts that were read")) max=(progress.total) value=(progress.looked_at.min(progress.total)) {}
        }
        p { (fill("{posts} and {pictures} are here.", &[("posts", &posts), ("pictures", &pictures)])) " " (read) }
    }
}

/// Renders the report of an archive that was looked at, and asks whether it is to be imported.
fn looked(render: &RenderContext<'_>, run: &ImportRun) -> Markup {
    html! {
        p { (say("Nothing has come in yet.")) }
        (lines(render, run))
        form.form method="post" action=(render.base.url("/settings/import/start")) {
            (forms::token(render.form_token))
            input type="hidden" name="archive" value=(run.started_at.0);
            @if !run.follows.is_empty() {
                label.check {
                    input type="checkbox" name="follow" value="1" aria-describedby="follow-hint";
                    " " (count(
                        run.follows.len() as u64,
                        "Follow {n} person here with the names of people you followed there",
                        "Follow {n} people here with the names of people you followed there",
                    ))
                }
                p.hint #follow-hint {
                    @for (n, name) in run.follows.iter().enumerate() {
                        @if n > 0 { ", " }
                        a href=(render.base.url(&format!("/user/{name}"))) { "@" (name) }
                    }
                    ". " (say("Look first whether they are the same people. They are told, as always."))
                }
            }
            p.hint {
                (say("Posts stand at their own dates. Nobody is told of them, and they lift nothing. Without an answer the archive is deleted in an hour."))
            }
            div.actions { button.primary { (say("Import")) } }
        }
        (cancel(render, run))
    }
}

fn cancel(render: &RenderContext<'_>, run: &ImportRun) -> Markup {
    html! {
        form method="post" action=(render.base.url("/settings/import/cancel")) {
            (forms::token(render.form_token))
            input type="hidden" name="archive" value=(run.started_at.0);
            div.actions { button { (say("Cancel")) } }
        }
    }
}

/// Renders a report: its first line, and the others as a list. It is kept as the command says it, in English.
fn lines(render: &RenderContext<'_>, run: &ImportRun) -> Markup {
    let mut lines = run.report.lines();
    html! {
        @if let Some(first) = lines.next() { p dir="auto" lang=(Language::English.tag()) { (sentence(first)) } }
        ul.bullets lang=(Language::English.tag()) { @for line in lines { li dir="auto" { (line) } } }
        @if run.has_elsewhere {
            p {
                a href=(render.base.url("/settings/import/elsewhere.txt")) { (say("Addresses of what is on other sites")) }
                " " (say("(a text file)"))
            }
        }
    }
}

/// Returns a line as a sentence.
fn sentence(line: &str) -> String {
    let mut characters = line.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    let rest: String = first.into_iter().chain(characters).collect();
    if rest.ends_with('.') {
        rest
    } else {
        rest + "."
    }
}

/// Renders the form for an archive.
fn upload(render: &RenderContext<'_>, page: &ImportPage<'_>) -> Markup {
    html! {
        div.card {
            p {
                (say("Bring what you wrote elsewhere. Ask the other site for an archive of your account, and send the file here as it is: a ZIP file or a .tar.gz of QuartFeed, Mastodon, Twitter (X) or FriendFeed, or a .car file of Bluesky."))
            }
            p {
                (say("It is read first, and you see what would come in before anything does. Only what everybody could read comes in, as far as the archive says; replies to others, reposts and direct messages stay out."))
            }
            @if page.is_fresh {
                form.form method="post" action=(render.base.url("/settings/import")) enctype="multipart/form-data" {
                    (forms::token(render.form_token))
                    (forms::problem(page.problems))
                    div.field {
                        label for="archive" { (say("Archive")) }
                        input #archive type="file" name="archive" required
                            aria-describedby=(if page.problems.about("archive").is_some() { "archive-error" } else { "archive-hint" })
                            aria-invalid=[page.problems.about("archive").map(|_| "true")];
                        p.hint #archive-hint { (fill("{size} at most. The file is deleted after the import.", &[("size", &page.bytes_max.to_string())])) }
                        (forms::field_problem("archive", page.problems))
                    }
                    div.actions { button.primary { (say("Send and look")) } }
                }
            } @else {
                @let next = render.base.url("/settings/import");
                p { (say("This step is sensitive: enter your password first.")) }
                div.actions {
                    a.button href=(render.base.url_encoded(&format!("/confirm?next={next}"))) { (say("Enter my password")) }
                }
            }
        }
    }
}
