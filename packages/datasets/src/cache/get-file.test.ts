import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FileServer, serveFile } from '../../test/file-server.ts';
import { CorruptFileError, DownloadError } from '../errors.ts';
import { type GetFileOptions, getFile } from './get-file.ts';

const BODY = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) >> 3);
const SHA256 = createHash('sha256').update(BODY).digest('hex');
const MD5 = createHash('md5').update(BODY).digest('hex');

let home: string;
let server: FileServer;

const cached = (): string[] => readdirSync(join(home, 'datasets')).sort();
const inCache = (name: string): string => join(home, 'datasets', name);
const get = (options: Partial<GetFileOptions> = {}): Promise<string> =>
  getFile({ origin: `${server.url}/set.bin`, fileHash: SHA256, onProgress: () => {}, ...options });
const failure = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => expect.fail('no error'),
    (error) => error,
  );
const put = (name: string, bytes: Uint8Array): void => {
  mkdirSync(join(home, 'datasets'), { recursive: true });
  writeFileSync(inCache(name), bytes);
};

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'capas-cache-'));
  server = await serveFile({ body: BODY });
  vi.stubEnv('KERAS_HOME', home);
  vi.stubEnv('CAPAS_DATA_DIR', '');
  vi.stubEnv('CAPAS_DATA_MIRROR', '');
});

afterEach(async () => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await server.close();
  rmSync(home, { recursive: true });
});

