import { join, posix, win32 } from 'node:path';

/** The three questions a probe asks a file system. None throws: what cannot be read is not there. */
export interface FileView {
  /** The names in a folder; `[]` if it is missing, unreadable or no folder. */
  list(path: string): Promise<string[]>;
  /** A small text file; `''` if it is missing or unreadable. */
  read(path: string): Promise<string>;
  exists(path: string): Promise<boolean>;
}

/**
 * The real file system, seen from `root`: with `root` `/mnt/image`, the path `/proc/version` is read at
 * `/mnt/image/proc/version`. No library is opened and no process started, so nothing here can crash or hang Node.
 */
export function fileView(root = ''): FileView {
  const at = (path: string) => (root ? join(root, path) : path);
  const guarded = async <T>(work: (fs: typeof import('node:fs/promises')) => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work(await import('node:fs/promises'));
    } catch {
      return otherwise;
    }
  };
  return {
    list: (path) => guarded((fs) => fs.readdir(at(path)), []),
    read: (path) => guarded((fs) => fs.readFile(at(path), 'utf8'), ''),
    exists: (path) => guarded((fs) => fs.stat(at(path)).then(() => true), false),
  };
}

/** The path functions of the platform that is looked at, which in a test is not the one that runs. */
export const pathsOf = (platform: string): typeof posix => (platform === 'win32' ? win32 : posix);
