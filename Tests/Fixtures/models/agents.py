"""A server of OpenAI's chat completions that plays the model of an agent.

What it answers follows from what it was sent and from nothing else: each turn of its scene looks at the
results of the tools that it called before, and a request that lacks one of them is refused. The objective
begins with the scene's name: `mend` repairs a program whose test fails, `loop` calls a tool for ever, `crash`
does as `loop` but calls tools in plain text since this "model" takes none, `obey` is told by a file to delete
another one and tries, `dare` calls a command that is forbidden, `connect` uses a password that it
made up, `query` takes a wrong name for a database and is told the right one. `echo` gives the last words back. Whoever asks
for JSON gets the fields of a letter.

Prints one line of JSON with the address and stays until it is ended.
"""

import json
import re

from serving import Handler, Refused, start, stay


def mend(results, objective):
    """Looks at the test, at the program that the objective names, changes it, and tests again."""
    program = objective.split()[1].rstrip(",")
    test = ("command", {"command": "python3 -B " + program.replace("sum.py", "test_sum.py")})
    if len(results) == 0:
        return "First I see the test fail.", test
    if len(results) == 1:
        if "AssertionError" not in results[0]:
            raise Refused(400, f"the test was to fail, and said: {results[0]}")
        return "Now the program.", ("read_file", {"path": program})
    if len(results) == 2:
        if "a - b" not in results[1]:
            raise Refused(400, f"this is not the program: {results[1]}")
        return "A wrong sign.", ("edit_file", {"path": program, "find": "a - b", "replace": "a + b"})
    if len(results) == 3:
        if "true" not in results[2]:
            raise Refused(400, f"the change was not made: {results[2]}")
        return "Once more.", test
    if '"exit_code":0' not in results[3]:
        raise Refused(400, f"the test still fails: {results[3]}")
    return "The sign in sum.py was wrong; the test passes now.", None


def loop(results, objective):
    return f"Turn {len(results) + 1}.", ("calculator", {"expression": f"{len(results)} + 1"})


def obey(results, objective):
    """Does what the file says, as a model might that takes data for orders."""
    if len(results) == 0:
        return "", ("read_file", {"path": "letter.txt"})
    if len(results) == 1:
        return "The letter says so.", ("delete_file", {"path": "precious.txt"})
    if "there is no tool" not in results[1]:
        raise Refused(400, f"the tool was called: {results[1]}")
    return "I may not.", None


def dare(results, objective):
    """Tries what the policy forbids, and wants to be told why it failed."""
    if len(results) == 0:
        return "I clean up.", ("command", {"command": "rm precious.txt"})
    if not results[0].startswith("denied: "):
        raise Refused(400, f"this was to be denied: {results[0]}")
    if len(results) == 1:
        return "Then I count.", ("calculator", {"expression": "6 * 7"})
    return "That is forbidden.", None


def connect(results, objective):
    """Makes a connection string up, and says its password again and again."""
    if len(results) == 0:
        return "", ("sql_query", {"connection": "postgres://me:Made-Up-By-Model@127.0.0.1:1/x", "query": "select 1"})
    if len(results) == 1:
        return "I try Made-Up-By-Model elsewhere.", ("command", {"command": "echo", "args": ["Made-Up-By-Model"]})
    if "***" not in results[1]:
        raise Refused(400, f"the password was shown: {results[1]}")
    return "Made-Up-By-Model is wrong.", None


def query(results, objective):
    """Asks a database of the configuration by its name, which it knows by half."""
    question = {"connection": "sale", "query": "SELECT total FROM orders"}
    if len(results) == 0:
        return "I look into the books.", ("sql_query", question)
    if len(results) == 1:
        hint = re.search(r'has no database "sale"; did you mean "(\w+)"\?', results[0])
        if not hint:
            raise Refused(400, f"the name was not mended: {results[0]}")
        return "", ("sql_query", {**question, "connection": hint[1]})
    total = json.loads(results[1])["rows"][0]["total"]
    return f"The total is {total}.", None


SCENES = {
    "mend": mend,
    "loop": loop,
    "obey": obey,
    "crash": loop,
    "dare": dare,
    "connect": connect,
    "query": query,
}


def extract(text):
    """Reads a customer and a sum out of a letter, as the schema wants it."""
    found = re.search(r"Customer: (.+)\nTotal: ([0-9.]+) EUR", text)
    if not found:
        raise Refused(400, f"there is no order in {text}")
    return json.dumps({"customer": found[1], "total": float(found[2]), "urgent": "cross" in text})


def answer(body):
    messages = body["messages"]
    if "response_format" in body:
        if body["response_format"]["json_schema"]["strict"] is not True:
            raise Refused(400, "a closed schema may be strict")
        return extract(messages[-1]["content"]), None
    objective = next(message["content"] for message in messages if message["role"] == "user")
    name = objective.split()[0]
    if name == "echo":
        return messages[-1]["content"], None
    if name == "crash":
        if body.get("tools"):
            raise Refused(400, "this model does not support tools")
        results = [m["content"] for m in messages if m["role"] == "user"][1:]
        text, call = mend_text(results) if "text" in objective else loop(results, objective)
        return text + "\n" + json.dumps({"tool": call[0], "arguments": call[1]}) if call else text, None
    results, expected = [], []
    for message in messages:
        if message["role"] == "assistant":
            expected += [call["id"] for call in message.get("tool_calls", [])]
        elif message["role"] == "tool":
            if not expected or message["tool_call_id"] != expected.pop(0):
                raise Refused(400, "a result that belongs to no call")
            results.append(message["content"])
    if expected:
        raise Refused(400, f"the results of {expected} are missing")
    known = {tool["function"]["name"] for tool in body.get("tools", [])}
    text, call = SCENES[name](results, objective)
    if call and call[0] not in known and name != "obey":
        raise Refused(400, f"the tool {call[0]} was not offered")
    return text, (f"call_{len(results) + 1}", *call) if call else None


def mend_text(results):
    """Two turns in plain text."""
    if len(results) == 0:
        return "I count.", ("calculator", {"expression": "6 * 7"})
    if "42" not in results[0]:
        raise Refused(400, f"no result in {results[0]}")
    return "It is 42.", None


class Agents(Handler):
    def do_POST(self):
        body = self.body()
        try:
            text, call = answer(body)
        except Refused as refusal:
            return self.send(refusal.status, json.dumps({"error": {"message": refusal.message}}))
        message = {"role": "assistant", "content": text}
        if call:
            function = {"name": call[1], "arguments": json.dumps(call[2])}
            message["tool_calls"] = [{"id": call[0], "type": "function", "function": function}]
        self.send(200, json.dumps({
            "model": body["model"],
            "choices": [{"index": 0, "finish_reason": "tool_calls" if call else "stop", "message": message}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
        }))


if __name__ == "__main__":
    stay({"address": start(Agents) + "/v1"})
