//! Makes one small script of our modules. It knows just the JavaScript that is written in `assets/`, formatted as it is
//! there: a statement of a module begins in the first column, and what goes on or ends it does not.
//!
//! Names of variables become short. Names of properties, keys and globals stay; so a global that the script uses must
//! stand in [`GLOBALS`], or the first test in a browser says that it is not defined.

use std::collections::{BTreeMap, BTreeSet, HashMap};

const KEYWORDS: &str = "as async await break case catch class const continue default delete do else export extends \
    false finally for function if import in instanceof let new null of return static super switch this throw true try \
    typeof undefined var void while yield";

const GLOBALS: &str = "AbortController AbortSignal Array BroadcastChannel Date Error Event EventSource FormData \
    Image IntersectionObserver Intl JSON Map Math Number Object Promise Set String URL URLSearchParams Uint32Array WeakMap \
    XMLHttpRequest addEventListener clearTimeout console crypto document encodeURIComponent fetch history innerHeight isNaN localStorage \
    location matchMedia navigator parseInt reportError scrollBy scrollTo scrollY setInterval setTimeout visualViewport window";

/// First letters of the names of the whole script; those of one statement alone begin with the others.
const OUTER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZklmnopqrstuvwxyz$_";
const INNER: &str = "abcdefghij";
const MORE: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'s> {
    /// A name or a keyword.
    Word(&'s str),
    /// What stays as it is: a number, a text, a piece of a template, a regular expression, `++`.
    Text(&'s str),
    Sign(char),
    LineEnd,
}

/// What a word is where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Variable,
    /// `{ name }`: a variable and a property of the same name.
    Both,
    Fixed,
}

/// All statements of all modules, in order, each as it is written; with the names that they get from the script `from`,
/// and those that they give to others.
pub(crate) fn shortened(
    statements: &[String],
    from: &str,
    imported: &BTreeSet<&str>,
    exported: &BTreeSet<&str>,
) -> String {
    let constants: HashMap<&str, &str> =
        statements.iter().filter_map(|one| constant(one)).collect();
    let statements: Vec<Vec<Token<'_>>> = statements
        .iter()
        .filter(|statement| constant(statement).is_none())
        .map(|statement| tokens(statement))
        .collect();
    let outer = outer_names(&statements, imported);
    let listed = |names: &BTreeSet<&str>, one: &dyn Fn(&str, &str) -> String| {
        let names = names.iter().map(|name| one(name, &outer[name]));
        names.collect::<Vec<_>>().join(",")
    };
    let mut script = String::new();
    if !imported.is_empty() {
        let names = listed(imported, &|name, short| format!("{name} as {short}"));
        script = format!("import{{{names}}}from'./{from}'\n");
    }
    for statement in &statements {
        let roles = roles(statement);
        let (mut inner, mut free) = (HashMap::new(), names(INNER));
        let mut short = |name| match (constants.get(name), outer.get(name)) {
            (Some(value), _) => (*value).to_owned(),
            (None, Some(short)) => short.clone(),
            (None, None) => inner
                .entry(name)
                .or_insert_with(|| free.next().expect("names do not end"))
                .clone(),
        };
        let mut renamed = Vec::new();
        for (token, role) in statement.iter().zip(roles) {
            renamed.push(match (*token, role) {
                (Token::Word("const"), _) => "let".to_owned(),
                (Token::Word(name), Role::Variable) => short(name),
                (Token::Word(name), Role::Both) => format!("{name}:{}", short(name)),
                (Token::Word(text) | Token::Text(text), _) => text.to_owned(),
                (Token::Sign(sign), _) => sign.to_string(),
                (Token::LineEnd, _) => "\n".to_owned(),
            });
        }
        for piece in renamed {
            join(&mut script, &piece);
        }
        join(&mut script, "\n");
    }
    if !exported.is_empty() {
        let names = listed(exported, &|name, short| format!("{short} as {name}"));
        script += &format!("\nexport{{{names}}}");
    }
    script
}

/// `const LIMIT_MS = 300;`: its value stands where its name is read.
fn constant(statement: &str) -> Option<(&str, &str)> {
    let (name, value) = statement
        .trim_end()
        .strip_prefix("const ")?
        .strip_suffix(';')?
        .split_once(" = ")?;
    let is_constant = name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let is_number = value.chars().all(|c| c.is_ascii_digit() || c == '_');
    (is_constant && is_number).then_some((name, value))
}

