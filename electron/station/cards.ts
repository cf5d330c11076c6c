import { randomUUID } from 'node:crypto';
import type { CasePersonal } from '../../domain/documents.ts';
import { maskAddress, maskBirthDate, maskIdNumber, maskName } from '../../domain/mask.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { IdCard } from '../../drivers/id-card/card.ts';
import type { IdCardService } from '../../drivers/id-card/service.ts';
import type { LinkEvents, ReadCard, StaffSession } from '../../sync/protocol/link.ts';
import type { LinkPage } from '../../sync/server/link/link-page.ts';
import type { Station } from './context.ts';

const KEPT_MS = 5 * 60_000;
const TAKE_BACK = '读好了，请收好您的身份证。';

export type Applicant = NonNullable<CasePersonal['applicant']>;

interface HeldCard {
  readonly card: IdCard;
  readonly page: LinkPage;
  readonly timer: NodeJS.Timeout;
}

/** Cards that were read, in memory only and for minutes. A page gets masked fields and a handle; nothing of a card is ever logged. */
export class Cards {
  readonly #station: Station;
  readonly #reader: IdCardService | null;
  readonly #held = new Map<string, HeldCard>();
  #reading: { readonly page: LinkPage; readonly stop: AbortController } | null = null;

  constructor(station: Station, reader: IdCardService | null) {
    this.#station = station;
    this.#reader = reader;
  }

  /** Codes: NO_READER, NOT_READY and those of the reader (drivers/id-card/service.ts). */
  async read(page: LinkPage): Promise<Result<ReadCard>> {
    const hall = this.#station.reference.require();
    if (!hall.ok) return hall;
    if (this.#reader === null) return err('NO_READER', '本机没有身份证阅读器，请手工录入，或选择不刷身份证。');
    if (this.#reading !== null) return err('READER_BUSY', '正在读取另一张身份证，请稍等。');
    const stop = new AbortController();
    this.#reading = { page, stop };
    page.onClose(() => stop.abort());
    const stopTelling = this.#reader.onStatus(({ phase, message }) => {
      if (phase !== undefined) page.send('card', { phase, message });
    });
    try {
      const card = await this.#reader.read({ timeoutMs: hall.value.policy.kioskCardTimeoutS * 1000, signal: stop.signal });
      if (!card.ok) return card;
      if (stop.signal.aborted) return err('CARD_CANCELLED', '已取消读取身份证。');
      page.send('card', { phase: 'TAKE_BACK', message: TAKE_BACK } satisfies LinkEvents['card']);
      return ok(this.#hold(card.value, page));
    } finally {
      stopTelling();
      this.#reading = null;
    }
  }

  cancel(page: LinkPage): void {
    if (this.#reading?.page === page) this.#reading.stop.abort();
  }

  forget(cardId: string): void {
    clearTimeout(this.#held.get(cardId)?.timer);
    this.#held.delete(cardId);
  }

  /** The full card for this page's own acts. Code: CARD_GONE. */
  find(cardId: string, page: LinkPage): Result<IdCard, 'CARD_GONE'> {
    const held = this.#held.get(cardId);
    return held === undefined || held.page !== page ? err('CARD_GONE', '刚才读的身份证已清除，请再读一次。') : ok(held.card);
  }

  /** Full fields, on the clerk's word and on record. Code: CARD_GONE. */
  reveal(cardId: string, page: LinkPage, staff: StaffSession): Result<Applicant> {
    const card = this.find(cardId, page);
    if (!card.ok) return card;
    this.#station.write((tx) => tx.event(this.#station.act('card.reveal', { staffId: staff.staffId })));
    return ok(applicantOfCard(card.value));
  }

  close(): void {
    this.#reading?.stop.abort();
    for (const cardId of [...this.#held.keys()]) this.forget(cardId);
  }

  #hold(card: IdCard, page: LinkPage): ReadCard {
    const cardId = randomUUID();
    const timer = setTimeout(() => this.forget(cardId), KEPT_MS);
    this.#held.set(cardId, { card, page, timer });
    page.onClose(() => this.forget(cardId));
    return maskedCard(cardId, card, this.#station.today());
  }
}

export function maskedCard(cardId: string, card: IdCard, today: string): ReadCard {
  return {
    cardId,
    nameMasked: maskName(card.name),
    idNumberMasked: maskIdNumber(card.idNumber),
    sex: card.sex,
    ethnic: card.ethnic ?? null,
    birthDateMasked: maskBirthDate(card.birthDate),
    addressMasked: card.address === undefined ? null : maskAddress(card.address),
    validTo: card.validTo,
    // '长期' sorts after every date.
    expired: card.validTo < today,
    kind: card.kind,
  };
}

export function applicantOfCard(card: IdCard): Applicant {
  return {
    name: card.name,
    idNumber: card.idNumber,
    sex: card.sex,
    ...(card.ethnic !== undefined && { ethnic: card.ethnic }),
    birthDate: card.birthDate,
    ...(card.address !== undefined && { address: card.address }),
    source: 'CARD',
  };
}
