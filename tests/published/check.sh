#!/usr/bin/env bash
# Published chat templates and vocabularies, which the source package of llama-cpp-python (0.3.36) on PyPI carries with
# llama.cpp: our renderings must be those of Jinja2, our tokens those of the originals. Takes some minutes; needs python3
# with venv. None of the files is ours to ship.
#
#   tests/published/check.sh [FOLDER]     what is fetched is kept in FOLDER (default build/published)
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-build/published}
mkdir -p "$folder"

if [ ! -e "$folder/venv" ]; then
  python3 -m venv "$folder/venv"
  "$folder/venv/bin/pip" install --quiet jinja2==3.1.6 tokenizers==0.23.3 tiktoken==0.14.0 sentencepiece==0.2.3 protobuf gguf==0.19.0
fi
if [ ! -e "$folder/models" ]; then
  "$folder/venv/bin/pip" download --quiet --no-deps --no-binary :all: --dest "$folder" llama-cpp-python==0.3.36
  tar xzf "$folder"/llama_cpp_python-0.3.36.tar.gz -C "$folder" --strip-components=3 --wildcards '*/vendor/llama.cpp/models/*'
fi
cmake --preset release -DTRIPOS_TESTS=ON > /dev/null
cmake --build --preset release --target render tokenize > /dev/null

"$folder/venv/bin/python" tests/published/templates.py "$folder/models/templates" build/release/tests/published/render
"$folder/venv/bin/python" tests/published/vocabularies.py "$folder/models" build/release/tests/published/tokenize
