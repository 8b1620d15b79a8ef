import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findLibrary } from './find-library.ts';

const library = findLibrary();

/** Starts a run that takes hours, of a program that fills an array with 1. */
const START = `
  const { NativeExecutable } = require(${JSON.stringify('path' in library ? library.path : '')});
  const count = 1_000_000;
  const array = new Uint8Array(4 * count);
  const words = Int32Array.of(18, 8, 0, 0, 4, count, 1, 0);
  const program = new NativeExecutable(words, Int32Array.of(0, 8), Float64Array.of(-1, 4 * count), 0);
  program.bind(0, array);
  program.runMany(2 ** 31);
`;

/** Runs a script in a process of its own, which must end by itself. */
const run = (script: string) => promisify(execFile)(process.execPath, ['-e', script], { timeout: 20_000 });

describe.skipIf('reason' in library)('a run in native code', () => {
  it('does not keep a process from its exit', async () => {
    const script = `${START} setTimeout(() => process.exit(7), 50)`;
    await expect(run(script)).rejects.toMatchObject({ code: 7, killed: false });
  });

  it('ends with the worker that started it', async () => {
    const worker = `${START} require('node:worker_threads').parentPort.postMessage('started')`;
    const { stdout } = await run(`
      const { Worker } = require('node:worker_threads');
      const once = () => new Promise((resolve) => {
        const worker = new Worker(${JSON.stringify(worker)}, { eval: true });
        worker.on('message', () => setTimeout(() => worker.terminate().then(resolve), 20));
      });
      once().then(once).then(() => setTimeout(() => console.log('still there'), 50));
    `);
    expect(stdout).toBe('still there\n');
  });
});
