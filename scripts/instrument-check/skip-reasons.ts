/** A function as Datadog's Remote Instrumentation looks at it before it takes it. */
export interface Candidate {
  runtime: string;
  /** In MB. */
  memory: number;
  handler: string;
  /** ARNs. */
  layers: readonly string[];
  /** Names. */
  variables: readonly string[];
}

/** Kelvo's own, which no rule of Datadog's minds in its code (docs/telemetry.md). */
const unified = ['DD_SERVICE', 'DD_ENV', 'DD_VERSION'];

/**
 * Why Datadog's Remote Instrumentation passes a function over: its instrumenter's code (github.com/DataDog/serverless-remote-instrumentation,
 * src/functions.js) and its documentation, which is stricter about variables (docs.datadoghq.com/serverless/aws_lambda/remote_instrumentation).
 */
export function skipReasons({ runtime, memory, handler, layers, variables }: Candidate): string[] {
  return [
    ...(variables.some((name) => /^DD_(KMS_)?API_KEY(_SECRET_ARN|_SSM_ARN)?$/.test(name)) && variables.includes('DD_SITE')
      ? ['has a key and a site']
      : []),
    ...layers.filter((layer) => /:layer:Datadog/i.test(layer)).map((layer) => `has the layer ${layer}`),
    ...variables.filter((name) => name.startsWith('DD_') && !unified.includes(name)).map((name) => `has ${name}, documented as a reason`),
    ...(variables.includes('AWS_LAMBDA_EXEC_WRAPPER') ? ['has a wrapper of its own'] : []),
    ...(handler.includes('datadog') ? [`has the handler ${handler}`] : []),
    ...(/^(nodejs|python)/.test(runtime) ? [] : [`has the runtime ${runtime}`]),
    ...(memory > 256 ? [] : [`has ${memory} MB, Datadog recommends more than 256`]),
  ];
}
