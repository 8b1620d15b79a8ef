import { type DType, findKerasOp, type KerasOp, type Tensor, UnknownNameError } from '@capas/core';
import { Layer } from '../layer.ts';
import type { LayerConfig, Shapes } from '../layer-config.ts';
import { isTensor } from '../layer-inputs.ts';
import { shapeByTrial } from '../shape-by-trial.ts';
import type { KerasObject } from './revive.ts';

/** Options of {@link Operation}. */
export interface OperationConfig extends LayerConfig {
  /** The operation as Keras writes it. */
  readonly object: KerasObject;
  /** Positional arguments; an {@link InputSlot} stands for an input. */
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** Stands in the arguments of an operation where one of its inputs belongs. */
export class InputSlot {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }
}

/**
 * An op of `keras.ops` in a functional model, such as what Python makes of `x / 2` or `x[:, 1:]`: a layer without weights.
 *
 * @throws UnknownNameError if there is no such op
 */
export class Operation extends Layer<OperationConfig> {
  static override readonly className = 'Operation';
  readonly #op: KerasOp;

  constructor(config: OperationConfig) {
    super(config);
    const { class_name: className } = config.object;
    const op = OWN_NAMES[className] ?? opName(className);
    const found = findKerasOp(op);
    if (!found) throw new UnknownNameError('operation', className, []);
    this.#op = found;
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor | readonly Tensor[] {
    const { object, args, kwargs } = this.config;
    const list = isTensor(inputs) ? [inputs] : inputs;
    const { name: _, dtype, ...options } = object.config;
    // the dtype of an op is an option of its own where it is a name, and else the policy that every operation has
    const keywords = { ...options, ...(typeof dtype === 'string' && { dtype }), ...kwargs };
    const given = filled(args, list) as unknown[];
    const named = filled(withoutNull(keywords), list) as Record<string, unknown>;
    if (object.class_name === 'Einsum') return this.#op([named.subscripts, ...given], {}) as Tensor;
    return this.#op(given, named) as Tensor;
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    return shapeByTrial(this as unknown as Layer, inputShape);
  }

  override outputDType(inputs: readonly DType[]): DType {
    const { class_name: className, config } = this.config.object;
    if (typeof config.dtype === 'string') return config.dtype as DType;
    if (TO_BOOL.test(className)) return 'bool';
    if (TO_INT.test(className)) return 'int32';
    return inputs.includes('float32') ? 'float32' : (inputs[0] ?? 'float32');
  }
}

/** Whether an object of a model's config is an operation and no layer. */
export const isOperation = ({ module }: { readonly module?: string | null }): boolean =>
  module?.startsWith('keras.src.ops') === true || module?.startsWith('keras.ops') === true;

/** Operations whose class is not named after the op. */
const OWN_NAMES: Readonly<Record<string, string>> = { Absolute: 'abs', Arctan2: 'arctan2' };

const TO_BOOL = /^(Not)?Equal$|^(Greater|Less)(Equal)?$|^Logical|^Is|^(All|Any)$/;
const TO_INT = /^Arg(max|min|sort)$|^Count|^(Searchsorted|Digitize)$/;

/** `TrueDivide` → `true_divide`, `Logsumexp` → `logsumexp`. */
const opName = (className: string): string => className.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

const withoutNull = (keywords: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(keywords).filter(([, value]) => value !== null));

/** Arguments with the inputs in their places, and slices in our spelling. */
function filled(value: unknown, inputs: readonly Tensor[]): unknown {
  if (value instanceof InputSlot) return inputs[value.index];
  if (Array.isArray(value)) return value.map((item) => filled(item, inputs));
  if (typeof value !== 'object' || value === null) return value;
  const { class_name: className, config } = value as { class_name?: string; config?: object };
  if (className === '__slice__') return config;
  if (className === '__ellipsis__') return '...';
  if (className === '__tuple__') return filled((value as unknown as { items: unknown }).items, inputs);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, inputs)]));
}
