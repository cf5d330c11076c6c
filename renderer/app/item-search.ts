import type { ItemBody } from '../../domain/documents.ts';

type Searchable = Pick<ItemBody, 'name' | 'pinyin' | 'initials' | 'order'>;

/** Items by Han, full pinyin or initials; all words of the query must fit. Best first: begins with it, contains it, then the list's order. */
export function searchItems<T extends Searchable>(items: readonly T[], query: string): readonly T[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const ranked = items.flatMap((item) => {
    const ranks = words.map((word) => rank(item, word));
    return ranks.includes(null) ? [] : [{ item, rank: Math.max(0, ...ranks.map((value) => value ?? 0)) }];
  });
  return ranked.sort((a, b) => a.rank - b.rank || a.item.order - b.item.order).map((entry) => entry.item);
}

function rank(item: Searchable, word: string): number | null {
  const texts = [item.name.toLowerCase(), item.pinyin.toLowerCase().replace(/[\s']/g, ''), item.initials.toLowerCase()];
  if (texts.some((text) => text.startsWith(word))) return 0;
  return texts.some((text) => text.includes(word)) ? 1 : null;
}
