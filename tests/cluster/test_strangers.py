"""Who may join a ring, and what others on the network can see; with processes on the loopback interface."""

import contextlib
import signal
import socket
import struct
import threading
import time

import numpy as np
import peers
import pytest
from peers import Peer

HERE = "127.0.0.1"
PATIENCE = 30  # seconds, three times the deadline of a handshake


@pytest.fixture
def two():
    """Two peers that have not met."""
    pair = [Peer(0), Peer(1)]
    with peers.ended(*pair):
        yield pair


def connect(port):
    return contextlib.closing(socket.create_connection((HERE, port), timeout=PATIENCE))


@pytest.mark.parametrize("encrypted", [False, True])
def test_two_processes(encrypted):
    pair = [Peer(rank, encrypted=encrypted) for rank in (0, 1)]
    with peers.ended(*pair):
        assert peers.meet(pair, [HERE, HERE]) == ["met", "met"]
        for found in peers.exchange(pair):
            np.testing.assert_allclose(found, peers.expected(2), rtol=1e-6)


def test_a_neighbour_that_knows_the_secret(two):
    """An independent implementation of the protocol is let in."""
    with connect(two[1].port) as knocking:
        assert peers.knock(knocking, 0, 1)


@pytest.mark.parametrize(
    "about",
    [{"secret": b"another"}, {"version": 1}, {"encrypted": True}, {"source": 1}, {"target": 0}],
    ids=lambda about: next(iter(about)),
)
def test_a_stranger(two, about):
    """It lacks the secret, has another version or other settings, or names other replicas."""
    with connect(two[1].port) as knocking:
        assert not peers.knock(knocking, **{"source": 0, "target": 1, **about})
    assert peers.meet(two, [HERE, HERE]) == ["met", "met"]


@pytest.mark.slow
def test_slow_strangers_keep_nobody_out(two):
    """More strangers than a replica keeps: silent ones, and some that send the right bytes too slowly."""
    strangers = [socket.create_connection((HERE, peer.port), timeout=PATIENCE) for peer in two for _ in range(40)]
    done = threading.Event()

    def dribble():
        for byte in peers.hello(0, 1):  # 22 bytes, 2 s each: within any deadline of a single byte
            for stranger in strangers[-5:]:
                with contextlib.suppress(OSError):
                    stranger.send(bytes([byte]))
            if done.wait(2):
                break

    dribbling = threading.Thread(target=dribble)
    dribbling.start()
    try:
        assert peers.meet(two, [HERE, HERE]) == ["met", "met"]
        for stranger in strangers:  # long before the last byte of the hello
            assert peers.receive(stranger, 1) == b""
        assert dribbling.is_alive()
        for found in peers.exchange(two):
            np.testing.assert_allclose(found, peers.expected(2), rtol=1e-6)
    finally:
        done.set()
        dribbling.join()
        for stranger in strangers:
            stranger.close()


def test_the_port_is_closed_once_all_have_met(two):
    peers.meet(two, [HERE, HERE])
    peers.exchange(two)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HERE, two[0].port))


def test_the_secret_is_never_sent(two):
    """A listener in the neighbour's place gets a hello that is of no use to it, and is refused."""
    with socket.create_server((HERE, 0)) as server:
        heard = []

        def pretend():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection:
                        heard.append(peers.receive(connection, len(peers.hello(0, 1)) + 32))
                        connection.sendall(bytes(64))
                        heard.append(peers.receive(connection, 1000))

        threading.Thread(target=pretend, daemon=True).start()
        answer = two[0].ask("meet", HERE, server.getsockname()[1])
    assert answer == f"problem {HERE}: the process that listens there does not belong to this training"
    assert heard[0].startswith(peers.hello(0, 1)) and heard[1] == b""
    assert peers.SECRET not in b"".join(heard)


def test_the_neighbours_own_words_do_not_open_the_door(two):
    """A man in the middle without the secret connects a replica to itself."""
    answer = two[0].ask("meet", HERE, two[0].port)
    assert answer.startswith("problem") and "closed" in answer


