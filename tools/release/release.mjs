import { capture, exitWith, pnpm, run, turbo } from '../process.mjs';
import { nativeVersion, withNativeDependencies, writeNativePackages } from './native-packages.mjs';

/** Publishes the packages whose version npm does not have yet; those with native libraries before the one that wants them. */
export async function release() {
  await exitWith(turbo('build'));
  if (!(await isPublished('@capas/backend-cpu'))) {
    for (const { name, folder } of writeNativePackages()) {
      if (!(await isPublished(name))) await exitWith(run('npm', ['publish'], { ...capture, cwd: folder }));
    }
  }
  await exitWith(withNativeDependencies(() => pnpm(['exec', 'changeset', 'publish'], { ask: true })));
}

/** @param {string} name a package that has the version of @capas/backend-cpu */
async function isPublished(name) {
  const { code, output } = await run('npm', ['view', `${name}@${nativeVersion()}`, 'version'], capture);
  return code === 0 && output.trim() !== '';
}
