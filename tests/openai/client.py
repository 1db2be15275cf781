"""The official OpenAI client against the real binary with real, small models.

    python client.py PATH-TO-BWENGE

Starts a box on a free port of this machine with an empty data folder, sets up
a school, and asks through the client what programs ask. `make openai-test`
runs it. Nothing is skipped: what is missing fails.
"""

import pathlib
import sys
import time
import unittest

import openai
from pydantic import BaseModel

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

from box import EMBED, LLM, Box

LESSON = """# The zanzibarite crystal

The zanzibarite crystal glows violet when the umuvumu tree blossoms. Miners of
Gatsibo carry one in a small copper box, because its light shows them the way.
"""
BINARY = None


class Light(BaseModel):
    """What the model is made to say."""

    bright: bool
    hours: int


class Client(unittest.TestCase):
    """Each test is a thing programs do."""

    @classmethod
    def setUpClass(cls):
        cls.box = Box(BINARY)
        cls.addClassCleanup(cls.box.stop)
        cls.token = cls.box.set_up()
        cls.tutor = cls.own("POST", "/personas", {"name": "Keza"})["id"]
        lesson = cls.box.upload(cls.token, "crystal.md", LESSON)
        cls.box.wait_until_ready(cls.token, lesson)
        cls.key = cls.new_key(["chat", "embeddings"])
        # The first requests may come before the models are loaded.
        cls.client = cls.connect(cls.key["secret"], max_retries=8)

    @classmethod
    def own(cls, method, path, body=None):
        return cls.box.ask(method, path, body, cls.token)

    @classmethod
    def new_key(cls, scopes, rate=10_000):
        body = {"name": "Test", "scopes": scopes, "requests_per_minute": rate}
        return cls.own("POST", "/keys", body)

    @classmethod
    def connect(cls, secret, max_retries=0):
        return openai.OpenAI(
            base_url=f"http://{cls.box.address}/v1",
            api_key=secret,
            max_retries=max_retries,
            timeout=300,
        )

    def chat(self, text, **more):
        more.setdefault("temperature", 0)
        more.setdefault("max_tokens", 24)
        more.setdefault("model", LLM)
        messages = [{"role": "user", "content": text}]
        return self.client.chat.completions.create(messages=messages, **more)

    def test_models(self):
        models = {model.id: model for model in self.client.models.list()}
        self.assertEqual(set(models), {LLM, EMBED, f"persona:{self.tutor}"})
        self.assertEqual(models[f"persona:{self.tutor}"].name, "Keza")

    def test_chat(self):
        answer = self.chat("Why is the sky blue? Answer in one sentence.")
        choice = answer.choices[0]
        self.assertEqual(choice.message.role, "assistant")
        self.assertGreater(len(choice.message.content), 10)
        self.assertIn(choice.finish_reason, ("stop", "length"))
        usage = answer.usage
        self.assertGreater(usage.prompt_tokens, 10)
        self.assertGreater(usage.completion_tokens, 3)
        self.assertEqual(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens)
        again = self.chat("Why is the sky blue? Answer in one sentence.")
        self.assertGreater(again.usage.prompt_tokens_details.cached_tokens, 5)

    def test_length_and_stop(self):
        question = "Count from one to ten in words."
        short = self.chat(question, max_tokens=5)
        self.assertEqual(short.choices[0].finish_reason, "length")
        self.assertEqual(short.usage.completion_tokens, 5)
        text = self.chat(question).choices[0].message.content
        stop = text.split()[2]
        stopped = self.chat(question, stop=[stop]).choices[0]
        self.assertEqual(stopped.finish_reason, "stop")
        self.assertNotIn(stop, stopped.message.content)
        self.assertTrue(text.startswith(stopped.message.content))

    def test_seed(self):
        def tell(seed):
            more = {"temperature": 1.2, "top_p": 0.95, "seed": seed}
            return self.chat("Tell a story.", **more).choices[0].message.content

        # What else is computed in the same step moves the last bits of the
        # numbers, so now and then a seed tells another story, as OpenAI's does.
        same = [tell(7) for _ in range(4)]
        self.assertLess(len(set(same)), 4, same)
        others = [tell(seed) for seed in range(4)]
        self.assertEqual(len(set(others)), 4, others)

    def test_stream_with_usage(self):
        stream = self.chat(
            "Name three fruits.", stream=True, stream_options={"include_usage": True}
        )
        chunks = list(stream)
        texts = [c.choices[0].delta.content or "" for c in chunks if c.choices]
        self.assertGreater(len([text for text in texts if text]), 1)
        self.assertGreater(len("".join(texts)), 5)
        finish = [c.choices[0].finish_reason for c in chunks if c.choices]
        self.assertIn(finish[-1], ("stop", "length"))
        self.assertFalse(any(finish[:-1]))
        self.assertEqual(chunks[-1].choices, [])
        self.assertGreater(chunks[-1].usage.completion_tokens, 1)
        self.assertEqual([c.usage for c in chunks[:-1]], [None] * (len(chunks) - 1))

    def test_hanging_up(self):
        stream = self.chat("Tell a long story.", stream=True, max_tokens=2000)
        next(iter(stream))
        stream.close()
        began = time.monotonic()
        self.chat("Say hello.", max_tokens=4)
        self.assertLess(time.monotonic() - began, 30, "the story goes on")

    def test_json_schema(self):
        answer = self.client.chat.completions.parse(
            model=LLM,
            messages=[{"role": "user", "content": "Describe the sun as JSON."}],
            response_format=Light,
            temperature=0,
            max_tokens=100,
        )
        light = answer.choices[0].message.parsed
        self.assertIsInstance(light, Light)
        self.assertEqual(answer.choices[0].finish_reason, "stop")

    def test_json_object(self):
        answer = self.chat("Give a JSON object.", response_format={"type": "json_object"})
        self.assertTrue(answer.choices[0].message.content.lstrip().startswith("{"))

    def test_completion(self):
        prompt = "One, two, three, four,"
        answer = self.client.completions.create(
            model=LLM, prompt=prompt, max_tokens=8, temperature=0
        )
        self.assertIn("five", answer.choices[0].text)
        self.assertEqual(answer.choices[0].finish_reason, "length")
        stream = self.client.completions.create(
            model=LLM, prompt=prompt, max_tokens=8, temperature=0, stream=True
        )
        self.assertIn("five", "".join(chunk.choices[0].text for chunk in stream))

    def test_embeddings(self):
        texts = ["The cat sleeps.", "A kitten is napping.", "Taxes rise in March."]
        # The client asks for base64 unless told otherwise.
        packed = self.client.embeddings.create(model=EMBED, input=texts)
        plain = self.client.embeddings.create(model=EMBED, input=texts, encoding_format="float")
        vectors = [item.embedding for item in packed.data]
        self.assertEqual([len(vector) for vector in vectors], [384] * 3)
        for vector, item in zip(vectors, plain.data):
            for a, b in zip(vector, item.embedding):
                self.assertAlmostEqual(a, b, places=5)
        self.assertGreater(packed.usage.prompt_tokens, 9)

        def cosine(a, b):
            return sum(x * y for x, y in zip(vectors[a], vectors[b]))

        self.assertAlmostEqual(cosine(0, 0), 1, places=4)
        self.assertGreater(cosine(0, 1), cosine(0, 2) + 0.2)

    def test_tutor(self):
        model = f"persona:{self.tutor}"
        question = "When does the zanzibarite crystal glow violet?"
        message = self.chat(question, model=model, max_tokens=60).choices[0].message
        self.assertEqual(message.bwenge["status"], "complete")
        self.assertIn("umuvumu", message.bwenge["passages"][0]["text"])
        self.assertTrue(message.bwenge["sentences"])
        self.assertGreater(len(message.content), 5)

        chunks = list(self.chat(question, model=model, max_tokens=60, stream=True))
        self.assertEqual(chunks[-1].bwenge["passages"], message.bwenge["passages"])

        off = self.chat("Who won the football world cup?", model=model).choices[0].message
        self.assertEqual(off.bwenge["status"], "refused")

    def test_refusals(self):
        with self.assertRaises(openai.NotFoundError) as caught:
            self.chat("Hello", model="gpt-4")
        self.assertEqual(caught.exception.code, "model_not_found")
        self.assertEqual(caught.exception.param, "model")
        with self.assertRaises(openai.BadRequestError) as caught:
            self.chat("Hello", n=2)
        self.assertEqual(caught.exception.param, "n")
        with self.assertRaises(openai.BadRequestError) as caught:
            self.chat("long " * 20_000, stream=True)
        self.assertEqual(caught.exception.code, "context_length_exceeded")
        schema = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "mist"}}}
        with self.assertRaises(openai.BadRequestError):
            self.chat("Hello", response_format=schema)

    def test_keys(self):
        with self.assertRaises(openai.AuthenticationError) as caught:
            self.connect("sk-wrong").models.list()
        self.assertEqual(caught.exception.code, "invalid_api_key")

        key = self.new_key(["embeddings"])
        client = self.connect(key["secret"])
        client.models.list()
        with self.assertRaises(openai.PermissionDeniedError):
            client.completions.create(model=LLM, prompt="Hello")
        self.own("DELETE", f"/keys/{key['id']}")
        with self.assertRaises(openai.AuthenticationError):
            client.models.list()

        client = self.connect(self.new_key(["chat"], rate=1)["secret"])
        client.models.list()
        with self.assertRaises(openai.RateLimitError) as caught:
            client.models.list()
        self.assertGreater(int(caught.exception.response.headers["retry-after"]), 30)


if __name__ == "__main__":
    BINARY = sys.argv.pop(1)
    unittest.main(verbosity=2)
