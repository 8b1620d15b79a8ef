import { expect, test } from 'vitest';
import { History } from './history.ts';

function history(): History {
  const result = new History();
  const logs = [
    { loss: 3, accuracy: 0.1 },
    { loss: 1, accuracy: 0.9 },
    { loss: 2, accuracy: 0.5 },
  ];
  for (const [i, log] of logs.entries()) result.onEpochEnd(i + 4, log);
  return result;
}

test('keeps the logs of each epoch, by name', () => {
  expect(history().epoch).toEqual([4, 5, 6]);
  expect(history().history).toEqual({ loss: [3, 1, 2], accuracy: [0.1, 0.9, 0.5] });
});

test('best: the smallest loss, the largest accuracy, or as it is asked for', () => {
  expect(history().best('loss')).toEqual({ epoch: 5, value: 1 });
  expect(history().best('accuracy')).toEqual({ epoch: 5, value: 0.9 });
  expect(history().best('accuracy', 'min')).toEqual({ epoch: 4, value: 0.1 });
});

test('best of a log that is not there suggests the nearest', () => {
  expect(() => history().best('acuracy')).toThrow("Unknown log: 'acuracy'. Did you mean 'accuracy'?");
});
