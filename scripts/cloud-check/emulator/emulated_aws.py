"""MiniStack (an emulator of AWS), with what its CloudFormation lacks for Kelvo's templates. emulator.ts starts it; docs/cloud-check.md tells what each addition does not prove.

1. Real: the routes of an HTTP API that stand in its OpenAPI Body; a database's administrator, whose password is checked; host names of databases and caches.
2. Placeholders, for types that MiniStack does not know: they keep the properties, answer Ref and GetAtt, and nothing stands behind them.
"""
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

from ministack.services.cloudformation import provisioners as p  # noqa: E402 (after the lookup above)
from ministack import app  # noqa: E402
from ministack.services import cloudfront, elasticache, rds  # noqa: E402

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
        amended["MasterUserSecret.SecretArn"] = handlers["AWS::SecretsManager::Secret"]["create"]("MasterUserSecret", made_secret, stack)[0]
        rds._instances[physical_id]["_KelvoSecret"] = amended["MasterUserSecret.SecretArn"]
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
        handlers["AWS::SecretsManager::Secret"]["delete"](secret, {})
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


# --- names: an API answers under the host that templates compute for it, also as a distribution's origin ---

app._EXECUTE_API_RE = re.compile(rf"^([a-f0-9]{{8}})\.execute-api\.(?:localhost|{REGION}\.amazonaws\.com)(?::\d+)?$")
connect_target = cloudfront._origin_connect_target


def origin_target(origin, viewer_is_https):
    api = re.match(r"^([a-f0-9]{8})\.execute-api\.", origin["domain_name"])
    return (f"{api[1]}.execute-api.localhost", int(os.environ["GATEWAY_PORT"]), False) if api else connect_target(origin, viewer_is_https)


cloudfront._origin_connect_target = origin_target

app.main()
