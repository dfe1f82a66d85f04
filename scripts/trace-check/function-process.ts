// One function as Lambda runs it in mode `layer`: Datadog's handler in front, ours behind it. Takes events from its parent.
import { pathToFileURL } from 'node:url';
import type { Invocation } from './invoke.ts';

const [handlerFile = '', functionName = ''] = process.argv.slice(2);
const { handler } = (await import(pathToFileURL(handlerFile).href)) as { handler: (event: unknown, context: object) => Promise<unknown> };
process.on('message', async ({ event, clientContext }: Invocation) => {
  const result = await handler(event, {
    awsRequestId: '00000000-0000-4000-8000-000000000000',
    functionName,
    clientContext,
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    getRemainingTimeInMillis: () => 30_000,
  });
  process.emit('beforeExit', 0); // the tracer sends what it has; connections to the stores would keep the process from ending
  process.send?.({ result });
});
process.send?.('ready');
