import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEEP = 20;

export interface CrashReport {
  /** `uncaughtException`, `render-process-gone`, `child-process-gone` … */
  readonly kind: string;
  readonly at: number;
  readonly version: string;
  /** Technical facts only: reason, exit code, stack. Never page content. */
  readonly facts: Readonly<Record<string, string | number | null>>;
}

/** Writes one JSON file per crash and keeps the newest twenty. Returns the file's path. */
export function writeCrashReport(folder: string, report: CrashReport): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `crash-${String(report.at).padStart(14, '0')}-${report.kind}.json`);
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600, flush: true });
  const all = readdirSync(folder).filter((name) => name.startsWith('crash-'));
  for (const old of all.sort().slice(0, -KEEP)) rmSync(join(folder, old), { force: true });
  return file;
}
