import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';

/** The files of a page by their names; `index.html` is the page. */
export type Files = ReadonlyMap<string, string | Uint8Array>;

/** What came of a visit. */
export interface Visit {
  /** What the page sent to `found`, as JSON. */
  readonly found: unknown;
  /** The files that were asked for, in order. */
  readonly requests: readonly string[];
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** With these a page may use `SharedArrayBuffer`, and so threads. */
const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** Serves a page, opens it in a browser without a window, and waits until it has sent something. */
export async function visit(browser: string, files: Files, { isIsolated }: { isIsolated: boolean }): Promise<Visit> {
  const requests: string[] = [];
  const server = createServer();
  const found = new Promise<unknown>((resolve) => {
    server.on('request', async (request, response) => {
      const name = nameOf(request);
      if (name === 'found') resolve(JSON.parse(await text(request)));
      else requests.push(name);
      const file = files.get(name);
      const type = TYPES[extname(name)] ?? 'text/plain';
      response.writeHead(file === undefined && name !== 'found' ? 404 : 200, {
        'Content-Type': type,
        ...(isIsolated && ISOLATION),
      });
      response.end(file);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const profile = await mkdtemp(join(tmpdir(), 'capas-browser-'));
  const { port } = server.address() as AddressInfo;
  const child = spawn(browser, [...flags(profile), `http://127.0.0.1:${port}/`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exit = once(child, 'exit');
  try {
    const early = text(child.stderr).then((output) => Promise.reject(new Error(`${browser} ended:\n${output}`)));
    return { found: await Promise.race([found, early, exit.then(() => early)]), requests };
  } finally {
    child.kill();
    await exit.catch(() => {});
    server.closeAllConnections();
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  }
}

const nameOf = ({ url = '' }: IncomingMessage): string => url.replace(/[?].*$/, '').slice(1) || 'index.html';

/** The sandbox of Chromium does not work for the administrator, nor in most containers; the page is ours. */
const flags = (profile: string): readonly string[] => [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  `--user-data-dir=${profile}`,
];
