"""How every web process is served. No header of a client is believed: the gateway counts trusted hops itself."""

import gc
import os

wsgi_app = f"{os.environ['FLASK_APP']}:create_app()" if "FLASK_APP" in os.environ else None
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 8
keepalive = 75
forwarder_headers = ""
forwarded_allow_ips = ""
limit_request_line = 8190
limit_request_fields = 64
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


def post_worker_init(worker: object) -> None:
    """What the application is made of stays: later collections need not look at it, and hold no request up for it."""
    gc.collect()
    gc.freeze()
