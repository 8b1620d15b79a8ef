import * as tf from '@tensorflow/tfjs-core';
import type { Elements, HostValue, RunKernel } from '../program/primitive.ts';
import type { ProgramDType } from '../program/program.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Runs a kernel on the active backend of tfjs: what `call` means outside of tests. */
export const runKernel: RunKernel = (kernel, inputs, attrs) =>
  scope(() => {
    const tensors = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, toTensor(value)]));
    const isList = Object.keys(tensors).every((name, i) => name === `${i}`);
    const given = isList ? Object.values(tensors) : tensors;
    const results = tf
      .engine()
      .runKernel<Tensor | Tensor[]>(kernel, given as tf.NamedTensorMap, attrs as tf.NamedAttrMap);
    return [results].flat().map(({ shape, dtype }, i): HostValue => {
      const data = [results].flat()[i]!.dataSync() as Elements;
      return { type: { shape, dtype: dtype as ProgramDType }, data };
    });
  });

const toTensor = ({ type, data }: HostValue): Tensor =>
  // a copy: on the backend of JavaScript a tensor shares the memory that it is made of
  tf.tensor(data.slice(), [...type.shape], type.dtype as 'float32');
