//! The index of settings pages, the layout they share, and the privacy page.

use maud::{Markup, html};

use super::{Layout, forms, names::avatar};
use crate::{
    model::{DirectsFrom, RelatedUser},
    words::{fill, later, say},
};

/// A settings page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Profile,
    Account,
    Sessions,
    Invitations,
    Phone,
    Privacy,
    Hidden,
    Feeds,
    Hooks,
    Webhooks,
    Sources,
    Imaginary,
    Tokens,
    Import,
    Data,
}

impl Section {
    const ALL: &[Section] = &[
        Section::Profile,
        Section::Account,
        Section::Sessions,
        Section::Phone,
        Section::Privacy,
        Section::Hidden,
        Section::Invitations,
        Section::Feeds,
        Section::Hooks,
        Section::Webhooks,
        Section::Sources,
        Section::Imaginary,
        Section::Tokens,
        Section::Import,
        Section::Data,
    ];

    /// Returns the path of the page.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Section::Profile => "/profile/edit",
            Section::Phone => "/settings/phone",
            Section::Import => "/settings/import",
            Section::Data => "/settings/data",
            Section::Account => "/settings/account",
            Section::Sessions => "/settings/sessions",
            Section::Invitations => "/settings/invitations",
            Section::Privacy => "/settings/privacy",
            Section::Hidden => "/settings/hidden",
            Section::Feeds => "/settings/feeds",
            Section::Hooks => "/settings/hooks",
            Section::Webhooks => "/settings/webhooks",
            Section::Sources => "/settings/sources",
            Section::Imaginary => "/settings/imaginary",
            Section::Tokens => "/settings/tokens",
        }
    }

    /// Returns the title of the page.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Section::Profile => say("Profile"),
            Section::Phone => say("Phone"),
            Section::Import => say("Bring your posts"),
            Section::Data => say("Data"),
            Section::Account => say("Account"),
            Section::Sessions => say("Sessions"),
            Section::Invitations => say("Invitations"),
            Section::Privacy => say("Privacy"),
            Section::Hidden => say("Hidden"),
            Section::Feeds => say("Feeds"),
            Section::Hooks => say("Posting by script"),
            Section::Webhooks => say("Webhooks"),
            Section::Sources => say("Imported feeds"),
            Section::Imaginary => say("Imaginary friends"),
            Section::Tokens => say("Tokens"),
        }
    }

    /// Returns the line under the title in the index.
    fn about(self) -> &'static str {
        match self {
            Section::Profile => say("Your username, name, picture and bio."),
            Section::Phone => say("Sign in on a phone without typing a password."),
            Section::Import => say("Bring what you wrote elsewhere: archives of other sites."),
            Section::Data => say("Download everything that this site keeps about you."),
            Section::Account => {
                say("Your password, your e-mail address, and deleting your account.")
            }
            Section::Sessions => say("Where you are signed in."),
            Section::Invitations => say("Links that let others register here."),
            Section::Privacy => say("Who sees what you write, and whom you blocked or muted."),
            Section::Hidden => say("Posts, people, tags and words that you hide, and until when."),
            Section::Feeds => say("Addresses at which a feed reader reads what you can read."),
            Section::Hooks => say("Addresses at which a script posts in your name."),
            Section::Webhooks => say("Addresses to which new posts and comments are sent."),
            Section::Sources => say("Feeds of other sites that become posts of yours."),
            Section::Imaginary => say("Feeds of other sites, shown to you alone as people."),
            Section::Tokens => say("Keys for scripts and programs that act in your name."),
        }
    }

    /// Checks whether the page is offered to the user.
    fn is_for(self, layout: &Layout<'_>) -> bool {
        match self {
            Section::Invitations => layout.may_invite,
            Section::Sources | Section::Imaginary => layout.offers.imports_feeds,
            Section::Webhooks => layout.offers.sends_webhooks,
            Section::Import => layout.offers.takes_archives,
            _ => true,
        }
    }
}

