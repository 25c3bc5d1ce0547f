"""Writes chat_wire.json: what OpenAI's own client sends for requests, and what it reads from event streams, replies and
streamed replies of a server on loopback. All texts are invented.

Python 3.11.7, openai 3.57.0. Run: python3 chat_wire.py > chat_wire.json
"""
import http.server
import json
import random
import sys
import threading

import openai
from openai._streaming import SSEDecoder

served = {"type": "application/json", "body": b""}  # what the server answers next
received = []  # bodies of the requests it got


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        received.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200)
        self.send_header("Content-Type", served["type"])
        self.send_header("Content-Length", str(len(served["body"])))
        self.end_headers()
        self.wfile.write(served["body"])

    def log_message(self, *_):
        pass


def sse_case(rng):
    """A stream with every kind of line and line end; it ends with a blank line, as the client wants it."""
    out = []
    for _ in range(rng.randint(1, 8)):
        end = rng.choice(["\n", "\r\n", "\r"])
        for _ in range(rng.randint(1, 4)):
            value = "".join(rng.choice(["a", "é", "漢", "{", ":", " ", "\u2028", "data", "\t"]) for _ in range(rng.randrange(6)))
            out.append(rng.choice(["data:", "data: ", "data", ":", ": ", "event: ", "id: ", "retry:", "dat", " data: ",
                                   "data : "]) + value + end)
        out.append(end)
    text = "".join(out) + "\n\n"
    events = [event.data for event in SSEDecoder().iter_bytes([text.encode()])]
    # An event without data is none to us, and to the standard; this client cannot tell it from one with empty data.
    return {"text": text, "events": [data for data in events if data]}


def user(text):
    return {"role": "user", "content": text}


REQUESTS = [
    {"messages": [user("What is 1 + 1?")]},
    {"messages": [{"role": "system", "content": "Be brief."}, user("What is $\\frac{1}{2}$ of \"6\"?\n\tAnswer: é 漢 🙂")],
     "temperature": 0.5, "top_p": 0.95, "max_tokens": 1024, "seed": 1234567890123},
    {"messages": [user("a"), {"role": "assistant", "content": "b"}, user("c")], "temperature": 0.0, "max_tokens": 1,
     "stop": ["\n\n", "Question:"]},
    {"messages": [user("Think.")], "reasoning_effort": "high"},
]

USAGE = {"prompt_tokens": 12, "completion_tokens": 34, "total_tokens": 46}
USAGE_DETAILS = {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150,
                 "prompt_tokens_details": {"cached_tokens": 64}, "completion_tokens_details": {"reasoning_tokens": 40}}


def reply(message, finish_reason="stop", **more):
    return {"id": "chatcmpl-7", "object": "chat.completion", "created": 1, "model": "served-2026",
            "choices": [{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish_reason}], **more}


REPLIES = {
    "plain": reply({"content": "The answer is \\boxed{2}."}, usage=USAGE),
    "usage in full": reply({"content": "2"}, usage=USAGE_DETAILS),
    "no usage": reply({"content": "2"}),
    "cut by the limit": reply({"content": "Let us"}, "length", usage=USAGE),
    "filtered": reply({"content": None}, "content_filter", usage=USAGE),
    "refused": reply({"content": None, "refusal": "I cannot help with that."}, usage=USAGE),
    "tool": reply({"content": None, "tool_calls": []}, "tool_calls", usage=USAGE),
    "empty": reply({"content": ""}, usage=USAGE),
    "unicode": reply({"content": "é 漢 🙂 \u2028 \u0000 end"}, usage=USAGE),
}


def stream(*chunks, end="data: [DONE]\n\n"):
    return "".join("data: " + json.dumps(chunk, ensure_ascii=False) + "\n\n" for chunk in chunks) + end


def chunk(delta, finish_reason=None, **more):
    return {"id": "chatcmpl-8", "object": "chat.completion.chunk", "created": 1, "model": "served-2026",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}], **more}


