import { afterEach, describe, expect, it, vi } from 'vitest';
import { gemmModule } from './gemm/gemm-module.ts';
import { startOwnCode } from './own-code.ts';

const memory = new WebAssembly.Memory({ initial: 1 });

/** A compiler that fails like this. */
const failing = (error: Error): void => {
  vi.spyOn(WebAssembly, 'Module').mockImplementation(function Module() {
    throw error;
  } as never);
};

describe('code of our own', () => {
  afterEach(() => vi.restoreAllMocks());

  it('is started on the given memory', () => {
    expect(startOwnCode(gemmModule(false), memory)).toHaveProperty('multiplyPanel');
  });

  it('is left out where the engine does not know its instructions', () => {
    expect(startOwnCode(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 99), memory)).toBeUndefined();
  });

  it('is left out where the engine compiles no more than 4 KB at once', () => {
    failing(
      new RangeError('WebAssembly.Compile is disallowed on the main thread, if the buffer size is larger than 4KB'),
    );
    expect(startOwnCode(gemmModule(false), memory)).toBeUndefined();
  });

  it('does not hide other errors', () => {
    failing(new WebAssembly.CompileError('invalid'));
    expect(() => startOwnCode(gemmModule(false), memory)).toThrow('invalid');
  });
});
