import { useEffect } from 'react';
import { create } from 'zustand';
import type { Envelope, HallBody, ItemBody, ReferenceKind, WindowBody } from '../../domain/documents.ts';
import type { Checkpoint, PullResponse } from '../../sync/protocol/wire.ts';
import { useHello, useLink } from '../link/hooks.ts';

export type Reference<T> = { readonly status: 'loading' } | { readonly status: 'ready'; readonly data: T };

const PULL_LIMIT = 200;

interface ReferenceStore {
  readonly loaded: boolean;
  readonly documents: ReadonlyMap<string, Envelope>;
}
const useStore = create<ReferenceStore>()(() => ({ loaded: false, documents: new Map() }));
const pulling: { checkpoint: Checkpoint | null; busy: boolean } = { checkpoint: null, busy: false };

async function pullAll(syncToken: string): Promise<void> {
  for (;;) {
    const response = await fetch('/sync/v1/reference/pull', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${syncToken}` },
      body: JSON.stringify({ checkpoint: pulling.checkpoint, limit: PULL_LIMIT }),
    });
    if (!response.ok) return;
    const page = (await response.json()) as PullResponse;
    const documents = new Map(useStore.getState().documents);
    for (const document of page.documents) documents.set(document.id, document);
    pulling.checkpoint = page.checkpoint;
    const done = page.documents.length < PULL_LIMIT;
    useStore.setState({ documents, loaded: done || useStore.getState().loaded });
    if (done) return;
  }
}

/** Pulls the hall's reference data once per connection and again whenever the link says that some arrived. */
function useReferenceDocuments(): ReferenceStore {
  const link = useLink();
  const syncToken = useHello()?.syncToken ?? null;
  useEffect(() => {
    if (syncToken === null) return;
    const pull = () => {
      if (pulling.busy) return;
      pulling.busy = true;
      pullAll(syncToken)
        .catch((error: unknown) => console.error('reference pull failed', error))
        .finally(() => {
          pulling.busy = false;
        });
    };
    pull();
    return link.on('docs', ({ collection }) => {
      if (collection === 'reference') pull();
    });
  }, [link, syncToken]);
  return useStore();
}

function select<T>(store: ReferenceStore, kind: ReferenceKind): Reference<readonly T[]> {
  if (!store.loaded) return { status: 'loading' };
  const data = [...store.documents.values()]
    .filter((document) => document.kind === kind && !document._deleted)
    .map((document) => document.body as T);
  return { status: 'ready', data };
}

/** In the order of the published list. */
export function useItems(): Reference<readonly ItemBody[]> {
  const items = select<ItemBody>(useReferenceDocuments(), 'item');
  return items.status === 'loading' ? items : { status: 'ready', data: items.data.toSorted((a, b) => a.order - b.order) };
}

export function useHallInfo(): Reference<HallBody | null> {
  const halls = select<HallBody>(useReferenceDocuments(), 'hall');
  return halls.status === 'loading' ? halls : { status: 'ready', data: halls.data[0] ?? null };
}

export function useWindows(): Reference<readonly WindowBody[]> {
  const windows = select<WindowBody>(useReferenceDocuments(), 'window');
  return windows.status === 'loading' ? windows : { status: 'ready', data: windows.data.toSorted((a, b) => a.number - b.number) };
}
