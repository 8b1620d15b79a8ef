import {
  type Attributes,
  elementsOf,
  evaluateKernel,
  type HostValue,
  kernelSpecs,
  type ProgramDType,
  replaceKernel,
} from '@capas/core';
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { JsBackend } from './js-space.ts';

/**
 * The kernels that tfjs's JavaScript backend lacks, or computes in another order than the primitives of programs do: with
 * them, kernel by kernel and as a program everything has the same bits.
 */
const names = [
  'Abs',
  'AvgPool3DGrad',
  'AvgPoolGrad',
  'Conv2DBackpropFilter',
  'Conv2DBackpropInput',
  'Conv3DBackpropFilterV2',
  'Conv3DBackpropInputV2',
  'DepthwiseConv2dNativeBackpropFilter',
  'DepthwiseConv2dNativeBackpropInput',
  'FusedBatchNorm',
  'FusedConv2D',
  'FusedDepthwiseConv2D',
  'LRN',
  'LRNGrad',
  'LeakyRelu',
  'LogSoftmax',
  'MaxPool3DGrad',
  'ResizeBilinearGrad',
  'ResizeNearestNeighborGrad',
  '_FusedMatMul',
];

/** Registers, for a backend whose tensors are JavaScript arrays, kernels that are evaluated by their primitives. */
export function registerReferenceKernels(backendName: string): void {
  const known = new Set(kernelSpecs.filter(({ lower }) => lower).map(({ name }) => name));
  for (const kernelName of names.filter((name) => known.has(name))) {
    replaceKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const storage = backend as JsBackend;
        const given = Object.entries(inputs as NamedTensorInfoMap).flatMap(([name, info]) =>
          info ? [[name, hostValue(storage, info as TensorInfo)] as const] : [],
        );
        const results = evaluateKernel(kernelName, Object.fromEntries(given), attrs as NamedAttrMap as Attributes);
        const infos = results.map(({ type: { shape, dtype }, data }) =>
          storage.makeTensorInfo([...shape], dtype, data),
        );
        return infos.length === 1 ? infos[0]! : infos;
      },
    });
  }
}

function hostValue(storage: JsBackend, { dataId, shape, dtype }: TensorInfo): HostValue {
  const type = { shape, dtype: dtype as ProgramDType };
  return { type, data: elementsOf(storage.data.get(dataId).values, type.dtype) };
}
