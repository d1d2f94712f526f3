//! Every URL of the site, on one screen.
//!
//! A row says which method and path, what is answered, who may call (the type of the handler), and which function does
//! it. A form names a second function, which shows it again if it is refused.

mod answer;
mod bearer;
mod bodies;
mod errors;
mod find;
mod guard;
mod origin;
mod route;
mod session;

use crate::web::{
    accounts, api, assets, bells, best, comments, configuration, confirmations, directs, events,
    exports, feed_keys, groups, health, help, hides, hooks, images, imaginary, imports, installs,
    invitations, journal, likes, linked, links, lists, marks, members, notifications, people,
    phones, pins, posts, preferences, readership, relationships, rivers, saves, search, searches,
    seen, sessions, settings, shares, sources, syndication, this_day, tokens, unsent, users,
    warnings,
    webhooks::{self, GroupWebhooks, OwnWebhooks},
};
use Answers::{File, Fragment, Json, Page, Stream};
use Handler::{
    Admin, AdminForm, Anyone, AnyoneForm, Fresh, FreshForm, Member, MemberForm, Probe, Reader,
};
pub(crate) use answer::answer;
pub use bodies::BodyKind;
pub(crate) use errors::plain;
pub(crate) use find::{SiteTarget, body_kind, find, inside};
pub use route::{Again, Answers, Handler, Route, Run};
use route::{delete, get, patch, post, put, upload};

