//! The tables of the matrix, written by hand, from the rules and not from the program. A row has three groups of seven
//! letters: what the seven people get when the owner is public, when the owner is private, and when the thing is
//! deleted. `o` done or shown · `s` sign in first · `f` seen, but not theirs to do · `-` not there

/// The people, in the order of the letters. The member has asked a private owner for permission to follow, and waits.
pub(crate) const PEOPLE: [&str; 7] = [
    "guest", "member", "owner", "follower", "stranger", "blocked", "boss",
];

/// Requests about a post of the owner that carries a comment of the follower. `{p}` and `{c}` are their ids, and
/// `{i}` that of a picture in the post.
#[rustfmt::skip]
pub(crate) const ABOUT_POSTS: &[(&str, &str, &str)] = &[
    // Page and JSON                                                       public  private deleted
    ("GET /post/{p}/word",             "GET /posts/{p}",                   "ooooo-o --oo--- -------"),
    ("GET /post/{p}",                  "",                                 "ooooo-o --oo--- -------"),
    ("GET /post/{p}/word?likes=all",   "GET /posts/{p}/comments",          "ooooo-o --oo--- -------"),
    ("GET /post/{p}/word?history",     "",                                 "ooooo-o --oo--- -------"),
    ("GET /sse/post/{p}",              "",                                 "soooo-o s-oo--- s------"),
    ("GET /post/{p}/audience",         "",                                 "sfoff-f s-of--- s------"),
    ("GET /post/{p}/why",              "",                                 "soooo-o s-oo--- s------"),
    ("POST /post/{p}/comment",         "POST /posts/{p}/comments",         "soooo-o s-oo--- s------"),
    ("POST /post/{p}/like",            "PUT /posts/{p}/like",              "sofoo-o s-fo--- s------"),
    ("POST /post/{p}/unlike",          "DELETE /posts/{p}/like",           "soooo-o s-oo--- s------"),
    ("POST /post/{p}/save",            "",                                 "soooo-o s-oo--- s------"),
    ("POST /post/{p}/unsave",          "",                                 "soooo-o s-oo--- s------"),
    ("POST /post/{p}/pin",             "",                                 "sfoff-f s-of--- s------"),
    ("POST /post/{p}/unpin",           "",                                 "sfoff-f s-of--- s------"),
    ("POST /post/{p}/mute",            "",                                 "soooo-o s-oo--- s------"),
    ("POST /post/{p}/unmute",          "",                                 "soooo-o s-oo--- s------"),
    ("POST /post/{p}/edit",            "PATCH /posts/{p}",                 "sfoff-f s-of--- s------"),
    ("POST /post/{p}/delete",          "DELETE /posts/{p}",                "sfoff-f s-of--- s------"),
    ("POST /post/{p}/undelete",        "",                                 "s-o---- s-o---- s-o----"),
    ("GET /image/{i}/row",             "",                                 "ooooo-o --oo--- -------"),
    ("GET /image/{i}/moving",          "",                                 "------- ------- -------"),
    ("GET /comment/{c}",               "",                                 "ooooo-o --oo--- -------"),
    ("GET /comment/{c}/edit",          "",                                 "sffof-f s-fo--- s------"),
    ("POST /comment/{c}/edit",         "PATCH /comments/{c}",              "sffof-f s-fo--- s------"),
    ("POST /comment/{c}/delete",       "DELETE /comments/{c}",             "sfoof-f s-oo--- s------"),
    ("POST /comment/{c}/undelete",     "",                                 "s-oo--- s-oo--- s------"),
    ("POST /comment/{c}/like",         "PUT /comments/{c}/like",           "soofo-o s-of--- s------"),
    ("POST /comment/{c}/unlike",       "DELETE /comments/{c}/like",        "soooo-o s-oo--- s------"),
];

