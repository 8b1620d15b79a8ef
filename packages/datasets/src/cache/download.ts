import type { NodeModules } from '../node.ts';

/** What {@link download} needs to know. */
export interface DownloadRequest {
  readonly url: string;
  /** Where the bytes are collected. What it already holds is kept and the rest asked for. */
  readonly partFile: string;
  readonly signal: AbortSignal;
  /** Milliseconds until the server must have answered. */
  readonly connectTimeout: number;
  onProgress(loaded: number, total: number | undefined): void;
}

/** A download that failed for a reason that {@link reasonOf} can put into words. */
class HttpError extends Error {}

const ATTEMPTS = 4;
const STALL_MS = 30_000;

/**
 * Downloads `url` to `partFile`. A part that is already there is continued by a `Range` request; a connection that
 * breaks is taken up again as long as each try brings new bytes.
 *
 * @returns whether the file was put together from more than one answer
 * @throws the last error: of the network, of the server, or an abort
 */
export async function download(node: NodeModules, request: DownloadRequest): Promise<{ wasResumed: boolean }> {
  const start = await sizeOf(node, request.partFile);
  for (let attempt = 1; ; attempt++) {
    const before = await sizeOf(node, request.partFile);
    try {
      await transfer(node, request, before);
      return { wasResumed: start > 0 || attempt > 1 };
    } catch (error) {
      request.signal.throwIfAborted();
      const hasGrown = (await sizeOf(node, request.partFile)) > before;
      if (!hasGrown || attempt === ATTEMPTS) throw error;
    }
  }
}

async function transfer({ fs }: NodeModules, request: DownloadRequest, offset: number): Promise<void> {
  const { url, partFile, onProgress } = request;
  const watch = watchdog(request.signal);
  try {
    watch.restart(request.connectTimeout, `no answer within ${request.connectTimeout / 1000} s`);
    // Without `identity` a server may pack the answer, and offsets would count other bytes than the file's.
    const headers = { 'Accept-Encoding': 'identity', ...(offset > 0 && { Range: `bytes=${offset}-` }) };
    const response = await fetch(url, { headers, signal: watch.signal });
    const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
    if (response.status === 416 && Number(range?.[2]) === offset) return;
    const isContinued = response.status === 206 && Number(range?.[1]) === offset;
    if (response.status !== 200 && !isContinued) {
      await response.body?.cancel();
      if (offset > 0 && (response.status === 416 || response.status === 206)) return await restart(fs, request);
      throw new HttpError(`the server answered ${response.status} ${response.statusText}`.trim());
    }
    const length = response.headers.get('content-length');
    let loaded = isContinued ? offset : 0;
    const total = length === null ? undefined : loaded + Number(length);
    const file = await fs.open(partFile, isContinued ? 'a' : 'w');
    try {
      onProgress(loaded, total);
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        watch.restart(STALL_MS, `no data for ${STALL_MS / 1000} s`);
        await file.writeFile(chunk);
        loaded += chunk.length;
        onProgress(loaded, total);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (total !== undefined && loaded !== total) throw new HttpError(`it ended after ${loaded} of ${total} bytes`);
    if (total === undefined) onProgress(loaded, loaded);
  } finally {
    watch.stop();
  }

  async function restart(files: NodeModules['fs'], again: DownloadRequest): Promise<void> {
    await files.rm(again.partFile, { force: true });
    await transfer({ fs: files } as NodeModules, again, 0);
  }
}

/** A signal that aborts with `request`'s, or with a time limit that each sign of life restarts. */
function watchdog(outer: AbortSignal): {
  signal: AbortSignal;
  restart(ms: number, reason: string): void;
  stop(): void;
} {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const forward = (): void => controller.abort(outer.reason);
  if (outer.aborted) forward();
  outer.addEventListener('abort', forward);
  return {
    signal: controller.signal,
    restart(ms, reason) {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(new HttpError(reason)), ms);
    },
    stop() {
      clearTimeout(timer);
      outer.removeEventListener('abort', forward);
    },
  };
}

/** Why a download failed, in a few words. `fetch` hides the reason in `cause`. */
export function reasonOf(error: unknown): string {
  if (error instanceof HttpError) return error.message;
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } };
  const { code } = cause ?? {};
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `no network, or no such host (${code})`;
  if (code === 'ECONNREFUSED') return 'the connection was refused (ECONNREFUSED)';
  if (message === 'terminated') return `the connection broke (${code ?? cause?.message ?? 'closed early'})`;
  return [message, code ?? cause?.message].filter(Boolean).join(': ');
}

async function sizeOf({ fs }: NodeModules, file: string): Promise<number> {
  return (await fs.stat(file).catch(() => undefined))?.size ?? 0;
}
