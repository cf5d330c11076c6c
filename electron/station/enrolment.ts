import { join } from 'node:path';
import type { EnrolRequest, EnrolResponse } from '../../sync/protocol/wire.ts';
import { enrol, storedKey } from '../../sync/server/enrolment.ts';
import type { Logger } from '../../sync/server/http/client.ts';
import type { StationConfig } from './config.ts';

/** What a station got at enrolment. `dataKey` is there only for desks (design §8). */
export type StationKeys = EnrolResponse;

/** The keys on disk: with them the station works from a cold start without the hub. */
export function keptKeys({ dataDir }: Pick<StationConfig, 'dataDir'>): StationKeys | null {
  return storedKey(keyPath(dataDir));
}

/** Turns the one-time code into keys as soon as the hub answers; null when aborted, or when there is no code. */
export function obtainKeys(config: StationConfig, logger: Logger, signal: AbortSignal): Promise<StationKeys | null> {
  const { enrolCode, stationId, role, hallId, windowId, dataDir, hubUrl } = config;
  const request: EnrolRequest | null =
    enrolCode === null ? null : { code: enrolCode, stationId, role, hallId, ...(windowId !== undefined && { windowId }) };
  return enrol({ url: hubUrl, request, keyPath: keyPath(dataDir), logger, signal });
}

function keyPath(dataDir: string): string {
  return join(dataDir, 'station-key.json');
}
