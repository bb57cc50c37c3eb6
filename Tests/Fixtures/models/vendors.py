"""Servers of four providers, made of the types of the providers' own libraries.

A request is read with the request types of the vendor's library, unknown fields refused, and answered with
its response types. What the server understood is the answer's text: a JSON object that is the same for all
vendors, so that a test can compare. The paths decide who is asked: /openai/v1, /azure, /anthropic, /ollama,
/gemini. Words in the user's text make it misbehave: `status N`, `busy N STATUS WAIT`, `cut`, `wait`, `broken`.

Prints one line of JSON with the address and stays until it is ended.
"""

import json
import sys
import threading

import anthropic.types
import ollama
import openai.types.chat
import pydantic
from anthropic.types import message_create_params as anthropic_params
from google.genai import types as gemini
from openai.types import embedding_create_params as openai_embedding
from openai.types.chat import completion_create_params as openai_params
from serving import Handler, Refused, start, stay
from typing_extensions import is_typeddict

KEY = "test-key-0123456789"
MODEL = "test-model"


def forbid_extras():
    """Makes every request type of the two libraries that use typed dictionaries refuse unknown members."""
    for name, module in list(sys.modules.items()):
        if not name.startswith(("openai.types", "anthropic.types")):
            continue
        for value in vars(module).values():
            if is_typeddict(value):
                value.__pydantic_config__ = pydantic.ConfigDict(
                    extra="forbid", arbitrary_types_allowed=True)


def reader(kind):
    """A function that reads a value as `kind`, to its last element."""
    adapter = pydantic.TypeAdapter(kind)
    return lambda value: drain(adapter.validate_python(value))


def drain(value):
    """Iterables are validated when they are walked through."""
    if isinstance(value, dict):
        return {key: drain(member) for key, member in value.items()}
    if isinstance(value, (str, bytes, int, float, bool, type(None))):
        return value
    if hasattr(value, "__iter__") and not isinstance(value, pydantic.BaseModel):
        return [drain(member) for member in value]
    return value


class Asked:
    """What all vendors have in common."""

    def __init__(self, **members):
        self.system = None
        self.user = ""
        self.results = []
        self.calls = []
        self.tools = []
        self.temperature = None
        self.max_tokens = None
        self.stop = []
        self.format = None
        self.stream = False
        vars(self).update(members)

    def understood(self):
        return {name: value for name, value in vars(self).items() if name not in ("stream", "calls")}

    def answer(self):
        """The text and the tool calls that this server gives."""
        if self.tools and not self.results:
            return "I ask.", [("call_a", self.tools[0], {"text": "ä", "count": 2})]
        return json.dumps(self.understood(), ensure_ascii=False), []


