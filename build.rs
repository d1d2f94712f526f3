//! Prepares `assets/` for embedding: the modules in few files, a gzip beside every text, and one hash of all.
//!
//! The hash is part of every asset's URL, so assets may be cached for ever.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write,
    fs,
    path::Path,
};

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};
use sha2::{Digest, Sha256};

/// The module where a page begins, and the file that holds it together with everything it imports: one request
/// instead of a dozen.
const ENTRY: &str = "main.js";
const BUNDLE: &str = "app.js";

/// The style sheet, which is made smaller.
const STYLE: &str = "style.css";

/// The documents that are also pages of the site, under `/help`.
const HELP: [&str; 6] = [
    "using",
    "troubleshooting",
    "operating",
    "proxies",
    "api",
    "search",
];

/// The document whose samples follow it in the help.
const WITH_SAMPLES: &str = "proxies";

/// The beginning of links to samples.
const SAMPLE_LINK: &str = "../deploy/";

/// The beginning of links between these pages, which the program replaces by its own path.
const HELP_LINK: &str = "help:/";

/// Scripts that import nothing: the service worker, and the one of the page that it shows without a network.
const ALONE: [&str; 2] = ["offline.js", "sw.js"];

/// Modules that a page loads when it needs them, with `import('./lightbox.js')`. They import from the bundle, and may contain
/// each other.
const LATER: [&str; 11] = [
    "copy.js",
    "help.js",
    "keys.js",
    "lightbox.js",
    "linked.js",
    "marks.js",
    "mentions.js",
    "pictures.js",
    "progress.js",
    "seen.js",
    "to.js",
];

fn main() {
    println!("cargo::rerun-if-changed=assets");
    println!("cargo::rerun-if-changed=migrations");
    let target = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("assets");
    let _ = fs::remove_dir_all(&target); // left by an earlier build; missing in the first one
    fs::create_dir_all(&target).expect("OUT_DIR is writable");

    let (mut texts, mut pictures) = (BTreeMap::new(), BTreeMap::new());
    for entry in fs::read_dir("assets").expect("assets/ is part of the repository") {
        let path = entry.expect("assets/ is readable").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("asset names are ASCII");
        let content = fs::read(&path).expect("assets are readable");
        if has_extension(name, "png") {
            pictures.insert(name.to_owned(), content);
        } else {
            let text = String::from_utf8(content).expect("other assets are text");
            texts.insert(name.to_owned(), text);
        }
    }
    let is_module = |name: &String, _: &mut String| has_extension(name, "js");
    let modules = texts.extract_if(.., is_module).collect();
    texts.extend(scripts(&modules));
    let style = texts.get_mut(STYLE).expect("there is a style sheet");
    *style = compact(style);

    let mut hash = Sha256::new();
    for (name, content) in pictures {
        hash.update(&name);
        hash.update(&content);
        fs::write(target.join(name), content).expect("OUT_DIR is writable");
    }
    for (name, content) in texts {
        hash.update(&name);
        hash.update(&content);
        let mut zipped = Vec::new();
        zopfli::compress(
            zopfli::Options::default(),
            zopfli::Format::Gzip,
            content.as_bytes(),
            &mut zipped,
        )
        .expect("memory takes it");
        fs::write(target.join(format!("{name}.gz")), zipped).expect("OUT_DIR is writable");
        fs::write(target.join(name), content).expect("OUT_DIR is writable");
    }
    let hash: String = hash
        .finalize()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // Not named like our configuration: `cargo run` hands it to the program as well.
    println!("cargo::rustc-env=ASSETS_HASH={hash}");
    describe_schema();
    write_help();
    write_words();
}

