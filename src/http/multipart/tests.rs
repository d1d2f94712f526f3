//! Tests of forms with files, with many bodies and pieces of all sizes.

use proptest::prelude::*;

use super::{window::find, *};

const LIMITS: FormLimits = FormLimits {
    text_bytes: 1_000,
    file_bytes: 200_000,
};

/// Reader that gives a few bytes at a time, as networks do.
struct SlowReader<'b>(&'b [u8], usize);

impl Read for SlowReader<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let most = self.1.min(room.len());
        self.0.read(&mut room[..most])
    }
}

fn read_at(body: &[u8], boundary: &str, piece: usize) -> Result<Multipart, MultipartError> {
    let mut body = SlowReader(body, piece);
    let mut found = read(&mut body, boundary, LIMITS, &tempfile::tempfile);
    found.error.take().map_or(Ok(found), Err)
}

fn part(head: &str, content: &[u8]) -> Vec<u8> {
    [b"--x\r\n", head.as_bytes(), b"\r\n\r\n", content, b"\r\n"].concat()
}

fn named(name: &str) -> String {
    format!("Content-Disposition: form-data; name=\"{name}\"")
}

fn file_named(name: &str, filename: &str) -> String {
    format!(
        "{}; filename=\"{filename}\"\r\nContent-Type: image/jpeg",
        named(name)
    )
}

fn form(parts: &[Vec<u8>]) -> Vec<u8> {
    [parts.concat(), b"--x--\r\n".to_vec()].concat()
}

fn contents(upload: &Upload) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    let mut file = upload.file.as_ref()?;
    file.read_to_end(&mut all).expect("readable");
    assert_eq!(all.len() as u64, upload.bytes);
    Some(all)
}

#[test]
fn fields_and_files_come_out_as_they_went_in() {
    let picture: Vec<u8> = b"\r\n--y\r\n--\r\n-"
        .iter()
        .copied()
        .cycle()
        .take(150_000)
        .collect();
    let body = form(&[
        part(&file_named("image", "a;name=\\\"b.jpg"), &picture),
        part(&named("message"), "héllo\r\n--".as_bytes()),
        part(&file_named("image", ""), b""),
        part(&file_named("image", "empty.png"), b""),
        part(&named("alt"), b""),
        part(
            "content-disposition: FORM-DATA; filename=blob; NAME=image",
            b"x",
        ),
    ]);
    for piece in [1_000_000, 4_096, 7] {
        let found = read_at(&body, "x", piece).expect("a form");
        let fields: Vec<_> = found
            .fields
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(fields, [("message", "héllo\r\n--"), ("alt", "")]);
        let files: Vec<_> = found
            .files
            .iter()
            .map(|file| (file.field.as_str(), contents(file)))
            .collect();
        let expected = [Some(picture.clone()), Some(Vec::new()), Some(b"x".to_vec())];
        assert!(
            files == expected.map(|content| ("image", content)),
            "pieces of {piece}"
        );
    }
}

#[test]
fn text_around_the_parts_is_skipped() {
    let body =
        b"hello\r\n--x \t\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--anything";
    let found = read_at(body, "x", 3).expect("a form");
    assert_eq!(found.fields, [("a".to_owned(), "b".to_owned())]);
    assert!(
        read_at(b"--x--", "x", 9)
            .expect("an empty form")
            .fields
            .is_empty()
    );
}

#[test]
fn a_form_that_is_cut_anywhere_is_refused() {
    let body = form(&[
        part(&named("message"), b"hello"),
        part(&file_named("image", "a.jpg"), &[b'p'; 500]),
    ]);
    let whole = body.len() - 2;
    for end in 0..whole {
        let error = read_at(&body[..end], "x", 64).expect_err("it is cut");
        assert!(
            matches!(&error, MultipartError::Malformed(why) if why.contains("cut off")),
            "{end}: {error:?}"
        );
    }
    assert!(
        read_at(&body[..whole], "x", 64).is_ok(),
        "the last line end may be missing"
    );
}

