"""Lessons made to measure: a reader about villages that do not exist.

Every page tells of one village in 350 to 450 words of whole sentences and
names people and places that no other page has. The same seed makes the same
bytes; another seed makes another lesson.
"""

import io
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import pydyf

SYLLABLES = "ba bu ka ki ko ma mi mo nde nga nzi ra re ri ru sa so ta tu va ve wa ye za zo".split()
CROPS = "beans maize sorghum cassava bananas potatoes groundnuts millet tomatoes onions cabbages rice".split()
ANIMALS = "goats cows sheep ducks rabbits hens pigs donkeys pigeons turkeys".split()
TREES = "avocado mango eucalyptus acacia fig cypress papaya lemon".split()
TRADES = {
    "potter": ("pots", "red clay", "an oven of stones"),
    "weaver": ("baskets", "dried reeds", "a bone needle"),
    "smith": ("hoes", "old iron", "a pair of bellows"),
    "carpenter": ("stools", "dry planks", "a curved saw"),
    "tailor": ("uniforms", "blue cotton", "a pedal machine"),
    "tanner": ("sandals", "goat leather", "a round knife"),
    "dyer": ("cloths", "bark and ash", "a deep copper pan"),
    "carver": ("spoons", "soft wood", "a short chisel"),
}
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday".split()
MONTHS = "February April June July September October December".split()
SHAPES = "a sleeping cow|an upturned bowl|a broken tooth|a folded blanket|a long loaf|an old drum".split("|")
SIGNS = "a yellow gate|a tin roof|a blue water tank|a tall radio mast|a painted wall|a stone bridge".split(
    "|"
)

# Each paragraph: sentences that always stand there, then those drawn from.
PARAGRAPHS = [
    (
        "{place} is a village on the eastern side of a hill called {hill}. "
        "From far away the hill looks like {shape}.",
        "About {people} people live there, in houses built close to the path.",
        "Visitors know that they have arrived when they see {sign}.",
        "The first families came in {year}, after a long walk with their cattle.",
        "They chose the slope because the wind is gentle and the soil is dark.",
        "An old {tree} tree stands in the middle, and meetings are held in its shade.",
        "The nearest town is {far} kilometres away, which is most of a day on foot.",
        "In the evening, smoke rises from the kitchens and children call to one another.",
    ),
    (
        "The stream {stream} brings water to the fields of {place} all year. "
        "Farmers beside the {stream} grow {crop} and {second}.",
        "They dig narrow channels so that every field gets its turn.",
        "Whoever takes water at night must help to clean the channel in the morning.",
        "In {month} the rain is so heavy that the lower path disappears.",
        "A good harvest fills {sacks} sacks, and a poor one hardly half of them.",
        "The seeds for the next year are kept in clay jars, away from mice.",
        "After the harvest the stalks are cut and given to the {animal}.",
        "Pupils measure the depth of the water with a marked stick every week.",
    ),
    (
        "The best known person in {place} is {maker}, a {trade}. {maker} makes {goods} from {stuff}.",
        "The work needs {tool}, which was a present from an aunt.",
        "On a quiet day {maker} can finish {daily} pieces before dark.",
        "Two young people learn the work and sweep the yard in return.",
        "The hardest part is to wait, because hurried work soon breaks.",
        "A mistake is never hidden; it is shown to the learners and explained.",
        "Buyers come from villages on the other side of the valley.",
        "Some of the money pays for exercise books and for lamp oil.",
    ),
    (
        "The market of {place} is held every {day}. It is opened by {elder}, who rings a bell.",
        "Before that nobody may sell anything, not even an egg.",
        "Women bring {second} in wide baskets and men lead {animal} on ropes.",
        "Prices are called out aloud, so that strangers and friends pay the same.",
        "A kilogram of {crop} costs {price} francs when the season is good.",
        "Children earn a little by carrying bags up to the road.",
        "When it rains, everyone crowds below the roof of the school.",
        "By three in the afternoon the square is empty and has been swept.",
    ),
    (
        "The school of {place} was built in {built} and is named after {teacher}. "
        "{teacher} taught there for {years} years and planted {tree} trees around the yard.",
        "It has {rooms} classrooms and a shelf of books that travels between them.",
        "Lessons begin at seven, when the air is still cool.",
        "Older pupils help the younger ones to read for half an hour each day.",
        "In {month} the classes show what they have grown in the school garden.",
        "A pupil who is ill is visited by two others, who bring the homework.",
        "The oldest exercise book is kept in a box and shown to guests.",
        "Many of those who left the village still write letters to the school.",
    ),
]

