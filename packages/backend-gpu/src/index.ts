export { type CudaFinding, type CudaReport, type DescribeCudaOptions, describeCuda } from './cuda/describe-cuda.ts';
export type { FileView } from './cuda/file-view.ts';
export type { Environment } from './cuda/search-folders.ts';
export { type GpuOptions, gpu } from './gpu.ts';
