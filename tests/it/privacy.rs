//! Private people, blocks and mutes: who sees what, on pages and streams.

use std::time::Duration;

use crate::harness::{PASSWORD, Site, eventually};

#[test]
fn a_private_person_is_asked_and_lets_in_or_not() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    bob.go_private();
    let post = bob.write("among friends");
    let mut bobs = bob.listen();
    alice.press("/follow/bob");
    let told = bobs.expect("notification");
    assert_eq!(told.data["unread"], 1);
    assert!(
        bob.get("/notifications")
            .words()
            .contains("alice asked to follow you")
    );
    let profile = alice.get("/user/bob");
    assert!(profile.has(">Requested<") && profile.words().contains("This account is private"));
    for path in [
        "/user/bob/activity",
        "/user/bob/followers",
        "/user/bob/following",
        "/everything",
        "/",
    ] {
        assert!(!alice.get(path).has("among friends"), "{path}");
    }
    assert_eq!(alice.read(&post).status, 404);
    assert_eq!(
        alice
            .post(&format!("/post/{post}/comment"), &[("comment", "hi")])
            .status,
        404
    );
    assert_eq!(alice.post(&format!("/post/{post}/like"), &[]).status, 404);

    // Refused, asked again, taken back, asked again, let in.
    bob.press("/requests/alice/refuse");
    assert!(alice.get("/user/bob").has(">Follow<"));
    alice.press("/follow/bob");
    alice.press("/unfollow/bob");
    assert!(!bob.get("/requests").has("alice"));
    assert_eq!(
        bob.post("/requests/alice/accept", &[]).status,
        404,
        "nobody asks"
    );
    alice.press("/follow/bob");
    let mut alices = alice.listen();
    bob.press("/requests/alice/accept");
    alices.expect("reset");
    assert_eq!(alices.expect("notification").data["unread"], 1);
    assert!(
        alice
            .get("/notifications")
            .words()
            .contains("bob let you follow them")
    );
    assert_eq!(alice.get("/").posts(), [post.as_str()]);
    assert_eq!(alice.read(&post).status, 200);

    // And out again.
    bob.press("/remove-follower/alice");
    alices.expect("reset");
    assert_eq!(alice.read(&post).status, 404);
}

#[test]
fn who_opens_the_door_lets_in_all_who_asked() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    bob.go_private();
    let post = bob.write("among friends");
    alice.press("/follow/bob");
    assert!(alice.get("/").posts().is_empty());
    bob.press("/settings/privacy");
    assert_eq!(alice.get("/").posts(), [post.as_str()]);
}

#[test]
fn streams_tell_nothing_of_private_people_to_those_outside() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    bob.go_private();
    let mut outside = carol.listen_at("/sse?topic=home&topic=everything", &[]);
    let mut inside = alice.listen_at("/sse?topic=home&topic=everything", &[]);
    let post = bob.write("among friends");
    alice.comment(&post, "yes");
    bob.press(&format!("/post/{post}/delete"));
    for name in ["post", "comment", "post_deleted"] {
        assert_eq!(inside.expect(name).data["post_id"], post.as_str());
    }
    let open = carol.write("the next thing");
    assert_eq!(outside.expect("post").data["post_id"], open.as_str());
    assert_eq!(
        carol.listen_at(&format!("/sse/post/{post}"), &[]).status(),
        "404"
    );
}

