import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../sync/server/store/open.ts';
import { SqliteStore } from '../../sync/server/store/sqlite.ts';
import { changed, event, review, ticket } from '../support/documents.ts';
import { LinkProxy } from '../support/link-proxy.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { captureLog, DESK_STREAMS, enrol, freshDir, HALL, HUB_STREAMS, removeDir, startTier, startUpstream } from '../support/tier.ts';
import { until } from '../support/until.ts';

const DESK = { stationId: 'desk-1', role: 'desk' } as const;
const HUB = { stationId: 'hub-1', role: 'hub' } as const;

let dir: string;
let closers: (() => Promise<unknown>)[];
beforeEach(() => {
  dir = freshDir();
  closers = [];
});
afterEach(async () => {
  for (const close of closers) await close();
  removeDir(dir);
});

const open = (name: string): SqliteStore => {
  const store = new SqliteStore({ path: join(dir, `${name}.db`) });
  closers.unshift(() => store.close());
  return store;
};

describe('station, hub and district', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  test.each(['sqlite', 'postgres'])('both ways, with the extranet cut in between; district on %s', async (engine) => {
    const databaseUrl = engine === 'postgres' ? await postgres.createDatabase() : null;
    const district = await openStore({ databaseUrl, dataDir: join(dir, 'district'), logger: captureLog().logger });
    closers.unshift(() => district.close());
    const top = await startTier(district, [HUB]);
    closers.unshift(() => top.close());
    const extranet = await LinkProxy.start(top.port);
    closers.unshift(() => extranet.close());

    const hubStore = open('hub');
    const hub = await startTier(hubStore, [DESK]);
    closers.unshift(() => hub.close());
    const up = startUpstream({ store: hubStore, url: extranet.url, streams: HUB_STREAMS, credentials: await enrol(extranet.url, HUB) });
    closers.unshift(() => up.upstream.close());

    const station = open('station');
    const lan = startUpstream({ store: station, url: hub.url, streams: DESK_STREAMS, credentials: await enrol(hub.url, DESK) });
    closers.unshift(() => lan.upstream.close());

    const notice = { ...review({ kind: 'notice' }), body: { title: '通知', text: '周五下午学习' } };
    await district.put(HALL, 'reference', [notice]);
    const complaint = review({ body: { text: '等了很久' } });
    await station.put(HALL, 'reviews', [complaint]);
    hubStore.transact(HALL, (tx) => tx.put('tickets', ticket({ id: 't-1' })));
    await until('both ends have both', async () => {
      const [up1, up2] = await Promise.all([district.get(HALL, 'reviews', complaint.id), district.get(HALL, 'tickets', 't-1')]);
      return (
        up1 !== null &&
        up2 !== null &&
        hubStore.getSync(HALL, 'reference', notice.id) !== null &&
        station.getSync(HALL, 'tickets', 't-1') !== null
      );
    });

    extranet.cut();
    await until('hub knows', () => up.upstream.status().upstream === 'offline');
    const events = Array.from({ length: 120 }, (_, i) => event({ id: `e-${String(i).padStart(3, '0')}`, body: { n: i + 1 } }));
    await station.put(HALL, 'events', events);
    await station.put(HALL, 'reviews', [changed(complaint, { station: 'desk-1', body: { answer: '已解释' } })]);
    await district.put(HALL, 'reviews', [changed(complaint, { station: 'district', body: { supervisor: '督办' } })]);
    await until('hub holds them for the district', () => up.upstream.status().count === 121);
    await until('the station has nothing left', () => lan.upstream.status().count === 0);
    expect(lan.upstream.status().upstream).toBe('online');
    extranet.heal();
    up.upstream.kick();
    await until('district has all', () => up.upstream.status().count === 0 && up.upstream.status().upstream === 'online');
    expect((await district.pull(HALL, 'events', 0, 500)).documents).toEqual(events);
    await until('one state everywhere', async () => {
      const stamps = [
        (await district.get(HALL, 'reviews', complaint.id))?.updatedAt,
        hubStore.getSync(HALL, 'reviews', complaint.id)?.updatedAt,
      ];
      return new Set([...stamps, station.getSync(HALL, 'reviews', complaint.id)?.updatedAt]).size === 1;
    });
    expect(station.getSync(HALL, 'reviews', complaint.id)?.body).toEqual({ text: '等了很久', answer: '已解释', supervisor: '督办' });
    expect(up.upstream.status().parked + lan.upstream.status().parked).toBe(0);
  });
});

test('a hub that is killed again and again while a station sends loses nothing and doubles nothing', async () => {
  const path = join(dir, 'hub.db');
  const script = fileURLToPath(new URL('../support/hub-process.ts', import.meta.url));
  let port = 0;
  let child: ChildProcess | null = null;
  const startHub = async () => {
    child = fork(script, [path, String(port), DESK.stationId], { execArgv: [] });
    const [ready] = (await once(child, 'message')) as [{ port: number }];
    port = ready.port;
  };
  const kill = async () => {
    const dying = child;
    if (dying === null || dying.exitCode !== null || dying.signalCode !== null) return;
    dying.kill('SIGKILL');
    await once(dying, 'exit');
  };
  closers.push(kill);
  await startHub();
  const station = open('station');
  const url = `http://127.0.0.1:${port}`;
  const { upstream } = startUpstream({ store: station, url, streams: DESK_STREAMS, credentials: await enrol(url, DESK) });
  closers.unshift(() => upstream.close());
  const ids: string[] = [];
  for (let life = 0; life < 3; life++) {
    const batch = Array.from({ length: 200 }, (_, i) =>
      event({ id: `e-${life}-${String(i).padStart(3, '0')}`, body: { n: life * 200 + i + 1 } }),
    );
    const before = upstream.status().count;
    for (const doc of batch) station.transact(HALL, (tx) => tx.put('events', doc));
    ids.push(...batch.map(({ id }) => id));
    await until('some are sent', () => upstream.status().count < before + 200 || upstream.status().count === 0);
    await kill();
    await startHub();
    upstream.kick();
  }
  await until('all are acknowledged', () => upstream.status().count === 0);
  await kill();
  const after = new SqliteStore({ path });
  closers.unshift(() => after.close());
  const stored = await after.pull(HALL, 'events', 0, 10_000);
  expect(stored.documents.map(({ id }) => id)).toEqual(ids);
  expect(stored.seq).toBe(ids.length);
});
