export { conformanceCases } from './testing/conformance/cases/index.ts';
export type { ConformanceCase } from './testing/conformance/conformance-case.ts';
export type { HostTensor, HostTensorType } from './testing/conformance/host-tensor.ts';
export {
  type ConformanceOptions,
  checkCase,
  kernelsMissingOn,
  kernelsWithoutCase,
  runConformance,
  type TestApi,
} from './testing/conformance/run-conformance.ts';
