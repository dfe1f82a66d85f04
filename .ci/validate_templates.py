"""AWS's own offline validator over templates: python validate_templates.py FILE… Fails on errors; warnings are cfn-lint's matter.

The validator looks at each branch of an !If by itself. Parameters that are empty by default have a value here, for with an empty one it sees the
branch that the condition keeps out.
"""

import sys

from cloudformation_validate import RegoEngine, Severity, ValidateConfig

GIVEN = {
    "DatabaseClass": "db.t4g.medium",
    "CacheClass": "cache.t4g.small",
    "DomainName": "shop.example.com",
    "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
    "RecoveryRegion": "us-west-2",
    "RecoveryKeyArn": "arn:aws:kms:us-west-2:123456789012:key/12345678-1234-1234-1234-123456789012",
    "PermissionsBoundaryArn": "arn:aws:iam::123456789012:policy/kelvo-boundary",
}


def main(files):
    engine = RegoEngine()
    wrong = 0
    for file in files:
        with open(file, encoding="utf-8") as text:
            template = text.read()
        given = {name: value for name, value in GIVEN.items() if f"\n  {name}:" in template}
        report = engine.validate_template(file, ValidateConfig(parameter_overrides=given))
        errors = [each for each in report.diagnostics if each.severity in (Severity.FATAL, Severity.ERROR)]
        for each in errors:
            print(f"{file}:{each.start_line}: {each.rule_id} {each.message[:300]}")
        wrong += len(errors)
    print(f"cloudformation-validate: {len(files)} templates, {wrong} errors")
    return 1 if wrong else 0


sys.exit(main(sys.argv[1:]))
