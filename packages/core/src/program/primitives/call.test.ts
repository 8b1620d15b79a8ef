import { expect, test } from 'vitest';
import { evaluate, float32, int32 } from '../../testing/primitive-check.ts';

const attrs = { kernel: 'Cumsum', attrsJson: '{"axis":0,"exclusive":false,"reverse":false}' };

test('the type of the outputs is that of the kernel; the hook gives their elements', () => {
  const seen: unknown[] = [];
  const runKernel: NonNullable<Parameters<typeof evaluate>[3]>['runKernel'] = (...args) => {
    seen.push(args);
    return [float32([2], [1, 3])];
  };
  const x = int32([2], [1, 2]);
  // the kernel left its int32 in a Float32Array
  expect(evaluate('call', [x], attrs, { runKernel })[0]).toEqual(int32([2], [1, 3]));
  expect(seen).toEqual([['Cumsum', { x }, { axis: 0, exclusive: false, reverse: false }]]);
});

test('inputs that were left out are known by the names of the others', () => {
  const x = float32([1, 1, 1, 2], [3, 4]);
  const mean = float32([2], [0, 0]);
  const scale = float32([2], [1, 1]);
  const run = (inputNames: string[]) =>
    evaluate(
      'call',
      [x, mean, mean, scale],
      { kernel: 'FusedBatchNorm', attrsJson: '{"varianceEpsilon":0.001}', inputNames },
      {
        runKernel: (_, inputs) => [inputs.scale!],
      },
    );
  expect(run(['x', 'mean', 'variance', 'scale'])[0]!.type.shape).toEqual([1, 1, 1, 2]);
  expect(() => run(['x', 'mean', 'variance', 'scales'])).toThrow('call: FusedBatchNorm takes x, mean, variance');
});

test('what cannot be in a program is refused', () => {
  const x = float32([2], [1, 2]);
  expect(() => evaluate('call', [x], attrs)).toThrow(
    'call: Cumsum is a kernel of tfjs. Give the interpreter `runKernel`',
  );
  expect(() => evaluate('call', [x], { ...attrs, kernel: 'Cumsun' })).toThrow("Did you mean 'Cumsum'");
  expect(() => evaluate('call', [x], { ...attrs, attrsJson: '{' })).toThrow('are no JSON: {');
  expect(() => evaluate('call', [x], { kernel: 'Unique', attrsJson: '{"axis":0}' })).toThrow('depend on values');
  expect(() => evaluate('call', [x, x], attrs)).toThrow('call: Cumsum takes x. Received 2 inputs');
  expect(() => evaluate('call', [x, x], { kernel: 'Complex', attrsJson: '{}' })).toThrow('gives complex64');
});
