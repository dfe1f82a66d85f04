// npm run destroy: deletes a stage.
import { parseArgs } from 'node:util';
import { checkConfirm, runCommand } from './command-line.ts';
import { destroyStage } from './deploy/destroy-stage.ts';
import { openJob } from './deploy/open-job.ts';

const help = `Usage: npm run destroy -- --stage dev|staging|prod

Names what it deletes, asks for the stage's name, deletes the stacks in reverse order and what CloudFormation leaves behind, and lists what is left.
Of dev and staging nothing is. Of prod the database's last snapshot, backups, the SPA's bucket and the secret stay.

  --stage STAGE                  the stage
  --confirm STAGE                the answer to the question, for a script
  --remove-deletion-protection   needed for prod
  --config FILE                  another file than config/<stage>.yaml
  --help                         show this

Ends with 0; with 1 when something could not be deleted: the same command tries again; with 2 when it was asked in a wrong way; with 130 after Ctrl-C.`;

await runCommand(help, async (args, signal) => {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { stage: text, confirm: text, config: text, 'remove-deletion-protection': flag, help: flag };
  const { values } = parseArgs({ args, options, strict: true });
  checkConfirm(values);
  const job = await openJob(values.stage, values.config, signal, false);
  await destroyStage(job, { confirm: values.confirm, removeProtection: values['remove-deletion-protection'] });
});
