// One cold start, in a process of its own: loads a bundle, answers one event, and tells how long each took (ms since the process began).
const [bundle, event] = process.argv.slice(2);
const context = { functionName: 'rumshop-bench-local', awsRequestId: 'bench', getRemainingTimeInMillis: () => 30_000 };
const before = performance.now();
const { handler } = require(bundle);
const loaded = performance.now();
handler(JSON.parse(event), context).then(
  (answer) => {
    const answered = performance.now();
    process.stderr.write(JSON.stringify({ load: loaded - before, first: answered, status: answer?.statusCode ?? 200 }));
    process.exit(0);
  },
  (error) => {
    process.stderr.write(JSON.stringify({ load: loaded - before, first: performance.now(), status: 500, error: String(error) }));
    process.exit(0);
  },
);
