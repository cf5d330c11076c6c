import type { EnrolRequest, EnrolResponse } from '../protocol/wire.ts';
import { enrolResponseSchema } from '../protocol/wire.ts';
import type { Logger } from './http/client.ts';
import { readSecret, writeSecret } from './secret-file.ts';
import { requestEnrolment } from './upstream/http.ts';

const RETRY_MS = 2_000;
/** A refusal needs a person; meanwhile the other side is not pestered, nor its lock-out triggered. */
const RETRY_REFUSED_MS = 30_000;

export interface EnrolmentOptions {
  readonly url: string;
  /** null when there is no code: then only a stored key helps. */
  readonly request: EnrolRequest | null;
  readonly keyPath: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** The stored key of this machine. A damaged file throws: a new key needs a new code anyway. */
export function storedKey(keyPath: string): EnrolResponse | null {
  const text = readSecret(keyPath);
  return text === null ? null : enrolResponseSchema.parse(JSON.parse(text));
}

/** Enrols as soon as upstream answers and keeps the key; null when aborted, or when there is no code. */
export async function enrol({ url, request, keyPath, logger, signal }: EnrolmentOptions): Promise<EnrolResponse | null> {
  if (request === null) {
    logger.error({ url }, 'not enrolled upstream and no enrolment code in the configuration');
    return null;
  }
  let told = '';
  while (!signal.aborted) {
    const answer = await requestEnrolment(url, request);
    if (answer.ok) {
      writeSecret(keyPath, JSON.stringify(answer.value));
      logger.info({ url, stationId: request.stationId }, 'enrolled upstream');
      return answer.value;
    }
    const { code, detail } = answer.error;
    if (code !== told) logger.warn({ url, code, detail }, 'enrolment failed; it is tried again');
    told = code;
    await pause(code === 'HUB_AWAY' ? RETRY_MS : RETRY_REFUSED_MS, signal);
  }
  return null;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
