import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Our packages are read from their sources, so tests need no build; the rest are the conditions of vite in Node. */
const conditions = ['@capas/source', 'module', 'node', 'development|production'];

/** One project per package, named in `vitest run --project NAME`. */
const project = (name: string, root: string) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@capas/source', 'node', 'module-sync'] } },
  test: {
    name,
    root,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    environment: 'node' as const,
    testTimeout: 30_000,
  },
});

const config: ViteUserConfig = defineConfig({
  test: {
    pool: 'forks',
    // the sources of backend-cpu read what this makes of its AssemblyScript
    globalSetup: ['packages/backend-cpu/scripts/build-wasm.mjs'],
    projects: [
      project('core', 'packages/core'),
      project('layers', 'packages/layers'),
      project('datasets', 'packages/datasets'),
      project('transfer', 'packages/transfer'),
      project('backend-cpu', 'packages/backend-cpu'),
      project('backend-gpu', 'packages/backend-gpu'),
      project('goldens', 'tools/goldens'),
      project('examples', 'apps/examples'),
    ],
  },
});

export default config;
