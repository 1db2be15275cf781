"""Ten minutes of speech with pauses, made of texts that are known."""

import io
import json
import re
import subprocess
import wave
from pathlib import Path
from random import Random

RATE = 16_000
SECONDS = 600
LIST = "recordings.jsonl"
SOURCES = Path(__file__).parents[2] / "tests/it/fixtures/sources"
#: English lessons written for this project.
LESSONS = ["photosynthesis.md", "water-cycle.md", "simple-machines.md", "soil-farming.md"]
#: Between sentences and between paragraphs, in seconds.
SHORT, LONG = (0.2, 0.7), (2.0, 9.0)


def paragraphs() -> list[list[str]]:
    """Sentences as somebody reads them aloud, by paragraph: without tables, lists and marks."""
    found = []
    for name in LESSONS:
        for line in (SOURCES / name).read_text().splitlines():
            text = re.sub(r"\^\[[^]]*\]|[*_`]", "", line)
            sentences = re.split(r"(?<=[.?!]) +(?=[A-Z])", text)
            whole = re.match(r"[A-Z][^:]*$", text) and all(re.search(r"[.?!]$", one) for one in sentences)
            # One of them has paragraphs in Kinyarwanda, which this voice does not speak.
            english = re.search(r"\b(the|is|are)\b", text)
            if whole and english and len(text.split()) >= 12:
                found.append(sentences)
    return found


def make(folder: Path, seconds: int = SECONDS) -> None:
    """Writes `speech.wav` and its list for `bwenge eval transcription`."""
    chance, said, sound = Random(9), [], bytearray()
    for sentences in paragraphs() * 3:
        for sentence in sentences:
            sound += spoken(sentence) + silence(chance.uniform(*SHORT))
            said.append(sentence)
            if len(sound) >= 2 * RATE * seconds:
                break
        else:
            sound += silence(chance.uniform(*LONG))
            continue
        break
    with wave.open(str(folder / "speech.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        file.writeframes(bytes(sound))
    line = {"file": "speech.wav", "language": "en", "text": " ".join(said)}
    (folder / LIST).write_text(json.dumps(line) + "\n")


def spoken(sentence: str) -> bytes:
    """A sentence in espeak-ng's plain voice, at the rate that speech models hear."""
    speak = ["espeak-ng", "-v", "en-us", "-s", "150", "--stdout", sentence]
    made = subprocess.run(speak, check=True, capture_output=True).stdout
    # The head of a stream does not know its length.
    with wave.open(io.BytesIO(made)) as file:
        rate = file.getframerate()
    convert = ["ffmpeg", "-v", "error", "-f", "s16le", "-ar", str(rate), "-i", "-", "-ar", str(RATE), "-f", "s16le", "-"]
    return subprocess.run(convert, input=made[44:], check=True, capture_output=True).stdout


def silence(seconds: float) -> bytes:
    """So much of nothing."""
    return bytes(2 * int(seconds * RATE))
