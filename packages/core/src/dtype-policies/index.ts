/** `FloatDTypePolicy` is the same class under an older name of Keras. */
export { DTypePolicy, DTypePolicy as FloatDTypePolicy } from './dtype-policy.ts';
export { DTypePolicyMap, type DTypePolicyMapConfig } from './dtype-policy-map.ts';
export { type DTypePolicyIdentifier, deserialize, get } from './get.ts';
export { type QuantizationMode, QuantizedDTypePolicy, requireQuantizationMode } from './quantized-dtype-policy.ts';
export { type SerializedPolicy, serialize } from './serialize.ts';
