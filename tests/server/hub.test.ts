import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Board } from '../../domain/board.ts';
import type { EventDoc } from '../../domain/documents.ts';
import { findBrokenLink } from '../../sync/server/events.ts';
import { startHub } from '../../sync/server/hub.ts';
import {
  DAY,
  HALL,
  hubConfig,
  MORNING_MS,
  openPage,
  presence,
  SERIES,
  STAFF,
  seedReference,
  TestStation,
  temporaryDir,
  ticketOf,
  WINDOWS,
} from '../support/hall-fixture.ts';

const [W1, W2] = WINDOWS.map((window) => window.windowId);
const MINUTE_MS = 60_000;

async function startSeeded(rest: object = {}) {
  const dataDir = temporaryDir();
  await seedReference(dataDir);
  const time = { now: MORNING_MS };
  const config = hubConfig(dataDir, rest);
  const hub = await startHub(config, { wallMs: () => time.now });
  const running = { hub };
  onTestFinished(() => running.hub.close());
  const restart = async (): Promise<number> => {
    await running.hub.close();
    running.hub = await startHub(config, { wallMs: () => time.now });
    return running.hub.port;
  };
  const enrol = async (id: string, role: string) => (await TestStation.enrol(running.hub.port, id, role)).station;
  return { dataDir, config, time, port: hub.port, restart, enrol };
}

test('two desks that call at once, 300 times, never get the same ticket', async () => {
  const { enrol } = await startSeeded();
  const [kiosk, one, two] = [await enrol('kiosk-1', 'kiosk'), await enrol('desk-1', 'desk'), await enrol('desk-2', 'desk')];
  const called: string[] = [];
  for (let round = 0; round < 300; round++) {
    await Promise.all([kiosk.issueWaiting(), kiosk.issueWaiting()]);
    const calls = await Promise.all([one.do('call', { windowId: W1 }), two.do('call', { windowId: W2 })]);
    const [first, second] = calls.map((result) => ticketOf(result).id);
    called.push(String(first), String(second));
    await Promise.all([one.do('finish', { windowId: W1, ticketId: first }), two.do('finish', { windowId: W2, ticketId: second })]);
  }
  expect(new Set(called).size).toBe(600);
});

test('a repeated command gets the same answer over HTTP, also when the first answer was lost and it came twice at once', async () => {
  const { enrol } = await startSeeded();
  const kiosk = await enrol('kiosk-1', 'kiosk');
  const issue = kiosk.command('issue');
  const answers = await Promise.all([kiosk.send([issue]), kiosk.send([issue]), kiosk.send([issue, issue])]);
  const results = answers.flat();
  expect(results).toHaveLength(4);
  for (const result of results) expect(result).toEqual(results[0]);
  expect(ticketOf(await kiosk.do('issue')).body.number).toBe(`${SERIES}002`);
});

test('stations get the keys and the rights of their role, and no more', async () => {
  const { port, dataDir } = await startSeeded();
  const desk = await TestStation.enrol(port, 'desk-1', 'desk');
  const kiosk = await TestStation.enrol(port, 'kiosk-1', 'kiosk');
  const screen = await TestStation.enrol(port, 'screen-1', 'screen');
  const stored = JSON.parse(readFileSync(join(dataDir, 'hall-keys.json'), 'utf8'));
  expect(Buffer.from(stored.dataKey, 'base64')).toHaveLength(32);
  expect(statSync(join(dataDir, 'hall-keys.json')).mode & 0o777).toBe(0o600);
  expect(desk.keys).toMatchObject(stored);
  expect(kiosk.keys).toMatchObject({ hashKey: stored.hashKey });
  expect(kiosk.keys.dataKey).toBeUndefined();
  expect([screen.keys.dataKey, screen.keys.hashKey]).toEqual([undefined, undefined]);
  const ticket = await kiosk.station.issueWaiting();
  const forbidden = { ok: false, error: { code: 'FORBIDDEN' } };
  expect(await kiosk.station.do('call', { windowId: W1 })).toMatchObject(forbidden);
  expect(await screen.station.do('void', { ticketId: ticket.id, reason: 'x' })).toMatchObject(forbidden);
  expect(await desk.station.do('call', { windowId: W2 })).toMatchObject(forbidden);
  expect((await kiosk.station.post('cases/pull', { limit: 10 })).status).toBe(403);
});

