import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { DistrictHallDetail, HallOverview } from '../../sync/protocol/link.ts';
import { type DistrictConfig, districtConfigSchema } from '../../sync/server/config.ts';
import { startDistrict } from '../../sync/server/district.ts';
import { startHub } from '../../sync/server/hub.ts';
import { openStore } from '../../sync/server/store/open.ts';
import {
  DAY,
  HALL,
  HUB,
  hubConfig,
  MORNING_MS,
  openPage,
  PROFILE,
  presence,
  SERIES,
  TestStation,
  TOKEN,
  temporaryDir,
  ticketOf,
  WINDOWS,
} from '../support/hall-fixture.ts';
import { LinkProxy } from '../support/link-proxy.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';

const W1 = WINDOWS[0]?.windowId;
const silent = { info: () => {}, warn: () => {}, error: () => {} };
let postgres: Postgres;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

const ENGINES = { sqlite: async () => null, postgres: () => postgres.createDatabase() };

describe.each(Object.entries(ENGINES))('district on %s', (_engine, createDatabase) => {
  async function startAll() {
    const config: DistrictConfig = districtConfigSchema.parse({
      port: 0,
      dataDir: temporaryDir(),
      pageToken: TOKEN,
      logLevel: 'error',
      districtName: '测试区',
      databaseUrl: await createDatabase(),
      profiles: [PROFILE],
      enrolment: [{ code: 'code-of-hub-1', hubId: HUB, hallId: HALL }],
    });
    const wallMs = () => MORNING_MS;
    const running = { district: await startDistrict(config, { wallMs }) };
    const proxy = await LinkProxy.start(running.district.port);
    const config2 = hubConfig(temporaryDir(), { districtUrl: proxy.url, districtEnrolCode: 'code-of-hub-1' });
    const hubs = { hub: await startHub(config2, { wallMs }) };
    onTestFinished(async () => {
      await hubs.hub.close();
      await running.district.close();
      await proxy.close();
    });
    const restartDistrict = async (whileDown: () => Promise<void> = async () => {}): Promise<void> => {
      await running.district.close();
      await whileDown();
      running.district = await startDistrict(config, { wallMs });
      proxy.retarget(running.district.port);
    };
    const restartHub = async (): Promise<void> => {
      await hubs.hub.close();
      hubs.hub = await startHub(config2, { wallMs });
    };
    return { config, running, hubs, proxy, restartDistrict, restartHub };
  }

  const isReady = async (port: number): Promise<unknown> => (await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()).reference;

  async function detailOf(page: Awaited<ReturnType<typeof openPage>>): Promise<DistrictHallDetail> {
    const answer = await page.call('district.hall', { hallId: HALL });
    if (answer.result === undefined) throw new Error(answer.error?.code);
    return answer.result;
  }

  test('a hub enrols itself, gets its hall from the district, and the district sees it live', async () => {
    const { running, hubs } = await startAll();
    await expect.poll(() => isReady(hubs.hub.port), { timeout: 10_000 }).toBe('ok');
    const page = await openPage(running.district.port, 'district');
    const hall = (): HallOverview | undefined => page.last('halls')?.[0];
    await expect
      .poll(hall, { timeout: 10_000 })
      .toMatchObject({ hallId: HALL, online: true, board: { hallId: HALL, day: DAY }, outbox: { count: 0 } });
    const { station: desk } = await TestStation.enrol(hubs.hub.port, 'desk-1', 'desk');
    const stream = await desk.stream();
    stream.send(presence('desk-1', { windowId: W1, window: { state: 'OPEN' } }));
    const { station: kiosk } = await TestStation.enrol(hubs.hub.port, 'kiosk-1', 'kiosk');
    await kiosk.issueWaiting();
    ticketOf(await desk.do('call', { windowId: W1 }));
    await expect.poll(hall, { timeout: 10_000 }).toMatchObject({ today: { issued: 1 }, stations: [{ stationId: 'desk-1', online: true }] });
    await expect
      .poll(() => hall()?.board?.windows.find((window) => window.windowId === W1), { timeout: 10_000 })
      .toMatchObject({ state: 'OPEN', ticketNumber: `${SERIES}001` });
    stream.close();
    await expect.poll(hall, { timeout: 10_000 }).toMatchObject({ stations: [{ online: false }] });
  });

  test('after a cut, with answers lost on the way, the district has every ticket, case and rating once', async () => {
    const { running, hubs, proxy } = await startAll();
    await expect.poll(() => isReady(hubs.hub.port), { timeout: 10_000 }).toBe('ok');
    const { station: desk } = await TestStation.enrol(hubs.hub.port, 'desk-1', 'desk');
    const { station: kiosk } = await TestStation.enrol(hubs.hub.port, 'kiosk-1', 'kiosk');
    proxy.cut();
    for (let index = 0; index < 30; index++) await kiosk.issueWaiting();
    const called = ticketOf(await desk.do('call', { windowId: W1 }));
    await desk.do('finish', { windowId: W1, ticketId: called.id });
    await pushRating(desk, called.id, String(called.body.number));
    await pushCase(desk);
    const supervisor = await openPage(hubs.hub.port, 'supervisor');
    await expect.poll(() => supervisor.last('status')?.outbox.count, { timeout: 10_000 }).toBeGreaterThan(100);
    proxy.loseAnswerTo('/sync/v1/tickets/push');
    proxy.heal();
    await expect
      .poll(() => supervisor.last('status')?.outbox, { timeout: 30_000 })
      .toMatchObject({ count: 0, parked: 0, upstream: 'online' });
    expect(proxy.answersLost).toBe(1);
    const page = await openPage(running.district.port, 'district');
    const detail = await detailOf(page);
    const numbers = detail.tickets.map((ticket) => ticket.number);
    expect([numbers.length, new Set(numbers).size]).toEqual([30, 30]);
    expect(detail.overview.today).toMatchObject({ issued: 30, done: 1, cases: 1, ratings: { VERY_SATISFIED: 1 } });
    expect(detail.ratings).toMatchObject([{ ticketNumber: `${SERIES}001`, level: 'VERY_SATISFIED', itemName: '测试事项' }]);
    expect(detail.cases).toMatchObject([{ caseNumber: 'C-1', state: 'received', applicantMasked: '张*', receivedAt: MORNING_MS }]);
    expect(JSON.stringify(detail)).not.toContain('SEALED-TEXT');
  });

  test('a hub that starts while the district is away works with what it has', async () => {
    const { running, hubs, proxy, restartHub } = await startAll();
    await expect.poll(() => isReady(hubs.hub.port), { timeout: 10_000 }).toBe('ok');
    const { station: kiosk } = await TestStation.enrol(hubs.hub.port, 'kiosk-1', 'kiosk');
    proxy.cut();
    await restartHub();
    expect(ticketOf(await kiosk.at(hubs.hub.port).do('issue')).body.number).toBe(`${SERIES}001`);
    proxy.heal();
    const page = await openPage(running.district.port, 'district');
    await expect
      .poll(async () => (await detailOf(page)).tickets, { timeout: 20_000 })
      .toMatchObject([{ number: `${SERIES}001`, state: 'reserved' }]);
  });

  test('a restart of the district publishes nothing again, and remembers when it last heard of a hall', async () => {
    const { config, running, hubs, proxy, restartDistrict } = await startAll();
    await expect.poll(() => isReady(hubs.hub.port), { timeout: 10_000 }).toBe('ok');
    const stamps = async (): Promise<readonly string[]> => {
      const store = await openStore({ databaseUrl: config.databaseUrl, dataDir: config.dataDir, logger: silent });
      const docs = [...(await store.query(HALL, 'reference', {})), ...(await store.query('shared' as never, 'reference', {}))];
      await store.close();
      return docs.map((doc) => doc.updatedAt);
    };
    let before: readonly string[] = [];
    await restartDistrict(async () => {
      proxy.cut();
      before = await stamps();
    });
    const page = await openPage(running.district.port, 'district');
    await expect
      .poll(() => page.last('halls'), { timeout: 10_000 })
      .toMatchObject([{ hallId: HALL, online: false, lastHeardAt: MORNING_MS }]);
    expect(before.length).toBeGreaterThan(180);
    await restartDistrict(async () => expect(await stamps()).toEqual(before));
  });

  test('the link wants the token, and a hall that is not known is told in words', async () => {
    const { running } = await startAll();
    await expect(openPage(running.district.port, 'district', null)).rejects.toThrow('closed 4401');
    await expect(openPage(running.district.port, 'screen', null)).rejects.toThrow('closed 4401');
    const page = await openPage(running.district.port, 'district');
    expect(page.hello).toMatchObject({ ok: true, result: { server: 'district', hallName: '测试区' } });
    expect(await page.call('district.hall', { hallId: 'no-such-hall' })).toMatchObject({ ok: false, error: { code: 'UNKNOWN_HALL' } });
  });
});

