"""The peer of dispatch.sh: Inspect (inspect-ai) asks the same questions of the same server.

Usage: inspect_run.py QUESTIONS.jsonl BASE_URL CONNECTIONS. Measured with inspect-ai 0.3.285.
"""
import sys

from inspect_ai import Task, eval as inspect_eval
from inspect_ai.dataset import FieldSpec, json_dataset
from inspect_ai.model import get_model
from inspect_ai.scorer import includes
from inspect_ai.solver import generate

questions, base_url, connections = sys.argv[1:]
task = Task(
    dataset=json_dataset(questions, FieldSpec(input="question", target="answer", id="id")),
    solver=generate(),
    scorer=includes(),
)
model = get_model("openai-api/loopback/x", base_url=base_url, api_key="none")
logs = inspect_eval(task, model=model, max_connections=int(connections), display="none", log_dir="inspect_logs",
                    max_samples=int(connections))
assert logs[0].status == "success", logs[0].error