test('a ticket without confirmed paper is not waiting: not called, not counted, not on the board', async () => {
  const { enrol, port, time } = await startSeeded();
  const [kiosk, desk] = [await enrol('kiosk-1', 'kiosk'), await enrol('desk-1', 'desk')];
  const screen = await openPage(port, 'screen', null);
  const reserved = ticketOf(await kiosk.do('issue'));
  await kiosk.do('printStarted', { ticketId: reserved.id, jobId: 'j1' });
  await kiosk.do('printFailed', { ticketId: reserved.id, jobId: 'j1', reason: '缺纸' });
  expect(await desk.do('call', { windowId: W1 })).toEqual({ ok: true, commandId: expect.any(String) });
  const waiting = await kiosk.issueWaiting();
  await expect.poll(() => screen.last('board')?.next).toEqual([waiting.body.number]);
  expect(screen.last('board')?.waitingTotal).toBe(1);
  time.now += MINUTE_MS;
  expect(await kiosk.do('issue')).toMatchObject({ ok: true, ahead: 1 });
  await desk.do('confirmPaper', { ticketId: reserved.id });
  await expect.poll(() => screen.last('board')?.waitingTotal).toBe(2);
});

test('leases of two kiosks never overlap, stay the same when asked again, and the hub does not issue from them', async () => {
  const { enrol } = await startSeeded();
  const [one, two] = [await enrol('kiosk-1', 'kiosk'), await enrol('kiosk-2', 'kiosk')];
  const lease = async (station: TestStation) =>
    ((await station.post('leases', { series: [SERIES] })).body as { leases: { from: number; to: number }[] }).leases[0];
  const [a, b] = await Promise.all([lease(one), lease(two)]);
  expect(Math.max(a?.from ?? 0, b?.from ?? 0)).toBeGreaterThan(Math.min(a?.to ?? 0, b?.to ?? 0));
  expect(await lease(one)).toEqual(a);
  expect(ticketOf(await one.do('issue')).body.number).toBe(`${SERIES}001`);
  expect(await one.post('leases', { series: [SERIES], day: '2020-01-01' })).toMatchObject({
    status: 409,
    body: { error: { code: 'BAD_DAY' } },
  });
});

test('what was done while cut off is replayed in order; a ticket that two desks took is a clash that both desks are told of', async () => {
  const { enrol, time } = await startSeeded();
  const [kiosk, one, two] = [await enrol('kiosk-1', 'kiosk'), await enrol('desk-1', 'desk'), await enrol('desk-2', 'desk')];
  const leases = (await kiosk.post('leases', { series: [SERIES] })).body as { leases: { from: number }[] };
  const value = leases.leases[0]?.from ?? 0;
  const number = `${SERIES}${value}`;
  const ticketId = `${HALL}:${DAY}:${number}`;
  const [streamOne, streamTwo] = [await one.stream(), await two.stream()];
  const at = time.now - 20 * MINUTE_MS;
  const offline = { offline: true, at };
  const desk = (station: TestStation, windowId: string | undefined) => [
    station.command('take', { ...offline, windowId, ticketId, number, day: DAY }),
    station.command('finish', { ...offline, at: at + MINUTE_MS, windowId, ticketId }),
  ];
  const first = await one.send(desk(one, W1));
  expect(first.map((result) => ticketOf(result).state)).toEqual(['serving', 'done']);
  const kioskWork = await kiosk.send([
    kiosk.command('issue', { ...offline, leased: { day: DAY, value } }),
    kiosk.command('printStarted', { ...offline, ticketId, jobId: 'j' }),
    kiosk.command('printConfirmed', { ...offline, ticketId, jobId: 'j' }),
  ]);
  expect(kioskWork.map((result) => [result.ok, ticketOf(result).state])).toEqual(Array(3).fill([true, 'done']));
  const replay = desk(two, W2);
  const second = await two.send(replay);
  expect(second).toMatchObject([
    { ok: true, clash: true },
    { ok: true, clash: true },
  ]);
  expect(await two.send(replay)).toEqual(second);
  for (const { messages } of [streamOne, streamTwo]) {
    await expect
      .poll(() => messages.findLast((message) => message.type === 'docs' && message.collection === 'tickets'))
      .toMatchObject({
        documents: [
          { id: ticketId, state: 'done', body: { windowId: W1, clashes: [{ stationId: 'desk-2', kind: 'take' }, { kind: 'finish' }] } },
        ],
      });
  }
  const events = await pullAll(one, 'tickets');
  expect(events).toHaveLength(1);
});