/// The short names of what is declared outside of all functions or imported; the most used ones get the shortest.
fn outer_names<'s>(
    statements: &[Vec<Token<'s>>],
    imported: &BTreeSet<&'s str>,
) -> BTreeMap<&'s str, String> {
    let mut uses: BTreeMap<&str, usize> = statements
        .iter()
        .flat_map(|one| declared(one))
        .chain(imported.iter().copied())
        .map(|name| (name, 0))
        .collect();
    for statement in statements {
        for (token, role) in statement.iter().zip(roles(statement)) {
            if let (Token::Word(name), Role::Variable | Role::Both) = (token, role) {
                uses.entry(name).and_modify(|uses| *uses += 1);
            }
        }
    }
    let mut by_use: Vec<_> = uses.into_iter().collect();
    by_use.sort_by_key(|(_, uses)| std::cmp::Reverse(*uses));
    by_use
        .into_iter()
        .map(|(name, _)| name)
        .zip(names(OUTER))
        .collect()
}

/// The names that a statement declares for the whole script.
pub(crate) fn declared<'s>(statement: &[Token<'s>]) -> Vec<&'s str> {
    let mut words = statement
        .iter()
        .filter(|token| **token != Token::Word("async"));
    let is_function = match words.next() {
        Some(Token::Word("function")) => true,
        Some(Token::Word("const" | "let")) => false,
        _ => return Vec::new(),
    };
    let (mut names, mut depth, mut in_pattern, mut expected) = (Vec::new(), 0, false, true);
    for token in words {
        match token {
            Token::Sign('{' | '[') if expected && depth == 0 => (in_pattern, depth) = (true, 1),
            Token::Sign('(' | '{' | '[') => (depth, expected) = (depth + 1, false),
            Token::Sign(')' | '}' | ']') => {
                depth -= 1;
                in_pattern &= depth > 0;
            }
            Token::Sign(',') => expected = depth == 0 || (in_pattern && depth == 1),
            Token::Word(name) if expected => {
                names.push(*name);
                expected = false;
            }
            _ => {}
        }
        if is_function && !names.is_empty() {
            break;
        }
    }
    names
}

/// Short names, without end: of one letter, then of two.
fn names(first: &'static str) -> impl Iterator<Item = String> {
    let one = first.chars().map(String::from);
    let two = first
        .chars()
        .flat_map(|a| MORE.chars().map(move |b| format!("{a}{b}")));
    one.chain(two)
        .filter(|name| !KEYWORDS.split(' ').any(|keyword| keyword == name))
}

/// Puts a piece behind the others, with a space or a line end only where they need one.
fn join(script: &mut String, piece: &str) {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let (Some(before), Some(after)) = (script.chars().next_back(), piece.chars().next()) else {
        return script.push_str(piece);
    };
    if after == '\n' {
        if !";,{([=>?:&|\n".contains(before) {
            script.push('\n');
        }
        return;
    }
    if before == '\n' && "})],?:.&|".contains(after) {
        script.pop();
    }
    if after == '}' && script.ends_with(';') {
        script.pop();
    }
    // `+ +` is not `++`.
    if (is_word(before) && is_word(after)) || (before == after && "+-".contains(after)) {
        script.push(' ');
    }
    script.push_str(piece);
}

