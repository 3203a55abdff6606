"""How the gateway is served. Wherever strangers can reach it, a buffering proxy stands in front."""

import os

from gunicorn.workers.ggevent import GeventWorker


class Worker(GeventWorker):
    """Gunicorn's, which leaves plain reads of the API to `gateway.reads` wherever one may begin."""

    def handle(self, listener, client, addr):
        if self.reads.serve(client, addr):
            super().handle(listener, client, addr)
        else:
            client.close()

    def handle_request(self, listener_name, req, sock, addr):
        super().handle_request(listener_name, req, sock, addr)
        had_body = any(name in ("CONTENT-LENGTH", "TRANSFER-ENCODING") for name, _ in req.headers)
        has_more = req.unreader.buf.getvalue()  # what was sent along already is not in the socket any more
        if not had_body and not has_more and not self.reads.serve(sock, addr):
            raise StopIteration


bind = f"127.0.0.1:{os.environ.get('PORT', '8080')}"
worker_class = Worker
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
    from gateway.reads import Reads  # not before gevent has taken the place of sockets and threads

    gate = worker.wsgi.extensions["gate"]
    gate.streams.is_serving = lambda: worker.alive
    worker.reads = Reads(
        worker.wsgi, idle=keepalive, patience=gate.config.client_timeout, is_serving=lambda: worker.alive
    )
