"""A real SMTP server on loopback that keeps what it is handed and answers as a file says.

smtp-sink.py PORT FILE: listens on PORT (0 = a free one) and prints its port; then one JSON object a line: {"event": "data", "atNs": nanoseconds since 1970} as soon as a message is whole,
{"event": "answered"} once the client was answered. FILE holds the answer: "250 OK", "451 try again", "550 no such user", or "hold" for none until it says another.
"""
import asyncio
import base64
import json
import sys
import time

from aiosmtpd.smtp import SMTP

PORT, ANSWER = int(sys.argv[1]), sys.argv[2]


def say(**line):
    print(json.dumps(line), flush=True)


def answer():
    with open(ANSWER, encoding="utf-8") as file:
        return file.read().strip() or "hold"


class Sink:
    async def handle_DATA(self, server, session, envelope):
        at = time.time_ns()
        said = answer()
        say(event="data", atNs=at, answer=said, to=envelope.rcpt_tos, content=base64.b64encode(envelope.content).decode())
        while said == "hold":
            await asyncio.sleep(0.01)
            said = answer()
        say(event="answered", answer=said, to=envelope.rcpt_tos, content="")
        return said


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink(), enable_SMTPUTF8=True, loop=loop), "127.0.0.1", PORT)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
