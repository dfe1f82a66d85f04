import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, context, type OutputFile, type Plugin } from 'esbuild';
import { parse } from 'yaml';
import { type FunctionFile, functionFiles, root } from './function-files.ts';
import { compileAtOnce, dropUnusedDeclarations } from './lean-code.ts';

const dist = join(root, 'dist');
const modules = join(dist, 'layers/runtime/nodejs/node_modules');

// The drivers stay outside of the bundles, in the layer and under their own names: the Datadog tracer can only patch them there.
// jose, the request signer and the numbering plans stand there for another reason: most requests never need them, so no bundle carries them along.
const external = [
  'pg',
  'ioredis',
  'jose',
  'aws4fetch',
  'libphonenumber-js',
  'nodemailer',
  'stripe',
  '@aws-sdk/*',
  '@aws-lambda-powertools/tracer',
  'datadog-lambda-js',
  'dd-trace',
];
const common = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  keepNames: false,
  logLevel: 'warning',
} as const;

/** A YAML file is imported as JSON text: the API's description, which a function answers as it stands. */
const yamlAsJson: Plugin = {
  name: 'yaml-as-json',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.yaml$/ }, ({ path }) => ({
      contents: JSON.stringify(parse(readFileSync(path, 'utf8'))),
      loader: 'text',
      watchFiles: [path],
    })),
};

/**
 * What node-pg-migrate would load migrations in TypeScript and file patterns by: ours are SQL files of one folder. jiti alone is 1.7 MB, with a
 * compiler that runs whatever it is given.
 */
const sqlMigrationsAlone: Plugin = {
  name: 'sql-migrations-alone',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(jiti|glob)$/ }, ({ path, importer }) =>
      importer.includes('node-pg-migrate') ? { path, namespace: 'left-out' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({
      contents: 'export const createJiti = () => ({}); export const glob = undefined;',
    }));
  },
};

/** Our own tracer stands in the layer, so that no bundle carries it along in the modes that do not load it. */
const ownTracer = 'kelvo-otlp';
const tracerInLayer: Plugin = {
  name: 'tracer-in-layer',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/otlp\/tracer\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: ownTracer, external: true } : undefined,
    ),
};

const plugins = [yamlAsJson, sqlMigrationsAlone, dropUnusedDeclarations, tracerInLayer];

/** Folders that a function reads at run time: they are copied beside its bundle, where `import.meta.dirname` is. */
const carried: Record<string, string[]> = { OpsMigrate: ['db/migrations', 'db/roles'], OpsRunTask: ['db/roles'] };

function carryFolders(): void {
  for (const [logicalId, folders] of Object.entries(carried))
    for (const folder of folders) {
      const to = join(dist, logicalId, folder);
      rmSync(to, { recursive: true, force: true }); // a file that is gone must not be deployed
      cpSync(join(root, folder), to, { recursive: true });
    }
}

/** How esbuild makes the functions' bundles: all in one go, so that what they share is read once. */
export function bundling(files: FunctionFile[]): BuildOptions & { write: false; metafile: true } {
  return {
    ...common,
    entryPoints: files.map(({ file, logicalId }) => ({ in: join(root, file), out: `${logicalId}/index` })),
    outdir: dist,
    absWorkingDir: root,
    external,
    plugins,
    define: { 'import.meta.dirname': '__dirname' }, // bundles are CommonJS
    // Lambda finds the layer by NODE_PATH, which require() knows and import() does not.
    supported: { 'dynamic-import': false },
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    write: false,
  };
}

/** A function's size in bytes: as it is loaded, and as it is uploaded. */
export interface BundleSize {
  logicalId: string;
  bytes: number;
  gzipped: number;
}

/** Builds every function into `dist/<LogicalId>/index.js` and the layer into `dist/layers/runtime`, in about a second. */
export async function buildFunctions(): Promise<BundleSize[]> {
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, 'package.json'), '{"type":"commonjs"}\n');
  const [{ outputFiles }] = await Promise.all([build(bundling(functionFiles())), buildLayer()]);
  write(outputFiles);
  carryFolders();
  return outputFiles
    .filter(({ path }) => path.endsWith('.js'))
    .map(({ path, contents }) => ({ logicalId: logicalIdOf(path), bytes: contents.length, gzipped: gzipSync(contents).length }));
}

const logicalIdOf = (path: string) => basename(dirname(path));

