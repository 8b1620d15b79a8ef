/** Element types of tensors on a backend, as in tfjs-core. */
export type DType = 'float32' | 'int32' | 'bool' | 'complex64' | 'string';

/** Element types of a {@link HostArray}: the narrow ones keep data sets small (uint8 images: a quarter of float32). */
export type HostDType = 'float32' | 'float16' | 'int32' | 'uint8' | 'bool' | 'string';

/** The storage of each host dtype. `float16` is held as its bits, `bool` as 0 and 1. */
export type HostData = Float32Array | Int32Array | Uint8Array | Uint16Array | readonly string[];

/** The tensor dtype that holds the values of a host dtype. */
export const tensorDType: Readonly<Record<HostDType, DType>> = {
  float32: 'float32',
  float16: 'float32',
  int32: 'int32',
  uint8: 'int32',
  bool: 'bool',
  string: 'string',
};
