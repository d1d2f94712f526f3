#!/usr/bin/env bash
# qemu-user 7.2 (Debian 12, qemu-user-static 1:7.2+dfsg-7+deb12u18): setrlimit(RLIMIT_DATA) succeeds and changes nothing.
#
# Expected: POSIX.1-2017, setrlimit: "Upon successful completion, getrlimit() and setrlimit() shall return 0", and the limit is in
# force: getrlimit returns it, and with a limit of 64 MiB on data malloc(256 MiB) fails with ENOMEM. A system that cannot set a
# limit returns -1. Linux does the former, as the first line shows.
#
# Seen: under emulation setrlimit returns 0, getrlimit the old value, and malloc the memory. A program that limits itself before it
# reads something untrusted runs without the limit and cannot know.
#
#     Linux: setrlimit 0, getrlimit new, malloc fails
#     qemu-x86_64: setrlimit 0, getrlimit old, malloc succeeds
#
# QuartFeed limits the process that renders pictures in this way, so deploy/try-arm cannot test that limit.
#
# Needs Debian 12 on x86-64 with apt-get and gcc. It downloads one package and installs nothing. Exits with 1 if the behaviour has
# changed, with 2 if the package cannot be had.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"

apt-get -qq -o APT::Sandbox::User=root download 'qemu-user-static=1:7.2+dfsg-*' || exit 2
dpkg-deb --show ./*.deb
dpkg-deb --extract ./*.deb root

cat >limit.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

int main(void) {
    struct rlimit wanted = {64 << 20, 64 << 20}, seen;
    int answer = setrlimit(RLIMIT_DATA, &wanted);
    getrlimit(RLIMIT_DATA, &seen);
    /* Large enough to be mapped, which counts as data since Linux 4.7. */
    void *volatile memory = malloc(256 << 20);
    printf("setrlimit %d, getrlimit %s, malloc %s\n", answer, seen.rlim_cur == wanted.rlim_cur ? "new" : "old",
           memory ? "succeeds" : "fails");
    return 0;
}
C
gcc -static -o limit limit.c

found="Linux: $(./limit)
qemu-x86_64: $(root/usr/bin/qemu-x86_64-static ./limit)"
echo "$found"
[ "$found" = "Linux: setrlimit 0, getrlimit new, malloc fails
qemu-x86_64: setrlimit 0, getrlimit old, malloc succeeds" ] || {
    echo "the behaviour has changed"
    exit 1
}
