-- What each person has read, exact to the comment.
--
-- The key begins with the post. Ids of posts grow with time (see PostId), so the marks of all people on the posts of an
-- evening lie next to each other, and a batch of marks changes few pages of the file. A post takes its marks along
-- through the same key.

create table seen (
    post_id    integer not null references posts (id) on delete cascade,
    user_id    integer not null references users (id),
    comment_id integer not null, -- the newest comment seen, 0 if there was none; no reference: it may be deleted
    primary key (post_id, user_id)
) strict, without rowid;