#[test]
fn a_file_that_is_too_large_is_not_kept_and_the_rest_is() {
    let body = form(&[
        part(&file_named("image", "large.jpg"), &vec![b'p'; 200_001]),
        part(&file_named("image", "right.jpg"), &vec![b'q'; 200_000]),
        part(&named("message"), b"still there"),
    ]);
    let found = read_at(&body, "x", 8_192).expect("a form");
    assert!(found.files[0].file.is_none() && found.files[0].bytes == 200_001);
    assert_eq!(contents(&found.files[1]), Some(vec![b'q'; 200_000]));
    assert_eq!(found.fields[0].1, "still there");
}

#[test]
fn a_malformed_or_large_form_is_refused_with_a_reason() {
    let refused = |body: &[u8]| match read_at(body, "x", 50_000).expect_err("refused") {
        MultipartError::Malformed(why) => (400, why),
        MultipartError::TooLarge(why) => (413, why),
        MultipartError::Storage(why) => (503, why),
    };
    let twenty_one: Vec<_> = (0..21).map(|_| part(&named("a"), b"")).collect();
    assert!(read_at(&form(&twenty_one[1..]), "x", 50_000).is_ok());
    for (body, status, words) in [
        (form(&twenty_one), 400, "20 fields"),
        (
            form(&[
                part(&named("a"), &[b'a'; 600]),
                part(&named("b"), &[b'b'; 401]),
            ]),
            413,
            "at most 1000 bytes",
        ),
        (
            form(&[part(
                &format!("{}\r\nX: {}", named("a"), "y".repeat(9_000)),
                b"",
            )]),
            400,
            "8192 bytes",
        ),
        (
            form(&[part(
                &format!("{}\r\nX: {}", named("a"), "y".repeat(900_000)),
                b"",
            )]),
            400,
            "8192 bytes",
        ),
        (
            form(&[part("Content-Disposition: form-data", b"")]),
            400,
            "no name",
        ),
        (
            form(&[part("Content-Disposition: form-data; name=\"\"", b"")]),
            400,
            "no name",
        ),
        (
            form(&[part("Content-Disposition: form-data; name=\"a", b"")]),
            400,
            "no name",
        ),
        (
            form(&[part("Content-Disposition: attachment; name=\"a\"", b"")]),
            400,
            "no name",
        ),
        (
            form(&[part(&format!("{0}\r\n{0}", named("a")), b"")]),
            400,
            "no name",
        ),
        (
            form(&[part("Content-Type: text/plain", b"")]),
            400,
            "no name",
        ),
        (form(&[part("no header", b"")]), 400, "is malformed"),
        (b"--xyz\r\n\r\n".to_vec(), 400, "something else"),
        (b"--x-\r\n\r\n".to_vec(), 400, "something else"),
        (b"a=b&c=d".to_vec(), 400, "cut off"),
        (Vec::new(), 400, "cut off"),
    ] {
        let (found, why) = refused(&body);
        assert!(
            found == status && why.contains(words),
            "{found} {why}, not {words}"
        );
    }
}

#[test]
fn text_before_a_mistake_is_not_lost() {
    let image = part(&file_named("image", "a"), b"b");
    let message = part(&named("message"), b"my words");
    let full = || Err(ErrorKind::StorageFull.into());
    // The form is read to its end, whatever the disk accepts.
    for body in [[image.clone(), message.clone()], [message.clone(), image]] {
        let found = read(&mut &form(&body)[..], "x", LIMITS, &full);
        assert_eq!(
            found.error,
            Some(MultipartError::Storage("the disk is full".into()))
        );
        assert_eq!(found.fields[0].1, "my words");
    }
    let cut = [message, b"--x\r\nContent".to_vec()].concat();
    let found = read(&mut &cut[..], "x", LIMITS, &tempfile::tempfile);
    assert!(matches!(found.error, Some(MultipartError::Malformed(_))));
    assert_eq!(found.fields[0].1, "my words");
}

