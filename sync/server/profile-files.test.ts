import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ItemBody } from '../../domain/documents.ts';
import { stationIdSchema } from '../../domain/ids.ts';
import { itemPath, policyFileSchema, profileDocuments } from '../../domain/profile.ts';
import { loadProfile, publishedCalendars } from './profile-files.ts';
import { validateDocument } from './validate.ts';

const FOLDER = join(import.meta.dirname, '../../domain/profiles');
const writer = { stationId: stationIdSchema.parse('district'), stamp: () => '1763600000000-0000-district' };

describe.each(['town.json', 'village.json'])('%s', (file) => {
  const documents = profileDocuments(loadProfile(join(FOLDER, file)), writer).flatMap((part) => part.docs);
  const items = documents.filter((doc) => doc.kind === 'item').map((doc) => doc.body as ItemBody);

  it('publishes only documents that every server accepts', () => {
    expect(documents.map((doc) => validateDocument('reference', doc)).filter((result) => !result.ok)).toEqual([]);
  });

  it('holds all 182 rows of the notice, 32 of them 部分覆盖', () => {
    expect(items.map((item) => item.order)).toEqual(Array.from({ length: 182 }, (_, index) => index + 1));
    expect(items.filter((item) => item.partial)).toHaveLength(32);
  });

  it('offers everything that is not 部分覆盖', () => {
    expect(items.filter((item) => !item.offeredHere && !item.partial)).toEqual([]);
  });

  it('can be searched by letters, and never carries a PIN in clear', () => {
    expect(items.filter((item) => !/^[a-z]+$/.test(item.pinyin) || !/^[a-z]+$/.test(item.initials))).toEqual([]);
    expect(JSON.stringify(documents)).not.toContain('demoPin');
  });
});

it('keeps the departments of the notice in its counts', () => {
  const { items } = loadProfile(join(FOLDER, 'town.json')).items;
  const counts = Object.fromEntries(
    [...new Set(items.map((item) => item.department))].map((name) => [name, items.filter((item) => item.department === name).length]),
  );
  expect(counts).toEqual({ 公安局: 100, 卫计委: 10, 总工会: 14, 公积金: 13, 人社局: 28, 房管局: 1, 残联: 4, 档案局: 8, 民政局: 4 });
});

it('groups by the hyphen hierarchy, not by the hyphen of an age', () => {
  expect(itemPath('0-14岁残疾儿童康复救助申请', [])).toEqual([]);
  expect(itemPath('迁移登记-（迁往农村）投靠配偶', ['（迁往农村）'])).toEqual(['迁移登记', '迁往农村']);
});

it('ships a policy of each place, every own value with its source', () => {
  const files = readdirSync(FOLDER).filter((name) => name.startsWith('policy-'));
  expect(files).toHaveLength(6);
  for (const file of files) {
    const policy = policyFileSchema.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')));
    expect(Object.keys(policy.values).filter((key) => policy.sources[key] === undefined)).toEqual([]);
  }
});

it('knows the published holidays of the years that matter', () => {
  const calendar = publishedCalendars().find((candidate) => candidate.year === 2026);
  expect(calendar?.holidays).toContain('2026-10-01');
});
