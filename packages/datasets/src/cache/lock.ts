import type { NodeModules } from '../node.ts';

const HEARTBEAT_MS = 1000;
const STALE_MS = 5000;
const POLL_MS = 100;

/**
 * Runs `work` while no other process (or call) that asks for the same `file` runs its own. The lock is a file that its
 * holder touches every second; one left behind by a killed process counts as free after five.
 */
export async function withLock<T>(
  node: NodeModules,
  file: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const { fs } = node;
  while (!(await acquire(node, file))) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const heartbeat = setInterval(() => void fs.utimes(file, new Date(), new Date()).catch(() => {}), HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await fs.rm(file, { force: true });
  }
}

async function acquire({ fs }: NodeModules, file: string): Promise<boolean> {
  try {
    await (await fs.open(file, 'wx')).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const info = await fs.stat(file).catch(() => undefined);
    if (info && Date.now() - info.mtimeMs > STALE_MS) await fs.rm(file, { force: true });
    return false;
  }
}
