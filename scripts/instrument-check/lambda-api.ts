/** As much of Lambda's API as Datadog's command asks: functions' configurations, and what it changes of them. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Configuration {
  FunctionName: string;
  FunctionArn: string;
  Runtime: string;
  Handler: string;
  Architectures: string[];
  MemorySize: number;
  Layers: { Arn: string }[];
  Environment: { Variables: Record<string, string> };
}

/** What `UpdateFunctionConfiguration` is sent. */
export interface Update {
  Handler?: string;
  Layers?: string[];
  Environment?: { Variables: Record<string, string> };
}

export interface LambdaApi {
  url: string;
  updates: Map<string, Update>;
  /** Requests that it does not know, as `METHOD path`. */
  unknown: string[];
  stop(): Promise<void>;
}

export async function startLambdaApi(functions: Configuration[]): Promise<LambdaApi> {
  const updates = new Map<string, Update>();
  const unknown: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const path = decodeURIComponent(request.url ?? '');
    const answer = (status: number, value: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const [, id = '', rest] = /^\/2015-03-31\/functions\/([^/?]+)(\/configuration)?/.exec(path) ?? [];
    const found = functions.find(({ FunctionName, FunctionArn }) => id === FunctionName || id === FunctionArn);
    const state = { State: 'Active', LastUpdateStatus: 'Successful' };
    if (found && request.method === 'PUT') {
      updates.set(found.FunctionName, JSON.parse(body) as Update);
      return answer(200, { ...found, ...state });
    }
    if (found && request.method === 'GET')
      return answer(200, rest ? { ...found, ...state } : { Configuration: { ...found, ...state }, Tags: {} });
    if (path.startsWith('/2017-03-31/tags/')) return answer(request.method === 'GET' ? 200 : 204, { Tags: {} });
    unknown.push(`${request.method} ${path}`);
    return answer(404, { message: 'Function not found' });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    updates,
    unknown,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
