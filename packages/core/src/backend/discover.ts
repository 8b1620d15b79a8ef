import type { BackendProvider } from './provider.ts';

/** The packages that {@link discoverProviders} looks for, the fastest first, and the factory each one exports. */
const PACKAGES = [
  { name: '@capas/backend-gpu', factory: 'gpu' },
  { name: '@capas/backend-cpu', factory: 'cpu' },
] as const;

/**
 * Finds the backend packages that are installed, in Node: seen from Capas itself, from the program that runs, and from
 * the current folder. A package that is not installed is noted with what to install.
 */
export async function discoverProviders(): Promise<{ providers: BackendProvider[]; notes: string[] }> {
  const providers: BackendProvider[] = [];
  const notes: string[] = [];
  if (!isNode()) return { providers, notes: ['outside of Node no installed package can be looked up'] };
  for (const { name, factory } of PACKAGES) {
    try {
      const module = (await importFromApp(name)) as
        | Record<string, (() => readonly BackendProvider[]) | undefined>
        | undefined;
      if (module) providers.push(...module[factory]!());
      else notes.push(`${name} is not installed`);
    } catch (error) {
      notes.push(`${name} could not be loaded: ${(error as Error).message}`);
    }
  }
  return { providers, notes };
}

/** A package that is installed, by its name, seen from Capas, the program or the current folder; `undefined` if it is not. */
export async function importFromApp(name: string): Promise<unknown> {
  const node = globalThis.process.getBuiltinModule.bind(globalThis.process);
  const { createRequire } = node('node:module');
  const { pathToFileURL } = node('node:url');
  const { join } = node('node:path');
  const bases = [
    import.meta.url,
    process.argv[1] && pathToFileURL(process.argv[1]).href,
    pathToFileURL(join(process.cwd(), 'x')).href,
  ];
  for (const base of bases) {
    if (!base) continue;
    try {
      return await import(/* @vite-ignore */ pathToFileURL(createRequire(base).resolve(name)).href);
    } catch (error) {
      if (!['MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error;
    }
  }
  return undefined;
}

/** Whether packages can be looked up by name at run time. */
export const isNode = (): boolean => typeof globalThis.process?.getBuiltinModule === 'function';
