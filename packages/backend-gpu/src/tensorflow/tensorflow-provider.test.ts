import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { useBackend } from '@capas/core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FileView } from '../cuda/file-view.ts';
import { gpu } from '../index.ts';
import { findTfjsNode } from './find-tfjs-node.ts';
import { loadTfjsNode, type Require } from './load-tfjs-node.ts';
import { tensorflowProvider } from './tensorflow-provider.ts';

const folders: string[] = [];
afterEach(async () => {
  if (tf.findBackend('tensorflow')) tf.removeBackend('tensorflow');
  for (const { kernelName } of tf.getKernelsForBackend('tensorflow')) tf.unregisterKernel(kernelName, 'tensorflow');
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

/** An application's folder in which the given packages are installed, `binding: false` without their addon. */
async function application(...packages: { name: string; version?: string; binding?: boolean }[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'capas-app-'));
  folders.push(folder);
  for (const { name, version = '4.22.0', binding = true } of packages) {
    const root = join(folder, 'node_modules', name);
    const files = {
      'package.json': JSON.stringify({ name, version, main: 'dist/index.js' }),
      'dist/index.js': '',
      ...(binding && { 'lib/napi-v8/tfjs_binding.node': '' }),
    };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
  }
  return folder;
}

const GPU = { name: '@tensorflow/tfjs-node-gpu' };
const CPU = { name: '@tensorflow/tfjs-node' };

/** What tfjs-node does when it is loaded: its kernels, its gradients over ours, itself as the active backend. */
const fakeTfjsNode =
  ({ hasGpu = true, broken = '' } = {}): Require =>
  (path) => {
    if (broken && path.includes(`${broken}/`))
      throw new Error('libcudart.so.11.0: cannot open shared object file\nat …');
    const backend = Object.assign(new MathBackendCPU() as tf.KernelBackend, {
      firstUse: false,
      isUsingGpuDevice: hasGpu,
      binding: { TF_Version: '2.9.1' },
    });
    tf.registerBackend('tensorflow', () => backend, 3);
    const ones: tf.KernelFunc = ({ inputs, backend }) => {
      const { shape } = (inputs as { x: tf.TensorInfo }).x;
      const dataId = (backend as MathBackendCPU).write(
        new Float32Array(tf.util.sizeFromShape(shape)).fill(1),
        shape,
        'float32',
      );
      return { dataId, shape, dtype: 'float32' };
    };
    for (const backendName of ['tensorflow', 'cpu'])
      tf.registerKernel({ kernelName: 'Sin', backendName, kernelFunc: ones });
    tf.registerGradient({ kernelName: 'Relu', gradFunc: () => ({}) });
    void tf.setBackend('tensorflow');
    return {};
  };

const fileView = (files: readonly string[]): FileView => ({
  list: async (path) => files.filter((file) => dirname(file) === path).map((file) => file.slice(path.length + 1)),
  read: async () => '',
  exists: async (path) => files.includes(path),
});
const withGpu = { files: fileView(['/usr/lib64/libcuda.so.1', '/dev/nvidia0']), platform: 'linux', env: {} };
const plain = { files: fileView([]), platform: 'linux', env: {} };

describe('findTfjsNode', () => {
  it('says that neither package is installed', async () => {
    expect(findTfjsNode([await application()])).toEqual({
      packages: [],
      reasons: ["'@tensorflow/tfjs-node-gpu' is not installed", "'@tensorflow/tfjs-node' is not installed"],
    });
  });

  it('takes the GPU build first', async () => {
    const { packages, reasons } = findTfjsNode([await application(CPU, GPU)]);
    expect(packages.map(({ name }) => name)).toEqual(['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']);
    expect(reasons).toEqual([]);
  });

  it('falls back to tfjs-node, with the reason', async () => {
    const { packages, reasons } = findTfjsNode([await application(CPU)]);
    expect(packages.map(({ name }) => name)).toEqual(['@tensorflow/tfjs-node']);
    expect(reasons).toEqual(["'@tensorflow/tfjs-node-gpu' is not installed"]);
  });

  it('refuses another version of tfjs, and an install whose script did not run', async () => {
    const folder = await application({ ...GPU, version: '4.20.0' }, { ...CPU, binding: false });
    expect(findTfjsNode([folder]).reasons).toEqual([
      "'@tensorflow/tfjs-node-gpu' is 4.20.0, 4.22.0 is needed",
      "'@tensorflow/tfjs-node' is installed without its native addon, because its install script did not run: npm rebuild @tensorflow/tfjs-node",
    ]);
  });

  it('looks in the folder that CAPAS_TFJS_NODE_DIR names', async () => {
    const folder = await application(CPU);
    vi.stubEnv('CAPAS_TFJS_NODE_DIR', folder);
    expect(findTfjsNode().packages[0]!.path.startsWith(folder)).toBe(true);
  });

  it('survives folders that do not exist', () => {
    expect(findTfjsNode(['/nowhere', 'also/nowhere', '\0']).packages).toEqual([]);
  });
});

describe('the tensorflow provider', () => {
  it('refuses without its packages', async () => {
    const provider = tensorflowProvider({ from: [await application()] }, { cuda: withGpu });
    expect(await provider.probe()).toMatchObject({
      ok: false,
      reason: "'@tensorflow/tfjs-node-gpu' is not installed; '@tensorflow/tfjs-node' is not installed",
    });
    await expect(provider.load()).rejects.toThrow("'@tensorflow/tfjs-node-gpu' is not installed");
  });

  it('accepts where the driver and a GPU are there', async () => {
    const provider = tensorflowProvider({ from: [await application(GPU)] }, { cuda: withGpu });
    expect(await provider.probe()).toEqual({ ok: true, device: "'@tensorflow/tfjs-node-gpu', GPU", reason: '' });
  });

  it('steps back where there is no driver, unless it was asked for', async () => {
    const from = [await application(CPU)];
    expect(await tensorflowProvider({ from }, { cuda: plain }).probe()).toEqual({
      ok: false,
      device: '',
      reason:
        'NVIDIA driver: libcuda.so.1 was not found; CAPAS_BACKEND=tensorflow or gpu({ allowCpu: true }) takes it for the CPU',
    });
    const device = "'@tensorflow/tfjs-node', CPU (NVIDIA driver: libcuda.so.1 was not found)";
    expect(await tensorflowProvider({ from, allowCpu: true }, { cuda: plain }).probe()).toMatchObject({
      ok: true,
      device,
    });
    vi.stubEnv('CAPAS_BACKEND', 'tensorflow');
    expect(await tensorflowProvider({ from }, { cuda: plain }).probe()).toMatchObject({ ok: true, device });
  });

  it('becomes the active backend and runs what it lacks on the CPU backend, said once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const provider = tensorflowProvider({ from: [await application(GPU)] }, { cuda: withGpu, require: fakeTfjsNode() });
    expect(await useBackend(provider)).toMatchObject({ name: 'tensorflow', device: 'TensorFlow 2.9.1, GPU' });
    expect(tf.getBackend()).toBe('tensorflow');
    expect([...tf.sin([4, 5]).dataSync()]).toEqual([1, 1]);
    expect([...tf.square([3, -4]).dataSync()]).toEqual([9, 16]);
    expect([...tf.square([5]).dataSync()]).toEqual([25]);
    const messages = warn.mock.calls.map(([message]) => String(message));
    expect(messages.filter((message) => message.includes("'Square'"))).toHaveLength(1);
    expect(messages.filter((message) => !message.startsWith('capas: '))).toEqual([]);
  });

  it('refuses after loading if TensorFlow sees no GPU, and leaves the backend that was active', async () => {
    await tf.setBackend('cpu');
    const provider = tensorflowProvider(
      { from: [await application(GPU)] },
      { require: fakeTfjsNode({ hasGpu: false }) },
    );
    await expect(provider.load()).rejects.toThrow("'@tensorflow/tfjs-node-gpu' sees no GPU (TensorFlow 2.9.1, CPU)");
    expect(tf.getBackend()).toBe('cpu');
  });
});

