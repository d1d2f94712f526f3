//! Images in the download of their owner, each in its largest rendition.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    blobs::{self, Blob},
    from_row,
};
use crate::{
    error::Result,
    model::{ImageId, OwnImage, PostId, User, UserId},
    store::rows::{self, Take},
};

/// The query for [`own_image`]: an image and its largest rendition. The blob's columns come first.
macro_rules! own_images {
    () => {
        "select blobs.id, hash, crc, media_type, blobs.bytes, post_id,
             images.id as image_id, images.width, images.height, alt, is_moving
         from images
         join renditions on renditions.image_id = images.id and renditions.name = case
             when is_avatar then 'avatar-400' when is_moving then 'moving' else 'full' end
         join blobs on blobs.id = renditions.blob_id
         where "
    };
}

/// Reads all images of a person with their bytes: those of posts, avatars, and unused ones. The newest come first.
pub fn each_own(conn: &Connection, viewer: UserId, take: Take<'_, (OwnImage, Blob)>) -> Result<()> {
    let sql = concat!(
        own_images!(),
        "images.owner_id = ?
             and not exists (select 1 from posts where id = images.post_id and deleted_at is not null)
         order by images.id desc"
    );
    let read = |row: &Row<'_>| Ok((own_image(row)?, blobs::from_row(row)?));
    rows::each(conn, sql, viewer, read, take)
}

/// Returns the images of a post in their order.
pub(in crate::store) fn own_of_post(conn: &Connection, post: PostId) -> Result<Vec<OwnImage>> {
    let sql = concat!(own_images!(), "images.post_id = ? order by images.place");
    let mut query = conn.prepare_cached(sql)?;
    let images = query.query_map([post], own_image)?;
    Ok(images.collect::<rusqlite::Result<_>>()?)
}

/// Returns a person's avatar, if they uploaded one.
pub(in crate::store) fn own_avatar(conn: &Connection, user: &User) -> Result<Option<OwnImage>> {
    user.avatar.map_or(Ok(None), |image| with_id(conn, image))
}

/// Finds an image by its id.
pub(in crate::store) fn with_id(conn: &Connection, id: ImageId) -> Result<Option<OwnImage>> {
    let mut query = conn.prepare_cached(concat!(own_images!(), "images.id = ?"))?;
    Ok(query.query_row([id], own_image).optional()?)
}

/// Reads all images that are in use with their bytes: of posts, people and groups, whoever may see them.
pub fn each_used(conn: &Connection, take: Take<'_, (OwnImage, Blob)>) -> Result<()> {
    let sql = concat!(
        own_images!(),
        "(is_avatar = 1
              or exists (select 1 from posts where posts.id = images.post_id and deleted_at is null))
             and not exists (
                 select 1 from users where users.id = images.owner_id
                     and (gone_at is not null or leaves_at is not null or imagined_by is not null))
         order by images.id"
    );
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        take((own_image(row)?, blobs::from_row(row)?))?;
    }
    Ok(())
}

fn own_image(row: &Row<'_>) -> rusqlite::Result<OwnImage> {
    Ok(OwnImage {
        image: from_row(row)?,
        media_type: row.get("media_type")?,
        post: row.get("post_id")?,
    })
}
