//! Moving a whole site: everything of it is read for an archive, and written into another site.

mod comments;
mod groups;
mod people;
mod posts;
mod reading;

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::{error::Result, model::hex};

pub use comments::{ReadyComment, add_comment, knows_comment};
pub use groups::{add_group, group_here, group_name, is_private, set_picture};
pub use people::{
    PersonHere, add_former_names, add_person, has_members, name_of, person_here, set_avatar,
    standing, tie, username,
};
pub use posts::{PlacesHere, ReadyPost, add_post, post_here};
pub use reading::{comments_on, each_comment, each_group, each_person, each_post, is_open};

/// Returns a name of this site that no other has, and that its backups keep. It is a hash of its secret, and does not
/// give it away.
pub fn site_id(conn: &Connection) -> Result<String> {
    let mut query = conn.prepare_cached("select secret from site")?;
    let secret: Vec<u8> = query.query_row([], |row| row.get(0))?;
    let hash = Sha256::new()
        .chain_update("the name of this site in archives")
        .chain_update(secret)
        .finalize();
    Ok(hex(&hash[..8]))
}