#[test]
fn a_block_hides_each_from_the_other_everywhere_at_once() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    bob.follow(&alice);
    let (hers, his) = (alice.write("by alice"), bob.write("by bob"));
    let carols = carol.write("by carol");
    alice.comment(&carols, "alice was here");
    bob.comment(&carols, "bob was here too");
    bob.like(&carols);
    let mut bobs = bob.listen_at("/sse?topic=home&topic=everything", &[]);
    alice.press("/block/bob");
    // He loses a follower and a friend, and his river is another one.
    let mut resets = 0;
    while resets < 2 {
        let event = bobs.next().expect("the stream goes on");
        assert!(
            ["reset", "notification"].contains(&event.name.as_str()),
            "{event:?}"
        );
        resets += u32::from(event.name == "reset");
    }
    bobs.expect("notification");
    for (viewer, other, post) in [(&alice, "bob", &his), (&bob, "alice", &hers)] {
        for path in [
            "/",
            "/everything",
            "/people",
            "/discussions",
            "/people?q=bob",
            "/people?q=alice",
        ] {
            let page = viewer.get(path);
            assert!(!page.has(&format!("by {other}")), "{path}");
            assert!(!page.has(&format!("href=\"/user/{other}\"")), "{path}");
        }
        assert_eq!(viewer.get(&format!("/user/{other}")).status, 404);
        assert_eq!(viewer.post(&format!("/follow/{other}"), &[]).status, 404);
        assert_eq!(viewer.read(post).status, 404);
        let talk = viewer.read(&carols).words();
        assert!(!talk.contains(&format!("{other} was here")), "{talk}");
    }
    assert!(!alice.read(&carols).words().contains("liked this"));
    assert!(carol.read(&carols).words().contains("bob liked this"));
    assert!(alice.get("/user/alice").has("0 followers · 0 following"));

    // Nor live: what bob hears next is carol's.
    alice.write("more by alice");
    alice.comment(&carols, "again");
    let next = carol.write("and carol");
    assert_eq!(bobs.expect("post").data["post_id"], next.as_str());

    let settings = alice.get("/settings/privacy");
    assert!(settings.has("action=\"/unblock/bob\""));
    assert_eq!(
        bob.post("/unblock/alice", &[]).status,
        404,
        "it is not his to end"
    );
    alice.press("/unblock/bob");
    assert_eq!(bob.get("/user/alice").status, 200);
    assert_eq!(alice.read(&his).status, 200);
}

#[test]
fn a_name_in_a_text_leads_nowhere_for_those_kept_away() {
    let site = Site::start();
    let (alice, _bob) = (site.member("alice"), site.member("bob"));
    let carol = site.member("carol");
    let post = carol.write("ask @bob");
    assert!(alice.read(&post).has("href=\"/user/bob\""));
    alice.press("/block/bob");
    let page = alice.read(&post);
    assert!(page.has("@bob") && !page.has("href=\"/user/bob\""));
}

#[test]
fn a_mute_is_known_to_one_side_only() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    alice.follow(&carol);
    let (his, carols) = (bob.write("by bob"), carol.write("by carol"));
    bob.comment(&carols, "bob was here");
    carol.like(&his);
    let mut alices = alice.listen_at("/sse?topic=home&topic=everything", &[]);
    let mut bobs = bob.listen();
    alice.press("/mute/bob");
    alices.expect("reset");
    alices.expect("notification");
    for path in ["/", "/everything"] {
        let page = alice.get(path);
        assert_eq!(page.posts(), [carols.as_str()], "{path}");
        assert!(!page.has("bob was here"), "{path}");
    }
    // He is where she goes and looks, and hears nothing of it.
    assert!(
        alice
            .get("/user/bob")
            .words()
            .contains("You have muted this person")
    );
    assert_eq!(alice.read(&his).status, 200);
    assert!(bob.get("/user/bob").has("1 follower"));
    assert_eq!(bob.get("/user/alice").status, 200);

    bob.write("more by bob");
    bob.comment(&carols, "and again, @alice");
    bobs.expect("post");
    let next = carol.write("and carol");
    assert_eq!(alices.expect("post").data["post_id"], next.as_str());
    assert!(!alice.get("/notifications").has("bob"));

    alice.press("/unmute/bob");
    assert_eq!(alice.get("/").posts().len(), 4);
}

