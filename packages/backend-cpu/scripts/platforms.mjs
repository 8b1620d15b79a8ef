import { fileURLToPath } from 'node:url';

/**
 * A platform that has a package with the native library, `@capas/backend-cpu-<name>`.
 *
 * @typedef {{
 *   name: string, target: string, runner: string,
 *   os: string, cpu: string, libc?: 'glibc' | 'musl', glibc?: string,
 * }} Platform `target`: for Rust; `runner`: the machine of the release workflow; `glibc`: the oldest that must do
 */

/** All of them. The release workflow, the packages and the names of local builds are made from this list. */
export const platforms = /** @type {readonly Platform[]} */ ([
  {
    name: 'linux-x64-gnu',
    target: 'x86_64-unknown-linux-gnu',
    runner: 'ubuntu-latest',
    os: 'linux',
    cpu: 'x64',
    libc: 'glibc',
    glibc: '2.28',
  },
  {
    name: 'linux-arm64-gnu',
    target: 'aarch64-unknown-linux-gnu',
    runner: 'ubuntu-24.04-arm',
    os: 'linux',
    cpu: 'arm64',
    libc: 'glibc',
    glibc: '2.28',
  },
  {
    name: 'linux-x64-musl',
    target: 'x86_64-unknown-linux-musl',
    runner: 'ubuntu-latest',
    os: 'linux',
    cpu: 'x64',
    libc: 'musl',
  },
  { name: 'darwin-x64', target: 'x86_64-apple-darwin', runner: 'macos-15-intel', os: 'darwin', cpu: 'x64' },
  { name: 'darwin-arm64', target: 'aarch64-apple-darwin', runner: 'macos-latest', os: 'darwin', cpu: 'arm64' },
  { name: 'win32-x64', target: 'x86_64-pc-windows-msvc', runner: 'windows-latest', os: 'win32', cpu: 'x64' },
]);

/** The name of the library's file in `native/`. @param {string} platform its name */
export const libraryFile = (platform) => `capas-backend-cpu.${platform}.node`;

// For the matrix of the release workflow.
if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(`list=${JSON.stringify(platforms)}`);
