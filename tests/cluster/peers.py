"""Replicas of a ring as processes, optionally in network namespaces, and this process's version of their protocol."""

import base64
import contextlib
import hashlib
import hmac
import os
import queue
import signal
import socket
import struct
import subprocess
import threading

import numpy as np

from benchmarks.ring_peer import command

SECRET = b"what-only-the-replicas-of-a-training-know"
ANSWER_SECONDS = 120  # ends a test that hangs


class Peer:
    """The process of one replica.

    Args:
        silence, connect, pulse: milliseconds.
        inside: the prefix that runs a command in a namespace."""

    def __init__(
        self, rank, size=2, *, port=0, retries=0, encrypted=False, silence=100_000, connect=2500, pulse=500, inside=()
    ):  # fmt: skip
        about = {"silence": silence, "connect": connect, "pulse": pulse, "encrypted": encrypted}
        run = [*inside, *command(rank, size, SECRET.decode(), port=port, retries=retries, **about)]
        self.process = subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        try:
            first = self.answer()
        except BaseException:
            self.end()
            raise
        self.port = int(first.split()[1]) if first.startswith("port") else None
        self.problem = None if self.port else first

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(line.strip())
        self._lines.put("ended")

    def tell(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()

    def answer(self):
        return self._lines.get(timeout=ANSWER_SECONDS)

    def ask(self, *words):
        self.tell(*words)
        return self.answer()

    def stop(self, kind=signal.SIGSTOP):
        self.process.send_signal(kind)

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


@contextlib.contextmanager
def ended(*peers):
    """Ends the peers, whatever happens."""
    try:
        yield
    finally:
        for peer in peers:
            peer.end()


def meet(peers, hosts):
    """Each peer's answer after it tried to reach the next one at its host."""
    following = list(zip(peers[1:] + peers[:1], hosts[1:] + hosts[:1]))
    return [peer.ask("meet", host, other.port) for peer, (other, host) in zip(peers, following)]


def exchange(peers, count=40_000):
    """Each peer's mean; None if it has a problem."""
    for peer in peers:
        peer.tell("exchange", count)
    return [mean(peer.answer()) for peer in peers]


def mean(answer):
    kind, _, rest = answer.partition(" ")
    return np.frombuffer(base64.b64decode(rest), "<f4") if kind == "mean" else None


def expected(size, count=40_000):
    """The mean that peers should find: the mean rank plus numbers from 0 to 1."""
    return (size - 1) / 2 + np.arange(count, dtype=np.float32) / np.float32(count)


def hello(source, target, *, version=2, encrypted=False):
    """The connecting replica's first message."""
    return b"bigdl_gan" + struct.pack(">iiib", version, source, target, encrypted)


def code(purpose, transcript, secret=SECRET):
    return hmac.new(secret, purpose + transcript, hashlib.sha256).digest()


def receive(connection, count):
    """Reads `count` bytes, or fewer if the other end closes the connection."""
    found = b""
    with contextlib.suppress(ConnectionError):
        while len(found) < count:
            some = connection.recv(count - len(found))
            if not some:
                break
            found += some
    return found


def knock(connection, source, target, *, secret=SECRET, **about):
    """Connects as a replica would; returns whether it is let in."""
    nonce = os.urandom(32)
    connection.sendall(hello(source, target, **about) + nonce)
    answer = receive(connection, 64)
    if len(answer) < 64:
        return False
    transcript = hello(source, target, **about) + nonce + answer[:32]
    with contextlib.suppress(ConnectionError):
        connection.sendall(code(b"connecting", transcript, secret))
    # One byte, whatever it is: the first pulse may come before the one that admits.
    return answer[32:] == code(b"accepting", transcript) and len(receive(connection, 1)) == 1


class Wire:
    """A relay between two peers that records the traffic.

    Args:
        port: the port of the peer to relay to.
        change: may change what goes there; called with all previous bytes and the next ones."""

    def __init__(self, port, change=lambda before, some: some):
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._target, self._change, self.seen, self._sockets = port, change, [b"", b""], []
        self._open = threading.Event()
        self._open.set()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        with contextlib.suppress(OSError):
            near, _ = self._server.accept()
            far = socket.create_connection(("127.0.0.1", self._target))
            self._sockets += [near, far]
            for way, (source, target) in enumerate([(near, far), (far, near)]):
                threading.Thread(target=self._relay, args=(way, source, target), daemon=True).start()

    def cut(self):
        """Silently stops relaying, while the connections stay open."""
        self._open.clear()

    def _relay(self, way, source, target):
        with contextlib.suppress(OSError):
            while True:
                some = source.recv(1 << 16)
                self._open.wait()
                if not some:
                    break
                if way == 0:
                    some = self._change(self.seen[0], some)
                self.seen[way] += some
                target.sendall(some)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def close(self):
        for found in [self._server, *self._sockets]:
            found.close()
