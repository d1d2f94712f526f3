//! The kinds of notifications about followers, in the form of `kinds`.

/// New followers, one row for each day.
macro_rules! follow {
    (news) => {
        concat!(
            "select 'follow', null, 0, max(follows.event_id) as event
         from follows indexed by follows_by_feed
         where follows.feed_id = ",
            crate::store::feeds::own_feed!("?1"),
            " and follows.event_id > ?2 and follows.granted_event is null
             and follows.user_id not in ",
            silent_people!("?5"),
            "
         group by follows.created_at / 86400000 having event < ?3"
        )
    };
    (actors) => {
        "select place, count(*) over (partition by place), follows.user_id, follows.event_id
         from page cross join users as oneself on oneself.id = ?1
         cross join follows on follows.feed_id = oneself.feed_id and follows.event_id <= page.event
             and follows.granted_event is null and follows.user_id not in hidden
             and follows.created_at / 86400000 = (
                 select created_at / 86400000 from follows as newest
                 where newest.feed_id = oneself.feed_id and newest.event_id = page.event)
         where kind = 'follow'"
    };
}
pub(super) use follow;

/// Requests to follow the person, all in one row.
macro_rules! follow_request {
    (news) => {
        concat!(
            "select 'follow_request', null, 0, max(follow_requests.event_id) as event
         from follow_requests indexed by follow_requests_by_feed
         where follow_requests.feed_id = ",
            crate::store::feeds::own_feed!("?1"),
            " and follow_requests.event_id > ?2
             and follow_requests.user_id not in ",
            silent_people!("?5"),
            "
         having event < ?3"
        )
    };
    (actors) => {
        "select place, count(*) over (partition by place), follow_requests.user_id, follow_requests.event_id
         from page cross join users as oneself on oneself.id = ?1
         cross join follow_requests on follow_requests.feed_id = oneself.feed_id
             and follow_requests.user_id not in hidden
         where kind = 'follow_request'"
    };
}
pub(super) use follow_request;

/// Private people who accepted the person's request to follow them, one row for each.
macro_rules! follow_granted {
    (news) => {
        concat!(
            "select 'follow_granted', null, 0, granted_event
         from follows indexed by follows_granted
         cross join feeds on feeds.id = follows.feed_id and feeds.owner_id is not null
         where user_id = ?1 and granted_event > ?2 and granted_event < ?3 and feeds.owner_id not in ",
            crate::store::visibility::hidden_people!()
        )
    };
    (actors) => {
        "select place, 1, feeds.owner_id, page.event
         from page cross join follows on follows.user_id = ?1 and follows.granted_event = page.event
         cross join feeds on feeds.id = follows.feed_id
         where page.kind = 'follow_granted'"
    };
}
pub(super) use follow_granted;
