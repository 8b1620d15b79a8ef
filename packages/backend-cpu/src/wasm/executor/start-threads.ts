import { builtinModules } from '../../builtin-modules.ts';
import type { WasmCode } from './start-code.ts';

/** What a thread is told when it starts. */
interface ThreadData extends WasmCode {
  readonly control: number;
  readonly index: number;
  readonly count: number;
}

/** Whether threads can work on one memory here: in Node, and in pages that are isolated from those of other origins. */
export const hasSharedMemory = (): boolean =>
  typeof SharedArrayBuffer === 'function' && (globalThis.crossOriginIsolated !== false || isNode());

const isNode = (): boolean => builtinModules() !== undefined;

/** Whether this thread may sleep until another one wakes it: pages must not. */
export function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch {
    return false;
  }
}

/** A thread that serves. */
export interface Thread {
  /** Whether it has ended, as far as can be known while this thread waits for it. */
  isGone(): boolean;
  /** Ends it at once, whatever it does. */
  end(): Promise<unknown>;
}

/**
 * Starts the threads 1 … `count - 1`, which then serve until this program ends.
 *
 * @throws Error if they cannot be started.
 */
export async function startThreads(code: WasmCode, control: number, count: number): Promise<readonly Thread[]> {
  const start = isNode() ? startNodeThread : startWebThread;
  return Promise.all(Array.from({ length: count - 1 }, (_, i) => start({ ...code, control, index: i + 1, count })));
}

/**
 * The script of every thread: it says that it is there, then serves. All of it is text, since what bundlers make of functions may
 * not stand on its own; its imports are those of `start-code.ts`.
 */
const SCRIPT = `
const start = ({ module, memory, control, index, count }, isReady) => {
  const math = Object.fromEntries(Object.getOwnPropertyNames(Math).map((name) => [name, Math[name]]));
  const capas = { remainder: (a, b) => a % b, now: () => performance.now(), isLost: () => 0 };
  const { exports } = new WebAssembly.Instance(module, { env: { memory }, Math: math, capas });
  exports.join(control, index, count, 1);
  isReady();
  try {
    exports.serve();
  } finally {
    exports.leave();
  }
};
`;

/** A program does not wait for threads of this kind before it ends. */
function startNodeThread(workerData: ThreadData): Promise<Thread> {
  const { Worker } = builtinModules()!('node:worker_threads');
  const script = `const { parentPort, workerData } = require('node:worker_threads');
${SCRIPT}
start(workerData, () => parentPort.postMessage(0));`;
  const worker = new Worker(script, { eval: true, workerData, stdout: false, stderr: false });
  // events come when this thread is free; the clock of its loop, once it was asked, says at once that there is none any more
  const clock = () => worker.performance.eventLoopUtilization().idle;
  const isGone = () => worker.threadId === -1 || clock() < 0;
  return new Promise((resolve, reject) => {
    worker.once('message', () => {
      worker.unref();
      clock();
      resolve({ isGone, end: () => worker.terminate() });
    });
    // that of a thread that serves is told by who waits for it
    worker.on('error', reject);
  });
}

function startWebThread(data: ThreadData): Promise<Thread> {
  const script = `${SCRIPT}\nonmessage = ({ data }) => start(data, () => postMessage(0));`;
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(url);
  return new Promise<Thread>((resolve, reject) => {
    worker.onmessage = () => resolve({ isGone: () => false, end: async () => worker.terminate() });
    worker.onerror = () => reject(new Error('the page does not allow workers'));
    worker.postMessage(data);
  }).finally(() => URL.revokeObjectURL(url));
}
