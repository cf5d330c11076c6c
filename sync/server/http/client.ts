import type { Collection } from '../../../domain/documents.ts';
import type { HallId, StationId, WindowId } from '../../../domain/ids.ts';
import type { Result } from '../../../domain/result.ts';
import type { EnrolRequest, EnrolResponse, StationRole } from '../../protocol/wire.ts';

/** Who is at the other end of a request or a stream. */
export interface SyncClient {
  readonly stationId: StationId;
  readonly role: StationRole;
  readonly hallId: HallId;
  readonly windowId?: WindowId;
  readonly rights: { readonly pull: readonly Collection[]; readonly push: readonly Collection[] };
}

export interface Authenticator {
  /** `authorization` is the header as received. */
  authenticate(authorization: string | undefined): Promise<SyncClient | null>;
  /** Absent where nobody can enrol (a station's own server). `address` is the peer's, for the lock-out. */
  enrol?(request: EnrolRequest, address: string): Promise<Result<EnrolResponse>>;
}

/** What the servers need of a pino logger. */
export interface Logger {
  info(detail: object, message: string): void;
  warn(detail: object, message: string): void;
  error(detail: object, message: string): void;
}
