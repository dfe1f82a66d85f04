// Every function behind Datadog's handler in one process. Takes what to load from its parent, and says which of them do not load.
const { handlerFile, functions } = JSON.parse(process.argv[2] ?? '{}') as {
  handlerFile: string;
  functions: { id: string; task: string }[];
};
const failed: string[] = [];
for (const { id, task } of functions) {
  process.env.LAMBDA_TASK_ROOT = task;
  try {
    // The query makes it run anew: it takes the function that the variables name when it loads.
    const { handler } = (await import(`file://${handlerFile}?${id}`)) as { handler?: unknown };
    if (typeof handler !== 'function') failed.push(`${id} has no handler`);
  } catch (error) {
    failed.push(`${id} does not load: ${(error as Error).message}`);
  }
}
process.send?.(failed, () => process.exit(0));
