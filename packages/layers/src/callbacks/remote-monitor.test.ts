import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { remoteMonitor } from './index.ts';

afterEach(() => vi.restoreAllMocks());

/** What a server receives while `send` runs. */
async function received(send: (root: string) => Promise<void>): Promise<{ path: string; type: string; body: string }> {
  return await new Promise((resolve, reject) => {
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      response.end();
      server.close();
      resolve({ path: request.url!, type: `${request.headers['content-type']}`, body });
    });
    server.listen(0, '127.0.0.1', () => {
      send(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).catch(reject);
    });
  });
}

test('sends the logs of an epoch as a form', async () => {
  const { path, type, body } = await received(async (root) => {
    await remoteMonitor({ root }).onEpochEnd(2, { loss: 0.5 });
  });
  expect([path, type]).toEqual(['/publish/epoch/end/', 'application/x-www-form-urlencoded;charset=UTF-8']);
  expect(JSON.parse(new URLSearchParams(body).get('data')!)).toEqual({ epoch: 2, loss: 0.5 });
});

test('or as JSON', async () => {
  const { path, type, body } = await received(async (root) => {
    await remoteMonitor({ root, path: '/here', sendAsJson: true }).onEpochEnd(0, { loss: 1 });
  });
  expect([path, type, body]).toEqual(['/here', 'application/json', '{"epoch":0,"loss":1}']);
});

test('a server that cannot be reached is said', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  await remoteMonitor({ root: 'http://127.0.0.1:1' }).onEpochEnd(0, { loss: 1 });
  expect(warn.mock.calls[0]![0]).toMatch(/^capas: RemoteMonitor cannot reach http:\/\/127.0.0.1:1: /);
});