#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    get ("/",                      Page,     Anyone(rivers::home)),
    get ("/feed",                  Fragment, Member(rivers::fragment)),
    get ("/everything",            Page,     Member(rivers::everything)),
    get ("/discussions",           Page,     Member(rivers::discussions)),
    get   ("/home.txt",                                  File, Reader(syndication::home)),
    get   ("/everything.atom",                           File, Reader(syndication::everything)),
    get   ("/everything.json",                           File, Reader(syndication::everything)),
    get   ("/everything.txt",                            File, Reader(syndication::everything)),
    get   ("/user/:name.atom",                           File, Reader(syndication::user)),
    get   ("/user/:name.json",                           File, Reader(syndication::user)),
    get   ("/user/:name.txt",                            File, Reader(syndication::user)),
    get   ("/group/:name.atom",                          File, Reader(syndication::group)),
    get   ("/group/:name.json",                          File, Reader(syndication::group)),
    get   ("/group/:name.txt",                           File, Reader(syndication::group)),
    get   ("/tag/:tag.atom",                             File, Reader(syndication::tag)),
    get   ("/tag/:tag.json",                             File, Reader(syndication::tag)),
    get   ("/tag/:tag.txt",                              File, Reader(syndication::tag)),
    get   ("/feeds/:key/home.atom",                      File, Anyone(syndication::own_home)),
    get   ("/feeds/:key/home.json",                      File, Anyone(syndication::own_home)),
    get   ("/feeds/:key/home.txt",                       File, Anyone(syndication::own_home)),
    get   ("/feeds/:key/everything.atom",                File, Anyone(syndication::own_everything)),
    get   ("/feeds/:key/everything.json",                File, Anyone(syndication::own_everything)),
    get   ("/feeds/:key/everything.txt",                 File, Anyone(syndication::own_everything)),
    get   ("/feeds/:key/user/:name.atom",                File, Anyone(syndication::own_user)),
    get   ("/feeds/:key/user/:name.json",                File, Anyone(syndication::own_user)),
    get   ("/feeds/:key/user/:name.txt",                 File, Anyone(syndication::own_user)),
    get   ("/feeds/:key/group/:name.atom",               File, Anyone(syndication::own_group)),
    get   ("/feeds/:key/group/:name.json",               File, Anyone(syndication::own_group)),
    get   ("/feeds/:key/group/:name.txt",                File, Anyone(syndication::own_group)),
    get   ("/feeds/:key/tag/:tag.atom",                  File, Anyone(syndication::own_tag)),
    get   ("/feeds/:key/tag/:tag.json",                  File, Anyone(syndication::own_tag)),
    get   ("/feeds/:key/tag/:tag.txt",                   File, Anyone(syndication::own_tag)),
    get   ("/feeds/:key/list/:slug.atom",                File, Anyone(syndication::own_list)),
    get   ("/feeds/:key/list/:slug.json",                File, Anyone(syndication::own_list)),
    get   ("/feeds/:key/list/:slug.txt",                 File, Anyone(syndication::own_list)),
    get   ("/feeds/:key/search.atom",                    File, Anyone(syndication::own_search)),
    get   ("/feeds/:key/search.json",                    File, Anyone(syndication::own_search)),
    get   ("/feeds/:key/search.txt",                     File, Anyone(syndication::own_search)),
    get   ("/feeds/:key/directs.atom",                   File, Anyone(syndication::own_directs)),
    get   ("/feeds/:key/directs.json",                   File, Anyone(syndication::own_directs)),
    get   ("/feeds/:key/directs.txt",                    File, Anyone(syndication::own_directs)),
    get ("/tag/:tag",              Page,     Member(rivers::tag)),
    get ("/search",                Page,     Member(search::index)),
    get ("/marks",                 Fragment, Member(marks::index)),
    get ("/searches",              Page,     Member(searches::index)),
    get ("/saved",                 Page,     Member(saves::index)),
    get ("/best",                  Page,     Member(best::index)),
    get ("/on-this-day",           Page,     Member(this_day::index)),
    get ("/image/:id/:rendition",  File,     Reader(images::show)),
    get ("/avatar/:hue/:initials", File,     Anyone(images::avatar)),
    get ("/notifications",         Page,     Member(notifications::index)),
    post("/notifications/read",    Page,     Member(notifications::read)),
    get ("/people",                Page,     Member(people::index)),
    post("/bell",                  Page,     Member(bells::set)),
    post("/unbell",                Page,     Member(bells::remove)),
    post("/seen",                  Json,     Member(seen::create)),

    upload("/hook/:key",   Json,   BodyKind::Message, Anyone(hooks::post)),

    get("/sse",            Stream, Member(events::index)),
    get("/sse/post/:id",   Stream, Member(events::post)),
    get("/sse/user/:name", Stream, Member(events::user)),
    get("/sse/group/:name", Stream, Member(events::group)),

    get ("/register",      Page, Anyone(users::new)),
    post("/register",      Page, AnyoneForm(users::create, users::again)),
    get ("/login",         Page, Anyone(sessions::new)),
    post("/login",         Page, AnyoneForm(sessions::create, sessions::again)),
    post("/logout",        Page, Member(sessions::delete)),
    get ("/unsent",        Page, Member(unsent::show)),
    get ("/invite/:token", Page, Anyone(invitations::show)),
    get ("/setup/:token",  Page, Anyone(links::setup)),
    post("/setup/:token",  Page, AnyoneForm(links::set_up, links::setup_again)),
    get ("/reset/:token",  Page, Anyone(links::reset)),
    post("/reset/:token",  Page, AnyoneForm(links::set_password, links::reset_again)),

    get   ("/user/:name",            Page, Reader(users::show)),
    get   ("/user/:name/activity",   Page, Reader(users::activity)),
    get   ("/user/:name/followers",  Page, Reader(users::followers)),
    get   ("/user/:name/following",  Page, Reader(users::following)),
    get   ("/profile/edit",          Page, Member(users::edit_form)),
    upload("/profile/edit",          Page, BodyKind::Picture, MemberForm(users::edit, users::edit_again)),
    post  ("/profile/delete-image",  Page, Member(users::delete_image)),
    post  ("/follow/:name",          Page, Member(relationships::follow)),
    post  ("/unfollow/:name",        Page, Member(relationships::unfollow)),
    post  ("/remove-follower/:name", Page, Member(relationships::remove_follower)),
    get   ("/requests",              Page, Member(relationships::requests)),
    post  ("/requests/:name/accept", Page, Member(relationships::accept)),
    post  ("/requests/:name/refuse", Page, Member(relationships::refuse)),
    post  ("/block/:name",           Page, Member(relationships::block)),
    post  ("/unblock/:name",         Page, Member(relationships::unblock)),
    post  ("/mute/:name",            Page, Member(relationships::mute)),
    post  ("/unmute/:name",          Page, Member(relationships::unmute)),

    get   ("/groups",                           Page, Reader(groups::index)),
    get   ("/groups/new",                       Page, Member(groups::new)),
    upload("/groups/new",                       Page, BodyKind::Picture, MemberForm(groups::create, groups::new_again)),
    get   ("/group/:name",                      Page, Reader(groups::show)),
    get   ("/group/:name/members",              Page, Reader(groups::members)),
    get   ("/group/:name/requests",             Page, Member(groups::requests)),
    get   ("/group/:name/edit",                 Page, Member(groups::edit_form)),
    upload("/group/:name/edit",                 Page, BodyKind::Picture, MemberForm(groups::edit, groups::edit_again)),
    get   ("/group/:name/sources",              Page, Member(sources::index)),
    post  ("/group/:name/sources",              Page, MemberForm(sources::add, sources::again)),
    post  ("/group/:name/sources/:id/remove",   Page, Member(sources::remove)),
    post  ("/group/:name/sources/:id/read",     Page, Member(sources::read)),
    get   ("/group/:name/webhooks",                      Page, Member(webhooks::index::<GroupWebhooks>)),
    post  ("/group/:name/webhooks",                      Page, FreshForm(webhooks::create::<GroupWebhooks>, webhooks::again::<GroupWebhooks>)),
    post  ("/group/:name/webhooks/:id/test",             Page, Member(webhooks::test::<GroupWebhooks>)),
    post  ("/group/:name/webhooks/:id/on",               Page, Member(webhooks::turn_on::<GroupWebhooks>)),
    post  ("/group/:name/webhooks/:id/off",              Page, Member(webhooks::turn_off::<GroupWebhooks>)),
    post  ("/group/:name/webhooks/:id/secret",           Page, Fresh(webhooks::replace_secret::<GroupWebhooks>)),
    post  ("/group/:name/webhooks/:id/delete",           Page, Member(webhooks::delete::<GroupWebhooks>)),
    post  ("/group/:name/webhooks/:id/:delivery/resend", Page, Member(webhooks::resend::<GroupWebhooks>)),
    get   ("/settings/sources",                 Page, Member(sources::index)),
    post  ("/settings/sources",                 Page, MemberForm(sources::add, sources::again)),
    post  ("/settings/sources/:id/remove",      Page, Member(sources::remove)),
    post  ("/settings/sources/:id/read",        Page, Member(sources::read)),
    get   ("/settings/imaginary",               Page, Member(imaginary::index)),
    post  ("/settings/imaginary",               Page, MemberForm(imaginary::create, imaginary::again)),
    get   ("/settings/imaginary/:name",         Page, Member(sources::index)),
    post  ("/settings/imaginary/:name",         Page, MemberForm(sources::add, sources::again)),
    post  ("/settings/imaginary/:name/name",    Page, MemberForm(imaginary::rename, sources::again)),
    post  ("/settings/imaginary/:name/delete",  Page, Member(imaginary::delete)),
    post  ("/settings/imaginary/:name/:id/remove", Page, Member(sources::remove)),
    post  ("/settings/imaginary/:name/:id/read",   Page, Member(sources::read)),
    get   ("/group/:name/delete",               Page, Member(groups::deletion)),
    post  ("/group/:name/delete",               Page, MemberForm(groups::delete, groups::delete_again)),
    post  ("/group/:name/undelete",             Page, Member(groups::undelete)),
    post  ("/group/:name/join",                 Page, Member(groups::join)),
    post  ("/group/:name/leave",                Page, Member(groups::leave)),
    post  ("/group/:name/members/:user/:act",   Page, Member(groups::act)),
    get   ("/linked",                           Fragment, Member(linked::index)),
    post  ("/audience",                         Fragment, Member(readership::preview)),
    get   ("/directs",                          Page, Member(directs::index)),

    get   ("/lists",                            Page, Member(lists::index)),
    post  ("/searches",                         Page, MemberForm(searches::create, searches::again)),
    post  ("/search/:id/delete",                Page, Member(searches::delete)),
    post  ("/lists",                            Page, MemberForm(lists::create, lists::again)),
    get   ("/list/:slug",                       Page, Member(lists::show)),
    get   ("/list/:slug/edit",                  Page, Member(lists::edit_form)),
    post  ("/list/:slug/edit",                  Page, MemberForm(lists::edit, lists::edit_again)),
    post  ("/list/:slug/delete",                Page, Member(lists::delete)),
    post  ("/list/:slug/order",                 Page, Member(lists::order)),
    post  ("/list/:slug/add",                   Page, MemberForm(lists::add, lists::add_again)),
    post  ("/list/:slug/remove",                Page, MemberForm(lists::remove, lists::add_again)),

    upload("/post",              Page, BodyKind::Pictures, MemberForm(posts::create, posts::again)),
    get   ("/post/:id",          Page, Reader(posts::show)),
    // These two are no slugs: see `model::slug`.
    get   ("/post/:id/audience", Page, Member(readership::show)),
    get   ("/post/:id/why",      Page, Member(readership::why)),
    get   ("/post/:id/:slug",    Page, Reader(posts::show)),
    upload("/post/:id/edit",     Page, BodyKind::Pictures, MemberForm(posts::edit, posts::edit_again)),
    post  ("/post/:id/delete",   Page, Member(posts::delete)),
    post  ("/post/:id/undelete", Page, Member(posts::undelete)),
    post  ("/post/:id/comment",  Page, MemberForm(comments::create, comments::again)),
    post  ("/post/:id/like",     Page, Member(likes::like)),
    post  ("/post/:id/unlike",   Page, Member(likes::unlike)),
    post  ("/post/:id/participants", Page, MemberForm(directs::add, directs::add_again)),
    post  ("/post/:id/leave",    Page, Member(directs::leave)),
    post  ("/post/:id/save",     Page, Member(saves::save)),
    post  ("/post/:id/unsave",   Page, Member(saves::unsave)),
    post  ("/post/:id/pin",      Page, Member(pins::pin)),
    post  ("/post/:id/unpin",    Page, Member(pins::unpin)),
    post  ("/post/:id/mute",     Page, Member(notifications::mute)),
    post  ("/post/:id/unmute",   Page, Member(notifications::unmute)),

    get ("/hide",   Page, Member(hides::new)),
    post("/hide",   Page, MemberForm(hides::create, hides::again)),
    post("/unhide", Page, MemberForm(hides::delete, hides::list_again)),

    get ("/comment/:id",          Page, Reader(comments::show)),
    get ("/comment/:id/edit",     Page, Member(comments::edit_form)),
    post("/comment/:id/edit",     Page, MemberForm(comments::edit, comments::edit_again)),
    post("/comment/:id/delete",   Page, Member(comments::delete)),
    post("/comment/:id/undelete", Page, Member(comments::undelete)),
    post("/comment/:id/like",     Page, Member(likes::like_comment)),
    post("/comment/:id/unlike",   Page, Member(likes::unlike_comment)),

    get ("/confirm",                         Page, Member(confirmations::new)),
    post("/confirm",                         Page, MemberForm(confirmations::create, confirmations::again)),
    get ("/settings",                        Page, Member(settings::index)),
    get ("/settings/data",                   Page, Member(exports::show)),
    post("/settings/data/download",          Page, FreshForm(exports::download, exports::again)),
    get   ("/settings/import",                 Page, Member(imports::show)),
    upload("/settings/import",                 Page, BodyKind::Archive, MemberForm(imports::bring, imports::again)),
    post  ("/settings/import/start",           Page, Member(imports::confirm)),
    post  ("/settings/import/cancel",          Page, Member(imports::cancel)),
    get   ("/settings/import/elsewhere.txt",   File, Member(imports::elsewhere)),
    get ("/settings/phone",                  Page, Fresh(phones::new)),
    post("/settings/phone",                  Page, Fresh(phones::create)),
    get ("/device/:token",                   Page, Anyone(phones::show)),
    post("/device/:token",                   Page, Anyone(phones::enter)),
    get ("/settings/account",                Page, Member(accounts::show)),
    post("/settings/account",                Page, FreshForm(accounts::change_password, accounts::again)),
    post("/settings/account/email",          Page, FreshForm(accounts::set_email, accounts::again)),
    get ("/settings/account/delete",         Page, Member(accounts::farewell)),
    post("/settings/account/delete",         Page, FreshForm(accounts::delete, accounts::farewell_again)),
    get ("/settings/sessions",               Page, Member(sessions::index)),
    post("/settings/sessions/end-others",    Page, Fresh(sessions::end_others)),
    post("/settings/sessions/:id/end",       Page, Fresh(sessions::end)),
    post("/settings/warnings/:id/dismiss",   Page, Member(warnings::dismiss)),
    get ("/settings/privacy",                Page, Member(settings::privacy)),
    post("/settings/privacy",                Page, Member(settings::set_privacy)),
    get ("/settings/hidden",                 Page, Member(hides::index)),
    get ("/settings/invitations",            Page, Member(invitations::index)),
    post("/settings/invitations",            Page, MemberForm(invitations::create, invitations::again)),
    post("/settings/invitations/:id/revoke", Page, Member(invitations::revoke)),
    get ("/settings/feeds",                  Page, Member(feed_keys::index)),
    post("/settings/feeds",                  Page, FreshForm(feed_keys::create, feed_keys::again)),
    post("/settings/feeds/:id/revoke",       Page, Member(feed_keys::revoke)),
    get ("/settings/hooks",                  Page, Member(hooks::index)),
    post("/settings/hooks",                  Page, FreshForm(hooks::create, hooks::again)),
    post("/settings/hooks/:id/revoke",       Page, Member(hooks::revoke)),
    get ("/settings/webhooks",               Page, Member(webhooks::index::<OwnWebhooks>)),
    post("/settings/webhooks",               Page, FreshForm(webhooks::create::<OwnWebhooks>, webhooks::again::<OwnWebhooks>)),
    post("/settings/webhooks/:id/test",      Page, Member(webhooks::test::<OwnWebhooks>)),
    post("/settings/webhooks/:id/on",        Page, Member(webhooks::turn_on::<OwnWebhooks>)),
    post("/settings/webhooks/:id/off",       Page, Member(webhooks::turn_off::<OwnWebhooks>)),
    post("/settings/webhooks/:id/secret",    Page, Fresh(webhooks::replace_secret::<OwnWebhooks>)),
    post("/settings/webhooks/:id/delete",    Page, Member(webhooks::delete::<OwnWebhooks>)),
    post("/settings/webhooks/:id/:delivery/resend", Page, Member(webhooks::resend::<OwnWebhooks>)),
    get ("/settings/tokens",                 Page, Member(tokens::index)),
    post("/settings/tokens",                 Page, FreshForm(tokens::create, tokens::again)),
    post("/settings/tokens/:id/revoke",      Page, Fresh(tokens::revoke)),
    post("/settings/programs/:id/end",       Page, Fresh(tokens::end_program)),

    get ("/admin",                         Page, Admin(members::index)),
    get ("/admin/user/:name",              Page, Admin(members::show)),
    post("/admin/user/:name/promote",      Page, AdminForm(members::promote, members::show_again)),
    post("/admin/user/:name/demote",       Page, AdminForm(members::demote, members::show_again)),
    post("/admin/user/:name/suspend",      Page, AdminForm(members::suspend, members::show_again)),
    post("/admin/user/:name/reinstate",    Page, AdminForm(members::reinstate, members::show_again)),
    post("/admin/user/:name/end-sessions", Page, AdminForm(members::end_sessions, members::show_again)),
    post("/admin/user/:name/reset",        Page, AdminForm(members::reset, members::show_again)),
    post("/admin/user/:name/delete",       Page, AdminForm(members::delete, members::show_again)),
    post("/admin/user/:name/keep",         Page, AdminForm(members::keep, members::show_again)),
    get ("/admin/invitations",             Page, Admin(invitations::all)),
    post("/admin/invitations/:id/revoke",  Page, Admin(invitations::revoke_any)),
    get ("/admin/health",                  Page, Admin(health::show)),
    get ("/admin/settings",                Page, Admin(configuration::show)),
    get ("/admin/journal",                 Page, Admin(journal::index)),

    post("/theme",              Page, Anyone(preferences::set_theme)),
    post("/language",           Page, Anyone(preferences::set_language)),
    get ("/assets/:hash/:name", File, Anyone(assets::show)),
    get ("/help",       Page, Anyone(help::index)),
    get ("/help/:page", Page, Anyone(help::show)),
    get ("/healthz", File, Probe(health::live)),
    get ("/readyz",  File, Probe(health::ready)),
    get ("/manifest.webmanifest", File, Anyone(installs::manifest)),
    get ("/sw.js",             File, Anyone(installs::worker)),
    get ("/offline",           Page, Anyone(installs::offline)),
    get ("/share",             Page, Anyone(shares::new)),

    get   ("/api/docs",                         Json,   Anyone(api::docs::page)),
    get   ("/api/v1/openapi.json",              Json,   Anyone(api::docs::description)),
    get   ("/api/v1/session",                   Json,   Anyone(api::sessions::show)),
    post  ("/api/v1/session",                   Json,   Anyone(api::sessions::create)),
    delete("/api/v1/session",                   Json,   Anyone(api::sessions::delete)),
    post  ("/api/v1/token",                     Json,   Anyone(api::tokens::create)),
    post  ("/api/v1/token/refresh",             Json,   Anyone(api::tokens::refresh)),
    delete("/api/v1/token",                     Json,   Member(api::tokens::delete)),
    get   ("/api/v1/me",                        Json,   Member(api::users::me)),
    get   ("/api/v1/feed",                      Json,   Member(api::rivers::home)),
    get   ("/api/v1/search",                    Json,   Member(api::search::index)),
    get   ("/api/v1/saved",                     Json,   Member(api::saves::index)),
    get   ("/api/v1/best",                      Json,   Member(api::best::index)),
    get   ("/api/v1/users/:username",           Json,   Member(api::users::show)),
    get   ("/api/v1/users/:username/posts",     Json,   Member(api::users::posts)),
    get   ("/api/v1/users/:username/followers", Json,   Member(api::users::followers)),
    get   ("/api/v1/users/:username/following", Json,   Member(api::users::following)),
    put   ("/api/v1/users/:username/follow",    Json,   Member(api::relationships::follow)),
    delete("/api/v1/users/:username/follow",    Json,   Member(api::relationships::unfollow)),
    get   ("/api/v1/groups",                    Json,   Member(api::groups::index)),
    get   ("/api/v1/groups/:name",              Json,   Member(api::groups::show)),
    get   ("/api/v1/groups/:name/posts",        Json,   Member(api::groups::posts)),
    get   ("/api/v1/groups/:name/members",      Json,   Member(api::groups::members)),
    put   ("/api/v1/groups/:name/membership",   Json,   Member(api::groups::join)),
    delete("/api/v1/groups/:name/membership",   Json,   Member(api::groups::leave)),
    get   ("/api/v1/directs",                   Json,   Member(api::groups::directs)),
    get   ("/api/v1/lists",                     Json,   Member(api::lists::index)),
    get   ("/api/v1/lists/:slug/posts",         Json,   Member(api::lists::posts)),
    post  ("/api/v1/audience",                  Json,   Member(api::readership::preview)),
    upload("/api/v1/images",                    Json,   BodyKind::Picture, Member(api::images::create)),
    post  ("/api/v1/posts",                     Json,   Member(api::posts::create)),
    get   ("/api/v1/posts/:id",                 Json,   Member(api::posts::show)),
    patch ("/api/v1/posts/:id",                 Json,   Member(api::posts::edit)),
    delete("/api/v1/posts/:id",                 Json,   Member(api::posts::delete)),
    put   ("/api/v1/posts/:id/like",            Json,   Member(api::likes::like)),
    delete("/api/v1/posts/:id/like",            Json,   Member(api::likes::unlike)),
    get   ("/api/v1/posts/:id/comments",        Json,   Member(api::comments::index)),
    post  ("/api/v1/posts/:id/comments",        Json,   Member(api::comments::create)),
    get   ("/api/v1/comments/:id",              Json,   Member(api::comments::show)),
    patch ("/api/v1/comments/:id",              Json,   Member(api::comments::edit)),
    delete("/api/v1/comments/:id",              Json,   Member(api::comments::delete)),
    put   ("/api/v1/comments/:id/like",         Json,   Member(api::likes::like_comment)),
    delete("/api/v1/comments/:id/like",         Json,   Member(api::likes::unlike_comment)),
    get   ("/api/v1/hidden",                    Json,   Member(api::hides::index)),
    post  ("/api/v1/hidden",                    Json,   Member(api::hides::create)),
    delete("/api/v1/hidden",                    Json,   Member(api::hides::delete)),
    get   ("/api/v1/notifications",             Json,   Member(api::notifications::index)),
    post  ("/api/v1/seen",                      Json,   Member(seen::create)),
    get   ("/api/v1/events",                    Stream, Member(api::events::index)),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        http::{self, Method},
        model::RESERVED_USERNAMES,
    };

    #[test]
    fn only_these_change_anything_without_a_member() {
        let open: Vec<&str> = ROUTES
            .iter()
            .filter(|route| route.method != Method::Get && route.handler.is_open())
            .map(|route| route.path)
            .collect();
        let programs = ["session", "session", "token", "token/refresh"];
        let programs = programs.map(|path| format!("/api/v1/{path}"));
        let pages = [
            "/hook/:key",
            "/register",
            "/login",
            "/setup/:token",
            "/reset/:token",
            "/device/:token",
            "/theme",
            "/language",
        ];
        assert_eq!(
            open,
            [&pages[..], &programs.each_ref().map(String::as_str)].concat()
        );
    }

    #[test]
    fn json_is_answered_to_programs_and_to_nobody_else() {
        for route in ROUTES {
            let is_for_programs = http::is_for_programs(route.path);
            match route.answers {
                Stream => {}
                answers => assert_eq!(answers == Json, is_for_programs, "{}", route.path),
            }
        }
    }

    #[test]
    fn nobody_can_be_called_like_a_route() {
        for route in ROUTES {
            let first = route.path.split('/').nth(1).unwrap_or_default();
            // No name has a full stop.
            let first = first.split('.').next().unwrap_or_default();
            assert!(
                first.is_empty() || RESERVED_USERNAMES.contains(&first),
                "{first}"
            );
        }
    }
}
