import { createHash } from 'node:crypto';
import { type CommandId, commandIdSchema, type StationId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Ledger } from './ledger.ts';

/**
 * Page requests by their `requestId`: a double tap joins the request under way; a repeat after a lost answer or a restart gets
 * the answer that was committed together with the act. Failures are not kept: the person may try again.
 */
export class Requests {
  readonly #ledger: Ledger;
  readonly #underWay = new Map<string, { readonly method: string; readonly answer: Promise<Result<unknown>> }>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** `restore` turns what was kept into the answer again. Code: REQUEST_REUSED, and whatever `run` gives. */
  async once<T>(
    requestId: string,
    method: string,
    run: () => Promise<Result<T>>,
    restore: (kept: unknown) => Promise<Result<T>> = keptAsIs,
  ): Promise<Result<T>> {
    const running = this.#underWay.get(requestId);
    if (running !== undefined) return running.method === method ? (running.answer as Promise<Result<T>>) : reused();
    const kept = this.#ledger.answerTo(requestId);
    if (kept !== null) return kept.method === method ? restore(kept.answer) : reused();
    const answer = run();
    this.#underWay.set(requestId, { method, answer });
    try {
      return await answer;
    } finally {
      this.#underWay.delete(requestId);
    }
  }
}

async function keptAsIs<T>(kept: unknown): Promise<Result<T>> {
  return ok(kept as T);
}

function reused(): Result<never> {
  return err('REQUEST_REUSED', '这次操作的编号已经用过，请刷新页面后再试。');
}

/** The same request always makes the same command, so the hub's idempotency covers what this station could not write down in time. */
export function commandIdOf(stationId: StationId, requestId: string): CommandId {
  return commandIdSchema.parse(createHash('sha256').update(`${stationId}|${requestId}`).digest('hex').slice(0, 40));
}
