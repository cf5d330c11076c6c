import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HybridClock } from '../../domain/clock.ts';
import { type HubConfig, hubConfigSchema } from './config.ts';
import { createKeyAuth } from './http/auth.ts';
import { STREAM_PATH } from './http/stream.ts';
import { createSyncServer, type SyncServer } from './http/sync-server.ts';
import { checkCommandRight } from './hub/command-rights.ts';
import { connectDistrict, type DistrictClient } from './hub/district-client.ts';
import { keysFor, loadHallKeys } from './hub/hall-keys.ts';
import { HallState } from './hub/hall-state.ts';
import { createHubLink, type HubLink } from './hub/hub-link.ts';
import { QueueService } from './hub/queue-service.ts';
import { createLogger } from './log.ts';
import { Reference } from './reference.ts';
import { listen, type RunningServer, runProcess } from './run.ts';
import { registerPages } from './static.ts';
import { SqliteStore } from './store/sqlite.ts';

// The hub of one hall: composition root.
//
//   stations ─► sync server ─► commands ─► QueueService ─► store ─► HallState ─► board to stations and screens
//                           ─► push/pull ────────────────► store ─► DistrictClient ─► district, whenever it can be reached
//   pages ────► static + link (duty manager with the token, public screens without)

const SWEEP_EVERY_MS = 15_000;

export interface HubOverrides {
  /** Wall clock, ms. */
  readonly wallMs?: () => number;
}

export async function startHub(config: HubConfig, { wallMs = Date.now }: HubOverrides = {}): Promise<RunningServer> {
  const logger = createLogger('hub', config.logLevel);
  const { hallId, hubId, dataDir } = config;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const hallKeys = loadHallKeys(dataDir);
  const store = new SqliteStore({ path: join(dataDir, 'hub.sqlite'), wallMs });
  const clock = storedClock(store, hubId, wallMs);
  const reference = new Reference(store, hallId, logger);

  const queue = new QueueService({
    store,
    hallId,
    hubId,
    reference,
    clock,
    wallMs,
    openWindows: (series) => hall.openWindows(series),
    logger,
  });
  const hall: HallState = new HallState({
    store,
    hallId,
    reference,
    queue,
    wallMs,
    outbox: () => district.outbox(),
    onBoard: (board) => {
      server.broadcast(hallId, { type: 'board', board });
      link.board(board);
    },
    onChange: () => {
      link.changed();
      district.changed();
    },
  });
  const district: DistrictClient = connectDistrict({
    config,
    store,
    clock,
    logger,
    presence: () => ({ type: 'hallPresence', hallId, stations: [...hall.stations()], board: hall.board(), outbox: district.outbox() }),
  });
  const server: SyncServer = createSyncServer({
    store,
    clock,
    logger,
    nowMs: wallMs,
    auth: createKeyAuth({
      meta: store,
      codes: config.enrolment.map((code) => ({ ...code, hallId })),
      secrets: ({ role }) => keysFor(role, hallKeys),
      nowMs: wallMs,
    }),
    health: () => health(reference),
    onPresence: (_client, message) => {
      if (message.type === 'presence') hall.onPresence(message.presence);
    },
    onConnection: (client, connected) => hall.onConnection(client.stationId, connected),
    onCommands: (client, commands) =>
      commands.map((command) => {
        const right = checkCommandRight(client, command);
        return right.ok ? queue.execute(command) : { ok: false, commandId: command.id, error: { ...right.error, detail: undefined } };
      }),
    onLease: (client, request) => queue.lease(client.stationId, request),
  });
  const link: HubLink = createHubLink({
    server: server.app.server,
    config,
    store,
    clock,
    reference,
    queue,
    hall,
    wallMs,
    outbox: () => district.outbox(),
    logger,
  });
  const tellOutbox = (): void => server.broadcast(hallId, { type: 'outbox', outbox: district.outbox() });
  tellOutbox();
  district.onStatus(() => {
    tellOutbox();
    link.changed();
    district.changed();
  });
  registerPages(server.app, config.webDir);

  const sweep = (): void => {
    queue.sweep();
    // Opening hours and the business day change without anybody writing.
    hall.refreshBoard();
  };
  sweep();
  const sweeper = setInterval(sweep, SWEEP_EVERY_MS);
  const port = await listen(server.app, config, ['/link', STREAM_PATH]);
  return {
    port,
    close: async () => {
      clearInterval(sweeper);
      link.close();
      await district.close();
      await server.app.close();
      hall.close();
      await store.close();
    },
  };
}

const clockStateSchema = z.object({ ms: z.number(), counter: z.number() });

function storedClock(store: SqliteStore, node: string, wallMs: () => number): HybridClock {
  const text = store.getMeta('clock');
  return new HybridClock(node, wallMs, text === null ? undefined : clockStateSchema.parse(JSON.parse(text)));
}

function health(reference: Reference): Readonly<Record<string, unknown>> {
  const state = reference.require();
  return state.ok ? { reference: 'ok' } : { reference: 'missing', message: state.error.message };
}

if (import.meta.main) await runProcess('hub', hubConfigSchema, startHub);