/// Requests about the owner; "deleted" is an owner who has left.
#[rustfmt::skip]
pub(crate) const ABOUT_PEOPLE: &[(&str, &str, &str)] = &[
    ("GET /user/owner",                "GET /users/owner",                 "ooooo-o -oooo-o -------"),
    ("GET /image/{i}/avatar-50",       "",                                 "ooooo-o -oooo-o -------"),
    ("GET /user/owner/activity",       "GET /users/owner/posts",           "ooooo-o -oooo-o -------"),
    ("GET /user/owner/followers",      "GET /users/owner/followers",       "ooooo-o -oooo-o -------"),
    ("GET /user/owner/following",      "GET /users/owner/following",       "ooooo-o -oooo-o -------"),
    ("GET /sse/user/owner",            "",                                 "soooo-o soooo-o s------"),
    ("POST /follow/owner",             "PUT /users/owner/follow",          "sofoo-o sofoo-o s------"),
    ("POST /unfollow/owner",           "DELETE /users/owner/follow",       "sofoo-o sofoo-o s------"),
    ("POST /remove-follower/owner",    "",                                 "sofoo-o sofoo-o s------"),
    ("POST /mute/owner",               "",                                 "sofoo-o sofoo-o s------"),
    ("POST /unmute/owner",             "",                                 "sofoo-o sofoo-o s------"),
    ("POST /requests/owner/refuse",    "",                                 "soooo-o soooo-o s------"),
    ("POST /requests/owner/accept",    "",                                 "s------ s------ s------"),
    ("POST /unblock/owner",            "",                                 "s------ s------ s------"),
    ("POST /block/owner",              "",                                 "sofoo-o sofoo-o s------"),
];

/// Lists that hold the post, `o`, or do not, `-`; `s` is a page for members.
#[rustfmt::skip]
pub(crate) const LISTS: &[(&str, &str, &str)] = &[
    ("GET /",                          "GET /feed",                        "o-oo--- --oo--- -------"),
    ("GET /user/owner",                "GET /users/owner/posts",           "ooooo-o --oo--- -------"),
    ("GET /user/follower/activity",    "",                                 "ooooo-o --oo--- -------"),
    ("GET /everything",                "",                                 "soooo-o s-oo--- s------"),
    ("GET /tag/matrix",                "",                                 "soooo-o s-oo--- s------"),
    ("GET /best",                      "GET /best",                        "soooo-o s-oo--- s------"),
    ("GET /discussions",               "",                                 "s-oo--- s-oo--- s------"),
    ("GET /notifications",             "",                                 "s------ s------ s------"),
];

/// Pages that are about nobody else, and open by role.
#[rustfmt::skip]
pub(crate) const ALONE: &[(&str, &str, &str)] = &[
    ("GET /",                          "GET /feed",                        "ooooooo"),
    ("GET /login",                     "",                                 "ooooooo"),
    ("GET /register",                  "",                                 "ooooooo"),
    ("GET /feed",                      "GET /me",                          "soooooo"),
    ("GET /everything",                "GET /session",                     "soooooo"),
    ("GET /discussions",               "",                                 "soooooo"),
    ("GET /notifications",             "GET /notifications",               "soooooo"),
    ("GET /saved",                     "GET /saved",                       "soooooo"),
    ("GET /best",                      "GET /best",                        "soooooo"),
    ("GET /on-this-day",               "",                                 "soooooo"),
    ("GET /people",                    "",                                 "soooooo"),
    ("GET /groups",                    "GET /groups",                      "ooooooo"),
    ("GET /groups/new",                "",                                 "soooooo"),
    ("GET /directs",                   "GET /directs",                     "soooooo"),
    ("GET /unsent",                    "",                                 "soooooo"),
    ("GET /requests",                  "",                                 "soooooo"),
    ("GET /sse",                       "",                                 "soooooo"),
    ("GET /profile/edit",              "",                                 "soooooo"),
    ("GET /settings",                  "",                                 "soooooo"),
    ("GET /settings/privacy",          "",                                 "soooooo"),
    ("GET /settings/account",          "",                                 "soooooo"),
    ("GET /settings/sessions",         "",                                 "soooooo"),
    ("GET /settings/tokens",           "",                                 "soooooo"),
    ("GET /settings/data",             "",                                 "soooooo"),
    ("GET /settings/phone",            "",                                 "soooooo"),
    ("GET /settings/invitations",      "",                                 "soooooo"),
    ("GET /admin",                     "",                                 "sfffffo"),
    ("GET /admin/invitations",         "",                                 "sfffffo"),
    ("GET /admin/settings",            "",                                 "sfffffo"),
    ("GET /admin/journal",             "",                                 "sfffffo"),
    ("GET /avatar/0/A",                "",                                 "ooooooo"),
    ("GET /avatar/12/A",               "",                                 "-------"),
    ("GET /image/0000000000000/full",  "",                                 "-------"),
    ("GET /nothing/here",              "",                                 "-------"),
];

