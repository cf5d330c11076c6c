import { randomUUID } from 'node:crypto';
import type { Rating, Ticket } from '../../domain/documents.ts';
import { type CaseId, ticketIdSchema } from '../../domain/ids.ts';
import type { RatingLevel } from '../../domain/rating-level.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { DeskState, RatingPrompt, StaffSession } from '../../sync/protocol/link.ts';
import type { Station } from './context.ts';

export interface RatingSubject {
  readonly ticket: Ticket;
  readonly caseId: CaseId | null;
  readonly staff: StaffSession;
}

interface Session extends RatingSubject {
  readonly prompt: RatingPrompt;
  readonly timer: NodeJS.Timeout;
}

/** Shows a prompt somewhere and takes it away again (null). */
export type PromptListener = (prompt: RatingPrompt | null) => void;

/**
 * Asks for a rating after a service. What is recorded was pressed by a person within the time: no default, nothing pre-selected,
 * time-out records nothing (design §1, "Never" 6). The desk learns that a rating came, never which.
 */
export class RatingDesk {
  readonly #station: Station;
  readonly #listeners: PromptListener[] = [];
  readonly #ratedListeners: ((sessionId: string) => void)[] = [];
  #session: Session | null = null;
  #last: DeskState['lastRating'] = null;

  constructor(station: Station) {
    this.#station = station;
  }

  get prompt(): RatingPrompt | null {
    return this.#session?.prompt ?? null;
  }

  get last(): DeskState['lastRating'] {
    return this.#last;
  }

  onPrompt(listener: PromptListener): void {
    this.#listeners.push(listener);
  }

  onRated(listener: (sessionId: string) => void): void {
    this.#ratedListeners.push(listener);
  }

  /** Does nothing where this ticket and case were rated already. */
  ask(subject: RatingSubject): void {
    const hall = this.#station.reference.current;
    const { ledger, config } = this.#station;
    if (hall === null || config.windowId === undefined || ledger.get('ratings', ratingIdOf(subject)) !== null) return;
    this.#end('CANCELLED');
    const timeoutMs = hall.policy.ratingTimeoutS * 1000;
    const promptedAt = ledger.now();
    const prompt: RatingPrompt = {
      sessionId: randomUUID(),
      ticketNumber: subject.ticket.body.number,
      itemName: subject.ticket.body.itemName,
      windowName: this.#station.reference.window(config.windowId)?.name ?? '',
      staffName: subject.staff.name,
      staffNumber: subject.staff.staffNumber,
      promptedAt,
      expiresAt: promptedAt + timeoutMs,
    };
    this.#session = { ...subject, prompt, timer: setTimeout(() => this.#end('TIMEOUT'), timeoutMs) };
    this.#last = null;
    this.#tell();
  }

  /** Codes: RATING_CLOSED, ALREADY_RATED. */
  submit(sessionId: string, level: RatingLevel, channel: 'KEYPAD' | 'SCREEN'): Result<null> {
    const session = this.#session;
    const { config } = this.#station;
    const { windowId } = config;
    if (session === null || session.prompt.sessionId !== sessionId || windowId === undefined) {
      return err('RATING_CLOSED', '这次评价已经结束，谢谢。');
    }
    const written = this.#station.write((tx) => {
      const id = ratingIdOf(session);
      if (tx.get('ratings', id) !== null) return false;
      const rating: Rating = {
        id,
        hallId: config.hallId,
        kind: 'rating',
        state: 'effective',
        day: session.ticket.day,
        updatedAt: tx.stamp(),
        updatedBy: config.stationId,
        _deleted: false,
        body: {
          ticketId: ticketIdSchema.parse(session.ticket.id),
          ticketNumber: session.ticket.body.number,
          ...(session.caseId !== null && { caseId: session.caseId }),
          itemId: session.ticket.body.itemId,
          level,
          channel,
          windowId,
          staffId: session.staff.staffId,
          promptedAt: session.prompt.promptedAt,
          ratedAt: this.#station.ledger.now(),
        },
      };
      tx.put('ratings', rating);
      tx.event(this.#station.act('rating.given', { subject: { collection: 'ratings', id } }));
      return true;
    });
    for (const listener of this.#ratedListeners) listener(sessionId);
    this.#end('RATED');
    return written ? ok(null) : err('ALREADY_RATED', '这次服务已经评价过了，谢谢。');
  }

  /** The next person stands at the window: what is pressed now would be somebody else's word. */
  cancel(): void {
    this.#end('CANCELLED');
  }

  close(): void {
    clearTimeout(this.#session?.timer);
    this.#session = null;
  }

  #end(outcome: 'RATED' | 'TIMEOUT' | 'CANCELLED'): void {
    if (this.#session === null) return;
    clearTimeout(this.#session.timer);
    this.#session = null;
    this.#last = { outcome, at: this.#station.ledger.now() };
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.prompt);
    this.#station.changed();
  }
}

/** One rating per service of a ticket and case. */
function ratingIdOf({ ticket, caseId }: Pick<RatingSubject, 'ticket' | 'caseId'>): string {
  return caseId === null ? `rating:${ticket.id}` : `rating:${ticket.id}:${caseId}`;
}