const envelope = (id: string, kind: string, state: string, body: object) => ({
  id,
  hallId: HALL,
  kind,
  state,
  day: DAY,
  updatedAt: `${MORNING_MS}-0000-desk-1`,
  updatedBy: 'desk-1',
  _deleted: false,
  body,
});

async function pushRating(desk: TestStation, ticketId: string, ticketNumber: string): Promise<void> {
  const body = {
    ticketId,
    ticketNumber,
    level: 'VERY_SATISFIED',
    channel: 'KEYPAD',
    windowId: W1,
    promptedAt: MORNING_MS,
    ratedAt: MORNING_MS,
  };
  const answer = await desk.post('ratings/push', [
    { newDocumentState: envelope('rating-1', 'rating', 'effective', body), assumedMasterState: null },
  ]);
  expect(answer.body).toEqual([]);
}

async function pushCase(desk: TestStation): Promise<void> {
  const body = {
    caseNumber: 'C-1',
    materials: [],
    sealed: 'SEALED-TEXT',
    applicantMasked: '张*',
    windowId: W1,
    staffId: 'staff-1',
    startedAt: MORNING_MS,
    receivedAt: MORNING_MS,
  };
  const answer = await desk.post('cases/push', [
    { newDocumentState: envelope('case-1', 'case', 'received', body), assumedMasterState: null },
  ]);
  expect(answer.body).toEqual([]);
}
