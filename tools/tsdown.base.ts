import type { UserConfig } from 'tsdown';

/**
 * The build of every package: ES modules beside their declarations, `dist/<entry>.js` and `dist/<entry>.d.ts`.
 *
 * Nothing from node_modules is bundled: what a package imports is in its `dependencies` or `peerDependencies`. The
 * platform is neutral, since the same files run in Node and in browsers; `node:` modules stay imports.
 */
export const library = (overrides: UserConfig): UserConfig => ({
  format: ['esm'],
  target: 'es2022',
  platform: 'neutral',
  dts: true,
  sourcemap: true,
  clean: true,
  fixedExtension: false,
  deps: { neverBundle: [/^node:/], skipNodeModulesBundle: true },
  ...overrides,
});
