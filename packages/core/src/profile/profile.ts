import type { Bound } from '../backend/executor.ts';
import type { CompiledStep, StepTimes } from '../compile/compiled-step.ts';
import { writeWhole } from '../write-whole.ts';
import { chromeTrace } from './chrome-trace.ts';
import {
  type GroupProfile,
  type InstructionProfile,
  profileGroups,
  profileInstructions,
  sumOf,
} from './instruction-profile.ts';
import { type ProfileTextOptions, profileText } from './profile-text.ts';

/** Where the time of a program goes: means over the steps that were measured. */
export class Profile {
  /** Of what: `'net: train, batches of 32'`. */
  readonly name: string;
  /** What it ran on: `'native, 2 threads'`. */
  readonly device: string;
  /** How many steps were measured. */
  readonly steps: number;
  /** The time of a step. */
  readonly milliseconds: number;
  /** Of that, the time of its instructions. */
  readonly instructionMilliseconds: number;
  /** What the device can do at most, where that was measured. */
  readonly bound: Bound | undefined;
  /** In the order of the program, then those in its loops. */
  readonly instructions: readonly InstructionProfile[];
  /** By the paths of layers, `''` without one; those that took longest first. */
  readonly layers: readonly GroupProfile[];
  /** By primitives; those that took longest first. */
  readonly primitives: readonly GroupProfile[];

  constructor(
    name: string,
    { plan, executor }: Pick<CompiledStep, 'plan' | 'executor'>,
    times: StepTimes,
    bound?: Bound,
  ) {
    const steps = Math.max(1, times.steps);
    this.name = name;
    this.device = `${executor.name}, ${executor.threads} thread${executor.threads === 1 ? '' : 's'}`;
    this.steps = times.steps;
    this.milliseconds = times.milliseconds / steps;
    this.bound = bound;
    this.instructions = profileInstructions(
      plan,
      times.nanoseconds.map((time) => time / steps),
      bound,
    );
    this.instructionMilliseconds = sumOf(this.instructions, ({ milliseconds }) => milliseconds);
    this.layers = profileGroups(this.instructions, ({ layer }) => layer);
    this.primitives = profileGroups(this.instructions, ({ primitive }) => primitive);
  }

  /** Tables of layers, primitives and instructions, those that took longest first. */
  toString(options: ProfileTextOptions = {}): string {
    return profileText(this, options);
  }

  /** Prints {@link toString}. */
  print({ print = console.log, ...options }: ProfileTextOptions & { print?: (text: string) => void } = {}): void {
    print(this.toString(options));
  }

  /** One step as JSON for Chrome's `about:tracing` and ui.perfetto.dev. */
  chromeTrace(): string {
    return chromeTrace([this]);
  }

  /** Writes {@link chromeTrace} to a file, in Node. @throws StateError elsewhere */
  async save(file: string): Promise<void> {
    await writeWhole(file, this.chromeTrace());
  }
}