/// Other actions, about oneself or about nobody: `i` is let in, whatever the answer is then.
#[rustfmt::skip]
pub(crate) const DEEDS: &[(&str, &str, &str)] = &[
    ("POST /bell",                         "",                             "siiiiii"),
    ("POST /unbell",                       "",                             "siiiiii"),
    ("POST /notifications/read",           "",                             "siiiiii"),
    ("POST /seen",                         "POST /seen",                   "siiiiii"),
    ("POST /profile/edit",                 "",                             "siiiiii"),
    ("POST /profile/delete-image",         "",                             "siiiiii"),
    ("POST /post",                         "POST /posts",                  "siiiiii"),
    ("POST /post",                         "POST /images",                 "siiiiii"),
    // Groups and conversations have tables of their own, with people of other roles: see circles/rights.rs.
    ("POST /audience",                     "POST /audience",               "siiiiii"),
    ("POST /groups/new",                   "",                             "siiiiii"),
    ("GET /group/nothing",                 "GET /groups/nothing",          "iiiiiii"),
    ("GET /group/nothing/members",         "GET /groups/nothing/members",  "iiiiiii"),
    ("GET /group/nothing/requests",        "GET /groups/nothing/posts",    "siiiiii"),
    ("GET /group/nothing/edit",            "",                             "siiiiii"),
    ("POST /group/nothing/edit",           "",                             "siiiiii"),
    ("GET /group/nothing/delete",          "",                             "siiiiii"),
    ("POST /group/nothing/delete",         "",                             "siiiiii"),
    ("POST /group/nothing/undelete",       "",                             "siiiiii"),
    ("POST /group/nothing/join",           "PUT /groups/nothing/membership",    "siiiiii"),
    ("POST /group/nothing/leave",          "DELETE /groups/nothing/membership", "siiiiii"),
    ("POST /group/nothing/members/a/bar",  "",                             "siiiiii"),
    ("GET /sse/group/nothing",             "",                             "siiiiii"),
    ("POST /post/0000000000000/participants", "",                          "siiiiii"),
    ("POST /post/0000000000000/leave",     "",                             "siiiiii"),
    ("GET /confirm",                       "",                             "siiiiii"),
    ("POST /confirm",                      "",                             "siiiiii"),
    ("POST /settings/privacy",             "",                             "siiiiii"),
    ("POST /settings/account",             "",                             "siiiiii"),
    ("POST /settings/account/email",       "",                             "siiiiii"),
    ("GET /settings/account/delete",       "",                             "siiiiii"),
    ("POST /settings/account/delete",      "",                             "siiiiii"),
    ("POST /settings/sessions/9999/end",   "",                             "siiiiii"),
    ("POST /settings/sessions/end-others", "",                             "siiiiii"),
    ("POST /settings/warnings/9/dismiss",  "",                             "siiiiii"),
    ("POST /settings/data/download",       "",                             "siiiiii"),
    ("POST /settings/phone",               "",                             "siiiiii"),
    ("POST /settings/tokens",              "GET /comments/9999",           "siiiiii"),
    ("POST /settings/tokens/9999/revoke",  "DELETE /token",                "siiiiii"),
    ("POST /settings/programs/9999/end",   "",                             "siiiiii"),
    ("POST /settings/invitations",         "",                             "siiiiii"),
    ("POST /settings/invitations/9/revoke", "",                            "siiiiii"),
    ("GET /admin/user/nobody",             "",                             "sfffffi"),
    ("POST /admin/user/nobody/promote",    "",                             "sfffffi"),
    ("POST /admin/user/nobody/demote",     "",                             "sfffffi"),
    ("POST /admin/user/nobody/suspend",    "",                             "sfffffi"),
    ("POST /admin/user/nobody/reinstate",  "",                             "sfffffi"),
    ("POST /admin/user/nobody/end-sessions", "",                           "sfffffi"),
    ("POST /admin/user/nobody/reset",      "",                             "sfffffi"),
    ("POST /admin/user/nobody/delete",     "",                             "sfffffi"),
    ("POST /admin/user/nobody/keep",       "",                             "sfffffi"),
    ("POST /admin/invitations/9/revoke",   "",                             "sfffffi"),
];

/// Routes that answer everybody alike: the ways in and out.
pub(crate) const FOR_ANYBODY: &[&str] = &[
    "POST /register",
    "POST /login",
    "POST /logout",
    "GET /invite/:token",
    "GET /setup/:token",
    "POST /setup/:token",
    "GET /reset/:token",
    "POST /reset/:token",
    "GET /device/:token",
    "POST /device/:token",
    "POST /theme",
    "GET /assets/:hash/:name",
    "GET /api/docs",
    "GET /api/v1/openapi.json",
    "POST /api/v1/session",
    "DELETE /api/v1/session",
    "POST /api/v1/token",
    "POST /api/v1/token/refresh",
    // A stream, as `GET /sse`; its test is with the tokens.
    "GET /api/v1/events",
];
