import type { HallBody } from '../../../domain/documents.ts';
import { type HallId, type StationId, ticketIdOf } from '../../../domain/ids.ts';
import { businessDay } from '../../../domain/local-time.ts';
import { formatNumber, nextFreeValue, nextLeaseBlock, parseNumber } from '../../../domain/numbering.ts';
import type { PolicyValues } from '../../../domain/policy.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import type { Lease } from '../../protocol/wire.ts';
import type { StoreTx } from '../store/sqlite-tx.ts';
import type { LeaseRow, QueueTables } from './queue-tables.ts';
import { asTicket } from './today.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

interface LeaseRequest {
  readonly stationId: StationId;
  readonly day: string;
  readonly series: readonly string[];
}

interface LeaseContext {
  readonly now: number;
  readonly policy: PolicyValues;
  readonly hall: Pick<HallBody, 'series'>;
}

/** Who may give out which number of a day. No two may ever be the same, whoever was offline (design §1, "Never" 1). */
export class NumberBook {
  readonly #tables: QueueTables;
  readonly #hallId: HallId;

  constructor(tables: QueueTables, hallId: HallId) {
    this.#tables = tables;
    this.#hallId = hallId;
  }

  /** The hub's own next number. It skips leased blocks, and numbers that a cut-off desk took unseen. */
  next(tx: StoreTx, day: string, series: string, digits: number): string {
    const leased = this.#tables.leases(day, series);
    let value = this.#tables.lastIssued(day, series);
    let number: string;
    do {
      value = nextFreeValue(value, leased);
      number = formatNumber(series, value, digits);
    } while (tx.get('tickets', ticketIdOf(this.#hallId, day, number)) !== null);
    this.#tables.setLastIssued(day, series, value);
    return number;
  }

  /** The station's block of each series; a new one once half of it is known to be used. */
  lease(tx: StoreTx, request: LeaseRequest, context: LeaseContext): Result<readonly Lease[]> {
    const { now, policy, hall } = context;
    if (request.day !== businessDay(now, policy) && request.day !== businessDay(now + DAY_MS, policy)) {
      return err('BAD_DAY', '本机日期与大厅主机不一致，请校对时间。', { day: request.day });
    }
    const unknown = request.series.find((series) => !hall.series.some((own) => own.prefix === series));
    if (unknown !== undefined) return err('UNKNOWN_SERIES', '大厅没有这个号段，请联系管理员。', { series: unknown });
    return ok(request.series.map((series) => this.#leaseSeries(tx, request, series, policy)));
  }

  #leaseSeries(tx: StoreTx, { stationId, day }: LeaseRequest, series: string, policy: PolicyValues): Lease {
    const leased = this.#tables.leases(day, series);
    const open = leased.findLast((block) => block.stationId === stationId && usedShare(tx, day, series, block) < 0.5);
    if (open !== undefined) return { day, series, from: open.from, to: open.to };
    const block = nextLeaseBlock(this.#tables.lastIssued(day, series), leased, policy);
    this.#tables.addLease(day, series, { ...block, stationId });
    return { day, series, ...block };
  }
}

function usedShare(tx: StoreTx, day: string, series: string, block: LeaseRow): number {
  const used = tx.query('tickets', { day }).filter((doc) => {
    const parsed = parseNumber(asTicket(doc).body.number);
    return parsed !== null && parsed.series === series && parsed.value >= block.from && parsed.value <= block.to;
  });
  return used.length / (block.to - block.from + 1);
}