function write(files: OutputFile[]): void {
  for (const { path, contents } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
}

/**
 * The layer: each driver minified into one file, which loads in two thirds of the time, in a package folder of its own name and version.
 * pg keeps the entry points that the tracer patches (`pg/lib/client.js` and `pg`). X-Ray's tracer is here too, for mode `xray`.
 */
async function buildLayer(): Promise<void> {
  rmSync(modules, { recursive: true, force: true });
  const require = createRequire(import.meta.url);
  const pack = async (name: string, core: string, files: Record<string, string>, main: string, contents?: string) => {
    const { version, license } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
    const folder = join(modules, name);
    const source = contents === undefined ? { entryPoints: [require.resolve(name)] } : { stdin: { contents, resolveDir: root } };
    const { outputFiles } = await build({ ...common, ...source, outfile: join(folder, core), external: ['pg-native'], write: false });
    mkdirSync(dirname(join(folder, core)), { recursive: true });
    for (const { text } of outputFiles) writeFileSync(join(folder, core), compileAtOnce(text));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name, version, license, main })}\n`);
  };
  await pack(
    'pg',
    'lib/core.js',
    {
      'lib/client.js': "module.exports=require('./core').Client;\n",
      'lib/index.js': "require('./client');module.exports=require('./core');\n",
    },
    'lib/index.js',
  );
  // Both entry points in one file: what they share must be there once.
  const bothOf = (name: string, second: string) => `module.exports={...require('${name}'),...require('${name}/${second}')}`;
  const tracer = { 'middleware.js': "module.exports=require('./index.js');\n" };
  await pack('@aws-lambda-powertools/tracer', 'index.js', tracer, 'index.js', bothOf('@aws-lambda-powertools/tracer', 'middleware'));
  await pack('ioredis', 'built/index.js', {}, 'built/index.js');
  // Only what platform/auth/access-token.ts imports: the whole of jose takes twice as long to load.
  await pack('jose', 'index.js', {}, 'index.js', "export { createLocalJWKSet, importJWK, jwtVerify, SignJWT } from 'jose'");
  await pack('aws4fetch', 'index.js', {}, 'index.js');
  const numbers = "export { parsePhoneNumberFromString } from 'libphonenumber-js/mobile'";
  await pack('libphonenumber-js', 'mobile/index.js', {}, 'mobile/index.js', numbers);
  await pack('nodemailer', 'dist/cjs/nodemailer.js', {}, 'dist/cjs/nodemailer.js'); // loaded only where mails leave by SMTP
  // Lambda's runtime has an SDK too, of a version that is not ours to choose; two admin routes load this one.
  const queues =
    "export { ChangeMessageVisibilityBatchCommand, DeleteMessageCommand, GetQueueAttributesCommand, GetQueueUrlCommand, QueueDoesNotExist, ReceiveMessageCommand, SQSClient, SQSServiceException, SendMessageCommand } from '@aws-sdk/client-sqs'";
  await pack('@aws-sdk/client-sqs', 'index.js', {}, 'index.js', queues);
  // A file without a folder: it is a part of ours, and no package that somebody could look for faults of.
  await build({ ...common, entryPoints: [join(root, 'platform/telemetry/otlp/tracer.ts')], outfile: join(modules, `${ownTracer}.js`) });
  await pack('stripe', 'cjs/stripe.js', {}, 'cjs/stripe.js'); // large, and loaded only where a shop is paid by Stripe
  // Bundles in dist/ find the layer's packages here, as they find them in /opt/nodejs/node_modules on Lambda.
  const link = join(dist, 'node_modules');
  rmSync(link, { recursive: true, force: true });
  symlinkSync('layers/runtime/nodejs/node_modules', link, 'junction');
}

/** Rebuilds functions when their sources change, until the returned function is called; reports those whose output changed. */
export async function watchFunctions(onRebuilt: (logicalIds: string[]) => void): Promise<() => Promise<void>> {
  const hashes = new Map<string, string>();
  const writeChanged: Plugin = {
    name: 'write-changed',
    setup: ({ onEnd }) =>
      onEnd(({ outputFiles = [] }) => {
        const changed = outputFiles.filter(({ path, hash }) => hashes.get(path) !== hash);
        for (const { path, hash } of changed) hashes.set(path, hash);
        write(changed);
        const bundles = changed.filter(({ path }) => path.endsWith('.js'));
        if (bundles.length > 0) onRebuilt(bundles.map(({ path }) => logicalIdOf(path)));
      }),
  };
  const watched = await context({ ...bundling(functionFiles()), plugins: [...plugins, writeChanged] });
  await watched.watch();
  return () => watched.dispose();
}

/** The largest bundles and their sum, for people. */
export function sizeReport(sizes: BundleSize[]): string {
  const kb = (bytes: number) => `${(bytes / 1024).toFixed(1).padStart(7)} KB`;
  const largest = [...sizes].sort((a, b) => b.bytes - a.bytes).slice(0, 5);
  const rows = largest.map(({ logicalId, bytes, gzipped }) => `  ${logicalId.padEnd(32)}${kb(bytes)} ${kb(gzipped)} gz`);
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  return [`${sizes.length} functions, ${kb(total).trim()} in all; the largest:`, ...rows].join('\n');
}

if (import.meta.main) {
  const started = performance.now();
  const sizes = await buildFunctions();
  console.log(sizeReport(sizes));
  console.log(`Built in ${Math.round(performance.now() - started)} ms.`);
}
