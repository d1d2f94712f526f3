//! Archives of Bluesky: the repository of a person, `repo.car`. Pictures are not in it; they may stand beside it in a ZIP file,
//! each called by its CID.

use super::{
    ImportError,
    archive::ForeignArchive,
    car::{CarFile, cid_name},
    cbor::CborValue,
    foreign::{ForeignAudience, ForeignPicture, ForeignPost, FoundThing, TakeThing, rfc3339},
};
use crate::model::LeftOut;

/// The name of a repository that is not packed.
pub(super) const FILE: &str = "repo.car";

/// The address at which Bluesky shows posts and people.
const SITE: &str = "https://bsky.app/profile";

const POST: &str = "app.bsky.feed.post";
const REPOST: &str = "app.bsky.feed.repost";
const LIKE: &str = "app.bsky.feed.like";
const FOLLOW: &str = "app.bsky.graph.follow";

/// The kinds of records that are read.
const KINDS: [&str; 4] = [POST, REPOST, LIKE, FOLLOW];

pub(super) fn is_one(archive: &ForeignArchive) -> bool {
    place(archive).is_some()
}

/// Returns the place of the repository. Its file may be called by its owner and the day.
fn place(archive: &ForeignArchive) -> Option<usize> {
    let mut cars = archive
        .names()
        .filter(|(_, name)| name.rsplit('.').next() == Some("car"));
    let (place, _) = cars.next()?;
    cars.next().is_none().then_some(place)
}

pub(super) fn read(archive: &ForeignArchive, take: TakeThing<'_>) -> Result<(), ImportError> {
    let Some(place) = place(archive) else {
        return Ok(());
    };
    let file = archive.whole_file(place, CarFile::is_begun)?;
    let car = CarFile::open(file, archive.stop())?;
    let commit = car.commit()?;
    let owner = commit.get("did").text().unwrap_or_default();
    let is_wanted = |key: &str| KINDS.contains(&parts(key).0);
    car.each_record(&commit, is_wanted, &mut |key, record| {
        let (kind, name) = parts(key);
        let Some(record) = record else {
            let is_post = kind == POST;
            let missing = FoundThing::LeftOut(LeftOut::Unreadable, 1);
            return if is_post { take(missing) } else { Ok(()) };
        };
        match kind {
            POST => post_in(archive, owner, name, &record, take),
            REPOST => {
                let address = web_address(subject(&record));
                take(FoundThing::Elsewhere(LeftOut::Boost, address))
            }
            LIKE if is_of(subject(&record), owner) => {
                take(FoundThing::LeftOut(LeftOut::OwnLike, 1))
            }
            LIKE => {
                let address = web_address(subject(&record));
                take(FoundThing::Elsewhere(LeftOut::Like, address))
            }
            FOLLOW => {
                let person = record.get("subject").text().unwrap_or_default();
                let address = format!("{SITE}/{person}");
                take(FoundThing::Elsewhere(LeftOut::Unnamed, address))
            }
            _ => Ok(()),
        }
    })
}

/// Returns the kind of a record and its name, by its key.
fn parts(key: &str) -> (&str, &str) {
    key.split_once('/').unwrap_or_default()
}

/// Returns the address of the post that a like or a repost is about.
fn subject(record: &CborValue) -> &str {
    record.get("subject").get("uri").text().unwrap_or_default()
}

/// Returns whether an address is one of this person's repository.
fn is_of(uri: &str, owner: &str) -> bool {
    let rest = uri.strip_prefix("at://").unwrap_or_default();
    !owner.is_empty() && rest.split('/').next() == Some(owner)
}

/// Returns the address at which a browser shows a post.
fn web_address(uri: &str) -> String {
    let mut parts = uri.strip_prefix("at://").unwrap_or_default().split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(person), Some(POST), Some(name)) => format!("{SITE}/{person}/post/{name}"),
        _ => uri.to_owned(),
    }
}

