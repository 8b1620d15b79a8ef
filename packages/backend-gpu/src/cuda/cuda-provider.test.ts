import { describe, expect, it } from 'vitest';
import { cudaProvider } from './cuda-provider.ts';
import type { FileView } from './file-view.ts';

const machine = (files: readonly string[]) => ({
  platform: 'linux',
  env: { CUDA_PATH: '/cuda' },
  timeout: 5000,
  files: {
    list: async (path) =>
      files.filter((file) => file.startsWith(`${path}/`)).map((file) => file.slice(path.length + 1)),
    read: async () => '',
    exists: async (path) => files.includes(path),
  } satisfies FileView,
});

describe('the cuda provider', () => {
  it('names the driver where there is none', async () => {
    expect((await cudaProvider(machine([])).probe()).reason).toBe('NVIDIA driver: libcuda.so.1 was not found');
  });

  it('names the GPU where there is only a driver', async () => {
    const { reason } = await cudaProvider(machine(['/usr/lib/libcuda.so.1'])).probe();
    expect(reason).toBe('NVIDIA GPU: there is no /dev/nvidia0');
  });

  it('names the libraries that are missing, and what uses the GPU', async () => {
    const files = ['libcudart.so.12', 'libcublas.so.12', 'libcublasLt.so.12', 'libnvrtc.so.12', 'libnccl.so.2'];
    const provider = cudaProvider(
      machine(['/usr/lib/libcuda.so.1', '/dev/nvidia0', ...files.map((file) => `/cuda/lib64/${file}`)]),
    );
    const { ok, reason } = await provider.probe();
    expect(ok).toBe(false);
    expect(reason).toBe(
      'NVIDIA GPU: /dev/nvidia0, NVIDIA driver: /usr/lib/libcuda.so.1, cuDNN: libcudnn.so.* was not found; ' +
        'this version has no CUDA engine of its own, the tensorflow backend uses the GPU',
    );
    await expect(provider.load()).rejects.toThrow(reason);
  });
});
