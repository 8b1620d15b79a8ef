import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readDataFile } from './cache/data-file.ts';
import { digits, getFile } from './index.ts';

const BODY = new TextEncoder().encode('a data set');
const FILE = {
  origin: 'https://example.org/sets/set.bin',
  folder: 'inner',
  sha256: createHash('sha256').update(BODY).digest('hex'),
};

/** Answers by address; anything else is 404. */
let answers: Record<string, Uint8Array>;
let asked: string[];

beforeEach(() => {
  answers = { [FILE.origin]: BODY };
  asked = [];
  // A browser has no `process`; the test runner needs the rest of it.
  vi.stubGlobal('process', { ...process, versions: {}, env: {} });
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    const body = answers[url];
    return body ? new Response(new Uint8Array(body)) : new Response(null, { status: 404 });
  });
});

afterEach(() => vi.unstubAllGlobals());

describe('in a browser', () => {
  it('a file is fetched and checked', async () => {
    const onProgress = vi.fn();
    expect(await readDataFile(FILE, { onProgress })).toEqual(BODY);
    expect(onProgress.mock.calls).toEqual([[{ fname: 'set.bin', loaded: 10, total: 10 }]]);
    answers[FILE.origin] = BODY.slice(1);
    await expect(readDataFile(FILE)).rejects.toThrow(
      `https://example.org/sets/set.bin is truncated or corrupted: its SHA256 is ${createHash('sha256').update(BODY.slice(1)).digest('hex')} (9 bytes)`,
    );
  });

  it('the mirror is asked first, then the origin', async () => {
    await readDataFile(FILE, { mirror: 'https://mirror.example/data/' });
    expect(asked).toEqual(['https://mirror.example/data/inner/set.bin', FILE.origin]);
  });

  it('the cache of the browser answers the second time', async () => {
    const stored = new Map<string, Response>();
    const cache = {
      match: async (url: string) => stored.get(url)?.clone(),
      put: async (url: string, response: Response) => void stored.set(url, response),
    };
    vi.stubGlobal('caches', { open: async () => cache });
    await readDataFile(FILE);
    expect(await readDataFile(FILE)).toEqual(BODY);
    expect(asked).toEqual([FILE.origin]);
  });

  it('a failure says what was tried and what to do', async () => {
    answers = {};
    await expect(readDataFile(FILE)).rejects.toThrow(
      'set.bin could not be downloaded.\n  tried https://example.org/sets/set.bin: the server answered 404\n' +
        'In a browser, the server must allow requests from your page (CORS): give `mirror`.',
    );
  });

  it('the embedded digits work, and getFile says that there are no files', async () => {
    expect((await digits.load({ trainCount: 10, testCount: 10 })).train.x.shape).toEqual([10, 28, 28]);
    await expect(getFile({ origin: FILE.origin })).rejects.toThrow(
      'getFile: there are no files in a browser. Use fetch, or the load function of a data set.',
    );
  });
});

it('no source imports a module of Node: a bundle for the browser would break', () => {
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  expect(sources.length).toBeGreaterThan(20);
  for (const file of sources) {
    expect(readFileSync(join(import.meta.dirname, file), 'utf8'), file).not.toMatch(/from 'node:|\bawait import\(/);
  }
});
