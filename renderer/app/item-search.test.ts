import { describe, expect, it } from 'vitest';
import { searchItems } from './item-search.ts';

const items = [
  { name: '居民身份证补领', pinyin: 'jumin shenfenzheng buling', initials: 'jmsfzbl', order: 1 },
  { name: '户口迁移-市外迁入', pinyin: 'hukou qianyi shiwai qianru', initials: 'hkqyswqr', order: 2 },
  { name: '身份证明开具', pinyin: 'shenfenzhengming kaiju', initials: 'sfzmkj', order: 3 },
];
const names = (query: string) => searchItems(items, query).map((item) => item.name);

describe('item search', () => {
  it('finds by Han, full pinyin and initials', () => {
    expect(names('户口')).toEqual(['户口迁移-市外迁入']);
    expect(names('qianyi')).toEqual(['户口迁移-市外迁入']);
    expect(names('JMSFZ')).toEqual(['居民身份证补领']);
  });

  it('puts what begins with the query first, then the order of the list', () => {
    expect(names('身份证')).toEqual(['身份证明开具', '居民身份证补领']);
  });

  it('asks every word to fit, and an empty query gives the whole list', () => {
    expect(names('身份证 补领')).toEqual(['居民身份证补领']);
    expect(names('身份证 户口')).toEqual([]);
    expect(names('  ')).toHaveLength(3);
  });
});
