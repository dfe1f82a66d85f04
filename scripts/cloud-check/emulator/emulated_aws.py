"""MiniStack (an emulator of AWS), with what its CloudFormation lacks for Kelvo's templates. emulator.ts starts it; docs/cloud-check.md tells what each addition does not prove.

1. Real: the routes of an HTTP API that stand in its OpenAPI Body; a database's administrator, whose password is checked; a cache's user with its access string;
   host names; what AWS does in a role's name (schedules, rules, reading queues and streams), for which the role is asked; a stream as a rule's target; a schedule's time.
2. Placeholders, for types that MiniStack does not know: they keep the properties, answer Ref and GetAtt, and nothing stands behind them.
"""
import base64
import contextvars
import datetime
import email.utils
import fnmatch
import json
import os
import re
import secrets
import socket

import psycopg2
from psycopg2 import sql

lookup = socket.getaddrinfo
# An API is an origin of a distribution under a name of its own: <id>.execute-api.localhost.
socket.getaddrinfo = lambda host, *rest, **more: lookup("127.0.0.1" if isinstance(host, str) and host.endswith(".localhost") else host, *rest, **more)

from ministack.services.cloudformation import changesets, engine, stacks  # noqa: E402
from ministack.services.cloudformation import handlers as handlers_of_requests  # noqa: E402
from ministack.services.cloudformation import provisioners as p  # noqa: E402 (after the lookup above)
from ministack import app  # noqa: E402
from ministack.core import iam_actions, iam_evaluator  # noqa: E402
from ministack.services import cloudfront, elasticache, eventbridge, kinesis, lambda_svc, rds, s3, ses_v2, sqs  # noqa: E402

handlers = p._RESOURCE_HANDLERS
ACCOUNT, REGION = os.environ["MINISTACK_ACCOUNT_ID"], "us-east-1"
DATABASES, CACHES = f"x.{REGION}.rds.amazonaws.com", "x.use1.cache.amazonaws.com"


def arn(service, resource):
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


# --- placeholders ---

made = {}


def placeholder(kind, attributes, name=None):
    """Registers a type that MiniStack lacks. attributes: GetAtt's answers, by (physical id, properties). name: the property that names it."""

    def answers(physical_id, props):
        return {key: value(physical_id, props) for key, value in attributes.items()}

    def create(logical_id, props, stack):
        physical_id = props.get(name) or f"{kind.split('::')[-1].lower()[:6]}-{secrets.token_hex(8)}"
        made[physical_id] = kind
        return physical_id, answers(physical_id, props)

    def update(physical_id, _old, new, _stack, *_):
        return physical_id, answers(physical_id, new)

    if kind not in handlers:
        handlers[kind] = {"create": create, "update": update, "delete": lambda physical_id, _props: made.pop(physical_id, None)}


def the_id(physical_id, _props):
    return physical_id


for kind, attributes in {
    "AWS::EC2::VPCCidrBlock": {"Id": the_id},
    "AWS::EC2::EgressOnlyInternetGateway": {"Id": the_id},
    "AWS::EC2::EIP": {"AllocationId": the_id, "PublicIp": lambda *_: "198.51.100.7"},
    "AWS::EC2::EIPAssociation": {},
    "AWS::EC2::NatGateway": {"NatGatewayId": the_id},
    "AWS::EC2::Instance": {"InstanceId": the_id, "PrimaryNetworkInterfaceId": the_id, "PrivateIp": lambda *_: "10.0.0.10"},
    "AWS::EC2::NetworkInterface": {"Id": the_id},
    "AWS::EC2::SecurityGroupIngress": {"Id": the_id},
    "AWS::EC2::SecurityGroupEgress": {"Id": the_id},
    "AWS::EC2::FlowLog": {"Id": the_id},
    "AWS::RDS::DBProxyTargetGroup": {"TargetGroupArn": lambda i, _: arn("rds", f"target-group:{i}")},
    "AWS::ApplicationAutoScaling::ScalableTarget": {},
    "AWS::ApplicationAutoScaling::ScalingPolicy": {"Arn": lambda i, _: arn("autoscaling", f"scalingPolicy:{i}")},
    "AWS::CE::AnomalyMonitor": {"MonitorArn": lambda i, _: f"arn:aws:ce::{ACCOUNT}:anomalymonitor/{i}"},
    "AWS::CE::AnomalySubscription": {"SubscriptionArn": lambda i, _: f"arn:aws:ce::{ACCOUNT}:anomalysubscription/{i}"},
    "AWS::Backup::BackupSelection": {"SelectionId": the_id},
    "AWS::WAFv2::LoggingConfiguration": {},
    "AWS::SecretsManager::RotationSchedule": {},
    "AWS::PricingPlanManager::Subscription": {"Arn": lambda i, _: arn("pricingplanmanager", i)},
}.items():
    placeholder(kind, attributes)
