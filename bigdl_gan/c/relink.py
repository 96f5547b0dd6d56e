"""Changes libdnnl's file so that it shares dllib's OpenMP and loads on older Linux. Standard library only.

Terms are those of the ELF format and the GNU version tables: see elf(5) and the Linux Standard Base, chapter 10.7."""

import struct
from typing import Dict, Iterator, List, NamedTuple

LOADED, DYNAMIC = 1, 2  # kinds of segments
STRINGS, NEEDED_VERSIONS, NEEDED_VERSIONS_COUNT = 5, 0x6FFFFFFE, 0x6FFFFFFF  # tags in the dynamic segment
GOMP, IOMP = b"libgomp.so.1", b"libiomp5.so"
# Of glibc 2.27, libdnnl uses expf, logf and powf. Their first versions, which every glibc has, also set errno.
NEWER, FIRST = b"GLIBC_2.27", b"GLIBC_2.2.5"


class Segment(NamedTuple):
    """A program header."""

    kind: int
    flags: int
    offset: int
    address: int
    physical: int
    size: int
    memory_size: int
    alignment: int

    @property
    def end(self) -> int:
        """Where it ends in the file."""
        return self.offset + self.size


class NeededVersion(NamedTuple):
    """A version of a library that the file needs, and where its entry (Elf64_Vernaux) lies."""

    library: bytes
    version: bytes
    at: int


def segments(image: bytes) -> List[Segment]:
    """The program headers of a 64-bit little-endian ELF file. Raises ValueError for anything else."""
    if image[:6] != b"\x7fELF\x02\x01":
        raise ValueError(f"The file must be 64-bit little-endian ELF. Received: one that begins with {image[:6]!r}.")
    (first,) = struct.unpack_from("<Q", image, 32)
    size, count = struct.unpack_from("<HH", image, 54)
    return [Segment(*struct.unpack_from("<IIQQQQQQ", image, first + i * size)) for i in range(count)]


def dynamic(image: bytes) -> Dict[int, List[int]]:
    """The dynamic segment: the values of each tag. Addresses are offsets in the file: it is in the first segment."""
    segment = next(segment for segment in segments(image) if segment.kind == DYNAMIC)
    found: Dict[int, List[int]] = {}
    for tag, value in struct.iter_unpack("<QQ", image[segment.offset:segment.end]):
        found.setdefault(tag, []).append(value)
    return found


def text(image: bytes, at: int) -> bytes:
    """The string of the dynamic string table that begins `at` bytes after its start."""
    start = dynamic(image)[STRINGS][0] + at
    return bytes(image[start:image.index(b"\0", start)])


def libraries(image: bytes) -> List[bytes]:
    """The names of the libraries that the file needs."""
    return [text(image, at) for at in dynamic(image)[1]]


def needed_versions(image: bytes) -> Iterator[NeededVersion]:
    """The table of needed versions (Elf64_Verneed)."""
    tags = dynamic(image)
    if NEEDED_VERSIONS not in tags:
        return
    need = tags[NEEDED_VERSIONS][0]
    for _ in range(tags[NEEDED_VERSIONS_COUNT][0]):
        _, count, library, first, following = struct.unpack_from("<HHIII", image, need)
        at = need + first
        for _ in range(count):
            name, step = struct.unpack_from("<II", image, at + 8)
            yield NeededVersion(text(image, library), text(image, name), at)
            at += step
        need += following


def elf_hash(name: bytes) -> int:
    """The hash of a version's name in the tables."""
    value = 0
    for byte in name:
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high & 0xFFFFFFFF
    return value


def with_iomp(image: bytes) -> bytes:
    """The file with libiomp5.so in place of libgomp.so.1, whose functions libiomp5 has under the same versions.

    Two OpenMP runtimes in a process would each have their threads, and their own number of them.

    Raises:
        ValueError: the library's name does not stand exactly once in the file."""
    count = image.count(GOMP + b"\0")
    if count != 1:
        raise ValueError(f"{GOMP.decode()} must stand once in libdnnl. Received: {count} times.")
    return image.replace(GOMP + b"\0", IOMP.ljust(len(GOMP), b"\0") + b"\0")


def with_first_versions(image: bytes) -> bytes:
    """The file with the mathematical functions' first versions in place of glibc 2.27's.

    Raises:
        ValueError: another library than libm needs glibc 2.27, or libm has no first versions."""
    entries = [entry for entry in needed_versions(image) if entry.version in (NEWER, FIRST)]
    newer = [entry for entry in entries if entry.version == NEWER]
    first = [entry for entry in entries if entry.version == FIRST and entry.library == b"libm.so.6"]
    if [entry.library for entry in newer] != [b"libm.so.6"] or len(first) != 1:
        raise ValueError(f"Only libm.so.6 may need {NEWER.decode()}, and needs {FIRST.decode()}. Received: {entries}.")
    changed = bytearray(image)
    changed[newer[0].at + 8:newer[0].at + 12] = image[first[0].at + 8:first[0].at + 12]  # the name's place
    struct.pack_into("<I", changed, newer[0].at, elf_hash(FIRST))
    return bytes(changed)


def without_symbols(image: bytes) -> bytes:
    """The file without what lies behind its last segment: symbols and section headers, which no loader reads."""
    changed = bytearray(image[:max(segment.end for segment in segments(image) if segment.kind == LOADED)])
    struct.pack_into("<Q", changed, 40, 0)  # where the section headers are
    struct.pack_into("<HHH", changed, 58, 0, 0, 0)  # their size, their count, and which one has their names
    return bytes(changed)


def relinked(image: bytes) -> bytes:
    """libdnnl's file with all three changes."""
    return without_symbols(with_first_versions(with_iomp(image)))
