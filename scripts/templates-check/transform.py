"""SAM's own transform, as CloudFormation runs it. Takes a JSON list of {"template", "parameters"} and answers the list of what they become."""
import json
import logging
import os
import sys
from multiprocessing import Pool

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
from samtranslator.model.exceptions import InvalidDocumentException
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
        properties = resource.get("Properties", {})
        for name in ("CodeUri", "ContentUri"):
            if name in properties:
                properties[name] = "s3://artifacts/" + os.path.basename(properties[name])
    return template


def transform(each):
    translator = Translator({}, Parser(), boto_session=Session())
    try:
        return translator.translate(package(each["template"]), each["parameters"])
    except InvalidDocumentException as error:
        return {"error": "; ".join(cause.message for cause in error.causes)}


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    with Pool() as pool:
        json.dump(pool.map(transform, json.load(sys.stdin)), sys.stdout)