for kind, name, attributes in [
    ("AWS::RDS::DBProxy", "DBProxyName", {"Endpoint": lambda i, _: f"{i}.proxy-{DATABASES}", "DBProxyArn": lambda i, _: arn("rds", f"db-proxy:prx-{i}")}),
    ("AWS::CloudWatch::CompositeAlarm", "AlarmName", {"Arn": lambda i, _: arn("cloudwatch", f"alarm:{i}")}),
    ("AWS::Budgets::Budget", None, {}),
    ("AWS::CodeDeploy::Application", "ApplicationName", {}),
    ("AWS::CodeDeploy::DeploymentGroup", "DeploymentGroupName", {}),
    ("AWS::IAM::OIDCProvider", None, {"Arn": lambda i, _: f"arn:aws:iam::{ACCOUNT}:oidc-provider/{i}"}),
    ("AWS::Lambda::CodeSigningConfig", None, {"CodeSigningConfigId": the_id, "CodeSigningConfigArn": lambda i, _: arn("lambda", f"code-signing-config:{i}")}),
]:
    placeholder(kind, attributes, name)


def after(kind, action, change):
    """Lets `change(physical id, attributes, properties, stack)` amend what a type of MiniStack's own answers."""
    own = handlers[kind][action]

    def amended(*args):
        physical_id, attributes = own(*args)
        props, stack = (args[1], args[2]) if action == "create" else (args[2], args[3])
        return physical_id, change(physical_id, dict(attributes or {}), props, stack)

    handlers[kind][action] = amended


# --- alarms: MiniStack has those over one metric; one over metric math is a placeholder ---

alarm = dict(handlers["AWS::CloudWatch::Alarm"])


def alarm_name(logical_id, props, stack):
    return props.get("AlarmName") or f"{stack}-{logical_id}"


def alarm_created(logical_id, props, stack):
    if "Metrics" not in props:
        return alarm["create"](logical_id, props, stack)
    made[alarm_name(logical_id, props, stack)] = "AWS::CloudWatch::Alarm"
    return alarm_name(logical_id, props, stack), {"Arn": arn("cloudwatch", f"alarm:{alarm_name(logical_id, props, stack)}")}


def alarm_updated(physical_id, old, new, stack, *more):
    if "Metrics" in old or "Metrics" in new:
        return alarm_created(physical_id, new, stack)
    return alarm["update"](physical_id, old, new, stack, *more)


def alarm_deleted(physical_id, props):
    return alarm["delete"](physical_id, props) if made.pop(physical_id, None) is None else None


handlers["AWS::CloudWatch::Alarm"].update(create=alarm_created, update=alarm_updated, delete=alarm_deleted)


# --- conditions: MiniStack compares a Join, a Sub or a FindInMap as it is written. Here it is worked out first ---

evaluate_conditions = engine._evaluate_conditions


