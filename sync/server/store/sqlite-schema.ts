import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { Failure } from '../../../domain/result.ts';

/** Forward only; a file's index + 1 is its `user_version`. Never change an entry that was released. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE halls(hall_id TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE docs(
     hall_id TEXT NOT NULL, collection TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL,
     kind TEXT NOT NULL, state TEXT NOT NULL, day TEXT NOT NULL, updated_at TEXT NOT NULL, updated_by TEXT NOT NULL,
     deleted INTEGER NOT NULL, body TEXT NOT NULL, acked TEXT, parked TEXT, unsent_since INTEGER NOT NULL, received_at INTEGER NOT NULL,
     PRIMARY KEY(hall_id, collection, id));
   CREATE UNIQUE INDEX docs_stream ON docs(hall_id, collection, seq);
   CREATE INDEX docs_day ON docs(hall_id, collection, day, kind, state);
   CREATE INDEX docs_unsent ON docs(hall_id, collection, seq, unsent_since) WHERE acked IS NOT updated_at AND parked IS NULL;
   CREATE INDEX docs_parked ON docs(hall_id, collection, seq) WHERE parked IS NOT NULL;
   CREATE TABLE upstream(hall_id TEXT NOT NULL, collection TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(hall_id, collection)) WITHOUT ROWID;
   CREATE TABLE refused(
     hall_id TEXT NOT NULL, collection TEXT NOT NULL, id TEXT NOT NULL, error TEXT NOT NULL, doc TEXT, sender TEXT NOT NULL, at INTEGER NOT NULL,
     PRIMARY KEY(hall_id, collection, id));`,
];

/** The database cannot be used; `failure` says so in words for the person in front of it. Codes: DATABASE_NEWER, DATABASE_DAMAGED. */
export class StoreOpenError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, cause?: unknown) {
    super(`${failure.code}: ${failure.message}`, { cause });
    this.name = 'StoreOpenError';
    this.failure = failure;
  }
}

/**
 * WAL with synchronous=FULL: a commit is on the disk before it returns (research/sync.md §4.5: NORMAL lost every row of a power
 * cut, FULL none). Throws StoreOpenError.
 */
export function openDatabase(path: string): { readonly db: DatabaseSync; readonly epoch: string } {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 });
  try {
    db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;');
    const check = db.prepare('PRAGMA quick_check(1)').get()?.quick_check;
    if (check !== 'ok') throw new StoreOpenError(damaged(path), check);
    migrate(db, path);
    return { db, epoch: epochOf(db) };
  } catch (error) {
    db.close();
    throw isNotADatabase(error) ? new StoreOpenError(damaged(path), error) : error;
  }
}

function migrate(db: DatabaseSync, path: string): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (version > MIGRATIONS.length) {
    throw new StoreOpenError({
      code: 'DATABASE_NEWER',
      message: '本机的数据是更新版本的程序写的，请安装新版程序后再打开，不要删除数据。',
      detail: { path, found: version, known: MIGRATIONS.length },
    });
  }
  applyMigrations(db, MIGRATIONS, version, (next) => db.exec(`PRAGMA user_version=${next}`));
}

/** Each step with its version mark in one transaction. */
export function applyMigrations(db: DatabaseSync, migrations: readonly string[], from: number, mark: (version: number) => void): void {
  for (const [index, sql] of migrations.entries()) {
    if (index < from) continue;
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(sql);
      mark(index + 1);
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}

function epochOf(db: DatabaseSync): string {
  db.prepare("INSERT INTO meta(key, value) VALUES('epoch', ?) ON CONFLICT DO NOTHING").run(randomUUID());
  return String(db.prepare("SELECT value FROM meta WHERE key='epoch'").get()?.value);
}

function damaged(path: string): Failure {
  return { code: 'DATABASE_DAMAGED', message: '本机的数据文件已损坏，请不要删除它，并联系管理员从备份恢复。', detail: { path } };
}

const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

function primaryCode(error: unknown): number | null {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null;
}

function isNotADatabase(error: unknown): boolean {
  const code = primaryCode(error);
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/** The write was not done because the disk is full; nothing that was committed before is lost. */
export function isDiskFull(error: unknown): boolean {
  return primaryCode(error) === SQLITE_FULL;
}
