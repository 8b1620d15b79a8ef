import { type DataFormat, type DType, isChannelsFirst, type PartialShape } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig } from '../../layer-config.ts';
import { type Borders, bordersOf } from './borders.ts';

/** What changes at the borders of spatial axes: the base of the layers that crop and pad. */
export abstract class BaseBorders<Config extends LayerConfig> extends Layer<Config> {
  readonly #borders: readonly (readonly [number, number])[];
  readonly #start: number;

  constructor(
    config: Config,
    argument: string,
    { rank, value, dataFormat }: { rank: number; value: Borders; dataFormat?: DataFormat | null | undefined },
  ) {
    super(config);
    const { className } = this.constructor as typeof Layer;
    this.#borders = bordersOf(className, argument, value, rank);
    this.#start = isChannelsFirst(className, dataFormat) ? 2 : 1;
    this.inputSpec = { rank: rank + 2 };
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const borders = this.bordersOf(inputShape.length);
    return inputShape.map((length, axis) => (length === null ? null : this.lengthBetween(length, borders[axis]!)));
  }

  override outputDType([dtype]: readonly DType[]): DType {
    return dtype!;
  }

  /** The borders of all axes. */
  protected bordersOf(rank: number): [number, number][] {
    return Array.from({ length: rank }, (_, axis) => [...(this.#borders[axis - this.#start] ?? NONE)]);
  }

  /** The new length of an axis. */
  protected abstract lengthBetween(length: number, borders: readonly [number, number]): number;
}

const NONE = [0, 0] as const;