# What can be asked about a page, from the sentences that always stand there.
QUESTIONS = [
    "What does {maker} make in {place}?",
    "Which crops do farmers grow beside the {stream}?",
    "On which day is the market of {place} held?",
    "For how many years did {teacher} teach at the school of {place}?",
    "What does the hill {hill} look like from far away?",
]


@dataclass(frozen=True)
class Page:
    """One page of a lesson."""

    title: str
    paragraphs: list[str]
    # Words no other page has.
    terms: str
    questions: list[str]


def pages(count: int, seed: int) -> list[Page]:
    """The pages of one lesson."""
    random = Random(seed)
    names: set[str] = set()

    def name() -> str:
        while True:
            made = "".join(random.sample(SYLLABLES, 3)).capitalize()
            if made not in names:
                names.add(made)
                return made

    return [_page(random, name) for _ in range(count)]


def _page(random: Random, name: Callable[[], str]) -> Page:
    crop, second = random.sample(CROPS, 2)
    trade, (goods, stuff, tool) = random.choice(list(TRADES.items()))
    words = {part: name() for part in ("place", "hill", "stream", "maker", "elder", "teacher")}
    words |= {"crop": crop, "second": second, "trade": trade, "goods": goods, "stuff": stuff, "tool": tool}
    choices = {"animal": ANIMALS, "tree": TREES, "day": DAYS, "month": MONTHS, "shape": SHAPES, "sign": SIGNS}
    words |= {part: random.choice(options) for part, options in choices.items()}
    ranges = {"people": (150, 900), "year": (1880, 1930), "far": (9, 28), "sacks": (40, 90), "daily": (3, 9)}
    ranges |= {"price": (200, 900), "built": (1951, 1999), "years": (11, 39), "rooms": (4, 12)}
    numbers = {part: str(random.randint(*limits)) for part, limits in ranges.items()}
    words |= numbers
    paragraphs = []
    for always, *others in PARAGRAPHS:
        drawn = random.sample(others, 5)
        paragraphs.append(" ".join([always, *drawn]).format(**words))
    return Page(
        title=f"The village of {words['place']}",
        paragraphs=paragraphs,
        terms=f"{words['place']} {words['stream']}",
        questions=[question.format(**words) for question in QUESTIONS],
    )


def pdf(lesson: list[Page]) -> bytes:
    """The lesson as a PDF file, one A4 page of Helvetica each."""
    document = pydyf.PDF()
    fonts = {}
    for key, face in [("Text", "Helvetica"), ("Bold", "Helvetica-Bold")]:
        font = {"Type": "/Font", "Subtype": "/Type1", "BaseFont": f"/{face}", "Encoding": "/WinAnsiEncoding"}
        fonts[key] = pydyf.Dictionary(font)
        document.add_object(fonts[key])
    resources = pydyf.Dictionary({"Font": pydyf.Dictionary({k: f.reference for k, f in fonts.items()})})
    for page in lesson:
        content = _content(page)
        document.add_object(content)
        document.add_page(
            pydyf.Dictionary(
                {
                    "Type": "/Page",
                    "Parent": document.pages.reference,
                    "MediaBox": pydyf.Array([0, 0, 595, 842]),
                    "Contents": content.reference,
                    "Resources": resources,
                }
            )
        )
    file = io.BytesIO()
    document.write(file)
    return file.getvalue()


def _content(page: Page) -> pydyf.Stream:
    stream = pydyf.Stream(compress=True)
    stream.begin_text()
    stream.set_font_size("Bold", 16)
    stream.move_text_to(64, 770)
    stream.show_text_string(page.title)
    stream.set_font_size("Text", 11)
    for paragraph in page.paragraphs:
        stream.move_text_to(0, -14)
        for line in textwrap.wrap(paragraph, 86):
            stream.move_text_to(0, -15)
            stream.show_text_string(line)
    stream.end_text()
    return stream
