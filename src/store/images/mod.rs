//! Images: storing uploads, attaching them to posts, using them as avatars, and finding the renditions that a viewer
//! may see.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    Tx, events,
    posts::rows::ids,
    sql::free_id,
    visibility::{group_visible, person_visible, visible},
};
use crate::{
    error::{Error, Result},
    model::{
        AltText, Attached, BlobId, IdempotencyKey, Image, ImageId, NewImage, PictureFile, Post,
        PostId, Rendition, Timestamp, UserId, Viewer,
    },
};

mod avatars;
pub(super) mod blobs;
mod exported;
mod quota;

pub use avatars::{create_avatar, create_group_avatar, delete_avatar, set_avatar};
pub use blobs::{Blob, BlobReader, clear_loose, has_loose, has_room, read, shrink};
pub use exported::{each_own, each_used};
pub(super) use exported::{own_avatar, own_of_post, with_id};
pub use quota::{check_room, used_by};

/// The age at which an unused image is deleted: enough for a post that is written slowly.
pub const UNUSED_FOR: std::time::Duration = std::time::Duration::from_hours(24);

/// The number of unused images that are deleted at once.
const PIECE_IMAGES: u32 = 100;

/// The name of the form field that errors about images refer to.
const FIELD: &str = "image";

/// Stores an image. Only its owner can see it until it is attached to a post or becomes their avatar.
///
/// # Errors
/// `Invalid` if the owner's images would take more than `storage_max` bytes.
pub fn create(
    tx: &mut Tx<'_>,
    owner: UserId,
    new: &NewImage,
    alt: &AltText,
    storage_max: u64,
) -> Result<ImageId> {
    let bytes = new.charge();
    quota::check_fits(tx, owner, bytes, storage_max)?;
    let taken = "select exists (select 1 from images where id = ?)";
    let id = free_id(tx, taken, || ImageId::new(tx.now))?;
    tx.prepare_cached(
        "insert into images (id, owner_id, alt, width, height, is_moving, bytes, created_at)
         values (?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute((
        id,
        owner,
        alt.as_str(),
        new.width,
        new.height,
        new.is_moving,
        bytes.cast_signed(),
        tx.now,
    ))?;
    for rendition in &new.renditions {
        let blob = blobs::keep(tx, rendition)?;
        tx.prepare_cached(
            "insert into renditions (image_id, name, blob_id, width, height) values (?, ?, ?, ?, ?)",
        )?
        .execute((
            id,
            rendition.rendition.to_string(),
            blob,
            rendition.width,
            rendition.height,
        ))?;
    }
    Ok(id)
}

/// Stores an image for an API request. If the request has an idempotency key, repeating it creates no second image.
///
/// # Errors
/// The errors of [`create`] and [`sent`].
pub fn create_once(
    tx: &mut Tx<'_>,
    owner: UserId,
    new: &NewImage,
    alt: &AltText,
    storage_max: u64,
    key: Option<IdempotencyKey>,
) -> Result<ImageId> {
    if let Some(earlier) = sent(tx, owner, key)? {
        return Ok(earlier);
    }
    let id = create(tx, owner, new, alt, storage_max)?;
    tx.prepare_cached("update images set submission = ? where id = ?")?
        .execute((key, id))?;
    Ok(id)
}

/// Finds the image that an identical request created before, if it still exists.
///
/// # Errors
/// `Invalid` if the key was used for another request.
pub fn sent(
    conn: &Connection,
    owner: UserId,
    key: Option<IdempotencyKey>,
) -> Result<Option<ImageId>> {
    let Some(key) = key else {
        return Ok(None);
    };
    let same_key = key.of_same_key();
    let mut query = conn.prepare_cached(
        "select id, submission from images where owner_id = ? and submission >= ? and submission < ?",
    )?;
    let parameters = (owner, same_key.start, same_key.end);
    let found: Option<(ImageId, IdempotencyKey)> = query
        .query_row(parameters, |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match found {
        Some((_, other)) if other != key => Err(events::other_request()),
        found => Ok(found.map(|(id, _)| id)),
    }
}

/// Returns those of the wanted images that their owner can put into the post, in the given order: images that are not
/// used yet, and images that the post already has.
pub fn choosable(
    conn: &Connection,
    owner: UserId,
    post: Option<PostId>,
    wanted: &[ImageId],
) -> Result<Vec<Image>> {
    let mut query = conn.prepare_cached(
        "select id as image_id, width, height, alt, is_moving from images
         where id = ? and owner_id = ? and is_avatar = 0 and (post_id is null or post_id = ?)",
    )?;
    let mut found = Vec::new();
    for id in wanted {
        found.extend(query.query_row((id, owner, post), from_row).optional()?);
    }
    Ok(found)
}

/// Returns the images of a post in their order, each with its alternative text.
pub fn of_post(conn: &Connection, post: PostId) -> Result<Vec<(ImageId, String)>> {
    let mut query =
        conn.prepare_cached("select id, alt from images where post_id = ? order by place")?;
    let images = query.query_map([post], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(images.collect::<rusqlite::Result<_>>()?)
}

/// Replaces the images of a post, and deletes those that it no longer has. Returns whether anything changed.
///
/// # Errors
/// The errors of [`attach`].
pub(super) fn replace(
    tx: &mut Tx<'_>,
    owner: UserId,
    post: PostId,
    attached: &Attached,
) -> Result<bool> {
    let before = of_post(tx, post)?;
    let same = |((id, alt), (other, words)): (&(ImageId, String), (ImageId, &AltText))| {
        *id == other && alt == words.as_str()
    };
    if before.len() == attached.iter().count() && before.iter().zip(attached.iter()).all(same) {
        return Ok(false);
    }
    for (id, _) in before {
        if attached.iter().all(|(kept, _)| kept != id) {
            delete(tx, id)?;
        }
    }
    attach(tx, owner, post, attached)?;
    tx.prepare_cached("update posts set images = ?2 where id = ?1")?
        .execute((post, attached.count()))?;
    Ok(true)
}

/// Finds an image of a person, used or not.
///
/// # Errors
/// `NotFound` if the image is not theirs.
pub fn own(conn: &Connection, owner: UserId, id: ImageId) -> Result<Image> {
    let mut query = conn.prepare_cached(
        "select id as image_id, width, height, alt, is_moving from images
         where id = ? and owner_id = ?",
    )?;
    Ok(query.query_row((id, owner), from_row)?)
}

/// Attaches images to a post, in this order.
///
/// # Errors
/// `Invalid` if an image is not the owner's, is used elsewhere, was not encoded for posts, or is gone.
pub(super) fn attach(
    tx: &mut Tx<'_>,
    owner: UserId,
    post: PostId,
    attached: &Attached,
) -> Result<()> {
    let mut update = tx.prepare_cached(
        "update images set post_id = ?1, place = ?2, alt = ?3
         where id = ?4 and owner_id = ?5 and is_avatar = 0 and (post_id is null or post_id = ?1)
             and exists (select 1 from renditions where image_id = ?4 and name = ?6)",
    )?;
    for ((id, alt), place) in attached.iter().zip(0_i64..) {
        let full = Rendition::Full.to_string();
        if update.execute((post, place, alt.as_str(), id, owner, full))? == 0 {
            let message = "One of these pictures is not there any more. Please add it once more.";
            return Err(Error::invalid(FIELD, message));
        }
    }
    Ok(())
}

/// Deletes those of the given images that the person owns and has not used.
pub fn discard(tx: &mut Tx<'_>, owner: UserId, unwanted: &[ImageId]) -> Result<()> {
    for image in choosable(tx, owner, None, unwanted)? {
        delete(tx, image.id)?;
    }
    Ok(())
}

/// Deletes an image. Small blobs that nothing else uses go at once, large ones later in pieces.
fn delete(tx: &mut Tx<'_>, image: ImageId) -> Result<()> {
    let blobs: Vec<BlobId> = tx
        .prepare_cached("select distinct blob_id from renditions where image_id = ?")?
        .query_map([image], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    tx.prepare_cached("delete from images where id = ?")?
        .execute([image])?;
    blobs
        .into_iter()
        .try_for_each(|blob| blobs::delete_small(tx, blob))
}

/// Checks whether there are unused images older than [`UNUSED_FOR`].
pub fn has_unused(conn: &Connection, now: Timestamp) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (
             select 1 from images indexed by images_unused
             where post_id is null and is_avatar = 0 and created_at <= ?)",
    )?;
    Ok(query.query_row([now.minus(UNUSED_FOR)], |row| row.get(0))?)
}

/// Deletes some of the unused images older than [`UNUSED_FOR`].
pub fn clear_unused(tx: &mut Tx<'_>) -> Result<()> {
    tx.prepare_cached(
        "delete from images where id in (
             select id from images indexed by images_unused
             where post_id is null and is_avatar = 0 and created_at <= ? limit ?)",
    )?
    .execute((tx.now.minus(UNUSED_FOR), PIECE_IMAGES))?;
    Ok(())
}

/// A rendition of an image that the viewer may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub blob: Blob,
    pub purpose: Use,
}

/// The use of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Post,
    Avatar,
    /// No use yet.
    None,
}

