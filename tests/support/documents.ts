import type { Envelope } from '../../domain/documents.ts';
import { hallIdSchema, newId, stationIdSchema } from '../../domain/ids.ts';

let last = 0;

/** A fresh stamp of the station, later than every one before. */
export function stampOf(station: string): string {
  last = Math.max(Date.now(), last + 1);
  return `${String(last).padStart(13, '0')}-0000-${station}`;
}

export interface DocumentOptions {
  readonly id?: string;
  readonly hallId?: string;
  readonly station?: string;
  readonly kind?: string;
  readonly state?: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly deleted?: boolean;
  readonly day?: string;
}

/** A review: its body is free. */
export function review(options: DocumentOptions = {}): Envelope {
  const station = options.station ?? 'desk-1';
  return {
    id: options.id ?? newId(),
    hallId: hallIdSchema.parse(options.hallId ?? 'hall-1'),
    kind: options.kind ?? 'complaint',
    state: options.state ?? 'open',
    day: options.day ?? '2026-03-02',
    updatedAt: stampOf(station),
    updatedBy: stationIdSchema.parse(station),
    _deleted: options.deleted ?? false,
    body: { ...options.body },
  };
}

/** The next state of a document. */
export function changed(doc: Envelope, options: DocumentOptions): Envelope {
  return {
    ...review({ ...options, id: doc.id, hallId: doc.hallId }),
    kind: doc.kind,
    state: options.state ?? doc.state,
    body: { ...doc.body, ...options.body },
  };
}

export function rating(options: DocumentOptions = {}): Envelope {
  return review({
    kind: 'rating',
    state: 'given',
    ...options,
    body: {
      ticketId: 'hall-1:2026-03-02:A001',
      ticketNumber: 'A001',
      level: 'SATISFIED',
      channel: 'KEYPAD',
      windowId: 'w1',
      promptedAt: 1,
      ratedAt: 2,
      ...options.body,
    },
  });
}

export function event(options: DocumentOptions = {}): Envelope {
  const station = options.station ?? 'desk-1';
  return review({
    kind: 'event',
    state: 'done',
    ...options,
    body: { n: 1, act: 'case.receive', stationId: station, at: 1, prevHash: '0'.repeat(64), hash: '1'.repeat(64), ...options.body },
  });
}

export function ticket(options: DocumentOptions = {}): Envelope {
  return review({
    kind: 'ticket',
    state: 'waiting',
    ...options,
    body: {
      number: 'A001',
      series: 'A',
      itemId: 'item-1',
      itemName: '社保卡补办',
      issuedAt: 1,
      orderAt: 1,
      issuedBy: 'kiosk-1',
      priority: 'NORMAL',
      printAttempts: 1,
      callCount: 0,
      heldMs: 0,
      missedCount: 0,
      clashes: [],
      ...options.body,
    },
  });
}
