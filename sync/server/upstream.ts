import type { HybridClock } from '../../domain/clock.ts';
import type { Collection } from '../../domain/documents.ts';
import type { HallId } from '../../domain/ids.ts';
import { type Failure, ok, type Result } from '../../domain/result.ts';
import type { TicketCommand } from '../../domain/ticket-commands.ts';
import {
  type CommandResult,
  commandsResponseSchema,
  type Lease,
  leaseResponseSchema,
  type Outbox,
  type StreamClientMessage,
} from '../protocol/wire.ts';
import type { Logger } from './http/client.ts';
import type { LeaseRequest } from './http/sync-routes.ts';
import type { SqliteStore } from './store/sqlite.ts';
import { isDiskFull } from './store/sqlite-schema.ts';
import { Backoff, Signal } from './upstream/backoff.ts';
import { byCollection, type ExchangeContext, fetchPage, PULL_PAGE, PUSH_BATCH, pushBatch, storePage } from './upstream/exchange.ts';
import { type Credentials, call, HUB_AWAY } from './upstream/http.ts';
import { Live, type LiveDocs, type LiveMessage } from './upstream/live.ts';

// The client half of replication; the same on a station (to its hub) and a hub (to its district). Outbound only.
//
//   #run ─► #round: connect the live stream if it is not open, then until nothing is left:
//             pull every stream that is due (at start, after a reconnect, a gap or a new epoch), page by page
//             push one batch of what is unsent      A push is decided by the server (store/push.ts over there);
//                                                   its answer is carried out in upstream/exchange.ts
//   live docs that follow on the checkpoint are stored at once; anything else makes the stream due
//   a stream that fails alone (403, 500) waits alone; a network failure makes everything wait
//   a new epoch: upstream is another database, so all rows of the up streams count as unsent and all down streams start at 0
//
// State lives in the store (acked, parked, checkpoints). This object can die at any line and start again.

export interface UpstreamStream {
  readonly hallId: HallId;
  readonly collection: Collection;
  readonly direction: 'down' | 'up' | 'both';
}

export interface UpstreamOptions {
  readonly store: SqliteStore;
  readonly hallId: HallId;
  readonly url: string;
  /** null while not enrolled; call `kick` when that changes. */
  readonly credentials: () => Credentials | null;
  readonly streams: readonly UpstreamStream[];
  readonly clock: HybridClock;
  readonly logger: Logger;
  /** Sent when the stream opens and every 10 s, and at once by `announce`. */
  readonly presence?: () => StreamClientMessage;
  readonly commandTimeoutMs?: number;
  readonly fetch?: typeof fetch;
}

type Listener<T> = (value: T) => void;
type RoundOutcome = { readonly away: false } | { readonly away: true; readonly reason: Failure };

const REQUEST_TIMEOUT_MS = 15_000;
const COMMAND_TIMEOUT_MS = 1_500;
const PRESENCE_EVERY_MS = 10_000;
const STATUS_COALESCE_MS = 50;
/** A stream that ends sooner counts as a failure, or both ends would reconnect at full speed. */
const SHORT_LIVED_MS = 5_000;
const MAX_CONFLICTS_PER_ROUND = 1_000;
const EPOCH_KEY = 'upstream:epoch';
const LINK = 'link';
const LIVE = 'live';
/** The whole link is refused, not one stream of it. */
const LINK_REFUSALS: ReadonlySet<string> = new Set(['UNAUTHORIZED', 'CLIENT_TOO_OLD', 'BAD_ANSWER']);
const HANDSHAKE_REFUSALS: Readonly<Record<number, Failure>> = {
  401: { code: 'UNAUTHORIZED', message: '本终端没有登记或密钥不对，请重新登记。' },
  426: { code: 'CLIENT_TOO_OLD', message: '本终端的程序版本太旧，请先升级；未上传的数据都还在本机。' },
};

export class Upstream {
  readonly #options: UpstreamOptions;
  readonly #live: Live;
  readonly #backoff = new Backoff();
  readonly #work = new Signal();
  readonly #kicked = new Signal();
  readonly #due = new Set<UpstreamStream>();
  readonly #pulling = new Set<UpstreamStream>();
  readonly #statusListeners = new Set<Listener<Outbox>>();
  readonly #boardListeners = new Set<Listener<unknown>>();
  readonly #outboxListeners = new Set<Listener<Outbox>>();
  #upstreamOutbox: Outbox | null = null;
  readonly #abort = new AbortController();
  readonly #down: readonly UpstreamStream[];
  readonly #up: ReadonlyMap<HallId, readonly Collection[]>;
  #state: Outbox['upstream'] = 'unknown';
  #lastSuccessAt: number | null = null;
  #running: Promise<void> | null = null;
  #liveSince = 0;
  #statusTimer: NodeJS.Timeout | null = null;
  #stop: (() => void)[] = [];

