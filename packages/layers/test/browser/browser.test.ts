import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import { build, type Rolldown } from 'vite';
import { beforeAll, describe, expect, test } from 'vitest';
import { findBrowser } from './find-browser.ts';
import type { Found } from './page.ts';
import { MODEL_NAMES, type Trained, train } from './training.ts';
import { type Files, visit } from './visit.ts';

const browser = findBrowser();
if (!browser)
  console.warn(
    'browser.test.ts: SKIPPED, no Chromium was found: put chromium or google-chrome on the PATH, or name it in CAPAS_BROWSER.',
  );

/** Bundles the page as Vite does by default, from the sources. */
async function bundle(): Promise<{ readonly output: Rolldown.RolldownOutput['output']; readonly warnings: string[] }> {
  const warnings: string[] = [];
  const warn = (text: string): number => warnings.push(text);
  const silent = { info: () => {}, warn, warnOnce: warn, error: warn, clearScreen: () => {} };
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    root: fileURLToPath(new URL('.', import.meta.url)),
    customLogger: { ...silent, hasWarned: false, hasErrorLogged: () => false },
    resolve: { conditions: ['@capas/source', 'module', 'browser', 'development|production'] },
    build: { write: false, chunkSizeWarningLimit: Number.POSITIVE_INFINITY },
  });
  return { output: (built as Rolldown.RolldownOutput).output, warnings };
}

type Chunk = Rolldown.OutputChunk;
let chunks: readonly Chunk[];
let warnings: readonly string[];
let files: Files;

beforeAll(async () => {
  const built = await bundle();
  warnings = built.warnings;
  chunks = built.output.filter((each) => each.type === 'chunk');
  files = new Map(built.output.map((each) => [each.fileName, each.type === 'chunk' ? each.code : each.source]));
}, 60_000);

/** A chunk and those that it cannot do without. */
function withImports(chunk: Chunk, found: Set<Chunk> = new Set()): ReadonlySet<Chunk> {
  if (found.has(chunk)) return found;
  found.add(chunk);
  for (const each of chunks) if (chunk.imports.includes(each.fileName)) withImports(each, found);
  return found;
}

const kilobytes = (some: Iterable<Chunk>): number =>
  Math.round([...some].reduce((sum, { code }) => sum + gzipSync(code).length, 0) / 1000);

/** Whether a chunk has code of a module, and not its address alone. */
const has = (name: string) => (chunk: Chunk) => chunk.moduleIds.some((id) => id.includes(name) && !id.endsWith('?url'));

const namesOf = (some: Iterable<Chunk>): readonly string[] => [...some].map(({ fileName }) => fileName);

describe('a page bundled by Vite', () => {
  test('takes nothing of Node along', () => {
    expect(warnings).toEqual([]);
    expect(namesOf(chunks.filter(({ code }) => /(from|import|import\()\s*["'`]node:/.test(code)))).toEqual([]);
  });

  test('loads the HDF5 library only when it is needed, and each backend by itself', () => {
    const start = withImports(chunks.find(({ isEntry }) => isEntry)!);
    for (const name of ['/h5wasm/', '/tfjs-backend-wasm/', '/tfjs-backend-cpu/', 'wasm-code.mjs']) {
      expect(namesOf([...start].filter(has(name))), name).toEqual([]);
      expect(chunks.filter(has(name)).length, name).toBeGreaterThan(0);
    }
    expect(namesOf(chunks.filter(has('/testing/')))).toEqual([]);
    const rest = chunks.filter((chunk) => !start.has(chunk) && !has('/h5wasm/')(chunk));
    console.log(`gzipped: ${kilobytes(start)} kB at the start, ${kilobytes(rest)} kB with the backends`);
    expect(kilobytes(start)).toBeLessThan(350);
    expect(kilobytes(rest)).toBeLessThan(200);
  });
});

describe.skipIf(!browser)('in a browser', () => {
  const expected: Partial<Record<string, Trained>> = {};
  beforeAll(async () => {
    await useBackend(cpu({ prefer: ['wasm'] }));
    for (const name of MODEL_NAMES) {
      const { net, ...found } = await train(name);
      expected[name] = found;
      net.dispose();
    }
  }, 60_000);

  test.each([
    ['alone, models are trained', false, '1 thread'],
    ['isolated from other origins, models are trained on threads', true, '2 threads'],
  ])('%s, with the bits of Node, and kept in IndexedDB', { timeout: 60_000 }, async (_, isIsolated, threads) => {
    const { found } = await visit(browser!, files, { isIsolated });
    expect(found).not.toHaveProperty('error');
    const { backend, trained, opened, ...rest } = found as Found;
    expect(backend).toEqual({ name: 'wasm', device: `WebAssembly with SIMD, ${threads}`, reason: '' });
    expect(rest.isIsolated).toBe(isIsolated);
    expect(trained).toEqual(expected);
    expect(opened).toEqual(trained['cnn']!.predicted);
  });
});