/// Renders the index of settings pages.
pub(crate) fn index(layout: &Layout<'_>) -> Markup {
    layout.page(
        say("Settings"),
        &html! {
            h1 { (say("Settings")) }
            dl.card.sections {
                @for section in Section::ALL.iter().filter(|section| section.is_for(layout)) {
                    div {
                        dt { a href=(layout.render.base.url(section.path())) { (section.title()) } }
                        dd { (section.about()) }
                    }
                }
            }
        },
    )
}

/// Renders a settings page with a link back to the index.
pub(crate) fn page(layout: &Layout<'_>, section: Section, content: &Markup) -> Markup {
    page_with_head(layout, section, &html! {}, content)
}

/// Renders a settings page with more in its head.
pub(crate) fn page_with_head(
    layout: &Layout<'_>,
    section: Section,
    head: &Markup,
    content: &Markup,
) -> Markup {
    layout.page_with_head(
        section.title(),
        head,
        &html! {
            nav.back aria-label=(say("Settings")) { a href=(layout.render.base.url("/settings")) { (say("Settings")) } }
            h1 { (section.title()) }
            (content)
        },
    )
}

/// Renders the privacy page.
pub(crate) fn privacy(
    layout: &Layout<'_>,
    is_private: bool,
    directs_from: DirectsFrom,
    blocked: &[RelatedUser],
    muted: &[RelatedUser],
) -> Markup {
    let render = &layout.render;
    page(
        layout,
        Section::Privacy,
        &html! {
            form.card.form method="post" action=(render.base.url("/settings/privacy")) {
                (forms::token(render.form_token))
                h2 { (say("Who sees what you write")) }
                label.check {
                    input type="checkbox" name="private" value="1" checked[is_private] aria-describedby="private-hint";
                    " " (say("Only followers I approve"))
                }
                p.hint #private-hint {
                    (say("Only your followers then see your posts, the comments under them, and your likes. New followers need your approval; people who follow you now stay followers. Your comments on other people's posts are visible to everyone who can see those posts."))
                }
                fieldset.field {
                    legend { (say("Who can send you direct messages")) }
                    @for choice in DirectsFrom::ALL {
                        label.check {
                            input type="radio" name="directs_from" value=(choice.name()) checked[choice == directs_from];
                            " " (match choice {
                                DirectsFrom::Everybody => say("Everybody here"),
                                DirectsFrom::Followed => say("People you follow"),
                                DirectsFrom::Nobody => say("Nobody"),
                            })
                        }
                    }
                    p.hint { (say("Conversations that you are in already go on.")) }
                }
                div.actions { button.primary { (say("Save")) } }
                @if is_private { p { a href=(render.base.url("/requests")) { (say("Follow requests")) } } }
            }
            (kept_away(layout, say("Blocked"), "unblock", [say("Unblock"), later("Unblock {name}")], blocked,
                say("Nobody. When you block someone, neither of you can see the other here.")))
            (kept_away(layout, say("Muted"), "unmute", [say("Unmute"), later("Unmute {name}")], muted,
                say("Nobody. When you mute someone, you no longer see what they write. They are not told.")))
        },
    )
}

/// Renders the list of blocked or muted people. A button has words that are seen, and words that are heard, in which the
/// person is named at `{name}`.
fn kept_away(
    layout: &Layout<'_>,
    title: &str,
    act: &str,
    [label, named]: [&'static str; 2],
    people: &[RelatedUser],
    nobody: &str,
) -> Markup {
    let render = &layout.render;
    html! {
        section.card {
            h2 { (title) }
            @if people.is_empty() { p.hint { (nobody) } }
            ul.people {
                @for person in people {
                    @let user = &person.user;
                    li {
                        (avatar(user, "small", render.base))
                        span { bdi { (user.shown_name()) } " " span.handle { "@" (user.username.as_str()) } }
                        form method="post" action=(render.base.url(&format!("/{act}/{}", user.username.as_str()))) {
                            (forms::token(render.form_token))
                            input type="hidden" name="next" value=(layout.here);
                            button.quiet aria-label=(fill(named, &[("name", user.shown_name())])) { (label) }
                        }
                    }
                }
            }
        }
    }
}
