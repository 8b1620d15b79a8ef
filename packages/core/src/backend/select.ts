import * as tf from '@tensorflow/tfjs-core';
import { BackendError, UnknownNameError } from '../errors.ts';
import { discoverProviders, isNode } from './discover.ts';
import type { BackendProvider } from './provider.ts';
import { type ActiveBackend, session } from './session.ts';
import { installTfjs, registerOwnKernels } from './tfjs-bridge.ts';

/** What was found of one provider. */
export interface ProviderReport {
  readonly name: string;
  readonly ok: boolean;
  readonly device: string;
  readonly reason: string;
  readonly advice: string;
}

/**
 * Starts the fastest backend that works here, once: CUDA, else native, else WASM, else JavaScript. Later calls return
 * the one that is active. `fit`, `evaluate` and `predict` call it themselves.
 *
 * In Node it looks for the installed `@capas/backend-gpu` and `@capas/backend-cpu`; elsewhere choose with
 * {@link useBackend}. The environment variable `CAPAS_BACKEND` (`wasm`, `js`, `cuda` …) names the one to take.
 *
 * @throws BackendError if none works; it lists each one's reason.
 */
export async function ready(): Promise<ActiveBackend> {
  if (session.active) return session.active;
  session.starting ??= discoverProviders()
    .then(({ providers, notes }) => start(providers, notes))
    .finally(() => {
      session.starting = undefined;
    });
  return session.starting;
}

/**
 * Starts the first of the given backends that works here and makes it the active one.
 *
 * Tensors and variables stay usable: tfjs moves their data when they are next read.
 *
 * @throws BackendError if none works; it lists each one's reason.
 * @example
 * const backend = await useBackend(gpu(), cpu());
 * console.log(backend.name, backend.device, backend.reason);
 */
export async function useBackend(
  ...choices: readonly (BackendProvider | readonly BackendProvider[])[]
): Promise<ActiveBackend> {
  return start(choices.flat(), []);
}

/** The active backend, or `undefined` before {@link ready}. */
export const activeBackend = (): ActiveBackend | undefined => session.active;

/** Probes every provider, without starting any: what `npx capas doctor` prints. */
export async function backendReport(
  ...choices: readonly (BackendProvider | readonly BackendProvider[])[]
): Promise<ProviderReport[]> {
  const providers = choices.length ? choices.flat() : (await discoverProviders()).providers;
  return Promise.all(
    providers.map(async (provider) => ({
      name: provider.name,
      advice: provider.advice ?? '',
      ...(await safeProbe(provider)),
    })),
  );
}

async function start(all: readonly BackendProvider[], notes: readonly string[]): Promise<ActiveBackend> {
  const providers = requested(all);
  const reasons = [...notes];
  for (const provider of providers) {
    const probe = await safeProbe(provider);
    if (!probe.ok) {
      reasons.push(`${provider.name}: ${probe.reason}`);
      continue;
    }
    try {
      const { engineName, device, executor } = await provider.load();
      installTfjs();
      registerOwnKernels(engineName);
      if (!(await tf.setBackend(engineName))) throw new Error('tfjs-core could not initialise it');
      session.active = Object.freeze({ name: provider.name, device, reason: reasons.join('; ') });
      session.executor = executor;
      return session.active;
    } catch (error) {
      reasons.push(`${provider.name}: ${(error as Error).message}`);
    }
  }
  throw new BackendError(
    `No backend could be started. ${reasons.join('; ') || 'None was given'}. ${remedy(providers)}`,
  );
}

/** What to do when none of the allowed backends works. */
function remedy(providers: readonly BackendProvider[]): string {
  if (!isNode()) return 'Choose one: `await useBackend(cpu())`, with cpu from @capas/backend-cpu.';
  const wanted = globalThis.process?.env?.CAPAS_BACKEND;
  if (!wanted) return 'Install one: `npm install @capas/backend-cpu` works everywhere.';
  const advice = providers.find(({ advice: text }) => text)?.advice;
  return `CAPAS_BACKEND allows '${wanted}' only: ${advice ? `${advice}, or ` : ''}leave it out for the fastest that works.`;
}

/** The providers that `CAPAS_BACKEND` allows: all, or the named one. */
function requested(providers: readonly BackendProvider[]): readonly BackendProvider[] {
  const wanted = globalThis.process?.env?.CAPAS_BACKEND;
  if (!wanted) return providers;
  const chosen = providers.filter(({ name }) => name === wanted);
  if (chosen.length === 0)
    throw new UnknownNameError(
      'backend in CAPAS_BACKEND',
      wanted,
      providers.map(({ name }) => name),
    );
  return chosen;
}

async function safeProbe(provider: BackendProvider): Promise<{ ok: boolean; device: string; reason: string }> {
  try {
    return await provider.probe();
  } catch (error) {
    return { ok: false, device: '', reason: `its probe failed: ${(error as Error).message}` };
  }
}
