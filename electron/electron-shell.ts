import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { err, ok, type Result } from '../domain/result.ts';
import type { ShellConfig } from './shell-config.ts';

const ROOT = resolve(import.meta.dirname, '..');
const PACKAGE = join(ROOT, 'node_modules/electron');
const FETCH_TIMEOUT_MS = 5 * 60_000;
const run = promisify(execFile);

/** Path of the Electron binary if it was fetched; the npm package alone does not hold it. Not `require('electron')`: that starts a download. */
function electronBinary(): string | null {
  const pathFile = join(PACKAGE, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const binary = join(PACKAGE, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

async function fetchElectron(): Promise<Result<string, 'ELECTRON_ABSENT'>> {
  console.log('正在下载 Electron（只需一次，下不来就用浏览器）……');
  try {
    await run(process.execPath, [join(PACKAGE, 'install.js')], { timeout: FETCH_TIMEOUT_MS });
  } catch (error) {
    return err('ELECTRON_ABSENT', 'Electron 下载不了，改用浏览器打开窗口。', { cause: String(error) });
  }
  const binary = electronBinary();
  return binary === null ? err('ELECTRON_ABSENT', '未找到 Electron，改用浏览器打开窗口。') : ok(binary);
}

/** Main and preload as Electron wants them (vite.electron.config.ts). */
async function buildShell(): Promise<string> {
  const main = join(ROOT, 'dist/electron/main.mjs');
  for (const mode of ['main', 'preload']) {
    await run(
      process.execPath,
      [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--config', 'vite.electron.config.ts', '--mode', mode],
      { cwd: ROOT },
    );
  }
  return main;
}

/** Opens the pages in Electron windows; fetches the binary and builds the shell first where needed. Code: ELECTRON_ABSENT. */
export async function startElectronShell(config: ShellConfig, configFile: string): Promise<Result<ChildProcess, 'ELECTRON_ABSENT'>> {
  const present = electronBinary();
  const binary = present === null ? await fetchElectron() : ok(present);
  if (!binary.ok) return binary;
  writeFileSync(configFile, JSON.stringify(config), { mode: 0o600 });
  return ok(spawn(binary.value, [await buildShell(), '--config', configFile], { stdio: 'inherit' }));
}
