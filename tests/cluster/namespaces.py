"""Two machines on one: network namespaces joined by a cable, with addresses, names and firewalls of their own."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

ADDRESSES = {"a": "10.77.0.1", "b": "10.77.0.2"}
ADDRESSES_6 = {"a": "fd77::1", "b": "fd77::2"}


def problem():
    """Why this machine cannot create namespaces; empty if it can."""
    if shutil.which("ip") is None:
        return "network namespaces: the command ip (iproute2) is missing"
    name = f"gan-try-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    subprocess.run(["ip", "netns", "del", name], capture_output=True)
    return "" if made.returncode == 0 else f"network namespaces: {made.stderr.strip()}"


class Machines:
    """Namespaces a and b.

    Args:
        names: lines for each one's /etc/hosts."""

    def __init__(self, names):
        self._names = {end: f"gan-{end}-{os.getpid()}" for end in "ab"}
        self._hosts = names

    def __enter__(self):
        try:
            for name in self._names.values():
                ip("netns", "add", name)
            a, b = self._names.values()
            cable = {"a": f"gan{os.getpid()}a", "b": f"gan{os.getpid()}b"}
            ip("link", "add", cable["a"], "netns", a, "type", "veth", "peer", "name", cable["b"], "netns", b)
            for end in "ab":
                self.ip(end, "link", "set", "lo", "up")
                self.ip(end, "link", "set", cable[end], "name", "cable")
                self.ip(end, "addr", "add", f"{ADDRESSES[end]}/24", "dev", "cable")
                self.ip(end, "addr", "add", f"{ADDRESSES_6[end]}/64", "dev", "cable", "nodad")
                self.ip(end, "link", "set", "cable", "up")
                folder = Path("/etc/netns", self._names[end])
                folder.mkdir(parents=True)
                (folder / "hosts").write_text("127.0.0.1 localhost\n" + "\n".join(self._hosts.get(end, [])) + "\n")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        for name in self._names.values():
            subprocess.run(["ip", "netns", "del", name], capture_output=True)
            shutil.rmtree(Path("/etc/netns", name), ignore_errors=True)
        with contextlib.suppress(OSError):
            Path("/etc/netns").rmdir()

    def inside(self, end):
        """The prefix that runs a command in a namespace."""
        return ["ip", "netns", "exec", self._names[end]]

    def ip(self, end, *command):
        ip("-n", self._names[end], *command)

    def command(self, end, verb, first, last):
        """The command that starts (add) or stops (del) dropping all packets from these ports, as a firewall would."""
        ports = f"{first}-{last}"
        return ["ip", "-n", self._names[end], "rule", verb, "ipproto", "tcp", "sport", ports, "blackhole"]

    def block(self, end, first, last):
        ip(*self.command(end, "add", first, last)[1:])

    def allow(self, end, first, last):
        ip(*self.command(end, "del", first, last)[1:])


def ip(*command):
    answer = subprocess.run(["ip", *command], capture_output=True, text=True)
    if answer.returncode != 0:
        raise RuntimeError(f"ip {' '.join(command)}: {answer.stderr.strip()}")
