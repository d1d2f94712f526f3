//! The kinds of notifications about groups and conversations, in the form of `kinds`. Where a notification is about a
//! group, the group's feed stands in the place of the comment.

/// Requests to join a group that the person is an admin of, one row for each group.
macro_rules! group_request {
    (news) => {
        concat!(
            "select 'group_request', null, mine.feed_id, max(follow_requests.event_id) as event
         from group_roles as mine indexed by group_roles_by_user
         cross join groups on groups.feed_id = mine.feed_id and groups.deletes_at is null
         cross join follow_requests indexed by follow_requests_by_feed on follow_requests.feed_id = mine.feed_id
         where mine.user_id = ?1 and mine.is_admin = 1 and follow_requests.event_id > ?2
             and follow_requests.user_id not in ",
            silent_people!("?5"),
            "
         group by mine.feed_id having event < ?3"
        )
    };
    (actors) => {
        "select place, count(*) over (partition by place), follow_requests.user_id, follow_requests.event_id
         from page cross join follow_requests on follow_requests.feed_id = page.comment
             and follow_requests.user_id not in hidden
         where kind = 'group_request'"
    };
}
pub(super) use group_request;

/// Groups that let the person in, one row for each. Nobody is named.
macro_rules! group_granted {
    (news) => {
        "select 'group_granted', null, follows.feed_id, granted_event
         from follows indexed by follows_granted
         cross join groups on groups.feed_id = follows.feed_id and groups.deletes_at is null
         where user_id = ?1 and granted_event > ?2 and granted_event < ?3"
    };
    (actors) => {
        "select place, 0, null, page.event from page where kind = 'group_granted' and false"
    };
}
pub(super) use group_granted;

/// Changes of what the person may do in a group, one row for each group.
macro_rules! group_role {
    (news) => {
        "select 'group_role', null, group_roles.feed_id, group_roles.event_id
         from group_roles indexed by group_roles_by_user
         cross join groups on groups.feed_id = group_roles.feed_id and groups.deletes_at is null
         where user_id = ?1 and group_roles.event_id > ?2 and group_roles.event_id < ?3
             and group_roles.event_id > 0"
    };
    (actors) => {
        "select place, 1, by_id, page.event
         from page cross join group_roles on group_roles.feed_id = page.comment and user_id = ?1
         where kind = 'group_role' and by_id is not null and by_id not in hidden"
    };
}
pub(super) use group_role;

/// Conversations that somebody began with the person or added them to, one row for each.
macro_rules! direct {
    (news) => {
        concat!(
            "select 'direct', posts.id, 0, granted_event
         from follows indexed by follows_granted
         cross join feeds on feeds.id = follows.feed_id and feeds.kind = 'direct'
         cross join post_feeds on post_feeds.feed_id = feeds.id
         cross join posts on posts.id = post_feeds.post_id
         where follows.user_id = ?1 and granted_event > ?2 and granted_event < ?3
             and not exists (select 1 from mutes where user_id = ?1 and post_id = posts.id)
             and posts.author_id not in ",
            silent_people!("?5"),
            " and ",
            crate::store::visibility::visible!()
        )
    };
    (actors) => {
        "select place, 1, coalesce(
                 (select actor_id from participations where post_id = post and event_id = page.event),
                 (select author_id from posts where id = post)), page.event
         from page where kind = 'direct'"
    };
}
pub(super) use direct;

/// Deletions by admins of groups, one row for each. The author is not told who did it, and the other admins are.
macro_rules! moderated {
    (news) => {
        "select 'moderated', null, moderations.feed_id, moderations.event_id
         from moderations indexed by moderations_by_author
         cross join groups on groups.feed_id = moderations.feed_id and groups.deletes_at is null
         where author_id = ?1 and moderations.event_id > ?2 and moderations.event_id < ?3
         union all
         select 'moderated', null, moderations.feed_id, moderations.event_id
         from group_roles as mine indexed by group_roles_by_user
         cross join groups on groups.feed_id = mine.feed_id and groups.deletes_at is null
         cross join moderations indexed by moderations_by_feed on moderations.feed_id = mine.feed_id
         where mine.user_id = ?1 and mine.is_admin = 1
             and moderations.event_id > ?2 and moderations.event_id < ?3
             and moderations.by_id <> ?1 and moderations.author_id <> ?1"
    };
    (actors) => {
        "select place, 1, by_id, page.event
         from page cross join moderations on moderations.event_id = page.event
         where kind = 'moderated' and author_id <> ?1"
    };
}
pub(super) use moderated;
