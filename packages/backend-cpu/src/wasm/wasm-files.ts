import { BackendError } from '@capas/core';
import { builtinModules } from '../builtin-modules.ts';

/**
 * Where a `.wasm` file of tfjs is: the given one, or the one of this name in the given folder, else in that of the installed
 * package in Node, else in that of this module or of the bundle it became a part of.
 */
export function wasmFile(name: string, given: string | undefined): string {
  if (given !== undefined && IS_FILE.test(given)) return given;
  const folder = given ?? installedFolder() ?? ownFolder();
  return `${folder}${folder.endsWith('/') ? '' : '/'}${name}`;
}

/** Bundlers put hashes into names and versions behind them, and small files into the address. */
const IS_FILE = /\.wasm([?#].*)?$|^(data|blob):/;

/**
 * Checks that a `.wasm` file is there. tfjs's loader would complain loudly and could not be started again.
 *
 * @throws BackendError if it is not; it says what to do.
 */
export async function requireFile(file: string): Promise<void> {
  const node = builtinModules();
  if (!node) return requireServed(file);
  if (!node('node:fs').existsSync(file.startsWith('file:') ? new URL(file) : file))
    throw new BackendError(`'${file}' was not found. \`cpu({ wasmPath })\` says where it is.`);
}

/** Asks the server, which may answer with a page where it has no file, and need not know how to be asked. */
async function requireServed(file: string): Promise<void> {
  if (/^(data|blob):/.test(file)) return;
  const answer = await fetch(file, { method: 'HEAD', credentials: 'same-origin' }).catch((error: Error) => error);
  const problem = problemOf(answer);
  if (problem)
    throw new BackendError(
      `'${file}' was not found (${problem}). Copy the .wasm files of @tensorflow/tfjs-backend-wasm/dist to a ` +
        "folder that is served, and name it: `cpu({ wasmPath: '/wasm/' })`.",
    );
}

function problemOf(answer: Response | Error): string | undefined {
  if (answer instanceof Error) return answer.message;
  if (answer.status === 405 || answer.status === 501) return undefined;
  if (!answer.ok) return `HTTP status ${answer.status}`;
  return answer.headers.get('content-type')?.startsWith('text/html') ? 'the server sent a page instead' : undefined;
}

function installedFolder(): string | undefined {
  const node = builtinModules();
  if (!node) return undefined;
  try {
    const { dirname } = node('node:path');
    return dirname(
      node('node:module')
        .createRequire(import.meta.url)
        .resolve('@tensorflow/tfjs-backend-wasm'),
    );
  } catch {
    return undefined; // bundled: the files then stand beside the bundle
  }
}

/** Not `new URL('.', import.meta.url)`: Vite takes that for a file to copy. Classic scripts have no `import.meta`. */
function ownFolder(): string {
  const address = (import.meta.url as string | undefined) ?? globalThis.location?.href ?? '';
  return address.replace(/[?#].*$/, '').replace(/[^/]*$/, '') || './';
}