#[test]
fn who_leaves_is_hidden_at_once_and_gone_in_the_end() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let (his, hers) = (bob.write("by bob"), alice.write("by alice"));
    bob.comment(&hers, "bob was here");
    bob.like(&hers);
    let file = site.database();
    // As the page of the account does it.
    let leaves_at = site.now() + 14 * 24 * 3_600 * 1_000;
    rusqlite::Connection::open(&file)
        .and_then(|file| {
            file.execute(
                "update users set leaves_at = ? where username = 'bob'",
                [leaves_at],
            )?;
            file.execute(
                "update feeds set is_hidden = 1 where owner_id = (select id from users where username = 'bob')",
                [],
            )
        })
        .expect("nobody else writes");
    assert_eq!(alice.get("/user/bob").status, 404);
    assert_eq!(alice.read(&his).status, 404);
    let page = alice.read(&hers).words();
    assert!(
        !page.contains("bob was here") && !page.contains("liked this"),
        "{page}"
    );

    let mut site = site;
    site.pass(Duration::from_hours(14 * 24 + 1));
    site.restart();
    let count = |sql: &str| -> i64 {
        let file = rusqlite::Connection::open(&file).expect("the file is there");
        file.query_row(sql, [], |row| row.get(0))
            .expect("it can be read")
    };
    eventually("everything of bob's is gone", || {
        count("select count(*) from users where gone_at is not null") == 1
    });
    for table in [
        "posts where message = 'by bob'",
        "comments",
        "acts",
        "follows",
    ] {
        assert_eq!(
            count(&format!("select count(*) from {table}")),
            0,
            "{table}"
        );
    }
    assert_eq!(count("select like_count + comment_count from posts"), 0);
    let again = site.visitor().register("Bob");
    assert_eq!(again.status, 422, "the name is kept");
}

#[test]
fn who_is_muted_and_away_is_hidden_once() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    alice.follow(&carol);
    let post = carol.write("talk");
    bob.comment(&post, "bob was here");
    let mut alices = alice.listen();
    alice.press("/mute/bob");
    let left = bob.post("/settings/account/delete", &[("password", PASSWORD)]);
    assert_eq!(left.status, 303, "{}", left.text);
    assert_eq!(alice.get("/").posts(), [post.as_str()]);
    assert_eq!(alice.read(&post).comments(), [] as [String; 0]);
    let next = carol.write("and on");
    alices.until(&next);
    // One can still end what one began.
    alice.press("/unmute/bob");
    assert!(!alice.get("/settings/privacy").has("bob"));
}

#[test]
fn likes_of_private_people_are_told_to_those_who_may_know() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    carol.go_private();
    let post = bob.write("open");
    let comment = bob.comment(&post, "and open");
    let path = format!("/sse?topic=post:{post}&topic=everything");
    let (mut outside, mut owner) = (alice.listen_at(&path, &[]), bob.listen_at(&path, &[]));
    carol.like(&post);
    carol.press(&format!("/comment/{comment}/like"));
    carol.unlike(&post);
    owner.expect("like");
    let next = bob.write("next");
    assert_eq!(outside.until(&next), [] as [&str; 0]);
    assert!(!alice.read(&post).has("1 like"), "nor are they counted");
    assert!(bob.read(&post).has("1 like"));
}

#[test]
fn nothing_of_whom_one_does_not_see_is_told() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    let talk = carol.write("talk");
    let tagged = carol.write("tagged");
    alice.comment(&talk, "alice was here");
    let his = bob.write("ask @alice");
    let word = bob.comment(&talk, "ask @alice too");
    let under = bob.comment(&tagged, "#zebra");
    alice.comment(&his, "yes?");
    alice.press("/block/bob");
    let topics = format!(
        "/sse?topic=home&topic=everything&topic=discussions&topic=tag:zebra&topic=post:{talk}"
    );
    let mut stream = alice.listen_at(&topics, &[]);
    // He takes her name out, goes on talking, and takes things away.
    bob.edit(&his, "never mind");
    bob.post(
        &format!("/comment/{word}/edit"),
        &[("comment", "never mind")],
    );
    carol.comment(&his, "what, @alice?");
    bob.press(&format!("/comment/{word}/delete"));
    bob.press(&format!("/post/{his}/delete"));
    carol.press(&format!("/comment/{under}/like"));
    let next = carol.write("next, @bob");
    assert_eq!(stream.until(&next), [] as [&str; 0]);
}

