import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AwsClient } from 'aws4fetch';
import { freePort } from '#local/services/ports.ts';
import { within } from '#local/services/processes.ts';

/** Single AWS services in Python, and AWS's own matcher of event patterns in Java (github.com/aws/event-ruler), which EventBridge runs on. */
const pins = { moto: '5.2.5', 'event-ruler': '2.1.0' };

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kelvo', `aws-check-${Object.values(pins).join('-')}`);
const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });

/** Does something once for this set of versions, outside of the repository. */
function installOnce(name: string, work: () => void): void {
  const done = join(cache, `${name}.done`);
  if (existsSync(done)) return;
  mkdirSync(cache, { recursive: true });
  work();
  writeFileSync(done, '');
}

export const region = 'us-east-1';
export const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

export interface Moto {
  url: string;
  /** Calls an operation of a service that speaks AWS's JSON protocol: `AWSEvents.PutRule`. */
  call<Answer>(target: string, input: object): Promise<Answer>;
  /** Calls a service that speaks REST and JSON. */
  put(service: string, path: string, body: object): Promise<void>;
  stop(): Promise<void>;
}

const services: Record<string, { name: string; version: string }> = {
  AWSEvents: { name: 'events', version: '1.1' },
  AmazonSQS: { name: 'sqs', version: '1.0' },
  Kinesis_20131202: { name: 'kinesis', version: '1.1' },
};

/** Installs moto, and starts its server on 127.0.0.1. */
export async function startMoto(): Promise<Moto> {
  const venv = join(cache, 'venv');
  installOnce('moto', () => {
    run('python3', '-m', 'venv', venv);
    const packages = `moto[server,events,sqs,kinesis,sns,ses]==${pins.moto}`;
    run(join(venv, 'bin/pip'), 'install', '--quiet', '--disable-pip-version-check', packages);
  });
  const port = await freePort();
  const child = spawn(join(venv, 'bin/moto_server'), ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${url}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
  if (!(await within(60_000, answers, 100))) throw new Error("moto's server does not start");
  const aws = new AwsClient({ ...credentials, region, retries: 0 });
  const send = async (request: Promise<Response>) => {
    const answer = await request;
    const body = await answer.text();
    if (!answer.ok) throw new Error(`moto answered ${answer.status}: ${body}`);
    return body === '' ? {} : JSON.parse(body);
  };
  return {
    url,
    call: (target, input) => {
      const { name, version } = services[target.split('.')[0] ?? ''] ?? { name: '', version: '' };
      const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target };
      return send(aws.fetch(url, { method: 'POST', headers, body: JSON.stringify(input), aws: { service: name } }));
    },
    put: (service, path, body) => {
      const headers = { 'content-type': 'application/json' };
      return send(aws.fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body), aws: { service } }));
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

/**
 * What AWS's own matcher says of each pair of pattern and event: whether it matches, or why the pattern is refused. Null where there is no
 * Java (a JDK) or no Maven to run and to fetch it.
 */
export function judge(pairs: readonly { pattern: object; event: object }[]): (boolean | string)[] | null {
  const jars = join(cache, 'jars');
  try {
    for (const command of ['javac', 'mvn']) execFileSync(command, ['-version'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  installOnce('jars', () => {
    const pom = join(cache, 'pom.xml');
    const dependency = `<dependency><groupId>software.amazon.event.ruler</groupId><artifactId>event-ruler</artifactId><version>${pins['event-ruler']}</version></dependency>`;
    const self = '<modelVersion>4.0.0</modelVersion><groupId>kelvo</groupId><artifactId>aws-check</artifactId><version>1</version>';
    writeFileSync(pom, `<project>${self}<dependencies>${dependency}</dependencies></project>`);
    run('mvn', '-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`);
  });
  const input = pairs.map((pair) => JSON.stringify(pair)).join('\n');
  const program = join(import.meta.dirname, 'Judge.java');
  const output = execFileSync('java', ['-cp', join(jars, '*'), program], { input, maxBuffer: 2 ** 28, encoding: 'utf8' });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => (line === 'true' || line === 'false' ? line === 'true' : line));
}
