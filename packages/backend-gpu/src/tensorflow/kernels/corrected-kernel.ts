import { replaceKernel } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';

export type Attributes = Readonly<Record<string, unknown>>;
export type Inputs = Readonly<Record<string, tf.Tensor>>;

/** A kernel of tfjs-node as it was registered. */
export type Original = (inputs: Inputs, attrs: Attributes) => tf.Tensor;

/** A kernel of tfjs-node that refuses, or answers wrongly, some calls which other backends carry out. */
export interface CorrectedKernel {
  readonly name: string;
  /** Carries out a call, by way of `original` where that is right. What it makes besides its result is freed. */
  run(inputs: Inputs, attrs: Attributes, original: Original): tf.Tensor;
}

/** Puts the corrections before the backend's kernels. Twice is as good as once: a corrected kernel is recognised. */
export function installCorrections(kernels: readonly CorrectedKernel[], backendName: string): void {
  for (const { name, run } of kernels) {
    const config = tf.getKernel(name, backendName);
    if (!config || CORRECTED in config) continue;
    const kernelFunc: tf.KernelFunc = ({ inputs, attrs, backend }) => {
      const original: Original = (inputs, attrs) => {
        const call = { inputs: inputs as tf.NamedTensorInfoMap, attrs: attrs as tf.NamedAttrMap, backend };
        const result = config.kernelFunc(call) as tf.TensorInfo;
        return result instanceof tf.Tensor ? result : tf.engine().makeTensorFromTensorInfo(result);
      };
      return tf.tidy(() => run(inputs as Inputs, (attrs ?? {}) as Attributes, original));
    };
    replaceKernel(Object.assign({ kernelName: name, backendName, kernelFunc }, { [CORRECTED]: true }));
  }
}

const CORRECTED = Symbol('corrected');
