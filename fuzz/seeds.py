"""Writes what each fuzz target starts from, out of the fixtures of the tests.

    python3 fuzz/seeds.py FOLDER

makes a folder for each target below FOLDER. Needs nothing but Python.
"""

import re
import struct
import sys
import zipfile
import zlib
from pathlib import Path

FIXTURES = Path(__file__).parent.parent / "tests/it/fixtures"
ARCHIVES = {"docx", "pptx", "xlsx", "odt", "odp", "epub"}
PICTURES = {"jpg", "png", "gif", "webp"}
SOUNDS = {"m4a": "mp4", "mov": "mp4", "webm": "mkv", "opus": "ogg"}


def parts(path):
    """The parts of an archive that are text, as src/parts.rs packs them again."""
    text = b""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            try:
                part.decode()
            except UnicodeDecodeError:
                continue
            text += b"@@ " + name.encode() + b"\n" + part + b"\n"
    return text


def plain(pdf):
    """A PDF with its deflated streams as they are, so that changes hit what is in them."""
    objects = re.findall(rb"(?ms)^(\d+) 0 obj\b(.*?)endobj", pdf)
    trailer = re.search(rb"(?s)trailer\s*<<(.*?)>>\s*startxref", pdf)
    if not trailer:
        return None
    out, places = b"%PDF-1.7\n", {}
    for number, body in objects:
        stream = re.match(rb"(?s)(.*?)\bstream\r?\n(.*?)\r?\nendstream", body)
        if stream and b"/FlateDecode" in stream[1] and b"/DecodeParms" not in stream[1]:
            try:
                content = zlib.decompressobj().decompress(stream[2])
                head = re.sub(rb"/Filter\s*\[?\s*/FlateDecode\s*\]?|/Length\s+\d+(\s+0 R)?", b"", stream[1])
                head = head.rstrip().removesuffix(b">>")
                body = head + b"/Length %d>>\nstream\n" % len(content) + content + b"\nendstream\n"
            except zlib.error:
                pass
        places[int(number)] = len(out)
        out += number + b" 0 obj" + body + b"endobj\n"
    start, last = len(out), max(places)
    out += b"xref\n0 %d\n" % (last + 1)
    for number in range(last + 1):
        kept = places.get(number)
        out += b"%010d %05d %c \n" % ((kept, 0, b"n") if kept else (0, 65535, b"f"))
    return out + b"trailer\n<<" + trailer[1] + b">>\nstartxref\n%d\n%%%%EOF\n" % start


def gguf():
    """The head of a small language model."""
    text = lambda value: struct.pack("<Q", len(value)) + value.encode()
    number = lambda name, value: text(name) + struct.pack("<II", 4, value)
    pairs = [
        text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 1) + text("a"),
        text("general.architecture") + struct.pack("<I", 8) + text("qwen2"),
        number("qwen2.block_count", 24),
        number("qwen2.embedding_length", 896),
        number("qwen2.attention.head_count", 14),
        number("qwen2.attention.head_count_kv", 2),
        number("qwen2.context_length", 32768),
    ]
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(pairs)) + b"".join(pairs)


def main(into):
    def put(target, name, content):
        folder = into / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)

    def files(folder):
        return sorted(path for path in (FIXTURES / folder).iterdir() if path.is_file())

    for path in files("lessons"):
        ending, content = path.suffix[1:], path.read_bytes()
        if ending in ARCHIVES:
            put(ending, path.name, parts(path))
            put("archive", path.name, content)
            continue
        put("picture" if ending in PICTURES else ending, path.name, content)
        if ending == "pdf":
            put("page", path.name, content)
            if bare := plain(content):
                put("pdf", f"plain-{path.name}", bare)
                put("page", f"plain-{path.name}", bare)
    for path in files("sources"):
        put("md", path.name, path.read_bytes())
    for path in files("recordings"):
        ending = path.suffix[1:]
        put(SOUNDS.get(ending, ending), path.name, path.read_bytes())
    for path in files("templates"):
        if path.suffix == ".jinja":
            put("template", path.name, path.read_bytes())
    put("gguf", "qwen", gguf())
    put("tus", "pairs", b"filename w6kucGRm,title QW1hemk=,again")
    put("tus", "count", b"104857600")
    put("frame", "zeros", bytes(16))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
