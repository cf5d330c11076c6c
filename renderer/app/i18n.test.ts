import { describe, expect, test } from 'vitest';
import { EN, ZH } from './i18n.ts';

/** Latin that a Chinese reader knows or that names a thing: the language switch, the pinyin example, letters of a number. */
const ALLOWED = ['English', 's、f、z', 'A', 'ID', 'USB', 'PIN', 'LED'];

function latinWords(text: string): readonly string[] {
  const plain = ALLOWED.reduce((rest, allowed) => rest.replaceAll(allowed, ''), text.replace(/\{\{\w+\}\}/g, ''));
  return plain.match(/[A-Za-z]{2,}/g) ?? [];
}

function placeholders(text: string): readonly string[] {
  return (text.match(/\{\{\w+\}\}/g) ?? []).toSorted();
}

describe.each(Object.keys(ZH) as (keyof typeof ZH)[])('texts of %s', (area) => {
  const zh: Readonly<Record<string, string>> = ZH[area];
  const en: Readonly<Record<string, string>> = EN[area];

  test('both languages have the same keys', () => {
    expect(Object.keys(en).toSorted()).toEqual(Object.keys(zh).toSorted());
  });

  test('Chinese is Chinese', () => {
    expect(Object.entries(zh).filter(([, text]) => text.trim() === '' || latinWords(text).length > 0)).toEqual([]);
  });

  test('English takes no value that Chinese is not given', () => {
    const strays = Object.entries(zh).filter(([key, text]) =>
      placeholders(en[key] ?? '').some((each) => !placeholders(text).includes(each)),
    );
    expect(strays).toEqual([]);
  });
});
