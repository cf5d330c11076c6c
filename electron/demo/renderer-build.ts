import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../domain/result.ts';

const SOURCES = ['renderer', 'domain', 'sync/protocol', 'sync/replica', 'vite.config.ts', 'package-lock.json'];

/** Whether `dist/renderer` under `root` is missing or older than what it is made of. */
export function rendererIsStale(root: string): boolean {
  const built = join(root, 'dist/renderer/index.html');
  if (!existsSync(built)) return true;
  const builtAt = statSync(built).mtimeMs;
  return SOURCES.some((source) => newestMs(join(root, source)) > builtAt);
}

function newestMs(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestMs(join(path, name))), stat.mtimeMs);
}

/** Builds the renderer with Vite. Code: BUILD_FAILED, with the end of Vite's output. */
export function buildRenderer(root: string): Promise<Result<null, 'BUILD_FAILED'>> {
  return new Promise((resolve) => {
    const vite = spawn(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (bytes: Buffer) => {
      output = (output + bytes.toString()).slice(-4_000);
    };
    vite.stdout.on('data', keep);
    vite.stderr.on('data', keep);
    vite.on('close', (code) => resolve(code === 0 ? ok(null) : err('BUILD_FAILED', `页面没有生成成功：\n${output}`)));
  });
}
