#!/bin/bash
# The system's own Python where there is one: it is built with profile and link-time optimisation, which those of version managers often are not.
set -euo pipefail
cd "$(dirname "$0")"
python=/usr/bin/python3
[ -x "$python" ] || python=python3
[ -x venv/bin/python ] || "$python" -m venv --without-pip venv
python3 -m pip --python venv/bin/python install -q -r requirements.txt
venv/bin/python -m grpc_tools.protoc -I ../../../proto --python_out=. --grpc_python_out=. \
  paydirt/v1/common.proto paydirt/v1/break_even.proto
