import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { SafeStorage } from 'electron';
import { err, ok, type Result } from '../domain/result.ts';

type Storage = Pick<SafeStorage, 'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'>;

export type KeyringCode = 'KEYRING_ABSENT' | 'KEYRING_BROKEN';

/**
 * The device secret of this PC, 32 bytes in base64, wrapped by the operating system's keyring. On Linux without a keyring
 * Electron would fall back to a hard-coded key (`basic_text`); that is refused instead of pretended (docs/deployment.md says
 * what to install). Codes: KEYRING_ABSENT, KEYRING_BROKEN (the keyring cannot open what it once wrapped).
 */
export async function deviceSecret(storage: Storage, file: string, platform: NodeJS.Platform): Promise<Result<string, KeyringCode>> {
  const plain = platform === 'linux' && ['basic_text', 'unknown'].includes(storage.getSelectedStorageBackend());
  if (plain || !(await storage.isAsyncEncryptionAvailable())) {
    return err('KEYRING_ABSENT', '这台电脑没有可用的系统密钥环，请按部署说明安装后再启动。');
  }
  if (!existsSync(file)) {
    const secret = randomBytes(32).toString('base64');
    await wrap(storage, file, secret);
    return ok(secret);
  }
  try {
    const opened = await storage.decryptStringAsync(readFileSync(file));
    if (opened.shouldReEncrypt) await wrap(storage, file, opened.result);
    return ok(opened.result);
  } catch (error) {
    return err('KEYRING_BROKEN', '系统密钥环打不开本机密钥，请联系管理员。', { cause: String(error) });
  }
}

async function wrap(storage: Storage, file: string, secret: string): Promise<void> {
  writeFileSync(`${file}.new`, await storage.encryptStringAsync(secret), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}
