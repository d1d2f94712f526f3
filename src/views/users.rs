//! Profiles, the JSON of users, the form to edit a profile, and registration.

use maud::{Markup, html};
use serde::Serialize;

use super::{
    Filled, Layout, bells, bodies,
    forms::{self, Field},
    images, imaginary,
    invitations::{self, RegistrationInvite},
    names::avatar,
    newcomers,
    older::{Older, older},
    people,
    phrases::phrase,
    pictures, previews, relationships,
    rivers::{self, River},
    times,
};
use crate::{
    model::{
        BasePath, Bio, Body, DisplayName, Page, Profile, RelatedUser, Relationship, Role, Ties,
        User, UserId, UserName,
    },
    words::{count, fill, say},
};

/// A profile, as one viewer sees it.
pub(crate) struct ViewedProfile {
    pub(crate) profile: Profile,
    pub(crate) relationship: Relationship,
    pub(crate) ties: Ties,
    /// The viewer has a bell on the person.
    pub(crate) has_bell: bool,
}

/// A page of a profile, as a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProfileTab {
    Posts,
    Activity,
    Followers,
    Following,
}

impl ProfileTab {
    const ALL: [ProfileTab; 4] = [
        ProfileTab::Posts,
        ProfileTab::Activity,
        ProfileTab::Followers,
        ProfileTab::Following,
    ];

    /// Returns the part of the path after the profile path.
    pub(crate) fn path(self) -> &'static str {
        match self {
            ProfileTab::Posts => "",
            ProfileTab::Activity => "/activity",
            ProfileTab::Followers => "/followers",
            ProfileTab::Following => "/following",
        }
    }

    /// Returns the label of the tab.
    fn title(self) -> &'static str {
        match self {
            ProfileTab::Posts => say("Posts"),
            ProfileTab::Activity => say("Comments and likes"),
            ProfileTab::Followers => say("Followers"),
            ProfileTab::Following => say("Following"),
        }
    }
}

/// A user, as JSON.
#[derive(Serialize)]
pub(crate) struct UserJson<'a> {
    id: UserId,
    username: &'a str,
    name: &'a str,
    avatar_url: String,
    created_at: String,
}

/// The signed-in user, as JSON.
#[derive(Serialize)]
pub(crate) struct MeJson<'a> {
    #[serde(flatten)]
    user: UserJson<'a>,
    role: &'static str,
}

/// A profile with the viewer's relationship to it, as JSON.
#[derive(Serialize)]
pub(crate) struct ProfileJson<'a> {
    #[serde(flatten)]
    user: UserJson<'a>,
    bio: &'a str,
    followers: u64,
    following: u64,
    is_private: bool,
    relationship: &'static str,
}

/// Returns a user, as JSON.
pub(crate) fn json<'a>(user: &'a User, base: &BasePath) -> UserJson<'a> {
    UserJson {
        id: user.id,
        username: user.username.as_str(),
        name: &user.name,
        avatar_url: images::avatar_url(user, base),
        created_at: times::rfc3339(user.created_at),
    }
}

/// Returns the signed-in user, with their role, as JSON.
pub(crate) fn me_json<'a>(me: &'a User, role: Role, base: &BasePath) -> MeJson<'a> {
    MeJson {
        user: json(me, base),
        role: role.name(),
    }
}

/// Returns a profile, with the viewer's relationship to it, as JSON.
pub(crate) fn profile_json<'a>(
    profile: &'a Profile,
    relationship: Relationship,
    base: &BasePath,
) -> ProfileJson<'a> {
    ProfileJson {
        user: json(&profile.user, base),
        bio: profile.bio.as_str(),
        followers: profile.followers,
        following: profile.following,
        is_private: profile.is_private,
        relationship: match relationship {
            Relationship::Oneself => "self",
            Relationship::Following => "following",
            Relationship::Requested => "requested",
            Relationship::NotFollowing => "none",
        },
    }
}

