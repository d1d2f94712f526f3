//! The process in which one picture is drawn, and how it answers. Decoders of strangers' bytes may have mistakes: they may
//! take all memory there is, never end, or worse. Here that is the end of this process alone, which has nothing of the
//! site but the file that was sent and a pipe for the answer.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    os::{fd::AsFd, unix::process::CommandExt},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

use serde::{Deserialize, Serialize};

use super::{Drawn, Fault, Limits, Made, Purpose, Refusal};

/// The command that [`start`] calls and the program answers to with [`answer`].
pub const COMMAND: &str = "draw";

/// The memory of the process, in bytes: what decoding may take, and what there is around it. What a decoder takes that
/// was not counted before ends here, not in the memory of others.
const MEMORY_MAX: u64 = super::DECODING_BYTES_MAX + (32 << 20);

/// Seconds of a processor that a picture may take. The slowest that the other limits let pass takes a tenth of it on the
/// machine of docs/measurements.md, and small machines are several times slower.
const PROCESSOR_SECONDS_MAX: u64 = 30;

/// After so many of them an animation is kept as its first frame instead of going on.
const PROCESSOR_SECONDS_LATE: i64 = 15;

/// How much it steps back for all others, from 0 to 19: at 10 it gets a tenth of a processor that others want
/// (`sched(7)`).
const NICENESS: i32 = 10;

/// Bytes of an answer: all renditions of the largest animation are a third of it.
const ANSWER_BYTES_MAX: u64 = 96 << 20;

/// The first line of an answer; behind it stand the bytes of the renditions.
#[derive(Serialize, Deserialize)]
enum Head {
    Made {
        width: u32,
        height: u32,
        is_moving: bool,
        renditions: Vec<Part>,
    },
    Refused(Refusal),
    Failed(String),
}

#[derive(Serialize, Deserialize)]
struct Part {
    rendition: String,
    media_type: String,
    width: u32,
    height: u32,
    bytes: u64,
}

/// Begins to draw. What was sent is all that the process is given.
pub(super) fn start(
    program: &Path,
    file: File,
    purpose: Purpose,
    limits: Limits,
) -> io::Result<Child> {
    Command::new(program)
        // Whoever lists the processes sees what it is, not the name that a file in /proc has.
        .arg0("quartfeed")
        .arg(COMMAND)
        .arg(purpose.name())
        .arg(limits.bytes.to_string())
        .arg(limits.pixels.to_string())
        .env_clear()
        .current_dir("/")
        .stdin(file)
        .stdout(Stdio::piped())
        // It answers with what is wrong. What a decoder says as it panics is for nobody.
        .stderr(Stdio::null())
        .spawn()
}

/// What the process is: draws what stands in its standard input, and ends.
///
/// # Errors
/// If nobody reads the answer.
pub fn answer(purpose: Purpose, limits: Limits) -> io::Result<()> {
    confine();
    let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let made = catch_unwind(AssertUnwindSafe(|| super::draw(file, purpose, limits)));
    write_answer(
        &made.unwrap_or(Err(Fault::Refused(Refusal::Broken))),
        io::stdout().lock(),
    )
}

/// Whatever this system cannot do, the limits that are counted from headers still hold.
fn confine() {
    use rustix::process::{Resource, Rlimit, setpriority_process, setrlimit};
    for (resource, most) in [
        (Resource::Data, MEMORY_MAX),
        (Resource::Cpu, PROCESSOR_SECONDS_MAX),
        (Resource::Core, 0),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        let _ = setrlimit(resource, limit);
    }
    let _ = setpriority_process(None, NICENESS);
    // If the site is killed, nobody waits for the picture.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
}

/// Whether so much of its time is over that what is not needed is better left.
pub(super) fn is_late() -> bool {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    spent.tv_sec >= PROCESSOR_SECONDS_LATE
}

fn write_answer(made: &Result<Made, Fault>, to: impl Write) -> io::Result<()> {
    let mut to = BufWriter::new(to);
    let (head, renditions) = match made {
        Ok(made) => {
            let head = Head::Made {
                width: made.width,
                height: made.height,
                is_moving: made.is_moving,
                renditions: made.renditions.iter().map(Part::of).collect(),
            };
            (head, made.renditions.as_slice())
        }
        Err(Fault::Refused(refusal)) => (Head::Refused(refusal.clone()), [].as_slice()),
        Err(Fault::Failed(why)) => (Head::Failed(why.clone()), [].as_slice()),
        Err(Fault::Busy) => (Head::Failed("busy".to_owned()), [].as_slice()),
    };
    serde_json::to_writer(&mut to, &head)?;
    to.write_all(b"\n")?;
    for drawn in renditions {
        to.write_all(&drawn.bytes)?;
    }
    to.flush()
}

/// What the process answers.
///
/// # Errors
/// If it ends before it has answered.
pub(super) fn read_answer(from: Option<ChildStdout>) -> io::Result<Result<Made, Fault>> {
    let from = from.ok_or(io::ErrorKind::BrokenPipe)?;
    let mut from = BufReader::new(from.take(ANSWER_BYTES_MAX));
    let mut line = Vec::new();
    from.read_until(b'\n', &mut line)?;
    Ok(match serde_json::from_slice(&line)? {
        Head::Made {
            width,
            height,
            is_moving,
            renditions,
        } => {
            let drawn = renditions.iter().map(|part| part.read(&mut from));
            Ok(Made {
                width,
                height,
                is_moving,
                renditions: drawn.collect::<io::Result<_>>()?,
            })
        }
        Head::Refused(refusal) => Err(Fault::Refused(refusal)),
        Head::Failed(why) => Err(Fault::Failed(why)),
    })
}

/// A process that ended without an answer has met one of its limits, or a mistake of a decoder: both are the picture's.
pub(super) fn why_it_ended(ended: Option<io::Result<ExitStatus>>) -> Fault {
    use rustix::process::Signal;
    use std::os::unix::process::ExitStatusExt;
    let signal = ended
        .and_then(Result::ok)
        .and_then(|status| status.signal());
    let signal = signal.and_then(Signal::from_named_raw);
    match signal {
        // Memory; time.
        Some(Signal::ABORT | Signal::XCPU) => Refusal::Unusual.into(),
        Some(Signal::SEGV | Signal::BUS | Signal::ILL) => Refusal::Broken.into(),
        // The system needed the memory, or the program is not what it was.
        _ => Fault::Failed("what draws pictures ended without an answer".to_owned()),
    }
}

impl Part {
    fn of(drawn: &Drawn) -> Part {
        Part {
            rendition: drawn.rendition.to_string(),
            media_type: drawn.media_type.as_str().to_owned(),
            width: drawn.width,
            height: drawn.height,
            bytes: drawn.bytes.len() as u64,
        }
    }

    fn read(&self, from: &mut impl Read) -> io::Result<Drawn> {
        let wrong = |()| io::Error::from(io::ErrorKind::InvalidData);
        let mut bytes = Vec::new();
        if from.take(self.bytes).read_to_end(&mut bytes)? as u64 != self.bytes {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Drawn {
            rendition: self.rendition.parse().map_err(wrong)?,
            media_type: self.media_type.parse().map_err(wrong)?,
            width: self.width,
            height: self.height,
            bytes,
        })
    }
}

/// This program, wherever it was started from; on Linux also if its file has been replaced since.
pub fn this_program() -> io::Result<std::path::PathBuf> {
    let linux = Path::new("/proc/self/exe");
    if linux.exists() {
        return Ok(linux.to_owned());
    }
    std::env::current_exe()
}
