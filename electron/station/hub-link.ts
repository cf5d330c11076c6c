import { createHash } from 'node:crypto';
import { z } from 'zod';
import { COLLECTIONS, type Ticket } from '../../domain/documents.ts';
import { commandIdSchema, SHARED_HALL_ID, ticketIdSchema } from '../../domain/ids.ts';
import { businessDay } from '../../domain/local-time.ts';
import type { Failure } from '../../domain/result.ts';
import type { TicketCommand } from '../../domain/ticket-commands.ts';
import { createLock } from '../../drivers/core/lock.ts';
import { ROLE_RIGHTS } from '../../sync/protocol/roles.ts';
import type { CommandResult, Outbox, Presence } from '../../sync/protocol/wire.ts';
import { Upstream, type UpstreamStream } from '../../sync/server/upstream.ts';
import type { StationConfig } from './config.ts';
import type { Station } from './context.ts';
import type { PendingCommand } from './ledger.ts';

// Commands to the hub
//
//   submit(command)   a person waits: at most a second, then `away`, and the station goes on by itself
//   ledger queue ──►  what happened here without the hub (or after it answered): sent in order, by id, until the hub has it
//
// What a person does comes after what is queued: a window that finished a ticket off line must not be busy with it for the hub.

/** Longer than this a person in front of a screen does not wait for the hub. */
const PATIENCE_MS = 1_000;
const RETRY_MS = 2_000;
const PRESENCE_EVERY_MS = 2_000;
const LEASE_CHECK_MS = 30_000;
const QUEUE_BATCH = 20;
/** A command that comes this late tells of the past: it is told as such, and kept as a clash where it no longer fits. */
const LATE_MS = 3_000;
const DAY_MS = 86_400_000;
/** The hub could not do it now; the command is as good as ever. */
const NOT_NOW: ReadonlySet<string> = new Set(['DISK_FULL', 'INTERNAL', 'NOT_READY']);
/** Failures of the network that say for sure that the hub got nothing. */
const NOT_SENT: ReadonlySet<unknown> = new Set([
  undefined,
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

export type Submission =
  | { readonly kind: 'answered'; readonly result: CommandResult }
  /** `maybeReceived`: it was on its way; the hub may have done it. */
  | { readonly kind: 'away'; readonly maybeReceived: boolean };

export class HubLink {
  readonly #station: Station;
  readonly #upstream: Upstream;
  readonly #inOrder = createLock();
  #timers: NodeJS.Timeout[] = [];
  readonly #presence: () => Presence;
  #announced = '';
  #wasOnline = false;
  #leasing = false;
  #leasesFreshUntil = 0;
  #closed = false;

  constructor(station: Station, presence: () => Presence) {
    this.#station = station;
    this.#presence = presence;
    const { config, ledger, log } = station;
    this.#upstream = new Upstream({
      store: ledger.store,
      hallId: config.hallId,
      url: config.hubUrl,
      credentials: () => (station.keys === null ? null : { stationId: config.stationId, stationKey: station.keys.stationKey }),
      streams: streamsOf(config),
      clock: ledger.clock,
      logger: log,
      presence: () => ({ type: 'presence', presence: presence() }),
      commandTimeoutMs: PATIENCE_MS,
    });
  }

  get online(): boolean {
    return this.#upstream.status().upstream === 'online';
  }

  /** Everything this station still owes the hub: documents and queued commands. */
  outbox(): Outbox {
    const documents = this.#upstream.status();
    const { ledger } = this.#station;
    const ages = [documents.oldestAt, ledger.oldestPendingAt()].filter((at) => at !== null);
    return {
      ...documents,
      count: documents.count + ledger.pendingCount(),
      oldestAt: ages.length === 0 ? null : Math.min(...ages),
      parked: documents.parked + ledger.refusedCount(),
    };
  }

  /** What the hub still owes the district; null while the hub is away. */
  hubOutbox(): Outbox | null {
    return this.#upstream.upstreamOutbox();
  }

  onHubOutbox(listener: () => void): void {
    this.#upstream.onUpstreamOutbox(listener);
  }

  clockOffsetMs(): number | null {
    return this.#upstream.serverOffsetMs();
  }

  onBoard(listener: (board: unknown) => void): void {
    this.#upstream.onBoard(listener);
  }

  start(): void {
    this.#upstream.onStatus(() => this.#onStatus());
    this.#timers = [
      setInterval(() => {
        this.sendQueued();
        this.#leaseSoon();
      }, RETRY_MS),
      setInterval(() => this.#upstream.announce(), PRESENCE_EVERY_MS),
    ];
    this.#upstream.start();
  }

  /** Enrolment has brought the key. */
  enrolled(): void {
    this.#upstream.kick();
  }

  /** Tells the hub at once when something about this station itself has changed; counts may wait for the next beat. */
  announceChange(): void {
    const text = JSON.stringify({ ...this.#presence(), outbox: null, at: 0 });
    if (text === this.#announced) return;
    this.#announced = text;
    this.#upstream.announce();
  }

  /** Within about a second. The command is idempotent by its id, so `away` may be followed by the same command later. */
  async submit(command: TicketCommand): Promise<Submission> {
    // A fresh number depends on nothing that is queued.
    const ready = command.kind === 'issue' || (await withinPatience(this.#inOrder(() => this.#drain())));
    if (!ready || this.#closed) return { kind: 'away', maybeReceived: false };
    const answer = await this.#upstream.sendCommands([command]);
    const result = answer.ok ? answer.value[0] : undefined;
    // A hub that cannot write is as good as away; nothing of it was done there.
    if (result?.ok === false && NOT_NOW.has(result.error.code)) return { kind: 'away', maybeReceived: false };
    if (result !== undefined) return { kind: 'answered', result };
    return { kind: 'away', maybeReceived: answer.ok || mayHaveArrived(answer.error) };
  }

  /** Sends what is queued, soon and in the background. */
  sendQueued(): void {
    if (this.#closed || this.#station.ledger.pendingCount() === 0) return;
    this.#station.background(this.#inOrder(() => this.#drain()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#upstream.close();
    await this.#inOrder(async () => {});
  }

  #onStatus(): void {
    const { online } = this;
    if (online && !this.#wasOnline) {
      this.sendQueued();
      this.#leasesFreshUntil = 0;
      this.#leaseSoon();
    }
    this.#wasOnline = online;
    this.#station.changed();
  }

  /** True when nothing is queued any more. */
  async #drain(): Promise<boolean> {
    const { ledger } = this.#station;
    let size = QUEUE_BATCH;
    for (let batch = ledger.pending(size); batch.length > 0; batch = ledger.pending(size)) {
      if (this.#closed) return false;
      const answer = await this.#upstream.sendCommands(batch.map(({ command }) => this.#marked(command)));
      if (answer.ok) {
        const results = new Map(answer.value.map((result) => [result.commandId, result]));
        const done = batch.every((pending) => this.#settle(pending, results.get(pending.command.id)));
        if (!done) return false;
        size = QUEUE_BATCH;
      } else if (!isRefusal(answer.error)) return false;
      else if (batch.length > 1) size = 1;
      else for (const pending of batch) this.#keepAside(pending, answer.error);
    }
    return true;
  }

  #marked(command: TicketCommand): TicketCommand {
    return this.#station.ledger.now() - command.at > LATE_MS ? { ...command, offline: true } : command;
  }

  /** False when the hub must be asked again. */
  #settle(pending: PendingCommand, result: CommandResult | undefined): boolean {
    if (result === undefined || (!result.ok && NOT_NOW.has(result.error.code))) return false;
    if (!result.ok && pending.voidReason === null) {
      this.#keepAside(pending, result.error);
      return true;
    }
    this.#station.write((tx) => {
      tx.settle(pending.n);
      if (!result.ok || result.ticket === undefined) return;
      const ticket = result.ticket as Ticket;
      tx.takeTicketOfHub(ticket);
      if (pending.voidReason !== null) tx.queue(this.#voiding(pending, ticket));
    });
    return true;
  }

  /** The hub will never take it: kept with the reason, counted as parked, and the rest goes on. */
  #keepAside(pending: PendingCommand, error: Failure): void {
    this.#station.write((tx) => tx.refuse(pending, error));
    const { kind, id } = pending.command;
    this.#station.log.warn({ code: error.code, detail: error.detail, command: kind, id }, 'the hub refused a queued command; kept aside');
  }

  #voiding({ command, voidReason }: PendingCommand, ticket: Ticket): TicketCommand {
    const { hallId, stationId } = this.#station.config;
    return {
      id: commandIdSchema.parse(createHash('sha256').update(`${command.id}|void`).digest('hex').slice(0, 40)),
      kind: 'void',
      hallId,
      stationId,
      at: this.#station.ledger.now(),
      ticketId: ticketIdSchema.parse(ticket.id),
      reason: voidReason ?? '',
    };
  }

  #leaseSoon(): void {
    if (this.#leasing || this.#closed || performance.now() < this.#leasesFreshUntil) return;
    this.#leasing = true;
    this.#station.background(
      this.#renewLeases().finally(() => {
        this.#leasing = false;
      }),
    );
  }

  /** Numbers for the time when the hub is away: today's and, for a cut that lasts over night, tomorrow's. */
  async #renewLeases(): Promise<void> {
    const { reference, ledger, config } = this.#station;
    const hall = reference.current;
    if (hall === null || !this.online) return;
    const series = leasedSeries(
      config,
      hall.hall.series.map((own) => own.prefix),
      reference.window(config.windowId)?.series ?? [],
    );
    const now = ledger.now();
    for (const day of [now, now + DAY_MS].map((at) => businessDay(at, hall.policy))) {
      const left = ledger.numbersLeft(day);
      const low = series.filter((prefix) => (left.get(prefix) ?? 0) < hall.policy.leaseSize / 2);
      if (low.length === 0) continue;
      const answer = await this.#upstream.requestLeases({ day, series: low });
      if (!answer.ok) return;
      this.#station.write((tx) => tx.addLeases(answer.value));
    }
    this.#leasesFreshUntil = performance.now() + LEASE_CHECK_MS;
  }
}

