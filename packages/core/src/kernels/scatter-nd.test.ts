import { beforeAll, expect, test } from 'vitest';
import { interpret } from '../program/interpret.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import { lowerCall } from '../testing/lower-call.ts';
import { floats, int32, jsKernel } from '../testing/primitive-check.ts';

beforeAll(async () => {
  await startJsBackend();
});

const indices = int32([3], [2, 0, 2]);
const updates = floats([3, 2]);
const base = floats([4, 2], 2);

test.each([
  ['ScatterNd', { indices, updates }, { shape: [4, 2] }],
  ['TensorScatterUpdate', { tensor: base, indices, updates }, {}],
] as const)('%s takes a list of indices as a column of them', (kernel, inputs, attrs) => {
  const entries = Object.entries(inputs);
  const types = Object.fromEntries(entries.map(([name, { type }]) => [name, type as typeof type & { dtype: 'int32' }]));
  const program = lowerCall({ kernel, inputs: types, attrs })!;
  const { outputs } = interpret(program, {
    inputs: Object.fromEntries(entries.map(([name, { data }]) => [name, data])),
  });
  expect(outputs).toEqual(jsKernel(kernel, inputs, attrs));
});