/// Renders a profile with its posts or activity.
pub(crate) fn profile(
    layout: &Layout<'_>,
    person: &ViewedProfile,
    tab: ProfileTab,
    river: &River<'_>,
) -> Markup {
    let profile = &person.profile;
    let is_previewed = profile.is_readable && river.is_first && tab == ProfileTab::Posts;
    let preview = is_previewed.then(|| previews::of_profile(profile, layout.render.base));
    layout.page_with_preview(
        profile.user.shown_name(),
        preview.as_ref(),
        &html! {
            (head(layout, person))
            @if profile.is_readable {
                @if !profile.user.username.is_imagined() { (tabs(layout, profile, tab)) }
                (rivers::river(layout, river))
            } @else { (closed(person)) }
        },
    )
}

/// Renders a profile's followers, or the people it follows.
pub(crate) fn related(
    layout: &Layout<'_>,
    person: &ViewedProfile,
    tab: ProfileTab,
    page: &Page<RelatedUser>,
) -> Markup {
    let profile = &person.profile;
    let path = profile.user.path() + tab.path();
    let title = format!("{} · {}", tab.title(), profile.user.shown_name());
    let place = Older {
        page: &path,
        fragment: None,
    };
    layout.page(
        &title,
        &html! {
            (head(layout, person))
            @if !profile.is_readable { (closed(person)) }
            @else {
            (tabs(layout, profile, tab))
            section.card aria-label=(tab.title()) {
                @if page.items.is_empty() {
                    p.empty { (if tab == ProfileTab::Followers { say("No followers yet.") } else { say("Not following anyone yet.") }) }
                }
                (people::list(&layout.render, &page.items, Some(&layout.here)))
                (older(&layout.render, page.next, &place, say("More people")))
            }
            }
        },
    )
}

/// Renders the note that takes the place of a private profile.
fn closed(person: &ViewedProfile) -> Markup {
    html! {
        section.card.message {
            h2 { (say("This account is private")) }
            p {
                @if person.relationship == Relationship::Requested { (say("You have asked to follow. Posts appear here once your request is accepted.")) }
                @else { (say("Only approved followers can see the posts. Press Follow to ask.")) }
            }
        }
    }
}

/// Renders the head of a profile: avatar, names, bio, counts and buttons.
fn head(layout: &Layout<'_>, person: &ViewedProfile) -> Markup {
    let (profile, relationship) = (&person.profile, person.relationship);
    let (user, base) = (&profile.user, layout.render.base);
    let is_imagined = user.username.is_imagined();
    let mut bio = Body::parse(&profile.bio);
    // Mentions in a bio stay plain text.
    bio.keep_mentions(|_| false);
    html! {
        header.profile.card {
            (avatar(user, "large", base))
            div {
                h1 { bdi { (user.shown_name()) } }
                @if is_imagined { p.handle { (say("Imaginary friend · only you see this")) } }
                @else {
                    p.handle {
                        "@" (user.username.as_str())
                        @if profile.is_private { " · " (say("private")) }
                        @if person.ties.follows_viewer { " · " (say("follows you")) }
                    }
                }
                @if person.ties.is_muted { p.hint { (say("You muted this person. What they write appears only here.")) } }
                @if !profile.bio.is_empty() {
                    div.bio dir="auto" { (bodies::body(&bio, &layout.render)) }
                }
                @if !is_imagined { p.counts {
                    (count(profile.followers, "{n} follower", "{n} followers"))
                    " · " (phrase("{n} following", &[("n", &profile.following)]))
                } }
            }
            @if relationship == Relationship::Oneself {
                a.button href=(base.url("/profile/edit")) { (say("Edit Profile")) }
            }
            @if is_imagined { a.button href=(base.url(&imaginary::path(user))) { (say("Feeds")) } }
            (relationships::button(&layout.render, user, relationship, None))
            @if !layout.render.is_guest && relationship != Relationship::Oneself {
                (bells::on_user(&layout.render, user, person.has_bell))
                (relationships::distance(&layout.render, profile, person.ties))
            }
        }
    }
}

