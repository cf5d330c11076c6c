import { type Logger, pino } from 'pino';

/** Personal fields never reach a log, whatever object is passed in by mistake (design §1, "Never" 7). */
const PERSONAL = ['name', 'idNumber', 'phone', 'address', 'applicant', 'note'];

export function createLogger(process: string, level: string): Logger {
  const redact = PERSONAL.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  return pino({ base: { process, pid: globalThis.process.pid }, level, redact });
}
