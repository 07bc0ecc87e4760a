"""A mail server (SMTP, RFC 5321) on this machine, which may refuse an address or hang up on it."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class Postbox:
    """`taken` holds (recipient, message) of what it accepted."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self.refuses: set[str] = set()  # answers 550
        self.hangs_up_on: set[str] = set()  # closes the connection, in the middle of the message
        self.port = 0

    def sizes(self, recipient: str) -> list[str]:
        """The sizes of the checkpoints that one recipient got, from the names of the attached files."""
        return [
            str(next(message.iter_attachments()).get_filename()).partition(".")[0]
            for who, message in self.taken
            if who == recipient
        ]


@contextmanager
def serving(postbox: Postbox) -> Iterator[Postbox]:
    """Takes mail at `postbox.port` while the block runs."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 ready")
            recipient = ""
            while line := self.rfile.readline().decode().strip():
                verb = line.upper()
                if verb.startswith("RCPT TO:"):
                    recipient = line[8:].strip().strip("<>")
                    self._say("550 no such mailbox" if recipient in postbox.refuses else "250 ok")
                elif verb == "DATA":
                    self._say("354 go on")
                    if recipient in postbox.hangs_up_on:
                        return
                    postbox.taken.append((recipient, self._message()))
                    self._say("250 taken")
                elif verb == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 ok")

        def _message(self) -> EmailMessage:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            return message_from_bytes(b"".join(lines), policy=policy.default)

        def _say(self, answer: str) -> None:
            self.wfile.write(f"{answer}\r\n".encode())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    postbox.port = server.server_address[1]
    try:
        yield postbox
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
