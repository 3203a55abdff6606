"""The gateway as it is usually written: Flask, one `requests.Session`, the token checked on each request."""

import json
import os
from pathlib import Path

import requests
from flask import Flask, Response, request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

app = Flask(__name__)
keys = KeySet.import_key_set(json.loads(Path(os.environ["JWKS_FILE"]).read_text()))
peers = dict(pair.split("=", 1) for pair in os.environ["PEERS"].split(","))
http = requests.Session()
http.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=64))
http.trust_env = False
claims_of = jwt.JWTClaimsRegistry(iss={"essential": True, "value": "identity"}, exp={"essential": True})


@app.route("/api/v1/<service>/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def forward(service: str, rest: str) -> Response:
    try:
        token = jwt.decode(request.headers["Authorization"].removeprefix("Bearer "), keys, algorithms=["Ed25519"])
        claims_of.validate(token.claims)
    except (KeyError, JoseError):
        return Response(status=401)
    headers = {name: value for name, value in request.headers if name not in ("Host", "Connection")}
    headers["X-User"] = token.claims["sub"]
    answer = http.request(
        request.method,
        f"{peers[service]}/api/v1/{service}/{rest}",
        params=request.args,
        headers=headers,
        data=request.get_data(),
        timeout=10,
    )
    return Response(answer.content, answer.status_code, content_type=answer.headers["Content-Type"])
