import { collectLosses } from '../../call-context.ts';
import type { Layer } from '../../layer.ts';
import { RecurrentCell } from './recurrent-cell.ts';

/**
 * Runs a sequence in which the cells inside a layer drop the same elements in every step. The masks are drawn by a first step
 * before it, so that nothing is random in the loop.
 */
export function holdingMasks<T>(cell: Layer, first: () => unknown, sequence: () => T): T {
  const cells = cellsThatDrop(cell);
  if (cells.length === 0) return sequence();
  const run = (): T => {
    collectLosses(first);
    return sequence();
  };
  return cells.reduce<() => T>((inner, dropping) => () => dropping.holdMasks(inner), run)();
}

const cellsThatDrop = (layer: Layer): readonly RecurrentCell[] => [
  ...(layer instanceof RecurrentCell && layer.dropsOut ? [layer] : []),
  ...layer.sublayers.flatMap(cellsThatDrop),
];
