import { ArgumentError, type DType, type Tensor, type TensorLike } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { CallOptions, LayerConfig, Shapes } from '../../layer-config.ts';
import type { Structure } from '../../structure.ts';
import type { SymbolicTensor } from '../../symbolic-tensor.ts';
import {
  type FlatImages,
  flattenImages,
  isNested,
  type LabeledImages,
  nestImages,
} from '../image-preprocessing/labeled-images.ts';

/** Options of {@link Pipeline}. */
export interface PipelineConfig extends LayerConfig {
  /** The layers, in the order in which they are applied. */
  readonly layers: readonly Layer[];
}

/**
 * Applies layers one after the other, as one layer: for preprocessing and augmentation, of labeled images too. Unless told otherwise it is in
 * training, so that random layers do something.
 *
 * @throws ArgumentError if `layers` is no list of layers
 * @see Keras 3, `keras/src/layers/preprocessing/pipeline.py`
 * @example
 * new Pipeline({ layers: [new Rescaling({ scale: 1 / 255 }), new Identity()] }).apply([[255]]); // [[1]]
 */
export class Pipeline extends Layer<PipelineConfig> {
  static override readonly className = 'Pipeline';
  readonly layers: readonly Layer[];

  constructor(config: PipelineConfig) {
    super(config);
    if (!Array.isArray(config.layers) || !config.layers.every((layer) => layer instanceof Layer))
      throw new ArgumentError('Pipeline', 'layers', 'a list of layers', config.layers);
    this.layers = config.layers;
  }

  override apply(inputs: Structure<SymbolicTensor>, options?: CallOptions): SymbolicTensor;
  override apply(inputs: LabeledImages<TensorLike>, options?: CallOptions): LabeledImages<Tensor>;
  override apply(inputs: Structure<TensorLike>, options?: CallOptions): Tensor;
  override apply(inputs: unknown, options: CallOptions = {}): unknown {
    if (!isNested(inputs)) return super.apply(inputs as Structure<TensorLike>, options);
    return nestImages(super.apply(flattenImages(inputs, this.name), options) as unknown as FlatImages<Tensor>);
  }

  override build(inputShape: Shapes): void {
    this.#shapes(inputShape, (layer, shape) => {
      layer.ensureBuilt(shape);
    });
  }

  protected override get passesThrough(): boolean {
    return true;
  }

  override call(
    inputs: Tensor | readonly Tensor[],
    { training = true, mask }: CallOptions,
  ): Tensor | readonly Tensor[] {
    let outputs = inputs;
    // later layers find the mask with what they are called on
    for (const [i, layer] of this.layers.entries())
      outputs = layer.apply(outputs as Tensor, i === 0 ? { training, mask } : { training });
    return outputs;
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    return this.#shapes(inputShape, () => {});
  }

  override outputDType(dtypes: readonly DType[]): DType {
    return this.layers.reduce<readonly DType[]>((given, layer) => [layer.outputDType(given)], dtypes)[0]!;
  }

  #shapes(inputShape: Shapes, each: (layer: Layer, shape: Shapes) => void): Shapes {
    let shape = inputShape;
    for (const layer of this.layers) {
      each(layer, shape);
      shape = layer.computeOutputShape(shape);
    }
    return shape;
  }
}

/** Short for `new Pipeline(config)`; a list of layers alone is accepted. */
export const pipeline = (config: PipelineConfig | readonly Layer[]): Pipeline =>
  new Pipeline('layers' in config ? config : { layers: config });
