import { expect, test } from 'vitest';
import type { Executor } from '../backend/executor.ts';
import { jsExecutor } from '../compile/js-executor.ts';
import { boundOf } from './bound.ts';

test('an executor is asked once, and measured where it does not say', async () => {
  let asked = 0;
  const bound = { flopsPerSecond: 1e12, bytesPerSecond: 1e11 };
  const knowing: Executor = {
    ...jsExecutor,
    bound: () => {
      asked++;
      return Promise.resolve(bound);
    },
  };
  expect([await boundOf(knowing), await boundOf(knowing), asked]).toEqual([bound, bound, 1]);

  let live = 0;
  const counted: Executor = {
    ...jsExecutor,
    allocate: (bytes) => {
      live++;
      const buffer = jsExecutor.allocate(bytes);
      const dispose = buffer.dispose.bind(buffer);
      buffer.dispose = () => {
        live--;
        dispose();
      };
      return buffer;
    },
  };
  const measured = await boundOf(counted);
  expect(await boundOf(counted)).toBe(measured);
  for (const rate of Object.values(measured)) expect(rate).toBeGreaterThan(1e6);
  for (const rate of Object.values(measured)) expect(rate).toBeLessThan(1e13);
  expect(live).toBe(0);
});
