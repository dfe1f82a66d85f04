/** What `sam local` needs of Docker: that it runs, how its containers reach this machine, and which of them are ours. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ContainerNetwork } from '../services/postgres.ts';

const run = promisify(execFile);
const docker = async (args: string[], timeout = 20_000): Promise<string> =>
  (await run('docker', args, { timeout, maxBuffer: 1 << 26 })).stdout.trim();

/** What is missing, in one sentence; null when Docker can be used. */
export async function dockerFault(): Promise<string | null> {
  try {
    await docker(['version', '--format', '{{.Server.Version}}']);
    return null;
  } catch (error) {
    const { code, stderr = '' } = error as { code?: string | number; stderr?: string };
    if (code === 'ENOENT') return 'Docker is missing: install Docker Desktop, or on Debian and Ubuntu: apt-get install docker.io';
    const why = stderr.trim().split('\n').at(-1);
    return `Docker does not answer: start it (Docker Desktop, or: sudo systemctl start docker). It says: ${why}`;
  }
}

/** How containers reach services of this machine. */
export interface Reach {
  /** The name they use. */
  host: string;
  /** Where a service has to listen for them. */
  address: string;
  /** Set where containers are on a network of this machine. Docker Desktop's are not: they connect from 127.0.0.1. */
  network: ContainerNetwork | undefined;
}

export async function containerReach(): Promise<Reach> {
  const [bridge] = JSON.parse(await docker(['network', 'inspect', 'bridge'])) as {
    IPAM: { Config?: { Subnet?: string; Gateway?: string }[] };
  }[];
  for (const { Subnet: subnet, Gateway } of bridge?.IPAM.Config ?? []) {
    if (subnet === undefined || !subnet.includes('.')) continue;
    // Docker leaves the gateway out until a container has run; it is the network's first address.
    const address = Gateway ?? subnet.replace(/\.\d+\/\d+$/, '.1');
    if (await isOurs(address)) return { host: 'host.kelvo.internal', address, network: { address, subnet } };
  }
  return { host: 'host.docker.internal', address: '127.0.0.1', network: undefined };
}

/** Can a server listen on this address? A bridge without containers is no running interface, and so not in os.networkInterfaces(). */
async function isOurs(address: string): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ host: address, port: 0 });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** Lambda's architecture of this machine: Docker refuses images of another. */
export const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
export const baseImage = `public.ecr.aws/lambda/nodejs:24-${architecture}`;

export const hasImage = (image: string): Promise<boolean> =>
  docker(['image', 'inspect', '--format', '{{.Id}}', image]).then(
    () => true,
    () => false,
  );

/** Fetches an image. @throws Error with what Docker says */
export async function pullImage(image: string): Promise<void> {
  await docker(['pull', '--quiet', image], 240_000).catch((error: { stderr?: string; message: string }) => {
    throw new Error(error.stderr?.trim().split('\n').at(-1) || error.message);
  });
}

/** The containers that have this clone's bundles mounted. */
export async function ourContainers(root: string): Promise<string[]> {
  const ids = (await docker(['ps', '--all', '--quiet', '--no-trunc'])).split('\n').filter((id) => id !== '');
  if (ids.length === 0) return [];
  // If a container ends meanwhile the call fails, but still prints the others.
  const text = await docker(['inspect', ...ids]).catch((error: { stdout?: string }) => error.stdout || '[]');
  const dist = join(root, 'dist');
  return (JSON.parse(text) as { Id: string; Mounts: { Source?: string }[] }[])
    .filter(({ Mounts }) => Mounts.some(({ Source }) => Source?.startsWith(dist)))
    .map(({ Id }) => Id);
}

export async function removeContainers(ids: string[]): Promise<void> {
  if (ids.length > 0) await docker(['rm', '--force', ...ids], 60_000).catch(() => undefined);
}
