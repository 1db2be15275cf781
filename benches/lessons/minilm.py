"""MiniLM as ONNX Runtime runs it: a graph made from the same weights, in dynamic int8.

The graph is BERT's encoder as published, with the mean over a text's tokens and
its norm; `onnxruntime.quantization` turns its matrices into bytes, which is how
the published int8 files of this model are made.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file
from tokenizers import Tokenizer

OPSET = 17


class Graph:
    """Nodes and weights in the making."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, value: np.ndarray) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, *inputs: str, **attributes: object) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def linear(self, rows: str, weight: np.ndarray, bias: np.ndarray) -> str:
        return self.node("Add", self.node("MatMul", rows, self.weight(weight.T)), self.weight(bias))

    def norm(self, rows: str, scale: np.ndarray, shift: np.ndarray) -> str:
        weights = self.weight(scale), self.weight(shift)
        return self.node("LayerNormalization", rows, *weights, axis=-1, epsilon=1e-12)

    def heads(self, rows: str, count: int, order: list[int]) -> str:
        shape = self.weight(np.array([0, 0, count, -1], dtype=np.int64))
        return self.node("Transpose", self.node("Reshape", rows, shape), perm=order)

    def gelu(self, rows: str) -> str:
        scaled = self.node("Div", rows, self.weight(np.array(2**0.5, dtype=np.float32)))
        one = self.weight(np.array(1, dtype=np.float32))
        whole = self.node("Mul", rows, self.node("Add", self.node("Erf", scaled), one))
        return self.node("Mul", whole, self.weight(np.array(0.5, dtype=np.float32)))


def graph(folder: Path) -> onnx.ModelProto:
    """The model of a folder: `ids` and `mask` in, unit vectors out."""
    config = json.loads((folder / "config.json").read_text())
    weights = {name.removeprefix("bert."): value for name, value in load_file(folder / "model.safetensors").items()}
    heads, hidden = config["num_attention_heads"], config["hidden_size"]
    g = Graph()

    def affine(name: str) -> tuple[np.ndarray, np.ndarray]:
        return weights[f"{name}.weight"], weights[f"{name}.bias"]

    positions = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    words = g.node("Gather", g.weight(weights["embeddings.word_embeddings.weight"]), "ids")
    end = g.node("Gather", g.node("Shape", "ids"), g.weight(np.array([1], dtype=np.int64)))
    zero = g.weight(np.array([0], dtype=np.int64))
    rows = g.node("Add", words, g.node("Slice", g.weight(positions), zero, end))
    rows = g.norm(rows, *affine("embeddings.LayerNorm"))
    seen = g.node("Cast", "mask", to=TensorProto.FLOAT)
    far = g.node("Sub", seen, g.weight(np.array(1, dtype=np.float32)))
    far = g.node("Mul", far, g.weight(np.array(1e9, dtype=np.float32)))
    far = g.node("Unsqueeze", far, g.weight(np.array([1, 2], dtype=np.int64)))
    scale = g.weight(np.array((hidden / heads) ** -0.5, dtype=np.float32))
    flat = g.weight(np.array([0, 0, -1], dtype=np.int64))
    for layer in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{layer}"
        query = g.heads(g.linear(rows, *affine(f"{at}.attention.self.query")), heads, [0, 2, 1, 3])
        key = g.heads(g.linear(rows, *affine(f"{at}.attention.self.key")), heads, [0, 2, 3, 1])
        value = g.heads(g.linear(rows, *affine(f"{at}.attention.self.value")), heads, [0, 2, 1, 3])
        scores = g.node("Add", g.node("Mul", g.node("MatMul", query, key), scale), far)
        mixed = g.node("MatMul", g.node("Softmax", scores, axis=-1), value)
        mixed = g.node("Reshape", g.node("Transpose", mixed, perm=[0, 2, 1, 3]), flat)
        out = g.linear(mixed, *affine(f"{at}.attention.output.dense"))
        rows = g.norm(g.node("Add", out, rows), *affine(f"{at}.attention.output.LayerNorm"))
        wide = g.gelu(g.linear(rows, *affine(f"{at}.intermediate.dense")))
        narrow = g.linear(wide, *affine(f"{at}.output.dense"))
        rows = g.norm(g.node("Add", narrow, rows), *affine(f"{at}.output.LayerNorm"))
    row_mask = g.node("Unsqueeze", seen, g.weight(np.array([2], dtype=np.int64)))
    tokens = g.weight(np.array([1], dtype=np.int64))
    total = g.node("ReduceSum", g.node("Mul", rows, row_mask), tokens, keepdims=0)
    count = g.node("ReduceSum", seen, tokens, keepdims=1)
    mean = g.node("Div", total, count)
    length = g.node("ReduceL2", mean, axes=[1], keepdims=1)
    g.nodes.append(helper.make_node("Div", [mean, length], ["vectors"]))
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in ("ids", "mask")]
    outputs = [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", hidden])]
    made = helper.make_graph(g.nodes, "minilm", inputs, outputs, g.weights)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)


class MiniLm:
    """The int8 model in ONNX Runtime."""

    def __init__(self, model: Path, cache: Path, threads: int) -> None:
        whole, small = cache / "minilm.onnx", cache / "minilm-int8.onnx"
        if not small.exists():
            onnx.save(graph(model), whole)
            quantize_dynamic(whole, small, weight_type=QuantType.QInt8)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(small, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        self._tokenizer.enable_truncation(256)
        self._tokenizer.enable_padding()

    def embed(self, texts: list[str], batch: int = 16) -> np.ndarray:
        """Unit vectors; texts of like length go together, as its users are told to."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        vectors: list[np.ndarray] = [np.empty(0)] * len(texts)
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            coded = self._tokenizer.encode_batch([texts[at] for at in chosen])
            ids = np.array([code.ids for code in coded], dtype=np.int64)
            mask = np.array([code.attention_mask for code in coded], dtype=np.int64)
            for at, vector in zip(chosen, self._session.run(["vectors"], {"ids": ids, "mask": mask})[0]):
                vectors[at] = vector
        return np.stack(vectors)
