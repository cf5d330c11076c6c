import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const TAIL_BYTES = 4_000;

export interface RotatingLog {
  write(bytes: Uint8Array): void;
  /** The end of the current file, for the message about a child that did not start. */
  tail(): string;
  close(): void;
}

/** Appends to `path`; at `maxBytes` the file becomes `path.1`, the one before `path.2`, and so on; more than `keep` are removed. */
export function openRotatingLog(
  path: string,
  { maxBytes = 5 * 1024 * 1024, keep = 3 }: { maxBytes?: number; keep?: number } = {},
): RotatingLog {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let file: number | null = openSync(path, 'a', 0o600);
  let size = fstatSync(file).size;

  const rotate = (open: number) => {
    closeSync(open);
    rmSync(`${path}.${keep}`, { force: true });
    for (let age = keep - 1; age >= 0; age -= 1) renameIfPresent(age === 0 ? path : `${path}.${age}`, `${path}.${age + 1}`);
    size = 0;
    return openSync(path, 'a', 0o600);
  };

  return {
    write(bytes) {
      if (file === null) return;
      if (size > 0 && size + bytes.length > maxBytes) file = rotate(file);
      size += writeSync(file, bytes);
    },
    tail: () => readFileSync(path).subarray(-TAIL_BYTES).toString('utf8'),
    close() {
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}

function renameIfPresent(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
  }
}
