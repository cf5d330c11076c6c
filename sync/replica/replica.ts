import { createRxDatabase, type RxCollection, type RxDatabase, removeRxDatabase } from 'rxdb/plugins/core';
import { type RxReplicationState, replicateRxCollection } from 'rxdb/plugins/replication';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { map, type Observable, Subject } from 'rxjs';
import { type Collection, type Envelope, envelopeSchema } from '../../domain/documents.ts';
import { SHARED_HALL_ID } from '../../domain/ids.ts';
import type { LinkEvents } from '../protocol/link.ts';
import { type Checkpoint, pullResponseSchema } from '../protocol/wire.ts';
import { type Kept, replicaSchema } from './envelope-schema.ts';

/**
 * The live copy of a page: RxDB on Dexie, strict durability, fed by pull replication from the process that serves the page.
 * Nothing is ever written here first: a page's writes go over the link into the ledger and come back through the stream, so
 * this database is a cache that can be thrown away at any moment (docs/decisions/0004).
 */
export interface Replica {
  /** Live documents of one collection and kind, deleted ones left out. */
  documents$(collection: Collection, kind: string): Observable<readonly Envelope[]>;
  /** Tells of documents that the process announced over the link; anything that does not follow on is pulled. */
  announce(announcement: DocsAnnouncement): void;
  /** The link was down for a while: whatever was announced meanwhile is pulled. */
  resync(): void;
  /** First pull done. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/** The link's `docs` event. */
type DocsAnnouncement = LinkEvents['docs'];

export interface ReplicaOptions {
  readonly hallId: string;
  /** Bearer for `/sync/v1` of this origin. */
  readonly syncToken: string;
  readonly collections: readonly Collection[];
  readonly onProblem: (problem: { readonly collection: string; readonly message: string }) => void;
}

/** Raised when the envelope changes: the new database is filled by pull, the old one removed. Cheaper than a migration (research/sync.md §5). */
const DATABASE_VERSION = 1;
/** Larger pages stall the page for seconds while they are stored; this size, one page at a time, keeps it under 50 ms (research/sync.md §4.3). */
const PULL_LIMIT = 200;
const RETRY_MS = 2_000;

type Collections = Record<Collection, RxCollection<Kept>>;
type Database = RxDatabase<Collections>;

export async function openReplica(options: ReplicaOptions): Promise<Replica> {
  const database = await openDatabase(options);
  const streams = options.collections.flatMap((collection) =>
    [options.hallId, ...(collection === 'reference' ? [SHARED_HALL_ID] : [])].map(
      (hallId) => new PullStream(database[collection], collection, hallId, options),
    ),
  );
  return {
    documents$: (collection, kind) =>
      database[collection]
        .find({ selector: { kind } })
        .$.pipe(map((found) => found.map((document) => document.toMutableJSON() as Envelope))),
    announce: (announcement) => {
      for (const stream of streams) stream.announce(announcement);
    },
    resync: () => {
      for (const stream of streams) stream.resync();
    },
    ready: Promise.all(streams.map((stream) => stream.ready)).then(() => undefined),
    close: async () => {
      await database.close();
    },
  };
}

function databaseName(hallId: string): string {
  return `bianmin-${hallId.toLowerCase()}-v${DATABASE_VERSION}`;
}

async function openDatabase(options: ReplicaOptions): Promise<Database> {
  const name = databaseName(options.hallId);
  // Relaxed durability, the default, lost 25 s of writes in a power cut (research/sync.md §0.1).
  const storage = getRxStorageDexie({ chromeTransactionDurability: 'strict' });
  const open = async (): Promise<Database> => {
    const database = await createRxDatabase<Collections>({ name, storage, multiInstance: true, closeDuplicates: true });
    await database.addCollections(
      Object.fromEntries(options.collections.map((collection) => [collection, { schema: replicaSchema }])) as {
        [C in Collection]: { schema: typeof replicaSchema };
      },
    );
    return database;
  };
  try {
    return await open();
  } catch (error) {
    // A damaged or foreign database is only a cache: start again empty and pull.
    options.onProblem({ collection: '*', message: `replica rebuilt: ${String(error)}` });
    await removeRxDatabase(name, storage);
    return open();
  }
}

class PullStream {
  readonly #collection: Collection;
  readonly #hallId: string;
  readonly #options: ReplicaOptions;
  readonly #live = new Subject<{ documents: Envelope[]; checkpoint: Checkpoint } | 'RESYNC'>();
  readonly #replication: RxReplicationState<Kept, Checkpoint>;
  #last: Checkpoint | null = null;

  constructor(target: RxCollection<Kept>, collection: Collection, hallId: string, options: ReplicaOptions) {
    this.#collection = collection;
    this.#hallId = hallId;
    this.#options = options;
    this.#replication = replicateRxCollection<Kept, Checkpoint>({
      replicationIdentifier: `pull-${hallId}-${collection}`,
      collection: target,
      live: true,
      retryTime: RETRY_MS,
      waitForLeadership: true,
      toggleOnDocumentVisible: false,
      pull: {
        batchSize: PULL_LIMIT,
        stream$: this.#live.asObservable(),
        handler: async (checkpoint, limit) => {
          const page = await this.#pull(checkpoint ?? null, limit);
          this.#last = page.checkpoint;
          return page;
        },
      },
    });
    this.#replication.error$.subscribe((error) => options.onProblem({ collection, message: String(error.message) }));
  }

  get ready(): Promise<void> {
    return this.#replication.awaitInitialReplication();
  }

  announce(announcement: DocsAnnouncement): void {
    if (announcement.collection !== this.#collection || announcement.hallId !== this.#hallId) return;
    const follows = this.#last !== null && this.#last.epoch === announcement.epoch && this.#last.seq >= announcement.prevSeq;
    const documents = follows ? this.#valid(announcement.documents) : null;
    if (documents === null) {
      this.resync();
      return;
    }
    this.#last = { epoch: announcement.epoch, seq: Math.max(this.#last?.seq ?? 0, announcement.seq) };
    this.#live.next({ documents, checkpoint: this.#last });
  }

  resync(): void {
    this.#live.next('RESYNC');
  }

  async #pull(checkpoint: Checkpoint | null, limit: number): Promise<{ documents: Envelope[]; checkpoint: Checkpoint }> {
    const response = await fetch(`/sync/v1/${this.#collection}/pull`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#options.syncToken}` },
      body: JSON.stringify({ hallId: this.#hallId, checkpoint, limit }),
    });
    if (!response.ok) throw new Error(`pull ${this.#collection}: HTTP ${response.status}`);
    return pullResponseSchema.parse(await response.json());
  }

  /** Documents are checked before they enter: one without an indexed field would be stored and then missing from queries (research/sync.md §2). */
  #valid(documents: readonly unknown[]): Envelope[] | null {
    const parsed = documents.map((document) => envelopeSchema.safeParse(document));
    return parsed.every((entry) => entry.success) ? parsed.map((entry) => entry.data as Envelope) : null;
  }
}
