import { afterEach, describe, expect, it, vi } from 'vitest';
import { requireFile, wasmFolder } from './wasm-files.ts';

const FILE = 'https://example.org/wasm/tfjs-backend-wasm-simd.wasm';

/** Takes Node's modules away, as in a browser, and answers every request like this. */
function browse(answer: () => Response): void {
  vi.stubGlobal('process', { ...process, versions: {} });
  vi.stubGlobal('fetch', async () => answer());
}

describe('the .wasm files', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('stand in the installed package in Node', async () => {
    const folder = wasmFolder(undefined);
    expect(folder).toMatch(/tfjs-backend-wasm\/dist\/$/);
    await requireFile(`${folder}tfjs-backend-wasm-simd.wasm`);
  });

  it('stand in the folder that is given', () => {
    expect(wasmFolder('/wasm')).toBe('/wasm/');
    expect(wasmFolder('/wasm/')).toBe('/wasm/');
  });

  it('stand beside the module in a browser', () => {
    browse(() => new Response());
    expect(`${wasmFolder(undefined)}wasm-files.test.ts`).toBe(import.meta.url);
  });

  it('are taken from a server that has them, or that does not know how to be asked', async () => {
    for (const status of [200, 405, 501]) {
      browse(() => new Response(null, { status, headers: { 'content-type': 'application/wasm' } }));
      await requireFile(FILE);
    }
  });

  it('that a server lacks are an error that says what to do', async () => {
    browse(() => new Response(null, { status: 404 }));
    await expect(requireFile(FILE)).rejects.toThrow(
      `'${FILE}' was not found (HTTP status 404). Copy the three .wasm files of @tensorflow/tfjs-backend-wasm/dist to ` +
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
