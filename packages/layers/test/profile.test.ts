import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import { boundOf, type Executor, HostArray, jsExecutor, memory, setSeed, type Tensor, useBackend } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { clearSession, Layer, layers, type Model, sequential } from '../src/index.ts';
import { useExecutor, watchedExecutor } from './support/executors.ts';

const x = new HostArray(
  Float32Array.from({ length: 18 * 32 }, (_, i) => Math.abs(Math.sin(12.9898 * (i + 1)))),
  [18, 4, 4, 2],
);
const y = new HostArray(
  Int32Array.from({ length: 18 }, (_, i) => (i * 7) % 3),
  [18],
);

/** A model with state of every kind: weights, moving means, moments, metrics and random numbers. */
function make(jitCompile: boolean | 'auto' = true): Model {
  clearSession();
  setSeed(7);
  const net = sequential(
    [
      layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', padding: 'same', inputShape: [4, 4, 2] }),
      layers.batchNormalization(),
      layers.flatten(),
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
    { name: 'net' },
  );
  return net.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'], jitCompile });
}

/** Every number that training changes, but for those of the random generators. */
const stateOf = (net: Model): unknown =>
  [
    ...net.weights,
    ...net.optimizer.variables,
    ...net.compilation.metrics.flatMap(({ metric }) => metric.variables),
  ].map(({ path, value }) => [path, [...value.dataSync()]]);

const fitOptions = { batchSize: 4, epochs: 2, verbose: 0 } as const;
const quick = { batchSize: 4, steps: 3, bound: false } as const;

beforeEach(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

describe('model.profile', () => {
  test.each(['train', 'evaluate', 'predict'] as const)('%s leaves the model as it is, bit for bit', async (mode) => {
    const results = [];
    for (const isProfiled of [true, false]) {
      const net = make();
      await net.fit(x, y, fitOptions);
      if (isProfiled) {
        const [before, tensors] = [stateOf(net), memory().tensors];
        await net.profile(x, y, { ...quick, mode });
        expect(memory().tensors).toBe(tensors);
        expect(stateOf(net)).toEqual(before);
      }
      setSeed(3);
      // with the same masks of dropout, if its generator was left alone
      const { history } = await net.fit(x, y, fitOptions);
      results.push([history, stateOf(net)]);
      net.dispose();
    }
    expect(results[0]).toEqual(results[1]);
  });

  test('a model that was never trained is as good as new after it', async () => {
    const histories = [];
    for (const isProfiled of [true, false]) {
      const net = make();
      if (isProfiled) await net.profile(x, y, quick);
      histories.push((await net.fit(x, y, fitOptions)).history);
      net.dispose();
    }
    expect(histories[0]).toEqual(histories[1]);
  });

  test('everything it holds is freed, also where the run fails', async () => {
    const executor = watchedExecutor();
    await useExecutor(executor);
    const net = make();
    await net.profile(x, y, quick);
    expect(executor.held).toEqual({ buffers: 0, executables: 0 });
    const failing: Executor = {
      ...executor,
      compile: (plan) => ({
        ...executor.compile(plan),
        runMany: () => Promise.reject(new Error('it broke')),
      }),
    };
    await useExecutor(failing);
    await expect(net.profile(x, y, quick)).rejects.toThrow('it broke');
    expect(executor.held.buffers).toBe(0);
    net.dispose();
  });

  test('times add up, and go to the layers that they are of', async () => {
    const net = make();
    const profile = await net.profile(x, y, { ...quick, steps: 5 });
    expect([profile.name, profile.steps, profile.device]).toEqual(['net: train, batches of 4', 5, 'js, 1 thread']);
    const { instructions, layers: byLayer, primitives, milliseconds, instructionMilliseconds } = profile;
    expect(instructionMilliseconds).toBeGreaterThan(0);
    expect(instructionMilliseconds).toBeLessThanOrEqual(milliseconds);
    const sumOf = (rows: readonly { readonly milliseconds: number }[]): number =>
      rows.reduce((sum, row) => sum + row.milliseconds, 0);
    for (const rows of [instructions, byLayer, primitives]) {
      expect(sumOf(rows)).toBeCloseTo(instructionMilliseconds, 9);
      expect(rows.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    }
    const names = byLayer.map(({ name }) => name);
    const parts = ['conv2d', 'batch_normalization', 'dropout', 'dense'].map((name) => `net/${name}`);
    expect(names).toEqual(expect.arrayContaining([...parts, 'loss', 'optimizer', 'metrics', 'batch']));
    for (const name of ['net/conv2d', 'net/dense']) {
      const { gradientMilliseconds, milliseconds: all } = byLayer.find((layer) => layer.name === name)!;
      expect(gradientMilliseconds).toBeGreaterThan(0);
      expect(gradientMilliseconds).toBeLessThan(all);
    }
    const filters = instructions.filter(({ primitive }) => primitive === 'convFilterGrad');
    expect(filters.map(({ layer, isGradient }) => [layer, isGradient])).toEqual([['net/conv2d', true]]);
    net.dispose();
  });

  test('evaluation and prediction have no gradients, nor an optimizer', async () => {
    const net = make();
    for (const profile of [
      await net.profile(x, y, { ...quick, mode: 'evaluate' }),
      await net.profile(x, undefined, quick),
    ]) {
      expect(profile.layers.map(({ name }) => name)).not.toContain('optimizer');
      expect(profile.layers.every(({ gradientMilliseconds }) => gradientMilliseconds === 0)).toBe(true);
      expect(profile.steps).toBe(3);
    }
    expect((await net.profile(x, undefined, quick)).name).toBe('net: predict, batches of 4');
    net.dispose();
  });

  test('more samples in a batch than there are, and data in blocks', async () => {
    const net = make();
    expect((await net.profile(x, y, { ...quick, batchSize: 100 })).name).toBe('net: train, batches of 18');
    await useExecutor(watchedExecutor({ residentBytes: 2000 }));
    expect((await net.profile(x, y, { ...quick, steps: 9 })).steps).toBe(9);
    net.dispose();
  });

  test('the share of the bound, where it is wanted', async () => {
    const net = make();
    const profile = await net.profile(x, y, { batchSize: 4, steps: 3 });
    expect(profile.bound).toBe(await boundOf(jsExecutor));
    expect(profile.layers.every(({ ofBound }) => ofBound !== undefined && ofBound >= 0)).toBe(true);
    expect(profile.toString()).toContain('of bound');
    expect((await net.profile(x, y, quick)).toString()).not.toContain('bound');
    net.dispose();
  });

  test('as a trace for Chrome', async () => {
    const net = make();
    const profile = await net.profile(x, y, quick);
    const { traceEvents } = JSON.parse(profile.chromeTrace()) as {
      traceEvents: { ph: string; cat: string; name: string; ts: number; dur: number; args: { shape: string } }[];
    };
    const events = traceEvents.filter(({ ph }) => ph === 'X');
    expect(events.map(({ cat }) => cat)).toEqual(
      profile.instructions.filter(({ milliseconds }) => milliseconds > 0).map(({ primitive }) => primitive),
    );
    events.reduce((end, { ts, dur }) => {
      expect(ts).toBeCloseTo(end, 6);
      return ts + dur;
    }, 0);
    expect(events.find(({ cat }) => cat === 'conv')).toMatchObject({
      name: 'net/conv2d/Conv2D',
      args: { shape: 'float32[4,4,4,3]', flops: expect.any(Number), bytes: expect.any(Number) },
    });
    net.dispose();
  });

  test('what cannot be profiled is said', async () => {
    const net = make();
    const nothing = net as unknown as { profile(...args: unknown[]): Promise<unknown> };
    await expect(nothing.profile(x, y, { step: 3 })).rejects.toThrow("Did you mean 'steps'?");
    await expect(nothing.profile(x, y, { mode: 'fit' })).rejects.toThrow("profile: `mode` must be one of 'train'");
    await expect(nothing.profile(x, y, { steps: 0 })).rejects.toThrow('profile: `steps` must be a positive integer');
    await expect(nothing.profile(x, y, { batchSize: 1.5 })).rejects.toThrow('profile: `batchSize`');
    await expect(net.profile(x, undefined, { mode: 'train' })).rejects.toThrow('profile: `y` must be targets');
    await expect(net.profile(x, y.slice(0, 3))).rejects.toThrow('`y` has 3');
    const eager = make(false);
    await expect(eager.profile(x, y)).rejects.toThrow('the model runs op by op. Compile it with `jitCompile: true`.');
    clearSession();
    const plain = sequential([layers.dense({ units: 1, inputShape: [2] })]);
    await expect(plain.profile(new HostArray(new Float32Array(4), [2, 2]), y)).rejects.toThrow(
      'must be compiled first',
    );
    const [js] = cpu({ prefer: ['js'] });
    await useBackend({
      name: 'bare',
      probe: js!.probe,
      load: async () => ({ ...(await js!.load()), executor: undefined }),
    });
    await expect(net.profile(x, y)).rejects.toThrow('the backend runs no programs. Choose another with `useBackend`.');
    for (const model of [net, eager, plain]) model.dispose();
  });
});

describe('CAPAS_PROFILE', () => {
  const logged: string[] = [];
  let folder: string;
  let file: string;

  beforeEach(() => {
    logged.length = 0;
    folder = mkdtempSync(join(tmpdir(), 'capas-profile-'));
    file = join(folder, 'trace.json');
    vi.stubEnv('CAPAS_PROFILE', file);
    for (const level of ['error', 'warn'] as const) {
      vi.spyOn(console, level).mockImplementation((text: string) => void logged.push(text));
    }
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  test('fit writes what its programs took, and trains as without', async () => {
    const options = { ...fitOptions, validationData: [x.slice(0, 8), y.slice(0, 8)] } as const;
    const net = make();
    const { history } = await net.fit(x, y, options);
    expect(readdirSync(folder)).toEqual(['trace.json']);
    const { traceEvents } = JSON.parse(readFileSync(file, 'utf8')) as {
      traceEvents: { name: string; args: { name: string }; ph: string; pid: number }[];
    };
    const processes = traceEvents.filter(({ name }) => name === 'process_name').map(({ args }) => args.name);
    expect(processes).toEqual(['net: train, batches of 4', 'net: train, batches of 2', 'net: test, batches of 4']);
    for (const pid of [1, 2, 3]) {
      expect(traceEvents.some((event) => event.pid === pid && event.ph === 'X')).toBe(true);
    }
    const [printed] = logged;
    expect(printed).toMatch(/net: train, batches of 4: [\d.]+ ms a step, .*\(8 steps, js, 1 thread\)/);
    expect(printed).toMatch(/net: test, batches of 4: .*\(4 steps, /);
    expect(printed).toContain(`The profile is in ${file}`);

    vi.stubEnv('CAPAS_PROFILE', '');
    const other = make();
    expect((await other.fit(x, y, options)).history).toEqual(history);
    expect(logged).toHaveLength(1);
    for (const model of [net, other]) model.dispose();
  });

  test('a model that runs op by op says so, once', async () => {
    const net = make(false);
    await net.fit(x, y, fitOptions);
    await net.fit(x, y, fitOptions);
    expect(logged).toEqual(["capas: CAPAS_PROFILE: model 'net' runs op by op, so there is no program to profile."]);
    net.dispose();
  });

  test('a file that cannot be written does not end the training', async () => {
    vi.stubEnv('CAPAS_PROFILE', join(folder, 'missing', 'trace.json'));
    const net = make();
    const { history } = await net.fit(x, y, fitOptions);
    expect(history.loss).toHaveLength(2);
    expect(logged.join()).toMatch(/CAPAS_PROFILE: there is no profile of model 'net'\. ENOENT/);
    net.dispose();
  });

  test('without it nothing is measured', async () => {
    vi.stubEnv('CAPAS_PROFILE', '');
    const asked = vi.fn();
    await useExecutor({
      ...jsExecutor,
      compile: (plan) => {
        const executable = jsExecutor.compile(plan);
        executable.profile = asked;
        return executable;
      },
    });
    const net = make();
    await net.fit(x, y, fitOptions);
    expect(asked).not.toHaveBeenCalled();
    net.dispose();
  });
});

const [native] = cpu({ prefer: ['native'] });
const hasNative = (await native!.probe()).ok;

/** What no executor does by itself. */
class Mirrored extends Layer {
  static override readonly className = 'Mirrored';
  override call(inputs: Tensor): Tensor {
    const none = [0, 0] as [number, number];
    return tf.mirrorPad(inputs, [none, [1, 1], [1, 1], none], 'reflect');
  }
}

describe.skipIf(!hasNative)('in native code', () => {
  test('times add up, also of what the host does', async () => {
    await useBackend(cpu({ prefer: ['native'] }));
    clearSession();
    const net = sequential([layers.activation({ activation: 'relu', inputShape: [4, 4, 2] }), new Mirrored()], {
      name: 'net',
    });
    const { instructions, milliseconds, instructionMilliseconds } = await net.profile(x, undefined, quick);
    const byHost = instructions.filter(({ layer }) => layer === 'net/mirrored');
    expect(Math.max(...byHost.map((row) => row.milliseconds))).toBeGreaterThan(0);
    expect(instructionMilliseconds).toBeGreaterThan(0);
    expect(instructionMilliseconds).toBeLessThanOrEqual(milliseconds);
    net.dispose();

    const trained = make();
    await trained.fit(x, y, fitOptions);
    const before = stateOf(trained);
    const profile = await trained.profile(x, y, { ...quick, steps: 20 });
    expect(stateOf(trained)).toEqual(before);
    expect(profile.instructionMilliseconds).toBeGreaterThan(0);
    expect(profile.instructionMilliseconds).toBeLessThanOrEqual(profile.milliseconds);
    trained.dispose();
  });
});