/// Turns each file of translations into two sorted tables, `words/LANGUAGE.rs`: the texts that are translated where they stand,
/// and the messages. A row is the text of the source, and its translation or the translations of its plural forms.
fn write_words() {
    println!("cargo::rerun-if-changed=src/words");
    let target = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("words");
    fs::create_dir_all(&target).expect("OUT_DIR is writable");
    for entry in fs::read_dir("src/words").expect("src/words is part of the repository") {
        let path = entry.expect("src/words is readable").path();
        if path.extension().is_none_or(|extension| extension != "po") {
            continue;
        }
        let language = path.file_stem().expect("a file has a name");
        let file = target.join(language).with_extension("rs");
        fs::write(file, table_of_words(&path)).expect("OUT_DIR is writable");
    }
    let mut texts = BTreeSet::new();
    for entry in fs::read_dir("assets").expect("assets/ is part of the repository") {
        let path = entry.expect("assets/ is readable").path();
        if path.extension().is_some_and(|extension| extension == "js") {
            let script = fs::read_to_string(&path).expect("scripts are text");
            texts.extend(script.lines().flat_map(script_texts).map(str::to_owned));
        }
    }
    fs::write(
        target.join("scripts.rs"),
        format!("&{:?}", Vec::from_iter(texts)),
    )
    .expect("OUT_DIR is writable");
}

/// Returns the texts that a line of a script has translated: `say('text')` and `many(n, 'one', 'more')`.
fn script_texts(line: &str) -> Vec<&str> {
    let mut texts = Vec::new();
    for (at, _) in line.match_indices("say('") {
        texts.extend(line[at..].split('\'').nth(1));
    }
    for (at, _) in line.match_indices("many(") {
        let quoted = line[at..].split('\'').skip(1).step_by(2);
        texts.extend(quoted.take(2));
    }
    texts
}

/// Returns the tables of a file of translations, as an expression of Rust.
fn table_of_words(path: &Path) -> String {
    let shown = path.display();
    let catalog = polib::po_file::parse(path).unwrap_or_else(|error| panic!("{shown}: {error}"));
    let (mut texts, mut messages) = (BTreeMap::new(), BTreeMap::new());
    for message in catalog.messages() {
        let (source, forms) = if message.is_plural() {
            let forms = message.msgstr_plural().expect("it is a plural");
            (message.msgid(), forms.clone())
        } else {
            let translation = message.msgstr().expect("it is no plural");
            (message.msgid(), vec![translation.to_owned()])
        };
        let is_complete = !forms.is_empty() && forms.iter().all(|form| !form.is_empty());
        assert!(is_complete, "{shown}: “{source}” has no translation");
        let words = match message.msgctxt().unwrap_or_default() {
            "" => &mut texts,
            "message" => &mut messages,
            other => panic!("{shown}: there is no context “{other}”"),
        };
        if message.is_plural() {
            let last = forms.last().expect("it is complete").clone();
            let plural = message.msgid_plural().expect("it is a plural");
            words.insert(plural.to_owned(), vec![last]);
        }
        words.insert(source.to_owned(), forms);
    }
    format!(
        "Catalogue {{ texts: {}, messages: {} }}",
        rows(&texts),
        rows(&messages)
    )
}

fn rows(words: &BTreeMap<String, Vec<String>>) -> String {
    let mut table = String::from("&[\n");
    for (source, forms) in words {
        writeln!(table, "({source:?}, &{forms:?}),").expect("memory takes it");
    }
    table + "]"
}

/// Turns the documents into parts of pages, `help/NAME.html`.
fn write_help() {
    println!("cargo::rerun-if-changed=docs");
    let target = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("help");
    fs::create_dir_all(&target).expect("OUT_DIR is writable");
    for name in HELP {
        let text = fs::read_to_string(format!("docs/{name}.md")).expect("it is in docs/");
        let page = if name == WITH_SAMPLES {
            help(&with_samples(&text))
        } else {
            help(&text)
        };
        fs::write(target.join(format!("{name}.html")), page).expect("OUT_DIR is writable");
    }
}

/// Adds the samples that a document links to at its end, and lets the links lead there.
fn with_samples(text: &str) -> String {
    let mut samples = String::from("\n## The samples\n");
    let mut with = String::new();
    let mut pieces = text.split(SAMPLE_LINK);
    with.extend(pieces.next());
    for piece in pieces {
        let (name, rest) = piece.split_once(')').expect("a link ends");
        let path = format!("deploy/{name}");
        println!("cargo::rerun-if-changed={path}");
        let sample = fs::read_to_string(path).expect("the sample is in deploy/");
        samples += &format!("\n### {name}\n\n````\n{}\n````\n", sample.trim_end());
        with += &format!("#{}){rest}", anchor(name));
    }
    with + &samples
}

