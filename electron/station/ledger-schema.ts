/** Tables of the station beside the documents. Forward only; never change an entry that was released. */
export const LEDGER_MIGRATIONS: readonly string[] = [
  `CREATE TABLE pending_commands(
     n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, command TEXT NOT NULL, ticket_id TEXT, void_reason TEXT);
   CREATE TABLE refused_commands(id TEXT PRIMARY KEY, command TEXT NOT NULL, error TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE requests(request_id TEXT PRIMARY KEY, method TEXT NOT NULL, answer TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE leases(
     day TEXT NOT NULL, series TEXT NOT NULL, from_value INTEGER NOT NULL, to_value INTEGER NOT NULL, next_value INTEGER NOT NULL,
     PRIMARY KEY(day, series, from_value)) WITHOUT ROWID;
   CREATE TABLE counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE print_jobs(
     job_id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject_id TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
     outcome TEXT, at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE INDEX print_jobs_open ON print_jobs(state) WHERE state='printing';
   CREATE TABLE pin_failures(staff_id TEXT PRIMARY KEY, failures INTEGER NOT NULL, locked_until INTEGER NOT NULL) WITHOUT ROWID;`,
];
