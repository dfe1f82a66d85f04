"""SAM's own transform, as CloudFormation runs it. Takes a JSON list of {"template", "parameters"} and answers the list of what they become."""
import json
import os
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator


class Session:
    """All that the transform asks of AWS: where it runs."""

    region_name = os.environ["AWS_DEFAULT_REGION"]

    def get_partition_for_region(self, _):
        return "aws"


def package(template):
    """Code as `sam package` leaves it: uploaded, and named by its place there."""
    for resource in template["Resources"].values():
        for name in ("CodeUri", "ContentUri"):
            if name in resource.get("Properties", {}):
                resource["Properties"][name] = "s3://bucket/" + os.path.basename(resource["Properties"][name])
    return template


translator = Translator({}, Parser(), boto_session=Session())
answers = [translator.translate(package(each["template"]), each["parameters"]) for each in json.load(sys.stdin)]
json.dump(answers, sys.stdout)