fn roles(statement: &[Token<'_>]) -> Vec<Role> {
    let at = |n: usize| statement[n];
    // Line ends say nothing here.
    let seen: Vec<usize> = (0..statement.len())
        .filter(|n| at(*n) != Token::LineEnd)
        .collect();
    let near = |n: usize, by: isize| {
        n.checked_add_signed(by)
            .and_then(|n| seen.get(n))
            .map(|n| at(*n))
    };
    let mut roles = vec![Role::Fixed; statement.len()];
    let mut braces = Vec::new(); // whether each open bracket is that of an object or a pattern
    for n in 0..seen.len() {
        let (before, after) = (near(n, -1), near(n, 1));
        match at(seen[n]) {
            Token::Sign('{') => {
                let opens_block = matches!(
                    before,
                    None | Some(
                        Token::Sign(')' | '>' | ';' | '}')
                            | Token::Word("else" | "try" | "catch" | "finally")
                    )
                );
                braces.push(!opens_block);
            }
            Token::Sign('(' | '[') => braces.push(false),
            Token::Sign(')' | ']' | '}') => _ = braces.pop(),
            Token::Text(text) if text.ends_with("${") && !text.starts_with('}') => {
                braces.push(false);
            }
            Token::Text(text) if text.starts_with('}') && !text.ends_with("${") => _ = braces.pop(),
            Token::Word(name)
                if !KEYWORDS
                    .split(' ')
                    .chain(GLOBALS.split(' '))
                    .any(|fixed| fixed == name) =>
            {
                let is_spread = near(n, -2) == Some(Token::Sign('.'));
                let is_property = before == Some(Token::Sign('.')) && !is_spread;
                let begins = matches!(before, Some(Token::Sign('{' | ',')));
                let is_key = begins && after == Some(Token::Sign(':'));
                let is_arrow = near(n, 2) == Some(Token::Sign('>'));
                let ends = matches!(after, Some(Token::Sign(',' | '}' | '='))) && !is_arrow;
                roles[seen[n]] = match () {
                    () if is_property || is_key => Role::Fixed,
                    () if begins && ends && braces.last() == Some(&true) => Role::Both,
                    () => Role::Variable,
                };
            }
            _ => {}
        }
    }
    roles
}

pub(crate) fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut templates = Vec::new(); // for each open template the brackets within its code
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let in_template = templates.last() == Some(&0) && c == '}';
        let length = if c.is_alphabetic() || c == '_' || c == '$' {
            let length = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')
                .unwrap_or(rest.len());
            tokens.push(Token::Word(&rest[..length]));
            length
        } else if c == '`' || in_template {
            let length = template_end(rest);
            match (rest[..length].ends_with("${"), in_template) {
                (true, false) => templates.push(0),
                (false, true) => drop(templates.pop()),
                _ => {}
            }
            tokens.push(Token::Text(&rest[..length]));
            length
        } else if let Some(length) = text_end(rest, &tokens) {
            tokens.push(Token::Text(&rest[..length]));
            length
        } else if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else {
            match (c, templates.last_mut()) {
                ('{', Some(open)) => *open += 1,
                ('}', Some(open)) => *open -= 1,
                _ => {}
            }
            match c {
                '\n' => tokens.push(Token::LineEnd),
                ' ' => {}
                sign => tokens.push(Token::Sign(sign)),
            }
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    assert!(templates.is_empty(), "a template without its end: {source}");
    tokens
}

/// Behind the next piece of a template: its end, or the `${` of code.
fn template_end(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    while let Some((n, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '`' => return n + 1,
            '$' if rest[n..].starts_with("${") => return n + 2,
            _ => {}
        }
    }
    panic!("a template without its end: {rest}")
}

/// Behind a number, a text in quotes, a regular expression, `++` or `--`, if one begins here.
fn text_end(rest: &str, before: &[Token<'_>]) -> Option<usize> {
    let open = rest.chars().next()?;
    let is_value = matches!(
        before.iter().rfind(|token| **token != Token::LineEnd),
        Some(Token::Word(_) | Token::Text(_) | Token::Sign(')' | ']' | '}'))
    );
    if rest.starts_with("++") || rest.starts_with("--") {
        return Some(2);
    }
    if open.is_ascii_digit() {
        return Some(
            rest.find(|c: char| !c.is_ascii_digit() && c != '_' && c != '.')
                .unwrap_or(rest.len()),
        );
    }
    if !"'\"".contains(open) && (open != '/' || is_value || rest.starts_with("//")) {
        return None;
    }
    let (mut in_class, mut chars) = (false, rest.char_indices().skip(1));
    while let Some((n, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '[' | ']' if open == '/' => in_class = c == '[',
            '\n' => break,
            c if c == open && !in_class => {
                let flags = rest[n + 1..].find(|c: char| open != '/' || !c.is_ascii_lowercase());
                return Some(n + 1 + flags.unwrap_or(0));
            }
            _ => {}
        }
    }
    panic!("a text without its end: {rest}")
}
