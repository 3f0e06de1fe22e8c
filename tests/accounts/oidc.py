"""A small OpenID Connect provider on the loopback address: discovery, authorize, token, userinfo, keys.

It signs with RS256, binds codes to client, redirect address and PKCE challenge, and uses each code once.
``faults`` makes it misbehave by name.  With ``asks`` set it shows a page of its own, on which somebody signs in by hand.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "tongxin", "a-shared-secret"


class Provider:
    """Answers until :meth:`stop`; ``subject`` is who signs in there."""

    def __init__(self) -> None:
        self.subject = "subject-1"
        self.faults: set[str] = set()
        self.asks = False
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, str] = {}
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def discovery(self) -> dict[str, object]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Return where the browser is sent after signing in here."""
        if "denied" in self.faults:
            return f"{query['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': query['state']})}"
        assert (query["client_id"], query["response_type"]) == (CLIENT_ID, "code")
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        if "code_challenge" in asked:
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
                return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": "http://elsewhere.invalid" if "issuer" in self.faults else self.address,
            "aud": "somebody-else" if "audience" in self.faults else CLIENT_ID,
            "sub": self.subject,
            "iat": now - 7200,
            "exp": now - 3600 if "expired" in self.faults else now + 300,
        }
        access = secrets.token_urlsafe(16)
        self.tokens[access] = self.subject
        signed = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "k1"})
        return 200, {"access_token": access, "token_type": "Bearer", "id_token": signed, "expires_in": 300}

    def keys(self) -> dict[str, object]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "k1", "use": "sig", "alg": "RS256"}]}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                if parts.path == "/.well-known/openid-configuration":
                    self.answer(200, provider.discovery())
                elif parts.path == "/authorize" and provider.asks and "subject" not in query:
                    self.page(query)
                elif parts.path == "/authorize":
                    provider.subject = query.get("subject", provider.subject)
                    self.send_response(302)
                    self.send_header("Location", provider.authorize(query))
                    self.end_headers()
                elif parts.path == "/keys":
                    self.answer(200, provider.keys())
                elif parts.path == "/userinfo":
                    subject = provider.tokens.get(self.headers["Authorization"].removeprefix("Bearer "))
                    self.answer(200 if subject else 401, {"sub": subject, "name": "周明", "email": "zhou@example.cn"})
                else:
                    self.answer(404, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self.answer(*provider.token(form))

            def page(self, query: dict[str, str]) -> None:
                kept = "".join(
                    f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
                    for name, value in query.items()
                )
                payload = (
                    f'<!doctype html><meta charset="utf-8"><title>统一身份</title><form action="/authorize">{kept}'
                    '<label>工号 <input name="subject"></label><button>同意并登录</button></form>'
                ).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def answer(self, status: int, content: object) -> None:
                payload = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *args: object) -> None:
                """Stay silent."""

        return Handler
