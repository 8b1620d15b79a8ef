import { afterEach, describe, expect, it, vi } from 'vitest';
import { requireFile, wasmFile } from './wasm-files.ts';

const NAME = 'tfjs-backend-wasm-simd.wasm';
const FILE = `https://example.org/wasm/${NAME}`;

/** Takes Node's modules away, as in a browser, and answers every request like this. */
function browse(answer: () => Response): void {
  vi.stubGlobal('process', { ...process, versions: {} });
  vi.stubGlobal('fetch', async () => answer());
}

describe('the .wasm files', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('stand in the installed package in Node', async () => {
    const file = wasmFile(NAME, undefined);
    expect(file).toMatch(/tfjs-backend-wasm\/dist\/tfjs-backend-wasm-simd\.wasm$/);
    await requireFile(file);
  });

  it('stand in the folder that is given', () => {
    expect(wasmFile(NAME, '/wasm')).toBe(`/wasm/${NAME}`);
    expect(wasmFile(NAME, '/wasm/')).toBe(`/wasm/${NAME}`);
    expect(wasmFile(NAME, '/a.wasm/')).toBe(`/a.wasm/${NAME}`);
  });

  it('may be given themselves, as bundlers name them', () => {
    for (const file of ['/assets/simd-Bx3.wasm', 'simd.wasm?v=2', 'data:application/wasm;base64,AGFzbQ==', 'blob:x'])
      expect(wasmFile(NAME, file)).toBe(file);
  });

  it('stand beside the module in a browser', () => {
    browse(() => new Response());
    expect(wasmFile('wasm-files.test.ts', undefined)).toBe(import.meta.url);
  });

  it('are taken from a server that has them, or that does not know how to be asked', async () => {
    for (const status of [200, 405, 501]) {
      browse(() => new Response(null, { status, headers: { 'content-type': 'application/wasm' } }));
      await requireFile(FILE);
    }
    browse(() => new Response(null, { status: 404 }));
    await requireFile('data:application/wasm;base64,AGFzbQ==');
  });

  it('that a server lacks are an error that says what to do', async () => {
    browse(() => new Response(null, { status: 404 }));
    await expect(requireFile(FILE)).rejects.toThrow(
      `'${FILE}' was not found (HTTP status 404). Copy the .wasm files of @tensorflow/tfjs-backend-wasm/dist to ` +
        "a folder that is served, and name it: `cpu({ wasmPath: '/wasm/' })`.",
    );
    browse(() => new Response('', { headers: { 'content-type': 'text/html;charset=utf-8' } }));
    await expect(requireFile(FILE)).rejects.toThrow('(the server sent a page instead)');
    browse(() => {
      throw new TypeError('Failed to fetch');
    });
    await expect(requireFile(FILE)).rejects.toThrow('(Failed to fetch)');
  });
});
