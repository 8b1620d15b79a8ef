import { debugOutput, environment } from '../debug-output.ts';
import { CapasError } from '../errors.ts';
import { costOf } from '../program/cost.ts';
import { print } from '../program/print.ts';
import type { Program } from '../program/program.ts';
import { verify } from '../program/verify.ts';
import { loopAttributes } from './loop-draft.ts';
import type { Pass } from './pass.ts';
import { pipeline } from './pipeline.ts';
import { planMemory } from './plan-memory.ts';

/** Options of {@link runPasses}. */
export interface RunPassesOptions {
  /** @defaultValue `pipeline` */
  readonly passes?: readonly Pass[];
  /** Checks the program before the first pass and after each. @defaultValue `true` in development and tests (`NODE_ENV`), and when debugging */
  readonly verify?: boolean;
  /** Receives the program after each pass that changed it, with its costs. @defaultValue the console if the environment variable `CAPAS_DEBUG` has `passes` in it */
  readonly debug?: ((text: string) => void) | undefined;
}

/**
 * Runs the passes over a program, one after the other.
 *
 * @throws {CapasError} Where a pass made an illegal program: names the pass and the instruction.
 */
export function runPasses(program: Program, options: RunPassesOptions = {}): Program {
  const { passes = pipeline, debug = debugOutput('passes') } = options;
  const checks = options.verify ?? (debug !== undefined || ['development', 'test'].includes(environment('NODE_ENV')));
  if (checks) verify(program);
  debug?.(`before the passes: ${describeCosts(program)}\n${print(program)}`);
  return passes.reduce((before, pass) => {
    const after = runWithBodies(pass, before);
    if (checks && after !== before) verifyAfter(pass, after);
    if (after !== before) debug?.(`${pass.name}: ${describeCosts(after)}\n${print(after)}`);
    return after;
  }, program);
}

/** Runs a pass over the bodies of loops, the inner ones first, and then over the program. */
export function runWithBodies(pass: Pass, program: Program): Program {
  let changed = false;
  const instructions = program.instructions.map((instruction) => {
    if (instruction.primitive !== 'loop') return instruction;
    const { body } = loopAttributes(instruction);
    const better = runWithBodies(pass, body);
    if (better === body) return instruction;
    changed = true;
    return { ...instruction, attrs: { ...instruction.attrs, body: better } };
  });
  return pass.run(changed ? { ...program, instructions } : program);
}

/** One line: how much there is to do, and the memory it takes. */
export function describeCosts(program: Program): string {
  const { flops, bytes } = costOf(program);
  const { arenaBytes, statesInPlace } = planMemory(program);
  return [
    `${program.instructions.length} instructions`,
    `${quantity(flops)}flop`,
    `${quantity(bytes)}B moved`,
    `${quantity(arenaBytes)}B arena`,
    `${statesInPlace.size} states in place`,
  ].join(', ');
}

const quantity = (value: number): string => {
  const [factor, unit] = value >= 1e9 ? [1e9, 'G'] : value >= 1e6 ? [1e6, 'M'] : value >= 1e3 ? [1e3, 'k'] : [1, ''];
  return `${Number((value / factor).toPrecision(3))} ${unit}`;
};

function verifyAfter(pass: Pass, program: Program): void {
  try {
    verify(program);
  } catch (error) {
    if (!(error instanceof CapasError)) throw error;
    throw new CapasError(`The pass '${pass.name}' made an illegal program. ${error.message}`, { cause: error });
  }
}
