import { ArgumentError, type DType, type PartialShape, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig } from '../../layer-config.ts';
import { SymbolicTensor } from '../../symbolic-tensor.ts';

/** Options of {@link input}. */
export interface InputConfig extends Omit<LayerConfig, 'dtype'> {
  /** The shape of one sample, without the batch axis: `[28, 28]`. `null` where it may vary. */
  readonly shape?: PartialShape;
  /** The whole shape, with the batch axis. */
  readonly batchShape?: PartialShape;
  /** The batch size, where `shape` is given and it never varies. @defaultValue `null`: any */
  readonly batchSize?: number | null;
  /** @defaultValue `'float32'` */
  readonly dtype?: DType;
  /** Whether `null` may be given for it. Kept for files of Keras. @defaultValue `false` */
  readonly optional?: boolean;
}

/** Dtypes of inputs in files of Keras that are others here. */
const KERAS_DTYPES: Readonly<Record<string, DType>> = {
  ...Object.fromEntries(['int8', 'int16', 'int64', 'uint8', 'uint16', 'uint32'].map((name) => [name, 'int32'])),
  ...Object.fromEntries(['float16', 'bfloat16', 'float64'].map((name) => [name, 'float32'])),
};

/** The place where data comes into a model. It computes nothing. */
export class InputLayer extends Layer<LayerConfig> {
  static override readonly className = 'InputLayer';
  /** The shape with the batch axis. */
  readonly batchShape: PartialShape;
  /** The symbolic tensor that stands for the data. */
  readonly #output: SymbolicTensor;

  constructor(config: InputConfig) {
    const {
      shape,
      batchShape,
      batchSize = null,
      inputShape,
      batchInputShape,
      dtype: given = 'float32',
      ...rest
    } = config;
    const dtype = KERAS_DTYPES[given] ?? given;
    const sample: unknown = shape ?? inputShape;
    const whole: unknown =
      batchShape ?? batchInputShape ?? (Array.isArray(sample) ? [batchSize, ...sample] : undefined);
    // what a file needs to make it again; other layers have no other dtype than float32
    super({ ...rest, batchShape: whole, dtype } as LayerConfig);
    if (!isShape(whole)) {
      throw new ArgumentError(
        'input',
        'shape',
        'a list of sizes or nulls, without the batch axis',
        sample ?? batchShape,
      );
    }
    this.batchShape = whole;
    this.built = true;
    this.#output = new SymbolicTensor(whole, dtype, this.name);
    this.#output.node = {
      layer: this as unknown as Layer,
      inputs: [],
      inputStructure: [],
      outputs: [this.#output],
      options: {},
    };
  }

  override get output(): SymbolicTensor {
    return this.#output;
  }

  override call(inputs: Tensor): Tensor {
    return inputs;
  }

  override computeOutputShape(): PartialShape {
    return this.batchShape;
  }
}

/** Short for `new InputLayer(config)`. */
export const inputLayer = (config: InputConfig): InputLayer => new InputLayer(config);

/**
 * The symbolic tensor from which a functional model starts, or the first item of a Sequential one.
 *
 * @example
 * const image = input({ shape: [28, 28] }); // [null, 28, 28]
 */
export const input = (config: InputConfig): SymbolicTensor => new InputLayer(config).output;

const isShape = (value: unknown): value is PartialShape =>
  Array.isArray(value) && value.every((dim) => dim === null || (Number.isInteger(dim) && dim >= 0));

/** The layer as an input layer, if it is one. */
export const inputLayerOf = (layer: Layer): InputLayer | undefined =>
  (layer as unknown) instanceof InputLayer ? (layer as unknown as InputLayer) : undefined;
