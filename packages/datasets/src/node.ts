/** The built-in modules that the cache needs. */
export interface NodeModules {
  readonly fs: typeof import('node:fs/promises');
  readonly path: typeof import('node:path');
  readonly os: typeof import('node:os');
  readonly crypto: typeof import('node:crypto');
}

/**
 * The built-in modules where they exist (Node, Deno, Bun), `undefined` in a browser. They are looked up at run time, so
 * a bundler for the browser meets no `node:` import.
 */
export function nodeModules(): NodeModules | undefined {
  const { process } = globalThis as { process?: NodeJS.Process };
  if (!process?.versions?.node || !process.getBuiltinModule) return undefined;
  return {
    fs: process.getBuiltinModule('node:fs/promises'),
    path: process.getBuiltinModule('node:path'),
    os: process.getBuiltinModule('node:os'),
    crypto: process.getBuiltinModule('node:crypto'),
  };
}

/** An environment variable; `undefined` where it is unset or empty, or there are none. */
export function environment(name: string): string | undefined {
  const { process } = globalThis as { process?: NodeJS.Process };
  return process?.env?.[name] || undefined;
}