async function pullAll(station: TestStation, collection: string): Promise<unknown[]> {
  const { body } = await station.post(`${collection}/pull`, { limit: 500 });
  return (body as { documents: unknown[] }).documents;
}

test('the board shows windows and numbers and nothing personal; a window is open when its desk says so', async () => {
  const { enrol, port } = await startSeeded();
  const [kiosk, desk] = [await enrol('kiosk-1', 'kiosk'), await enrol('desk-1', 'desk')];
  const stream = await desk.stream();
  const screen = await openPage(port, 'screen', null);
  expect(screen.hello).toMatchObject({ ok: true, result: { server: 'hub', syncToken: null } });
  const staff = STAFF[0];
  stream.send(presence('desk-1', { windowId: W1, window: { state: 'OPEN', staffId: staff?.staffId } }));
  await kiosk.issueWaiting({ personHash: 'hash-of-a-person' });
  await desk.do('call', { windowId: W1, staffId: staff?.staffId });
  const shown = (): Board['windows'][number] | undefined => screen.last('board')?.windows.find((window) => window.windowId === W1);
  await expect
    .poll(shown)
    .toMatchObject({ state: 'OPEN', ticketNumber: `${SERIES}001`, ticketState: 'called', staffNumber: staff?.staffNumber });
  const text = JSON.stringify(screen.events);
  for (const secret of ['personHash', 'hash-of-a-person', 'pinHash', 'priority', 'clashes']) expect(text).not.toContain(secret);
  expect(new Set(screen.events.map((event) => event.event))).toEqual(new Set(['board']));
  await expect
    .poll(() => stream.messages.findLast((message) => message.type === 'board'))
    .toMatchObject({ board: { calls: [{ callSeq: 1 }] } });
});

test('the duty manager sees stations, figures and calls for help, and answers them', async () => {
  const { enrol, port } = await startSeeded();
  const [kiosk, desk] = [await enrol('kiosk-1', 'kiosk'), await enrol('desk-1', 'desk')];
  const page = await openPage(port, 'supervisor');
  const stream = await kiosk.stream();
  stream.send(presence('kiosk-1', { role: 'kiosk', helpSince: 5 }));
  await expect.poll(() => page.last('overview')?.stations).toMatchObject([{ stationId: 'kiosk-1', online: true, helpSince: 5 }]);
  expect(await page.call('help.clear', { stationId: 'kiosk-1' })).toMatchObject({ ok: true });
  expect(await page.call('help.clear', { stationId: 'nobody' })).toMatchObject({ ok: false, error: { code: 'NO_HELP_CALL' } });
  stream.send(presence('kiosk-1', { role: 'kiosk', helpSince: 5 }));
  await kiosk.issueWaiting();
  const ticket = ticketOf(await desk.do('call', { windowId: W1 }));
  await desk.do('finish', { windowId: W1, ticketId: ticket.id });
  await expect.poll(() => page.last('overview')).toMatchObject({ today: { issued: 1, done: 1 }, stations: [{ helpSince: null }] });
  stream.close();
  await expect.poll(() => page.last('overview')?.stations).toMatchObject([{ online: false }]);
});

test('the link refuses a wrong token, garbage and oversized messages, and goes on serving others', async () => {
  const { port } = await startSeeded();
  await expect(openPage(port, 'supervisor', 'wrong')).rejects.toThrow('closed 4401');
  await expect(openPage(port, 'supervisor', null)).rejects.toThrow('closed 4401');
  const good = await openPage(port, 'supervisor');
  const bad = await openPage(port, 'supervisor');
  for (let index = 0; index < 5; index++) bad.socket.send('{"garbage');
  expect(await bad.closed).toBe(1008);
  const big = await openPage(port, 'screen', null);
  big.socket.send('x'.repeat(300 * 1024));
  expect(await big.closed).toBe(1009);
  expect(await good.call('hall.overview', {})).toMatchObject({ ok: true });
  expect(await good.call('queue.call', { requestId: 'r' })).toMatchObject({ ok: false, error: { code: 'UNKNOWN_METHOD' } });
});

test('upgrade requests for paths that nobody serves are answered and closed, whatever the target is', async () => {
  const { port } = await startSeeded();
  for (const target of ['//', '/no/such/path', '/link2', '*']) {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect([target, answer.toString().slice(0, 12)]).toEqual([target, 'HTTP/1.1 404']);
    await once(socket, 'close');
  }
  expect((await openPage(port, 'screen', null)).hello.ok).toBe(true);
});

