import { z } from 'zod';
import { err, type Failure, ok, type Result } from '../../../domain/result.ts';
import { type EnrolRequest, type EnrolResponse, enrolResponseSchema, failureSchema, PROTOCOL_VERSION } from '../../protocol/wire.ts';
import { PROTOCOL_HEADER } from '../http/guard.ts';

export interface Credentials {
  readonly stationId: string;
  readonly stationKey: string;
}

export interface CallOptions {
  readonly url: string;
  readonly credentials: Credentials | null;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export const HUB_AWAY: Failure<'HUB_AWAY'> = { code: 'HUB_AWAY', message: '连不上大厅主机，请检查网线和大厅主机是否开机。' };

export function requestHeaders(credentials: Credentials | null): Record<string, string> {
  return {
    [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
    ...(credentials === null ? {} : { authorization: `Bearer ${credentials.stationId}:${credentials.stationKey}` }),
  };
}

const errorAnswerSchema = z.object({ error: failureSchema });

/**
 * One POST. Codes: HUB_AWAY (no answer in time, or none at all), BAD_ANSWER (not what the protocol says), otherwise what the
 * server answered (UNAUTHORIZED, FORBIDDEN, CLIENT_TOO_OLD, DISK_FULL, …).
 */
export async function call<T>(options: CallOptions, path: string, body: unknown, answer: z.ZodType<T>): Promise<Result<T>> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  try {
    const response = await options.fetch(new URL(path, options.url), {
      method: 'POST',
      headers: { ...requestHeaders(options.credentials), 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]),
    });
    return readAnswer(response.status, await response.text(), answer);
  } catch (error) {
    // fetch tells every network failure as a TypeError, a time-out or abort as a DOMException.
    if (error instanceof TypeError || error instanceof DOMException)
      return { ok: false, error: { ...HUB_AWAY, detail: { reason: reasonOf(error) } } };
    throw error;
  }
}

function readAnswer<T>(status: number, text: string, answer: z.ZodType<T>): Result<T> {
  const json = parseJson(text);
  if (status >= 200 && status < 300) {
    const parsed = answer.safeParse(json);
    return parsed.success ? ok(parsed.data) : badAnswer(status);
  }
  const failure = errorAnswerSchema.safeParse(json);
  if (!failure.success) return badAnswer(status);
  const { code, message, detail } = failure.data.error;
  return err(code, message, { ...detail, status });
}

function badAnswer(status: number) {
  return err('BAD_ANSWER', '服务器的回答看不懂，请检查服务器地址和程序版本。', { status });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
}

const ENROL_TIMEOUT_MS = 10_000;

/** Turns a one-time code into a key of one's own; safe to repeat until the key was used. */
export function requestEnrolment(url: string, request: EnrolRequest): Promise<Result<EnrolResponse>> {
  return call({ url, credentials: null, fetch, timeoutMs: ENROL_TIMEOUT_MS }, '/sync/v1/enrol', request, enrolResponseSchema);
}