#[test]
fn a_boundary_is_what_the_rfc_says() {
    let longest = "b".repeat(70);
    for (kind, expected) in [
        ("multipart/form-data; boundary=abc", Some("abc")),
        (
            "multipart/form-data; charset=utf-8; Boundary=\"a b:c\"",
            Some("a b:c"),
        ),
        (
            &format!("multipart/form-data;boundary={longest}"),
            Some(longest.as_str()),
        ),
        (&format!("multipart/form-data;boundary={longest}b"), None),
        ("multipart/form-data", None),
        ("multipart/form-data; boundary=", None),
        ("multipart/form-data; boundary=\"\"", None),
        ("multipart/form-data; boundary=\"a ", None),
        ("multipart/form-data; boundary=\"a \"", None),
        ("multipart/form-data; boundary=a\\b", None),
        ("multipart/form-data; boundary=\u{e9}", None),
    ] {
        assert_eq!(boundary(kind).ok(), expected, "{kind}");
    }
}

proptest! {
    /// Checks that every content comes out as it went in, whatever the size of the pieces.
    #[test]
    fn any_content_survives(
        contents in prop::collection::vec(prop::collection::vec(prop::sample::select(b"\r\n-xy".to_vec()), 0..200), 0..6),
        piece in 1usize..100,
    ) {
        // A delimiter inside of a content is a mistake of the sender.
        prop_assume!(contents.iter().all(|content| find(&[b"\r\n", &content[..], b"\r\n"].concat(), b"\r\n--x").is_none()));
        let parts: Vec<_> = contents.iter().map(|content| part(&file_named("f", "n"), content)).collect();
        let found = read_at(&form(&parts), "x", piece).expect("a form");
        let came: Vec<_> = found.files.iter().filter_map(super::tests::contents).collect();
        prop_assert_eq!(came, contents);
    }

    /// Checks that arbitrary bytes are parsed or refused, and that the limit on parts holds.
    #[test]
    fn arbitrary_bytes_are_parsed_or_refused(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "--x", "\r\n--x", "\r\n--x--", "--", "\r\n", "\r", "\n", " ", ":", ";", "\"", "\\",
            "Content-Disposition: form-data; name=\"a\"", "; filename=\"b\"", "Content-Disposition", "name=", "\u{0}", "é", "a",
        ]), 0..60),
        piece in 1usize..50,
    ) {
        let body = pieces.concat();
        if let Ok(found) = read_at(body.as_bytes(), "x", piece) {
            prop_assert!(found.fields.len() + found.files.len() <= PARTS_MAX);
        }
    }
}

#[test]
fn a_form_without_files_is_recognized() {
    const KIND: &str = "multipart/form-data; boundary=x";
    let words = part(&named("message"), b"what is a filename=\"a.jpg\"?");
    let nothing = part(&file_named("image", ""), b"");
    let unnamed = part(&file_named("image", ""), b"a picture");
    let picture = part(&file_named("image", "a.jpg"), b"");
    let other = part(
        "Content-Disposition: form-data; FileName*=a.jpg; name=image",
        b"a picture",
    );
    for (parts, expected) in [
        (vec![], false),
        (vec![words.clone()], false),
        (vec![words.clone(), nothing.clone()], false),
        (vec![words.clone(), unnamed], true),
        (vec![nothing.clone(), picture], true),
        (vec![other], true),
        (vec![nothing; PARTS_MAX + 1], true),
    ] {
        let body = form(&parts);
        assert_eq!(may_have_files(KIND, &body), expected, "{}", parts.len());
        // The answer is yes if in doubt.
        assert!(may_have_files(KIND, &body[..body.len() - 4]));
        assert!(may_have_files("multipart/form-data", &body));
        assert!(may_have_files("multipart/form-data; boundary=y", &body));
    }
}

#[test]
fn a_name_of_a_file_may_have_quotes_and_end_in_a_backslash() {
    for filename in ["photo\\", "a\\\"b.png", "a%22b.png", "C:\\photos\\", "é\\"] {
        let body = [
            part(&file_named("image", filename), b"bytes"),
            b"--x--\r\n".to_vec(),
        ]
        .concat();
        let found = read_at(&body, "x", 7);
        assert!(
            found.is_ok_and(|found| found.files.len() == 1),
            "{filename}"
        );
    }
}
