import { type BackendProvider, jsExecutor } from '@capas/core';
import { installJsKernels } from './install-js-kernels.ts';

/** Plain JavaScript: works everywhere, slow. Loads `@tensorflow/tfjs-backend-cpu`. */
export const jsProvider = (): BackendProvider => ({
  name: 'js',
  probe: async () => ({ ok: true, device: DEVICE, reason: '' }),
  load: async () => {
    await installJsKernels();
    return { engineName: 'cpu', device: DEVICE, executor: jsExecutor };
  },
});

const DEVICE = 'JavaScript, 1 thread';
