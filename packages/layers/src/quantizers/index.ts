export { type AbsMaxQuantizeOptions, absMaxQuantize } from './abs-max-quantize.ts';
export { AbsMaxQuantizer, type AbsMaxQuantizerConfig, absMaxQuantizer } from './abs-max-quantizer.ts';
export { getQuantizer, type QuantizerIdentifier } from './get-quantizer.ts';
export { Int8QuantizationConfig, type Int8QuantizationOptions, QuantizationConfig } from './quantization-config.ts';
export { NotQuantizableError, type QuantizeOptions } from './quantize-layer.ts';
export type { QuantizeFilter, QuantizeModelOptions } from './quantize-model.ts';
export { type Quantized, Quantizer } from './quantizer.ts';
