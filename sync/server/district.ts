import { z } from 'zod';
import { HybridClock } from '../../domain/clock.ts';
import { hallIdSchema, stationIdSchema } from '../../domain/ids.ts';
import { ok } from '../../domain/result.ts';
import type { Hello } from '../protocol/link.ts';
import { type DistrictConfig, districtConfigSchema } from './config.ts';
import { DistrictHalls } from './district/overview.ts';
import { publishProfile } from './district/publish.ts';
import { createKeyAuth } from './http/auth.ts';
import type { Logger } from './http/client.ts';
import { STREAM_PATH } from './http/stream.ts';
import { createSyncServer } from './http/sync-server.ts';
import { createLinkServer, type LinkServer } from './link/link-server.ts';
import { createLogger } from './log.ts';
import { listen, type RunningServer, runProcess } from './run.ts';
import { registerPages } from './static.ts';
import { openStore } from './store/open.ts';
import { VERSION } from './version.ts';

// The district server: composition root. Hubs replicate to it; its page shows what came up and publishes reference data down.

const DISTRICT = stationIdSchema.parse('district');
const HALLS_COALESCE_MS = 500;
const KEEP_HEARD_EVERY_MS = 30_000;
const HEARD_KEY = 'halls:heard';

export interface DistrictOverrides {
  /** Wall clock, ms. */
  readonly wallMs?: () => number;
}

export async function startDistrict(config: DistrictConfig, { wallMs = Date.now }: DistrictOverrides = {}): Promise<RunningServer> {
  const logger = createLogger('district', config.logLevel);
  const store = await openStore({ databaseUrl: config.databaseUrl, dataDir: config.dataDir, logger });
  const clock = new HybridClock(DISTRICT, wallMs);
  const published = [];
  for (const path of config.profiles) published.push(await publishProfile(store, path, { stationId: DISTRICT, clock }));

  const heard = heardSchema.parse(JSON.parse((await store.readMeta(HEARD_KEY)) ?? '[]'));
  const halls: DistrictHalls = new DistrictHalls({
    store,
    hallIds: [...new Set([...published, ...config.enrolment.map(({ hallId }) => hallId)])],
    lastHeard: new Map(heard),
    wallMs,
    onChange: () => announcer.changed(),
  });
  const server = createSyncServer({
    store,
    clock,
    logger,
    nowMs: wallMs,
    auth: createKeyAuth({
      meta: store,
      codes: config.enrolment.map(({ code, hubId, hallId }) => ({ code, stationId: hubId, role: 'hub' as const, hallId })),
      secrets: () => ({}),
      nowMs: wallMs,
    }),
    onPresence: (_client, message) => {
      if (message.type === 'hallPresence') halls.onPresence(message);
    },
    onConnection: (client, connected) => halls.onConnection(client.hallId, connected),
  });
  const link: LinkServer = createLinkServer({
    server: server.app.server,
    path: '/link',
    token: config.pageToken,
    publicRoles: [],
    hello: () => districtHello(config),
    onPage: () => announcer.changed(),
    handlers: {
      'district.halls': async () => ok(await halls.overviews()),
      'district.hall': (_page, { hallId }) => halls.detail(hallId),
    },
    logger,
  });
  const announcer = createAnnouncer(halls, link, logger);
  registerPages(server.app, config.webDir);

  const keepHeard = (): Promise<void> =>
    store.writeMeta(HEARD_KEY, JSON.stringify([...halls.lastHeard()])).catch((error: unknown) => {
      logger.warn({ err: error }, 'could not keep when the halls were heard last');
    });
  const keeper = setInterval(() => void keepHeard(), KEEP_HEARD_EVERY_MS);
  const port = await listen(server.app, config, ['/link', STREAM_PATH]);
  return {
    port,
    close: async () => {
      clearInterval(keeper);
      announcer.close();
      link.close();
      await server.app.close();
      halls.close();
      await keepHeard();
      await store.close();
    },
  };
}

const heardSchema = z.array(z.tuple([hallIdSchema, z.number()]));

/** Many changes make one message, and none when nobody looks. A database that is away for a while must not end the process. */
function createAnnouncer(halls: DistrictHalls, link: LinkServer, logger: Logger): { changed(): void; close(): void } {
  let due: NodeJS.Timeout | null = null;
  const announce = async (): Promise<void> => {
    due = null;
    try {
      link.broadcast('halls', await halls.overviews());
    } catch (error) {
      logger.error({ err: error }, 'overview of the halls failed');
    }
  };
  return {
    changed: () => {
      if (link.pages().length > 0) due ??= setTimeout(() => void announce(), HALLS_COALESCE_MS);
    },
    close: () => {
      if (due !== null) clearTimeout(due);
    },
  };
}

function districtHello(config: DistrictConfig): Hello {
  return {
    server: 'district',
    stationId: DISTRICT,
    stationRole: 'district',
    hallId: null,
    hallName: config.districtName,
    windowId: null,
    windowNumber: null,
    policy: null,
    syncToken: null,
    demo: config.demo,
    version: VERSION,
  };
}

if (import.meta.main) await runProcess('district', districtConfigSchema, startDistrict);
