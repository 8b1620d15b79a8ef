import { HostArray, type Tensor, type TensorLike, toTensor, Variable } from '@capas/core';
import type { Structure } from './structure.ts';

/** Whether a value is a tensor (of any copy of tfjs-core). */
export const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && 'dataId' in value && 'rankType' in value;

/** The inputs of a call as tensors: one, a list, or by name. A list of numbers is one tensor. */
export function toTensors(inputs: Structure<TensorLike>, who: string): Structure<Tensor> {
  if (isTensor(inputs)) return inputs;
  if (Array.isArray(inputs) && inputs.some(standsForTensor))
    return inputs.map((item: TensorLike) => toTensor(item, undefined, who));
  if (typeof inputs === 'object' && inputs.constructor === Object) {
    return Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => [key, toTensor(value as TensorLike, undefined, who)]),
    );
  }
  return toTensor(inputs as TensorLike, undefined, who);
}

/** Typed arrays are copied: the JavaScript backend would keep them, and see what is written to them later. */
export function ownCopy(value: TensorLike): TensorLike {
  if (value instanceof HostArray) return new HostArray(value.data.slice(), value.shape, value.dtype);
  return ArrayBuffer.isView(value) ? (value as Float32Array).slice() : value;
}

/** Whether a value can only be meant as a whole tensor: no number, and no list that may be nested numbers. */
export const standsForTensor = (value: unknown): boolean =>
  isTensor(value) || value instanceof HostArray || value instanceof Variable || ArrayBuffer.isView(value);
