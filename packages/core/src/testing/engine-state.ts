import * as tf from '@tensorflow/tfjs-core';

/** Runs `fn` and requires that it leaves tfjs's engine and every `tf.Variable` as they were, but for the next ids. */
export function leavesEngine<T>(fn: () => T): T {
  const before = engineState();
  const result = fn();
  const after = engineState();
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const changed = names.filter((name) => !Object.is(before.get(name), after.get(name)));
  if (changed.length > 0) throw new Error(`the engine was changed: ${changed.join(', ')}`);
  return result;
}

function engineState(): Map<string, unknown> {
  const engine = tf.engine() as unknown as Record<string, unknown> & { state: Record<string, unknown> };
  const { state } = engine;
  const backend = tf.backend();
  const variables = Object.values(tf.engine().registeredVariables);
  return new Map<string, unknown>([
    ...Object.entries(engine).filter(([key]) => key !== 'state'),
    ...Object.entries(state).filter(([key]) => !/^next|^activeProfile$/.test(key)),
    ['scopes', (state.scopeStack as unknown[]).length],
    ['data of the backend', backend.numDataIds()],
    ...variables.flatMap(({ name, dataId }): [string, unknown][] => [
      [`variable ${name}`, dataId],
      [`references to variable ${name}`, backend.refCount(dataId)],
    ]),
  ]);
}