@pytest.mark.parametrize("encrypted", [False, True])
def test_what_the_network_sees(encrypted):
    """The network sees the numbers only if Spark does not encrypt; it never sees the secret."""
    pair = [Peer(rank, encrypted=encrypted) for rank in (0, 1)]
    wires = [peers.Wire(peer.port) for peer in pair]
    with peers.ended(*pair):
        assert [pair[0].ask("meet", HERE, wires[1].port), pair[1].ask("meet", HERE, wires[0].port)] == ["met", "met"]
        assert all(found is not None for found in peers.exchange(pair))
        wire = wires[1].seen[0]  # from the first to the second
        numbers = np.arange(20_000, 20_100, dtype=np.float32) / np.float32(40_000)
        assert (numbers.tobytes() in wire) != encrypted
        assert not any(peers.SECRET in some for wire in wires for some in wire.seen)
    for wire in wires:
        wire.close()


def test_a_packet_that_is_changed():
    """Flips one bit of a packet, after the handshake."""
    pair = [Peer(rank, encrypted=True) for rank in (0, 1)]
    done = len(peers.hello(0, 1)) + 64

    def change(before, some):
        return some if len(before) < done + 1000 else bytes([some[0] ^ 1]) + some[1:]

    wire = peers.Wire(pair[1].port, change)
    with peers.ended(*pair):
        assert [pair[0].ask("meet", HERE, wire.port), pair[1].ask("meet", HERE, pair[0].port)] == ["met", "met"]
        pair[0].tell("exchange", 40_000)
        answer = pair[1].ask("exchange", 40_000)
        assert answer.startswith("problem") and "A packet was changed in transit" in answer
    wire.close()


def test_ports_of_a_range():
    with socket.create_server(("", 0)) as taken:
        port = taken.getsockname()[1]
        one = Peer(0, port=port, retries=3)
        other = Peer(1, port=port, retries=3)
        with peers.ended(one, other):
            assert port < one.port < other.port <= port + 3
            refused = Peer(0, port=port, retries=0)
            with peers.ended(refused):
                assert refused.problem == f"problem port {port}: none is free"


def test_a_dead_neighbour_is_noticed_at_once():
    """Its connections end; silence would count only after an hour."""
    two = [Peer(rank, silence=3_600_000) for rank in (0, 1)]
    with peers.ended(*two):
        peers.meet(two, [HERE, HERE])
        two[0].tell("exchange", 40_000)
        two[1].stop(signal.SIGKILL)
        assert two[0].answer().startswith("problem")


@pytest.mark.slow
def test_a_neighbour_that_is_busy_is_waited_for():
    """It is busy for longer than it may be silent, but its pulse shows that it is alive."""
    pair = [Peer(rank, silence=5000) for rank in (0, 1)]
    with peers.ended(*pair):
        peers.meet(pair, [HERE, HERE])
        pair[0].tell("exchange", 10)
        time.sleep(9)
        np.testing.assert_allclose(peers.mean(pair[1].ask("exchange", 10)), peers.expected(2, 10), rtol=1e-6)
        np.testing.assert_allclose(peers.mean(pair[0].answer()), peers.expected(2, 10), rtol=1e-6)


@pytest.mark.slow
def test_a_connection_of_three_that_is_cut():
    """The replica that misses the pulses closes its connections, so all others notice at once and need not time out."""
    three = [Peer(rank, 3, silence=5000 if rank == 0 else 3_600_000) for rank in range(3)]
    wire = peers.Wire(three[1].port)
    with peers.ended(*three):
        assert three[0].ask("meet", HERE, wire.port) == "met"
        assert [three[rank].ask("meet", HERE, three[(rank + 1) % 3].port) for rank in (1, 2)] == ["met", "met"]
        for found in peers.exchange(three):
            np.testing.assert_allclose(found, peers.expected(3), rtol=1e-6)
        wire.cut()
        for peer in three:
            peer.tell("exchange", 40_000)
        assert "nothing was heard from" in three[0].answer()
        for rank, previous in ((0, 2), (2, 1)):
            assert three[rank].ask("close") == "closed"  # as a replica that has lost a neighbour does
            assert three[previous].answer().startswith("problem")
    wire.close()


def test_the_hello_is_that_of_the_protocol():
    assert peers.hello(3, 4) == b"bigdl_gan" + struct.pack(">i", 2) + b"\0\0\0\3\0\0\0\4\0"
