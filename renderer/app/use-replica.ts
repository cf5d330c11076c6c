import { useEffect, useState } from 'react';
import { create } from 'zustand';
import type { Collection, Envelope } from '../../domain/documents.ts';
import type { PageRole } from '../../sync/protocol/link.ts';
import type { Replica } from '../../sync/replica/replica.ts';
import type { Link } from '../link/client.ts';
import { useHello, useMaybeLink } from '../link/hooks.ts';

/** Collections that a page of this role keeps a live copy of; a kiosk never sees cases. */
const PAGE_COLLECTIONS = { kiosk: ['reference', 'tickets'], desk: ['reference', 'tickets', 'cases'] } as const;

interface ReplicaStore {
  readonly replica: Replica | null;
  readonly ready: boolean;
}
const useReplicaStore = create<ReplicaStore>()(() => ({ replica: null, ready: false }));

/** Live documents of one collection and kind; undefined until the first pull has ended. */
export function useDocuments(collection: Collection, kind: string): readonly Envelope[] | undefined {
  const { replica, ready } = useReplicaStore();
  const [documents, setDocuments] = useState<readonly Envelope[]>();
  useEffect(() => {
    if (replica === null) return;
    const subscription = replica.documents$(collection, kind).subscribe(setDocuments);
    return () => subscription.unsubscribe();
  }, [replica, collection, kind]);
  return ready ? documents : undefined;
}

/** Keeps the live copy of a role that has one open while the page lives. */
export function useStartReplica(role: PageRole | null): void {
  const link = useMaybeLink();
  const hello = useHello();
  const collections = role === 'kiosk' || role === 'desk' ? PAGE_COLLECTIONS[role] : null;
  const hallId = hello?.hallId ?? null;
  const syncToken = hello?.syncToken ?? null;
  useEffect(() => {
    if (link === null || collections === null || hallId === null || syncToken === null) return;
    return startReplica(link, hallId, syncToken, collections);
  }, [link, collections, hallId, syncToken]);
}

/** Opens the replica of this page once and keeps it fed; returns its own undoing. RxDB is its own chunk: pages without a replica never load it. */
function startReplica(link: Link, hallId: string, syncToken: string, collections: readonly Collection[]): () => void {
  let stopped = false;
  const undo: (() => void)[] = [];
  const start = async (): Promise<void> => {
    const { openReplica } = await import('../../sync/replica/replica.ts');
    const replica = await openReplica({
      hallId,
      syncToken,
      collections,
      onProblem: (problem) => console.warn('replica', problem.collection, problem.message),
    });
    if (stopped) {
      await replica.close();
      return;
    }
    undo.push(
      link.on('docs', (announcement) => replica.announce(announcement)),
      link.onState((state) => {
        if (state === 'up') replica.resync();
      }),
      () => {
        useReplicaStore.setState({ replica: null, ready: false });
        replica.close().catch(failed);
      },
    );
    useReplicaStore.setState({ replica, ready: false });
    await replica.ready;
    if (!stopped) useReplicaStore.setState({ ready: true });
  };
  const failed = (error: unknown): void => console.error('replica failed', error);
  start().catch(failed);
  return () => {
    stopped = true;
    for (const step of undo) step();
  };
}