def evaluate_worked_out(template, params):
    def work_out(node):
        if isinstance(node, list):
            return [work_out(each) for each in node]
        if not isinstance(node, dict):
            return node
        if node.keys() & {"Fn::Join", "Fn::Sub", "Fn::FindInMap"}:
            return engine._resolve_refs(node, {}, params, {}, template.get("Mappings", {}), "", "")
        return {key: work_out(value) for key, value in node.items()}

    return evaluate_conditions({**template, "Conditions": work_out(template.get("Conditions", {}))}, params)


for module in (engine, stacks, handlers_of_requests, changesets):
    if hasattr(module, "_evaluate_conditions"):
        module._evaluate_conditions = evaluate_worked_out


# --- the network: an IPv6 range, which MiniStack's VPC has not ---

after("AWS::EC2::VPC", "create", lambda _id, attributes, *_: {**attributes, "Ipv6CidrBlocks": ["2600:1f18:1234:5600::/56"]})


# --- the database: a PostgreSQL of this machine for each stage, made by emulator.ts ---


def store_of(name):
    """The stage's own stores: {stage, postgres, redis, postgresDatabases}."""
    with open(os.environ["KELVO_EMULATED_STORES"], encoding="utf-8") as file:
        return next((store for store in json.load(file) if name.startswith(f"kelvo-{store['stage']}")), None)


