import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../http/client.ts';
import { PostgresStore } from './postgres.ts';
import { SqliteStore } from './sqlite.ts';

export interface OpenStoreOptions {
  /** PostgreSQL; null: SQLite in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly logger: Logger;
}

/** Throws StoreOpenError when the database is damaged or was written by a newer program. */
export async function openStore(options: OpenStoreOptions): Promise<SqliteStore | PostgresStore> {
  if (options.databaseUrl !== null) return PostgresStore.open({ databaseUrl: options.databaseUrl, logger: options.logger });
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  return new SqliteStore({ path: join(options.dataDir, 'bianmin.db') });
}
