import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { StoreOpenError } from './sqlite-schema.ts';

/** Forward only. Every key leads with hall_id: the hall is the shard (design §6). Text is compared by bytes, as in SQLite. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE halls(hall_id text COLLATE "C" PRIMARY KEY, seq bigint NOT NULL);
   CREATE TABLE docs(
     hall_id text COLLATE "C" NOT NULL, collection text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, seq bigint NOT NULL,
     kind text NOT NULL, state text NOT NULL, day text COLLATE "C" NOT NULL, updated_at text COLLATE "C" NOT NULL, updated_by text NOT NULL,
     deleted boolean NOT NULL, body text NOT NULL, received_at bigint NOT NULL,
     PRIMARY KEY(hall_id, collection, id));
   CREATE UNIQUE INDEX docs_stream ON docs(hall_id, collection, seq);
   CREATE INDEX docs_day ON docs(hall_id, collection, day, kind, state);
   CREATE TABLE refused(
     hall_id text COLLATE "C" NOT NULL, collection text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, error text NOT NULL, doc text,
     sender text NOT NULL, at bigint NOT NULL,
     PRIMARY KEY(hall_id, collection, id));`,
];

/** Two servers that start at once must not both migrate. Any constant will do. */
const MIGRATION_LOCK = 0x6269_616e;

/** Throws StoreOpenError (DATABASE_NEWER). Value: the database's epoch. */
export async function preparePostgres(pool: Pool): Promise<string> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query('CREATE TABLE IF NOT EXISTS meta(key text PRIMARY KEY, value text NOT NULL)');
    await migrate(client);
    await client.query("INSERT INTO meta(key, value) VALUES('epoch', $1) ON CONFLICT DO NOTHING", [randomUUID()]);
    const epoch = await client.query("SELECT value FROM meta WHERE key='epoch'");
    await client.query('COMMIT');
    return String(epoch.rows[0].value);
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

async function migrate(client: PoolClient): Promise<void> {
  const stored = await client.query("SELECT value FROM meta WHERE key='version'");
  const version = Number(stored.rows[0]?.value ?? 0);
  if (version > MIGRATIONS.length) {
    throw new StoreOpenError({
      code: 'DATABASE_NEWER',
      message: '数据库是更新版本的程序写的，请安装新版程序后再启动，不要删除数据。',
      detail: { found: version, known: MIGRATIONS.length },
    });
  }
  for (const sql of MIGRATIONS.slice(version)) await client.query(sql);
  await client.query("INSERT INTO meta(key, value) VALUES('version', $1) ON CONFLICT(key) DO UPDATE SET value=excluded.value", [
    String(MIGRATIONS.length),
  ]);
}
