import type { BackendProvider, ProbeResult } from '@capas/core';
import type { DescribeCudaOptions } from '../cuda/describe-cuda.ts';
import type { Require } from './load-tfjs-node.ts';

export interface TensorflowOptions {
  /** Take TensorFlow even where it sees no GPU; `CAPAS_BACKEND=tensorflow` does so too. */
  readonly allowCpu?: boolean;
  /** The folders from which the packages are looked for, in place of the application's. */
  readonly from?: readonly string[];
}

/** What a test puts in place of the machine. */
export interface TensorflowEnvironment {
  readonly cuda?: DescribeCudaOptions;
  readonly require?: Require;
}

/**
 * TensorFlow's own kernels through `@tensorflow/tfjs-node-gpu`, or `@tensorflow/tfjs-node` where only that is installed:
 * one call per op. Without a GPU it steps back for `@capas/backend-cpu`, unless the user asks for it.
 */
export function tensorflowProvider(
  options: TensorflowOptions = {},
  machine: TensorflowEnvironment = {},
): BackendProvider {
  const isCpuAllowed = () => options.allowCpu ?? process.env.CAPAS_BACKEND === 'tensorflow';
  return {
    name: 'tensorflow',
    advice:
      'npm install @tensorflow/tfjs-node-gpu@4.22.0 and let its install script run; it needs CUDA 11.2 and cuDNN 8.1',
    probe: async (): Promise<ProbeResult> => {
      if (!globalThis.process?.versions?.node) return { ok: false, device: '', reason: 'TensorFlow needs Node.js' };
      const { findTfjsNode } = await import('./find-tfjs-node.ts');
      const { packages, reasons } = findTfjsNode(options.from);
      const first = packages[0];
      if (!first) return { ok: false, device: '', reason: reasons.join('; ') };
      const { describeCuda } = await import('../cuda/describe-cuda.ts');
      const { driver, gpu, usable } = await describeCuda(machine.cuda);
      if (usable) return { ok: true, device: `'${first.name}', GPU`, reason: '' };
      const missing = (driver.found ? gpu : driver).sentence;
      if (isCpuAllowed()) return { ok: true, device: `'${first.name}', CPU (${missing})`, reason: '' };
      const remedy = 'CAPAS_BACKEND=tensorflow or gpu({ allowCpu: true }) takes it for the CPU';
      return { ok: false, device: '', reason: `${missing}; ${remedy}` };
    },
    load: async () => {
      const { findTfjsNode } = await import('./find-tfjs-node.ts');
      const { ENGINE_NAME, loadTfjsNode } = await import('./load-tfjs-node.ts');
      const { packages, reasons } = findTfjsNode(options.from);
      const allowCpu = isCpuAllowed();
      const device = await loadTfjsNode(packages, {
        allowCpu,
        reasons,
        ...(machine.require && { require: machine.require }),
      });
      return { engineName: ENGINE_NAME, device };
    },
  };
}
