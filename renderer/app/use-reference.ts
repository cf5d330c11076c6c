import { useMemo } from 'react';
import type { HallBody, ItemBody, ReferenceKind } from '../../domain/documents.ts';
import { useDocuments } from './use-replica.ts';

export type Reference<T> = { readonly status: 'loading' } | { readonly status: 'ready'; readonly data: T };

/** Live reference data of one kind from the page's replica; bodies were checked when they were published. */
function useReference<T, R>(kind: ReferenceKind, select: (bodies: readonly T[]) => R): Reference<R> {
  const documents = useDocuments('reference', kind);
  return useMemo(
    () =>
      documents === undefined ? { status: 'loading' } : { status: 'ready', data: select(documents.map((document) => document.body as T)) },
    [documents, select],
  );
}

const inListOrder = (items: readonly ItemBody[]): readonly ItemBody[] => items.toSorted((a, b) => a.order - b.order);
const first = (halls: readonly HallBody[]): HallBody | null => halls[0] ?? null;

/** In the order of the published list. */
export function useItems(): Reference<readonly ItemBody[]> {
  return useReference('item', inListOrder);
}

export function useHallInfo(): Reference<HallBody | null> {
  return useReference('hall', first);
}
