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

/** This thread may sleep until another one wakes it: pages must not. */
export const isNode = (): boolean => builtinModules() !== undefined;

/**
 * Starts the threads 1 … `count - 1`, which then serve until this program ends.
 *
 * @throws Error if they cannot be started.
 */
export async function startThreads(code: WasmCode, control: number, count: number): Promise<void> {
  const start = isNode() ? startNodeThread : startWebThread;
  await Promise.all(Array.from({ length: count - 1 }, (_, i) => start({ ...code, control, index: i + 1, count })));
}

/**
 * The script of every thread: it says that it is there, then serves. All of it is text, since what bundlers make of functions may
 * not stand on its own; its imports are those of `start-code.ts`.
 */
const SCRIPT = `
const start = ({ module, memory, control, index, count }, isReady) => {
  const math = Object.fromEntries(Object.getOwnPropertyNames(Math).map((name) => [name, Math[name]]));
  const imports = { env: { memory }, Math: math, capas: { remainder: (a, b) => a % b, now: () => performance.now() } };
  const { exports } = new WebAssembly.Instance(module, imports);
  exports.join(control, index, count, 1);
  isReady();
  exports.serve();
};
`;

/** A program does not wait for threads of this kind before it ends. */
function startNodeThread(workerData: ThreadData): Promise<void> {
  const { Worker } = builtinModules()!('node:worker_threads');
  const script = `const { parentPort, workerData } = require('node:worker_threads');
${SCRIPT}
start(workerData, () => parentPort.postMessage(0));`;
  const worker = new Worker(script, { eval: true, workerData, stdout: false, stderr: false });
  return new Promise((resolve, reject) => {
    worker.once('message', () => {
      worker.unref();
      resolve();
    });
    worker.once('error', reject);
  });
}

function startWebThread(data: ThreadData): Promise<void> {
  const script = `${SCRIPT}\nonmessage = ({ data }) => start(data, () => postMessage(0));`;
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(url);
  return new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = () => reject(new Error('the page does not allow workers'));
    worker.postMessage(data);
  }).finally(() => URL.revokeObjectURL(url));
}
