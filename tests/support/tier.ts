import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HybridClock } from '../../domain/clock.ts';
import { hallIdSchema, stationIdSchema } from '../../domain/ids.ts';
import type { StationRole } from '../../sync/protocol/wire.ts';
import { createKeyAuth } from '../../sync/server/http/auth.ts';
import type { Logger } from '../../sync/server/http/client.ts';
import { createSyncServer, type SyncServer, type SyncServerOptions } from '../../sync/server/http/sync-server.ts';
import type { PostgresStore } from '../../sync/server/store/postgres.ts';
import type { SqliteStore } from '../../sync/server/store/sqlite.ts';
import { type Credentials, requestEnrolment } from '../../sync/server/upstream/http.ts';
import { Upstream, type UpstreamOptions } from '../../sync/server/upstream.ts';

export const HALL = hallIdSchema.parse('hall-1');

export function freshDir(): string {
  return mkdtempSync(join(tmpdir(), 'bianmin-test-'));
}

export function removeDir(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly detail: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export function captureLog(): { readonly lines: LogLine[]; readonly logger: Logger } {
  const lines: LogLine[] = [];
  const at = (level: LogLine['level']) => (detail: object, message: string) => void lines.push({ level, detail: { ...detail }, message });
  return { lines, logger: { info: at('info'), warn: at('warn'), error: at('error') } };
}

/** Codes are `code-<stationId>`. */
export interface Member {
  readonly stationId: string;
  readonly role: StationRole;
}

export interface Tier {
  readonly store: SqliteStore | PostgresStore;
  readonly server: SyncServer;
  readonly port: number;
  readonly url: string;
  readonly lines: LogLine[];
  /** Closes the server, not the store. */
  close(): Promise<void>;
}

export async function startTier(
  store: SqliteStore | PostgresStore,
  members: readonly Member[],
  options: Partial<Omit<SyncServerOptions, 'store'>> & { readonly port?: number } = {},
): Promise<Tier> {
  const { lines, logger } = captureLog();
  const codes = members.map(({ stationId, role }) => ({
    code: `code-${stationId}`,
    stationId: stationIdSchema.parse(stationId),
    role,
    hallId: HALL,
  }));
  const auth = createKeyAuth({ meta: store, codes, secrets: () => ({}), nowMs: Date.now });
  const { port: wantedPort = 0, ...rest } = options;
  const server = createSyncServer({ store, auth, clock: new HybridClock('server', Date.now), logger, ...rest });
  await server.app.listen({ port: wantedPort, host: '127.0.0.1' });
  const { port } = server.app.server.address() as AddressInfo;
  return { store, server, port, url: `http://127.0.0.1:${port}`, lines, close: () => server.app.close() };
}

export async function enrol(url: string, { stationId, role }: Member): Promise<Credentials> {
  const answer = await requestEnrolment(url, {
    code: `code-${stationId}`,
    stationId: stationIdSchema.parse(stationId),
    role,
    hallId: HALL,
  });
  if (!answer.ok) throw new Error(answer.error.code);
  return { stationId, stationKey: answer.value.stationKey };
}

export const DESK_STREAMS: UpstreamOptions['streams'] = [
  { hallId: HALL, collection: 'tickets', direction: 'down' },
  { hallId: HALL, collection: 'reviews', direction: 'both' },
  { hallId: HALL, collection: 'cases', direction: 'both' },
  { hallId: HALL, collection: 'events', direction: 'up' },
  { hallId: HALL, collection: 'ratings', direction: 'up' },
];

export const HUB_STREAMS: UpstreamOptions['streams'] = [
  { hallId: HALL, collection: 'reference', direction: 'down' },
  { hallId: HALL, collection: 'reviews', direction: 'both' },
  { hallId: HALL, collection: 'tickets', direction: 'up' },
  { hallId: HALL, collection: 'events', direction: 'up' },
  { hallId: HALL, collection: 'ratings', direction: 'up' },
];

export function startUpstream(
  options: Pick<UpstreamOptions, 'store' | 'url' | 'streams'> & { readonly credentials: Credentials } & Partial<
      Omit<UpstreamOptions, 'credentials'>
    >,
): { readonly upstream: Upstream; readonly lines: LogLine[] } {
  const { lines, logger } = captureLog();
  const { credentials, ...rest } = options;
  const clock = new HybridClock(credentials.stationId, Date.now);
  const upstream = new Upstream({ hallId: HALL, clock, logger, ...rest, credentials: () => credentials });
  upstream.start();
  return { upstream, lines };
}
