import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../domain/result.ts';
import type { ShellConfig } from './shell-config.ts';

/** Path of the Electron binary if it was fetched (`npx install-electron`); the npm package alone does not hold it. */
export function electronBinary(): string | null {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const binary = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

/** Opens the pages in Electron windows; ends with the shell. Codes: ELECTRON_ABSENT, SHELL_NOT_BUILT. */
export function startElectronShell(config: ShellConfig, configFile: string): Result<ChildProcess, 'ELECTRON_ABSENT' | 'SHELL_NOT_BUILT'> {
  const binary = electronBinary();
  if (binary === null) return err('ELECTRON_ABSENT', '未找到 Electron，改用浏览器打开。');
  const main = join(import.meta.dirname, '../dist/electron/main.mjs');
  if (!existsSync(main)) return err('SHELL_NOT_BUILT', '外壳还没有构建，请先运行 npm run build。');
  writeFileSync(configFile, JSON.stringify(config), { mode: 0o600 });
  return ok(spawn(binary, [main, '--config', configFile], { stdio: 'inherit' }));
}
