//! HTML as tests read it: parts of a page, its words, and what does not differ between two renderings.

/// Returns what stands between two texts, the first time that they occur.
pub(crate) fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after)
        .unwrap_or_else(|| panic!("no {after} in {text}"))
        .0
}

/// Returns what stands between two texts, every time that they occur.
pub(crate) fn all_between<'t>(text: &'t str, before: &str, after: &str) -> Vec<&'t str> {
    let parts = text.split(before).skip(1);
    parts
        .map(|rest| rest.split_once(after).expect("it ends").0)
        .collect()
}

/// Returns HTML as it is read: without tags, with its entities as characters.
pub(crate) fn words(html: &str) -> String {
    let mut words = String::new();
    for part in html.split('<') {
        let text = part.split_once('>').map_or(part, |(_, text)| text);
        words += text;
    }
    let words = words
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    words.replace("&amp;", "&")
}

/// Removes what differs between two renderings of one thing: the values of tokens and keys.
pub(crate) fn bare(html: &str) -> String {
    let mut parts = html.split("type=\"hidden\" name=\"");
    let mut bare = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("\" value=\"").expect("a hidden field");
        let (_, rest) = rest.split_once('"').expect("the value ends");
        bare += name;
        bare += rest;
    }
    bare
}
