import { builtinModules } from '../builtin-modules.ts';

/**
 * The platform of this process as in the names of the packages that hold the native library: `linux-x64-gnu`,
 * `darwin-arm64`.
 */
export function platformName(): string {
  const { platform, arch } = process;
  return platform === 'linux' ? `linux-${arch}-${hasMusl() ? 'musl' : 'gnu'}` : `${platform}-${arch}`;
}

/** Whether Node itself runs on musl, the C library of Alpine Linux. */
function hasMusl(): boolean {
  try {
    return builtinModules()!('node:fs').readFileSync('/proc/self/maps', 'latin1').includes('/ld-musl-');
  } catch {
    return false; // no /proc: glibc is what nearly all have
  }
}
