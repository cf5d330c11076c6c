/** What drivers need from a logger; a pino logger fits as it is. Never pass personal data. */
export interface Logger {
  info(detail: object, message: string): void;
  warn(detail: object, message: string): void;
  error(detail: object, message: string): void;
}

export const SILENT_LOGGER: Logger = { info: () => {}, warn: () => {}, error: () => {} };