def make_administrator(host, props, password):
    """The master user: as on RDS no superuser, but one that makes roles and databases, and may give away rds_iam and pg_monitor."""
    store = store_of(host)
    if store is None:
        raise ValueError(f"{host} belongs to no stage of the emulator: its name must begin with kelvo-<stage>")
    user, database = props["MasterUsername"], props.get("DBName") or "postgres"
    connection = psycopg2.connect(host="127.0.0.1", port=store["postgres"], user="postgres", dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("select 1 from pg_roles where rolname = %s", [user])
        verb = sql.SQL("alter role" if cursor.fetchone() else "create role")
        cursor.execute(verb + sql.SQL(" {} login createdb createrole password {}").format(sql.Identifier(user), sql.Literal(password)))
        for role in ("rds_superuser", "rds_iam", "pg_monitor"):
            cursor.execute(sql.SQL("grant {} to {} with admin option").format(sql.Identifier(role), sql.Identifier(user)))
        cursor.execute(sql.SQL("alter database {} owner to {}").format(sql.Identifier(database), sql.Identifier(user)))
    connection.close()


def database_created(physical_id, attributes, props, stack):
    host = f"{stack}-{physical_id}.{DATABASES}" if not physical_id.startswith("kelvo-") else f"{physical_id}.{DATABASES}"
    rds._instances[physical_id]["Endpoint"]["Address"] = host
    amended = {**attributes, "Endpoint.Address": host, "Endpoint.Port": "5432"}
    if props.get("SourceDBInstanceIdentifier") or not props.get("MasterUsername"):
        return amended  # A replica: the same PostgreSQL, the same roles.
    password = props.get("MasterUserPassword") or secrets.token_urlsafe(24)
    if str(props.get("ManageMasterUserPassword", "")).lower() == "true":
        made_secret = {"Name": f"rds!{physical_id}", "SecretString": json.dumps({"username": props["MasterUsername"], "password": password})}
        _, secret = handlers["AWS::SecretsManager::Secret"]["create"]("MasterUserSecret", made_secret, stack)
        rds._instances[physical_id]["_KelvoSecret"] = amended["MasterUserSecret.SecretArn"] = secret["Arn"]
    make_administrator(host, props, password)
    return amended


def database_updated(physical_id, attributes, props, stack):
    instance = rds._instances[physical_id]
    address = instance["Endpoint"]["Address"]
    if not address.endswith(f".{DATABASES}"):  # It was replaced.
        return database_created(physical_id, attributes, props, stack)
    amended = {**attributes, "Endpoint.Address": address, "Endpoint.Port": "5432"}
    return {**amended, "MasterUserSecret.SecretArn": instance["_KelvoSecret"]} if "_KelvoSecret" in instance else amended


after("AWS::RDS::DBInstance", "create", database_created)
after("AWS::RDS::DBInstance", "update", database_updated)
delete_database = handlers["AWS::RDS::DBInstance"]["delete"]


def database_deleted(physical_id, props):
    secret = (rds._instances.get(physical_id) or {}).get("_KelvoSecret")
    if secret:
        handlers["AWS::SecretsManager::Secret"]["delete"](f"rds!{physical_id}", {})
    return delete_database(physical_id, props)


handlers["AWS::RDS::DBInstance"]["delete"] = database_deleted


# --- the cache: a Redis of this machine for each stage, with TLS ---


def cache_host(physical_id, attributes, _props, _stack):
    host = f"{physical_id}.{CACHES}"
    for group in (elasticache._replication_groups.get(physical_id) or {}).get("NodeGroups", []):
        for endpoint in ("PrimaryEndpoint", "ReaderEndpoint"):
            if endpoint in group:
                group[endpoint].update({"Address": host, "Port": 6379})
    return {**attributes, **{key: host for key in attributes if key.endswith("EndPoint.Address")}, **{key: "6379" for key in attributes if key.endswith("EndPoint.Port")}}


def cache_user(_id, attributes, props, stack):
    """The user with its own access string, so that a command that it may not give fails here too. IAM's token is not checked: nopass."""
    store = store_of(stack)
    if store is None or store["redis"] is None or not props.get("UserName"):
        return attributes
    # "default" is how our own watch of the server signs in.
    if props["UserName"] != "default":
        with socket.create_connection(("127.0.0.1", store["redisPlain"])) as connection:
            connection.sendall(f"ACL SETUSER {props['UserName']} reset nopass {props['AccessString']}\r\n".encode())
            answer = connection.recv(1000).decode()
        if not answer.startswith("+OK"):
            raise ValueError(f"the access string of {props['UserName']} is none: {answer.strip()}")
    return attributes


after("AWS::ElastiCache::User", "create", cache_user)
after("AWS::ElastiCache::User", "update", cache_user)
after("AWS::ElastiCache::ReplicationGroup", "create", cache_host)
after("AWS::ElastiCache::ReplicationGroup", "update", cache_host)


# --- the HTTP API: its routes stand in an OpenAPI Body, as SAM writes them ---

gateway = p._apigw_v2


def put_body(api_id, _attributes, props, _stack):
    body = props.get("Body") or {}
    gateway._routes[api_id], gateway._integrations[api_id] = {}, {}
    for path, operations in body.get("paths", {}).items():
        for method, operation in operations.items():
            integration = operation.get("x-amazon-apigateway-integration")
            if not integration:
                continue
            function = re.sub(r".*/functions/(.*)/invocations$", r"\1", integration["uri"])
            version = integration.get("payloadFormatVersion", "2.0")
            answer = gateway._create_integration(api_id, {"integrationType": "AWS_PROXY", "payloadFormatVersion": version, "integrationUri": function})
            verb = "ANY" if "any-method" in method else method.upper()
            key = "$default" if path.lstrip("/") == "$default" else f"{verb} {path}"
            gateway._create_route(api_id, {"routeKey": key, "target": f"integrations/{json.loads(answer[2])['integrationId']}"})
    return _attributes


after("AWS::ApiGatewayV2::Api", "create", put_body)
after("AWS::ApiGatewayV2::Api", "update", put_body)


# --- what AWS does in a role's name, or as a service by a queue's policy: MiniStack does it without asking. Here it is asked ---


def may(role_arn, action, resource):
    """Whether a role's policies allow an action on a resource."""
    policies = iam_evaluator._gather_role_policies(role_arn.rsplit("/", 1)[-1], ACCOUNT)
    context = iam_evaluator.EvalContext(role_arn, "AssumedRole", ACCOUNT, action, resource, REGION)
    return iam_evaluator.evaluate(context, policies).decision == "Allow"


def queue_takes(queue_arn, source_arn):
    """Whether a queue's policy lets EventBridge send what a rule chose."""
    policy = json.loads((sqs._queue_by_arn(queue_arn) or {}).get("attributes", {}).get("Policy") or '{"Statement": []}')
    for statement in policy["Statement"]:
        services = (statement.get("Principal") or {}).get("Service", [])
        sources = ((statement.get("Condition") or {}).get("ArnLike") or {}).get("aws:SourceArn", "*")
        if statement["Effect"] == "Allow" and "events.amazonaws.com" in ([services] if isinstance(services, str) else services):
            if any(fnmatch.fnmatchcase(source_arn, pattern) for pattern in ([sources] if isinstance(sources, str) else sources)):
                return True
    return False


def refused(what, role_or_source):
    print(f"REFUSED {what} for {role_or_source}", flush=True)


deliver = eventbridge._invoke_target


def deliver_as_allowed(target, event, rule, view=None):
    """Rules and schedules: the target's role is asked, a stream gets its record (MiniStack knows no such target), a schedule's time is filled in."""
    target_arn, role = target["Arn"], target.get("RoleArn")
    service = target_arn.split(":")[2]
    action = {"lambda": "lambda:InvokeFunction", "kinesis": "kinesis:PutRecord"}.get(service)
    if role and action and not may(role, action, target_arn):
        return refused(f"{action} on {target_arn}", role)
    if service == "sqs" and rule.get("Arn") and not queue_takes(target_arn, rule["Arn"]):
        return refused(f"sqs:SendMessage on {target_arn}", rule["Arn"])
    if service == "kinesis":
        whole = (view or eventbridge._pattern_event_view(event)).event_with_detail()
        key = whole
        for part in (target.get("KinesisParameters") or {}).get("PartitionKeyPath", "$.id").removeprefix("$.").split("."):
            key = key[part]
        record = {"StreamName": target_arn.split("/")[-1], "Data": base64.b64encode(json.dumps(whole).encode()).decode(), "PartitionKey": str(key)}
        return kinesis._put_record(record)
    if event.get("Source") == "aws.scheduler" and "<aws.scheduler.scheduled-time>" in target.get("Input", ""):
        at = datetime.datetime.fromtimestamp(event["Time"], datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        target = {**target, "Input": target["Input"].replace("<aws.scheduler.scheduled-time>", at)}
    return deliver(target, event, rule, view)


eventbridge._invoke_target = deliver_as_allowed
execute = lambda_svc._execute_function_with_config_scope


def with_cookies(event):
    """HTTP APIs give cookies as a list of their own (payload format 2.0); the emulator leaves them among the headers."""
    header = (event.get("headers") or {}).get("cookie") if isinstance(event, dict) and event.get("version") == "2.0" else None
    return {**event, "cookies": [each.strip() for each in header.split(";")]} if header and "cookies" not in event else event


def execute_and_tell(record, event, *rest, **more):
    """A line in the log for each invocation; what a function throws where nobody waits for it is seen nowhere else."""
    event = with_cookies(event)
    result = execute(record, event, *rest, **more)
    name = (record.get("config") or {}).get("FunctionName", "")
    print(f"RAN {name} in vain: {result.get('body')}" if (result or {}).get("error") else f"RAN {name} well", flush=True)
    return result


lambda_svc._execute_function_with_config_scope = execute_and_tell
mappings = lambda_svc._iter_all_esms


def allowed_mappings():
    """Queues and streams are read in the name of the function's role."""
    for account, region, mapping in mappings():
        source = mapping.get("EventSourceArn", "")
        action = {"sqs": "sqs:ReceiveMessage", "kinesis": "kinesis:GetRecords"}.get(source.split(":")[2] if source.count(":") > 2 else "")
        function = lambda_svc._functions.get_scoped(account, region, mapping.get("FunctionArn", "").split(":")[6] if mapping.get("FunctionArn") else "")
        role = ((function or {}).get("config") or {}).get("Role", "")
        if action is None or not role or may(role, action, source):
            yield account, region, mapping


lambda_svc._iter_all_esms = allowed_mappings


# A mail is allowed by its sender's identity and address: MiniStack asks for the resource * and knows no ses:FromAddress.
mail_resource, evaluate = iam_actions._ses_v2_resource_arn, iam_evaluator.evaluate
sender = contextvars.ContextVar("sender", default="")


def resource_of_mail(method, path, body, region, account):
    if path.rstrip("/") != "/v2/email/outbound-emails":
        return mail_resource(method, path, body, region, account)
    sender.set(email.utils.parseaddr(json.loads(body or b"{}").get("FromEmailAddress", ""))[1])
    return f"arn:aws:ses:{region}:{account}:identity/{sender.get().rpartition('@')[2]}"


def evaluate_with_sender(context, policies, *limits):
    if context.action == "ses:SendEmail":
        context.service_context = {**context.service_context, "ses:fromaddress": sender.get()}
    return evaluate(context, policies, *limits)


iam_actions._ses_v2_resource_arn, iam_evaluator.evaluate = resource_of_mail, evaluate_with_sender
answer_ses = ses_v2.handle_request


async def answer_ses_about_addresses(method, path, headers, body, query_params):
    """SES refuses an address that is none; MiniStack sends to it."""
    if path.rstrip("/") == "/v2/email/outbound-emails" and method == "POST":
        if any("@" not in address for address in json.loads(body or b"{}").get("Destination", {}).get("ToAddresses", [])):
            return ses_v2._json_err("BadRequestException", "Missing final '@domain'")
    return await answer_ses(method, path, headers, body, query_params)


ses_v2.handle_request = answer_ses_about_addresses


# --- layers of Datadog's account: nobody downloads them. Functions get an empty one, and network.cjs finds Datadog's packages elsewhere ---

layer_zip = lambda_svc._resolve_layer_zip


def layer_or_datadogs(reference):
    layer_arn = reference if isinstance(reference, str) else reference.get("Arn", "")
    return None if ":464622532012:layer:Datadog-" in layer_arn else layer_zip(reference)


lambda_svc._resolve_layer_zip = layer_or_datadogs


# --- names: an API answers under the host that templates compute for it, also as a distribution's origin ---

app._EXECUTE_API_RE = re.compile(rf"^([a-f0-9]{{8}})\.execute-api\.(?:localhost|{REGION}\.amazonaws\.com)(?::\d+)?$")
connect_target = cloudfront._origin_connect_target


def origin_target(origin, viewer_is_https):
    api = re.match(r"^([a-f0-9]{8})\.execute-api\.", origin["domain_name"])
    return (f"{api[1]}.execute-api.localhost", int(os.environ["GATEWAY_PORT"]), False) if api else connect_target(origin, viewer_is_https)


cloudfront._origin_connect_target = origin_target


# --- the site's bucket: CloudFront asks it over TLS, and is told what is missing where it may list ---

origin_allows, origin_fetch, evaluation = s3._cloudfront_origin_allows, s3.serve_cloudfront_origin_fetch, iam_evaluator.EvalContext.__init__


def evaluation_of_origin(self, *args, **given):
    over_tls = {"secure_transport": True} if given.get("principal_type") == "Service" else {}
    evaluation(self, *args, **{**over_tls, **given})


def fetch_or_missing(bucket, key, method, headers, source_arn="", oai_id=""):
    owner = s3._bucket_owner_account(bucket) or s3.get_account_id()
    found = s3._ensure_bucket(bucket)
    if found is not None and key not in found["objects"] and origin_allows(owner, bucket, key, source_arn, oai_id):
        return s3._error("NoSuchKey", "The specified key does not exist.", 404, f"/{bucket}/{key}")
    return origin_fetch(bucket, key, method, headers, source_arn=source_arn, oai_id=oai_id)


iam_evaluator.EvalContext.__init__, s3.serve_cloudfront_origin_fetch = evaluation_of_origin, fetch_or_missing

app.main()
