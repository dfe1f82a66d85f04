// npm run task: does in a stage's VPC what cannot be done from here: the first admin, the seed, the roles; or tells how the database is.
import type { TaskAnswer } from '#functions/ops/lib/tasks.ts';
import { readStage, runCommand } from './command-line.ts';
import { connect, regionOf } from './deploy/aws.ts';
import { partsHere } from './deploy/stacks.ts';
import { readStageFile } from './deploy/stage-file.ts';
import { readTemplate } from './deploy/template-file.ts';
import { readPassword } from './read-password.ts';
import { invokeTask } from './tasks/invoke-task.ts';
import { readTask } from './tasks/read-task.ts';

const help = `Usage: npm run task -- --stage STAGE TASK

  status         the schema's version, the database's size, and who is connected
  create-admin   makes an admin, such as the first one
                   --email ADDRESS   what the admin signs in with
                   --name NAME       default: Admin
                   --promote         make the account that there is with this address an admin; it keeps its name and password
  seed           writes the demo's catalog, people and orders, where the stage has DemoData; never in prod
                   --past-orders     and those of the past months, from which recommendations learn
  after-restore  brings a database that was restored to an instant, and what lives outside of it, together again; safe to repeat
                   --to INSTANT      what it was restored to: 2026-11-20T21:15:00Z
                   --told FILE       log lines of notifications/notify-people since then, one JSON a line (- for standard input): who was told is
                                     not told again. They are read here, and only the ids of their events go to the function
                   --hours N         how far back events are sent again to consumers that may not have handled them (default 1)
  roles          gives the database's roles their rights again, as a deploy does

  --stage STAGE  dev, staging or prod, with the credentials that the AWS CLI would use; they have to be allowed to invoke the function
  --help         show this

The password of an admin, 10 to 128 characters, is asked for; where nobody can be asked it is the first line of standard input, or the variable
ADMIN_PASSWORD. It is never an argument: others can read those.

Ends with 0; with 1 when it did not work or is not allowed; with 2 when it was asked in a wrong way.`;

const shown = ({ said, status }: TaskAnswer): string => {
  if (!status) return said;
  const megabytes = Math.round(status.sizeBytes / 1_048_576);
  const rows = status.connections.map(
    ({ role, open, limit, canLogin }) =>
      `  ${role.padEnd(24)} ${open} of ${limit < 0 ? 'any' : limit}${canLogin ? '' : ', may not sign in'}`,
  );
  return [said, `${megabytes} MB; ${status.maxConnections} connections at most, of which`, ...rows].join('\n');
};

await runCommand(help, async (args, signal) => {
  const order = readTask(args);
  const stage = readStage(order.stage);
  const file = readStageFile(
    stage,
    partsHere().map(({ template }) => readTemplate(template)),
  );
  const aws = await connect(regionOf(file.region, process.env), file.account);
  const password = order.wantsPassword ? { password: await readPassword('Password of the new admin: ') } : {};
  for (const input of order.inputs) {
    const answer = await invokeTask(aws, stage, { task: order.task, input: { ...input, ...password } }, signal);
    console.log(shown(answer));
  }
});
