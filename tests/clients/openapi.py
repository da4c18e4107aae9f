"""Judges the OpenAPI document on standard input: by its own validator, and its schemas by requests that are known to be good, which are its
examples and the golden rows that are answered. The names of the files of rows are the arguments."""

import copy
import json
import re
import sys

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

document = json.load(sys.stdin)
OpenAPIV31SpecValidator(document).validate()

components = {"components": document["components"]}
# A calculation of a study may leave out what the study sets, which the schema of a calculation by itself does not take.
of_studies = {"components": {"schemas": copy.deepcopy(document["components"]["schemas"])}}
waiting, seen = ["Calculation"], set()
while waiting:
    name = waiting.pop()
    if name not in seen:
        seen.add(name)
        schema = of_studies["components"]["schemas"][name]
        schema.pop("required", None)
        waiting += re.findall(r'"#/components/schemas/(\w+)"', json.dumps(schema))
requests, examples = {}, 0
for path, item in document["paths"].items():
    content = item["post"]["requestBody"]["content"]["application/json"]
    schemas = of_studies if "StudyService" in path else components
    requests[path] = Draft202012Validator({**content["schema"], **schemas})
    for name, example in content.get("examples", {}).items():
        requests[path].validate(example["value"])
        examples += 1
assert examples > 40, f"{examples} examples"

good, bad = 0, 0
for file in sys.argv[1:]:
    for line in open(file, encoding="utf-8"):
        row = json.loads(line)
        validator = requests["/" + row["method"]]
        if "response" in row:
            validator.validate(row["request"])
            good += 1
        elif not validator.is_valid(row["request"]):
            bad += 1
print(f"{examples} examples and {good} answered rows are valid; of those that are refused {bad} are not")
