import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { Failure } from '../../../domain/result.ts';
import { isDiskFull } from '../store/sqlite-schema.ts';
import type { Logger } from './client.ts';
import type { FoldedLog } from './fold-log.ts';

/** An answer that is a failure; thrown by a route, turned into `{error: Failure}` here. */
export class HttpFailure extends Error {
  readonly status: number;
  readonly failure: Failure;

  constructor(status: number, failure: Failure) {
    super(failure.code);
    this.status = status;
    this.failure = failure;
  }
}

export function badRequest(detail: Readonly<Record<string, unknown>>): HttpFailure {
  return new HttpFailure(400, { code: 'BAD_REQUEST', message: '请求的内容不对，请更新终端程序或联系管理员。', detail });
}

const BY_FASTIFY_CODE: Readonly<Record<string, { readonly status: number; readonly failure: Failure }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, failure: { code: 'REQUEST_TOO_LARGE', message: '一次发送的内容太多，请分批发送。' } },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 415, failure: { code: 'NOT_JSON', message: '请求不是 JSON 格式。' } },
};

const BAD_JSON: Failure = { code: 'BAD_JSON', message: '请求不是完整的 JSON，请重新发送。' };
const INTERNAL: Failure = { code: 'INTERNAL', message: '服务器内部出错，数据没有改动，请稍后再试。' };
const DISK_FULL: Failure = { code: 'DISK_FULL', message: '服务器磁盘已满，暂时不能保存，请联系管理员清理磁盘。' };
const NOT_FOUND: Failure = { code: 'NOT_FOUND', message: '没有这个地址，请检查网址。' };

/** Every answer below 200..299 is `{error: Failure}`. What a client did wrong is logged once a minute, a bug of ours each time. */
export function registerErrors(app: FastifyInstance, logger: Logger, folded: FoldedLog): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = error instanceof HttpFailure ? error : (BY_FASTIFY_CODE[error.code] ?? null);
    const status = known?.status ?? (isDiskFull(error) ? 507 : (error.statusCode ?? 500));
    const failure = known?.failure ?? (isDiskFull(error) ? DISK_FULL : status < 500 ? BAD_JSON : INTERNAL);
    const route = request.routeOptions.url ?? 'unknown';
    if (status >= 500) logger.error({ err: error, route }, 'request failed');
    else
      folded.warn(
        `${route} ${failure.code} ${request.ip}`,
        { route, code: failure.code, detail: failure.detail, address: request.ip },
        'request refused',
      );
    return send(reply, status, failure);
  });
  app.setNotFoundHandler((_request, reply) => send(reply, 404, NOT_FOUND));
}

function send(reply: FastifyReply, status: number, failure: Failure): FastifyReply {
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ error: failure }));
}

/** For a peer that does not even speak HTTP. */
export function badHttp(): string {
  const body = JSON.stringify({ error: { code: 'BAD_HTTP', message: '请求不是有效的 HTTP。' } satisfies Failure });
  return `HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
