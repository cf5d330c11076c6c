import type { IncomingHttpHeaders } from 'node:http';
import type { Collection } from '../../../domain/documents.ts';
import { SHARED_HALL_ID } from '../../../domain/ids.ts';
import { PROTOCOL_VERSION } from '../../protocol/wire.ts';
import type { Authenticator, SyncClient } from './client.ts';
import { HttpFailure } from './errors.ts';

export const PROTOCOL_HEADER = 'x-bianmin-protocol';

/** A plain RxDB client sends no version: it speaks the first one. */
export function checkProtocol(headers: IncomingHttpHeaders, minimum: number): void {
  const header = headers[PROTOCOL_HEADER];
  if (header === undefined || Number(header) >= minimum) return;
  throw new HttpFailure(426, {
    code: 'CLIENT_TOO_OLD',
    message: '本终端的程序版本太旧，请先升级；未上传的数据都还在本机。',
    detail: { minimum, current: PROTOCOL_VERSION },
  });
}

export async function requireClient(auth: Authenticator, headers: IncomingHttpHeaders): Promise<SyncClient> {
  const client = await auth.authenticate(headers.authorization);
  if (client !== null) return client;
  throw new HttpFailure(401, { code: 'UNAUTHORIZED', message: '本终端没有登记或密钥不对，请重新登记。' });
}

export function requireRight(client: SyncClient, right: 'pull' | 'push', collection: Collection): void {
  if (client.rights[right].includes(collection)) return;
  throw new HttpFailure(403, { code: 'FORBIDDEN', message: '本终端没有权限读写这类数据。', detail: { collection, right } });
}

/** A client sees its own hall and what the district publishes to all. */
export function maySeeHall(client: SyncClient, hallId: string): boolean {
  return hallId === client.hallId || hallId === SHARED_HALL_ID;
}
