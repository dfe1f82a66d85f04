/** What must hold in a deployed app stack, by its instrumentation and egress. Each fault is a sentence. */
import type { Tree } from '#local/template-values.ts';
import { alias } from '../app-template/canary-parts.ts';
import type { Combination } from './combinations.ts';
import type { Evaluated } from './evaluated.ts';

type Resources = Record<string, Evaluated>;

const ofType = (resources: Resources, type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);
const functionsIn = (resources: Resources) => ofType(resources, 'AWS::Lambda::Function');
const datadogHandler = '/opt/nodejs/node_modules/datadog-lambda-js/handler.handler';

/**
 * @param canaries the functions that have versions in mode layer
 * @param declared the roles that the template itself declares
 */
export function modeFaults(resources: Resources, combination: Combination, canaries: string[], declared: string[]): string[] {
  return [
    ...functionsIn(resources).flatMap(([id, { Properties }]) => functionFaults(id, Properties, combination)),
    ...versionFaults(resources, combination.instrumentation === 'layer' ? canaries : []),
    ...roleFaults(resources, combination, declared),
  ];
}

function functionFaults(id: string, properties: Tree, { instrumentation, egress }: Combination): string[] {
  const { Handler, Layers, Environment, TracingConfig, VpcConfig, CodeSigningConfigArn, Tags } = properties as Tree & {
    Layers: string[];
    Environment: { Variables: Tree };
    TracingConfig?: { Mode?: string };
    VpcConfig?: { Ipv6AllowedForDualStack?: boolean };
    Tags?: { Key: string; Value: string }[];
  };
  const ofDatadog = Object.keys(Environment.Variables).filter((name) => name.startsWith('DD_'));
  const unified = ['DD_ENV', 'DD_SERVICE', 'DD_VERSION'];
  const allowed = { remote: unified, layer: ofDatadog, xray: [], otlp: [], none: [] }[instrumentation] as string[];
  const layers = Layers.filter((layer) => layer.includes('Datadog')).length;
  const wanted = (what: string, given: unknown, expected: unknown) =>
    given === expected ? [] : [`${id}: ${what} is ${String(given)}, it must be ${String(expected)}`];
  return [
    ...ofDatadog.filter((name) => !allowed.includes(name)).map((name) => `${id} has ${name}`),
    ...wanted(
      'the collector that it sends spans to',
      Environment.Variables.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
      instrumentation === 'otlp',
    ),
    ...wanted('the number of its layers of Datadog', layers, instrumentation === 'layer' ? 2 : 0),
    ...wanted('its handler', Handler, instrumentation === 'layer' ? datadogHandler : 'index.handler'),
    ...wanted('its tracing', TracingConfig?.Mode, instrumentation === 'xray' ? 'Active' : 'PassThrough'),
    ...(VpcConfig === undefined ? [] : wanted('Ipv6AllowedForDualStack', VpcConfig.Ipv6AllowedForDualStack, egress === 'ipv6')),
    ...(CodeSigningConfigArn === undefined ? [`${id} has no CodeSigningConfigArn`] : []),
    ...['application', 'stage'].filter((tag) => !Tags?.some(({ Key }) => Key === tag)).map((tag) => `${id} has no tag ${tag}`),
  ];
}

/** Versions and what moves traffic between them are there for the canaries alone, and API Gateway calls their aliases. */
function versionFaults(resources: Resources, canaries: string[]): string[] {
  const perCanary = ['AWS::Lambda::Version', 'AWS::Lambda::Alias', 'AWS::CodeDeploy::DeploymentGroup'];
  const counted = [...perCanary, 'AWS::ApplicationAutoScaling::ScalableTarget', 'AWS::ApplicationAutoScaling::ScalingPolicy'].flatMap(
    (type) => {
      const { length } = ofType(resources, type);
      return length === canaries.length ? [] : [`${length} of ${type}, it must be ${canaries.length}`];
    },
  );
  const [, api] = ofType(resources, 'AWS::ApiGatewayV2::Api')[0] ?? [];
  const called = [...JSON.stringify(api?.Properties.Body ?? {}).matchAll(/\/functions\/([^/"]+)\/invocations/g)].map(
    ([, target = '']) => target,
  );
  const byAlias = [...new Set(called.filter((target) => target.endsWith(`Alias${alias}`)))];
  const missing = canaries.filter((id) => !byAlias.includes(`${id}Alias${alias}`) || called.some((target) => target.endsWith(`:${id}`)));
  return [
    ...counted,
    ...missing.map((id) => `API Gateway does not call the alias of ${id}, or not alone`),
    ...(byAlias.length > canaries.length ? [`API Gateway calls aliases of ${byAlias.join()}`] : []),
    ...(called.length > 50 ? [] : [`API Gateway calls ${called.length} functions only`]),
  ];
}

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource?: string | string[];
  NotResource?: string;
}

function roleFaults(resources: Resources, { instrumentation }: Combination, declared: string[]): string[] {
  const roles = ofType(resources, 'AWS::IAM::Role');
  const statements = [...roles, ...ofType(resources, 'AWS::IAM::ManagedPolicy')].flatMap(([id, { Properties }]) => {
    const { PolicyDocument, Policies = [] } = Properties as { PolicyDocument?: object; Policies?: { PolicyDocument: object }[] };
    const documents = [PolicyDocument, ...Policies.map((policy) => policy.PolicyDocument)].filter((document) => document !== undefined);
    return documents.flatMap((document) => (document as { Statement: Statement[] }).Statement.map((statement) => ({ id, ...statement })));
  });
  const wide = statements.filter(({ Effect, Resource }) => Effect === 'Allow' && [Resource].flat().includes('*')).map(({ id }) => id);
  const allowed = instrumentation === 'xray' ? ['AttachNetworkInterfaces', 'SendTelemetry'] : ['AttachNetworkInterfaces'];
  const tracing = statements.some(({ Action }) => [Action].flat().some((action) => action.startsWith('xray:')));
  return [
    ...wide.filter((id) => !allowed.includes(id)).map((id) => `${id} allows something on every resource`),
    ...(tracing === (instrumentation === 'xray') ? [] : [`traces may ${tracing ? '' : 'not '}be sent to X-Ray`]),
    ...roles.filter(([id]) => !declared.includes(id)).map(([id]) => `SAM made the role ${id}: every role is one of the template's`),
    ...roles
      .filter(([, { Properties }]) => Properties.PermissionsBoundary === undefined)
      .map(([id]) => `${id} has no permissions boundary`),
    ...(JSON.stringify(roles).includes(':aws:policy/')
      ? ['a role has a managed policy of AWS, which allows its actions on every resource']
      : []),
  ];
}
