"""A real SMTP server (Debian's aiosmtpd) for the tests of e-mail: smtp_server.py PORT [--starttls CERT KEY | --tls CERT KEY] [--user USER PASSWORD]

Prints "ready PORT", then one JSON line for each message taken. Recipients by their local part: refuse = 550, grey = 451 the first
time, busy = 421, full = 552 after the data, hang = no answer.
"""
import argparse, asyncio, base64, json, logging, ssl

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

logging.disable(logging.WARNING)
parser = argparse.ArgumentParser()
parser.add_argument("port", type=int)
parser.add_argument("--starttls", nargs=2)
parser.add_argument("--tls", nargs=2)
parser.add_argument("--user", nargs=2)
options = parser.parse_args()
greeted = set()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        local = address.split("@")[0]
        if local == "refuse":
            return "550 5.1.1 no such mailbox"
        if local == "busy":
            return "421 4.3.2 service shutting down"
        if local == "hang":
            await asyncio.sleep(3600)
        if local == "grey" and address not in greeted:
            greeted.add(address)
            return "451 4.7.1 greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("full@"):
            return "552 5.2.2 mailbox full"
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": server.transport.get_extra_info("ssl_object") is not None, "user": session.auth_data or "",
            "data": base64.b64encode(envelope.original_content).decode(),
        }), flush=True)
        return "250 2.0.0 taken"


def context(files):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*files)
    return made


def authenticate(server, session, envelope, mechanism, auth_data):
    ok = isinstance(auth_data, LoginPassword) and [auth_data.login.decode(), auth_data.password.decode()] == options.user
    return AuthResult(success=ok, handled=False, auth_data=options.user[0] if ok else None)


def make():
    return SMTP(
        Handler(), hostname="mail.test", enable_SMTPUTF8=True, tls_context=context(options.starttls) if options.starttls else None,
        require_starttls=bool(options.starttls), auth_required=bool(options.user), auth_require_tls=not options.tls, authenticator=authenticate if options.user else None)


async def main():
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", options.port, ssl=context(options.tls) if options.tls else None)
    print(f"ready {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


asyncio.run(main())