describe('a download', () => {
  it('lies in the cache under its name, with nothing beside it, and is not loaded twice', async () => {
    expect(await get()).toBe(inCache('set.bin'));
    expect(await get({ fileHash: MD5 })).toBe(inCache('set.bin'));
    expect(readFileSync(inCache('set.bin')).equals(BODY)).toBe(true);
    expect(cached()).toEqual(['set.bin']);
    expect(server.ranges).toEqual([undefined]);
  });

  it('is made again when that is asked for', async () => {
    await get();
    vi.spyOn(console, 'warn').mockReturnValue();
    server.behaviour = { body: BODY.slice(0, 9) };
    await get({ forceDownload: true, fileHash: createHash('sha256').update(BODY.slice(0, 9)).digest('hex') });
    expect(readFileSync(inCache('set.bin'))).toHaveLength(9);
  });

  it('goes to the folder and name that are given', async () => {
    const path = await get({ fname: 'other.bin', cacheSubdir: 'datasets/inner', cacheDir: join(home, 'elsewhere') });
    expect(path).toBe(join(home, 'elsewhere/datasets/inner/other.bin'));
  });

  it('reports its progress up to the whole', async () => {
    const seen: number[] = [];
    await get({ onProgress: ({ loaded, total }) => void seen.push(loaded, total ?? -1) });
    expect(seen.slice(0, 2)).toEqual([0, BODY.length]);
    expect(seen.slice(-2)).toEqual([BODY.length, BODY.length]);
  });

  it.each([
    [false, {}, [/^set\.bin: downloading 0\.3 MB\n$/, /^set\.bin: 100 % 0\.3 of 0\.3 MB, [\d.]+ MB\/s\n$/]],
    [false, { hidesLength: true }, [/^set\.bin: downloading\n$/, /^set\.bin: 100 % 0\.3 of 0\.3 MB, [\d.]+ MB\/s\n$/]],
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is told to erase the rest of the line
    [true, {}, [/^\rset\.bin: 0 % 0\.0 of 0\.3 MB, .*\x1b\[K$/, /^\rset\.bin: 100 % 0\.3 of 0\.3 MB, .*\x1b\[K\n$/]],
  ])('is shown on stderr (a terminal: %s, %j)', async (isTTY, behaviour, [start, end]) => {
    server.behaviour = { body: BODY, ...behaviour };
    const lines: string[] = [];
    const stderr = { isTTY, write: (text: string) => lines.push(text) };
    vi.stubGlobal(
      'process',
      new Proxy(process, { get: (target, key) => (key === 'stderr' ? stderr : Reflect.get(target, key)) }),
    );
    await getFile({ origin: `${server.url}/set.bin`, fileHash: SHA256 });
    expect(lines[0]).toMatch(start!);
    expect(lines.at(-1)).toMatch(end!);
    if (!isTTY) expect(lines).toHaveLength(2);
  });

  it('is made once by two callers at a time', async () => {
    await Promise.all([get(), get()]);
    expect(server.ranges).toHaveLength(1);
    expect(cached()).toEqual(['set.bin']);
  });

  it('passes over the lock of a process that was killed', async () => {
    put('set.bin.lock', new Uint8Array());
    utimesSync(inCache('set.bin.lock'), 1, 1);
    await get();
    expect(cached()).toEqual(['set.bin']);
  });
});

describe('a download that breaks off', () => {
  it('is taken up again where it stopped, in the same call', async () => {
    server.behaviour = { body: BODY, breaksAfter: 150_000 };
    await get();
    expect(server.ranges).toEqual([undefined, 'bytes=150000-']);
    expect(readFileSync(inCache('set.bin')).equals(BODY)).toBe(true);
  });

  it('leaves its part when it breaks too often, and the next call continues it', async () => {
    server.behaviour = { body: BODY, breaksAfter: 50_000 };
    const error = await failure(get());
    expect(error).toBeInstanceOf(DownloadError);
    expect(error.message).toContain(`tried ${server.url}/set.bin: the connection broke`);
    expect(cached()).toEqual(['set.bin.part']);
    server.behaviour = { body: BODY };
    await get();
    expect(server.ranges.at(-1)).toBe('bytes=200000-');
    expect(cached()).toEqual(['set.bin']);
  });

  it('starts again at a server that cannot continue', async () => {
    put('set.bin.part', BODY.slice(0, 1000));
    server.behaviour = { body: BODY, ignoresRange: true };
    await get();
    expect(readFileSync(inCache('set.bin')).equals(BODY)).toBe(true);
  });

  it('starts again at a server that continues at another place', async () => {
    put('set.bin.part', BODY.slice(0, 1000));
    server.behaviour = { body: BODY, continuesAtWrongPlace: true };
    await getFile({ origin: `${server.url}/set.bin`, fileHash: SHA256.toUpperCase(), onProgress: () => {} });
    expect(server.ranges).toEqual(['bytes=1000-', undefined]);
    expect(readFileSync(inCache('set.bin')).equals(BODY)).toBe(true);
  });

  it('needs no more bytes when the part was whole', async () => {
    put('set.bin.part', BODY);
    await get();
    expect(server.ranges).toEqual([`bytes=${BODY.length}-`]);
    expect(cached()).toEqual(['set.bin']);
  });

  it('starts again when its part is of another file', async () => {
    put('set.bin.part', new Uint8Array(1000).fill(1));
    await get();
    expect(server.ranges).toEqual(['bytes=1000-', undefined]);
    expect(readFileSync(inCache('set.bin')).equals(BODY)).toBe(true);
  });

  it('starts again when its part is longer than the file', async () => {
    put('set.bin.part', new Uint8Array(BODY.length + 5));
    await get();
    expect(readFileSync(inCache('set.bin')).equals(BODY)).toBe(true);
  });

  it('does not trust a part where no hash can prove it', async () => {
    put('set.bin.part', new Uint8Array(1000).fill(1));
    await getFile({ origin: `${server.url}/set.bin`, onProgress: () => {} });
    expect(server.ranges).toEqual([undefined]);
    expect(readFileSync(inCache('set.bin')).equals(BODY)).toBe(true);
  });

  it('keeps its part when it is aborted', async () => {
    const controller = new AbortController();
    const error = await failure(
      get({ signal: controller.signal, onProgress: ({ loaded }) => void (loaded > 0 && controller.abort()) }),
    );
    expect(error.name).toBe('AbortError');
    expect(cached()).toEqual(['set.bin.part']);
  });

  it('does not start when it was aborted before', async () => {
    expect((await failure(get({ signal: AbortSignal.abort() }))).name).toBe('AbortError');
    expect(server.ranges).toEqual([]);
  });
});

describe('bytes that are not the expected ones', () => {
  const WRONG = BODY.slice(0, 1234);
  const wrongHash = createHash('sha256').update(WRONG).digest('hex');

  it('are kept aside, and never take the name of the file', async () => {
    server.behaviour = { body: WRONG, hidesLength: true };
    const error = await failure(get());
    expect(error).toBeInstanceOf(CorruptFileError);
    expect(error.message).toBe(
      `${server.url}/set.bin is truncated or corrupted: its SHA256 is ${wrongHash} (1234 bytes), expected ${SHA256}. ` +
        `It is kept as ${inCache('set.bin.corrupt')}.`,
    );
    expect(cached()).toEqual(['set.bin.corrupt']);
  });

  it('are set aside in the cache, and the file is downloaded again', async () => {
    put('set.bin', WRONG);
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    await get();
    expect(warn.mock.calls).toEqual([
      [`${inCache('set.bin')} is truncated or corrupted: kept as set.bin.corrupt, downloading it again.`],
    ]);
    expect(cached()).toEqual(['set.bin', 'set.bin.corrupt']);
  });

  it('are refused in CAPAS_DATA_DIR, and left as they are', async () => {
    put('set.bin', WRONG);
    vi.stubEnv('CAPAS_DATA_DIR', join(home, 'datasets'));
    const error = await failure(get());
    expect(error).toBeInstanceOf(CorruptFileError);
    expect(error.message).toBe(
      `${inCache('set.bin')} is truncated or corrupted: its SHA256 is ${wrongHash} (1234 bytes), expected ${SHA256}. ` +
        'Replace it, or take it out of CAPAS_DATA_DIR.',
    );
    expect(cached()).toEqual(['set.bin']);
  });
});

describe('a file that cannot be had', () => {
  it('names each address, the reason, and the ways to provide the file', async () => {
    server.behaviour = { body: BODY, status: 404 };
    const error = await failure(get({ cacheSubdir: 'datasets/inner', mirror: `${server.url}/mirror/` }));
    expect(error.message).toBe(
      [
        'set.bin could not be downloaded.',
        `  tried ${server.url}/mirror/inner/set.bin: the server answered 404 Not Found`,
        `  tried ${server.url}/set.bin: the server answered 404 Not Found`,
        `Without a network: put the file at ${join(home, 'datasets/inner/set.bin')}, or set CAPAS_DATA_DIR to a folder ` +
          'that holds inner/set.bin, or CAPAS_DATA_MIRROR to the address of such a folder.',
      ].join('\n'),
    );
    expect(readdirSync(join(home, 'datasets/inner'))).toEqual([]);
  });

  it('is reported at once where nobody listens', async () => {
    await server.close();
    const started = Date.now();
    const error = (await failure(get())) as DownloadError;
    expect(error.tried).toEqual([
      { url: `${server.url}/set.bin`, reason: 'the connection was refused (ECONNREFUSED)' },
    ]);
    expect(Date.now() - started).toBeLessThan(2000);
  });

  it('is not waited for longer than connectTimeout', async () => {
    server.behaviour = { body: BODY, hangs: true };
    const error = (await failure(get({ connectTimeout: 100 }))) as DownloadError;
    expect(error.tried).toEqual([{ url: `${server.url}/set.bin`, reason: 'no answer within 0.1 s' }]);
  });
});

describe('where a file is looked for', () => {
  it('first in CAPAS_DATA_DIR, in the same subfolder', async () => {
    mkdirSync(join(home, 'own/inner'), { recursive: true });
    writeFileSync(join(home, 'own/inner/set.bin'), BODY);
    vi.stubEnv('CAPAS_DATA_DIR', join(home, 'own'));
    expect(await get({ cacheSubdir: 'datasets/inner' })).toBe(join(home, 'own/inner/set.bin'));
    expect(await get({ cacheSubdir: 'datasets/inner', fname: 'renamed' })).toBe(join(home, 'own/inner/set.bin'));
    expect(server.ranges).toEqual([]);
  });

  it('in the cache when CAPAS_DATA_DIR does not hold it', async () => {
    put('set.bin', BODY);
    vi.stubEnv('CAPAS_DATA_DIR', home);
    expect(await get()).toBe(inCache('set.bin'));
  });

  it('at the mirror, then at the origin', async () => {
    await get({ origin: 'http://127.0.0.1:9/set.bin', mirror: server.url });
    expect(server.paths).toEqual(['/set.bin']);
    vi.stubEnv('CAPAS_DATA_MIRROR', 'http://127.0.0.1:9/');
    await get({ fname: 'second.bin' });
    expect(cached()).toEqual(['second.bin', 'set.bin']);
  });

  it('in a folder for temporary files when the home cannot be made', async () => {
    writeFileSync(join(home, 'file'), '');
    vi.stubEnv('TMPDIR', home);
    expect(await get({ cacheDir: join(home, 'file/below') })).toBe(join(home, '.keras/datasets/set.bin'));
    expect(existsSync(join(home, '.keras/datasets/set.bin'))).toBe(true);
  });
});

describe('arguments that cannot be used', () => {
  it.each(['a/b', '..', 'a\\b'])('fname %s', async (fname) => {
    const error = await failure(get({ fname }));
    expect(error.message).toBe(`getFile: \`fname\` must be a file name without a folder. Received: '${fname}'.`);
  });

  it('an origin that is no address', async () => {
    const error = await failure(get({ origin: 'set.bin' }));
    expect(error.message).toBe("getFile: `origin` must be an http or https address. Received: 'set.bin'.");
  });

  it('a hash of no known kind', async () => {
    const error = await failure(get({ fileHash: 'abc' }));
    expect(error.message).toBe(
      "getFile: `fileHash` must be a SHA-256 (64 digits) or MD5 (32 digits). Received: 'abc'.",
    );
  });

  it('a CAPAS_DATA_DIR that is no folder', async () => {
    vi.stubEnv('CAPAS_DATA_DIR', join(home, 'nowhere'));
    const error = await failure(get());
    expect(error.message).toBe(
      `CAPAS_DATA_DIR names '${join(home, 'nowhere')}', which is not a folder. Correct it or unset it.`,
    );
  });
});
