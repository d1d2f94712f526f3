//! The sandbox: a process that decodes one picture and answers with its renditions. Decoders of untrusted bytes may
//! have bugs that use all memory, never end, or worse. Here such a bug ends only this process, which has no access to
//! anything of the site but the uploaded file and a pipe for the answer ([`confinement`]).

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    os::{fd::AsFd, unix::process::CommandExt},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

use serde::{Deserialize, Serialize};

use super::{
    EncodedPicture, EncodedRendition, PictureError, PictureLimits, PictureRefusal, Purpose,
};

mod check;
mod confinement;

pub use check::{CHECK_COMMAND, check, still_allowed};

/// The hidden subcommand that [`start`] calls and that runs [`answer`].
pub const COMMAND: &str = "draw";

/// The processor time, in seconds, after which an animation is reduced to its first frame.
const PROCESSOR_SECONDS_LATE: i64 = 60;

/// The most bytes of an answer: three times the renditions of the largest animation.
const ANSWER_BYTES_MAX: u64 = 96 << 20;

/// The first line of an answer. The bytes of the renditions follow it.
#[derive(Serialize, Deserialize)]
enum AnswerHead {
    Encoded {
        width: u32,
        height: u32,
        is_moving: bool,
        renditions: Vec<AnswerRendition>,
    },
    Refused(PictureRefusal),
    Failed(String),
}

#[derive(Serialize, Deserialize)]
struct AnswerRendition {
    rendition: String,
    media_type: String,
    width: u32,
    height: u32,
    bytes: u64,
}

/// Starts the process. It gets the uploaded file and no environment.
pub(super) fn start(
    program: &Path,
    file: File,
    purpose: Purpose,
    limits: PictureLimits,
) -> io::Result<Child> {
    Command::new(program)
        // The process list shows this name instead of that of a file in /proc.
        .arg0("quartfeed")
        .arg(COMMAND)
        .arg(purpose.name())
        .arg(limits.bytes.to_string())
        .arg(limits.pixels.to_string())
        .env_clear()
        .current_dir("/")
        .stdin(file)
        .stdout(Stdio::piped())
        // Errors are part of the answer, and panic messages of decoders are of no use.
        .stderr(Stdio::null())
        .spawn()
}

/// Runs inside the process: encodes the picture in standard input and writes the answer to standard output.
///
/// # Errors
/// If the answer cannot be written.
pub fn answer(purpose: Purpose, limits: PictureLimits) -> io::Result<()> {
    let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    confinement::confine();
    let picture = catch_unwind(AssertUnwindSafe(|| super::convert(file, purpose, limits)));
    write_answer(
        &picture.unwrap_or(Err(PictureError::Refused(PictureRefusal::Broken))),
        io::stdout().lock(),
    )
}

/// Checks whether so much processor time is used up that optional work should stop.
pub(super) fn is_late() -> bool {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    spent.tv_sec >= PROCESSOR_SECONDS_LATE
}

fn write_answer(picture: &Result<EncodedPicture, PictureError>, to: impl Write) -> io::Result<()> {
    let mut to = BufWriter::new(to);
    let (head, renditions) = match picture {
        Ok(picture) => {
            let head = AnswerHead::Encoded {
                width: picture.width,
                height: picture.height,
                is_moving: picture.is_moving,
                renditions: picture.renditions.iter().map(AnswerRendition::of).collect(),
            };
            (head, picture.renditions.as_slice())
        }
        Err(PictureError::Refused(refusal)) => {
            (AnswerHead::Refused(refusal.clone()), [].as_slice())
        }
        Err(PictureError::Failed(why)) => (AnswerHead::Failed(why.clone()), [].as_slice()),
        Err(PictureError::Busy) => (AnswerHead::Failed("busy".to_owned()), [].as_slice()),
    };
    serde_json::to_writer(&mut to, &head)?;
    to.write_all(b"\n")?;
    for encoded in renditions {
        to.write_all(&encoded.bytes)?;
    }
    to.flush()
}

/// Reads the answer of the process.
///
/// # Errors
/// If the process ends before it has answered.
pub(super) fn read_answer(
    from: Option<ChildStdout>,
) -> io::Result<Result<EncodedPicture, PictureError>> {
    let from = from.ok_or(io::ErrorKind::BrokenPipe)?;
    let mut from = BufReader::new(from.take(ANSWER_BYTES_MAX));
    let mut line = Vec::new();
    from.read_until(b'\n', &mut line)?;
    Ok(match serde_json::from_slice(&line)? {
        AnswerHead::Encoded {
            width,
            height,
            is_moving,
            renditions,
        } => {
            let encoded = renditions.iter().map(|part| part.read(&mut from));
            Ok(EncodedPicture {
                width,
                height,
                is_moving,
                renditions: encoded.collect::<io::Result<_>>()?,
            })
        }
        AnswerHead::Refused(refusal) => Err(PictureError::Refused(refusal)),
        AnswerHead::Failed(why) => Err(PictureError::Failed(why)),
    })
}

/// Explains why a process ended without an answer: it hit a resource limit or a bug of a decoder. Either way the
/// picture is refused.
pub(super) fn why_it_ended(ended: Option<io::Result<ExitStatus>>) -> PictureError {
    use rustix::process::Signal;
    use std::os::unix::process::ExitStatusExt;
    let signal = ended
        .and_then(Result::ok)
        .and_then(|status| status.signal());
    let signal = signal.and_then(Signal::from_named_raw);
    match signal {
        // ABORT means out of memory, XCPU out of time.
        Some(Signal::ABORT | Signal::XCPU) => PictureRefusal::Unusual.into(),
        Some(Signal::SEGV | Signal::BUS | Signal::ILL) => PictureRefusal::Broken.into(),
        // The system ran out of memory, or the program file was replaced.
        _ => PictureError::Failed("the picture sandbox ended without an answer".to_owned()),
    }
}

impl AnswerRendition {
    fn of(encoded: &EncodedRendition) -> AnswerRendition {
        AnswerRendition {
            rendition: encoded.rendition.to_string(),
            media_type: encoded.media_type.as_str().to_owned(),
            width: encoded.width,
            height: encoded.height,
            bytes: encoded.bytes.len() as u64,
        }
    }

    fn read(&self, from: &mut impl Read) -> io::Result<EncodedRendition> {
        let wrong = |()| io::Error::from(io::ErrorKind::InvalidData);
        let mut bytes = Vec::new();
        if from.take(self.bytes).read_to_end(&mut bytes)? as u64 != self.bytes {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(EncodedRendition {
            rendition: self.rendition.parse().map_err(wrong)?,
            media_type: self.media_type.parse().map_err(wrong)?,
            width: self.width,
            height: self.height,
            bytes,
        })
    }
}

/// Returns the path of the running program. On Linux the path works even if the file has been replaced since the start.
pub fn this_program() -> io::Result<std::path::PathBuf> {
    let linux = Path::new("/proc/self/exe");
    if linux.exists() {
        return Ok(linux.to_owned());
    }
    std::env::current_exe()
}
