import type { BaseLogger } from 'pino';
import { businessDay } from '../../domain/local-time.ts';
import type { Act } from '../../sync/server/events.ts';
import { isDiskFull } from '../../sync/server/store/sqlite-schema.ts';
import type { StationConfig } from './config.ts';
import type { StationKeys } from './enrolment.ts';
import type { Ledger, LedgerTx } from './ledger.ts';
import type { StationReference } from './reference.ts';

/** China's only zone; used until the hall's policy has arrived. */
const DEFAULT_DAY_POLICY = { timeZone: 'Asia/Shanghai', businessDayStart: '00:00' };

type Trigger = () => void;

/** What every part of the station works with. */
export class Station {
  readonly config: StationConfig;
  readonly log: BaseLogger;
  readonly ledger: Ledger;
  readonly reference: StationReference;
  keys: StationKeys | null = null;
  /** The last write failed because the disk is full. */
  diskFull = false;
  readonly #listeners = new Set<Trigger>();
  #announced = false;
  #closed = false;

  constructor(parts: Pick<Station, 'config' | 'log' | 'ledger' | 'reference'>) {
    this.config = parts.config;
    this.log = parts.log;
    this.ledger = parts.ledger;
    this.reference = parts.reference;
  }

  /** The hall's business day now. */
  today(): string {
    return businessDay(this.ledger.now(), this.reference.current?.policy ?? DEFAULT_DAY_POLICY);
  }

  /** An act of now for the chain of events. Never personal data. */
  act(name: string, facts: Omit<Act, 'act' | 'at' | 'day'>): Act {
    return { act: name, at: this.ledger.now(), day: this.today(), ...facts };
  }

  /** A ledger transaction; whoever shows the station's state is told afterwards. */
  write<T>(body: (tx: LedgerTx) => T): T {
    try {
      const result = this.ledger.write(body);
      this.diskFull = false;
      this.changed();
      return result;
    } catch (error) {
      this.diskFull = isDiskFull(error);
      throw error;
    }
  }

  /** For work that nobody waits for: a full disk is logged and the work is done later; anything else is a bug and ends the process. */
  background(task: Promise<unknown>): void {
    task.catch((error: unknown) => {
      if (!isDiskFull(error)) throw error;
      this.log.error({ code: 'DISK_FULL' }, '本机磁盘满了，请联系管理员清理磁盘。');
    });
  }

  onChange(listener: Trigger): void {
    this.#listeners.add(listener);
  }

  /** Many changes of one turn are told once. */
  changed(): void {
    if (this.#announced) return;
    this.#announced = true;
    setImmediate(() => {
      this.#announced = false;
      if (!this.#closed) for (const listener of this.#listeners) listener();
    });
  }

  /** Nobody is told of changes any more. */
  close(): void {
    this.#closed = true;
  }
}
