/** Calls of the emulated AWS, signed as the account's root would. Only what the check asks; deploying has SDK clients of its own. */
import { AwsClient } from 'aws4fetch';

/** JSON protocols: the prefix of X-Amz-Target, what the signature names, and the protocol's version. */
const jsonServices: Record<string, { name: string; version: string }> = {
  AmazonSQS: { name: 'sqs', version: '1.0' },
  AWSEvents: { name: 'events', version: '1.1' },
  secretsmanager: { name: 'secretsmanager', version: '1.1' },
  Logs_20140328: { name: 'logs', version: '1.1' },
  Kinesis_20131202: { name: 'kinesis', version: '1.1' },
  ResourceGroupsTaggingAPI_20170126: { name: 'tagging', version: '1.1' },
};

/** Query protocols by service, with the version that each has. */
const queryVersions = {
  cloudformation: '2010-05-15',
  iam: '2010-05-08',
  monitoring: '2010-08-01',
  sns: '2010-03-31',
  sts: '2011-06-15',
  rds: '2014-10-31',
  elasticache: '2015-02-02',
  ec2: '2016-11-15',
} as const;

export type Xml = string;

export interface Aws {
  /** `json('AmazonSQS.SendMessage', {…})` */
  json<Answer>(target: string, input: object): Promise<Answer>;
  /** `query('iam', 'ListPolicies', {…})`; the answer is read by `textsIn`. */
  query(service: keyof typeof queryVersions, action: string, input?: Record<string, string>): Promise<Xml>;
  /** REST and JSON, or no body at all. */
  rest(service: string, method: string, path: string, body?: object): Promise<Response>;
}

/** The texts of every element of this name, in order. */
export function textsIn(xml: Xml, element: string): string[] {
  return [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map(([, text = '']) =>
    text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  );
}

export function awsAt(
  url: string,
  { accessKeyId, secretAccessKey, region }: { accessKeyId: string; secretAccessKey: string; region: string },
): Aws {
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, retries: 0 });
  async function send(service: string, path: string, init: RequestInit): Promise<Response> {
    const response = await client.fetch(url + path, { ...init, aws: { service }, signal: AbortSignal.timeout(120_000) });
    if (!response.ok) throw new Error(`${service} answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
    return response;
  }
  return {
    async json(target, input) {
      const { name, version } = jsonServices[target.split('.')[0] ?? ''] ?? {};
      if (name === undefined) throw new Error(`no JSON service for ${target}`);
      const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target };
      const text = await (await send(name, '/', { method: 'POST', headers, body: JSON.stringify(input) })).text();
      return (text === '' ? {} : JSON.parse(text)) as never;
    },
    async query(service, action, input = {}) {
      const body = new URLSearchParams({ Action: action, Version: queryVersions[service], ...input }).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return (await send(service, '/', { method: 'POST', headers, body })).text();
    },
    rest(service, method, path, body) {
      const headers = { 'content-type': 'application/json' };
      return send(service, path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    },
  };
}