/// Renders a document. Headings get the anchors that they have on GitHub. Links to other documents lead to their pages, and
/// those to files of the repository become text, as a site does not have them.
fn help(text: &str) -> String {
    let mut events: Vec<Event<'_>> = Parser::new_ext(text, Options::ENABLE_TABLES).collect();
    let mut is_kept = Vec::new();
    for at in 0..events.len() {
        let words = match &events[at] {
            Event::Start(Tag::Heading { .. }) => heading_words(&events[at + 1..]),
            _ => String::new(),
        };
        match &mut events[at] {
            Event::Start(Tag::Heading { id, .. }) => *id = Some(anchor(&words).into()),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let link = help_link(dest_url);
                is_kept.push(link.is_some());
                match link {
                    Some(link) => *dest_url = link,
                    None => events[at] = Event::Text("".into()),
                }
            }
            Event::End(TagEnd::Link) if is_kept.pop() == Some(false) => {
                events[at] = Event::Text("".into());
            }
            _ => {}
        }
    }
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events.into_iter());
    html.replace(
        "<table>",
        "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table>",
    )
    .replace("</table>", "</table></div>")
    .replace("<pre>", "<pre tabindex=\"0\">")
}

/// Returns the words of a heading, whose events are the first of these.
fn heading_words(events: &[Event<'_>]) -> String {
    let inside = events
        .iter()
        .take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    inside
        .map(|event| match event {
            Event::Text(text) | Event::Code(text) => text.as_ref(),
            _ => "",
        })
        .collect()
}

/// Returns the anchor of a heading.
fn anchor(words: &str) -> String {
    let kept = words.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c.to_ascii_lowercase()),
        _ => None,
    });
    kept.collect()
}

/// Returns the address of a link as a page has it; none if the site does not have what it leads to.
fn help_link<'t>(url: &CowStr<'t>) -> Option<CowStr<'t>> {
    if url.contains("://") || url.starts_with('#') {
        return Some(url.clone());
    }
    if url.as_ref() == "../quartfeed.toml" {
        return Some(format!("{HELP_LINK}settings").into());
    }
    let (file, anchor) = url.split_once('#').unwrap_or((url, ""));
    let name = file
        .strip_suffix(".md")
        .filter(|name| HELP.contains(name))?;
    let anchor = if anchor.is_empty() {
        String::new()
    } else {
        format!("#{anchor}")
    };
    Some(format!("{HELP_LINK}{name}{anchor}").into())
}

fn has_extension(name: &str, wanted: &str) -> bool {
    let extension = Path::new(name).extension();
    extension.is_some_and(|extension| extension == wanted)
}

/// Gives the program the version of its schema, and a mark of all its migrations: 31 bits of a hash.
fn describe_schema() {
    let mut migrations = BTreeMap::new();
    for entry in fs::read_dir("migrations").expect("migrations/ is part of the repository") {
        let path = entry.expect("migrations/ is readable").path();
        let name = path.file_name().and_then(|name| name.to_str());
        let version: u32 = name
            .and_then(|name| name.strip_prefix('V')?.split_once("__")?.0.parse().ok())
            .unwrap_or_else(|| panic!("{} is not named V1__what.sql", path.display()));
        migrations.insert(version, fs::read(&path).expect("migrations are readable"));
    }
    let newest = migrations.keys().max().expect("there are migrations");
    let mut hash = Sha256::new();
    for (version, statements) in &migrations {
        hash.update(version.to_be_bytes());
        hash.update(statements);
    }
    let hash = hash.finalize();
    let mark = i32::from_be_bytes([hash[0] & 0x7f, hash[1], hash[2], hash[3]]);
    println!("cargo::rustc-env=SCHEMA_VERSION={newest}");
    println!("cargo::rustc-env=SCHEMA_MARK={mark}");
}

/// Returns the bundle, the later modules, and those that are alone.
fn scripts(modules: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut order = Vec::new();
    visit(ENTRY, modules, &mut order);
    let bundle = joined(&order, modules);
    let mut scripts = BTreeMap::from([(BUNDLE.to_owned(), bundle)]);
    for name in LATER {
        let mut own = order.clone();
        visit(name, modules, &mut own);
        scripts.insert(name.to_owned(), later(&own[order.len()..], modules));
    }
    for name in ALONE {
        let module = without_comments(name, &modules[name]);
        let imports = module.lines().find_map(imported);
        assert_eq!(imports, None, "{name} works alone");
        scripts.insert(name.to_owned(), module);
    }
    let count = order.len() + LATER.len() + ALONE.len();
    assert_eq!(count, modules.len(), "every module is used once");
    scripts
}

