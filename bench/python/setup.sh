#!/usr/bin/env bash
# A virtual environment with what the benchmarks compare with: `bash bench/python/setup.sh FOLDER`, then
# `BAALJS_PYTHON=FOLDER/bin/python npm run bench -- text`. PyTorch for the processor alone comes from its own index, which
# PYTORCH_INDEX replaces; where that cannot be reached, the default one has it too, larger.
set -euo pipefail

folder=${1:?"usage: bash bench/python/setup.sh FOLDER"}
index=${PYTORCH_INDEX:-https://download.pytorch.org/whl/cpu}

[ -x "$folder/bin/python" ] || python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --upgrade pip
"$folder/bin/pip" install --quiet "numpy>=2" scikit-learn
"$folder/bin/pip" install --quiet torch --index-url "$index" || "$folder/bin/pip" install --quiet torch
"$folder/bin/python" -c 'import numpy, torch; print("numpy", numpy.__version__, "PyTorch", torch.__version__)'
