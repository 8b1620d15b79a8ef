import { engine } from '@tensorflow/tfjs-core';
import { jsKernels } from '../kernels/index.ts';
import { registerSpaceKernels } from '../kernels/register.ts';
import { type JsBackend, jsSpace } from './js-space.ts';
import { registerReferenceKernels } from './reference-kernels.ts';

const installed = { done: false };

/** Registers tfjs's JavaScript kernels under the name `'cpu'`, with ours in place of those that do not do. */
export async function installJsKernels(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu');
  // The backend greets on its first use in Node and advises another package: not what a user of Capas should follow.
  (engine().findBackend('cpu') as unknown as { firstUse: boolean }).firstUse = false;
  if (installed.done) return;
  installed.done = true;
  registerSpaceKernels(jsKernels, 'cpu', (backend) => jsSpace(backend as JsBackend));
  registerReferenceKernels('cpu');
}