/// Returns modules in one piece, without their imports. They share one scope, so each name may be declared once.
fn joined(names: &[&str], modules: &BTreeMap<String, String>) -> String {
    let (mut joined, mut declared) = (String::new(), BTreeMap::new());
    for name in names {
        let module = without_comments(name, &modules[*name]);
        for line in module.lines().filter(|line| imported(line).is_none()) {
            joined.push_str(line);
            joined.push('\n');
        }
        for declaration in modules[*name].lines().filter_map(declared_name) {
            if let Some(other) = declared.insert(declaration, name) {
                panic!("{declaration} is declared in {other} and in {name}");
            }
        }
    }
    joined
}

/// Joins modules that a page loads when it needs them. What they take from the bundle is imported in one line.
fn later(names: &[&str], modules: &BTreeMap<String, String>) -> String {
    let lines = names.iter().flat_map(|name| modules[*name].lines());
    let from_bundle =
        lines.filter(|line| imported(line).is_some_and(|from| !names.contains(&from)));
    let taken: BTreeSet<&str> = from_bundle
        .flat_map(|line| {
            line.split(['{', '}'])
                .nth(1)
                .expect("a list of names")
                .split(',')
        })
        .map(str::trim)
        .collect();
    let taken = Vec::from_iter(taken).join(", ");
    let joined = joined(names, modules);
    format!("import {{ {taken} }} from './{BUNDLE}';\n{joined}")
}

/// Adds a module to `order`, behind those that it imports.
fn visit<'m>(name: &'m str, modules: &'m BTreeMap<String, String>, order: &mut Vec<&'m str>) {
    let module = modules
        .get(name)
        .unwrap_or_else(|| panic!("there is no module {name}"));
    for import in module.lines().filter_map(imported) {
        if !order.contains(&import) {
            visit(import, modules, order);
        }
    }
    if !order.contains(&name) {
        order.push(name);
    }
}

/// Returns the module that a line imports. Imports take one line, and keep the names as they are.
fn imported(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("import ")?;
    let is_plain = rest.ends_with("';") && !rest.contains(" as ");
    assert!(is_plain, "not one line, or with another name: {line}");
    Some(rest.split('\'').nth(1)?.trim_start_matches("./"))
}

/// Returns the name that a line declares for the whole module. Such a line is not indented.
fn declared_name(line: &str) -> Option<&str> {
    let mut words = line
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .skip_while(|word| ["export", "async"].contains(word));
    let is_declaration = ["const", "let", "class", "function"].contains(&words.next()?);
    words
        .next()
        .filter(|name| is_declaration && !name.is_empty())
}

/// Drops indentation, and lines that are empty or a comment, which are a fifth of what would be sent.
fn without_comments(name: &str, module: &str) -> String {
    let mut kept = String::new();
    for line in module.lines().map(str::trim) {
        // In a text of several lines, spaces and `//` would mean something.
        let is_whole = line.matches('`').count() % 2 == 0;
        assert!(is_whole, "{name}: a template of several lines: {line}");
        if !line.is_empty() && !line.starts_with("//") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// Drops comments from a style sheet, and spaces that mean nothing. What stands in quotes stays.
fn compact(style: &str) -> String {
    let mut kept = String::new();
    for (n, part) in style.split("/*").enumerate() {
        let text = part.split_once("*/").filter(|_| n > 0);
        kept.push_str(text.map_or(part, |(_, text)| text));
    }
    let lines: Vec<&str> = kept.lines().map(str::trim).collect();
    let mut compact = String::new();
    for (n, part) in lines.join(" ").split('"').enumerate() {
        if n > 0 {
            compact.push('"');
        }
        let is_quoted = n % 2 == 1;
        if is_quoted {
            compact.push_str(part);
            continue;
        }
        let mut part = part.to_owned();
        while part.contains("  ") {
            part = part.replace("  ", " ");
        }
        for sign in ["{", "}", ";", ","] {
            part = part.replace(&format!(" {sign}"), sign);
            part = part.replace(&format!("{sign} "), sign);
        }
        compact.push_str(&part.replace(": ", ":").replace(";}", "}"));
    }
    compact
}
