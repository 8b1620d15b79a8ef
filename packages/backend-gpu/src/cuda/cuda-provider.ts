import { BackendError, type BackendProvider, type ProbeResult } from '@capas/core';
import type { CudaReport, DescribeCudaOptions } from './describe-cuda.ts';

/** `gpu().find(({ name }) => name === 'cuda')`: says what the machine has of CUDA. */
export function cudaProvider(options: DescribeCudaOptions = {}): BackendProvider {
  const probe = async (): Promise<ProbeResult> => {
    if (!globalThis.process?.versions?.node) return refusal('CUDA needs Node.js');
    const { describeCuda } = await import('./describe-cuda.ts');
    return refusal(reasonOf(await describeCuda(options)));
  };
  return {
    name: 'cuda',
    probe,
    load: async () => {
      throw new BackendError((await probe()).reason);
    },
    details: async () => {
      const { describeCuda } = await import('./describe-cuda.ts');
      return (await describeCuda(options)).sentences;
    },
    advice:
      'install the NVIDIA driver, then @tensorflow/tfjs-node-gpu: this version of Capas reaches CUDA through TensorFlow',
  };
}

/** Why there is no CUDA engine: what the machine misses, or else that TensorFlow's is the one to take. */
function reasonOf(report: CudaReport): string {
  if (!report.driver.found) return report.driver.sentence;
  if (!report.gpu.found) return report.gpu.sentence;
  const missing = report.libraries.filter(({ found }) => !found).map(({ sentence }) => sentence);
  const seen = [report.gpu.sentence, report.driver.sentence, ...missing].join(', ');
  return `${seen}; this version has no CUDA engine of its own, the tensorflow backend uses the GPU`;
}

const refusal = (reason: string): ProbeResult => ({ ok: false, device: '', reason });