  constructor(options: UpstreamOptions) {
    this.#options = options;
    this.#down = options.streams.filter(({ direction }) => direction !== 'up');
    const up = new Map<HallId, Collection[]>();
    for (const { hallId, collection, direction } of options.streams) {
      if (direction !== 'down') up.set(hallId, [...(up.get(hallId) ?? []), collection]);
    }
    this.#up = up;
    this.#live = new Live({ url: options.url, onMessage: (message) => this.#onMessage(message), onClose: () => this.#onLiveClosed() });
  }

  start(): void {
    if (this.#running !== null) throw new Error('upstream is started already');
    const { store } = this.#options;
    for (const [hallId, collections] of this.#up) store.unpark(hallId, collections);
    this.#pullAll();
    const presence = setInterval(() => this.announce(), PRESENCE_EVERY_MS);
    this.#stop = [
      () => clearInterval(presence),
      store.onCommit(({ hallId, collection }) => {
        if (!this.#up.get(hallId as HallId)?.includes(collection)) return;
        this.#statusChanged();
        this.#work.raise();
      }),
    ];
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#abort.abort();
    for (const stop of this.#stop) stop();
    if (this.#statusTimer !== null) clearTimeout(this.#statusTimer);
    this.#live.terminate();
    this.#kicked.raise();
    this.#work.raise();
    await this.#running;
  }

  status(): Outbox {
    const { store } = this.#options;
    let [count, parked, oldestAt] = [0, 0, Number.POSITIVE_INFINITY];
    for (const [hallId, collections] of this.#up) {
      const summary = store.outboxSummary([hallId], collections);
      count += summary.count;
      parked += summary.parked;
      oldestAt = Math.min(oldestAt, summary.oldestAt ?? oldestAt);
    }
    return {
      count,
      oldestAt: Number.isFinite(oldestAt) ? oldestAt : null,
      parked,
      lastSuccessAt: this.#lastSuccessAt,
      upstream: this.#state,
    };
  }

  onStatus(listener: Listener<Outbox>): () => void {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  }

  /** `Board` of the hall as the hub sent it. */
  onBoard(listener: Listener<unknown>): () => void {
    this.#boardListeners.add(listener);
    return () => this.#boardListeners.delete(listener);
  }

  /** What upstream itself still owes its own upstream, as it last said; null while it is away or has not said so. */
  upstreamOutbox(): Outbox | null {
    return this.#state === 'online' ? this.#upstreamOutbox : null;
  }

  onUpstreamOutbox(listener: Listener<Outbox>): () => void {
    this.#outboxListeners.add(listener);
    return () => this.#outboxListeners.delete(listener);
  }

  /** Tries now, whatever was waited for. */
  kick(): void {
    this.#backoff.clear();
    this.#kicked.raise();
    this.#work.raise();
  }

  /** Sends the presence now. */
  announce(): void {
    const presence = this.#options.presence;
    if (presence !== undefined && this.#live.isOpen) this.#live.send(presence());
  }

  /** Answers HUB_AWAY at once while the hub is known to be away, else within `commandTimeoutMs`; then its fate is unknown: repeat it by its id. */
  async sendCommands(commands: readonly TicketCommand[]): Promise<Result<CommandResult[]>> {
    const answer = await this.#ask('/sync/v1/commands', { commands }, commandsResponseSchema);
    return answer.ok ? ok(answer.value.results) : answer;
  }

  async requestLeases(request: LeaseRequest): Promise<Result<Lease[]>> {
    const answer = await this.#ask('/sync/v1/leases', request, leaseResponseSchema);
    return answer.ok ? ok(answer.value.leases) : answer;
  }

  /** Upstream's wall clock minus ours; null until it was heard. */
  serverOffsetMs(): number | null {
    return this.#live.offsetMs === null ? null : Math.round(this.#live.offsetMs);
  }

  async #ask<T>(path: string, body: unknown, schema: Parameters<typeof call<T>>[3]): Promise<Result<T>> {
    const credentials = this.#options.credentials();
    if (this.#state === 'offline' || credentials === null) {
      this.#work.raise();
      return { ok: false, error: HUB_AWAY };
    }
    const answer = await call(this.#http(credentials, this.#options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS), path, body, schema);
    if (!answer.ok && answer.error.code === HUB_AWAY.code && !this.#abort.signal.aborted) {
      // Too slow for the person in front of the screen is away; the stream is made anew and tells when it is back.
      this.#setState('offline', answer.error);
      this.#live.terminate();
      this.#work.raise();
    }
    return answer;
  }

  async #run(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      this.#kicked.lower();
      this.#work.lower();
      const startedAt = performance.now();
      await this.#attempt();
      // While the link is down new work waits for it; only `kick` cuts the wait short.
      if (this.#backoff.isWaiting(LINK)) await this.#kicked.wait(this.#backoff.waitMs(LINK));
      else await this.#work.wait(this.#backoff.nextMs(startedAt));
    }
  }

  async #attempt(): Promise<void> {
    const credentials = this.#options.credentials();
    if (credentials === null) return;
    const outcome = await this.#round(credentials).catch((error: unknown): RoundOutcome => {
      if (!isDiskFull(error)) throw error;
      return { away: true, reason: { code: 'DISK_FULL', message: '本机磁盘已满，暂停同步，请联系管理员清理磁盘。' } };
    });
    if (this.#abort.signal.aborted) return;
    if (outcome.away) this.#backoff.fail(LINK);
    else this.#backoff.succeed(LINK);
    this.#setState(outcome.away ? 'offline' : 'online', outcome.away ? outcome.reason : null);
  }

  async #round(credentials: Credentials): Promise<RoundOutcome> {
    const refusal = await this.#connect(credentials);
    if (refusal !== null) return { away: true, reason: refusal };
    const context = this.#context(credentials);
    let conflicts = 0;
    while (!this.#abort.signal.aborted) {
      const pulled = await this.#pullDue(context);
      if (!pulled.ok) return { away: true, reason: pulled.error };
      const pushed = await this.#pushDue(context);
      if (!pushed.ok) return { away: true, reason: pushed.error };
      conflicts += pushed.value.conflicts;
      // An upstream that never accepts our merge must not be asked at full speed for ever.
      if (conflicts > MAX_CONFLICTS_PER_ROUND) return { away: true, reason: { code: 'CONFLICTS', message: '与上级反复冲突，稍后再试。' } };
      if (pulled.value === 0 && pushed.value.rows === 0) break;
    }
    return { away: false };
  }

  /** null: go on (also without a live stream, where something between us lets only plain requests through). */
  async #connect(credentials: Credentials): Promise<Failure | null> {
    if (this.#live.isOpen) return null;
    if (this.#backoff.isWaiting(LIVE)) {
      // Without a stream only a request tells whether upstream is there.
      this.#pullAll();
      return null;
    }
    const result = await this.#live.connect(credentials);
    if (result.outcome === 'open') {
      this.#liveSince = performance.now();
      return null;
    }
    if (result.outcome === 'away') return { ...HUB_AWAY, detail: { reason: result.reason } };
    const known = HANDSHAKE_REFUSALS[result.status];
    if (known !== undefined) return known;
    this.#backoff.fail(LIVE);
    this.#pullAll();
    return null;
  }

  #pullAll(): void {
    for (const stream of this.#down) this.#due.add(stream);
  }

  /** Number of pages stored; an error only when the link is at fault. */
  async #pullDue(context: ExchangeContext): Promise<Result<number>> {
    let pages = 0;
    for (const stream of [...this.#due]) {
      const key = `pull ${stream.hallId} ${stream.collection}`;
      if (this.#backoff.isWaiting(key)) continue;
      this.#due.delete(stream);
      this.#pulling.add(stream);
      const result = await this.#pullDry(context, stream).finally(() => this.#pulling.delete(stream));
      if (result.ok) {
        this.#backoff.succeed(key);
        pages += result.value;
        continue;
      }
      this.#due.add(stream);
      if (this.#isLinkFault(result.error)) return result;
      this.#noteStreamFailure(key, result.error);
    }
    return ok(pages);
  }

  async #pullDry(context: ExchangeContext, { hallId, collection }: UpstreamStream): Promise<Result<number>> {
    for (let pages = 1; ; pages++) {
      const page = await fetchPage(context, hallId, collection);
      if (!page.ok) return page;
      this.#succeeded();
      this.#noteEpoch(page.value.checkpoint.epoch);
      storePage(context, hallId, collection, page.value);
      if (page.value.documents.length < PULL_PAGE) return ok(pages);
    }
  }

  async #pushDue(context: ExchangeContext): Promise<Result<{ readonly rows: number; readonly conflicts: number }>> {
    let [rows, conflicts] = [0, 0];
    for (const [hallId, collections] of this.#up) {
      const open = collections.filter((collection) => !this.#backoff.isWaiting(`push ${hallId} ${collection}`));
      for (const [collection, batch] of byCollection(context.store.outbox(hallId, open, PUSH_BATCH))) {
        const key = `push ${hallId} ${collection}`;
        const result = await pushBatch(context, hallId, collection, batch);
        if (result.ok) {
          this.#backoff.succeed(key);
          this.#succeeded();
          rows += batch.length;
          conflicts += result.value.conflicts;
        } else if (this.#isLinkFault(result.error)) return result;
        else this.#noteStreamFailure(key, result.error);
      }
    }
    return ok({ rows, conflicts });
  }

  #isLinkFault({ code }: Failure): boolean {
    return code === HUB_AWAY.code || LINK_REFUSALS.has(code);
  }

  #noteStreamFailure(key: string, { code, detail }: Failure): void {
    this.#backoff.fail(key);
    this.#options.logger.warn({ stream: key, code, detail }, 'upstream stream failed; the others go on');
  }

  #onMessage(message: LiveMessage): void {
    if (message.type === 'docs') this.#onDocs(message);
    else if (message.type === 'board') for (const listener of [...this.#boardListeners]) listener(message.board);
    else if (message.type === 'outbox') {
      this.#upstreamOutbox = message.outbox;
      for (const listener of [...this.#outboxListeners]) listener(message.outbox);
    } else if (message.type === 'hello') {
      this.#noteEpoch(message.epoch);
      this.#pullAll();
      this.announce();
    }
  }

  #onDocs(message: LiveDocs): void {
    const stream = this.#down.find(({ hallId, collection }) => hallId === message.hallId && collection === message.collection);
    if (stream === undefined) return;
    const { store } = this.#options;
    const checkpoint = store.upstreamCheckpoint(stream.hallId, stream.collection);
    const same = checkpoint?.epoch === message.epoch;
    if (same && message.seq <= checkpoint.seq) return;
    const follows = same && message.prevSeq <= checkpoint.seq && !this.#due.has(stream) && !this.#pulling.has(stream);
    if (follows && this.#storeLive(stream, message)) return;
    this.#due.add(stream);
    this.#work.raise();
  }

  #storeLive({ hallId, collection }: UpstreamStream, { documents, epoch, seq }: LiveDocs): boolean {
    try {
      storePage(this.#options, hallId, collection, { documents, checkpoint: { epoch, seq } });
      this.#succeeded();
      return true;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      return false;
    }
  }

  #noteEpoch(epoch: string): void {
    const { store, logger } = this.#options;
    const known = store.getMeta(EPOCH_KEY);
    if (known === epoch) return;
    if (known !== null) {
      logger.warn({ known, epoch }, 'upstream has another database now: everything is sent and pulled again');
      // Before any of its documents is stored: what it had acknowledged it may have lost, and must not overwrite ours.
      for (const [hallId, collections] of this.#up) store.forgetUpstream(hallId, collections);
      this.#pullAll();
    }
    store.setMeta(EPOCH_KEY, epoch);
  }

  #onLiveClosed(): void {
    if (performance.now() - this.#liveSince < SHORT_LIVED_MS) this.#backoff.fail(LIVE);
    else this.#backoff.succeed(LIVE);
    this.#work.raise();
  }

  #succeeded(): void {
    this.#lastSuccessAt = Date.now();
    this.#statusChanged();
  }

  #setState(state: Outbox['upstream'], reason: Failure | null): void {
    if (state === this.#state) return;
    this.#state = state;
    const { logger, url } = this.#options;
    if (state === 'online') logger.info({ url }, 'upstream reached');
    else logger.warn({ url, code: reason?.code, detail: reason?.detail }, 'upstream away');
    this.#statusChanged();
  }

  #statusChanged(): void {
    this.#statusTimer ??= setTimeout(() => {
      this.#statusTimer = null;
      if (this.#abort.signal.aborted || this.#statusListeners.size === 0) return;
      const status = this.status();
      for (const listener of [...this.#statusListeners]) listener(status);
    }, STATUS_COALESCE_MS);
  }

  #context(credentials: Credentials): ExchangeContext {
    const { store, clock, logger } = this.#options;
    return { store, clock, logger, stationId: credentials.stationId, http: this.#http(credentials, REQUEST_TIMEOUT_MS) };
  }

  #http(credentials: Credentials, timeoutMs: number): ExchangeContext['http'] {
    const { url, fetch: ownFetch = fetch } = this.#options;
    return { url, credentials, fetch: ownFetch, timeoutMs, signal: this.#abort.signal };
  }
}
