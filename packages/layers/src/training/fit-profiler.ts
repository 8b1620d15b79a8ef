import { boundOf, type CompiledStep, chromeTrace, environment, noticeOnce, Profile, writeWhole } from '@capas/core';
import type { Model } from '../models/model.ts';

/** Measures the compiled steps of a `fit`, where the environment variable `CAPAS_PROFILE` names a file. */
export class FitProfiler {
  readonly #model: Model;
  readonly #file: string;
  /** The names of what is measured. */
  readonly #watched = new Map<CompiledStep, string>();

  private constructor(model: Model, file: string) {
    this.#model = model;
    this.#file = file;
  }

  /** One for this run, if it is asked for. */
  static wanted(model: Model): FitProfiler | undefined {
    const file = environment('CAPAS_PROFILE');
    return file ? new FitProfiler(model, file) : undefined;
  }

  /** Measures a step from its first run on. */
  watch(step: CompiledStep, kind: string, size: number): void {
    if (this.#watched.has(step)) return;
    try {
      step.startMeasuring();
      this.#watched.set(step, profileName(this.#model, kind, size));
    } catch (error) {
      this.#sayWhyNot(error);
    }
  }

  /** Ends it: writes the trace to the file, and the tables to stderr. What goes wrong there does not end the training. */
  async finish(): Promise<void> {
    try {
      const measured = [...this.#watched]
        .filter(([{ isDisposed }]) => !isDisposed)
        .map(([step, name]) => ({ step, name, times: step.stopMeasuring() }));
      if (measured.length === 0) {
        noticeOnce(`CAPAS_PROFILE: model '${this.#model.name}' runs op by op, so there is no program to profile.`);
        return;
      }
      const profiles: Profile[] = [];
      for (const { step, name, times } of measured) {
        profiles.push(new Profile(name, step, times, await boundOf(step.executor)));
      }
      await writeWhole(this.#file, chromeTrace(profiles));
      console.error([...profiles, `The profile is in ${this.#file}: open it at https://ui.perfetto.dev.`].join('\n\n'));
    } catch (error) {
      this.#sayWhyNot(error);
    }
  }

  #sayWhyNot(error: unknown): void {
    noticeOnce(`CAPAS_PROFILE: there is no profile of model '${this.#model.name}'. ${(error as Error).message}`);
  }
}

/** What a profile is of. */
export const profileName = (model: Model, kind: string, size: number): string =>
  `${model.name}: ${kind}, batches of ${size}`;
