import { type DataFormat, type DType, isChannelsFirst, ops, type PartialShape, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig } from '../../layer-config.ts';
import { spatialList } from '../window.ts';

/** Enlarges spatial axes by whole factors; by default each element is repeated. */
export abstract class BaseUpSampling<Config extends LayerConfig> extends Layer<Config> {
  /** The factor of each spatial axis. */
  protected readonly factors: readonly number[];
  protected readonly isChannelsFirst: boolean;

  constructor(
    config: Config,
    rank: number,
    { size, dataFormat }: { size: number | readonly number[]; dataFormat?: DataFormat | null | undefined },
  ) {
    super(config);
    const { className } = this.constructor as typeof Layer;
    this.factors = spatialList(className, 'size', size, rank);
    this.isChannelsFirst = isChannelsFirst(className, dataFormat);
    this.inputSpec = { rank: rank + 2 };
  }

  override call(inputs: Tensor): Tensor {
    const start = this.isChannelsFirst ? 2 : 1;
    return this.factors.reduce<Tensor>((x, factor, i) => ops.repeat(x, factor, { axis: start + i }), inputs);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const start = this.isChannelsFirst ? 2 : 1;
    return inputShape.map((length, axis) => (length === null ? null : length * (this.factors[axis - start] ?? 1)));
  }

  override outputDType([dtype]: readonly DType[]): DType {
    return dtype!;
  }
}
