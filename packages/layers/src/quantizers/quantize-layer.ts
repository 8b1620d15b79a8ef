import { ArgumentError, dtypePolicies, StateError } from '@capas/core';
import type { Layer } from '../layer.ts';
import { getQuantizationConfig, QuantizationConfig } from './quantization-config.ts';

/** Options of `Layer.quantize`. */
export interface QuantizeOptions {
  /** Whether a subclass of a layer that can be quantized is refused: its `call` may compute with the weight. @defaultValue `true` */
  readonly typeCheck?: boolean;
}

/** A layer that can be quantized. */
export interface Quantizable {
  /** Puts weights of int8 in the place of its weights. Called once, when it is built. */
  quantizeWeights(quantization: QuantizationConfig): void;
}

/** A layer that has no weights that can be quantized. */
export class NotQuantizableError extends StateError {
  override name = 'NotQuantizableError';
}

/** Quantizes the weights of a layer. See `Layer.quantize`. */
export function quantizeLayer(
  layer: Layer,
  mode: dtypePolicies.QuantizationMode | QuantizationConfig,
  { typeCheck = true }: QuantizeOptions = {},
): void {
  const who = `Layer '${layer.name}'`;
  const quantization = quantizationOf(who, mode);
  const { className } = layer.constructor as typeof Layer;
  if (!isQuantizable(layer))
    throw new NotQuantizableError(`${who}: a ${className} has no weights that can be quantized.`);
  if (typeCheck && !Object.hasOwn(layer.constructor.prototype, 'quantizeWeights'))
    throw new NotQuantizableError(
      `${who}: ${className} is a subclass of a layer that can be quantized. If its \`call\` leaves the product to that layer, say \`typeCheck: false\`.`,
    );
  if (!layer.built) throw new StateError(`${who} must be built before it is quantized.`);
  if (layer.quantizationConfig)
    throw new StateError(`${who} is quantized already: its policy is '${layer.dtypePolicy.at(layer.path).name}'.`);
  if (layer.computeDtype === 'float16')
    throw new ArgumentError(who, 'dtype', 'a policy that does not compute in float16', layer.dtypePolicy.name);
  layer.quantizeWeights(quantization);
  layer.quantizationConfig = quantization;
  const policy = layer.dtypePolicy.at(layer.path);
  if (!policy.quantizationMode)
    layer.dtypePolicy = new dtypePolicies.QuantizedDTypePolicy(quantization.mode, policy.name);
}

/** What a mode or a config says. */
export function quantizationOf(who: string, mode: unknown): QuantizationConfig {
  if (mode instanceof QuantizationConfig) return mode;
  dtypePolicies.requireQuantizationMode(`${who}: quantize`, mode);
  return getQuantizationConfig(undefined);
}

/** Whether a layer has weights that can be quantized. */
export const isQuantizable = (layer: object): layer is Quantizable =>
  typeof (layer as Partial<Quantizable>).quantizeWeights === 'function';