#[test]
fn a_name_in_a_new_post_is_a_link_for_those_who_may_know_of_it() {
    let site = Site::start();
    let (alice, _bob) = site.friends();
    let (carol, dave) = (site.member("carol"), site.member("dave"));
    alice.press("/block/bob");
    let mut streams = [&alice, &dave].map(|person| person.listen_at("/sse?topic=everything", &[]));
    let post = carol.write("ask @bob");
    let links = streams.each_mut().map(|stream| {
        let event = stream.expect("post");
        assert_eq!(event.data["post_id"], post.as_str());
        event.html().contains("href=\"/user/bob\"")
    });
    assert_eq!(links, [false, true]);
}

#[test]
fn what_private_people_do_is_on_no_strangers_stream() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    carol.go_private();
    let post = bob.write("open");
    carol.comment(&post, "under it");
    let file = site.file();
    let feed: i64 = file
        .query_row(
            "select feeds.id from feeds join users on users.id = owner_id where username = 'carol'",
            [],
            |row| row.get(0),
        )
        .expect("a feed");
    let mut acts = alice.listen_at(&format!("/sse?topic=acts:{feed}&topic=feed:{feed}"), &[]);
    let mut home = alice.listen();
    bob.comment(&post, "again");
    let next = bob.write("next");
    home.until(&next);
    alice.press("/logout");
    acts.expect("bye");
}

#[test]
fn after_fourteen_days_nobody_comes_back() {
    let site = Site::start();
    let bob = site.member("bob");
    assert_eq!(
        bob.post("/settings/account/delete", &[("password", PASSWORD)])
            .status,
        303
    );
    site.pass(Duration::from_hours(14 * 24 + 1));
    let late = bob.log_in("bob", PASSWORD);
    assert_eq!(late.status, 422, "{}", late.text);
}

/// Whatever is kept about people, now and in versions to come: of one who is gone nothing is left but the name.
#[test]
fn no_table_remembers_who_is_gone() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    bob.follow(&alice);
    let post = bob.write("by bob, see @alice #tag");
    let comment = bob.comment(&alice.write("by alice"), "and @alice");
    alice.press(&format!("/comment/{comment}/like"));
    alice.like(&post);
    bob.press(&format!("/post/{post}/mute"));
    bob.post("/settings/invitations", &[("uses", "1"), ("days", "7")]);
    bob.post("/settings/tokens", &[("name", "mine"), ("scope", "read")]);
    alice.press("/mute/bob");
    bob.post("/settings/account/delete", &[("password", PASSWORD)]);
    site.pass(Duration::from_hours(14 * 24 + 1));
    site.restart();
    let file = site.file();
    let bob: i64 = file
        .query_row("select id from users where username = 'bob'", [], |row| {
            row.get(0)
        })
        .expect("the name");
    eventually("everything of bob's is gone", || {
        let gone: i64 = file
            .query_row(
                "select gone_at is not null from users where id = ?",
                [bob],
                |row| row.get(0),
            )
            .expect("a row");
        gone == 1
    });
    let columns: Vec<(String, String)> = file
        .prepare(
            "select tables.name, keys.\"from\" from sqlite_schema as tables
             join pragma_foreign_key_list(tables.name) as keys
             where tables.type = 'table' and keys.\"table\" = 'users'",
        )
        .and_then(|mut query| {
            query
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .expect("the schema");
    assert!(columns.len() > 15, "{columns:?}");
    for (table, column) in columns {
        // The name leads to nobody and is nobody else's; an empty feed is where it stands.
        if ["feeds", "former_usernames"].contains(&table.as_str()) {
            continue;
        }
        let rows: i64 = file
            .query_row(
                &format!("select count(*) from {table} where {column} = ?"),
                [bob],
                |row| row.get(0),
            )
            .expect("it can be read");
        assert_eq!(rows, 0, "{table}.{column}");
    }
}
