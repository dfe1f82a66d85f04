import { describe, expect, it } from 'vitest';
import { compileRoutes } from './router.ts';

const routes = (...keys: string[]) =>
  compileRoutes(
    keys.map((key) => {
      const [method = '', path = ''] = key === '$default' ? ['ANY', '$default'] : key.split(' ');
      return { logicalId: key, routes: [{ method, path }] };
    }),
  );

// The table of the API Gateway guide (http-api-develop-routes), and what follows from its rules.
const match = routes(
  'GET /pets/dog/1',
  'GET /pets/dog/{id}',
  'POST /pets/{kind}/special',
  'GET /pets/{proxy+}',
  'ANY /{proxy+}',
  'ANY /any/{id}',
  'PUT /any/{id}',
  '$default',
);

describe('the route chosen', () => {
  it.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', undefined],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
    ['POST', '/test/5', 'ANY /{proxy+}', { proxy: 'test/5' }],
    ['POST', '/pets/dog/special', 'POST /pets/{kind}/special', { kind: 'dog' }],
    ['POST', '/pets/dog/1', 'ANY /{proxy+}', { proxy: 'pets/dog/1' }],
    ['PUT', '/any/7', 'PUT /any/{id}', { id: '7' }],
    ['PATCH', '/any/7', 'ANY /any/{id}', { id: '7' }],
    ['GET', '/', '$default', undefined],
    ['GET', '/pets/dog/', 'GET /pets/{proxy+}', { proxy: 'dog/' }],
  ])('%s %s is %s', (method, path, key, parameters) => {
    const found = match(method, path);
    expect(found?.target.routeKey).toBe(key);
    expect(found?.parameters).toEqual(parameters);
  });

  it('names a position as its own route does', () => {
    const named = routes('GET /carts/{sessionId}', 'DELETE /carts/{id}', 'DELETE /carts/{id}/items/{productId}');
    expect(named('GET', '/carts/a')?.parameters).toEqual({ sessionId: 'a' });
    expect(named('DELETE', '/carts/a')?.parameters).toEqual({ id: 'a' });
    expect(named('DELETE', '/carts/a/items/b')?.parameters).toEqual({ id: 'a', productId: 'b' });
  });

  it('is one function for GET and HEAD of a path that has an event for each', () => {
    const both = compileRoutes([
      { logicalId: 'Health', routes: ['GET', 'HEAD'].map((method) => ({ method, path: '/api/health' })) },
      { logicalId: 'Fallback', routes: [{ method: 'ANY', path: '$default' }] },
    ]);
    const found = ['GET', 'HEAD', 'POST'].map((method) => both(method, '/api/health')?.target);
    expect(found).toEqual([
      { logicalId: 'Health', routeKey: 'GET /api/health' },
      { logicalId: 'Health', routeKey: 'HEAD /api/health' },
      { logicalId: 'Fallback', routeKey: '$default' },
    ]);
  });

  it('is none without a default route, and never an empty parameter', () => {
    expect(routes('GET /a/{id}')('GET', '/a/')).toBeNull();
    expect(routes('GET /a/{id}')('GET', '/a/b/c')).toBeNull();
    expect(routes('GET /a/{id}')('GET', '/a/{id}')?.parameters).toEqual({ id: '{id}' });
  });

  it('is never ambiguous: two functions with one route are refused', () => {
    expect(() => routes('GET /a/{id}', 'GET /a/{name}')).toThrow('two functions have the route GET /a/{name}');
  });
});
