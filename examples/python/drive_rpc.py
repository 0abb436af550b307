"""Drives a node from Python: joins a room, says something, prints what others say.

Run: python3 examples/python/drive_rpc.py <room name> <text> [undertone options...]
Needs nothing but the standard library and `undertone` (or UNDERTONE, the command to run).
"""
import json
import os
import shlex
import subprocess
import sys


class Node:
    """An `undertone rpc` process: JSON-RPC 2.0, one object a line."""

    def __init__(self, *options):
        command = shlex.split(os.environ.get("UNDERTONE", "undertone"))
        self.process = subprocess.Popen([*command, "rpc", *options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self.calls = 0
        self.events = []

    def call(self, method, **params):
        self.calls += 1
        request = {"jsonrpc": "2.0", "id": self.calls, "method": method, "params": params}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            answer = json.loads(line)
            if answer.get("method") == "event":
                self.events.append(answer["params"])
            elif answer.get("id") == self.calls:
                if "error" in answer:
                    raise RuntimeError(answer["error"]["message"])
                return answer["result"]
        raise RuntimeError("The node ended.")

    def messages(self):
        while True:
            while self.events:
                event = self.events.pop(0)
                if event["type"] == "message":
                    yield event["message"]
            self.events.append(json.loads(next(self.process.stdout))["params"])

    def stop(self):
        self.process.stdin.close()  # the end of input stops the node
        return self.process.wait(timeout=10)


name, text, *options = sys.argv[1:]
node = Node(*options)
room = node.call("room.join", name=name)["room"]
node.call("room.send", room=room, text=text)
for message in node.messages():
    print("you" if message["self"] else message["petname"], message["text"], sep=": ", flush=True)
    if not message["self"]:
        break
sys.exit(node.stop())
