// npm run sbom [-- FILE]: writes the bill of materials of what is deployed, as CycloneDX, into dist/sbom.cdx.json.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './function-files.ts';
import { type Bom, type Lock, productionOnly } from './sbom/production-only.ts';

const usage = `Usage: npm run sbom [-- FILE]

Writes the bill of materials of what is deployed, as CycloneDX, into FILE (default dist/sbom.cdx.json). Needs npm ci.
Ends with 0; with 1 when npm does not know all packages; with 2 when it was asked in a wrong way.`;

const [file = join(root, 'dist/sbom.cdx.json'), ...more] = process.argv.slice(2);
if (file === '--help') {
  console.log(usage);
  process.exit(0);
}
if (more.length > 0 || file.startsWith('-')) {
  console.error(usage);
  process.exit(2);
}
const { status, stdout, stderr } = spawnSync('npm', ['sbom', '--sbom-format=cyclonedx'], { cwd: root, encoding: 'utf8', maxBuffer: 1e8 });
if (status !== 0) {
  console.error(`npm knows no bill of materials (run npm ci, then try again): ${stderr.trim()}`);
  process.exit(1);
}
const all = JSON.parse(stdout) as Bom;
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
const { bom, missing } = productionOnly(all, lock);
if (missing.length > 0) {
  console.error(`The bill of materials lacks ${missing.join(', ')}: run npm ci, then try again`);
  process.exit(1);
}
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
console.log(`${bom.components.length} packages are in ${file}`);