class OpenAI:
    """Chat completions of OpenAI and of Azure, which differ in the path and in the key's header."""

    read = None

    def __init__(self, azure):
        self.azure = azure

    def key(self, headers):
        return headers.get("api-key") if self.azure else (headers.get("authorization") or "")[7:]

    def parse(self, path, body):
        if self.azure:
            parts, _, query = path.partition("?")
            assert query == "api-version=2024-10-21", query
            _, _, deployments, model, kind = parts.split("/", 4)
            assert deployments == "deployments", path
            assert "model" not in body
            body = dict(body, model=model)
        else:
            kind = path.removeprefix("/v1/")
        check_model(body["model"])
        if kind == "embeddings":
            return OPENAI_EMBEDDING(body)
        assert kind == "chat/completions", path
        return self.asked(OPENAI_CHAT_STREAM(body) if body.get("stream") else OPENAI_CHAT(body))

    def asked(self, body):
        asked = Asked(stream=body.get("stream", False), temperature=body.get("temperature"))
        asked.max_tokens = body.get("max_completion_tokens", body.get("max_tokens"))
        asked.stop = body.get("stop") or []
        asked.tools = [tool["function"]["name"] for tool in body.get("tools", [])]
        kind = body.get("response_format")
        if kind:
            asked.format = kind["json_schema"]["schema"] if kind["type"] == "json_schema" else "json"
        names = {}
        for message in body["messages"]:
            role = message["role"]
            if role == "system":
                asked.system = message["content"]
            elif role == "user":
                asked.user = message["content"]
            elif role == "assistant":
                for call in message.get("tool_calls", []):
                    names[call["id"]] = call["function"]["name"]
                    json.loads(call["function"]["arguments"])
            elif role == "tool":
                asked.results.append([names[message["tool_call_id"]], message["content"]])
        return asked

    def embed(self, body):
        data = [
            openai.types.Embedding(embedding=vector(text), index=index, object="embedding")
            for index, text in enumerate(body["input"])
        ]
        # In another order: the index is what counts.
        return openai.types.CreateEmbeddingResponse(
            data=data[::-1], model=MODEL, object="list", usage={"prompt_tokens": 7, "total_tokens": 7}
        ).model_dump_json()

    def whole(self, asked):
        text, calls = asked.answer()
        message = {"role": "assistant", "content": text}
        if calls:
            message["tool_calls"] = [
                {"id": key, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
                for key, name, arguments in calls
            ]
        return openai.types.chat.ChatCompletion(
            id="1", created=1, model=MODEL, object="chat.completion", usage=self.usage(),
            choices=[{"index": 0, "finish_reason": "tool_calls" if calls else "stop", "message": message}],
        ).model_dump_json(exclude_unset=True)

    def usage(self):
        return {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16}

    def pieces(self, asked):
        text, calls = asked.answer()

        def chunk(**members):
            body = openai.types.chat.ChatCompletionChunk(
                id="1", created=1, model=MODEL, object="chat.completion.chunk", **members)
            return f"data: {body.model_dump_json(exclude_unset=True)}\n\n"

        def choice(delta, reason=None):
            return chunk(choices=[{"index": 0, "delta": delta, "finish_reason": reason}])

        yield choice({"role": "assistant", "content": ""})
        for part in parts_of(text):
            yield choice({"content": part})
        for index, (key, name, arguments) in enumerate(calls):
            written = json.dumps(arguments)
            yield choice({"tool_calls": [
                {"index": index, "id": key, "type": "function", "function": {"name": name, "arguments": ""}}]})
            for part in parts_of(written):
                yield choice({"tool_calls": [{"index": index, "function": {"arguments": part}}]})
        yield choice({}, "tool_calls" if calls else "stop")
        yield chunk(choices=[], usage=self.usage())
        yield "data: [DONE]\n\n"

    def error(self, status, message):
        return {"error": {"message": message, "type": "invalid_request_error", "code": None}}

    def models(self):
        return {"object": "list", "data": [openai.types.Model(
            id=MODEL, created=1, object="model", owned_by="me").model_dump()]}


class Anthropic:
    def key(self, headers):
        assert headers["anthropic-version"] == "2023-06-01"
        return headers.get("x-api-key")

    def parse(self, path, body):
        assert path == "/v1/messages", path
        body = ANTHROPIC_STREAM(body) if body.get("stream") else ANTHROPIC(body)
        check_model(body["model"])
        asked = Asked(stream=body.get("stream", False), temperature=body.get("temperature"))
        asked.system = body.get("system")
        asked.max_tokens = body["max_tokens"]
        asked.stop = body.get("stop_sequences") or []
        asked.tools = [tool["name"] for tool in body.get("tools", [])]
        if "output_config" in body:
            asked.format = body["output_config"]["format"]["schema"]
        names, last = {}, None
        for message in body["messages"]:
            assert message["role"] != last, "turns alternate"
            last = message["role"]
            content = message["content"]
            for block in [{"type": "text", "text": content}] if isinstance(content, str) else content:
                if block["type"] == "text" and message["role"] == "user":
                    asked.user = block["text"]
                elif block["type"] == "tool_use":
                    names[block["id"]] = block["name"]
                elif block["type"] == "tool_result":
                    asked.results.append([names[block["tool_use_id"]], block["content"]])
        return asked

    def message(self, content, reason):
        return anthropic.types.Message(
            id="1", type="message", role="assistant", model=MODEL, content=content, stop_reason=reason,
            stop_sequence=None, usage={"input_tokens": 11, "output_tokens": 5})

    def whole(self, asked):
        text, calls = asked.answer()
        content = [{"type": "text", "text": text}]
        content += [
            {"type": "tool_use", "id": key, "name": name, "input": arguments} for key, name, arguments in calls]
        return self.message(content, "tool_use" if calls else "end_turn").model_dump_json(exclude_unset=True)

    def pieces(self, asked):
        text, calls = asked.answer()

        def event(kind, **members):
            body = kind(**members).model_dump_json(exclude_unset=True)
            return f"event: {members['type']}\ndata: {body}\n\n"

        start = self.message([], None)
        start.usage.output_tokens = 1
        yield event(anthropic.types.RawMessageStartEvent, type="message_start", message=start)
        yield 'event: ping\ndata: {"type": "ping"}\n\n'
        blocks = [({"type": "text", "text": ""}, [{"type": "text_delta", "text": p} for p in parts_of(text)])]
        for key, name, arguments in calls:
            deltas = [{"type": "input_json_delta", "partial_json": p} for p in parts_of(json.dumps(arguments))]
            blocks.append(({"type": "tool_use", "id": key, "name": name, "input": {}}, deltas))
        for index, (block, deltas) in enumerate(blocks):
            yield event(
                anthropic.types.RawContentBlockStartEvent, type="content_block_start", index=index,
                content_block=block)
            for delta in deltas:
                yield event(
                    anthropic.types.RawContentBlockDeltaEvent, type="content_block_delta", index=index,
                    delta=delta)
            yield event(anthropic.types.RawContentBlockStopEvent, type="content_block_stop", index=index)
        yield event(
            anthropic.types.RawMessageDeltaEvent, type="message_delta",
            delta={"stop_reason": "tool_use" if calls else "end_turn", "stop_sequence": None},
            usage={"output_tokens": 5})
        yield event(anthropic.types.RawMessageStopEvent, type="message_stop")

    def error(self, status, message):
        return {"type": "error", "error": {"type": "invalid_request_error", "message": message}}

    def models(self):
        return {"data": [{"type": "model", "id": MODEL, "display_name": "Test", "created_at": "2025-01-01T00:00:00Z"}]}


class Ollama:
    def key(self, headers):
        return KEY

    def parse(self, path, body):
        if path == "/api/embed":
            known(body, ollama._types.EmbedRequest)
            check_model(body["model"])
            return ollama._types.EmbedRequest(**body).model_dump()
        assert path == "/api/chat", path
        known(body, ollama._types.ChatRequest)
        for message in body["messages"]:
            known(message, ollama.Message)
        known(body.get("options", {}), ollama.Options)
        request = ollama._types.ChatRequest(**body)
        check_model(request.model)
        asked = Asked(stream=bool(request.stream))
        options = ollama.Options(**body.get("options", {}))
        asked.temperature, asked.max_tokens = options.temperature, options.num_predict
        asked.stop = list(options.stop or [])
        asked.tools = [tool.function.name for tool in request.tools or []]
        asked.format = request.format or None
        for message in [ollama.Message(**message) for message in body["messages"]]:
            if message.role == "system":
                asked.system = message.content
            elif message.role == "user":
                asked.user = message.content
            elif message.role == "tool":
                asked.results.append([message.tool_name, message.content])
        return asked

    def embed(self, body):
        return ollama.EmbedResponse(
            model=MODEL, embeddings=[vector(text) for text in body["input"]], prompt_eval_count=7
        ).model_dump_json(exclude_none=True)

    def response(self, **members):
        return ollama.ChatResponse(model=MODEL, **members).model_dump_json(exclude_none=True)

    def final(self):
        return {"done": True, "done_reason": "stop", "prompt_eval_count": 11, "eval_count": 5}

    def calls(self, calls):
        return [{"function": {"name": name, "arguments": arguments}} for _, name, arguments in calls] or None

    def whole(self, asked):
        text, calls = asked.answer()
        message = ollama.Message(role="assistant", content=text, tool_calls=self.calls(calls))
        return self.response(message=message, **self.final())

    def pieces(self, asked):
        text, calls = asked.answer()
        for part in parts_of(text):
            yield self.response(message=ollama.Message(role="assistant", content=part), done=False) + "\n"
        if calls:
            message = ollama.Message(role="assistant", content="", tool_calls=self.calls(calls))
            yield self.response(message=message, done=False) + "\n"
        yield self.response(message=ollama.Message(role="assistant", content=""), **self.final()) + "\n"

    def error(self, status, message):
        return {"error": message}

    def models(self):
        return {"models": [{"name": MODEL, "model": MODEL}]}


class Gemini:
    def key(self, headers):
        return headers.get("x-goog-api-key")

    def parse(self, path, body):
        name, _, method = path.removeprefix("/v1beta/models/").partition(":")
        check_model(name)
        if method == "batchEmbedContents":
            assert set(body) == {"requests"}
            for request in body["requests"]:
                assert request.pop("model") == f"models/{name}"
            return {"input": [
                gemini.Content.model_validate(request["content"]).parts[0].text for request in body["requests"]]}
        assert method in ("generateContent", "streamGenerateContent?alt=sse"), method
        assert set(body) <= {"contents", "systemInstruction", "tools", "generationConfig"}, body
        asked = Asked(stream="stream" in method)
        if "systemInstruction" in body:
            asked.system = gemini.Content.model_validate(body["systemInstruction"]).parts[0].text
        config = gemini.GenerationConfig.model_validate(body.get("generationConfig", {}))
        asked.temperature, asked.max_tokens = config.temperature, config.max_output_tokens
        asked.stop = config.stop_sequences or []
        if config.response_mime_type:
            assert config.response_mime_type == "application/json"
            asked.format = config.response_json_schema or "json"
        for tool in body.get("tools", []):
            declared = gemini.Tool.model_validate(tool).function_declarations
            asked.tools += [function.name for function in declared]
        for content in [gemini.Content.model_validate(content) for content in body["contents"]]:
            for part in content.parts:
                if part.text is not None and content.role == "user":
                    asked.user = part.text
                if part.function_call:
                    assert part.thought_signature == b"sealed", "the signature comes back"
                if part.function_response:
                    answer = part.function_response
                    asked.results.append([answer.name, next(iter(answer.response.values()))])
        return asked

    def embed(self, body):
        return json.dumps({"embeddings": [{"values": vector(text)} for text in body["input"]]})

    def response(self, parts, reason=None):
        return gemini.GenerateContentResponse(
            model_version=MODEL,
            candidates=[gemini.Candidate(content=gemini.Content(role="model", parts=parts), finish_reason=reason)],
            usage_metadata=gemini.GenerateContentResponseUsageMetadata(
                prompt_token_count=11, candidates_token_count=5, total_token_count=16),
        ).model_dump_json(by_alias=True, exclude_none=True)

    def parts(self, calls):
        return [
            gemini.Part(
                function_call=gemini.FunctionCall(name=name, args=arguments), thought_signature=b"sealed")
            for _, name, arguments in calls
        ]

    def whole(self, asked):
        text, calls = asked.answer()
        return self.response([gemini.Part(text=text)] + self.parts(calls), "STOP")

    def pieces(self, asked):
        text, calls = asked.answer()
        for part in parts_of(text):
            yield f"data: {self.response([gemini.Part(text=part)])}\r\n\r\n"
        yield f"data: {self.response(self.parts(calls), 'STOP')}\r\n\r\n"

    def error(self, status, message):
        return {"error": {"code": status, "message": message, "status": "INVALID_ARGUMENT"}}

    def models(self):
        return {"models": [gemini.Model(name=f"models/{MODEL}").model_dump(exclude_none=True)]}


def known(body, kind):
    """Ollama's models let unknown members pass; a request of ours has none."""
    for name in body:
        assert name in kind.model_fields, f"{kind.__name__} has no {name}"


def check_model(name):
    if name != MODEL:
        raise Refused(404, f"model {name} not found")


def vector(text):
    return [float(len(text)), 0.5, -1.0]


def parts_of(text):
    """The text in pieces of three characters."""
    return [text[start:start + 3] for start in range(0, len(text), 3)]


VENDORS = {
    "openai": OpenAI(azure=False), "azure": OpenAI(azure=True), "anthropic": Anthropic(),
    "ollama": Ollama(), "gemini": Gemini(),
}
forbid_extras()
OPENAI_CHAT = reader(openai_params.CompletionCreateParamsNonStreaming)
OPENAI_CHAT_STREAM = reader(openai_params.CompletionCreateParamsStreaming)
OPENAI_EMBEDDING = reader(openai_embedding.EmbeddingCreateParams)
ANTHROPIC = reader(anthropic_params.MessageCreateParamsNonStreaming)
ANTHROPIC_STREAM = reader(anthropic_params.MessageCreateParamsStreaming)


class Vendors(Handler):
    busy = {}
    lock = threading.Lock()

    def vendor(self):
        _, name, path = self.path.split("/", 2)
        return VENDORS[name], "/" + path

    def do_GET(self):
        vendor, path = self.vendor()
        if vendor is VENDORS["azure"] and path != "/openai/deployments?api-version=2023-03-15-preview":
            return self.send(404, json.dumps(vendor.error(404, "Resource not found")))
        self.send(200, json.dumps(vendor.models()))

    def do_POST(self):
        vendor, path = self.vendor()
        body = self.body()
        try:
            if vendor.key(self.headers) != KEY:
                raise Refused(401, "no such key")
            asked = vendor.parse(path, body)
            if not isinstance(asked, Asked):
                return self.send(200, vendor.embed(asked))
            self.misbehave(asked.user)
            if asked.stream:
                return self.stream(vendor, asked)
            self.send(200, vendor.whole(asked))
        except Refused as refusal:
            self.send(refusal.status, json.dumps(vendor.error(refusal.status, refusal.message)), refusal.headers)
        except (AssertionError, KeyError, ValueError, pydantic.ValidationError) as problem:
            self.send(422, json.dumps(vendor.error(422, f"not understood: {problem!r}")))

    def misbehave(self, text):
        words = text.split()
        if words[:1] == ["status"]:
            raise Refused(int(words[1]), "as you wish")
        if words[:1] == ["long"]:
            raise Refused(400, "prompt is too long: 9 tokens exceed the maximum context length")
        if words[:1] == ["busy"]:
            with self.lock:
                left = self.busy.setdefault(text, int(words[1]))
                self.busy[text] = left - 1
            if left > 0:
                raise Refused(int(words[2]), "busy", {"Retry-After": words[3]})

    def stream(self, vendor, asked):
        self.send_response(200)
        self.send_header(
            "Content-Type", "application/x-ndjson" if isinstance(vendor, Ollama) else "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for number, piece in enumerate(vendor.pieces(asked)):
            if number == 4 and asked.user.startswith("cut"):
                return
            if number == 4 and asked.user.startswith("wait"):
                # Until the client leaves.
                self.connection.recv(1)
                return
            self.wfile.write(piece.encode())
            self.wfile.flush()


if __name__ == "__main__":
    stay({"address": start(Vendors)})
