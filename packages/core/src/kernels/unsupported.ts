/** The kernels that tfjs-core names and Capas leaves alone, and why. */
export const unsupportedKernels: Readonly<Record<string, string>> = {
  Draw: 'writes to a canvas',
  FromPixels: 'reads from a canvas or a video',
  LogicalXor: 'a name only: tf.logicalXor is made of other kernels',
  LowerBound: 'a name only: tf.lowerBound calls SearchSorted',
  UpperBound: 'a name only: tf.upperBound calls SearchSorted',
  MatrixBandPart: 'a name only: tf.linalg.bandPart is made of other kernels',
  Pool: 'a name only: tf.pool calls MaxPool or AvgPool',
  RaggedGather: 'ragged tensors are lists of lists in Capas, on the host',
  RaggedRange: 'ragged tensors are lists of lists in Capas, on the host',
  RaggedTensorToTensor: 'ragged tensors are lists of lists in Capas, on the host',
  StaticRegexReplace: 'strings are worked on by the host',
  StringNGrams: 'strings are worked on by the host',
  StringSplit: 'strings are worked on by the host',
  StringToHashBucketFast: 'strings are worked on by the host',
};