function leasedSeries(config: StationConfig, all: readonly string[], ofWindow: readonly string[]): string[] {
  if (config.role === 'kiosk') return [...all];
  return config.role === 'desk' ? [...ofWindow] : [];
}

/** What this role may see and send, in both directions (sync/protocol/roles.ts). */
function streamsOf({ role, hallId }: StationConfig): UpstreamStream[] {
  const { pull, push } = ROLE_RIGHTS[role];
  const own = COLLECTIONS.flatMap((collection): UpstreamStream[] => {
    const [down, up] = [pull.includes(collection), push.includes(collection)];
    return down || up ? [{ hallId, collection, direction: down && up ? 'both' : down ? 'down' : 'up' }] : [];
  });
  return [...own, { hallId: SHARED_HALL_ID, collection: 'reference', direction: 'down' }];
}

const detailSchema = z.object({ reason: z.string().optional(), status: z.number().optional() }).catch({});

function mayHaveArrived({ code, detail }: Failure): boolean {
  const { reason, status } = detailSchema.parse(detail ?? {});
  return code === 'HUB_AWAY' ? !NOT_SENT.has(reason) : status === undefined || status >= 500;
}

/** The request itself is at fault, not the link, the key or the moment. */
function isRefusal({ detail }: Failure): boolean {
  const { status } = detailSchema.parse(detail ?? {});
  return status === 400 || status === 403 || status === 413;
}

/** False when it takes longer than a person waits; the task goes on. */
async function withinPatience(task: Promise<boolean>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), PATIENCE_MS);
  try {
    return await Promise.race([task, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