def last(usage):
    return {"id": "chatcmpl-8", "object": "chat.completion.chunk", "created": 1, "model": "served-2026", "choices": [],
            "usage": usage}


STREAMS = {
    "plain": stream(chunk({"role": "assistant", "content": ""}), chunk({"content": "The "}), chunk({"content": "answer"}),
                    chunk({}, "stop"), last(USAGE)),
    "usage with the last choice": stream(chunk({"content": "2"}), chunk({}, "stop", usage=USAGE_DETAILS)),
    "usage in every chunk": stream(chunk({"content": "2"}, usage={**USAGE, "completion_tokens": 1}),
                                   chunk({}, "length", usage=USAGE)),
    "refused": stream(chunk({"refusal": "I cannot "}), chunk({"refusal": "do that."}), chunk({}, "stop"), last(USAGE)),
    "comments": ": PROCESSING\n\n" + stream(chunk({"content": "é漢"}), end=": ping\n\n") +
                stream(chunk({"content": "🙂"}), chunk({}, "stop"), last(USAGE)),
    "null content": stream(chunk({"role": "assistant", "content": None}), chunk({"content": "x"}), chunk({}, "stop")),
}


def reading(content, refusal, finish_reason, usage, id_, model):
    usage = usage.model_dump() if usage else {}
    details = lambda name: usage.get(name) or {}
    return {"content": content or "", "refusal": refusal or "", "finish_reason": finish_reason, "id": id_, "model": model,
            "input_tokens": usage.get("prompt_tokens"), "output_tokens": usage.get("completion_tokens"),
            "cached_input_tokens": details("prompt_tokens_details").get("cached_tokens"),
            "reasoning_tokens": details("completion_tokens_details").get("reasoning_tokens")}


def read_reply(client, body):
    served.update(type="application/json", body=body.encode())
    got = client.chat.completions.create(model="m", messages=[user("?")])
    message = got.choices[0].message
    return reading(message.content, message.refusal, got.choices[0].finish_reason, got.usage, got.id, got.model)


def read_stream(client, body):
    served.update(type="text/event-stream", body=body.encode())
    content, refusal, finish_reason, usage, id_, model = "", "", None, None, None, None
    for part in client.chat.completions.create(model="m", messages=[user("?")], stream=True):
        id_, model, usage = part.id, part.model, part.usage or usage
        for choice in part.choices:
            content += choice.delta.content or ""
            refusal += choice.delta.refusal or ""
            finish_reason = choice.finish_reason or finish_reason
    return reading(content, refusal, finish_reason, usage, id_, model)


def sent(client, request, streamed):
    served.update(type="text/event-stream" if streamed else "application/json",
                  body=(STREAMS["plain"] if streamed else json.dumps(REPLIES["plain"])).encode())
    options = {"stream": True, "stream_options": {"include_usage": True}} if streamed else {}
    result = client.chat.completions.create(model="served-2026", **request, **options)
    if streamed:
        list(result)
    return received[-1]


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = openai.OpenAI(base_url=f"http://127.0.0.1:{server.server_port}/v1", api_key="none", max_retries=0)
    rng = random.Random(5)
    golden = {
        "made_with": f"Python {sys.version.split()[0]}, openai {openai.__version__}",
        "sse": [sse_case(rng) for _ in range(60)],
        "requests": [{"request": request, "stream": streamed, "body": sent(client, request, streamed)}
                     for request in REQUESTS for streamed in (False, True)],
        "replies": [{"name": name, "body": json.dumps(body), "read": read_reply(client, json.dumps(body))}
                    for name, body in REPLIES.items()],
        "streams": [{"name": name, "body": body, "read": read_stream(client, body)} for name, body in STREAMS.items()],
    }
    json.dump(golden, sys.stdout, ensure_ascii=False, indent=1)
    print()


main()
