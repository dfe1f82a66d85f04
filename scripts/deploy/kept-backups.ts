/** Backups outlive their stacks: those of AWS Backup, in the stage's region and as copies in a second one, and RDS's own that are replicated there. */
import {
  type BackupClient,
  DeleteBackupVaultCommand,
  DeleteRecoveryPointCommand,
  ListRecoveryPointsByBackupVaultCommand,
  paginateListBackupVaults,
} from '@aws-sdk/client-backup';
import { DeleteDBInstanceAutomatedBackupCommand, paginateDescribeDBInstanceAutomatedBackups, type RDSClient } from '@aws-sdk/client-rds';
import type { Stage } from '../command-line.ts';
import { isSnapshotOf } from './leftovers.ts';
import { pause } from './pause.ts';

/** Names of the stage's vaults in a region; none where they are gone. */
export async function vaultsIn(client: BackupClient, stage: Stage): Promise<string[]> {
  const names: string[] = [];
  for await (const { BackupVaultList = [] } of paginateListBackupVaults({ client }, {}))
    names.push(...BackupVaultList.map(({ BackupVaultName = '' }) => BackupVaultName));
  return names.filter((name) => name === `kelvo-${stage}` || name === `kelvo-${stage}-copies`);
}

/** Deletes a vault with all that is in it. AWS takes a while for each backup, and a vault that is not empty stays. @throws Interrupted */
export async function removeVault(client: BackupClient, BackupVaultName: string, signal: AbortSignal, pauseMs = 3_000): Promise<void> {
  for (;;) {
    const { RecoveryPoints = [] } = await client.send(new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName }));
    if (RecoveryPoints.length === 0) break;
    for (const { RecoveryPointArn } of RecoveryPoints.filter(({ Status }) => Status !== 'DELETING'))
      await client.send(new DeleteRecoveryPointCommand({ BackupVaultName, RecoveryPointArn }));
    await pause(pauseMs, signal);
  }
  await client.send(new DeleteBackupVaultCommand({ BackupVaultName }));
}

/** ARNs of RDS's replicated backups of the stage's database, in the second region. */
export async function replicatedBackups(client: RDSClient, stage: Stage): Promise<string[]> {
  const arns: string[] = [];
  for await (const { DBInstanceAutomatedBackups = [] } of paginateDescribeDBInstanceAutomatedBackups({ client }, {}))
    for (const { DBInstanceIdentifier = '', DBInstanceAutomatedBackupsArn: arn } of DBInstanceAutomatedBackups)
      if (arn !== undefined && isSnapshotOf(stage, DBInstanceIdentifier)) arns.push(arn);
  return arns;
}

export const removeReplicatedBackup = (client: RDSClient, arn: string) =>
  client.send(new DeleteDBInstanceAutomatedBackupCommand({ DBInstanceAutomatedBackupsArn: arn }));