/// Hands on a post, or why it is left out.
fn post_in(
    archive: &ForeignArchive,
    owner: &str,
    name: &str,
    record: &CborValue,
    take: TakeThing<'_>,
) -> Result<(), ImportError> {
    let written_at = record.get("createdAt").text().and_then(rfc3339);
    let (Some(text), Some(written_at)) = (record.get("text").text(), written_at) else {
        return take(FoundThing::LeftOut(LeftOut::Unreadable, 1));
    };
    let answered = record.get("reply").get("parent").get("uri").text();
    if answered.is_some_and(|answered| !is_of(answered, owner)) {
        return take(FoundThing::LeftOut(LeftOut::Reply, 1));
    }
    let mut post = ForeignPost {
        id: format!("at://{owner}/{POST}/{name}"),
        text: whole_links(text, record.get("facets").items()),
        written_at,
        audience: ForeignAudience::Everybody,
        pictures: Vec::new(),
    };
    let embed = record.get("embed");
    let mut videos = 0;
    // A quotation may have pictures beside it.
    for embed in [embed, embed.get("media")] {
        videos += attach(archive, embed, &mut post);
    }
    take(FoundThing::LeftOut(LeftOut::OtherFile, videos))?;
    take(FoundThing::Post(post))
}

/// Adds what is embedded in a post to it. Returns the number of videos, which stay out.
fn attach(archive: &ForeignArchive, embed: &CborValue, post: &mut ForeignPost) -> u64 {
    for image in embed.get("images").items() {
        let blob = image.get("image");
        // Old records name the file itself.
        let cid = blob.get("ref").link().map(cid_name);
        let cid = cid.or_else(|| blob.get("cid").text().map(str::to_owned));
        post.pictures.push(ForeignPicture {
            file: cid.and_then(|cid| archive.by_stem(&cid)),
            alt: image.get("alt").text().unwrap_or_default().to_owned(),
        });
    }
    let quoted = embed.get("record");
    let quoted = [quoted.get("uri"), quoted.get("record").get("uri")];
    let quoted = quoted
        .into_iter()
        .find_map(CborValue::text)
        .map(web_address);
    let linked = embed.get("external").get("uri").text().map(str::to_owned);
    for address in linked.into_iter().chain(quoted) {
        if !post.text.contains(&address) {
            let gap = if post.text.is_empty() { "" } else { "\n\n" };
            post.text += gap;
            post.text += &address;
        }
    }
    u64::from(embed.get("video") != &CborValue::Other)
}

/// Returns a text in which links are whole. They stand at places that are counted in bytes of UTF-8.
fn whole_links(text: &str, facets: &[CborValue]) -> String {
    let mut links: Vec<_> = facets.iter().filter_map(link).collect();
    links.sort_unstable();
    let (mut whole, mut at) = (String::new(), 0);
    for (start, end, address) in links {
        // A place within a character, or within another link, is none.
        let (Some(before), Some(shown)) = (text.get(at..start), text.get(start..end)) else {
            continue;
        };
        whole += before;
        whole += &shown_link(shown, address);
        at = end;
    }
    whole + text.get(at..).unwrap_or_default()
}

/// Returns the begin, the end and the address of a link.
fn link(facet: &CborValue) -> Option<(usize, usize, &str)> {
    let mut features = facet.get("features").items().iter();
    let address = features.find_map(|feature| feature.get("uri").text())?;
    let index = facet.get("index");
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    let place = (
        index.get("byteStart").count()?,
        index.get("byteEnd").count()?,
    );
    is_web.then_some((place.0, place.1, address))
}

/// Returns a link as a text that has its address: that alone if it is what was shown, in short.
fn shown_link(shown: &str, address: &str) -> String {
    let bare = |text: &str| {
        let text = text
            .trim_start_matches("https://")
            .trim_start_matches("http://");
        text.trim_start_matches("www.").to_lowercase()
    };
    let short = bare(shown.trim_end_matches("...").trim_end_matches('\u{2026}'));
    if bare(address).starts_with(&short) {
        address.to_owned()
    } else {
        format!("{shown} ({address})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_whole_at_their_places() {
        let address = "https://example.org/a/long/path";
        assert_eq!(shown_link("example.org/a/lo...", address), address);
        assert_eq!(shown_link("here", address), format!("here ({address})"));
        let uri = "at://did:plc:a/app.bsky.feed.post/3k";
        assert_eq!(
            web_address(uri),
            "https://bsky.app/profile/did:plc:a/post/3k"
        );
        assert!(is_of(uri, "did:plc:a") && !is_of(uri, "did:plc") && !is_of(uri, ""));
    }
}
