import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { describeCuda } from './describe-cuda.ts';
import type { FileView } from './file-view.ts';

const roots: string[] = [];
afterEach(async () => {
  await Promise.all(roots.splice(0).map((root) => rm(root, { recursive: true })));
});

/** A folder that stands for `/`, with the given files in it. */
async function rootWith(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'capas-cuda-'));
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

const linux = { platform: 'linux', arch: 'x64', env: {}, timeout: 5000 };
const VERSION =
  'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.133.20  Release Build\nGCC version: gcc version 12.2.0\n';

const DRIVER = {
  '/usr/lib/x86_64-linux-gnu/libcuda.so.1': '',
  '/proc/driver/nvidia/version': VERSION,
  '/proc/driver/nvidia/gpus/0000:19:00.0/information': 'Model: \t\t NVIDIA H200\nIRQ:   \t\t 254\n',
  '/dev/nvidia0': '',
  '/dev/nvidiactl': '',
};

describe('describeCuda', () => {
  it('names the driver and every library that an empty machine misses', async () => {
    const report = await describeCuda({ ...linux, root: await rootWith({ '/etc/hostname': 'plain' }) });
    expect(report).toMatchObject({ usable: false, complete: false });
    expect(report.sentences).toEqual([
      'NVIDIA driver: libcuda.so.1 was not found',
      'NVIDIA GPU: there is no /dev/nvidia0',
      'CUDA runtime: libcudart.so.* was not found',
      'cuBLAS: libcublas.so.* was not found',
      'cuBLASLt: libcublasLt.so.* was not found',
      'cuDNN: libcudnn.so.* was not found',
      'NVRTC: libnvrtc.so.* was not found',
      'NCCL: libnccl.so.* was not found',
    ]);
  });

  it('reads versions off the driver, the toolkit and the cuDNN of Debian', async () => {
    const root = await rootWith({
      ...DRIVER,
      '/usr/local/cuda-12.4/lib64/libcudart.so.12': '',
      '/usr/local/cuda-12.4/lib64/libcudart.so.12.4.127': '',
      '/usr/local/cuda-12.4/lib64/libcudart_static.a': '',
      '/usr/local/cuda-12.4/lib64/libcublas.so.12': '',
      '/usr/local/cuda-12.4/lib64/libcublasLt.so.12': '',
      '/usr/local/cuda-11.8/lib64/libcudart.so.11.8.89': '',
      '/usr/lib/x86_64-linux-gnu/libcudnn.so.9': '',
    });
    const report = await describeCuda({ ...linux, root });
    expect(report).toMatchObject({ usable: true, complete: true });
    expect(report.sentences.slice(0, 6)).toEqual([
      'NVIDIA driver: 570.133.20, /usr/lib/x86_64-linux-gnu/libcuda.so.1',
      'NVIDIA GPU: NVIDIA H200, /dev/nvidia0',
      'CUDA runtime: 12.4.127, /usr/local/cuda-12.4/lib64/libcudart.so.12.4.127 (by /usr/local/cuda-12.4)',
      'cuBLAS: 12, /usr/local/cuda-12.4/lib64/libcublas.so.12 (by /usr/local/cuda-12.4)',
      'cuBLASLt: 12, /usr/local/cuda-12.4/lib64/libcublasLt.so.12 (by /usr/local/cuda-12.4)',
      'cuDNN: 9, /usr/lib/x86_64-linux-gnu/libcudnn.so.9 (by the dynamic linker)',
    ]);
    expect(report.libraries[0]).toMatchObject({ what: 'cudart', version: '12.4.127' });
  });

  it('prefers CAPAS_CUDA_PATH, then CUDA_PATH, then LD_LIBRARY_PATH, then /usr/local/cuda', async () => {
    const root = await rootWith({
      '/mine/lib/libcudart.so.13': '',
      '/theirs/lib64/libcudart.so.12': '',
      '/theirs/lib64/libcublas.so.12': '',
      '/ld/libcublas.so.11': '',
      '/ld/libcudnn.so.9': '',
      '/usr/local/cuda/lib64/libcudnn.so.8': '',
    });
    const env = { CAPAS_CUDA_PATH: '/mine', CUDA_PATH: '/theirs', LD_LIBRARY_PATH: '/nowhere::/ld' };
    const { libraries } = await describeCuda({ ...linux, env, root });
    const path = (what: string) => libraries.find((library) => library.what === what)?.path;
    expect([path('cudart'), path('cublas'), path('cudnn')]).toEqual([
      '/mine/lib/libcudart.so.13',
      '/theirs/lib64/libcublas.so.12',
      '/ld/libcudnn.so.9',
    ]);
  });

  it("finds the libraries of Python's nvidia wheels and folders of ld.so.conf.d", async () => {
    const root = await rootWith({
      '/venv/lib/python3.11/site-packages/nvidia/cudnn/lib/libcudnn.so.9': '',
      '/home/a/.local/lib/python3.12/site-packages/nvidia/cu13/lib/libcudart.so.13': '',
      '/etc/ld.so.conf.d/cuda.conf': '# CUDA\n/opt/cuda/lib64\n',
      '/opt/cuda/lib64/libnccl.so.2.27.3': '',
    });
    const { sentences } = await describeCuda({ ...linux, env: { VIRTUAL_ENV: '/venv', HOME: '/home/a' }, root });
    expect(sentences).toContain(
      "cuDNN: 9, /venv/lib/python3.11/site-packages/nvidia/cudnn/lib/libcudnn.so.9 (by Python's site-packages)",
    );
    expect(sentences).toContain(
      "CUDA runtime: 13, /home/a/.local/lib/python3.12/site-packages/nvidia/cu13/lib/libcudart.so.13 (by Python's site-packages)",
    );
    expect(sentences).toContain('NCCL: 2.27.3, /opt/cuda/lib64/libnccl.so.2.27.3 (by the dynamic linker)');
  });

  it('tells a container without the driver library from a machine without a driver', async () => {
    const { driver } = await describeCuda({
      ...linux,
      root: await rootWith({ '/proc/driver/nvidia/version': VERSION }),
    });
    expect(driver.sentence).toBe(
      'NVIDIA driver: libcuda.so.1 was not found, although the kernel module 570.133.20 is loaded',
    );
  });

  it('is not usable where the driver is there and no device is', async () => {
    const { '/dev/nvidia0': _, ...rest } = DRIVER;
    const report = await describeCuda({ ...linux, root: await rootWith(rest) });
    expect(report).toMatchObject({ usable: false, driver: { found: true }, gpu: { found: false } });
  });

  it('counts several cards and knows WSL', async () => {
    const two = await describeCuda({ ...linux, root: await rootWith({ ...DRIVER, '/dev/nvidia1': '' }) });
    expect(two.gpu.sentence).toBe('NVIDIA GPU: NVIDIA H200, 2 (/dev/nvidia0, /dev/nvidia1)');
    const wsl = await describeCuda({
      ...linux,
      root: await rootWith({ '/dev/dxg': '', '/usr/lib/wsl/lib/libcuda.so.1': '' }),
    });
    expect(wsl).toMatchObject({ usable: true, driver: { sentence: 'NVIDIA driver: /usr/lib/wsl/lib/libcuda.so.1' } });
  });

  it('looks for DLLs on Windows', async () => {
    const folders: Record<string, string[]> = {
      'C:\\Windows\\System32': ['nvcuda.dll'],
      'C:\\CUDA\\bin': [
        'cudart64_12.dll',
        'cublas64_12.dll',
        'cublasLt64_12.dll',
        'cudnn64_9.dll',
        'nvrtc64_120_0.dll',
      ],
    };
    const files: FileView = {
      list: async (path) => folders[path] ?? [],
      read: async () => '',
      exists: async (path) => path === 'C:\\Windows\\System32\\nvcuda.dll',
    };
    const report = await describeCuda({ files, platform: 'win32', env: { CUDA_PATH: 'C:\\CUDA' }, timeout: 5000 });
    expect(report).toMatchObject({ usable: true, complete: true });
    expect(report.sentences).toContain('CUDA runtime: 12, C:\\CUDA\\bin\\cudart64_12.dll (by CUDA_PATH)');
    expect(report.sentences).toContain('NVRTC: 120, C:\\CUDA\\bin\\nvrtc64_120_0.dll (by CUDA_PATH)');
  });

  it('says that macOS has no CUDA', async () => {
    const { driver } = await describeCuda({ platform: 'darwin' });
    expect(driver.sentence).toBe('NVIDIA driver: CUDA does not exist for darwin');
  });

  it('survives a file system that throws at every question', async () => {
    const broken = async (): Promise<never> => {
      throw new Error('EIO');
    };
    const report = await describeCuda({ ...linux, files: { list: broken, read: broken, exists: broken } });
    expect(report.usable).toBe(false);
    expect(report.driver.sentence).toBe('NVIDIA driver: not looked at: EIO');
  });

  it('answers with what it has when a folder hangs, as a dead network mount does', async () => {
    const files: FileView = {
      list: (path) => (path === '/hangs' ? new Promise<string[]>(() => {}) : Promise.resolve([])),
      read: async () => '',
      exists: async () => false,
    };
    const report = await describeCuda({ ...linux, files, env: { LD_LIBRARY_PATH: '/hangs' }, timeout: 20 });
    expect(report.driver.sentence).toBe('NVIDIA driver: libcuda.so.1 was not found');
    expect(report.libraries[0]!.sentence).toBe('CUDA runtime: not looked at: the search took over 20 ms');
  });

  it('survives folders that are files, and names with odd characters', async () => {
    const root = await rootWith({
      '/usr/local/cuda': 'a file',
      '/etc/ld.so.conf.d': 'a file',
      '/dev': 'a file',
      '/usr/lib/\n.so': '',
    });
    expect((await describeCuda({ ...linux, root, env: { CUDA_PATH: '\0' } })).usable).toBe(false);
  });

  it('looks at this machine without throwing', async () => {
    const report = await describeCuda();
    expect(report.sentences).toHaveLength(8);
    expect(report.milliseconds).toBeGreaterThan(0);
    console.info(`describeCuda: ${report.milliseconds.toFixed(1)} ms`);
  });
});
