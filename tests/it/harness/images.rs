//! Images that are written into a site's file beside it, without an encoder.

use quartfeed::{
    error::Result,
    model::{
        AltText, Attached, ImageId, MediaType, Message, NewImage, NewRendition, PostId, Rendition,
        User,
    },
    store::{Tx, images, posts, users},
};

use super::{page::Page, person::Person, site::Site, wait::eventually};

/// Changes the file beside the site in the name of a person.
pub(crate) fn visit<T>(
    site: &Site,
    person: &Person,
    change: impl FnOnce(&mut Tx<'_>, &User) -> Result<T>,
) -> T {
    let name = person.name.parse().expect("a name");
    site.write(|tx| {
        let user = users::named(tx, &name)?;
        change(tx, &user)
    })
}

/// Returns bytes that begin as a WebP does.
pub(crate) fn webp(seed: u8, bytes: usize) -> Vec<u8> {
    let mut picture = b"RIFF\0\0\0\0WEBPVP8 ".to_vec();
    picture.extend((0..bytes).map(|n| seed.wrapping_mul(31).wrapping_add(n.to_le_bytes()[0])));
    picture.truncate(bytes.max(16));
    picture
}

/// Returns an image for a post: of this many bytes in full, and of few for the row.
pub(crate) fn new_image(seed: u8, bytes: usize) -> NewImage {
    let one = |rendition, width, height, bytes| {
        NewRendition::new(rendition, width, height, MediaType::WebP, webp(seed, bytes))
    };
    NewImage {
        width: 1_600,
        height: 1_200,
        is_moving: false,
        renditions: vec![
            one(Rendition::Row, 267, 200, 500),
            one(Rendition::DoubleRow, 533, 400, 900),
            one(Rendition::Full, 1_600, 1_200, bytes),
        ],
    }
}

/// Stores an image that belongs to no post yet.
pub(crate) fn keep(site: &Site, owner: &Person, new: &NewImage) -> ImageId {
    visit(site, owner, |tx, owner| {
        images::create(tx, owner.id, new, &AltText::default(), u64::MAX)
    })
}

/// Gives somebody an avatar.
pub(crate) fn give_avatar(site: &Site, owner: &Person, seed: u8) -> ImageId {
    let renditions = Rendition::avatars().zip(1_usize..).map(|(rendition, n)| {
        NewRendition::new(rendition, 50, 50, MediaType::WebP, webp(seed, 100 * n))
    });
    let new = NewImage {
        width: 400,
        height: 400,
        is_moving: false,
        renditions: renditions.collect(),
    };
    visit(site, owner, |tx, owner| {
        let image = images::create(tx, owner.id, &new, &AltText::default(), u64::MAX)?;
        images::set_avatar(tx, owner.id, image)?;
        Ok(image)
    })
}

/// Puts an image into a post that is there already.
pub(crate) fn put_into(site: &Site, owner: &Person, post: &str) -> ImageId {
    let image = keep(site, owner, &new_image(1, 2_000));
    let file = site.file();
    let post: PostId = post.parse().expect("an id");
    for (sql, parameters) in [
        (
            "update images set post_id = ?1 where id = ?2",
            (post.0, image.0),
        ),
        (
            "update posts set images = 1 where id = ?1 and ?2",
            (post.0, image.0),
        ),
    ] {
        assert_eq!(file.execute(sql, parameters).expect("it is there"), 1);
    }
    image
}

/// Writes a post with images and returns its id.
pub(crate) fn write_with(site: &Site, author: &Person, text: &str, images: &[ImageId]) -> String {
    let alt = AltText::parse("a tomato & a <plate>").expect("words");
    let images = images.iter().map(|image| (*image, alt.clone())).collect();
    let images = Attached::parse(images, 8).expect("so many");
    let message = Message::parse(text, 3_000).expect("a message");
    visit(site, author, |tx, author| {
        posts::create(tx, author.id, &message, &images, None)
    })
    .to_string()
}

pub(crate) fn image_path(image: ImageId, rendition: Rendition) -> String {
    format!("/image/{image}/{rendition}")
}

pub(crate) fn row_path(image: ImageId) -> String {
    image_path(image, Rendition::Row)
}

pub(crate) fn get_full(person: &Person, image: ImageId, headers: &[(&str, &str)]) -> Page {
    person.get_with(&image_path(image, Rendition::Full), headers)
}

/// Restarts the site and waits until it has deleted what is due.
pub(crate) fn tidy(site: &mut Site) {
    site.restart();
    let is_tidy = |site: &Site| {
        site.file().query_row(
            "select not exists (select 1 from blobs where hash is null)
                 and not exists (select 1 from users where leaves_at <= ?1 and gone_at is null)
                 and not exists (select 1 from posts where deleted_at <= ?1 - 600000)
                 and not exists (
                     select 1 from images where post_id is null and not is_avatar and created_at <= ?1 - 86400000)",
            [site.now()],
            |row| row.get::<_, bool>(0),
        )
    };
    eventually("everything is tidied", || is_tidy(site) == Ok(true));
}
