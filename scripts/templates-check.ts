// npm run templates:check: SAM's transform of template.yaml for every stage and instrumentation, and all templates evaluated for every egress and
// sizing. Needs the SAM CLI on the PATH, no account and no network.

import { readAppTemplate } from './app-template/read.ts';
import { canaryIds, withCanaries } from './app-template/with-canaries.ts';
import { takesNothing } from './command-line.ts';
import { type Combination, combinations, instrumentations, isRefused, parametersOf, stages } from './templates-check/combinations.ts';
import { brokenRules, evaluateResources } from './templates-check/evaluated.ts';
import { infraFaults, infraParametersOf, readInfraTemplate } from './templates-check/infra.ts';
import { largestVariables, projectedResources, sizeFaults, sizeOf, variableFaults } from './templates-check/limits.ts';
import { modeFaults } from './templates-check/mode-faults.ts';
import { pythonOfSam, transformAll } from './templates-check/transform.ts';

takesNothing(`Usage: npm run templates:check

SAM's transform of template.yaml for every stage and instrumentation, and all templates for every egress and sizing, in about a minute. Needs the SAM CLI
on the PATH, no account and no network. Ends with 0; with 1 when a way of deploying does not hold; with 2 when it cannot run.`);
const python = pythonOfSam();
if (python === undefined) {
  console.error("templates:check needs SAM's transform: pip install aws-sam-cli, and have its sam on the PATH.");
  process.exit(2);
}

const began = performance.now();
const template = readAppTemplate();
const unknown = Object.keys(template.Parameters).filter(
  (name) => template.Parameters[name]?.Default === undefined && !(name in parametersOf(combinations[0] as Combination)),
);
if (unknown.length > 0) {
  console.error(
    `template.yaml has new parameters without a default: give ${unknown.join(', ')} a value in scripts/templates-check/combinations.ts.`,
  );
  process.exit(1);
}
const accepted = combinations.filter((combination) => !isRefused(combination));
// SAM itself resolves parameters only where it names resources: egress and sizing come in when the result is evaluated.
const deploys = stages.flatMap((stage) =>
  instrumentations.map((instrumentation) => {
    const parameters = parametersOf({ stage, instrumentation, sizing: 'rightsized', egress: 'nat' });
    return { stage, instrumentation, template: withCanaries(template, parameters), parameters };
  }),
);
const transformed = await transformAll(python, deploys);
const stacks = deploys.map((deploy, i) => ({ ...deploy, stack: transformed[i] as (typeof transformed)[number] }));
const faults: string[] = [];

for (const { stage, instrumentation, stack } of stacks) {
  faults.push(
    ...sizeFaults({ ...sizeOf(stack), projected: projectedResources(stack) }).map((fault) => `${stage} ${instrumentation}: ${fault}`),
  );
}
for (const combination of combinations) {
  const refused = brokenRules(template, known(parametersOf(combination)));
  if (refused.length > 0 !== isRefused(combination))
    faults.push(
      `${Object.values(combination).join(' ')}: must be ${isRefused(combination) ? 'refused' : 'accepted'}; ${refused.join(' ')}`,
    );
}
for (const combination of accepted) {
  const { stack, template: source } = stacks.find(
    ({ stage, instrumentation }) => stage === combination.stage && instrumentation === combination.instrumentation,
  ) as (typeof stacks)[number];
  const resources = evaluateResources(stack, known(parametersOf(combination)));
  const roles = Object.keys(source.Resources).filter((id) => source.Resources[id]?.Type === 'AWS::IAM::Role');
  const found = [...variableFaults(resources), ...modeFaults(resources, combination, canaryIds(template), roles)];
  faults.push(...found.map((fault) => `${Object.values(combination).join(' ')}: ${fault}`));
}

for (const name of ['network', 'data'] as const) {
  const infra = readInfraTemplate(name);
  for (const combination of combinations) {
    const given = infraParametersOf(infra, combination);
    const size = { ...sizeOf(infra), projected: 0 };
    const found = [...sizeFaults(size), ...brokenRules(infra, given), ...infraFaults(evaluateResources(infra, given), combination)];
    faults.push(...found.map((fault) => `${name} ${Object.values(combination).join(' ')}: ${fault}`));
  }
}

/** Those of a combination's parameters that the app's template has. */
function known(parameters: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => name in template.Parameters));
}

for (const { stage, instrumentation, stack } of stacks.filter(({ stage }) => stage === 'staging')) {
  const { resources, references, bytes, parameters } = sizeOf(stack);
  const largest = largestVariables(
    evaluateResources(stack, known(parametersOf({ stage, instrumentation, sizing: 'rightsized', egress: 'nat' }))),
  );
  console.log(
    `${instrumentation.padEnd(7)} ${resources} resources (${projectedResources(stack)} with what is planned), ${references} references to secrets, ${Math.round(bytes / 1000)} KB, ${parameters} parameters; most variables: ${largest.bytes} bytes (${largest.id})`,
  );
}
if (faults.length > 0) {
  console.error(faults.slice(0, 30).join('\n'));
  console.error(
    `${faults.length} faults in ${combinations.length} ways of deploying${faults.length > 30 ? ', of which 30 are shown' : ''}.`,
  );
  process.exit(1);
}
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(
  `${accepted.length} ways of deploying hold, ${combinations.length - accepted.length} are refused as they must be (${seconds} s).`,
);
