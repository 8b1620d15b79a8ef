/** How to get Node's own modules, in Node. */
export const builtinModules = (): typeof process.getBuiltinModule | undefined =>
  globalThis.process?.versions?.node ? globalThis.process.getBuiltinModule?.bind(globalThis.process) : undefined;
