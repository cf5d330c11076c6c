import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Failure } from '../../domain/result.ts';
import { type ChildSpec, Supervisor, type SupervisorEvent } from '../supervisor.ts';
import { closeDevices, deviceConfig, type StationDevices, startDevices } from './devices.ts';
import { startDockServer } from './dock-server.ts';
import { openSecrets, tokenOf, writeConfigs } from './hall-files.ts';
import { EXTRANET, fixedPorts, freeHallPorts, type HallKind, type HallPlan, type HallPorts, planHall, portOf } from './hall-plan.ts';
import { type LinkProxy, startLinkProxy } from './link-proxy.ts';
import { type DemoPage, pagesOf } from './pages.ts';
import { DEFAULT_PORT_BASE, isPortFree } from './ports.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MODULES = { district: 'sync/server/district.ts', hub: 'sync/server/hub.ts', station: 'electron/station/main.ts' };

export interface DemoHallOptions {
  /** Everything of this hall lives here; a second start finds it. */
  readonly dataDir: string;
  readonly hall: HallKind;
  /** Another profile of that kind, with the files that it names beside it; default the shipped one. */
  readonly profilePath?: string;
  /** 'free' takes any, for tests. */
  readonly ports: 'fixed' | 'free';
  readonly portBase?: number;
  /** Windows are the launcher's business (electron/launch.ts); the hall itself opens none. */
  readonly shell: 'none';
  /** Built renderer; default dist/renderer. */
  readonly webDir?: string;
  /** PostgreSQL of the district; null: SQLite. */
  readonly databaseUrl?: string | null;
  readonly onEvent?: (event: SupervisorEvent) => void;
  /** Gives up a start that is under way; everything that ran is stopped before the promise rejects. */
  readonly signal?: AbortSignal;
}

export interface DemoHall {
  readonly plan: HallPlan;
  readonly pages: readonly DemoPage[];
  /** Full addresses by page name: kiosk, desk-1, rating-1, window-1, desk-2, …, hall, staff, supervisor, district, dock. */
  readonly urls: Readonly<Record<string, string>>;
  /** Page tokens by process: district, hub, kiosk-1, desk-1, …, dock. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Emulators by station id. */
  readonly devices: Readonly<Record<string, StationDevices>>;
  /** The LAN of each station by station id, and 'extranet' between hub and district. */
  readonly links: Readonly<Record<string, LinkProxy>>;
  /** Processes by name: district, hub and the station ids. */
  readonly processes: Pick<Supervisor, 'kill' | 'restart' | 'stop' | 'states' | 'waitUntilReady' | 'onEvent'>;
  readonly dataDir: string;
  readonly logDir: string;
  close(): Promise<void>;
}

/** A start that failed for a reason that the operator can mend. Code: PORT_TAKEN, PROCESS_NOT_READY. */
export class DemoHallError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Brings up district, hub, stations, emulated devices and dock, and waits until all answer. Throws `DemoHallError`. */
export async function startDemoHall(options: DemoHallOptions): Promise<DemoHall> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  options.signal?.addEventListener('abort', () => void close(), { once: true });
  try {
    return await bringUp(options, closers, close);
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function bringUp(options: DemoHallOptions, closers: (() => Promise<void>)[], close: () => Promise<void>): Promise<DemoHall> {
  const dataDir = resolve(options.dataDir);
  const webDir = resolve(options.webDir ?? join(ROOT, 'dist/renderer'));
  const plan = planHall(options.hall, options.profilePath);
  const ports = options.ports === 'free' ? await freeHallPorts(plan) : await checkedPorts(plan, options.portBase ?? DEFAULT_PORT_BASE);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const secrets = openSecrets(dataDir, plan);

  const devices = await openDevices(plan, closers);
  const links = await openLinks(plan, ports, closers);
  const configs = writeConfigs({
    dataDir,
    webDir,
    plan,
    ports,
    secrets,
    databaseUrl: options.databaseUrl ?? null,
    linkPorts: new Map(Object.entries(links).map(([name, link]) => [name, link.port])),
    stationDevices: (stationId) => deviceConfig(devices[stationId] ?? {}),
  });

  options.signal?.throwIfAborted();
  const processes = new Supervisor();
  if (options.onEvent !== undefined) processes.onEvent(options.onEvent);
  closers.push(() => processes.stopAll());
  const logDir = join(dataDir, 'logs');
  const spec = (name: string, module: string): ChildSpec => ({
    name,
    modulePath: join(ROOT, module),
    args: ['--config', configs.get(name) ?? ''],
    cwd: ROOT,
    logFile: join(logDir, `${name}.log`),
  });
  await startChild(processes, spec('district', MODULES.district));
  options.signal?.throwIfAborted();
  await startChild(processes, spec('hub', MODULES.hub));
  options.signal?.throwIfAborted();
  await Promise.all(plan.stations.map((station) => startChild(processes, spec(station.stationId, MODULES.station))));

  options.signal?.throwIfAborted();
  const pages = pagesOf(plan, ports, secrets);
  const hall: DemoHall = {
    plan,
    pages,
    urls: Object.fromEntries(pages.map((page) => [page.name, page.url])),
    tokens: secrets.pageTokens,
    devices,
    links,
    processes,
    dataDir,
    logDir,
    close,
  };
  const dock = await startDockServer({ hall, port: portOf(ports, 'dock'), token: tokenOf(secrets, 'dock'), webDir });
  closers.push(dock.close);
  return hall;
}

async function checkedPorts(plan: HallPlan, base: number): Promise<HallPorts> {
  const ports = fixedPorts(plan, base);
  const other = base + 1000;
  for (const [name, port] of ports) {
    if (await isPortFree(port)) continue;
    throw new DemoHallError({
      code: 'PORT_TAKEN',
      message:
        `端口 ${port}（${name}）已被占用：可能演示大厅已经在运行，请先关闭；或换一组端口：npm start -- --port-base ${other}\n` +
        `Port ${port} (${name}) is taken. Stop the program that uses it, or choose other ports: npm start -- --port-base ${other}`,
      detail: { name, port },
    });
  }
  return ports;
}

async function openDevices(plan: HallPlan, closers: (() => Promise<void>)[]): Promise<Record<string, StationDevices>> {
  const devices: Record<string, StationDevices> = {};
  for (const station of plan.stations) {
    const started = await startDevices(station);
    closers.push(() => closeDevices(started));
    devices[station.stationId] = started;
  }
  return devices;
}

async function openLinks(plan: HallPlan, ports: HallPorts, closers: (() => Promise<void>)[]): Promise<Record<string, LinkProxy>> {
  const links: Record<string, LinkProxy> = {};
  for (const name of [EXTRANET, ...plan.stations.map((station) => station.stationId)]) {
    const link = await startLinkProxy({ port: 0, targetPort: portOf(ports, name === EXTRANET ? 'district' : 'hub') });
    closers.push(link.close);
    links[name] = link;
  }
  return links;
}

async function startChild(processes: Supervisor, spec: ChildSpec): Promise<void> {
  const started = await processes.start(spec);
  if (!started.ok) throw new DemoHallError(started.error);
}
