import type { Collection, Envelope } from './documents.ts';

/**
 * Merge of two states of one document that grew apart (docs/merge.md). The caller gives the result a fresh stamp. Pure and the
 * same in either direction, except that the side with the later stamp wins where a rule says so.
 */
export function mergeDocuments(collection: Collection, local: Envelope, master: Envelope): Envelope {
  switch (collection) {
    case 'events':
    case 'ratings':
    case 'reference':
    case 'inbound':
      // Immutable, or written upstream only: what upstream holds stands.
      return master;
    case 'tickets':
      return withUnion(later(local, master), local, master, 'clashes', 'commandId');
    case 'cases':
    case 'reviews':
      return fieldwise(local, master);
  }
}

function later(a: Envelope, b: Envelope): Envelope {
  return a.updatedAt >= b.updatedAt ? a : b;
}

/** Fields of the later state win; fields that only one side knows stay. A tombstone needs the later stamp. */
function fieldwise(a: Envelope, b: Envelope): Envelope {
  const winner = later(a, b);
  const other = winner === a ? b : a;
  return { ...other, ...winner, body: { ...other.body, ...winner.body } };
}

function withUnion(winner: Envelope, a: Envelope, b: Envelope, field: string, key: string): Envelope {
  const all = [a, b].flatMap((side) => (Array.isArray(side.body[field]) ? (side.body[field] as Record<string, unknown>[]) : []));
  const unique = new Map(all.map((entry) => [String(entry[key]), entry]));
  const entries = [...unique.entries()].sort(([x], [y]) => x.localeCompare(y)).map(([, entry]) => entry);
  return { ...winner, body: { ...winner.body, [field]: entries } };
}
