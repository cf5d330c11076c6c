import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { DistrictConfig, HubConfig } from '../../sync/server/config.ts';
import type { StationConfig } from '../station/config.ts';
import { EXTRANET, type HallPlan, type HallPorts, portOf } from './hall-plan.ts';

const SECRETS_FILE = 'demo-hall.json';
const OWNER_ONLY = 0o600;

/** Made at the first start and kept: a page that is open keeps its token, a station that is enrolled its code. */
const secretsSchema = z.object({ pageTokens: z.record(z.string(), z.string()), enrolCodes: z.record(z.string(), z.string()) });
export type HallSecrets = z.infer<typeof secretsSchema>;

export function openSecrets(dataDir: string, plan: HallPlan): HallSecrets {
  const path = join(dataDir, SECRETS_FILE);
  const kept: HallSecrets = existsSync(path)
    ? secretsSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
    : { pageTokens: {}, enrolCodes: {} };
  const names = ['dock', 'hub', 'district', ...plan.stations.map((station) => station.stationId)];
  const secrets: HallSecrets = {
    pageTokens: Object.fromEntries(names.map((name) => [name, kept.pageTokens[name] ?? randomBytes(24).toString('base64url')])),
    enrolCodes: Object.fromEntries(names.map((name) => [name, kept.enrolCodes[name] ?? randomBytes(9).toString('base64url')])),
  };
  writePrivate(path, secrets);
  return secrets;
}

export function tokenOf(secrets: HallSecrets, name: string): string {
  return required(secrets.pageTokens, name);
}

function required(record: Readonly<Record<string, string>>, name: string): string {
  const value = record[name];
  if (value === undefined) throw new Error(`no secret for ${name}`);
  return value;
}

/** Removes yesterday's hall; refuses a folder that this program did not make. */
export function resetHall(dataDir: string): void {
  if (!existsSync(dataDir)) return;
  if (!existsSync(join(dataDir, SECRETS_FILE))) throw new Error(`${dataDir} holds no demo hall`);
  rmSync(dataDir, { recursive: true });
}

export interface HallFilesOptions {
  readonly dataDir: string;
  readonly webDir: string;
  readonly plan: HallPlan;
  readonly ports: HallPorts;
  readonly secrets: HallSecrets;
  readonly databaseUrl: string | null;
  /** Where each process finds its upstream: the ports of the links that can be cut, by station id and EXTRANET. */
  readonly linkPorts: ReadonlyMap<string, number>;
  readonly stationDevices: (stationId: string) => StationConfig['devices'];
}

/** Written anew at every start, since ports and emulated devices change. Returns the path of each configuration by process name. */
export function writeConfigs(options: HallFilesOptions): ReadonlyMap<string, string> {
  const folder = join(options.dataDir, 'config');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const configs: [string, unknown][] = [
    ['district', districtConfig(options)],
    ['hub', hubConfig(options)],
    ...options.plan.stations.map((station): [string, unknown] => [station.stationId, stationConfig(options, station)]),
  ];
  return new Map(
    configs.map(([name, config]) => {
      const path = join(folder, `${name}.json`);
      writePrivate(path, config);
      return [name, path];
    }),
  );
}

function common(options: HallFilesOptions, name: string) {
  return {
    port: portOf(options.ports, name),
    dataDir: join(options.dataDir, name),
    webDir: options.webDir,
    pageToken: tokenOf(options.secrets, name),
    demo: true,
    logLevel: 'info' as const,
  };
}

function districtConfig(options: HallFilesOptions): DistrictConfig {
  const { plan, secrets } = options;
  return {
    ...common(options, 'district'),
    host: '127.0.0.1',
    districtName: plan.districtName,
    databaseUrl: options.databaseUrl,
    profiles: [plan.profilePath],
    enrolment: [{ code: required(secrets.enrolCodes, 'hub'), hubId: plan.hubId, hallId: plan.hallId }],
  };
}

function hubConfig(options: HallFilesOptions): HubConfig {
  const { plan, secrets } = options;
  return {
    ...common(options, 'hub'),
    host: '127.0.0.1',
    hubId: plan.hubId,
    hallId: plan.hallId,
    districtUrl: linkUrl(options, EXTRANET),
    districtEnrolCode: required(secrets.enrolCodes, 'hub'),
    enrolment: plan.stations.map(({ stationId, role, windowId }) => ({
      code: required(secrets.enrolCodes, stationId),
      stationId,
      role,
      ...(windowId !== undefined && { windowId }),
    })),
  };
}

function stationConfig(options: HallFilesOptions, station: HallPlan['stations'][number]): StationConfig {
  const { stationId, role, windowId } = station;
  return {
    ...common(options, stationId),
    stationId,
    hallId: options.plan.hallId,
    role,
    ...(windowId !== undefined && { windowId }),
    hubUrl: linkUrl(options, stationId),
    enrolCode: required(options.secrets.enrolCodes, stationId),
    devices: options.stationDevices(stationId),
  };
}

function linkUrl(options: HallFilesOptions, link: string): string {
  return `http://127.0.0.1:${portOf(options.linkPorts, link)}`;
}

function writePrivate(path: string, value: unknown): void {
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`, { mode: OWNER_ONLY });
}
