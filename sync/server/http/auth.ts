import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type HallId, hallIdSchema, type StationId, stationIdSchema, type WindowId, windowIdSchema } from '../../../domain/ids.ts';
import { err, ok } from '../../../domain/result.ts';
import { ROLE_RIGHTS } from '../../protocol/roles.ts';
import { type EnrolRequest, type EnrolResponse, type StationRole, stationRoleSchema } from '../../protocol/wire.ts';
import type { Authenticator, SyncClient } from './client.ts';

export interface EnrolmentCode {
  readonly code: string;
  readonly stationId: StationId;
  readonly role: StationRole;
  readonly hallId: HallId;
  readonly windowId?: WindowId | undefined;
}

export interface KeyAuthOptions {
  readonly meta: { readMeta(key: string): Promise<string | null>; writeMeta(key: string, value: string): Promise<void> };
  readonly codes: readonly EnrolmentCode[];
  /** Keys of the hall that this station may hold. */
  readonly secrets: (station: { readonly role: StationRole; readonly hallId: HallId }) => Pick<EnrolResponse, 'dataKey' | 'hashKey'>;
  readonly nowMs: () => number;
}

const recordSchema = z.object({
  keyHash: z.string(),
  codeHash: z.string(),
  role: stationRoleSchema,
  hallId: hallIdSchema,
  windowId: windowIdSchema.optional(),
});
type StationRecord = z.infer<typeof recordSchema>;

const ENROL_FAILURES_PER_ADDRESS = 5;
const ENROL_FAILURES_TOTAL = 50;
const ENROL_LOCK_MS = 60_000;

/**
 * Stations prove themselves by a random 256-bit key of which only the SHA-256 is stored (a slow hash protects guessable
 * secrets; this one is not). A code makes one key. It is spent when the key is first used, not when it is sent: an answer lost
 * on the way must not leave a station that can never enrol.
 */
export function createKeyAuth(options: KeyAuthOptions): Authenticator {
  const records = new Map<string, StationRecord>();
  const spent = new Set<string>();
  const lock = new FailureLock(options.nowMs);

  const load = async (stationId: string): Promise<StationRecord | null> => {
    const known = records.get(stationId);
    if (known !== undefined) return known;
    const text = await options.meta.readMeta(`station:${stationId}`);
    if (text === null) return null;
    const record = recordSchema.parse(JSON.parse(text));
    records.set(stationId, record);
    return record;
  };
  const isSpent = async (codeHash: string) => spent.has(codeHash) || (await options.meta.readMeta(`enrol-code:${codeHash}`)) !== null;

  return {
    async authenticate(authorization) {
      const credentials = parseBearer(authorization);
      if (credentials === null) return null;
      const record = await load(credentials.stationId);
      if (record === null || !sameText(sha256(credentials.key), record.keyHash)) return null;
      if (!spent.has(record.codeHash)) {
        await options.meta.writeMeta(`enrol-code:${record.codeHash}`, credentials.stationId);
        spent.add(record.codeHash);
      }
      const { role, hallId, windowId } = record;
      return { stationId: credentials.stationId, role, hallId, rights: ROLE_RIGHTS[role], ...(windowId === undefined ? {} : { windowId }) };
    },

    async enrol(request, address) {
      if (lock.isLocked(address)) return err('ENROL_LOCKED', '登记码错误次数太多，请一分钟后再试。');
      const code = findCode(options.codes, request);
      if (code === null) {
        lock.fail(address);
        return err('ENROL_CODE_WRONG', '登记码不对，或不是给这台终端的，请向管理员核对。');
      }
      const codeHash = sha256(request.code);
      if (await isSpent(codeHash)) return err('ENROL_CODE_USED', '这个登记码已经用过了，请向管理员要一个新的。');
      const stationKey = randomBytes(32).toString('base64url');
      const { role, hallId, windowId } = code;
      const record: StationRecord = {
        keyHash: sha256(stationKey),
        codeHash,
        role,
        hallId,
        ...(windowId === undefined ? {} : { windowId }),
      };
      await options.meta.writeMeta(`station:${code.stationId}`, JSON.stringify(record));
      records.set(code.stationId, record);
      return ok({ stationKey, hallId, ...options.secrets({ role, hallId }) });
    },
  };
}

/** Every code is compared, in constant time, so that the answer's delay tells nothing. */
function findCode(codes: readonly EnrolmentCode[], request: EnrolRequest): EnrolmentCode | null {
  const given = sha256(request.code);
  let found: EnrolmentCode | null = null;
  for (const code of codes) if (sameText(sha256(code.code), given)) found = code;
  if (found === null) return null;
  return found.stationId === request.stationId && found.role === request.role && found.hallId === request.hallId ? found : null;
}

/** `Bearer <stationId>:<key>`; a station's id may hold colons, its key does not. */
function parseBearer(authorization: string | undefined): { readonly stationId: SyncClient['stationId']; readonly key: string } | null {
  const match = /^Bearer ([A-Za-z0-9_.:-]{1,80}):([A-Za-z0-9_-]{20,100})$/.exec(authorization ?? '');
  const stationId = stationIdSchema.safeParse(match?.[1]);
  return stationId.success && match?.[2] !== undefined ? { stationId: stationId.data, key: match[2] } : null;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Both are digests of equal length. */
function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const EVERYONE = '*';

/** Codes are short: a few wrong ones from one address, or many from anywhere, stop enrolment for a while. */
class FailureLock {
  readonly #nowMs: () => number;
  readonly #failures = new Map<string, { count: number; until: number }>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  isLocked(address: string): boolean {
    return this.#count(address) >= ENROL_FAILURES_PER_ADDRESS || this.#count(EVERYONE) >= ENROL_FAILURES_TOTAL;
  }

  fail(address: string): void {
    const now = this.#nowMs();
    for (const [key, { until }] of this.#failures) if (until <= now) this.#failures.delete(key);
    for (const key of [address, EVERYONE]) this.#failures.set(key, { count: this.#count(key) + 1, until: now + ENROL_LOCK_MS });
  }

  #count(key: string): number {
    const entry = this.#failures.get(key);
    return entry !== undefined && entry.until > this.#nowMs() ? entry.count : 0;
  }
}
