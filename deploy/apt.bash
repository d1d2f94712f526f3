# shellcheck shell=bash
# Functions of scripts that install what they need on Debian. The script that reads this file is in the root of the
# repository, and has set SCRIPT to its own path.

readonly LOCK_SECONDS=600

fail() {
    echo "$SCRIPT: $*" >&2
    exit 1
}

say() { echo "== $*"; }

# Prints the comment at the head of a script, which says how it is called.
usage() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$SCRIPT"; }

# Runs apt-get, and waits for other programs that hold its locks. It waits for the lock of dpkg by itself, but not for
# the lock of its own lists.
apt() {
    local as_root='' output deadline=$((SECONDS + LOCK_SECONDS))
    [ "$(id -u)" = 0 ] || as_root=sudo
    until output=$($as_root env LC_ALL=C DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o "DPkg::Lock::Timeout=$LOCK_SECONDS" "$@" 2>&1); do
        if [[ $output != *"get lock"* ]] || ((SECONDS > deadline)); then
            fail "apt-get $* failed:"$'\n'"$output"
        fi
        sleep 2
    done
}

# install_missing COMMAND=PACKAGE...: installs the packages of missing commands. Debian's nginx is not in everybody's PATH.
# In place of a command there may be the path of a file.
install_missing() {
    local pair missing=()
    for pair in "$@"; do
        [[ $pair = /* && -e ${pair%=*} ]] || PATH=$PATH:/usr/sbin command -v "${pair%=*}" >/dev/null || missing+=("${pair#*=}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "please install ${missing[*]}"
    say "installing ${missing[*]}"
    apt update
    apt install -y --no-install-recommends "${missing[@]}"
}
