import { beforeAll, expect, test } from 'vitest';
import { gradients } from '../../autodiff.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { toTensor } from '../../tensor/to-tensor.ts';
import { startJsBackend } from '../../testing/js-backend.ts';
import { multiply } from '../arithmetic.ts';
import { sum } from '../reduce.ts';
import { reshape } from '../shape.ts';
import { gaussianBlur } from './filter.ts';

beforeAll(startJsBackend);

const image = (): Tensor =>
  reshape(
    Array.from({ length: 30 }, (_, i) => (i * 7) % 11),
    [1, 5, 6, 1],
  );

test('a standard deviation that is a tensor blurs as the same numbers do', () => {
  scope(() => {
    const options = { kernelSize: [3, 5] };
    const wanted = gaussianBlur(image(), { ...options, sigma: [0.6, 1.4] }).dataSync();
    const found = gaussianBlur(image(), { ...options, sigma: toTensor([0.6, 1.4]) }).dataSync();
    wanted.forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 5);
    });
  });
});

test('and has a gradient', () => {
  scope(() => {
    const weights = reshape(
      Array.from({ length: 30 }, (_, i) => Math.sin(i)),
      [1, 5, 6, 1],
    );
    const total = (sigma: Tensor): Tensor => sum(multiply(gaussianBlur(image(), { kernelSize: 3, sigma }), weights));
    const sigma = toTensor([0.8, 0.5]);
    const [slopes] = gradients(() => total(sigma), [sigma]);
    [0, 1].forEach((axis) => {
      const at = (step: number): number =>
        total(toTensor([0.8, 0.5].map((s, i) => s + (i === axis ? step : 0)))).dataSync()[0]!;
      expect(slopes!.dataSync()[axis]).toBeCloseTo((at(1e-2) - at(-1e-2)) / 2e-2, 2);
    });
  });
});
