// The network of the emulated cloud. NODE_OPTIONS=--require loads it into each function's process, and into scripts that deploy to the emulator.
//
// - The host name of a database or a cache leads to the PostgreSQL or Redis of its stage on this machine, that of a distribution or an API to the
//   emulator. Certificates are checked against the name, so TLS runs as it stands in the code.
// - Every other host that is not this machine is refused: a call that AwsEndpoint does not catch fails here.
// - The certificate authority of our own is trusted, as RDS's is in Lambda's runtime.
// - A function that Datadog instrumented finds its handler (/opt/…) where the check has put Datadog's packages.
// - The AWS SDK for JavaScript is there, as in Lambda's runtime, for functions that do not bring it: this repository's.
'use strict';
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const net = require('node:net');
const { dirname, join } = require('node:path');
const tls = require('node:tls');

const { KELVO_EMULATED_STORES: storesFile, KELVO_EMULATED_FRONT: front, KELVO_EMULATED_CA: caFile } = process.env;

const isHere = (host) => /^(127(\.\d+){3}|::1|(.+\.)?localhost)$/.test(host);
const isFront = (host) => /\.(cloudfront\.net|execute-api\.[a-z0-9-]+\.amazonaws\.com)$/.test(host);

/** The port of this machine that a host and port of the cloud lead to; undefined where there is none. */
function portFor(host, port) {
  if (isHere(host)) return port;
  if (isFront(host) && port === 443) return Number(front);
  const kind = /\.rds\.amazonaws\.com$/.test(host) ? 'postgres' : /\.cache\.amazonaws\.com$/.test(host) ? 'redis' : undefined;
  if (kind === undefined) return undefined;
  // Read at each connection: a stage's stores are started when the stage is.
  const stores = JSON.parse(readFileSync(storesFile, 'utf8'));
  return stores.find(({ stage }) => host.startsWith(`kelvo-${stage}`))?.[kind] ?? undefined;
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  // Node's own callers hand over [options, callback] as one array; others (options, callback) or (port, host, callback).
  const [first, ...rest] = Array.isArray(args[0]) ? args[0] : args;
  const options = typeof first === 'object' ? first : { port: first, ...(typeof rest[0] === 'string' && { host: rest[0] }) };
  if (options.path !== undefined) return connect.apply(this, args);
  const { host = 'localhost', port } = options;
  const here = portFor(host, Number(port));
  if (here === undefined) {
    process.nextTick(() =>
      this.destroy(Object.assign(new Error(`the emulated cloud has no route to ${host}:${port}`), { code: 'ENETUNREACH' })),
    );
    return this;
  }
  const callback = rest.find((each) => typeof each === 'function');
  return connect.call(this, { ...options, host: '127.0.0.1', port: here }, ...(callback ? [callback] : []));
};

// Before Node 22.19 there is no such function; what runs on it here asks for no TLS.
if (caFile && tls.setDefaultCACertificates)
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(caFile, 'utf8')]);

/** What stands in a layer of Datadog's, on this machine: the layer is not downloaded, its packages are where the check has put them. */
const inLayer = (request) =>
  request.replace(
    /^\/opt\/nodejs\/node_modules\/datadog-lambda-js\/handler$/,
    join(dirname(storesFile ?? '/'), 'datadog/datadog-lambda-js/dist/handler.mjs'),
  );

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, isMain, options) {
  if (request.startsWith('/opt/')) return resolve.call(this, inLayer(request), parent, isMain, options);
  try {
    return resolve.call(this, request, parent, isMain, options);
  } catch (error) {
    if (!request.startsWith('@aws-sdk/')) throw error;
    return resolve.call(this, request, parent, isMain, { paths: [__dirname] });
  }
};
