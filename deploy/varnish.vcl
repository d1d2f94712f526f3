# QuartFeed behind Varnish, which has no https itself: put hitch or nginx in front of it.
# In quartfeed.toml, set base_url = "https://pi.example/" and trusted_proxies = ["127.0.0.1"] under [server].
vcl 4.1;

backend default {
    .host = "127.0.0.1";
    .port = "5000";
    .first_byte_timeout = 60s;
    .between_bytes_timeout = 60s;
}

sub vcl_recv {
    # Streams and forms pass through: Varnish would keep the first bytes of a stream back until the next ones, and read a
    # whole upload before it asks.
    if (req.http.Accept ~ "text/event-stream" || req.method == "POST") {
        return (pipe);
    }
}

sub vcl_pipe {
    set bereq.http.Connection = "close";
}