describe('loadTfjsNode', () => {
  const packages = [GPU, CPU].map(({ name }) => ({ name, path: `/app/node_modules/${name}/dist/index.js` }));

  it('goes on to tfjs-node where the libraries of the GPU build are missing', async () => {
    const require = fakeTfjsNode({ hasGpu: false, broken: 'tfjs-node-gpu' });
    expect(await loadTfjsNode(packages, { allowCpu: true, require })).toBe('TensorFlow 2.9.1, CPU');
  });

  it('gives the first line of each reason where none can be loaded', async () => {
    const require = fakeTfjsNode({ broken: '@tensorflow/tfjs-node' });
    const load = loadTfjsNode(packages.slice(1), { allowCpu: true, require, reasons: ["'x' is not installed"] });
    await expect(load).rejects.toThrow(
      "'x' is not installed; '@tensorflow/tfjs-node' could not be loaded: libcudart.so.11.0: cannot open shared object file",
    );
  });

  it('loads no second TensorFlow into the process where the first sees no GPU', async () => {
    const require = vi.fn(fakeTfjsNode({ hasGpu: false }));
    await expect(loadTfjsNode(packages, { allowCpu: false, require })).rejects.toThrow('sees no GPU');
    expect(require).toHaveBeenCalledTimes(1);
  });

  it('puts back the kernels and gradients that were registered, and the backend that was active', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await tf.setBackend('cpu');
    const sin = tf.getKernel('Sin', 'cpu');
    const gradFunc = () => ({ x: () => tf.scalar(7) });
    tf.unregisterGradient('Relu');
    tf.registerGradient({ kernelName: 'Relu', gradFunc });
    await loadTfjsNode(packages, { allowCpu: true, require: fakeTfjsNode() });
    expect(tf.getKernel('Sin', 'cpu')).toBe(sin);
    expect(tf.getGradient('Relu').gradFunc).toBe(gradFunc);
    expect(tf.getBackend()).toBe('cpu');
    expect(warn).not.toHaveBeenCalled();
  });

  it('gives node:util the functions that Node 23 removed', async () => {
    await loadTfjsNode(packages, { allowCpu: true, require: fakeTfjsNode() });
    const util = (await import('node:util')).default as unknown as Record<string, (value: unknown) => boolean>;
    expect([util.isNullOrUndefined!(undefined), util.isNullOrUndefined!(0), util.isArray!([])]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('gpu', () => {
  it('lists cuda before tensorflow', () => {
    expect(gpu().map(({ name }) => name)).toEqual(['cuda', 'tensorflow']);
  });

  it('gives every reason where no backend can be started', async () => {
    const [cuda] = gpu();
    const tensorflow = tensorflowProvider({ from: [await application()] });
    await expect(useBackend(cuda!, tensorflow)).rejects.toThrow(
      /cuda: .*; tensorflow: '@tensorflow\/tfjs-node-gpu' is not installed/,
    );
  });
});
