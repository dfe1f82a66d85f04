/** Which code a stage gets: what was built just now, or a version that was deployed before. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newestMigration } from '../../db/newest-migration.ts';
import { Failure } from '../command-line.ts';
import { root } from '../function-files.ts';
import { type Artifacts, fetchObject, keep, keepFolder, missingOf, restoreFolder, type VersionRecord } from './artifacts.ts';
import { build, packageApp, versionOf } from './build.ts';
import { readTemplateText, type TemplateFile } from './template-file.ts';

export interface Release {
  version: string;
  schemaVersion: string;
  /** The app's template, whose functions name their code in the artifacts bucket. */
  app: TemplateFile;
  /** Its key in the artifacts bucket. */
  templateKey: string;
  /** The SPA's files in the artifacts bucket, by path. */
  site: Record<string, string>;
  /** A folder with the SPA, and what removes it again. */
  openSite: () => Promise<{ folder: string; close: () => void }>;
}

/** Builds, and uploads what is new of it. @param version as it was asked for; default is git's revision */
export async function newRelease(
  artifacts: Artifacts,
  { region, version, env }: { region: string; version: string | undefined; env: (version: string) => Record<string, string> },
): Promise<Release> {
  const name = version ?? (await versionOf());
  await build(env(name));
  const [text, site] = await Promise.all([packageApp(artifacts.bucket, region), keepFolder(artifacts, join(root, 'dist/web'))]);
  return {
    version: name,
    schemaVersion: newestMigration(),
    app: readTemplateText('template.yaml', text),
    templateKey: await keep(artifacts, text),
    site,
    openSite: async () => ({ folder: join(root, 'dist/web'), close: () => undefined }),
  };
}

/** A version that was deployed before, from the artifacts bucket alone: neither git nor its sources are needed. */
export async function formerRelease(artifacts: Artifacts, record: VersionRecord): Promise<Release> {
  const text = Buffer.from(
    await fetchObject(artifacts, record.template).catch((error: Error) => {
      throw new Failure(`Version ${record.version} is no longer whole: its template is missing in ${artifacts.bucket} (${error.name}).`);
    }),
  ).toString('utf8');
  // Looked at before anything changes: functions of one version and pages of another would be worse than none of both.
  const missing = await missingOf(artifacts, record, text);
  if (missing.length > 0)
    throw new Failure(
      `Version ${record.version} is no longer whole: ${missing.length} of its files are missing in ${artifacts.bucket}, ${missing[0]} for one.`,
    );
  return {
    version: record.version,
    schemaVersion: record.schemaVersion,
    app: readTemplateText(`the template of ${record.version}`, text),
    templateKey: record.template,
    site: record.site,
    openSite: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'kelvo-site-'));
      await restoreFolder(artifacts, record.site, folder);
      return { folder, close: () => rmSync(folder, { recursive: true, force: true }) };
    },
  };
}
