import { elementsOf, evaluateKernel, type HostValue, kernelSpecs, scope, useBackend } from '@capas/core';
import { conformanceCases } from '@capas/core/testing';
import { engine, type NamedAttrMap, type NamedTensorMap, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { cpu } from '../src/index.ts';

await useBackend(cpu({ prefer: ['js'] }));

const withPrimitives = new Set(kernelSpecs.filter(({ lower }) => lower).map(({ name }) => name));
const cases = conformanceCases.filter(({ kernel, call }) => withPrimitives.has(kernel) && !call);

describe('a kernel gives the bits of the primitives that it is lowered to', () => {
  test.each(cases.map((one) => [`${one.kernel}: ${one.name}`, one] as const))('%s', (_, { kernel, inputs, attrs }) => {
    const given = Object.fromEntries(
      Object.entries(inputs).map(([name, { shape, dtype, values }]): [string, HostValue] => [
        name,
        { type: { shape, dtype }, data: elementsOf(values, dtype) },
      ]),
    );
    scope(() => {
      const tensors = Object.entries(given).map(([name, { type, data }]): [string, Tensor] => [
        name,
        tensor(data.slice(), [...type.shape], type.dtype as 'float32'),
      ]);
      const named = Array.isArray(inputs) ? tensors.map(([, x]) => x) : Object.fromEntries(tensors);
      const results = [
        engine().runKernel<Tensor | Tensor[]>(kernel, named as NamedTensorMap, { ...attrs } as NamedAttrMap),
      ].flat();
      const expected = evaluateKernel(kernel, given, { ...attrs });
      expect(results.length).toBe(expected.length);
      for (const [i, result] of results.entries()) {
        const [received, wanted] = [result.dataSync(), expected[i]!.data];
        const at = wanted.findIndex((value, place) => value !== received[place] && !Number.isNaN(value));
        expect(at < 0 ? 'the same' : `${received[at]} and not ${wanted[at]} at ${at}`).toBe('the same');
        expect(received.length).toBe(wanted.length);
      }
    });
  });
});
