"""How the gateway is served. Wherever strangers can reach it, a buffering proxy stands in front."""

import os

bind = f"127.0.0.1:{os.environ.get('PORT', '8080')}"
worker_class = "gevent"
workers = int(os.environ.get("WEB_WORKERS", "1"))
worker_connections = 1000
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
keepalive = 5  # also the time in which the head of a request must have come
timeout = 30
graceful_timeout = 8
control_socket_disable = True
errorlog = "-"
loglevel = "warning"

# On one machine every client is 127.0.0.1: nothing a client writes about itself or about paths may be believed.
forwarder_headers = ""
forwarded_allow_ips = ""
header_map = "drop"

limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190


def post_worker_init(worker):
    """A worker that is told to stop ends its streams instead of waiting for them."""
    worker.wsgi.extensions["gate"].streams.is_serving = lambda: worker.alive
