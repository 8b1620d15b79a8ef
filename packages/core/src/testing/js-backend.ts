import { useBackend } from '../backend/select.ts';
import type { ActiveBackend } from '../backend/session.ts';
import { jsExecutor } from '../compile/js-executor.ts';

/** Starts tfjs's plain JavaScript kernels, for the tests of core, which knows no backend package. */
export async function startJsBackend(): Promise<ActiveBackend> {
  await import('@tensorflow/tfjs-backend-cpu');
  return useBackend({
    name: 'js',
    probe: async () => ({ ok: true, device: 'JavaScript', reason: '' }),
    load: async () => ({ engineName: 'cpu', device: 'JavaScript', executor: jsExecutor }),
  });
}
