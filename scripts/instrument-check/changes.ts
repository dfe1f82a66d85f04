/** What instrumenting must do to a function, and what it must leave. */
import type { Configuration, Update } from './lambda-api.ts';

export const datadogHandler = '/opt/nodejs/node_modules/datadog-lambda-js/handler.handler';
const mostBytes = 4_096;

/** The variables that come in by it. */
export function addedVariables({ Environment }: Configuration, update: Update): Record<string, string> {
  const own = Environment.Variables;
  return Object.fromEntries(Object.entries(update.Environment?.Variables ?? {}).filter(([name]) => !(name in own)));
}

/** Faults of one function, as sentences. */
export function updateFaults(configuration: Configuration, update: Update | undefined): string[] {
  const { FunctionName: name, Handler, Layers, Environment } = configuration;
  if (update === undefined) return [`${name} is passed over`];
  const variables = update.Environment?.Variables ?? {};
  const lost = Object.entries(Environment.Variables).filter(([key, value]) => variables[key] !== value);
  const bytes = Object.entries(variables).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  const layers = update.Layers ?? [];
  const ours = Layers.map(({ Arn }) => Arn);
  const datadogs = layers.filter((arn) => /:layer:Datadog-(Node|Extension)/.test(arn));
  return [
    ...(update.Handler === datadogHandler ? [] : [`${name}: its handler becomes ${update.Handler}`]),
    ...(variables.DD_LAMBDA_HANDLER === Handler ? [] : [`${name}: Datadog's handler hands over to ${variables.DD_LAMBDA_HANDLER}`]),
    ...lost.map(([key]) => `${name} loses ${key}, or gets another`),
    ...ours.filter((arn) => !layers.includes(arn)).map((arn) => `${name} loses the layer ${arn}`),
    ...(datadogs.length === 2 && layers.length === ours.length + 2 ? [] : [`${name} gets the layers ${datadogs.join()}`]),
    ...(bytes <= mostBytes ? [] : [`${name} has ${bytes} bytes of variables then, ${mostBytes} are allowed`]),
  ];
}
