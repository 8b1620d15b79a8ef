import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** The version whose tfjs-core is ours: with another one, tensors of two engines would meet. */
export const TFJS_VERSION = '4.22.0';

/** The packages that carry TensorFlow, the one with a GPU build first. */
const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** An installed package of TensorFlow for Node. */
export interface TfjsNodePackage {
  readonly name: string;
  /** Its main module. */
  readonly path: string;
}

export interface Search {
  /** What can be loaded, the GPU build first. */
  readonly packages: readonly TfjsNodePackage[];
  /** Why the others cannot, one sentence each. */
  readonly reasons: readonly string[];
}

/**
 * Looks for TensorFlow's packages as the application would: from `CAPAS_TFJS_NODE_DIR`, the folder of the program that
 * runs, the current folder, and Capas itself. Reads files, loads nothing, never throws.
 */
export function findTfjsNode(folders: readonly string[] = applicationFolders()): Search {
  const packages: TfjsNodePackage[] = [];
  const reasons: string[] = [];
  for (const name of PACKAGES) {
    const path = resolveFrom(name, folders);
    const problem = path === undefined ? `'${name}' is not installed` : problemOf(name, path);
    if (path === undefined || problem !== '') reasons.push(problem);
    else packages.push({ name, path });
  }
  return { packages, reasons };
}

function applicationFolders(): string[] {
  const program = process.argv[1];
  const candidates = [
    process.env.CAPAS_TFJS_NODE_DIR,
    program && dirname(realPath(program)),
    currentFolder(),
    import.meta.dirname,
  ];
  return candidates.filter((folder): folder is string => typeof folder === 'string' && folder !== '');
}

function resolveFrom(name: string, folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    try {
      return createRequire(join(resolve(folder), 'program.js')).resolve(name);
    } catch {
      // Not here: the next folder may have it.
    }
  }
  return undefined;
}

/** Why an installed package cannot be loaded; `''` if nothing is known against it. */
function problemOf(name: string, path: string): string {
  const root = packageFolder(name, path);
  if (root === undefined) return `'${name}' has no readable package.json`;
  if (root.version !== TFJS_VERSION) return `'${name}' is ${root.version}, ${TFJS_VERSION} is needed`;
  if (!hasBinding(root.folder)) {
    return `'${name}' is installed without its native addon, because its install script did not run: npm rebuild ${name}`;
  }
  return '';
}

function packageFolder(name: string, path: string): { folder: string; version: string } | undefined {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (manifest.name === name) return { folder, version: manifest.version ?? 'without a version' };
    } catch {
      // No package.json here: it lies further up.
    }
  }
  return undefined;
}

/** The addon lies in `lib/napi-v8` or another version of Node-API. */
function hasBinding(folder: string): boolean {
  const lib = join(folder, 'lib');
  return list(lib).some((name) => name.startsWith('napi-v') && list(join(lib, name)).includes('tfjs_binding.node'));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** `process.cwd()` throws where the folder was deleted. */
function currentFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}