/// Returns the full-size files of the pictures of posts that the viewer sees.
pub fn files_of(conn: &Connection, posts: &[Post]) -> Result<Vec<PictureFile>> {
    let mut query = conn.prepare_cached(
        "select images.id, blobs.media_type, blobs.bytes
         from json_each(?) as page
         cross join images indexed by images_by_post on images.post_id = page.value
         cross join renditions on renditions.image_id = images.id and renditions.name = 'full'
         cross join blobs on blobs.id = renditions.blob_id",
    )?;
    let with_pictures = posts.iter().filter(|post| !post.images.is_empty());
    let files = query.query_map([ids(with_pictures)], |row| {
        Ok(PictureFile {
            image: row.get(0)?,
            media_type: row.get(1)?,
            bytes: row.get::<_, i64>(2)?.unsigned_abs(),
        })
    })?;
    Ok(files.collect::<rusqlite::Result<_>>()?)
}

/// Finds a rendition of an image. An image of a post is visible with the post, an avatar with its person or group, and an
/// unused image to its owner alone.
///
/// # Errors
/// `NotFound` if the viewer may not see the image, or the image has no such rendition.
pub fn find(
    conn: &Connection,
    viewer: impl Into<Viewer>,
    id: ImageId,
    rendition: Rendition,
) -> Result<Found> {
    let sql = concat!(
        "select blobs.id, hash, crc, media_type, blobs.bytes, posts.id is not null, is_avatar
         from images
         join renditions on renditions.image_id = images.id and renditions.name = ?3
         join blobs on blobs.id = renditions.blob_id
         join users on users.id = images.owner_id
         left join posts on posts.id = images.post_id
         where images.id = ?2 and case
             when images.post_id is not null then ",
        visible!(),
        " when images.group_id is not null then exists (
             select 1 from groups join feeds on feeds.id = groups.feed_id
             where groups.feed_id = images.group_id and ",
        group_visible!(),
        ") when is_avatar then ",
        person_visible!(),
        " else images.owner_id is ?1 end"
    );
    let mut query = conn.prepare_cached(sql)?;
    let found = query.query_row((viewer.into(), id, rendition.to_string()), |row| {
        Ok(Found {
            blob: blobs::from_row(row)?,
            purpose: match (row.get(5)?, row.get(6)?) {
                (true, _) => Use::Post,
                (false, true) => Use::Avatar,
                (false, false) => Use::None,
            },
        })
    })?;
    Ok(found)
}

/// Reads an image from the columns `image_id, width, height, alt, is_moving`.
pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Image> {
    Ok(Image {
        id: row.get("image_id")?,
        width: row.get("width")?,
        height: row.get("height")?,
        alt: row.get("alt")?,
        is_moving: row.get("is_moving")?,
    })
}

#[cfg(test)]
mod tests;
