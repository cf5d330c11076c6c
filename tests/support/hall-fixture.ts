import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { HybridClock } from '../../domain/clock.ts';
import { hallIdSchema, newId, stationIdSchema } from '../../domain/ids.ts';
import { profileDocuments } from '../../domain/profile.ts';
import { type TicketCommand, ticketCommandSchema } from '../../domain/ticket-commands.ts';
import type { LinkEvents, LinkMethod, LinkMethods } from '../../sync/protocol/link.ts';
import { type CommandResult, commandsResponseSchema, enrolResponseSchema, type StreamMessage } from '../../sync/protocol/wire.ts';
import { type HubConfig, hubConfigSchema } from '../../sync/server/config.ts';
import { loadProfile } from '../../sync/server/profile-files.ts';
import { SqliteStore } from '../../sync/server/store/sqlite.ts';

export const PROFILE = join(import.meta.dirname, '../../domain/profiles/town.json');
const parts = loadProfile(PROFILE);
export const HALL = hallIdSchema.parse(parts.profile.hall.hallId);
export const HUB = stationIdSchema.parse('hub-1');
export const WINDOWS = parts.profile.windows;
export const SERIES = parts.profile.hall.series[0]?.prefix ?? '';
export const STAFF = parts.profile.staff;
export const TOKEN = 'page-token-of-this-test';
/** A working Monday morning. */
export const MORNING_MS = Date.parse('2026-03-02T09:30:00+08:00');
export const DAY = '2026-03-02';

export function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'bianmin-server-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export function hubConfig(dataDir: string, rest: Partial<HubConfig> = {}): HubConfig {
  return hubConfigSchema.parse({
    port: 0,
    dataDir,
    pageToken: TOKEN,
    logLevel: 'error',
    hubId: HUB,
    hallId: HALL,
    districtUrl: null,
    districtEnrolCode: null,
    enrolment: [
      { code: 'code-kiosk-1', stationId: 'kiosk-1', role: 'kiosk' },
      { code: 'code-kiosk-2', stationId: 'kiosk-2', role: 'kiosk' },
      { code: 'code-screen-1', stationId: 'screen-1', role: 'screen' },
      ...WINDOWS.slice(0, 3).map(({ windowId }, index) => ({
        code: `code-desk-${index + 1}`,
        stationId: `desk-${index + 1}`,
        role: 'desk',
        windowId,
      })),
    ],
    ...rest,
  });
}

/** Reference data as the district would have sent it, so that a hub can be tested alone. */
export async function seedReference(dataDir: string): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  const store = new SqliteStore({ path: join(dataDir, 'hub.sqlite') });
  const clock = new HybridClock('district', Date.now);
  for (const { hallId, docs } of profileDocuments(parts, { stationId: stationIdSchema.parse('district'), stamp: () => clock.tick() })) {
    await store.put(hallId, 'reference', docs);
  }
  await store.close();
}

/** A station as the hub sees it: its key, its HTTP calls and its stream. */
export class TestStation {
  readonly id: string;
  readonly #url: string;
  readonly #authorization: string;

  private constructor(id: string, url: string, key: string) {
    this.id = id;
    this.#url = url;
    this.#authorization = `Bearer ${id}:${key}`;
  }

  static async enrol(
    port: number,
    id: string,
    role: string,
  ): Promise<{ station: TestStation; keys: ReturnType<typeof enrolResponseSchema.parse> }> {
    const url = `http://127.0.0.1:${port}`;
    const response = await fetch(`${url}/sync/v1/enrol`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: `code-${id}`, stationId: id, role, hallId: HALL }),
    });
    const keys = enrolResponseSchema.parse(await response.json());
    return { station: new TestStation(id, url, keys.stationKey), keys };
  }

  /** The same station after the hub came back on another port. */
  at(port: number): TestStation {
    return new TestStation(this.id, `http://127.0.0.1:${port}`, this.#authorization.slice(`Bearer ${this.id}:`.length));
  }

  async post(path: string, body: unknown): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.#url}/sync/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: this.#authorization },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  }

  async send(commands: readonly TicketCommand[]): Promise<readonly CommandResult[]> {
    const { body } = await this.post('commands', { commands });
    return commandsResponseSchema.parse(body).results;
  }

  async do(kind: TicketCommand['kind'], rest: object = {}): Promise<CommandResult> {
    const [result] = await this.send([this.command(kind, rest)]);
    if (result === undefined) throw new Error('no result');
    return result;
  }

  command(kind: TicketCommand['kind'], rest: object = {}): TicketCommand {
    const issue = { itemId: 'item-001', itemName: '测试事项', series: SERIES, priority: 'NORMAL' };
    const base = { id: newId(), hallId: HALL, stationId: this.id, at: Date.now(), kind };
    return ticketCommandSchema.parse({ ...base, ...(kind === 'issue' && issue), ...(kind === 'call' && { series: [SERIES] }), ...rest });
  }

  /** Issues a number and confirms its paper. */
  async issueWaiting(rest: object = {}) {
    const { id } = ticketOf(await this.do('issue', rest));
    await this.do('printStarted', { ticketId: id, jobId: `job-${id}` });
    return ticketOf(await this.do('printConfirmed', { ticketId: id, jobId: `job-${id}` }));
  }

  async stream(): Promise<{ messages: StreamMessage[]; send: (message: object) => void; close: () => void }> {
    const socket = new WebSocket(`${this.#url.replace('http', 'ws')}/sync/v1/stream`, { headers: { authorization: this.#authorization } });
    onTestFinished(() => socket.terminate());
    const messages: StreamMessage[] = [];
    socket.on('message', (data) => messages.push(JSON.parse(data.toString())));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return { messages, send: (message) => socket.send(JSON.stringify(message)), close: () => socket.close() };
  }
}

export function ticketOf(result: CommandResult | undefined) {
  if (!result?.ok) throw new Error(`${result?.error.code} ${result?.error.message}`);
  if (result.ticket === undefined) throw new Error('no ticket');
  return result.ticket;
}

export function presence(stationId: string, rest: object = {}) {
  const outbox = { count: 0, oldestAt: null, lastSuccessAt: null, parked: 0, upstream: 'online' };
  return { type: 'presence', presence: { stationId, role: 'desk', devices: [], outbox, helpSince: null, at: Date.now(), ...rest } };
}

type Event = { [E in keyof LinkEvents]: { readonly event: E; readonly data: LinkEvents[E] } }[keyof LinkEvents];

/** A page on the link. */
export async function openPage(port: number, role: string, token: string | null = TOKEN) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/link`);
  onTestFinished(() => socket.terminate());
  const events: Event[] = [];
  const answers = new Map<number, (answer: { ok: boolean; result?: unknown; error?: { code: string } }) => void>();
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString());
    if ('event' in message) events.push(message);
    else answers.get(message.id)?.(message);
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let lastId = 0;
  const call = <M extends LinkMethod>(
    method: M,
    params: object,
  ): Promise<{ ok: boolean; result?: LinkMethods[M]['result']; error?: { code: string } }> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      answers.set(lastId, (answer) => resolve(answer as never));
      void closed.then((code) => reject(new Error(`closed ${code}`)));
      socket.send(JSON.stringify({ id: lastId, method, params }));
    });
  const hello = await call('hello', { token, role });
  const last = <E extends keyof LinkEvents>(event: E): LinkEvents[E] | undefined =>
    events.findLast((entry) => entry.event === event)?.data as LinkEvents[E] | undefined;
  return { hello, call, events, last, closed, socket };
}
