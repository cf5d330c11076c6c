import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { COLLECTIONS } from '../../../domain/documents.ts';
import { failureSchema, PROTOCOL_VERSION } from '../../protocol/wire.ts';

export function registerOpenApi(app: FastifyInstance): void {
  // Requests are checked with zod in the routes; the JSON Schemas are for the reader of /docs only.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.register(swagger, {
    openapi: {
      openapi: '3.0.3',
      info: { title: 'Bianmin sync', version: String(PROTOCOL_VERSION), description: '大厅终端、大厅主机与区县之间的同步接口。' },
      components: { securitySchemes: { station: { type: 'http', scheme: 'bearer', description: '<stationId>:<stationKey>' } } },
    },
  });
  app.register(swaggerUi, { routePrefix: '/docs' });
}

export interface RouteDoc {
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
  readonly collection?: boolean;
  readonly open?: boolean;
}

export function routeSchema(doc: RouteDoc): Record<string, unknown> {
  const failure = jsonSchema(z.object({ error: failureSchema }));
  return {
    summary: doc.summary,
    ...(doc.body === undefined ? {} : { body: jsonSchema(doc.body) }),
    ...(doc.collection === true
      ? { params: { type: 'object', properties: { collection: { type: 'string', enum: [...COLLECTIONS] } } } }
      : {}),
    ...(doc.open === true ? {} : { security: [{ station: [] }] }),
    response: { 200: jsonSchema(doc.answer), '4xx': failure, '5xx': failure },
  };
}

function jsonSchema(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', unrepresentable: 'any' });
}
