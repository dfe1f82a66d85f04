import {
  BackupClient,
  DeleteBackupVaultCommand,
  DeleteRecoveryPointCommand,
  ListBackupVaultsCommand,
  ListRecoveryPointsByBackupVaultCommand,
} from '@aws-sdk/client-backup';
import { expect, test } from 'vitest';
import { removeVault, vaultsIn } from './kept-backups.ts';

/** AWS Backup as far as it matters here: deleting a backup takes two looks, and a vault goes only when it is empty. */
function backupOf(vaults: Record<string, string[]>): { client: BackupClient; vaults: Record<string, string[]>; deletions: string[] } {
  const left = new Map<string, number>();
  const deletions: string[] = [];
  const look = (name: string) => {
    for (const [arn, looks] of left) left.set(arn, looks - 1);
    vaults[name] = (vaults[name] ?? []).filter((arn) => (left.get(arn) ?? 1) > 0);
    return vaults[name].map((RecoveryPointArn) => ({ RecoveryPointArn, Status: left.has(RecoveryPointArn) ? 'DELETING' : 'COMPLETED' }));
  };
  async function send(command: unknown): Promise<object> {
    if (command instanceof ListBackupVaultsCommand)
      return { BackupVaultList: Object.keys(vaults).map((BackupVaultName) => ({ BackupVaultName })) };
    if (command instanceof ListRecoveryPointsByBackupVaultCommand) return { RecoveryPoints: look(command.input.BackupVaultName ?? '') };
    if (command instanceof DeleteRecoveryPointCommand) {
      const arn = command.input.RecoveryPointArn ?? '';
      deletions.push(arn);
      left.set(arn, 2);
    }
    if (command instanceof DeleteBackupVaultCommand) {
      const name = command.input.BackupVaultName ?? '';
      if ((vaults[name] ?? []).length > 0) throw new Error('the vault is not empty');
      delete vaults[name];
    }
    return {};
  }
  return { client: Object.assign(new BackupClient({ region: 'us-east-1' }), { send }), vaults, deletions };
}
const { signal } = new AbortController();

test('the vaults of a stage are its own and the one of copies, and no other stage’s', async () => {
  const { client } = backupOf({ 'kelvo-dev': [], 'kelvo-dev-copies': [], 'kelvo-prod': [], Default: [], 'kelvo-dev-of-somebody': [] });
  expect(await vaultsIn(client, 'dev')).toEqual(['kelvo-dev', 'kelvo-dev-copies']);
});

test('a vault goes with its backups, each deleted once though that takes a while', async () => {
  const { client, vaults, deletions } = backupOf({ 'kelvo-dev': ['a', 'b'], 'kelvo-prod': ['c'] });
  await removeVault(client, 'kelvo-dev', signal, 0);
  expect({ vaults, deletions }).toEqual({ vaults: { 'kelvo-prod': ['c'] }, deletions: ['a', 'b'] });
});