/// Renders the tabs of a profile.
fn tabs(layout: &Layout<'_>, profile: &Profile, here: ProfileTab) -> Markup {
    html! {
        nav.tabs aria-label=(say("Profile")) {
            @for tab in ProfileTab::ALL {
                " " a href=(layout.render.base.url(&(profile.user.path() + tab.path()))) aria-current=[(tab == here).then_some("page")] {
                    (tab.title())
                }
            }
        }
    }
}

/// Renders the form to edit the profile.
pub(crate) fn edit(layout: &Layout<'_>, filled: &Filled<'_>) -> Markup {
    let field = |name, label, autocomplete, hint: String| Field {
        name,
        label,
        kind: "text",
        autocomplete,
        required: name == "username",
        hint: Some(hint),
    };
    let fields = [
        field(
            "username",
            say("Username"),
            "username",
            fill(
                "1 to {n} letters, digits or underscores. Links to your old username will lead to the new one.",
                &[("n", &UserName::CHARS_MAX.to_string())],
            ),
        ),
        field(
            "name",
            say("Name (optional)"),
            "name",
            fill(
                "Shown to others. Up to {n} characters.",
                &[("n", &DisplayName::CHARS_MAX.to_string())],
            ),
        ),
    ];
    let wrong = filled.problems.about("bio").is_some();
    let base = layout.render.base;
    layout.page(
        say("Edit Profile"),
        &html! {
            h1 { (say("Edit Profile")) }
            form.card.form method="post" enctype="multipart/form-data" action=(base.url("/profile/edit")) {
                (forms::token(layout.render.form_token))
                (forms::problem(filled.problems))
                @if let Some(user) = layout.user { (pictures::of_oneself(user, filled, base)) }
                @for field in &fields { (forms::field(field, filled)) }
                div.field {
                    label for="bio" { (say("About you (optional)")) }
                    textarea #bio name="bio" rows="4" dir="auto" aria-invalid=[wrong.then_some("true")]
                        aria-describedby=(if wrong { "bio-error" } else { "bio-hint" }) {
                        "\n" ((filled.value)("bio"))
                    }
                    p.hint #bio-hint { (phrase("Up to {n} characters.", &[("n", &Bio::CHARS_MAX)])) }
                    (forms::field_problem("bio", filled.problems))
                }
                div.actions {
                    button.primary { (say("Save")) }
                    @if let Some(user) = layout.user {
                        " " a.button href=(base.url(&user.path())) { (say("Cancel")) }
                    }
                }
            }
            @if layout.user.is_some_and(|user| user.avatar.is_some()) { (pictures::removal(&layout.render)) }
        },
    )
}

/// Renders the registration page.
pub(crate) fn register(
    layout: &Layout<'_>,
    filled: &Filled<'_>,
    password_chars_min: u32,
    entry: &RegistrationInvite<'_>,
) -> Markup {
    layout.page(
        say("Register"),
        &html! {
            h1 { (say("Register")) }
            form.card.form method="post" action=(layout.render.base.url("/register")) {
                (forms::token(layout.render.form_token))
                (forms::problem(filled.problems))
                (invitations::entry(layout, filled, entry))
                (newcomers::fields(filled, password_chars_min))
                div.actions { button.primary { (say("Register")) } }
            }
            @let link = html! { a href=(layout.render.base.url("/login")) { (say("Sign in")) } };
            p { (phrase("Already registered? {link}.", &[("link", &link)])) }
        },
    )
}

/// Renders the page for a site where nobody can register.
pub(crate) fn registration_closed(layout: &Layout<'_>) -> Markup {
    layout.page(
        say("Register"),
        &html! {
            section.card.message {
                h1 { (say("Registration is closed")) }
                p { (say("Nobody can register here at the moment. Ask the person who runs this site.")) }
                p { a.button href=(layout.render.base.url("/login")) { (say("Sign in")) } }
            }
        },
    )
}
