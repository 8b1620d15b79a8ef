import { builtinModules } from '../builtin-modules.ts';
import { platformName } from './platform.ts';

/** Where the native library is, or why there is none, as a sentence. */
export type FoundLibrary = { readonly path: string } | { readonly reason: string };

/** Looks for the package of this platform, then for what `pnpm build` made of the sources. */
export function findLibrary(): FoundLibrary {
  const node = builtinModules();
  if (!node) return { reason: 'native code runs in Node only' };
  const platform = platformName();
  const path = installed(node, `@capas/backend-cpu-${platform}`) ?? built(node, `capas-backend-cpu.${platform}.node`);
  if (path) return { path };
  return {
    reason:
      `the package @capas/backend-cpu-${platform} is not installed: either there is none for this platform, ` +
      'or the installation left out optional dependencies',
  };
}

type BuiltinModules = NonNullable<ReturnType<typeof builtinModules>>;

function installed(node: BuiltinModules, name: string): string | undefined {
  try {
    return node('node:module').createRequire(ownFile(node)).resolve(name);
  } catch {
    return undefined;
  }
}

/** In the folder `native` of this package, seen from `dist` or from `src/native`. */
function built(node: BuiltinModules, file: string): string | undefined {
  const { dirname, join } = node('node:path');
  const folder = dirname(ownFile(node));
  return ['../native', '../../native']
    .map((native) => join(folder, native, file))
    .find((path) => node('node:fs').existsSync(path));
}

/** This file or the bundle that it became a part of; those in the form of CommonJS do not know. */
function ownFile(node: BuiltinModules): string {
  const address = import.meta.url as string | undefined;
  return address?.startsWith('file:') ? node('node:url').fileURLToPath(address) : node('node:path').resolve('index.js');
}
