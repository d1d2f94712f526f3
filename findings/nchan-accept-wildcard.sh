#!/usr/bin/env bash
# nchan 1.3.6 (Debian 12, libnginx-mod-nchan 1:1.3.6+dfsg-2, with nginx 1.22.1), publish and subscribe for nginx.
#
# Expected: a reader of an EventSource channel may send no `Accept`, or one with a wildcard. RFC 9110, section 12.5.1: without
# the field every type is accepted; `text/*` and `*/*` match `text/event-stream`. A server that has no acceptable type says
# 406 or ignores the field.
#
# Seen: only a value that names `text/event-stream` gets the stream. The others are answered with 403 Forbidden, as if the
# reader was not allowed to read. That is what curl and most HTTP clients get, as they send `*/*`:
#
#     200 text/event-stream
#     200 application/json;q=0.5, text/event-stream
#     403 text/*
#     403 */*
#     403 (no Accept)
#
# Needs Debian 12 with apt-get and curl. It downloads two packages and installs nothing. Exits with 1 if the behaviour has
# changed, with 2 if the packages cannot be had.
set -euo pipefail
directory=$(mktemp -d)
server=''
trap '[ -z "$server" ] || kill "$server"; rm -rf "$directory"' EXIT
cd "$directory"
# Without this, nginx cannot write here if it is started by root and runs as nobody.
chmod 755 "$directory"

apt-get -qq -o APT::Sandbox::User=root download 'nginx=1.22.1-*' 'libnginx-mod-nchan=1:1.3.6+dfsg-2' || exit 2
for package in ./*.deb; do
    dpkg-deb -x "$package" root
    dpkg-deb --show "$package"
done

cat >nginx.conf <<CONF
load_module $directory/root/usr/lib/nginx/modules/ngx_nchan_module.so;
daemon off;
pid $directory/nginx.pid;
error_log stderr error;
events {}
http {
    access_log off;
    client_body_temp_path $directory/body;
    proxy_temp_path $directory/proxy;
    fastcgi_temp_path $directory/fastcgi;
    uwsgi_temp_path $directory/uwsgi;
    scgi_temp_path $directory/scgi;
    server {
        listen unix:$directory/socket;
        location = /stream {
            nchan_subscriber eventsource;
            nchan_channel_id news;
        }
    }
}
CONF
root/usr/sbin/nginx -e stderr -c "$directory/nginx.conf" &
server=$!
for _ in $(seq 100); do
    [ -S socket ] && break
    sleep 0.1
done
[ -S socket ] || exit 2

# A stream does not end, so curl is stopped once the head has arrived.
status() {
    local accept=$1
    # curl leaves a field without a value out.
    [ "$accept" != '(no Accept)' ] || accept=''
    curl --silent --max-time 1 --unix-socket socket --dump-header head --output answer \
        --header "Accept:${accept:+ $accept}" http://localhost/stream || true
    sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p' head
}

changed=0
while read -r expected accept; do
    seen=$(status "$accept")
    echo "$seen $accept"
    [ "$seen" = "$expected" ] || changed=1
done <<'END'
200 text/event-stream
200 application/json;q=0.5, text/event-stream
403 text/*
403 */*
403 (no Accept)
END
[ $changed = 0 ] || echo "the behaviour has changed"
exit $changed
