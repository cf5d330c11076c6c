import type { NumberBlock } from '../../../domain/numbering.ts';
import type { CommandResult } from '../../protocol/wire.ts';
import type { SqliteStore } from '../store/sqlite.ts';
import { Statements } from '../store/sqlite-tx.ts';

const MIGRATIONS: readonly string[] = [
  `CREATE TABLE counters(day TEXT NOT NULL, series TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY(day, series)) WITHOUT ROWID;
   CREATE TABLE leases(
     day TEXT NOT NULL, series TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, station_id TEXT NOT NULL,
     PRIMARY KEY(day, series, first)) WITHOUT ROWID;
   CREATE TABLE commands(id TEXT PRIMARY KEY, result TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE INDEX commands_at ON commands(at);`,
];

export interface LeaseRow extends NumberBlock {
  readonly stationId: string;
}

/** What the queue authority keeps besides documents. Writes belong inside `store.transact`. */
export class QueueTables {
  readonly #sql: Statements;

  constructor(store: SqliteStore) {
    store.ensureSchema('queue', MIGRATIONS);
    this.#sql = new Statements(store.db);
  }

  answerTo(commandKey: string): CommandResult | null {
    const row = this.#sql.get('SELECT result FROM commands WHERE id=?').get(commandKey);
    return row === undefined ? null : JSON.parse(String(row.result));
  }

  remember(commandKey: string, result: CommandResult, at: number): void {
    this.#sql.get('INSERT INTO commands(id, result, at) VALUES(?, ?, ?)').run(commandKey, JSON.stringify(result), at);
  }

  forgetBefore(at: number): void {
    this.#sql.get('DELETE FROM commands WHERE at<?').run(at);
  }

  lastIssued(day: string, series: string): number {
    return Number(this.#sql.get('SELECT last FROM counters WHERE day=? AND series=?').get(day, series)?.last ?? 0);
  }

  setLastIssued(day: string, series: string, value: number): void {
    this.#sql
      .get('INSERT INTO counters(day, series, last) VALUES(?, ?, ?) ON CONFLICT DO UPDATE SET last=excluded.last')
      .run(day, series, value);
  }

  /** In order of their numbers. */
  leases(day: string, series: string): readonly LeaseRow[] {
    const rows = this.#sql.get('SELECT first, last, station_id FROM leases WHERE day=? AND series=? ORDER BY first').all(day, series);
    return rows.map((row) => ({ from: Number(row.first), to: Number(row.last), stationId: String(row.station_id) }));
  }

  addLease(day: string, series: string, lease: LeaseRow): void {
    this.#sql
      .get('INSERT INTO leases(day, series, first, last, station_id) VALUES(?, ?, ?, ?, ?)')
      .run(day, series, lease.from, lease.to, lease.stationId);
  }
}
