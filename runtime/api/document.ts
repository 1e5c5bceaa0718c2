import type { RequestHandler } from 'express';
import type { ApiContext } from './app.ts';

/** `/api/openapi.json`: made when somebody first asks, so that a backend which nobody asks does not carry it. */
export function documentRoute({ version, config }: Pick<ApiContext, 'version' | 'config'>): RequestHandler {
  let text: Promise<string> | undefined;
  const make = async (): Promise<string> => {
    const { openApiDocument } = await import('../reference/openapi.ts');
    return JSON.stringify(openApiDocument(version, config.basePath));
  };
  return async (_request, response) => {
    text ??= make();
    response.type('json').send(await text);
  };
}
