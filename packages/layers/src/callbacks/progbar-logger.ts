import { ArgumentError } from '@capas/core';
import type { Logs } from '../training/logs.ts';
import { Callback } from './callback.ts';

/**
 * Prints the progress of training as Keras does: a bar that fills up on a terminal (`verbose` 1), or a line per epoch (2).
 *
 * @see Keras 3, `keras/src/utils/progbar.py`: the layout follows it.
 */
export class ProgbarLogger extends Callback {
  readonly #verbose: 1 | 2;
  readonly #write: (text: string) => void;
  #inEpoch = false;
  #start = 0;
  #steps = 0;

  constructor(verbose: 1 | 2, write: (text: string) => void = defaultWrite) {
    super();
    this.#verbose = verbose;
    this.#write = write;
  }

  override onEpochBegin(epoch: number): void {
    this.#inEpoch = true;
    this.#start = performance.now();
    this.#steps = this.params.steps;
    if (this.params.epochs > 1) this.#write(`Epoch ${epoch + 1}/${this.params.epochs}\n`);
  }

  override onProgress(batch: number, logs: Logs): void {
    if (this.#verbose === 1) this.#write(`\r${this.#bar(batch + 1, logs)}\x1b[K`);
  }

  override onEpochEnd(_epoch: number, logs: Logs): void {
    this.#inEpoch = false;
    this.#finish(logs);
  }

  override onTestBegin(): void {
    if (this.#inEpoch) return;
    this.#start = performance.now();
    this.#steps = this.params.steps;
  }

  override onTestProgress(batch: number, logs: Logs): void {
    if (!this.#inEpoch && this.#verbose === 1) this.#write(`\r${this.#bar(batch + 1, logs)}\x1b[K`);
  }

  override onTestEnd(logs: Logs): void {
    if (!this.#inEpoch) this.#finish(logs);
  }

  override onPredictBegin(): void {
    this.onTestBegin();
  }

  override onPredictProgress(batch: number): void {
    this.onTestProgress(batch, {});
  }

  override onPredictEnd(): void {
    this.onTestEnd({});
  }

  #finish(logs: Logs): void {
    // of a stream the number of steps is known at its end
    if (!Number.isFinite(this.#steps)) this.#steps = this.params.steps;
    if (this.#verbose === 1) {
      this.#write(`\r${this.#bar(this.#steps, logs)}\x1b[K\n`);
      return;
    }
    const seconds = this.#seconds();
    this.#write(
      `${this.#steps}/${this.#steps} - ${Math.round(seconds)}s - ${perStep(seconds, this.#steps)}${values(logs)}\n`,
    );
  }

  #bar(done: number, logs: Logs): string {
    if (!Number.isFinite(this.#steps)) {
      const seconds = this.#seconds();
      return `${bold(`${done}/Unknown`)} ${bold(clock(seconds))} ${perStep(seconds, done)}${values(logs)}`;
    }
    const width = 20;
    const filled = Math.floor((width * done) / this.#steps);
    const seconds = this.#seconds();
    const left = (seconds / done) * (this.#steps - done);
    const time = done < this.#steps ? `${bold(clock(left))}` : `${bold(clock(seconds))}`;
    const counter = `${String(done).padStart(String(this.#steps).length)}/${this.#steps}`;
    return `${bold(counter)} ${green('━'.repeat(filled))}${dim('━'.repeat(width - filled))} ${time} ${perStep(seconds, done)}${values(logs)}`;
  }

  #seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }
}

/** What is shown for a `verbose` option here: a bar needs a terminal, elsewhere it becomes a line per epoch. */
export function shownVerbose(who: string, verbose: unknown = 'auto'): 0 | 1 | 2 {
  if (![0, 1, 2, 'auto'].includes(verbose as string))
    throw new ArgumentError(who, 'verbose', "0, 1, 2 or 'auto'", verbose);
  if (verbose === 0 || verbose === 2) return verbose;
  return globalThis.process?.stdout?.isTTY ? 1 : 2;
}

function defaultWrite(text: string): void {
  const out = globalThis.process?.stdout;
  if (out?.write) out.write(text);
  else if (text.endsWith('\n')) console.log(text.replaceAll('\x1b[K', '').trim());
}

const values = (logs: Logs): string =>
  Object.entries(logs)
    .map(
      ([name, value]) => ` - ${name}: ${Math.abs(value) > 1e-3 || value === 0 ? value.toFixed(4) : scientific(value)}`,
    )
    .join('');

/** `1.2345e-04`, with two digits of the exponent, as Python writes it. */
const scientific = (value: number): string => value.toExponential(4).replace(/(?<=e[+-])\d$/, '0$&');

function perStep(seconds: number, steps: number): string {
  const each = seconds / Math.max(1, steps);
  if (each >= 1) return `${Math.round(each)}s/step`;
  return each >= 1e-3 ? `${Math.round(each * 1e3)}ms/step` : `${Math.round(each * 1e6)}us/step`;
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole >= 3600) return `${Math.floor(whole / 3600)}:${two((whole % 3600) / 60)}:${two(whole % 60)}`;
  return whole >= 60 ? `${Math.floor(whole / 60)}:${two(whole % 60)}` : `${whole}s`;
}

const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
const bold = (text: string): string => `\x1b[1m${text}\x1b[0m`;
const green = (text: string): string => `\x1b[32m${text}\x1b[0m`;
const dim = (text: string): string => `\x1b[37m${text}\x1b[0m`;
