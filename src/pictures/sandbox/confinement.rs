//! The rights that a process gives up before it decodes a picture. Each layer holds by itself, so that a system that
//! lacks one still has the others:
//!
//! - Resource limits, on every system: memory, processor time, and no further descriptor, so no file and no socket.
//! - Landlock, on Linux from 5.13 on: no file, no program, and, with later kernels, no connection and no signal.
//! - A seccomp filter, on Linux with a 64-bit processor: no system call but those that decoding needs.

use rustix::process::{Resource, Rlimit, setpriority_process, setrlimit};

/// The memory limit of the process, in bytes: the limit for decoding and room for everything else. Memory that a
/// decoder takes unexpectedly is refused here, and does not affect the server.
const MEMORY_MAX: u64 = crate::pictures::DECODING_BYTES_MAX + (32 << 20);

/// The processor time that a picture may take, in seconds. The slowest picture within the other limits takes a fortieth of
/// it on the machine of docs/measurements.md; small machines are several times slower.
const PROCESSOR_SECONDS_MAX: u64 = 120;

/// The nice value of the process, from 0 to 19. At 10 it gets a tenth of a processor that other processes want
/// (`sched(7)`).
const NICENESS: i32 = 10;

/// Gives up every right that decoding does not need. Failures are ignored: [`super::check`] finds out what still works, and
/// the limits that are computed from picture headers hold in any case.
pub(super) fn confine() {
    let _ = setpriority_process(None, NICENESS);
    // Nobody waits for the picture if the server is killed.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    // A ruleset is a descriptor, so it comes before the limits.
    #[cfg(target_os = "linux")]
    let _ = landlock();
    limit();
    // The filter refuses everything above, so it comes last.
    #[cfg(all(
        target_os = "linux",
        any(
            target_arch = "x86_64",
            target_arch = "aarch64",
            target_arch = "riscv64"
        )
    ))]
    let _ = filter();
}

/// Limits the resources of this process.
fn limit() {
    for (resource, most, hard) in [
        (Resource::Data, MEMORY_MAX, MEMORY_MAX),
        // Linux announces the end with a signal of its own only if there is time left until the hard limit.
        (
            Resource::Cpu,
            PROCESSOR_SECONDS_MAX,
            PROCESSOR_SECONDS_MAX + 1,
        ),
        (Resource::Core, 0, 0),
        // The descriptors that are open stay open.
        (Resource::Nofile, 0, 0),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(hard),
        };
        let _ = setrlimit(resource, limit);
    }
}

/// Forbids all that Landlock can forbid, as far as the kernel knows it.
#[cfg(target_os = "linux")]
fn landlock() -> Result<(), landlock::RulesetError> {
    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, Scope};
    let newest = ABI::V10;
    Ruleset::default()
        .handle_access(AccessFs::from_all(newest))?
        .handle_access(AccessNet::from_all(newest))?
        .scope(Scope::from_all(newest))?
        .create()?
        .restrict_self()?;
    Ok(())
}

/// Forbids all system calls but those that decoding needs. The others fail, as a library may try one and go on without.
#[cfg(all(
    target_os = "linux",
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )
))]
fn filter() -> Result<(), seccompiler::Error> {
    use std::{collections::BTreeMap, env::consts::ARCH};

    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, apply_filter,
    };

    let first_argument = |compare, value| {
        let condition = SeccompCondition::new(0, SeccompCmpArgLen::Dword, compare, value);
        SeccompRule::new(vec![condition?]).map(|rule| vec![rule])
    };
    let install = |calls, others: SeccompAction, listed: SeccompAction| {
        let program: BpfProgram =
            SeccompFilter::new(calls, others, listed, ARCH.try_into()?)?.try_into()?;
        apply_filter(&program)
    };
    let fail_with = |error: i32| SeccompAction::Errno(error.unsigned_abs());

    let mut allowed: BTreeMap<i64, Vec<SeccompRule>> =
        NEEDED.iter().map(|call| (*call, Vec::new())).collect();
    // The decoder of JPEGs starts threads, and nothing may start a process.
    let thread = libc::CLONE_THREAD.unsigned_abs().into();
    let is_thread = first_argument(SeccompCmpOp::MaskedEq(thread), thread)?;
    allowed.insert(libc::SYS_clone, is_thread);
    // `abort` sends a signal, which may go to this process alone.
    let own = std::process::id().into();
    allowed.insert(libc::SYS_tgkill, first_argument(SeccompCmpOp::Eq, own)?);

    // No filter can read what `clone3` would start. The C library uses `clone` if there is no `clone3`.
    let newer = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    install(newer, SeccompAction::Allow, fail_with(libc::ENOSYS))?;
    allowed.insert(libc::SYS_clone3, Vec::new());
    install(allowed, fail_with(libc::EPERM), SeccompAction::Allow)
}

/// The system calls that decoding needs: memory, the open descriptors, threads, time, random numbers and the end.
#[cfg(all(
    target_os = "linux",
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )
))]
const NEEDED: &[i64] = &[
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_lseek,
    libc::SYS_madvise,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_read,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rseq,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_set_robust_list,
    libc::SYS_sigaltstack,
    libc::SYS_write,
    libc::SYS_writev,
];
