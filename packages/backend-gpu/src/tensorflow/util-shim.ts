import util from 'node:util';

/**
 * Gives `node:util` the two functions that tfjs-node 4.22 calls and Node 23 removed.
 *
 * @see tfjs-node/src/nodejs_kernel_backend.ts; mended in its repository by pull request 8425, which no release has
 */
export function installUtilShim(): void {
  const target = util as unknown as Record<string, unknown>;
  target.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  target.isArray ??= Array.isArray;
}
