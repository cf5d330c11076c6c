import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import iconv from 'iconv-lite';
import type { Page } from 'playwright-core';

/** The ways in which one text may lie in a file: as the programs of this hall, a browser or a printer write text. */
export function formsOf(text: string): readonly Buffer[] {
  const utf8 = Buffer.from(text, 'utf8');
  const escaped = Array.from({ length: text.length }, (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`).join('');
  const percent = encodeURIComponent(text);
  const ascii = [escaped, escaped.replaceAll(/[a-f]/g, (digit) => digit.toUpperCase()), percent, utf8.toString('hex')];
  return [utf8, Buffer.from(text, 'utf16le'), iconv.encode(text, 'gb18030'), ...ascii.map((form) => Buffer.from(form)), ...base64Of(utf8)];
}

/** In the middle of something else that is base64, at each of the three places where it may begin. */
function base64Of(bytes: Buffer): Buffer[] {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    // The first and last characters also hold bits of the neighbours.
    return Buffer.from(text.slice(offset === 0 ? 0 : offset + 1, -1));
  });
}

/** Which of the secrets stand in these bytes, by name. */
export function secretsIn(bytes: Buffer, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets).flatMap(([name, text]) => (formsOf(text).some((form) => bytes.includes(form)) ? [name] : []));
}

/** All files below, as `path: secret` for each secret that stands in one; every file is read as bytes, whatever it is. */
export function filesWith(folder: string, secrets: Readonly<Record<string, string>>): string[] {
  return filesBelow(folder).flatMap((path) =>
    secretsIn(readFileSync(path), secrets).map((secret) => `${relative(folder, path)}: ${secret}`),
  );
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Everything that a page keeps in its browser, as JSON: databases (whose files are compressed) and both storages. */
export function keptByPage(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const answer = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const kept: unknown[] = [{ ...localStorage }, { ...sessionStorage }];
    for (const { name } of await indexedDB.databases()) {
      const database = await answer(indexedDB.open(name ?? ''));
      for (const store of database.objectStoreNames) kept.push(await answer(database.transaction(store).objectStore(store).getAll()));
      database.close();
    }
    return JSON.stringify(kept);
  });
}

/** From now on the page remembers each state that it was in, however short. */
export async function recordPage(page: Page): Promise<void> {
  await page.evaluate(() => {
    const shown: string[] = [];
    const record = () => shown.push(document.documentElement.outerHTML);
    record();
    new MutationObserver(record).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    Object.assign(globalThis, { shown });
  });
}

export function everShown(page: Page): Promise<string> {
  return page.evaluate('shown.join("\\n")');
}
