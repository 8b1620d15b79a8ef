import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on this machine that gives one file under any name, and can be told to misbehave. */
export interface FileServer {
  readonly url: string;
  /** The `Range` header of each request, `undefined` where there was none. */
  readonly ranges: (string | undefined)[];
  /** The path of each request. */
  readonly paths: string[];
  behaviour: Behaviour;
  close(): Promise<void>;
}

/** How the server answers. */
interface Behaviour {
  readonly body: Uint8Array;
  /** Takes no notice of `Range`. */
  readonly ignoresRange?: boolean;
  /** Continues at another place than it was asked for. */
  readonly continuesAtWrongPlace?: boolean;
  /** Breaks the connection after this many bytes of each answer. */
  readonly breaksAfter?: number;
  /** Does not say how long the answer is. */
  readonly hidesLength?: boolean;
  /** Answers with this status and nothing else. */
  readonly status?: number;
  /** Never answers. */
  readonly hangs?: boolean;
}

export async function serveFile(behaviour: Behaviour): Promise<FileServer> {
  const ranges: (string | undefined)[] = [];
  const paths: string[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    paths.push(request.url ?? '');
    answer(request, response, state.behaviour);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const state: FileServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ranges,
    paths,
    behaviour,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return state;
}

function answer(request: IncomingMessage, response: ServerResponse, behaviour: Behaviour): void {
  const { body, status, hangs, ignoresRange, breaksAfter, hidesLength, continuesAtWrongPlace } = behaviour;
  if (hangs) return;
  if (status) {
    response.writeHead(status).end();
    return;
  }
  const asked = ignoresRange ? 0 : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const from = continuesAtWrongPlace && asked > 0 ? asked - 1 : asked;
  if (from >= body.length) {
    response.writeHead(416, { 'Content-Range': `bytes */${body.length}` }).end();
    return;
  }
  const rest = body.subarray(from);
  const headers = {
    ...(!hidesLength && { 'Content-Length': String(rest.length) }),
    ...(from > 0 && { 'Content-Range': `bytes ${from}-${body.length - 1}/${body.length}` }),
  };
  response.writeHead(from > 0 ? 206 : 200, headers);
  if (breaksAfter === undefined) response.end(rest);
  else response.write(rest.subarray(0, breaksAfter), () => setTimeout(() => response.destroy(), 20));
}