test('without reference data the hub runs and says what it lacks, in words', async () => {
  const hub = await startHub(hubConfig(temporaryDir()));
  onTestFinished(() => hub.close());
  const health = await (await fetch(`http://127.0.0.1:${hub.port}/healthz`)).json();
  expect(health).toMatchObject({ ok: true, reference: 'missing' });
  const { station: kiosk } = await TestStation.enrol(hub.port, 'kiosk-1', 'kiosk');
  expect(await kiosk.do('issue')).toMatchObject({ ok: false, error: { code: 'NOT_READY' } });
  const page = await openPage(hub.port, 'supervisor');
  await expect.poll(() => page.last('status')?.devices).toMatchObject([{ device: 'reference', ok: false }]);
});

test('a restart keeps counters, calls and answers', async () => {
  const { enrol, restart } = await startSeeded();
  const [kiosk, desk] = [await enrol('kiosk-1', 'kiosk'), await enrol('desk-1', 'desk')];
  await kiosk.issueWaiting();
  await kiosk.issueWaiting();
  const call = desk.command('call', { windowId: W1 });
  const [before] = await desk.send([call]);
  const port = await restart();
  const [kioskAgain, deskAgain] = [kiosk.at(port), desk.at(port)];
  expect(await deskAgain.send([call])).toEqual([before]);
  expect(ticketOf(await kioskAgain.do('issue')).body.number).toBe(`${SERIES}003`);
  await deskAgain.do('recall', { windowId: W1, ticketId: ticketOf(before).id });
  const screen = await openPage(port, 'screen', null);
  await expect
    .poll(() => screen.last('board')?.calls.map((entry) => [entry.callSeq, entry.recall]))
    .toEqual([
      [2, true],
      [1, false],
    ]);
});

test('killed in the middle of a load of commands, again and again: every acknowledged command is there, no number twice', async () => {
  const dataDir = temporaryDir();
  await seedReference(dataDir);
  const configPath = join(dataDir, 'hub.json');
  writeFileSync(configPath, JSON.stringify(hubConfig(dataDir)));
  const start = async () => {
    const child = fork(join(import.meta.dirname, '../../sync/server/hub.ts'), ['--config', configPath], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [ready] = (await once(child, 'message')) as [{ type: string; port: number }];
    return { child, port: ready.port };
  };
  let { child, port } = await start();
  let { station: kiosk } = await TestStation.enrol(port, 'kiosk-1', 'kiosk');
  const acknowledged = new Map<string, { id: string; number: unknown }>();
  const sent: ReturnType<TestStation['command']>[] = [];
  for (let life = 0; life < 3; life++) {
    const worker = async (): Promise<void> => {
      for (;;) {
        const issue = kiosk.command('issue');
        sent.push(issue);
        const ticket = ticketOf((await kiosk.send([issue]))[0]);
        acknowledged.set(issue.id, { id: ticket.id, number: ticket.body.number });
        if (acknowledged.size === (life + 1) * 60) child.kill('SIGKILL');
      }
    };
    const died = once(child, 'exit');
    await Promise.allSettled([worker(), worker(), worker(), worker()]);
    await died;
    ({ child, port } = await start());
    kiosk = kiosk.at(port);
  }
  const { station: desk } = await TestStation.enrol(port, 'desk-1', 'desk');
  const answers = [];
  for (const command of sent) answers.push(...(await kiosk.send([command])));
  for (const [index, { id }] of sent.entries()) {
    const known = acknowledged.get(id);
    if (known !== undefined) expect(ticketOf(answers[index]).id).toBe(known.id);
  }
  const numbers = answers.map((answer) => ticketOf(answer).body.number);
  expect(new Set(numbers).size).toBe(sent.length);
  const stored = (await pullAll(desk, 'tickets')) as { body: { number: string } }[];
  expect(stored.map((ticket) => ticket.body.number).sort()).toEqual([...numbers].sort());
  child.kill('SIGTERM');
  expect((await once(child, 'exit'))[0]).toBe(0);
  expect(await chainOf(dataDir)).toBeNull();
});

async function chainOf(dataDir: string): Promise<EventDoc | null> {
  const { SqliteStore } = await import('../../sync/server/store/sqlite.ts');
  const store = new SqliteStore({ path: join(dataDir, 'hub.sqlite') });
  const events = store.querySync(HALL, 'events', {}) as unknown as EventDoc[];
  await store.close();
  expect(events.length).toBeGreaterThan(0);
  return findBrokenLink(events.sort((a, b) => a.body.n - b.body.n));
}
